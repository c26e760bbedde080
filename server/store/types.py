"""What the store is told and answers: heads, entries, loaded boards, credentials, and the exceptions it raises.

What may not live here: anything that does something.
"""

from __future__ import annotations

from dataclasses import dataclass


class StoreAway(Exception):
    """Redis did not answer, or would not write; the same call may succeed later.

    After `append` it is unknown whether the entries are in the log (S6).
    """


class NoBoard(Exception):
    """There is no such board: it was never made, was deleted, or has expired."""


class Conflict(Exception):
    """An append conflict: another process's entry came first. `head` is where the log ends now."""

    def __init__(self, head: Head) -> None:
        self.head = head
        super().__init__(f"the log is at {head.version}")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log ends: its version, and the random id of its last entry."""

    version: int
    last: str


@dataclass(frozen=True, slots=True)
class Logged:
    """One entry of a log. `prev` is the id of the entry before it."""

    version: int
    id: str
    prev: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A board as it is stored: a snapshot (or None), the entries after it, and the log's head."""

    method: str
    snapshot: bytes | None
    snapshot_head: Head
    entries: tuple[Logged, ...]
    head: Head


@dataclass(frozen=True, slots=True)
class Credential:
    """What a token gives: a role, and the participant it belongs to (empty for a wall)."""

    role: str
    pid: str


REMOVED = "removed"  # a credential's role after its person was removed: known, but good for nothing
