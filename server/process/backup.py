"""Backup files: all that the store holds, in one file that only this user can read.

A file is a sequence of msgpack values: a head, what belongs to the installation, each board, and an end that holds the
number of boards, so that a file that was cut off is noticed.

What may not live here: how the store holds its values (store/copying.py), and the command line (admin.py).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from server.process import private
from server.process.probe import StoreError
from server.store import Store, StoreAway, copying
from server.terminal import typed

MAGIC = "tavle backup"
FORMAT = 1
LENGTH = 8  # bytes before each value
LARGEST = 1 << 30  # bytes of one value; a larger number is read from a file of another kind


async def check_whole(store: Store) -> None:
    """Raises StoreError for a store that `put` was cut off on: it holds a part of the boards only."""
    if await copying.unfinished(store):
        raise StoreError(
            f"The last `{typed()} restore` or `{typed()} move` into this store was cut off, so only a part of the "
            "workshops is there: give the same command again, it begins anew."
        )


async def write(store: Store, path: Path) -> int:
    """Write a backup and return how many boards are in it. Raises StoreError when the file cannot be written."""
    await check_whole(store)
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, private.FILE)
        with os.fdopen(file, "wb") as out:
            _put(out, [MAGIC, FORMAT])
            _put(out, await copying.installation(store))
            count = 0
            async for board in copying.each(store):
                _put(out, board)
                count += 1
            _put(out, count)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError as problem:
        raise StoreError(f"The backup {path} cannot be written: {problem.strerror}.") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink()  # what was written before something went wrong is people's words, too
    return count


async def read(store: Store, path: Path) -> int:
    """Put what is in a backup into the store, which must hold no boards; returns their number. Raises StoreError."""
    try:
        with path.open("rb") as file:
            values = list(_values(file))
    except OSError as problem:
        raise StoreError(f"The backup {path} cannot be read: {problem.strerror}.") from None
    except (ValueError, msgspec.DecodeError):
        values = []
    if len(values) < 3 or values[0] != [MAGIC, FORMAT] or values[-1] != len(values) - 3:
        raise StoreError(f"{path} is no whole backup of this Tavle.")
    _, installation, *boards, _ = values
    await put(store, installation, boards)
    return len(boards)


async def put(store: Store, installation: copying.Plain, boards: list[copying.Plain]) -> None:
    """Fill a store that holds no boards, or those of an earlier `put` that was cut off. Raises StoreError."""
    if there := set(await copying.boards(store)) - await copying.unfinished(store):
        raise StoreError(f"The store already holds {counted(len(there))}: nothing was changed.")
    try:
        await copying.fill(store, installation, boards)
    except StoreAway as problem:
        raise StoreError(
            f"Only a part of {counted(len(boards))} was stored ({problem}). Put that right, then give the same "
            "command again: it begins anew."
        ) from None


def counted(count: int) -> str:
    """So many workshops, in words."""
    return "1 workshop" if count == 1 else f"{count} workshops"


def _put(out: BinaryIO, value: Any) -> None:
    packed = msgspec.msgpack.encode(value)
    out.write(len(packed).to_bytes(LENGTH) + packed)


def _values(file: BinaryIO) -> Iterator[Any]:
    """The values of a file. Raises ValueError or msgspec.DecodeError where it is none of ours, or was cut off."""
    while head := file.read(LENGTH):
        size = int.from_bytes(head)
        if len(head) < LENGTH or size > LARGEST:
            raise ValueError("no value")
        packed = file.read(size)
        if len(packed) < size:
            raise ValueError("cut off")
        yield msgspec.msgpack.decode(packed)
