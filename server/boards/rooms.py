"""All boards that this process follows, and periodic jobs on all stored boards: what is due, what has expired.

What may not live here: how one board is followed (room.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from board_schema.decide import LATE
from board_schema.wire import Close
from server.boards.follower import Broken
from server.boards.handing import HandingOn
from server.boards.room import Room
from server.log import short, where
from server.metrics import COUNTS
from server.store import NoBoard, Store, StoreAway
from server.tasks import stop

log = logging.getLogger("tavle.rooms")

GRACE = 60.0  # seconds that a room without connections stays open
HEAD_LOOK = 2.0  # seconds between two comparisons with the heads of all logs (pub/sub may lose messages)
LAST_WORDS = 500  # milliseconds between the closing of a board that keeps nothing and its erasure: its screens are told
SWEEP = 17.0  # seconds between two checks of all stored boards for what is due


class Rooms:
    """Every board that this process follows.

    `now` is the clock in milliseconds. `start` before use; `close` at the end.
    """

    def __init__(self, store: Store, *, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now
        self._rooms: dict[str, asyncio.Task[Room]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.handing = HandingOn(self.get)

    def start(self) -> None:
        """Start the periodic jobs: on the open rooms, and (shared with the other processes) on all stored boards."""
        self._tasks = [
            asyncio.create_task(self._every(1.0, self._beat), name="beat"),
            asyncio.create_task(self._every(HEAD_LOOK, self._look_at_heads), name="heads"),
            asyncio.create_task(self._every(SWEEP, self.sweep), name="sweeper"),
        ]

    async def close(self) -> None:
        """Stop the periodic jobs and close every room."""
        await stop(self._tasks)
        await self.handing.close()
        opening = list(self._rooms.values())
        self._rooms.clear()
        for room in opening:
            with contextlib.suppress(Exception, asyncio.CancelledError):
                await (await room).close()

    async def get(self, board_id: str) -> Room:
        """The room of a board, opened if needed. Raises NoBoard, StoreAway or Broken.

        It stays open for `GRACE` seconds after its last use.
        """
        opening = self._rooms.get(board_id)
        if opening is None:
            # Stored before the first await, so that concurrent callers get the same room.
            opening = self._rooms[board_id] = asyncio.create_task(self._open(board_id))
        try:
            room = await asyncio.shield(opening)
        except Exception:
            if self._rooms.get(board_id) is opening:
                del self._rooms[board_id]
            raise
        room.touched_at = asyncio.get_running_loop().time()
        if room.ended is Close.GONE:
            raise NoBoard(board_id)
        return room

    async def _open(self, board_id: str) -> Room:
        room = Room(board_id, self._store, now=self._now)
        await room.open()
        return room

    def open_rooms(self) -> list[Room]:
        """The rooms that have finished opening."""
        return [
            task.result()
            for task in self._rooms.values()
            if task.done() and not task.cancelled() and task.exception() is None
        ]

    async def delete(self, board_id: str) -> None:
        """Delete a board for good (S5), and close its connections with `gone`."""
        opening = self._rooms.pop(board_id, None)
        room: Room | None = None
        if opening is not None:
            with contextlib.suppress(NoBoard, Broken, StoreAway):
                room = await asyncio.shield(opening)
        if room is not None:
            room.end(Close.GONE)
            await room.close()
        await self._store.forget(board_id)
        COUNTS.erased += 1
        COUNTS.deleted += 1
        log.info("board %s was deleted", short(board_id))

    async def sweep(self) -> None:
        """Do what is due on every stored board: delete expired ones; tidy, close and seal others."""
        for board_id in await self._store.schedule.expired(now=self._now()):
            await self._expire(board_id)
        for board_id in await self._store.schedule.due(now=self._now()):
            try:
                room = await self.get(board_id)
                if room.over:
                    await self.delete(board_id)
                else:
                    await room.look_after()
            except NoBoard:
                await self._store.schedule.set_due(board_id, at=0, sooner=False)
            except Broken as problem:
                log.error("board %s cannot be looked after: %s", short(board_id), problem)
                later = self._now() + 24 * 60 * 60_000
                await self._store.schedule.set_due(board_id, at=later, sooner=False)
        COUNTS.swept_at = self._now() / 1000

    async def _expire(self, board_id: str) -> None:
        try:
            room = await self.get(board_id)
        except (NoBoard, Broken):
            await self.delete(board_id)
            return
        await room.settle()
        if room.board.expires() > self._now():
            await self._store.schedule.set_expiry(board_id, at=room.board.expires())
        else:
            log.info("board %s has expired", short(board_id))
            await self.delete(board_id)

    async def _every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await do()
            except StoreAway:
                pass  # each room reports it; the next run tries again
            except Exception as problem:
                log.error("housekeeping: %s", where(problem))
            await asyncio.sleep(seconds)

    async def _beat(self) -> None:
        """Run the presence timers, bring counts up to date, go on with what is on its way to a programme (R42), close
        rooms that are not used any more, and erase boards that keep nothing when they are closed (R33).
        """
        now = asyncio.get_running_loop().time()
        for room in self.open_rooms():
            if room.over and room.board.closed + LAST_WORDS <= self._now():
                await self.delete(room.id)
                continue
            room.presence.check_timers()
            room.check_counts(self._now())
            if any(handing.at + LATE <= self._now() for handing in room.board.under_way):
                self.handing.begin(room)
            if room.ended is not None or (room.idle and now - room.touched_at > GRACE):
                del self._rooms[room.id]
                await room.close()

    async def _look_at_heads(self) -> None:
        rooms = self.open_rooms()
        before = [room.head for room in rooms]
        heads = await self._store.heads([room.id for room in rooms])
        for room, was, head in zip(rooms, before, heads, strict=True):
            if room.head == was:  # otherwise the copy moved during the request, and the answer is outdated
                room.check_head(head)
