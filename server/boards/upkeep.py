"""A board's background jobs: snapshots, deleting log entries, storing expiry times, revoking tokens.

No caller waits for a job; each is retried until the store has done it.

What may not live here: what becomes due and when (board_schema.decide), and which boards are checked (rooms.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial

from board_schema import decide, events, wire
from board_schema.board import Board, base_of, device_pid, leads_on_lent_device
from board_schema.events import Entry
from server.boards.follower import Follower
from server.log import short, where
from server.store import Store, StoreAway
from server.store.types import REMOVED
from server.tasks import stop

log = logging.getLogger("tavle.rooms")

SNAPSHOT_EVERY = 200  # entries
KEEP_BEHIND = 200  # entries kept before a snapshot, for followers that are behind
EXPIRY_STEP = 60_000  # milliseconds by which the expiry must move before it is stored again
# Events after which texts of people are not to be kept in the log either.
ERASING = (
    events.Sealed, events.SittingEnded, events.NotesPurged, events.PersonGone, events.PeopleGone, events.Unfrozen,
)  # fmt: skip
LONGEST_PAUSE = 2.0  # seconds between two attempts while Redis is away


class Upkeep:
    """The background jobs of one board."""

    def __init__(self, follower: Follower, store: Store) -> None:
        self._follower = follower
        self._store = store
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy: set[str] = set()
        self._due_at = 0
        self._expires_at = 0

    @property
    def busy(self) -> bool:
        """Whether any job is not done yet."""
        return bool(self._tasks)

    async def done(self) -> None:
        """Return when no job is left."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Cancel every job."""
        await stop(self._tasks)

    async def note_sooner(self, board: Board) -> None:
        """Store an earlier due time before the append that makes `board`: another process acts on it if we die."""
        due = decide.due(board)
        if due and (not self._due_at or due < self._due_at):
            await self._store.schedule.set_due(self._follower.id, at=due, sooner=True)
            self._due_at = due

    async def note_due(self) -> None:
        """Store when the board must be checked again."""
        self._due_at = decide.due(self._follower.board)
        await self._store.schedule.set_due(self._follower.id, at=self._due_at, sooner=False)

    def look_after(self, entries: Sequence[Entry]) -> None:
        """Start the jobs that follow from recent entries; they are done again when a board is opened."""
        follower = self._follower
        what = [event for entry in entries for event in entry.events]
        for event in what:
            if isinstance(event, events.PersonGone):
                self._begin(f"revoke {event.pid}", partial(self._revoke, frozenset((event.pid,))))
            if isinstance(event, events.PeopleGone):
                self._begin(f"revoke {event.pids[0]} and later", partial(self._revoke, frozenset(event.pids)))
                self._begin("forget joining", self._forget_joining)
            if isinstance(event, events.SittingEnded):
                self._begin("forget who sat", self._forget_sitting)
            if isinstance(event, events.DeviceOut):
                pid = device_pid(event.pid, event.number)
                self._begin(f"shut out {pid}", partial(self._shut_out, pid))
        if any(isinstance(event, ERASING) for event in what):
            self._begin("forget", self.forget)
        elif follower.head.version - follower.snapshot_at >= SNAPSHOT_EVERY:
            self._begin("snapshot", self._keep_snapshot)
        if entries and follower.board.expires() >= self._expires_at + EXPIRY_STEP:
            self._expires_at = follower.board.expires()
            self._begin("expiry", self._note_expiry)

    def log_events(self, entries: Iterable[Entry]) -> None:
        """Log what the entries that this process appended did to the board as a whole, without texts."""
        for event in (event for entry in entries for event in entry.events):
            if isinstance(event, events.Closed | events.Reopened | events.Sealed):
                log.info("board %s was %s", short(self._follower.id), type(event).__name__.lower())

    def count(self, tidy: Callable[[], Awaitable[object]]) -> None:
        """Append the counts that are due (V6), unless that is under way."""

        async def do() -> None:
            await tidy()

        if "count" not in self._busy:
            self._begin("count", do)

    def _begin(self, name: str, do: Callable[[], Awaitable[None]]) -> None:
        """Start a job. One at a time per name; a request during a run makes it run once more afterwards."""
        if name in self._busy:
            self._busy.add(f"{name} again")
            return
        self._busy.add(name)
        task = asyncio.create_task(self._do(name, do))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, name: str, do: Callable[[], Awaitable[None]]) -> None:
        pause = 0.1
        try:
            while True:
                self._busy.discard(f"{name} again")
                try:
                    await do()
                except (StoreAway, TimeoutError):
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
                    continue
                except Exception as problem:
                    log.error("%s of board %s: %s", name, short(self._follower.id), where(problem))
                if f"{name} again" not in self._busy:
                    return
        finally:
            self._busy.discard(name)

    async def _keep_snapshot(self) -> None:
        await self._snap(keep=KEEP_BEHIND)

    async def forget(self) -> None:
        """Replace all entries by a snapshot, and have the embedded store rewrite its file without them."""
        if self._follower.board.sealed:
            # Co-facilitators' consoles end (R27); participants keep what anybody may see.
            await self._store.credentials.delete(
                self._follower.id, lambda _, gives: leads_on_lent_device(gives.pid, gives.role)
            )
            await self._store.credentials.drop_participants(self._follower.id)
            await self._store.ways.drop(self._follower.id)
            await self._store.joining.clear(self._follower.id)
        elif self._follower.board.programme and not self._follower.board.sitting:
            # Here too: the entry that says that a sitting is over, from which anybody would begin again, goes below.
            await self._forget_sitting()
        await self._snap(keep=0)
        await self._store.rewrite()

    async def _snap(self, *, keep: int) -> None:
        follower = self._follower
        board, head = follower.board, follower.head
        await self._store.snapshot(follower.id, at=head, data=wire.pack_board(board), keep=keep)
        follower.snapshot_at = max(follower.snapshot_at, head.version)

    async def _revoke(self, pids: frozenset[str]) -> None:
        """Revoke everything of people who were removed, on whichever device."""
        await self._store.credentials.revoke(self._follower.id, lambda whose: base_of(whose) in pids)
        await self._store.ways.withdraw(self._follower.id, lambda way: base_of(way.pid) in pids)

    async def _forget_sitting(self) -> None:
        """Make the tokens and ways back unknown of whoever is not on the board any more (R41)."""
        board = self._follower.board
        await self._store.credentials.delete(
            self._follower.id,
            lambda _, gives: gives.role == REMOVED or (bool(gives.pid) and board.by_pid(gives.pid) is None),
        )
        await self._store.ways.withdraw(self._follower.id, lambda way: board.by_pid(way.pid) is None)
        if not board.sitting:
            await self._store.joining.clear(self._follower.id)

    async def _forget_joining(self) -> None:
        """Forget who has joined and said no hello yet: they come after everybody else."""
        await self._store.joining.clear(self._follower.id)

    async def _shut_out(self, pid: str) -> None:
        """Make the tokens and links of a device unknown."""
        await self._store.credentials.delete(self._follower.id, lambda _, gives: gives.pid == pid)
        await self._store.ways.withdraw(self._follower.id, lambda way: way.pid == pid)

    async def _note_expiry(self) -> None:
        await self._store.schedule.set_expiry(self._follower.id, at=self._expires_at)
