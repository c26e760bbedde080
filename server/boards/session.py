"""One connection's protocol state, without any I/O: it parses incoming frames, and makes the frames to send.

A session holds no queue. It remembers what it has sent, and `catch_up` returns the difference to the current board,
however many versions lie between.

What may not live here: sockets, tasks, clocks, Redis, and any rule about who may see or do what
(board_schema: view, decide).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from board_schema import wire
from board_schema.board import Actor, Board, Person, Role, Tab
from board_schema.commands import Refused, clean
from board_schema.fold import refusals
from board_schema.patch import View, diff
from board_schema.view import Audience, audience
from board_schema.wire import BadFrame, Close
from server.boards.feed import START, Feed, Shown
from server.boards.presence import Words

OLD_REFUSALS = 200  # a refusal this many ops back counts as received, even if the tab never said so


class Ended(Exception):
    """The connection must be closed with `code`."""

    def __init__(self, code: Close) -> None:
        self.code = code
        super().__init__(code.name)


class Session:
    """What one connection has been sent and must still be sent.

    `seen` is the highest op number whose answer the tab has received. `tab` must name the person and the browser tab:
    the same browser tab with another person's token counts as another tab.
    """

    __slots__ = (
        "_acked",
        "_answer_due",
        "_audience",
        "_board",
        "_cursor",
        "_done",
        "_logged",
        "_mine",
        "_mine_at",
        "_people",
        "_person",
        "_pong",
        "_seen",
        "_tab_was",
        "_told",
        "_unlogged",
        "pid",
        "role",
        "tab",
    )

    def __init__(self, *, pid: str, role: Role, tab: str, seen: int) -> None:
        self.pid = pid
        self.role = role
        self.tab = tab
        self._cursor = START
        self._board: Board | None = None
        self._people: dict[str, Person] | None = None
        self._person: Person | None = None
        self._audience: Audience | None = None
        self._seen = seen
        self._acked = 0
        self._told: set[int] | None = None
        self._unlogged: list[tuple[int, str]] | None = None
        self._done = 0  # the highest op that was done, and refusals in the log: a sealed board no longer holds them
        self._logged: list[tuple[int, str]] | None = None
        self._answer_due = False  # whether an answer may be due although the board has not changed
        self._pong: bytes | None = None
        self._mine: View = {}
        self._mine_at = -1
        self._tab_was: Tab | None = None

    @property
    def actor(self) -> Actor:
        """The person and role, as the rules take them."""
        return Actor(self.pid, self.role)

    @property
    def shown(self) -> Shown:
        """The picture that this connection was last sent."""
        return self._cursor.shown

    def is_current(self, board: Board) -> bool:
        """Whether the connection has been sent everything of this board."""
        return self._board is board

    def welcome(self, feed: Feed, *, now: int) -> bytes:
        """The answer to hello. `now` is the server's clock in milliseconds."""
        person = feed.board.by_pid(self.pid)
        kept = feed.board.tab(self.tab)
        self._acked = 0 if kept is None else kept.n
        return wire.welcome(
            time=now,
            seat="" if person is None else person.seat,
            role=self.role if person is None else person.role,
            ack=self._acked,
        )

    def read(self, data: bytes) -> wire.Op | wire.Drag | wire.Ping | wire.Words | None:
        """Parse a frame from the client; None for one to be ignored. Raises Ended when it is invalid."""
        try:
            frame = wire.read(data)
        except BadFrame:
            raise Ended(Close.BAD_FRAME) from None
        if isinstance(frame, wire.Hello):
            raise Ended(Close.BAD_FRAME)
        if isinstance(frame, wire.Ping):
            self._pong = wire.pong(frame.t)
        return frame

    def seen(self, n: int) -> int:
        """The highest op number whose answer the tab is known to have received when it sends op `n` (O3)."""
        return max(self._seen, n - OLD_REFUSALS)

    def add_refusal(self, n: int, reason: str) -> None:
        """Note that op `n` was refused and that the log does not record it, to send the refusal."""
        self._unlogged = [*(self._unlogged or ()), (n, reason)]
        self._answer_due = True

    def note_answer(self, n: int, reason: str | None) -> None:
        """Note the answer to op `n` that is in the log, for the case that the board is sealed before it was sent."""
        if reason is None:
            self._done = max(self._done, n)
        else:
            self._logged = [*(self._logged or ()), (n, reason)]
        if self._board is not None and self._board.sealed:
            self._answer_due = True

    def answer_again(self, n: int) -> None:
        """Note that op `n` was resent, to send its answer again (O2)."""
        self._acked = min(self._acked, n - 1)
        if self._told is not None:
            self._told.discard(n)
        self._tab_was = None
        self._answer_due = True

    def may_drag(self, note: str) -> bool:
        """Whether the records that this session was sent allow it to move the note, which others see."""
        record = self._cursor.shown.view.get(f"note:{note}")
        if record is None:
            return False
        mine = self._mine.get(f"mine:{note}", {})
        return any(act in record.get("can", ()) or act in mine.get("can", ()) for act in _MOVES)

    def words(self, said: tuple[int | str, ...]) -> Words | None:
        """The words that somebody wishes to show, in both languages; None where the records that they were sent do not
        let them (R34).
        """
        parts = self._mine.get("me", {}).get("parts", ())
        offered = [word for part in parts for word in part["words"]]
        if not offered:
            return None
        shown: Words = []
        for word in said:
            if isinstance(word, int):
                shown += offered[word : word + 1]
                continue
            with suppress(Refused):
                text = clean(word, limit=wire.WORD_LIMIT, lines=False)
                shown.append({"da": text, "en": text})
        return shown

    def catch_up(self, feed: Feed) -> list[bytes]:
        """Every frame that is due now, in sending order; empty when nothing is new.

        Raises Ended when the person was removed, or is unknown to the board, also because a sitting ended.
        """
        board = feed.board
        # Runs for every connection at every change: unchanged parts are recognised by identity, without calls.
        asks = self._audience
        if asks is None or board.people is not self._people:
            asks = self._current_audience(board)
        was, step = self._cursor, feed.step(self._cursor, asks)
        self._cursor = step.to
        self._audience = step.seen_by  # equal to `asks`, but one object for the whole audience: faster to compare
        own: list[bytes] = []
        if was.epoch not in (step.to.epoch, START.epoch):
            self._reset(board)
        if board is not self._board or self._answer_due:
            if feed.touched.get(self.pid, 0) > self._mine_at or feed.everybody_at > self._mine_at:
                self._add_personal(own, feed)
            self._mine_at = board.version
            kept = board.tabs.get(self.tab)
            if self._answer_due or kept is not self._tab_was or board.sealed:
                self._add_answers(own, board)
            self._board, self._answer_due = board, False
        after: list[bytes] = step.after
        if step.to.drag != was.drag and feed.drags_of(self):
            others = feed.drags(was.drag, shown=step.to.shown, but=self)
            after = [frame for frame in (step.here, step.words, others) if frame]
        if self._pong is not None:
            after = [*after, self._pong]
            self._pong = None
        if not own and after is step.after:
            return step.all
        return [*step.before, *own, *after]

    def _current_audience(self, board: Board) -> Audience:
        """The session's audience. Raises Ended when the person was removed, or is unknown to the board."""
        person = board.by_pid(self.pid)
        if person is None or person is not self._person or self._audience is None:
            if self.role != "wall" and not board.sealed:
                if person is None:
                    raise Ended(Close.OVER if board.programme else Close.NO_ACCESS)
                if person.gone:
                    raise Ended(Close.REMOVED)
            self._person = person
            self._audience = audience(board, self.actor)
        self._people = board.people
        return self._audience

    def _reset(self, board: Board) -> None:
        kept = board.tab(self.tab)
        self._acked = 0 if kept is None else kept.n
        self._tab_was = None
        self._mine, self._mine_at = {}, -1
        self._board = None

    def _add_personal(self, frames: list[bytes], feed: Feed) -> None:
        before = None if self._board is None or self._mine_at < 0 else (self._board, self._mine)
        mine = feed.personal(self.actor, before)
        own = diff(self._mine, mine)
        # The first layer is sent even when empty: a client that reconnects may still show an older one.
        if own or (self._mine_at < 0 and self.pid):
            frames.append(wire.mine(self._cursor.shown.version, own))
        self._mine = mine

    def _add_answers(self, frames: list[bytes], board: Board) -> None:
        if self._unlogged is not None:
            frames += [wire.refused(n, reason) for n, reason in self._unlogged]
            self._unlogged = None
        if board.sealed:
            self._add_last_answers(frames)
            return
        kept = board.tab(self.tab)
        if kept is None or kept is self._tab_was:
            return
        self._logged = None
        self._tab_was = kept
        told = self._told or set()
        for n, reason in sorted(refusals(board, self.tab).items()):
            if n > self._seen and n not in told:
                self._told = told = told | {n}
                frames.append(wire.refused(n, reason))
        if kept.n > self._acked:
            self._acked = kept.n
            frames.append(wire.ack(kept.n))

    def _add_last_answers(self, frames: list[bytes]) -> None:
        """The answers to ops that came before the board was sealed."""
        if self._logged is not None:
            told = self._told or set()
            frames += [wire.refused(n, reason) for n, reason in self._logged if n not in told]
            self._logged = None
        if self._done > self._acked:
            self._acked = self._done
            frames.append(wire.ack(self._done))


_MOVES = ("move", "place")


def parse_hello(data: bytes) -> wire.Hello:
    """Parse the first frame. Raises Ended when it is not a hello, or has another protocol number."""
    try:
        frame: Any = wire.read(data)
    except BadFrame:
        raise Ended(Close.BAD_FRAME) from None
    if not isinstance(frame, wire.Hello):
        raise Ended(Close.BAD_FRAME)
    if frame.protocol != wire.PROTOCOL:
        raise Ended(Close.PROTOCOL)
    return frame
