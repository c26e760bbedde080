"""The pub/sub message about new entries of a board: its bytes, packed and read.

What may not live here: when a message is published (logs.py), and how it is sent (pubsub.py).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from server.store.types import Head, Logged

LARGEST = 64 * 1024  # bytes of entries that a message carries; followers read larger ones from the log
NAME = 6  # bytes of the sender's name

# After the name: version and id of the entry before them, then for each entry its id, length and bytes.
_HEAD = struct.Struct(">Q16s")
_ITEM = struct.Struct(">16sI")


def pack(name: bytes, after: Head, ids: Sequence[str], entries: Sequence[bytes]) -> bytes:
    """A message with `entries` and their ids, which follow `after`; empty when they are larger than `LARGEST`."""
    if sum(map(len, entries)) > LARGEST:
        return b""
    parts = [name, _HEAD.pack(after.version, after.last.encode())]
    for entry_id, data in zip(ids, entries, strict=True):
        parts += (_ITEM.pack(entry_id.encode(), len(data)), data)
    return b"".join(parts)


def unpack(data: bytes | None) -> list[Logged] | None:
    """The entries of a message; None for an empty message, and for None (messages may have been missed)."""
    if not data:
        return None
    version, last = _HEAD.unpack_from(data, NAME)
    at, prev, found = NAME + _HEAD.size, last.decode(), []
    while at < len(data):
        packed_id, length = _ITEM.unpack_from(data, at)
        at += _ITEM.size
        version += 1
        entry_id = packed_id.decode()
        found.append(Logged(version, entry_id, prev, data[at : at + length]))
        prev, at = entry_id, at + length
    return found
