"""Sends a board's changes to all its connections: decides when they send, and makes the frames that many share.

The first change after a quiet period is sent at once; further changes are collected and sent once in each `TICK`.

What may not live here: the state of a single connection (session.py), and how views are made and cached (pictures.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from board_schema import wire
from board_schema.board import Actor, Board
from board_schema.method import Method
from board_schema.patch import View
from board_schema.rules import may_show
from board_schema.view import Audience
from server.boards.feed import NOTHING, Cursor, Screen, Shown, Step
from server.boards.pictures import Pictures
from server.boards.presence import Drag, Presence
from server.store import PubSub

TICK = wire.TICK / 1000  # seconds between two rounds of sending while changes keep coming


class FanOut:
    """The connections of one board, and the feed that their sessions read from (feed.Feed).

    Steps are cached until the next change: a step is made and packed once for all sessions with the same cursor.
    """

    def __init__(self, board_id: str, pubsub: PubSub, *, method: Callable[[], Method], now: Callable[[], int]) -> None:
        self.board = Board()
        self.screens: set[Screen] = set()
        self.presence = Presence(board_id, pubsub, self.changed)
        self.trouble = ""
        self.everybody_at = 0
        self.touched: dict[str, int] = {}
        self._epoch = 0
        self._erased = False  # whether the last change deleted texts of people
        self._method = method
        self._pictures = Pictures(board_id, method=method, now=now)
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None
        self._sent_at = 0.0
        self._steps: dict[Cursor, Step] = {}
        self._cursors: dict[Shown, Cursor] = {}
        self._here: tuple[int, bytes] = (0, b"")
        self._moving: dict[tuple[Shown, int], _Moving] = {}

    def close(self) -> None:
        """Cancel the next round of sending."""
        if self._timer is not None:
            self._timer.cancel()

    # -- changes ----------------------------------------------------------------------------

    def update(self, board: Board, *, loaded: bool, erased: bool, epoch: int) -> None:
        """Make `board` the current one. `loaded`: it was not folded from the one before, so it concerns everybody.

        `erased`: texts of people were deleted, so that no older board may be kept.
        """
        before, self.board, self._epoch = self.board, board, epoch
        who = self._pictures.since(before, board).touched()
        if loaded or who is None:
            self.everybody_at = board.version
        for pid in who or ():
            self.touched[pid] = board.version
        if board.sealed:
            self.presence.seal()
        if self.presence.words():
            self.presence.keep_words(lambda seat: may_show(board, self._method(), seat))
        self._erased = erased
        if erased:
            self._pictures.renew(board)
        self.changed()

    def set_trouble(self, trouble: str) -> None:
        """Tell every screen that the store does not answer (`store_away`), or that it does again (empty)."""
        if trouble != self.trouble:
            self.trouble = trouble
            self.changed()

    def prepare(self, board: Board) -> None:
        """Make the pictures of a board whose entry the store is still writing, to use that time.

        They are sent only once the board is the current one. Skipped when sending must wait for the tick: until then
        more changes may come, and the pictures would be made in vain.
        """
        idle = asyncio.get_running_loop().time() - self._sent_at >= TICK
        if self._timer is None and idle and self.screens and board.version == self.board.version + 1:
            self._pictures.prepare(self.board, board)

    def changed(self) -> None:
        """Something may be new: let every connection send, at once after a quiet period, else at the next tick."""
        self._steps.clear()
        self._cursors.clear()
        self._moving.clear()
        if self._timer is not None or not self.screens:
            return
        loop = asyncio.get_running_loop()
        wait = self._sent_at + TICK - loop.time()
        self._timer = loop.call_soon(self._send_all) if wait <= 0 else loop.call_later(wait, self._send_all)

    def _send_all(self) -> None:
        self._timer = None
        self._sent_at = asyncio.get_running_loop().time()
        for screen in list(self.screens):
            screen.send_due()
        self._pictures.forget_older()

    # -- what sessions read -----------------------------------------------------------------

    def step(self, cursor: Cursor, seen_by: Audience) -> Step:
        """The frames that bring a subscriber from `cursor` up to date, made once for all with the same cursor."""
        found = self._steps.get(cursor)
        if found is None or (found.seen_by is not seen_by and found.seen_by != seen_by):
            shown = self._pictures.not_older(self._pictures.of(self.board, seen_by), seen_by, cursor.shown)
            found = self._make_step(cursor, shown, seen_by)
            if not self._erased or cursor.shown is NOTHING:
                self._steps[cursor] = found  # which keeps the older picture of the cursor
        return found

    def personal(self, actor: Actor, before: tuple[Board, View] | None = None) -> View:
        """The personal layer of one person. `before`: the previous one and its board, to renew it from."""
        return self._pictures.personal(self.board, actor, before)

    def drags_of(self, by: object) -> bool:
        """Whether session `by` drags a note, or did until a few seconds ago."""
        return self.presence.drags_of(by)

    def drags(self, serial: int, *, shown: Shown, but: object) -> bytes:
        """A frame with the drags after `serial` on notes in `shown`, without those of session `but`; may be empty.

        `serial` 0 means that nothing has been sent before: then drags that have ended are left out.
        """
        found = self._moving.get((shown, serial))
        if found is None:
            moving = self.presence.moving(since=serial)
            found = _Moving(
                (note, drag)
                for note, drag in moving
                if f"note:{note}" in shown.view and (serial or drag.spot is not None)
            )
            self._moving[shown, serial] = found
        return found.without(but)

    def _make_step(self, was: Cursor, shown: Shown, seen_by: Audience) -> Step:
        to = self._cursor(was, shown)
        before: list[bytes] = []
        if to.trouble != was.trouble:
            before.append(wire.trouble(to.trouble))
        seen = was.shown
        if to.epoch != was.epoch:
            if was.epoch >= 0:
                before.append(wire.reset())
            seen = NOTHING
        if seen is not shown and (change := self._pictures.patch(seen, shown)):
            before.append(change)
        return Step(
            to,
            seen_by=seen_by,
            before=before,
            here=self._here_frame() if to.here != was.here else b"",
            words=self._words_frame() if to.words != was.words else b"",
            drags=self.drags(was.drag, shown=shown, but=None) if to.drag != was.drag else b"",
        )

    def _cursor(self, was: Cursor, shown: Shown) -> Cursor:
        found = self._cursors.get(shown)
        if found is None:
            here, drag, words = self.presence.here_serial, self.presence.drag_serial, self.presence.words_serial
            found = Cursor(shown=shown, trouble=self.trouble, epoch=self._epoch, here=here, drag=drag, words=words)
            same = was.shown is shown and was.trouble == found.trouble and was.epoch == found.epoch
            if same and was.here == here and was.drag == drag and was.words == words:
                found = was
            self._cursors[shown] = found
        return found

    def _here_frame(self) -> bytes:
        now = self.presence.here_serial
        if self._here[0] != now:
            self._here = (now, wire.here(self.presence.here()))
        return self._here[1]

    def _words_frame(self) -> bytes:
        """The words that are shown, of those who may show some: another process may not know yet that they may not."""
        method = self._method()
        every = self.presence.words().items()
        return wire.words({seat: words for seat, words in every if may_show(self.board, method, seat)})


class _Moving:
    """The drags of one frame, each packed once for all connections."""

    def __init__(self, drags: Iterable[tuple[str, Drag]]) -> None:
        self._packed: list[bytes] = []
        self._whose: dict[object, list[int]] = {}
        for note, drag in drags:
            self._whose.setdefault(drag.by, []).append(len(self._packed))
            self._packed.append(wire.drag(note, drag.spot))
        self._all = self._frame(self._packed)

    def without(self, but: object) -> bytes:
        """The frame without the drags of session `but`; empty when nothing is left."""
        own = self._whose.get(but)
        if own is None:
            return self._all
        others = self._packed.copy()
        for at in reversed(own):
            del others[at]
        return self._frame(others)

    def _frame(self, packed: list[bytes]) -> bytes:
        return wire.drags(packed) if packed else b""
