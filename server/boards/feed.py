"""The types that a room's fan-out and the sessions reading from it share.

A session holds a cursor: what it has been sent. The fan-out makes the step from a cursor to the current state, once for
all sessions with the same cursor.

What may not live here: how a step is made (fanout.py), and frames for one connection only (session.py).
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
    """A connection, as a room sees it."""

    def send_due(self) -> None:
        """Something may be new: send what is due now, or as soon as the connection can take more."""

    def end(self, code: Close) -> None:
        """Send a bye frame with the code, and close."""


_NUMBERS = count()


class Shown:
    """A picture: the records that one audience is shown. Sessions of the same audience hold the same object.

    `version` (milliseconds) is when the picture last changed. It reveals nothing about hidden changes, since a change
    that this audience cannot see makes no new picture. `number` identifies the picture in this process; `patches`
    caches the frames that lead to it, by the number of the earlier picture.
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
    """A subscriber's position in the shared frames. Subscribers in the same state hold the same object."""

    __slots__ = ("drag", "epoch", "here", "shown", "trouble", "words")

    def __init__(self, *, shown: Shown, trouble: str, epoch: int, here: int, drag: int, words: int) -> None:
        self.shown = shown
        self.trouble = trouble
        self.epoch = epoch
        self.here = here
        self.drag = drag
        self.words = words


START = Cursor(shown=NOTHING, trouble="", epoch=-1, here=0, drag=0, words=0)


class Batch(list[bytes]):
    """Frames for many connections. `framed` caches their WebSocket bytes; the first connection to send fills it."""

    __slots__ = ("framed", "size")

    def __init__(self, frames: Iterable[bytes] = ()) -> None:
        super().__init__(frames)
        self.framed = b""
        self.size = sum(map(len, self))


class Step:
    """The shared frames from one cursor to the current one.

    A connection's own frames go between `before` and `after`; `all` is `before + after`. Never change these lists.
    """

    __slots__ = ("after", "all", "before", "here", "seen_by", "to", "words")

    def __init__(
        self, to: Cursor, *, seen_by: Audience, before: list[bytes], here: bytes, words: bytes, drags: bytes
    ) -> None:
        self.to = to
        self.seen_by = seen_by
        self.before = before
        self.here = here
        self.words = words
        self.after = [frame for frame in (here, words, drags) if frame]
        self.all = Batch(before + self.after)


class Feed(Protocol):
    """What a session reads from: one board as it is now.

    `touched`: by person, the last version at which their personal layer may have changed. `everybody_at`: the last
    version at which every personal layer may have changed.
    """

    board: Board
    touched: dict[str, int]
    everybody_at: int

    def step(self, cursor: Cursor, seen_by: Audience) -> Step:
        """The frames that bring a subscriber of an audience from `cursor` up to date."""

    def personal(self, actor: Actor, before: tuple[Board, View] | None = None) -> View:
        """The personal layer of one person. `before`: the previous one and its board, to renew it from."""

    def drags_of(self, by: object) -> bool:
        """Whether session `by` drags a note, or did until a few seconds ago."""

    def drags(self, serial: int, *, shown: Shown, but: object) -> bytes:
        """A frame with the drags after `serial` on notes in `shown`, without those of session `but`; may be empty."""
