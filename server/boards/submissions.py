"""Writes submissions (ops, joins, due events) to a board's log: decide, append if the log is unchanged, fold.

Submissions that arrive during an append go together into the next one. After an append conflict the copy is brought up
to date and everything pending is decided again (S1, S6). No other module appends to a board's log.

What may not live here: the rules that decide (board_schema), and jobs that follow an append (upkeep.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import cast

from board_schema import decide, events, wire
from board_schema.answers import op_digest, refusals, use_of
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

Decide = Callable[[Board], list[events.AnyEvent]]
"""The events of a submission on a given board. Raises Refused."""


@dataclass(eq=False, slots=True)
class Submission:
    """A submission: how to decide it, whose it is, and the future for its answer."""

    decide: Decide
    actor: Actor
    answer: asyncio.Future[Answer]
    tab: str = ""
    n: int = 0
    seen: int = 0
    digest: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a submission.

    `reason`: None when its entry is in the log, else why it was refused; `logged`: whether the log records a refusal
    (O3); `again`: whether the op had been answered before.
    """

    reason: Reason | None = None
    logged: bool = True
    again: bool = False


ANSWERED = Answer()
# Not logged: the number may belong to another op, whose answer stays valid.
OUT_OF_ORDER = Answer("out_of_order", logged=False)


@dataclass(slots=True)
class _Draft:
    """A batch being decided: the entries to append, and the board that results from them."""

    board: Board
    packed: list[bytes] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


class Submissions:
    """The queue of one board's submissions.

    `wake` is called for each new submission; the owner must then call `append` until none is `waiting`. `ahead` is
    called with the resulting board while the store writes its entries. `here` gives the seats that are connected.
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
        here: Callable[[], Collection[str]],
    ) -> None:
        self._follower = follower
        self._upkeep = upkeep
        self._store = store
        self._now = now
        self._wake = wake
        self._ahead = ahead
        self._here = here
        self._pending: deque[Submission] = deque()

    @property
    def waiting(self) -> bool:
        """Whether any submission has no answer yet."""
        return bool(self._pending)

    def op(self, actor: Actor, *, tab: str, n: int, name: object, args: object, seen: int) -> asyncio.Future[Answer]:
        """Queue an op of a tab (SPEC 5)."""

        def decision(board: Board) -> list[events.AnyEvent]:
            command = parse(name, args)
            here = self._here() if board.ahead else None
            return decide.decide(board, self._follower.method, actor, command, self._now(), here)

        return self._queue(
            Submission(decision, actor, _answer(), tab=tab, n=n, seen=seen, digest=op_digest(tab, name, args))
        )

    def join(self, actor: Actor, *, seat: str, name: str, remote: bool) -> asyncio.Future[Answer]:
        """Queue the joining of a person. `actor` holds their new pid and their role."""

        def decision(board: Board) -> list[events.AnyEvent]:
            if actor.pid in board.people:
                return []  # already appended by us: the store's answer got lost
            method = self._follower.method
            return decide.join(
                board, method, pid=actor.pid, seat=seat, name=name, role=actor.role, remote=remote, now=self._now()
            )

        return self.submit(decision, actor)

    def tidy(self) -> asyncio.Future[Answer]:
        """Queue the events that have become due by time alone."""
        return self.submit(lambda board: decide.tidy(board, self._now()), Actor("", "wall"))

    def submit(self, decision: Decide, actor: Actor) -> asyncio.Future[Answer]:
        """Queue a submission without a tab. The future resolves when its entry is in the log, or it was refused."""
        return self._queue(Submission(decision, actor, _answer()))

    def _queue(self, submission: Submission) -> asyncio.Future[Answer]:
        self._pending.append(submission)
        self._wake()
        return submission.answer

    def drop(self) -> None:
        """Fail all pending submissions. Some may have been appended; a client resends its ops to find out (P4)."""
        for submission in self._pending:
            if not submission.answer.done():
                submission.answer.set_exception(StoreAway("the room is closed"))
        self._pending.clear()

    async def append(self) -> None:
        """Decide and append one batch of pending submissions; after an append conflict they stay pending.

        Raises StoreAway, NoBoard or Broken.
        """
        batch = [self._pending[i] for i in range(min(BATCH, len(self._pending)))]
        follower = self._follower
        after = follower.head
        draft = _Draft(follower.board)
        now = self._now()
        for submission in batch:
            draft.answers.append(self._decided(draft, submission, now))
        if draft.packed:
            await self._upkeep.note_sooner(draft.board)
            if follower.head != after:
                return  # the log has moved on during the call above: decide again
            asyncio.get_running_loop().call_soon(self._ahead, draft.board)
            try:
                head = await self._store.append(follower.id, after=after, entries=draft.packed)
            except Conflict:
                await follower.catch_up()
                return
            if follower.head == after:
                follower.advance(draft.board, head, draft.entries)
            elif follower.head.version < head.version:
                follower.fall_behind()
        for submission, answer in zip(batch, draft.answers, strict=True):
            self._pending.popleft()
            if not submission.answer.done():
                submission.answer.set_result(answer)
        self._upkeep.log_events(draft.entries)
        self._upkeep.look_after(draft.entries)

    def _decided(self, draft: _Draft, submission: Submission, now: int) -> Answer:
        if submission.tab and (use := use_of(draft.board, submission.tab, submission.n, submission.digest)) != "new":
            return _again(draft.board, submission) if use == "again" else OUT_OF_ORDER
        try:
            happened = submission.decide(draft.board)
            if happened or submission.tab:
                self._add(draft, submission, tuple(happened), now)
        except Refused as refusal:
            return self._refused(draft, submission, refusal.reason, now)
        except Exception as problem:
            log.error("a rule raised an exception, board %s: %s", short(self._follower.id), where(problem))
            return self._at_fault(draft, submission, now)
        return ANSWERED

    def _at_fault(self, draft: _Draft, submission: Submission, now: int) -> Answer:
        """Refuse a submission on which a rule raised an exception, so that it does not hold up the others."""
        try:
            return self._refused(draft, submission, "fault", now)
        except Exception as problem:
            log.error("a refusal raised an exception, board %s: %s", short(self._follower.id), where(problem))
            return Answer("fault", logged=False)

    def _refused(self, draft: _Draft, submission: Submission, reason: Reason, now: int) -> Answer:
        """Record a refusal in the log for its tab (O3); also a listener's, who may become a participant later."""
        person = draft.board.by_pid(submission.actor.pid)
        if not submission.tab or person is None or person.gone:
            return Answer(reason, logged=False)
        self._add(draft, submission, (events.OpRefused(n=submission.n, reason=reason),), now)
        return Answer(reason)

    def _add(self, draft: _Draft, submission: Submission, what: tuple[events.AnyEvent, ...], now: int) -> None:
        entry = Entry(
            events=what,
            pid=submission.actor.pid,
            role=submission.actor.role,
            tab=submission.tab,
            n=submission.n,
            at=now,
            seen=submission.seen,
            digest=submission.digest,
        )
        packed = wire.pack_entry(entry)
        # Folded from its packed bytes, as in every other process (O6).
        board = fold(draft.board, draft.board.version + 1, wire.unpack_entry(packed))
        draft.board = board
        draft.packed.append(packed)
        draft.entries.append(entry)


def _again(board: Board, submission: Submission) -> Answer:
    """The answer to an op that was answered before: the board may be sealed, and forget it, before that is sent."""
    reason = cast("Reason | None", refusals(board, submission.tab).get(submission.n))
    return Answer(reason, again=True)


def _answer() -> asyncio.Future[Answer]:
    return asyncio.get_running_loop().create_future()
