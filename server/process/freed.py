"""Freed memory: what a process has deleted is overwritten in its memory too, and never written into a core file.

The C library overwrites what it frees when an environment variable says so (`overwriting`): the store, and the large
blocks of a web process. Python keeps small freed blocks as they are; `overwrite_small` fills them. Both are Linux only;
elsewhere freed memory stays as it is until it is used again.

What may not live here: when to do it (garbage.py), and what counts as deleted (board_schema).
"""

from __future__ import annotations

import contextlib
import sys
from bisect import bisect_right
from collections.abc import Callable, Mapping
from pathlib import Path

FILL = 0xA5  # freed bytes become this
# glibc's settings: fill what is freed, and keep no freed blocks aside, which would not be filled.
TUNABLES = (f"glibc.malloc.perturb={FILL}", "glibc.malloc.tcache_count=0")
# Functions of libraries are looked up at the start. At their first call the dynamic linker would save the vector
# registers on the stack, and with them the last text that was copied through them, which nothing there overwrites.
BIND_NOW = {"LD_BIND_NOW": "1"}
LARGEST_SMALL = 512  # bytes: larger blocks Python takes from the C library
STEP = 16  # bytes between two sizes of small blocks
POOL = 16 * 1024  # bytes that Python divides into blocks of one size
SINCE = 4 * 1024 * 1024  # bytes that reading the map of this process's memory may itself take
HEADER = 33  # bytes of a `bytes` object beside its data


def overwriting(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process whose C library overwrites what it frees, and leaves no copies on the stack."""
    if sys.platform != "linux":
        return dict(environment)
    others = [word for word in environment.get("GLIBC_TUNABLES", "").split(":") if word and word not in TUNABLES]
    return {**environment, "GLIBC_TUNABLES": ":".join([*others, *TUNABLES]), **BIND_NOW}


def no_core_files() -> None:
    """Let neither this process nor those it starts write its memory to disk when it crashes."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def overwrite_small() -> int:
    """Overwrite every small block that Python has freed, and return how many; 0 where that cannot be done.

    Takes blocks of each size until Python needs new memory for them, then gives all back. Takes about 2 microseconds
    a block: call it in a thread.
    """
    before = _writable()
    if not before:
        return 0
    starts = [start for start, _ in before]

    def new(address: int) -> bool:
        at = bisect_right(starts, address) - 1
        return at < 0 or address >= before[at][1]

    taken: list[object] = []
    for size in range(STEP, LARGEST_SMALL + 1, STEP):
        make = _maker(size)
        # Another thread may take new memory meanwhile, so one block there does not show that the old is full.
        # The first size takes every pool that is free, also those taken since `before` was read.
        left = (SINCE if size == STEP else 4 * POOL) // size
        while left:
            block = make()
            taken.append(block)
            left -= new(id(block))
    return len(taken)


def _maker(size: int) -> Callable[[], object]:
    """Makes objects that fill a block of that size."""
    if size == STEP:
        return object
    if size < HEADER:
        shift = [45]  # a number of two digits: an object of its own each time
        return lambda: 1 << shift[0]
    return lambda: bytes(size - HEADER)


def _writable() -> list[tuple[int, int]]:
    """The parts of this process's memory that it may write, in order: start and end; empty where that is unknown."""
    found = []
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/maps").read_text().splitlines():
            place, rights, *_ = line.split(None, 2)
            if "w" in rights:
                start, _, end = place.partition("-")
                found.append((int(start, 16), int(end, 16)))
    return found
