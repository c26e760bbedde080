"""This process's copy of one board, kept up with the board's log.

Entries come by the doorbell as they are appended; what the doorbell did not bring is read from the log, and what was
trimmed there is loaded with the snapshot.

What may not live here: appending (submissions.py), and who is shown the copy (fanout.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

from board_schema import wire
from board_schema.board import Board
from board_schema.fold import FoldError, fold
from board_schema.method import Method
from board_schema.method_file import MethodError
from board_schema.method_file import parse as parse_method
from board_schema.wire import BadFrame, NewerRelease
from server.log import where
from server.store import Head, Loaded, Logged, Store


class Broken(Exception):
    """The board is there, but its log or method cannot be read by this version of Tavle."""


class Changed(Protocol):
    """What is called when the copy has become another board."""

    def __call__(self, board: Board, *, loaded: bool) -> None:
        """`loaded`: it was loaded anew instead of folded from the one before."""


@lru_cache(maxsize=64)
def method_of(text: str) -> Method:
    """The method whose text a board keeps (M3). Raises MethodError."""
    return parse_method(text, file="the board's method")


class Follower:
    """Follows one board's log. `board` is the folded copy, `head` where the log ended then.

    `epoch` counts how often the log went backwards. `behind` says that the log may be ahead of the copy; then `wake`
    has been called, and somebody must call `catch_up`.
    """

    def __init__(self, board_id: str, store: Store, *, changed: Changed, wake: Callable[[], None]) -> None:
        self.id = board_id
        self.board = Board()
        self.head = Head(0, "")
        self.epoch = 0
        self.behind = False
        self.snapshot_at = 0  # the version of the last snapshot that is known here
        self._store = store
        self._changed = changed
        self._wake = wake
        self._method: Method | None = None

    @property
    def method(self) -> Method:
        """The board's method. Only after `open`."""
        assert self._method is not None
        return self._method

    async def open(self) -> Loaded:
        """Subscribe and load. Raises NoBoard, StoreAway or Broken."""
        await self._store.subscribe(self.id, self._rung, own=False)
        try:
            loaded = await self._store.load(self.id)
            self._take(loaded)
        except BaseException:
            await self._store.unsubscribe(self.id)
            raise
        return loaded

    async def close(self) -> None:
        """Unsubscribe."""
        await self._store.unsubscribe(self.id)

    def become(self, board: Board, head: Head) -> None:
        """The log ends at `head` now, and `board` is its fold."""
        self._become(board, head, loaded=False)

    def notice(self, head: Head | None) -> None:
        """The log's head as it was read just now; None when the board is gone."""
        if head != self.head:
            self.fall_behind()

    def fall_behind(self) -> None:
        """The log may be ahead of the copy: have it caught up."""
        self.behind = True
        self._wake()

    async def catch_up(self) -> None:
        """Bring the copy to where the log ends now. Raises NoBoard, StoreAway or Broken."""
        self.behind = False
        head = await self._store.head(self.id)
        if head == self.head:
            return
        if head.version > self.head.version:
            read = await self._store.read(self.id, after=self.head.version)
            if read and self._follow(read):
                return
        was = self.head
        loaded = await self._store.load(self.id)
        if self.head == was:
            self._take(loaded)
        else:
            self.behind = True  # entries came meanwhile: what was loaded may be older

    def _rung(self, rung: list[Logged] | None) -> None:
        if self._method is None:
            self.behind = True  # still loading: these entries may not be in what is loaded
        elif rung is None or not self._follow(rung):
            self.fall_behind()

    def _follow(self, entries: Sequence[Logged]) -> bool:
        """Fold entries that follow what we have; False when some are missing or do not fit."""
        board, head = self.board, self.head
        try:
            for entry in entries:
                if entry.version <= head.version:
                    if entry.version == head.version and entry.id != head.last:
                        return False
                    continue
                if entry.version != head.version + 1 or entry.prev != head.last:
                    return False
                board = fold(board, entry.version, wire.unpack_entry(entry.data))
                head = Head(entry.version, entry.id)
        except (FoldError, BadFrame):
            return False
        if head != self.head:
            self.become(board, head)
        return True

    def _take(self, loaded: Loaded) -> None:
        """Replace the copy by what is stored. Raises Broken."""
        try:
            method = method_of(loaded.method)
            board = Board() if loaded.snapshot is None else wire.unpack_board(loaded.snapshot)
            for entry in loaded.entries:
                board = fold(board, entry.version, wire.unpack_entry(entry.data))
        except NewerRelease as problem:
            raise Broken(str(problem)) from problem
        except (FoldError, BadFrame, MethodError) as problem:
            raise Broken(where(problem)) from problem
        if board.version != loaded.head.version:
            raise Broken(f"the log ends at {loaded.head.version}, not at {board.version}")
        self._method = method
        self.snapshot_at = loaded.snapshot_head.version
        if self._went_back(loaded):
            self.epoch += 1
        self._become(board, loaded.head, loaded=True)

    def _went_back(self, loaded: Loaded) -> bool:
        """Whether the log lacks what we had: shorter, or grown again with others' entries (a fail-over)."""
        if loaded.head.version < self.head.version:
            return True
        ids = {entry.version: entry.id for entry in loaded.entries}
        ids[loaded.snapshot_head.version] = loaded.snapshot_head.last
        return ids.get(self.head.version, self.head.last) != self.head.last

    def _become(self, board: Board, head: Head, *, loaded: bool) -> None:
        self.board, self.head = board, head
        self._changed(board, loaded=loaded)
