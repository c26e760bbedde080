"""Caches each audience's picture (the records that it is shown): made once per audience, renewed from the previous one.

What may not live here: who may see what (board_schema.view), and who has been sent which picture (fanout.py).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from board_schema import wire
from board_schema.board import Actor, Board
from board_schema.method import Method
from board_schema.patch import View, diff
from board_schema.view import Audience, Since, personal, view
from server.boards.feed import NOTHING, Shown
from server.log import short, where

log = logging.getLogger("tavle.rooms")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A cached picture. `board`: the board for which it is known to be right; None if making it raised an exception."""

    board: Board | None
    shown: Shown


class Pictures:
    """The pictures of one board, and the patches between them.

    `now` is the clock in milliseconds, `method` returns the board's method. When making a view raises an exception, the
    picture is empty, so that a fault never shows too much (V14).
    """

    def __init__(self, board_id: str, *, method: Callable[[], Method], now: Callable[[], int]) -> None:
        self._id = board_id
        self._method = method
        self._now = now
        self._dated = 0
        self._kept: dict[Audience, _Kept] = {}
        self._ahead: dict[Audience, tuple[_Kept, _Kept]] = {}  # the picture it was made from, and the new one
        self._since: Since | None = None

    def since(self, before: Board, board: Board) -> Since:
        """What differs between two boards. Repeated calls with the same two boards return the same object."""
        found = self._since
        if found is None or found.before is not before or found.board is not board:
            found = self._since = Since(before, board)
        return found

    def of(self, board: Board, seen_by: Audience) -> Shown:
        """An audience's picture of the current board; the same object as long as nothing that it sees changes."""
        kept = self._kept.get(seen_by)
        if kept is not None and kept.board is board:
            return kept.shown
        was, made = self._ahead.get(seen_by, (None, None))
        if made is None or made.board is not board or was is not kept:
            made = self._make(board, seen_by, kept)
        self._kept[seen_by] = made
        return made.shown

    def not_older(self, shown: Shown, seen_by: Audience, than: Shown) -> Shown:
        """The picture for a connection that moves here from another audience: its version never decreases (P3)."""
        if shown.version < than.version:
            shown = self._dated_now(seen_by, shown.view)
            self._kept[seen_by] = _Kept(self._kept[seen_by].board, shown)
        return shown

    def prepare(self, present: Board, board: Board) -> None:
        """Make every cached audience's picture of a board that is about to become the current one."""
        for seen_by, kept in self._kept.items():
            if kept.board is present:
                made = self._make(board, seen_by, kept)
                self._ahead[seen_by] = kept, made
                if made.shown is not kept.shown:
                    self.patch(kept.shown, made.shown)

    def forget_older(self) -> None:
        """Drop the board before the current one, and pictures that were prepared and not used."""
        self._ahead.clear()
        self._since = None

    def renew(self, board: Board) -> None:
        """Make every cached picture one of `board`, also those that nobody looks at, so that no older board is kept."""
        for seen_by in list(self._kept):
            self.of(board, seen_by)

    def patch(self, before: Shown, after: Shown) -> bytes:
        """The patch frame from one picture to another, packed once; empty when nothing differs."""
        frame = after.patches.get(before.number)
        if frame is None:
            change = diff(before.view, after.view)
            # The first patch is sent even when it is empty, so that the client knows that it has everything.
            frame = wire.patch(after.version, change) if change or before is NOTHING else b""
            after.patches[before.number] = frame
        return frame

    def personal(self, board: Board, actor: Actor, before: tuple[Board, View] | None = None) -> View:
        """The personal layer of one person. `before`: the previous one and its board, to renew it from."""
        news = self._since
        try:
            # An empty previous layer may come from an exception: it cannot be renewed.
            if before and before[1] and news and news.before is before[0] and news.board is board:
                return personal(board, self._method(), actor, before[1], news)
            return personal(board, self._method(), actor)
        except Exception as problem:
            log.error("a personal view raised an exception, board %s: %s", short(self._id), where(problem))
            return {}

    def _make(self, board: Board, seen_by: Audience, kept: _Kept | None) -> _Kept:
        made_of: Board | None = board
        try:
            if kept is None or kept.board is None:
                records = view(board, self._method(), seen_by)
            else:
                since = self.since(kept.board, board)
                records = view(board, self._method(), seen_by, (kept.board, kept.shown.view), since)
        except Exception as problem:
            log.error("a view raised an exception, board %s: %s", short(self._id), where(problem))
            made_of, records = None, {}
        if kept is not None and (records is kept.shown.view or records == kept.shown.view):
            return _Kept(made_of, kept.shown)
        return _Kept(made_of, self._dated_now(seen_by, records))

    def _dated_now(self, seen_by: Audience, records: View) -> Shown:
        self._dated = max(self._dated, self._now())
        return Shown(audience=seen_by, version=self._dated, view=records)
