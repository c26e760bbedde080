"""Boards for tests without HTTP: created in the store, followed by rooms, read by sessions."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import Any, NamedTuple

import msgpack

from board_schema import decide, method, method_file, wire
from board_schema.board import DAY, Actor, Board, Role
from board_schema.events import Entry
from board_schema.fold import fold
from board_schema.wire import Close
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.boards.session import Ended, Session
from server.boards.submissions import Answer
from server.store import Credential, Store
from tests.machine.talk import patched

GUARD = 60  # seconds: only against hanging
METHODS = Path(method.__file__).parent / "methods"


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: int = 1_700_000_000_000) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


async def new_board(shelf: Store, clock: Clock, *, name: str = "fremtidsvaerksted") -> tuple[str, Actor]:
    """A board as pages.py makes it; its id, and its facilitator."""
    text = (METHODS / f"{name}.toml").read_text(encoding="utf-8")
    board = secrets.token_urlsafe(12)
    lead = Actor(secrets.token_urlsafe(12), "facilitator")
    created = decide.create(
        method_file.parse(text, file=name),
        board_id=board,
        seed=secrets.token_hex(8),
        pid=lead.pid,
        seat=secrets.token_urlsafe(6),
        now=clock(),
        this_year=2026,
        keep=30 * DAY,
    )
    entry = wire.pack_entry(Entry(tuple(created), pid=lead.pid, role="facilitator", at=clock()))
    await shelf.create(
        board,
        method=text,
        entry=entry,
        tokens=[(secrets.token_hex(32), Credential("facilitator", lead.pid))],
        expires=clock() + 30 * DAY,
        due=clock() + 30 * DAY,
    )
    return board, lead


class View:
    """A screen in memory: holds what its session was sent, or refuses to take anything."""

    def __init__(self, room: Room, actor: Actor, *, tab: str = "", seen: int = 0) -> None:
        self.room = room
        self.session = Session(pid=actor.pid, role=actor.role, tab=tab or secrets.token_urlsafe(9), seen=seen)
        self.actor = actor
        self.n = 0
        self.shown: dict[str, Any] = {}
        self.mine: dict[str, Any] = {}
        self.acked = 0
        self.refused: dict[int, str] = {}
        self.frames: list[bytes] = []
        self.resets = 0
        self.code: Close | None = None
        self.stalled = False
        self.welcome = msgpack.unpackb(self.session.welcome(room.feed, now=0))[1]
        self._changed = asyncio.Event()
        room.enter(self, self.welcome["seat"])
        self.send_due()

    def leave(self) -> None:
        self.room.leave(self, self.welcome["seat"], by=self.session)

    def send_due(self) -> None:
        if self.stalled or self.code is not None:
            return
        try:
            frames = self.session.catch_up(self.room.feed)
        except Ended as ended:
            self.end(ended.code)
            return
        for frame in frames:
            self.frames.append(frame)
            self._take(msgpack.unpackb(frame))
        self._changed.set()

    def end(self, code: Close) -> None:
        self.code = code
        self._changed.set()

    def op(self, name: str, /, *, n: int = 0, **args: Any) -> asyncio.Future[Answer]:
        """Hand in an op as handler.py does."""
        if not n:
            self.n += 1
        frame = self.session.read(wire.pack(["op", n or self.n, name, args]))
        assert isinstance(frame, wire.Op)
        answer = self.room.submit(
            self.actor,
            tab=self.session.tab,
            n=frame.n,
            name=frame.name,
            args=frame.args,
            seen=self.session.seen(frame.n),
        )
        answer.add_done_callback(lambda done: self._answered(frame.n, done))
        return answer

    def _answered(self, n: int, done: asyncio.Future[Answer]) -> None:
        if done.cancelled() or done.exception() is not None:
            return
        answer = done.result()
        if answer.reason is not None and not answer.logged:
            self.session.add_refusal(n, answer.reason)
        else:
            if answer.again:
                self.session.answer_again(n)
            self.session.note_answer(n, answer.reason)
        if self.session.is_current(self.room.board):
            self.send_due()

    async def until(self, true: Any) -> None:
        async with asyncio.timeout(GUARD):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    async def level(self) -> None:
        """Wait until everything this room has is shown."""
        await self.until(lambda: self.session.is_current(self.room.board))

    def notes(self) -> dict[str, Any]:
        return {k[5:]: v for k, v in self.shown.items() if k.startswith("note:")}

    def _take(self, frame: list[Any]) -> None:
        match frame:
            case ["patch", _, put, gone]:
                self.shown = patched(self.shown, put, gone)
            case ["mine", _, put, gone]:
                self.mine = patched(self.mine, put, gone)
            case ["ack", n]:
                self.acked = n
            case ["refused", n, reason]:
                self.refused[n] = reason
            case ["reset"]:
                self.resets += 1
                self.shown, self.mine = {}, {}


async def come_in(room: Room, role: Role = "participant", name: str = "") -> Actor:
    """Somebody joins; who they are."""
    actor = Actor(secrets.token_urlsafe(12), role)
    seat = secrets.token_urlsafe(6)
    answer = await room.submit_join(actor, seat=seat, name=name, remote=False)
    assert answer.reason is None
    return actor


def note_id() -> str:
    return secrets.token_urlsafe(12)


class Elsewhere(NamedTuple):
    """What another web process on the same store has: a connection to it of its own, and its rooms."""

    shelf: Store
    rooms: Rooms


async def writing(room: Room, lead: Actor) -> View:
    """The facilitator's screen, in a round where people write for themselves."""
    screen = View(room, lead)
    await screen.op("round", to="critique")
    return screen


def fold_all(loaded: Any) -> Board:
    """The board that a loaded log folds to."""
    board = Board() if loaded.snapshot is None else wire.unpack_board(loaded.snapshot)
    for entry in loaded.entries:
        board = fold(board, entry.version, wire.unpack_entry(entry.data))
    return board
