"""What people ask of a board, on its way into the log: decide, append if the log is unchanged, fold.

Submissions that arrive while an append is in flight go together in the next one. After an append conflict the copy is
caught up and everything is decided again (S1, S6). Nothing else in the house writes to a board's log.

What may not live here: the rules that decide (board_schema), and what is done after an append (upkeep.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from board_schema import decide, events, wire
from board_schema.answers import op_digest, use_of
from board_schema.board import Actor, Board
from board_schema.commands import Reason, Refused, parse
from board_schema.events import Entry
from board_schema.fold import fold
from server.boards.follower import Follower
from server.boards.upkeep import Upkeep
from server.log import short, where
from server.store import Conflict, Store, StoreAway

log = logging.getLogger("tavle.rooms")

BATCH = 64  # submissions that go together in one append

Wish = Callable[[Board], list[events.AnyEvent]]
"""What a submission would have happen on a board. Raises Refused."""


@dataclass(eq=False, slots=True)
class Ask:
    """One submission: what to decide, for whom, and where the answer goes."""

    decide: Wish
    actor: Actor
    answer: asyncio.Future[Answer]
    tab: str = ""
    n: int = 0
    seen: int = 0
    digest: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """How a submission ended.

    `reason` is None when its entry is in the log; `logged` says that the log remembers a refusal (O3),
    `again` that the op had its answer before.
    """

    reason: Reason | None = None
    logged: bool = True
    again: bool = False


ANSWERED = Answer()
AGAIN = Answer(again=True)
OUT_OF_ORDER = Answer("out_of_order", logged=False)  # the number may be another op's, whose answer stands


@dataclass(slots=True)
class _Draft:
    """A batch being decided: the board as it would become, and the entries that take it there."""

    board: Board
    packed: list[bytes] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


class Submissions:
    """The queue of one board's submissions.

    `wake` is called when one has come; then somebody must call `append` until none is `waiting`. `ahead` is called
    with the board as it will be, while the store writes.
    """

    def __init__(
        self,
        follower: Follower,
        upkeep: Upkeep,
        store: Store,
        *,
        now: Callable[[], int],
        wake: Callable[[], None],
        ahead: Callable[[Board], None],
    ) -> None:
        self._follower = follower
        self._upkeep = upkeep
        self._store = store
        self._now = now
        self._wake = wake
        self._ahead = ahead
        self._pending: deque[Ask] = deque()

    @property
    def waiting(self) -> bool:
        """Whether any submission has no answer yet."""
        return bool(self._pending)

    def op(self, actor: Actor, *, tab: str, n: int, name: object, args: object, seen: int) -> asyncio.Future[Answer]:
        """Take an op of a tab (SPEC 5)."""

        def wish(board: Board) -> list[events.AnyEvent]:
            command = parse(name, args)
            return decide.decide(board, self._follower.method, actor, command, self._now())

        return self._queue(Ask(wish, actor, _answer(), tab=tab, n=n, seen=seen, digest=op_digest(tab, name, args)))

    def join(self, actor: Actor, *, seat: str, name: str, remote: bool) -> asyncio.Future[Answer]:
        """Let somebody in through the door; `actor` has a new pid and a role."""

        def wish(board: Board) -> list[events.AnyEvent]:
            if actor.pid in board.people:
                return []  # ours, by an append whose answer was lost
            method = self._follower.method
            return decide.join(board, method, pid=actor.pid, seat=seat, name=name, role=actor.role, remote=remote)

        return self.ask(wish, actor)

    def tidy(self) -> asyncio.Future[Answer]:
        """Do what has come due by itself."""
        return self.ask(lambda board: decide.tidy(board, self._now()), Actor("", "wall"))

    def ask(self, wish: Wish, actor: Actor) -> asyncio.Future[Answer]:
        """Take a submission of no tab. The answer comes when its entry is in the log, or it was refused."""
        return self._queue(Ask(wish, actor, _answer()))

    def _queue(self, ask: Ask) -> asyncio.Future[Answer]:
        self._pending.append(ask)
        self._wake()
        return ask.answer

    def drop(self) -> None:
        """Give up what is pending; whether it was done is unknown here, and a client asks again (P4)."""
        for ask in self._pending:
            if not ask.answer.done():
                ask.answer.set_exception(StoreAway("the room is closed"))
        self._pending.clear()

    async def append(self) -> None:
        """Decide what is pending and append it, once; what met an append conflict stays pending.

        Raises StoreAway, NoBoard, Broken.
        """
        batch = [self._pending[i] for i in range(min(BATCH, len(self._pending)))]
        follower = self._follower
        after = follower.head
        draft = _Draft(follower.board)
        now = self._now()
        for ask in batch:
            draft.answers.append(self._decided(draft, ask, now))
        if draft.packed:
            await self._upkeep.note_sooner(draft.board)
            if follower.head != after:
                return  # entries of others came meanwhile: decide again
            asyncio.get_running_loop().call_soon(self._ahead, draft.board)
            try:
                head = await self._store.append(follower.id, after=after, entries=draft.packed)
            except Conflict:
                await follower.catch_up()
                return
            if follower.head == after:
                follower.become(draft.board, head)
            elif follower.head.version < head.version:
                follower.fall_behind()
        for ask, answer in zip(batch, draft.answers, strict=True):
            self._pending.popleft()
            if not ask.answer.done():
                ask.answer.set_result(answer)
        self._upkeep.look_after(draft.entries)

    def _decided(self, draft: _Draft, ask: Ask, now: int) -> Answer:
        if ask.tab and (use := use_of(draft.board, ask.tab, ask.n, ask.digest)) != "new":
            return AGAIN if use == "again" else OUT_OF_ORDER
        try:
            wished = ask.decide(draft.board)
            if wished or ask.tab:
                self._add(draft, ask, tuple(wished), now)
        except Refused as refusal:
            return self._refused(draft, ask, refusal.reason, now)
        except Exception as problem:
            log.error("a rule raised an exception, board %s: %s", short(self._follower.id), where(problem))
            return self._at_fault(draft, ask, now)
        return ANSWERED

    def _at_fault(self, draft: _Draft, ask: Ask, now: int) -> Answer:
        """Refuse what made a rule raise an exception. What cannot even be refused must not hold up the others."""
        try:
            return self._refused(draft, ask, "fault", now)
        except Exception as problem:
            log.error("a refusal raised an exception, board %s: %s", short(self._follower.id), where(problem))
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
            digest=ask.digest,
        )
        packed = wire.pack_entry(entry)
        # Folded from its bytes, as every other process will (O6).
        board = fold(draft.board, draft.board.version + 1, wire.unpack_entry(packed))
        draft.board = board
        draft.packed.append(packed)
        draft.entries.append(entry)


def _answer() -> asyncio.Future[Answer]:
    return asyncio.get_running_loop().create_future()
