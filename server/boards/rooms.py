"""Rooms: boards while this process follows them.

A room follows one board's log, takes submissions one after the other, and wakes its screens. It
decides, folds once in advance, and appends if nobody came between; if somebody did, it catches up
and decides again. Nothing else in the house writes to a board.

What may not live here: sockets and HTTP (screens come in through `Screen`), keys and scripts of
Redis (store.py), and any rule of a workshop (board_schema).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Protocol, TypeVar

from board_schema import decide, events, wire
from board_schema.board import Actor, Board
from board_schema.commands import Reason, Refused, parse
from board_schema.events import Entry
from board_schema.fold import FoldError, fold, seen
from board_schema.method import Method, MethodError
from board_schema.method import parse as parse_method
from board_schema.patch import View, diff, differing
from board_schema.view import Audience, Since, personal, view
from board_schema.wire import BadFrame, Close
from server.boards.presence import Drag, Presence
from server.boards.session import NOTHING, Shown, Standing, Step
from server.doors.access import Bucket
from server.log import short, where
from server.store import Conflict, Head, Loaded, Logged, NoBoard, Store, StoreAway
from server.tasks import stop

log = logging.getLogger("tavle.rooms")

T = TypeVar("T")

TICK = wire.TICK / 1000  # seconds between two frames while changes keep coming
BATCH = 64  # submissions that go together in one append
SNAPSHOT_EVERY = 200  # entries
KEEP_BEHIND = 200  # entries before a snapshot that followers may still ask for
GRACE = 60.0  # seconds that a room without screens is kept
HEAD_LOOK = 2.0  # seconds between two looks at the heads of all logs (the doorbell may be silent)
SWEEP = 17.0  # seconds between two looks at what is due in the whole house
LONGEST_PAUSE = 2.0  # seconds between two attempts while Redis is away
EXPIRY_STEP = 60_000  # milliseconds between two notes of when a board expires


class Broken(Exception):
    """The board is there, but its log or method cannot be read by this version of Tavle."""


class Screen(Protocol):
    """A connection, as a room knows it."""

    def pulse(self) -> None:
        """Something may be new: send what is due, or remember to."""

    def end(self, code: Close) -> None:
        """Say goodbye and close."""


@dataclass(eq=False, slots=True)
class Ask:
    """One submission: what to decide, for whom, and where the answer goes."""

    decide: Callable[[Board], list[events.AnyEvent]]
    actor: Actor
    answer: asyncio.Future[Answer]
    tab: str = ""
    n: int = 0
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """How a submission ended. `reason` is empty when its entry is in the log; `logged` says that
    the log remembers the refusal."""

    reason: Reason | None = None
    logged: bool = True


ANSWERED = Answer()


@dataclass(slots=True)
class _Draft:
    """A batch being decided: the board as it would become, and the entries that take it there."""

    board: Board
    packed: list[bytes] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Kept:
    """An audience's picture, and the board it was last made or confirmed for; None: it stumbled."""

    board: Board | None
    shown: Shown


@lru_cache(maxsize=64)
def method_of(text: str) -> Method:
    """The method whose text a board keeps (M3). Raises MethodError."""
    return parse_method(text, file="the board's method")


class Room:
    """One board, followed. Made and let go of by `Rooms` only."""

    def __init__(self, board_id: str, store: Store, *, now: Callable[[], int]) -> None:
        self.id = board_id
        self.board = Board()
        self.head = Head(0, "")
        self.epoch = 0
        self.trouble = ""
        self.ended: Close | None = None
        self.screens: set[Screen] = set()
        self.touched_at = 0.0  # loop time when somebody last asked for this room
        self.presence = Presence(board_id, store.bell, self.changed)
        self._store = store
        self._now = now
        self._method: Method | None = None
        self._pending: deque[Ask] = deque()
        self._wanted = asyncio.Event()
        self._behind = False
        self._unsure = False  # whether the last entries have reached the replicas they must
        self._worker: asyncio.Task[None] | None = None
        self._chores: set[asyncio.Task[None]] = set()
        self._busy: set[str] = set()
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None
        self._pulsed_at = 0.0
        self._snapshot_at = 0
        self._due_at = 0
        self._expires_at = 0
        self._views: dict[Audience, _Kept] = {}
        self._ahead: dict[Audience, tuple[_Kept, _Kept]] = {}  # made of which, and what
        self._since: Since | None = None
        self._dated = 0
        self._patches: dict[tuple[Shown, Shown], bytes] = {}
        self._steps: dict[Standing, Step] = {}
        self._standings: dict[Shown, Standing] = {}
        self.everybody_at = 0
        self.touched: dict[str, int] = {}
        self._here: tuple[int, bytes] = (0, b"")
        self._drags: dict[tuple[Shown, int], _Moving] = {}
        self._buckets: dict[str, Bucket] = {}

    @property
    def method(self) -> Method:
        """The board's method."""
        assert self._method is not None
        return self._method

    # -- opening and letting go -----------------------------------------------------------

    async def open(self) -> None:
        """Begin to follow. Raises NoBoard, StoreAway or Broken."""
        await self._store.subscribe(self.id, self._rung, own=False)
        try:
            loaded = await self._store.load(self.id)
            self._take(loaded)
        except BaseException:
            await self._store.unsubscribe(self.id)
            raise
        await self.presence.open()
        # What should be forgotten is, also when whoever ought to have done it died before.
        self._look_after([wire.unpack_entry(entry.data) for entry in loaded.entries])
        self._worker = asyncio.create_task(self._work(), name=f"room {short(self.id)}")
        self._wanted.set()

    async def close(self) -> None:
        """Stop following."""
        if self._timer is not None:
            self._timer.cancel()
        await stop([self._worker, *self._chores])
        self._drop_pending()
        await self.presence.close()
        await self._store.unsubscribe(self.id)

    def end(self, code: Close) -> None:
        """Nobody may stay: close every screen with that code."""
        self.ended = code
        for screen in list(self.screens):
            screen.end(code)

    @property
    def idle(self) -> bool:
        """Whether nobody would miss this room."""
        return not (self.screens or self._pending or self._chores)

    def enter(self, screen: Screen, seat: str) -> None:
        """A connection has been let in. `seat` may be empty."""
        self.screens.add(screen)
        if seat:
            self.presence.arrive(seat)

    def leave(self, screen: Screen, seat: str, *, by: object) -> None:
        """A connection is gone; so are the drags of its session `by`."""
        self.screens.discard(screen)
        self.presence.let_go(by)
        if seat:
            self.presence.leave(seat)
        self.touched_at = asyncio.get_running_loop().time()

    def bucket(self, pid: str) -> Bucket:
        """How fast a participant may send ops, over all their connections here (P7)."""
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
        """Take one op. The answer comes when its entry is in the log, or it was refused."""

        def wish(board: Board) -> list[events.AnyEvent]:
            command = parse(name, args)
            return decide.decide(board, self.method, actor, command, self._now())

        return self._ask(wish, actor, tab=tab, n=n, seen=seen)

    def submit_join(self, actor: Actor, *, seat: str, name: str, remote: bool) -> asyncio.Future[Answer]:
        """Let somebody in through the door; `actor` has a new pid and a role."""

        def wish(board: Board) -> list[events.AnyEvent]:
            if actor.pid in board.people:
                return []  # ours, by an append whose answer was lost
            return decide.join(
                board,
                self.method,
                pid=actor.pid,
                seat=seat,
                name=name,
                role=actor.role,
                remote=remote,
            )

        return self._ask(wish, actor)

    def submit_tidy(self) -> asyncio.Future[Answer]:
        """Do what has come due by itself."""
        return self._ask(lambda board: decide.tidy(board, self._now()), Actor("", "wall"))

    async def settle(self) -> None:
        """Return when the room is not behind the log as it was at this call."""
        self._behind = True
        await self._ask(lambda board: [], Actor("", "wall"))

    def _ask(
        self,
        wish: Callable[[Board], list[events.AnyEvent]],
        actor: Actor,
        *,
        tab: str = "",
        n: int = 0,
        seen: int = 0,
    ) -> asyncio.Future[Answer]:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._pending.append(Ask(wish, actor, answer, tab=tab, n=n, seen=seen))
        self._wanted.set()
        return answer

    async def _work(self) -> None:
        pause = 0.05
        while self.ended is None:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                while self._behind or self._pending:
                    if self._behind:
                        await self._catch_up()
                    if self._unsure:
                        await self._store.confirm(self.id)
                        self._unsure = False
                    if self._pending:
                        await self._append()
            except StoreAway:
                self._say("store_away")
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                self._behind = self._unsure = True
                self._wanted.set()
                continue
            except NoBoard:
                self.end(Close.GONE)
            except Broken as problem:
                log.error("board %s cannot be read any more: %s", short(self.id), problem)
                self.end(Close.STORE_AWAY)
            except Exception as problem:
                log.error("room %s stumbled: %s", short(self.id), where(problem))
                self._behind = True
                await asyncio.sleep(pause)
                self._wanted.set()
                continue
            pause = 0.05
            self._say("")
        self._drop_pending()

    def _drop_pending(self) -> None:
        """Nobody will answer these any more; whether they were done, a later look will tell."""
        for ask in self._pending:
            if not ask.answer.done():
                ask.answer.set_exception(StoreAway("the room is closed"))
        self._pending.clear()

    async def _append(self) -> None:
        """Decide what is pending and append it, again until nobody came between (S1, S6)."""
        batch = [self._pending[i] for i in range(min(BATCH, len(self._pending)))]
        after = self.head
        draft = _Draft(self.board)
        now = self._now()
        for ask in batch:
            draft.answers.append(self._decided(draft, ask, now))
        if draft.packed:
            await self._note_sooner(draft.board)
            if self.head != after:
                return  # somebody came between already: decide again
            asyncio.get_running_loop().call_soon(self._look_ahead, draft.board)
            try:
                head = await self._store.append(self.id, after=after, entries=draft.packed)
            except Conflict:
                await self._catch_up()
                return
            if self.head == after:
                self._become(draft.board, head)
            elif self.head.version < head.version:
                self._behind = True
                self._wanted.set()
        for ask, answer in zip(batch, draft.answers, strict=True):
            self._pending.popleft()
            if not ask.answer.done():
                ask.answer.set_result(answer)
        self._look_after(draft.entries)

    def _decided(self, draft: _Draft, ask: Ask, now: int) -> Answer:
        if ask.tab and seen(draft.board, ask.tab, ask.n):
            return ANSWERED
        try:
            wished = ask.decide(draft.board)
            if wished or ask.tab:
                self._add(draft, ask, tuple(wished), now)
        except Refused as refusal:
            return self._refused(draft, ask, refusal.reason, now)
        except Exception as problem:
            log.error("a rule stumbled, board %s: %s", short(self.id), where(problem))
            return self._at_fault(draft, ask, now)
        return ANSWERED

    def _at_fault(self, draft: _Draft, ask: Ask, now: int) -> Answer:
        """Refuse what made a rule stumble. What cannot even be refused must not hold up the others."""
        try:
            return self._refused(draft, ask, "fault", now)
        except Exception as problem:
            log.error("a refusal stumbled, board %s: %s", short(self.id), where(problem))
            return Answer("fault", logged=False)

    def _refused(self, draft: _Draft, ask: Ask, reason: Reason, now: int) -> Answer:
        """Let the log remember a refusal for its tab (O3), a listener's too: tomorrow they may be a participant."""
        person = draft.board.people.get(ask.actor.pid)
        if not ask.tab or person is None or person.gone:
            return Answer(reason, logged=False)
        self._add(draft, ask, (events.OpRefused(n=ask.n, reason=reason),), now)
        return Answer(reason)

    def _add(self, draft: _Draft, ask: Ask, what: tuple[events.AnyEvent, ...], now: int) -> None:
        entry = Entry(
            events=what,
            pid=ask.actor.pid,
            role=ask.actor.role,
            tab=ask.tab,
            n=ask.n,
            at=now,
            seen=ask.seen,
        )
        packed = wire.pack_entry(entry)
        # Folded from its bytes, as every other process will (O6).
        board = fold(draft.board, draft.board.version + 1, wire.unpack_entry(packed))
        draft.board = board
        draft.packed.append(packed)
        draft.entries.append(entry)

    # -- following the log ----------------------------------------------------------------

    def _rung(self, rung: list[Logged] | None) -> None:
        if self._method is None:
            self._behind = True  # still loading: it may not be in what is loaded
            return
        if rung is None or not self._follow(rung):
            self._behind = True
            self._wanted.set()

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
            self._become(board, head)
        return True

    async def _catch_up(self) -> None:
        self._behind = False
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
            self._behind = True  # rung meanwhile: what was loaded may be older

    def _take(self, loaded: Loaded) -> None:
        """Begin anew from what is stored; screens start again when the log went backwards."""
        try:
            method = method_of(loaded.method)
            board = Board() if loaded.snapshot is None else wire.unpack_board(loaded.snapshot)
            for entry in loaded.entries:
                board = fold(board, entry.version, wire.unpack_entry(entry.data))
        except (FoldError, BadFrame, MethodError) as problem:
            raise Broken(where(problem)) from problem
        if board.version != loaded.head.version:
            raise Broken(f"the log ends at {loaded.head.version}, not at {board.version}")
        self._method = method
        self._snapshot_at = loaded.snapshot_head.version
        if self._went_back(loaded):
            self.epoch += 1
        self.everybody_at = loaded.head.version
        self._become(board, loaded.head)

    def _went_back(self, loaded: Loaded) -> bool:
        """Whether the log lacks what we had: shorter, or grown again with others' entries (a fail-over)."""
        if loaded.head.version < self.head.version:
            return True
        ids = {entry.version: entry.id for entry in loaded.entries}
        ids[loaded.snapshot_head.version] = loaded.snapshot_head.last
        return ids.get(self.head.version, self.head.last) != self.head.last

    def _become(self, board: Board, head: Head) -> None:
        before, self.board, self.head = self.board, board, head
        who = _touched(before, board, self._news(before, board))
        if who is None:
            self.everybody_at = board.version
        else:
            for pid in who:
                self.touched[pid] = board.version
        self.changed()

    def _news(self, before: Board, board: Board) -> Since:
        """What differs between two boards; found once for all who ask in a row."""
        found = self._since
        if found is None or found.before is not before or found.board is not board:
            found = self._since = Since(before, board)
        return found

    # -- looking after --------------------------------------------------------------------

    async def _note_sooner(self, board: Board) -> None:
        """Before the append: should we die after it, somebody still looks after the board."""
        due = decide.due(board)
        if due and (not self._due_at or due < self._due_at):
            await self._store.set_due(self.id, at=due, sooner=True)
            self._due_at = due

    def _look_after(self, entries: Sequence[Entry]) -> None:
        what = [event for entry in entries for event in entry.events]
        for event in what:
            if isinstance(event, events.PersonGone):
                self._chore(f"revoke {event.pid}", partial(self._revoke, event.pid))
        if any(isinstance(e, events.Sealed | events.NotesPurged | events.PersonGone) for e in what):
            self._chore("forget", self._forget)
        elif self.head.version - self._snapshot_at >= SNAPSHOT_EVERY:
            self._chore("snapshot", self._keep_snapshot)
        if entries and self.board.expires() >= self._expires_at + EXPIRY_STEP:
            self._expires_at = self.board.expires()
            self._chore("expiry", self._note_expiry)

    def _chore(self, name: str, do: Callable[[], Awaitable[None]]) -> None:
        """Something that nobody waits for; at most one of a name at a time."""
        if name in self._busy:
            self._busy.add(f"{name} again")
            return
        self._busy.add(name)
        task = asyncio.create_task(self._do(name, do))
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

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
                    log.error("%s of board %s: %s", name, short(self.id), where(problem))
                if f"{name} again" not in self._busy:
                    return
        finally:
            self._busy.discard(name)

    async def _keep_snapshot(self) -> None:
        await self._snap(keep=KEEP_BEHIND)

    async def _forget(self) -> None:
        """Let a snapshot take the place of all entries, also in the embedded store's file."""
        if self.board.sealed:
            await self._store.unname(self.id)
        await self._snap(keep=0)
        await self._store.rewrite()

    async def _snap(self, *, keep: int) -> None:
        board, head = self.board, self.head
        await self._store.snapshot(self.id, at=head, data=wire.pack_board(board), keep=keep)
        self._snapshot_at = max(self._snapshot_at, head.version)

    async def _revoke(self, pid: str) -> None:
        await self._store.revoke(self.id, pid=pid)

    async def _note_expiry(self) -> None:
        await self._store.set_expiry(self.id, at=self._expires_at)

    async def look_after(self) -> None:
        """Tidy, and note when to look again."""
        await self.submit_tidy()
        self._due_at = decide.due(self.board)
        await self._store.set_due(self.id, at=self._due_at, sooner=False)

    # -- screens --------------------------------------------------------------------------

    def _look_ahead(self, board: Board) -> None:
        """While the store writes the first change after a quiet moment: make the pictures that it will lead to.

        Nobody is shown them before the board is this one. Not for changes that will wait for the tick: by then it
        may be another one.
        """
        idle = asyncio.get_running_loop().time() - self._pulsed_at >= TICK
        if self._timer is not None or not idle or not self.screens or board.version != self.board.version + 1:
            return
        for seen_by, kept in self._views.items():
            if kept.board is self.board:
                made = self._picture(board, seen_by, kept)
                self._ahead[seen_by] = kept, made
                if made.shown is not kept.shown:
                    self._patch(kept.shown, made.shown)

    def changed(self) -> None:
        """Something may be new: wake the screens, at once after a quiet moment, else at the tick."""
        self._steps.clear()
        self._standings.clear()
        self._drags.clear()
        if self._timer is not None or not self.screens:
            return
        loop = asyncio.get_running_loop()
        wait = self._pulsed_at + TICK - loop.time()
        self._timer = loop.call_soon(self._pulse) if wait <= 0 else loop.call_later(wait, self._pulse)

    def _pulse(self) -> None:
        self._timer = None
        self._pulsed_at = asyncio.get_running_loop().time()
        for screen in list(self.screens):
            screen.pulse()
        self._ahead.clear()

    def _say(self, trouble: str) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self.changed()

    def notice_head(self, head: Head | None) -> None:
        """The head that was read for us just now; None when the board is gone."""
        if head != self.head:
            self._behind = True
            self._wanted.set()

    # -- what sessions look at (session.Ground) -------------------------------------------

    def shown_to(self, seen_by: Audience) -> Shown:
        """The present picture of an audience; the same as before when nothing it sees has changed."""
        kept = self._views.get(seen_by)
        if kept is not None and kept.board is self.board:
            return kept.shown
        was, made = self._ahead.get(seen_by, (None, None))
        if made is None or made.board is not self.board or was is not kept:
            made = self._picture(self.board, seen_by, kept)
        if kept is None or made.shown is not kept.shown:
            self._patches = {
                key: frame for key, frame in self._patches.items() if key[1].audience != seen_by or key[1] is made.shown
            }
        self._views[seen_by] = made
        return made.shown

    def _picture(self, board: Board, seen_by: Audience, kept: _Kept | None) -> _Kept:
        """An audience's picture of a board, made from the one it was kept of."""
        made_of: Board | None = board
        try:
            if kept is None or kept.board is None:
                records = view(board, self.method, seen_by)
            else:
                since = self._news(kept.board, board)
                records = view(board, self.method, seen_by, (kept.board, kept.shown.view), since)
        except Exception as problem:
            log.error("a view stumbled, board %s: %s", short(self.id), where(problem))
            made_of, records = None, {}  # less, never more (V14)
        if kept is not None and (records is kept.shown.view or records == kept.shown.view):
            return _Kept(made_of, kept.shown)
        return _Kept(made_of, self._dated_now(seen_by, records))

    def _dated_now(self, seen_by: Audience, records: View) -> Shown:
        self._dated = max(self._dated, self._now())
        return Shown(audience=seen_by, version=self._dated, view=records)

    def _not_older(self, shown: Shown, seen_by: Audience, than: Shown) -> Shown:
        """The picture for somebody who comes from another audience: versions never decrease (P3)."""
        if shown.version < than.version:
            shown = self._dated_now(seen_by, shown.view)
            self._views[seen_by] = _Kept(self._views[seen_by].board, shown)
        return shown

    def step(self, standing: Standing, seen_by: Audience) -> Step:
        """What leads from a standing to the present one, made once for all who stand there."""
        found = self._steps.get(standing)
        if found is None or (found.seen_by is not seen_by and found.seen_by != seen_by):
            shown = self._not_older(self.shown_to(seen_by), seen_by, standing.shown)
            found = self._steps[standing] = self._make_step(standing, shown, seen_by)
        return found

    def _make_step(self, was: Standing, shown: Shown, seen_by: Audience) -> Step:
        to = self._standing(was, shown)
        before: list[bytes] = []
        if to.trouble != was.trouble:
            before.append(wire.trouble(to.trouble))
        seen = was.shown
        if to.epoch != was.epoch:
            if was.epoch >= 0:
                before.append(wire.reset())
            seen = NOTHING
        if seen is not shown and (change := self._patch(seen, shown)):
            before.append(change)
        return Step(
            to,
            seen_by=seen_by,
            before=before,
            here=self._here_frame() if to.here != was.here else b"",
            drags=self.drags(was.drag, shown=shown, but=None) if to.drag != was.drag else b"",
        )

    def _standing(self, was: Standing, shown: Shown) -> Standing:
        found = self._standings.get(shown)
        if found is None:
            here, drag = self.presence.here_serial, self.presence.drag_serial
            found = Standing(shown=shown, trouble=self.trouble, epoch=self.epoch, here=here, drag=drag)
            same = was.shown is shown and was.trouble == found.trouble and was.epoch == found.epoch
            if same and was.here == here and was.drag == drag:
                found = was
            self._standings[shown] = found
        return found

    def _patch(self, before: Shown, after: Shown) -> bytes:
        frame = self._patches.get((before, after))
        if frame is None:
            change = diff(before.view, after.view)
            # An empty board's first picture is a picture too: it says that this is all.
            frame = wire.patch(after.version, change) if change or before is NOTHING else b""
            self._patches[before, after] = frame
        return frame

    def personal(self, actor: Actor, before: tuple[Board, View] | None = None) -> View:
        """The personal layer of one person; `before`: what it was, and of which board."""
        news = self._since
        try:
            # One that stumbled has nothing to share.
            if before and before[1] and news and news.before is before[0] and news.board is self.board:
                return personal(self.board, self.method, actor, before[1], news)
            return personal(self.board, self.method, actor)
        except Exception as problem:
            log.error("a personal view stumbled, board %s: %s", short(self.id), where(problem))
            return {}

    def drags_of(self, by: object) -> bool:
        """Whether that session drags anything, or just did."""
        return self.presence.drags_of(by)

    def _here_frame(self) -> bytes:
        now = self.presence.here_serial
        if self._here[0] != now:
            self._here = (now, wire.here(self.presence.here()))
        return self._here[1]

    def drags(self, serial: int, *, shown: Shown, but: object) -> bytes:
        """The drags on notes that are shown and moved after `serial`, without those of `but`; maybe empty."""
        found = self._drags.get((shown, serial))
        if found is None:
            moving = self.presence.moving(since=serial)
            found = _Moving((note, drag) for note, drag in moving if f"note:{note}" in shown.view)
            self._drags[shown, serial] = found
        return found.without(but)


class _Moving:
    """Drags on their way to screens, each packed once for all of them."""

    def __init__(self, drags: Iterable[tuple[str, Drag]]) -> None:
        self._packed: list[bytes] = []
        self._whose: dict[object, list[int]] = {}
        for note, drag in drags:
            self._whose.setdefault(drag.by, []).append(len(self._packed))
            self._packed.append(wire.drag(note, drag.spot))
        self._all = self._frame(self._packed)

    def without(self, but: object) -> bytes:
        """The frame for a screen, without the drags of its own session; empty when nothing is left."""
        own = self._whose.get(but)
        if own is None:
            return self._all
        others = self._packed.copy()
        for at in reversed(own):
            del others[at]
        return self._frame(others)

    def _frame(self, packed: list[bytes]) -> bytes:
        return wire.drags(packed) if packed else b""


# Fields of a board that no personal layer depends on, or that are compared person by person.
_BY_PERSON = frozenset({"version", "last_at", "joined", "seats", "notes", "bin", "people", "acts", "tabs"})
_FOR_ALL = tuple(name for name in Board.__struct_fields__ if name not in _BY_PERSON)


def _touched(before: Board, after: Board, since: Since) -> set[str] | None:
    """Whose personal layer may differ between two boards; None for everybody's.

    Errs towards too many: what is not compared person by person concerns everybody.
    """
    for name in _FOR_ALL:
        old, new = getattr(before, name), getattr(after, name)
        if old is not new and old != new:
            return None
    who = {note.author for key in since.notes for note in _both(before.notes, after.notes, key)}
    who |= {
        removed.note.author for key in _either(before.bin, after.bin) for removed in _both(before.bin, after.bin, key)
    }
    who |= {*since.people, *_either(before.acts, after.acts)}
    # Whoever writes for somebody without a phone sees that person's drafts among the own ones.
    hosted = any(p.hosted for pid in who if (p := after.people.get(pid)) is not None)
    if hosted:
        who |= {person.pid for person in after.people.values() if person.role == "facilitator"}
    return who


def _either(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    changed, gone = differing(before, after)
    return changed + gone


def _both(before: dict[str, T], after: dict[str, T], key: str) -> list[T]:
    return [found for found in (before.get(key), after.get(key)) if found is not None]


class Rooms:
    """Every board that this process follows.

    `now` is the clock in milliseconds. `start` before use; `close` at the end.
    """

    def __init__(self, store: Store, *, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now
        self._rooms: dict[str, asyncio.Task[Room]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to look after the rooms and, with the other processes, after the house."""
        self._tasks = [
            asyncio.create_task(self._every(1.0, self._beat), name="beat"),
            asyncio.create_task(self._every(HEAD_LOOK, self._look_at_heads), name="heads"),
            asyncio.create_task(self._every(SWEEP, self.sweep), name="sweeper"),
        ]

    async def close(self) -> None:
        """Let go of every room."""
        await stop(self._tasks)
        opening = list(self._rooms.values())
        self._rooms.clear()
        for room in opening:
            with contextlib.suppress(Exception, asyncio.CancelledError):
                await (await room).close()

    async def get(self, board_id: str) -> Room:
        """The room of a board, opened if it is not. Raises NoBoard, StoreAway or Broken.

        It stays for a while after the last screen has left.
        """
        opening = self._rooms.get(board_id)
        if opening is None:
            # In its place before the first await: two callers get the same room.
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
        """The rooms that are open now."""
        return [
            task.result()
            for task in self._rooms.values()
            if task.done() and not task.cancelled() and task.exception() is None
        ]

    async def delete(self, board_id: str) -> None:
        """Delete a board for good (S5); every screen of it is told."""
        opening = self._rooms.pop(board_id, None)
        room: Room | None = None
        if opening is not None:
            with contextlib.suppress(NoBoard, Broken, StoreAway):
                room = await asyncio.shield(opening)
        if room is not None:
            room.end(Close.GONE)
            await room.close()
        await self._store.forget(board_id)

    async def sweep(self) -> None:
        """Do for every board of the house what is due: tidy, seal, close, delete what expired."""
        for board_id in await self._store.expired(now=self._now()):
            await self._expire(board_id)
        for board_id in await self._store.due(now=self._now()):
            try:
                await (await self.get(board_id)).look_after()
            except NoBoard:
                await self._store.set_due(board_id, at=0, sooner=False)
            except Broken as problem:
                log.error("board %s cannot be looked after: %s", short(board_id), problem)
                later = self._now() + 24 * 60 * 60_000
                await self._store.set_due(board_id, at=later, sooner=False)

    async def _expire(self, board_id: str) -> None:
        try:
            room = await self.get(board_id)
        except (NoBoard, Broken):
            await self.delete(board_id)
            return
        await room.settle()
        if room.board.expires() > self._now():
            await self._store.set_expiry(board_id, at=room.board.expires())
        else:
            log.info("board %s has expired", short(board_id))
            await self.delete(board_id)

    async def _every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await do()
            except StoreAway:
                pass  # the rooms say so; here it is only tried again
            except Exception as problem:
                log.error("housekeeping: %s", where(problem))
            await asyncio.sleep(seconds)

    async def _beat(self) -> None:
        """Presence, and rooms that nobody needs any more."""
        now = asyncio.get_running_loop().time()
        for room in self.open_rooms():
            room.presence.beat()
            if room.ended is not None or (room.idle and now - room.touched_at > GRACE):
                del self._rooms[room.id]
                await room.close()

    async def _look_at_heads(self) -> None:
        rooms = self.open_rooms()
        before = [room.head for room in rooms]
        heads = await self._store.heads([room.id for room in rooms])
        for room, was, head in zip(rooms, before, heads, strict=True):
            if room.head == was:  # else it moved while we asked
                room.notice_head(head)
