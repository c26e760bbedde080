"""This process's copy of one board, kept up to date with the board's log.

Entries arrive by pub/sub as they are appended. Missed entries are read from the log; when the log has already been
trimmed, the snapshot and the entries after it are loaded.

What may not live here: appending (submissions.py), and showing the copy to people (fanout.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from board_schema import wire
from board_schema.board import Board
from board_schema.events import Entry, PeopleGone, PersonGone, Sealed, SittingEnded
from board_schema.fold import FoldError, fold
from board_schema.method import Method
from board_schema.method_file import MethodError, parse_stored
from board_schema.wire import BadFrame, NewerRelease
from server.log import where
from server.metrics import COUNTS
from server.store import Head, Loaded, Logged, Store


class Broken(Exception):
    """The board exists, but this version of Tavle cannot read its log or its method."""


class Changed(Protocol):
    """The callback for every new state of the copy."""

    def __call__(self, board: Board, *, loaded: bool, erased: bool) -> None:
        """`loaded`: the board was loaded, not folded from the one before. `erased`: texts of people were deleted."""


def _erases(entries: Iterable[Entry]) -> bool:
    """Whether entries delete texts of people."""
    gone = Sealed | PersonGone | PeopleGone | SittingEnded
    return any(isinstance(event, gone) for entry in entries for event in entry.events)


@lru_cache(maxsize=64)
def method_of(text: str) -> Method:
    """The parsed method of a board, from the text stored with it (M3). Raises MethodError."""
    return parse_stored(text, file="the board's method")


class Follower:
    """Follows one board's log. `board` is the copy; `head` is the log's head that it was folded up to.

    `epoch` counts how often the log went backwards (lost entries, after a fail-over). `behind` means that the log may
    be ahead of the copy: `wake` has been called, and its owner must call `catch_up`.
    """

    def __init__(self, board_id: str, store: Store, *, changed: Changed, wake: Callable[[], None]) -> None:
        self.id = board_id
        self.board = Board()
        self.head = Head(0, "")
        self.epoch = 0
        self.behind = False
        self.snapshot_at = 0  # the version of the last snapshot that this process knows of
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
        await self._store.subscribe(self.id, self._received, own=False)
        try:
            loaded = await self._store.load(self.id)
            self._replace(loaded)
        except BaseException:
            await self._store.unsubscribe(self.id)
            raise
        return loaded

    async def close(self) -> None:
        """Unsubscribe."""
        await self._store.unsubscribe(self.id)

    def advance(self, board: Board, head: Head, entries: Sequence[Entry]) -> None:
        """Make `board`, folded up to `head` from `entries`, the current copy."""
        self._set(board, head, loaded=False, erased=_erases(entries))

    def check_head(self, head: Head | None) -> None:
        """Compare with the log's head as just read (None: the board is gone), and fall behind if it differs."""
        if head != self.head:
            self.fall_behind()

    def fall_behind(self) -> None:
        """Note that the log may be ahead of the copy, and wake the owner."""
        self.behind = True
        self._wake()

    async def catch_up(self) -> None:
        """Bring the copy up to the log's current head. Raises NoBoard, StoreAway or Broken."""
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
            self._replace(loaded)
        else:
            self.behind = True  # entries arrived during the load: the loaded board may be older

    def _received(self, entries: list[Logged] | None) -> None:
        if self._method is None:
            self.behind = True  # still loading: the loaded board may lack these entries
        elif entries is None or not self._follow(entries):
            self.fall_behind()

    def _follow(self, entries: Sequence[Logged]) -> bool:
        """Fold entries onto the copy; False when some are missing or belong to another history of the log."""
        board, head = self.board, self.head
        followed = []
        try:
            for entry in entries:
                if entry.version <= head.version:
                    if entry.version == head.version and entry.id != head.last:
                        return False
                    continue
                if entry.version != head.version + 1 or entry.prev != head.last:
                    return False
                followed.append(wire.unpack_entry(entry.data))
                board = fold(board, entry.version, followed[-1])
                head = Head(entry.version, entry.id)
        except (FoldError, BadFrame):
            return False
        if head != self.head:
            self.advance(board, head, followed)
        return True

    def _replace(self, loaded: Loaded) -> None:
        """Replace the copy by a loaded board. Raises Broken."""
        try:
            method = method_of(loaded.method)
            board = Board() if loaded.snapshot is None else wire.unpack_board(loaded.snapshot)
            entries = [wire.unpack_entry(entry.data) for entry in loaded.entries]
            for logged, entry in zip(loaded.entries, entries, strict=True):
                board = fold(board, logged.version, entry)
        except NewerRelease as problem:
            raise Broken(str(problem)) from problem
        except (FoldError, BadFrame, MethodError) as problem:
            raise Broken(where(problem)) from problem
        if board.version != loaded.head.version:
            raise Broken(f"the log ends at {loaded.head.version}, not at {board.version}")
        # An earlier copy may have held what the log has no more.
        erased = self._method is not None or _erases(entries)
        self._method = method
        self.snapshot_at = loaded.snapshot_head.version
        if self._went_back(loaded):
            self.epoch += 1
        self._set(board, loaded.head, loaded=True, erased=erased)

    def _went_back(self, loaded: Loaded) -> bool:
        """Whether the log lost entries that the copy has: it is shorter, or holds other entries since (a fail-over)."""
        if loaded.head.version < self.head.version:
            return True
        ids = {entry.version: entry.id for entry in loaded.entries}
        ids[loaded.snapshot_head.version] = loaded.snapshot_head.last
        return ids.get(self.head.version, self.head.last) != self.head.last

    def _set(self, board: Board, head: Head, *, loaded: bool, erased: bool) -> None:
        self.board, self.head = board, head
        COUNTS.erased += erased
        self._changed(board, loaded=loaded, erased=erased)
