"""A ring of the doorbell: entries on their way from the process that appended them to those that follow the board.

What may not live here: when it is rung (logs.py), and how it travels (bell.py).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from server.store.types import Head, Logged

LOUDEST = 64 * 1024  # bytes of entries that a ring carries; followers read longer ones themselves
NAME = 6  # bytes of the name of whoever rings

# After the name: the version and id that the entries follow, then each one's id, length and bytes.
_RING_HEAD = struct.Struct(">Q16s")
_RING_ITEM = struct.Struct(">16sI")


def pack(name: bytes, after: Head, ids: Sequence[str], entries: Sequence[bytes]) -> bytes:
    """A ring for `entries`, with these ids, that follow `after`; empty when they are too many to carry."""
    if sum(map(len, entries)) > LOUDEST:
        return b""
    parts = [name, _RING_HEAD.pack(after.version, after.last.encode())]
    for entry_id, data in zip(ids, entries, strict=True):
        parts += (_RING_ITEM.pack(entry_id.encode(), len(data)), data)
    return b"".join(parts)


def unpack(data: bytes | None) -> list[Logged] | None:
    """The entries of a ring; None for an empty one, or for rings that may have been missed."""
    if not data:
        return None
    version, last = _RING_HEAD.unpack_from(data, NAME)
    at, prev, found = NAME + _RING_HEAD.size, last.decode(), []
    while at < len(data):
        packed_id, length = _RING_ITEM.unpack_from(data, at)
        at += _RING_ITEM.size
        version += 1
        entry_id = packed_id.decode()
        found.append(Logged(version, entry_id, prev, data[at : at + length]))
        prev, at = entry_id, at + length
    return found
