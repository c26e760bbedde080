"""The modelled store of `machine`: a log with compare-and-append, whose answers may be lost.

What may not live here: who reads and appends.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.rules.machine import World


class Conflict(Exception):
    """Append conflict: another process appended first."""


class Lost(Exception):
    """The answer of an append never came; the entry may lie in the log or not."""


class Log:
    """What survives everything: packed entries, appended only after the one the caller has seen."""

    def __init__(self, rng: Random, world: World) -> None:
        self.entries: list[bytes] = []
        self.rng, self.world = rng, world

    def read(self, after: int) -> list[tuple[int, bytes]]:
        """Every entry after a version, with its own."""
        return list(enumerate(self.entries[after:], after + 1))

    def append(self, after: int, entry: bytes) -> None:
        if after != len(self.entries):
            raise Conflict
        fate = self.rng.random()
        if fate < 0.02:
            raise Lost  # before it was written
        self.entries.append(entry)
        for process in self.world.processes:
            if process.messages is not None:
                process.messages.append(len(self.entries))
        if fate > 0.98:
            raise Lost  # after it was written
