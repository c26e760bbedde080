"""One connection's conversation, without any I/O: bytes in, an op; a board, bytes out.

A session holds no queue. It knows what it was last shown, and `catch_up` says what is new since,
however many versions lie between.

What may not live here: sockets, tasks, clocks, Redis, and any rule about who may see or do what
(view and decide know those).
"""

from __future__ import annotations

from typing import Any, Protocol

from board_schema import wire
from board_schema.board import Actor, Board, Role, Tab
from board_schema.fold import refusals
from board_schema.patch import View, diff
from board_schema.view import Audience, audience
from board_schema.wire import BadFrame, Close

OLD_REFUSALS = 200  # ops after which a refusal counts as seen, whatever the tab says


class Ended(Exception):
    """The connection is to be closed, and with which code."""

    def __init__(self, code: Close) -> None:
        self.code = code
        super().__init__(code.name)


class Shown:
    """One audience's view at one version. Sessions that see the same hold the same object."""

    __slots__ = ("audience", "board", "version", "view")

    def __init__(self, *, audience: Audience | None, version: int, view: View, board: Board | None) -> None:
        self.audience = audience
        self.version = version
        self.view = view
        self.board = board


NOTHING = Shown(audience=None, version=0, view={}, board=None)


class Ground(Protocol):
    """What a session looks at: a room, as it is now."""

    board: Board
    epoch: int  # changes when the log went backwards
    trouble: str

    @property
    def side(self) -> tuple[int, int]:
        """How often who is here, and what is dragged, has changed."""

    def shown_to(self, seen_by: Audience) -> Shown:
        """The present view of an audience."""

    def step(self, before: Shown, after: Shown) -> bytes:
        """The patch frame between two views; empty when nothing differs."""

    def personal(self, actor: Actor) -> View:
        """The personal layer of one person."""

    def touched(self, pid: str) -> int:
        """The last version at which the personal layer of that person may have changed."""

    def here(self, serial: int) -> bytes:
        """Who is here, if that changed after `serial`; else empty."""

    def drags(self, serial: int, *, shown: Shown, but: object) -> bytes:
        """The drags of others on notes that are shown, if any moved after `serial`; else empty."""


class Session:
    """What one connection is owed.

    `seen` is the highest op whose answer its tab already has. `tab` must name the tab and its
    person: one browser tab that comes back as somebody else is another tab.
    """

    __slots__ = (
        "_acked",
        "_down",
        "_epoch",
        "_mine",
        "_mine_at",
        "_pong",
        "_seen",
        "_side",
        "_tab_was",
        "_told",
        "_trouble",
        "pid",
        "role",
        "shown",
        "tab",
    )

    def __init__(self, *, pid: str, role: Role, tab: str, seen: int) -> None:
        self.pid = pid
        self.role = role
        self.tab = tab
        self.shown = NOTHING
        self._seen = seen
        self._acked = 0
        self._told: set[int] = set()
        self._down: list[tuple[int, str]] = []
        self._pong: bytes | None = None
        self._mine: View = {}
        self._mine_at = -1
        self._tab_was: Tab | None = None
        self._epoch = -1
        self._trouble = ""
        self._side = (0, 0)

    @property
    def actor(self) -> Actor:
        """Who asks, for the rules."""
        return Actor(self.pid, self.role)

    def welcome(self, ground: Ground, *, now: int) -> bytes:
        """The answer to hello. `now` is the server's clock in milliseconds."""
        person = ground.board.people.get(self.pid)
        kept = ground.board.tabs.get(self.tab)
        self._acked = 0 if kept is None else kept.n
        return wire.welcome(
            time=now,
            seat="" if person is None else person.seat,
            role=self.role if person is None else person.role,
            ack=self._acked,
        )

    def read(self, data: bytes) -> wire.Op | wire.Drag | wire.Ping:
        """A frame of the client's. Raises Ended when it is none."""
        try:
            frame = wire.read(data)
        except BadFrame:
            raise Ended(Close.BAD_FRAME) from None
        match frame:
            case wire.Hello():
                raise Ended(Close.BAD_FRAME)
            case wire.Ping(t=t):
                self._pong = wire.pong(t)
            case wire.Op(n=n):
                # Sent again, it is answered again (O2).
                if n <= self._acked:
                    self._acked = n - 1
                    self._told.discard(n)
                    self._tab_was = None
        return frame

    def seen(self, n: int) -> int:
        """The highest op whose answer the tab is known to have when it sends op `n` (O3)."""
        return max(self._seen, n - OLD_REFUSALS)

    def turn_down(self, n: int, reason: str) -> None:
        """Op `n` was refused, and the log does not say so."""
        self._down.append((n, reason))

    def may_drag(self, note: str) -> bool:
        """Whether the records this session was shown let it move a note that others see."""
        record = self.shown.view.get(f"note:{note}")
        if record is None:
            return False
        mine = self._mine.get(f"mine:{note}", {})
        return any(act in record.get("can", ()) or act in mine.get("can", ()) for act in _MOVES)

    def catch_up(self, ground: Ground) -> list[bytes]:
        """Every frame that is due now, in the order to send them; empty when nothing is new.

        Raises Ended when this person no longer has a place on the board.
        """
        self._still_welcome(ground.board)
        frames: list[bytes] = []
        if ground.trouble != self._trouble:
            self._trouble = ground.trouble
            frames.append(wire.trouble(ground.trouble))
        if self._epoch != ground.epoch:
            self._start_again(frames, ground)
        if self.shown.board is not ground.board:
            self._show(frames, ground)
        self._answer(frames, ground.board)
        side = ground.side
        if side != self._side:
            self._side_door(frames, ground)
            self._side = side
        if self._pong is not None:
            frames.append(self._pong)
            self._pong = None
        return frames

    def _still_welcome(self, board: Board) -> None:
        if self.role == "wall" or board.sealed:
            return
        person = board.people.get(self.pid)
        if person is None:
            raise Ended(Close.NO_ACCESS)
        if person.gone:
            raise Ended(Close.REMOVED)

    def _start_again(self, frames: list[bytes], ground: Ground) -> None:
        if self._epoch >= 0:
            frames.append(wire.reset())
            kept = ground.board.tabs.get(self.tab)
            self._acked = 0 if kept is None else kept.n
            self._tab_was = None
        self._epoch = ground.epoch
        self.shown, self._mine, self._mine_at = NOTHING, {}, -1

    def _show(self, frames: list[bytes], ground: Ground) -> None:
        now = ground.shown_to(audience(ground.board, self.actor))
        change = ground.step(self.shown, now)
        if change:
            frames.append(change)
        self.shown = now
        if ground.touched(self.pid) > self._mine_at:
            mine = ground.personal(self.actor)
            if own := diff(self._mine, mine):
                frames.append(wire.mine(now.version, own))
            self._mine = mine
        self._mine_at = now.version

    def _answer(self, frames: list[bytes], board: Board) -> None:
        for n, reason in self._down:
            frames.append(wire.refused(n, reason))
        self._down.clear()
        kept = board.tabs.get(self.tab)
        if kept is None or kept is self._tab_was:
            return
        self._tab_was = kept
        for n, reason in sorted(refusals(board, self.tab).items()):
            if n > self._seen and n not in self._told:
                self._told.add(n)
                frames.append(wire.refused(n, reason))
        if kept.n > self._acked:
            self._acked = kept.n
            frames.append(wire.ack(kept.n))

    def _side_door(self, frames: list[bytes], ground: Ground) -> None:
        here, drag = self._side
        for frame in (ground.here(here), ground.drags(drag, shown=self.shown, but=self)):
            if frame:
                frames.append(frame)


_MOVES = ("move", "place")


def plain_hello(data: bytes) -> wire.Hello:
    """The first frame. Raises Ended when it is no hello, or one of another protocol."""
    try:
        frame: Any = wire.read(data)
    except BadFrame:
        raise Ended(Close.BAD_FRAME) from None
    if not isinstance(frame, wire.Hello):
        raise Ended(Close.BAD_FRAME)
    if frame.protocol != wire.PROTOCOL:
        raise Ended(Close.PROTOCOL)
    return frame
