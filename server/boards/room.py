"""A room: one board while this process follows it.

A room keeps a copy of the board up to date with its log (follower.py), appends submissions (submissions.py), sends
every change to the connections (fanout.py) and runs the board's background jobs (upkeep.py).

What may not live here: sockets and HTTP (a connection is a `feed.Screen` here), keys and scripts of Redis (the
store), any rule of a workshop (board_schema), and which boards have rooms (rooms.py).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial

from board_schema import decide, events, wire
from board_schema.board import Actor, Board, Lang, device_pid
from board_schema.commands import Refused
from board_schema.decide import handing, leaders
from board_schema.handed import Handing
from board_schema.method import Method
from board_schema.wire import Close
from server.boards.fanout import FanOut
from server.boards.feed import Feed, Screen
from server.boards.follower import Broken, Follower
from server.boards.presence import Presence
from server.boards.submissions import Answer, Decide, Submissions
from server.boards.upkeep import Upkeep
from server.doors.bucket import Bucket
from server.log import short, where
from server.metrics import COUNTS
from server.store import Head, NoBoard, Store, StoreAway
from server.tasks import stop

log = logging.getLogger("tavle.rooms")

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds between two attempts while Redis is away


class Room:
    """One followed board. Created and closed by `Rooms` only.

    `ended` is the close code once all connections must close, else None. `touched_at` is the loop time of the last use.
    Sessions read from `feed`; `presence` holds connected seats and drags.
    """

    def __init__(self, board_id: str, store: Store, *, now: Callable[[], int]) -> None:
        self.id = board_id
        self.ended: Close | None = None
        self.touched_at = 0.0
        self._store = store
        self._now = now
        self._follower = Follower(board_id, store, changed=self._changed, wake=self._wake)
        self._fanout = FanOut(board_id, store.pubsub, method=lambda: self._follower.method, now=now)
        self.feed: Feed = self._fanout
        self.presence: Presence = self._fanout.presence
        self._upkeep = Upkeep(self._follower, store)
        self._submissions = Submissions(
            self._follower,
            self._upkeep,
            store,
            now=now,
            wake=self._wake,
            ahead=self._fanout.prepare,
            here=self.presence.here,
        )
        self._wanted = asyncio.Event()
        self._unsure = False  # whether the last entries may not have reached the required replicas
        self._worker: asyncio.Task[None] | None = None
        self._buckets: dict[str, Bucket] = {}

    # -- state ----------------------------------------------------------------------------

    @property
    def board(self) -> Board:
        """The current copy of the board."""
        return self._follower.board

    @property
    def method(self) -> Method:
        """The board's method."""
        return self._follower.method

    @property
    def head(self) -> Head:
        """The log's head that the copy was folded up to."""
        return self._follower.head

    @property
    def trouble(self) -> str:
        """`store_away` while the store does not answer, else empty."""
        return self._fanout.trouble

    @property
    def idle(self) -> bool:
        """Whether the room has no connection, no pending submission and no running job."""
        return not (self._fanout.screens or self._submissions.waiting or self._upkeep.busy)

    @property
    def over(self) -> bool:
        """Whether the board is to be erased now: it keeps nothing, and is closed (R33)."""
        return self.board.ephemeral and bool(self.board.closed) and self.ended is None

    # -- opening and closing --------------------------------------------------------------

    async def open(self) -> None:
        """Start following the board. Raises NoBoard, StoreAway or Broken."""
        loaded = await self._follower.open()
        await self.presence.open()
        # Repeat the jobs of recent entries: the process that appended them may have died before it ran them.
        self._upkeep.look_after([wire.unpack_entry(entry.data) for entry in loaded.entries])
        self._worker = asyncio.create_task(self._work(), name=f"room {short(self.id)}")
        self._wanted.set()

    async def close(self) -> None:
        """Stop following the board."""
        self._fanout.close()
        await stop([self._worker])
        await self._upkeep.close()
        self._submissions.drop()
        await self.presence.close()
        await self._follower.close()

    def end(self, code: Close) -> None:
        """Close every connection with that code."""
        self.ended = code
        for screen in list(self._fanout.screens):
            screen.end(code)

    # -- screens --------------------------------------------------------------------------

    def enter(self, screen: Screen, seat: str) -> None:
        """Add a connection whose token was accepted. `seat` is empty for walls."""
        self._fanout.screens.add(screen)
        if seat:
            self.presence.arrive(seat)
            self._bring_in([seat])

    def leave(self, screen: Screen, seat: str, *, by: object) -> None:
        """Remove a connection, and end the drags of its session `by`."""
        self._fanout.screens.discard(screen)
        self.presence.end_drags(by)
        self.presence.end_words(by)
        if seat:
            self.presence.leave(seat)
        self.touched_at = asyncio.get_running_loop().time()

    def changed(self) -> None:
        """Something may be new: let every connection send, at the next tick at the latest."""
        self._fanout.changed()

    def bucket(self, pid: str) -> Bucket:
        """The op rate limit of a participant, shared by all their connections to this process (P7)."""
        found = self._buckets.get(pid)
        if found is None:
            found = self._buckets[pid] = Bucket(
                rate=wire.OPS_PER_SECOND,
                burst=wire.OPS_BURST,
                now=time.monotonic(),
            )
        return found

    # -- submissions ----------------------------------------------------------------------

    def submit(
        self, actor: Actor, *, tab: str, n: int, name: object, args: object, seen: int
    ) -> asyncio.Future[Answer]:
        """Queue an op. The future resolves when its entry is in the log, or when it was refused."""
        return self._submissions.op(actor, tab=tab, n=n, name=name, args=args, seen=seen)

    def submit_join(self, actor: Actor, *, seat: str, name: str, remote: bool) -> asyncio.Future[Answer]:
        """Queue the joining of a person. `actor` holds their new pid and their role."""
        return self._submissions.join(actor, seat=seat, name=name, remote=remote)

    async def come_back(self, pid: str) -> str:
        """Log that a person came back with a return link (R24), and return their device's pid. Raises Refused."""
        number = 0

        def decision(board: Board) -> list[events.AnyEvent]:
            nonlocal number
            happened = decide.come_back(board, pid)
            number = board.people[pid].returns + 1
            return happened

        answer = await self._submissions.submit(decision, Actor(pid, "participant"))
        if answer.reason is not None:
            raise Refused(answer.reason)
        return device_pid(pid, number)

    async def lend(self, pid: str) -> str:
        """Log that a co-facilitator opened the console (R27), and return the pid of its device. Raises Refused."""
        leader, number = "", 0

        def decision(board: Board) -> list[events.AnyEvent]:
            nonlocal leader, number
            happened = decide.lend(board, pid)
            lent = happened[-1]
            assert isinstance(lent, events.Lent)
            leader, number = lent.pid, board.people[lent.pid].returns + 1
            return happened

        answer = await self._submissions.submit(decision, Actor(pid, "participant"))
        if answer.reason is not None:
            raise Refused(answer.reason)
        return device_pid(leader, number)

    async def answer(self, *, note: str, text: str, fields: Mapping[str, str], began: str | None) -> None:
        """Log a leader's answer to a picked note (R38), which is nobody's. Raises Refused."""

        def decision(board: Board) -> list[events.AnyEvent]:
            return leaders.answer(board, self.method, note=note, text=text, fields=fields, began=began)

        await self._logged(decision)

    async def hand_on(self, *, programme: str, title: str, lang: Lang) -> None:
        """Log that what was picked is on its way to a programme (R42), which is nobody's act. Raises Refused."""

        def decision(board: Board) -> list[events.AnyEvent]:
            day = datetime.fromtimestamp((board.underway or board.made) / 1000, UTC).date().isoformat()
            return handing.hand_on(
                board, self.method, programme=programme, title=title, lang=lang, day=day, now=self._now()
            )

        await self._logged(decision)

    async def take_in(self, what: Handing) -> None:
        """Take a handing as a programme, unless it is taken already (R42). Raises Refused."""
        await self._logged(lambda board: handing.take_in(board, self.method, what))

    async def handed(self, which: str, *, state: str) -> None:
        """Log that a handing is over (R42): `done`, or why the programme did not take it."""
        await self._logged(lambda board: handing.handed(board, which, state=state))

    async def _logged(self, decision: Decide) -> None:
        """Log what is decided, as nobody's act. Raises Refused."""
        answer = await self._submissions.submit(decision, Actor("", "wall"))
        if answer.reason is not None:
            raise Refused(answer.reason)

    async def check_tokens(self) -> None:
        """Have every connection look its token up again, in all processes: some tokens were withdrawn."""
        await self._submissions.submit(lambda board: [events.AccessWithdrawn()], Actor("", "wall"))

    async def settle(self) -> None:
        """Return when the copy holds at least what the log held at the time of this call."""
        self._follower.behind = True
        await self._submissions.submit(lambda board: [], Actor("", "wall"))

    # -- regular checks -------------------------------------------------------------------

    def check_head(self, head: Head | None) -> None:
        """Compare the copy with the log's head as just read; None when the board is gone."""
        self._follower.check_head(head)

    def check_counts(self, now: int) -> None:
        """Bring the counts of hidden notes up to date when a moment of their grid has passed (V6)."""
        due = decide.count_due(self.board)
        if due and due <= now:
            self._upkeep.count(self._submissions.tidy)

    async def look_after(self) -> None:
        """Append what has become due by time alone, and store when to check again."""
        await self._submissions.tidy()
        await self._upkeep.note_due()

    # -- the room's task ------------------------------------------------------------------

    def _wake(self) -> None:
        self._wanted.set()

    def _bring_in(self, seats: Iterable[str]) -> None:
        """Have those who are connected here, and were waited for, take part (R37)."""
        for person in filter(None, map(self.board.person, seats)):
            if person.away:
                self._submissions.submit(partial(decide.arrive, method=self.method, pid=person.pid), Actor("", "wall"))

    def _changed(self, board: Board, *, loaded: bool, erased: bool) -> None:
        if board.day and any(person.away for person in board.people.values()):
            self._bring_in(self.presence.own())
        self._fanout.update(board, loaded=loaded, erased=erased, epoch=self._follower.epoch)

    async def _work(self) -> None:
        pause = FIRST_PAUSE
        while self.ended is None:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._catch_up_and_append()
            except StoreAway:
                self._fanout.set_trouble("store_away")
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                self._follower.behind = self._unsure = True
                self._wanted.set()
                continue
            except NoBoard:
                COUNTS.erased += 1  # another process deleted it: its texts must go from this one's memory, too
                self.end(Close.GONE)
            except Broken as problem:
                log.error("board %s cannot be read any more: %s", short(self.id), problem)
                self.end(Close.STORE_AWAY)
            except Exception as problem:
                log.error("room %s raised an exception: %s", short(self.id), where(problem))
                self._follower.behind = True
                await asyncio.sleep(pause)
                self._wanted.set()
                continue
            pause = FIRST_PAUSE
            self._fanout.set_trouble("")
        self._submissions.drop()

    async def _catch_up_and_append(self) -> None:
        while self._follower.behind or self._submissions.waiting:
            if self._follower.behind:
                await self._follower.catch_up()
            if self._unsure:
                await self._store.confirm(self.id)
                self._unsure = False
            if self._submissions.waiting:
                await self._submissions.append()
