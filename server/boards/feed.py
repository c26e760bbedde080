"""What passes between a room's fan-out and the sessions that read from it.

A session holds a cursor; the fan-out makes the step from that cursor to the present, once for all sessions that hold
the same one.

What may not live here: how a step is made (fanout.py), and what one connection alone is owed (session.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Protocol

from board_schema.board import Actor, Board
from board_schema.patch import View
from board_schema.view import Audience
from board_schema.wire import Close


class Screen(Protocol):
    """A connection, as a room knows it."""

    def pulse(self) -> None:
        """Something may be new: send what is due, or remember to."""

    def end(self, code: Close) -> None:
        """Say goodbye and close."""


_NUMBERS = count()


class Shown:
    """One audience's picture. Sessions that see the same hold the same object.

    `version` (milliseconds) says since when it looks like this, and depends on nothing that this audience is not
    shown: an act that changes nothing here makes no new picture. `number` is this picture's own; `patches` holds the
    frames that lead to it, by the number of the picture before.
    """

    __slots__ = ("audience", "number", "patches", "version", "view")

    def __init__(self, *, audience: Audience | None, version: int, view: View) -> None:
        self.audience = audience
        self.version = version
        self.view = view
        self.number = next(_NUMBERS)
        self.patches: dict[int, bytes] = {}


NOTHING = Shown(audience=None, version=0, view={})


class Cursor:
    """What a subscriber has been sent of what many are sent. Subscribers in the same state hold the same object."""

    __slots__ = ("drag", "epoch", "here", "shown", "trouble")

    def __init__(self, *, shown: Shown, trouble: str, epoch: int, here: int, drag: int) -> None:
        self.shown = shown
        self.trouble = trouble
        self.epoch = epoch
        self.here = here
        self.drag = drag


START = Cursor(shown=NOTHING, trouble="", epoch=-1, here=0, drag=0)


class Batch(list[bytes]):
    """Frames for many connections. `framed` caches their bytes on the socket; whoever sends them first fills it."""

    __slots__ = ("framed", "size")

    def __init__(self, frames: Iterable[bytes] = ()) -> None:
        super().__init__(frames)
        self.framed = b""
        self.size = sum(map(len, self))


class Step:
    """From one cursor to the present one: the frames that come before and after a connection's own.

    `all` is both. Nobody may change these lists.
    """

    __slots__ = ("after", "all", "before", "here", "seen_by", "to")

    def __init__(self, to: Cursor, *, seen_by: Audience, before: list[bytes], here: bytes, drags: bytes) -> None:
        self.to = to
        self.seen_by = seen_by
        self.before = before
        self.here = here
        self.after = [frame for frame in (here, drags) if frame]
        self.all = Batch(before + self.after)


class Feed(Protocol):
    """What a session reads from: one board as it is now.

    `touched`: the last version at which a person's personal layer may have changed, by person; `everybody_at`: at
    which everybody's may have.
    """

    board: Board
    touched: dict[str, int]
    everybody_at: int

    def step(self, cursor: Cursor, seen_by: Audience) -> Step:
        """What leads from a cursor to the present one of an audience."""

    def personal(self, actor: Actor, before: tuple[Board, View] | None = None) -> View:
        """The personal layer of one person; `before`: what it was, and of which board."""

    def drags_of(self, by: object) -> bool:
        """Whether that session drags anything, or just did."""

    def drags(self, serial: int, *, shown: Shown, but: object) -> bytes:
        """The drags of others on notes that are shown, if any moved after `serial`; else empty."""
