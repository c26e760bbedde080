"""Types of the store's arguments and results: heads, entries, loaded boards, credentials, and its exceptions.

What may not live here: code beside these types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


class StoreAway(Exception):
    """Redis did not answer, or refused to write; the same call may succeed later.

    After `append` it is unknown whether the entries are in the log (S6).
    """


class NoBoard(Exception):
    """There is no such board: it was never created, was deleted, or has expired."""


class Conflict(Exception):
    """An append conflict: another process's entry came first. `head` is where the log ends now."""

    def __init__(self, head: Head) -> None:
        self.head = head
        super().__init__(f"the log is at {head.version}")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log: its version, and the random id of its last entry."""

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
class Joining:
    """Somebody who has joined and not said hello yet: what they will be on the board."""

    role: Literal["participant", "listener"]
    pid: str
    seat: str
    name: str
    remote: bool
    sitting: int = 0  # of a programme: the one whose code or link they came by (R41)


@dataclass(frozen=True, slots=True)
class Credential:
    """What a token gives: a role, and a participant's pid (empty for a wall)."""

    role: str
    pid: str


NOTICE = "notice"  # a credential's role that reads the noticeboard of a programme, and nothing else
LEADER = "leader"  # a credential's role that reads the leader edition, and nothing else
REMOVED = "removed"  # a credential's role after its person was removed: the token is known, and gives no access
