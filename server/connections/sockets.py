"""The socket room: accept, origin, hello, reading, writing, and why a connection ends.

Nothing here waits for one screen on behalf of another: a connection whose buffer is full is left
out until it has drained, and cut when it does not drain at all.

What may not live here: what is sent (session.py), who may do what (board_schema), and boards'
storage. No exception leaves a connection's task.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol, cast

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.server import ServerProtocol

from board_schema import wire
from board_schema.board import Role
from board_schema.wire import Close
from server.boards.rooms import Answer, Broken, Room, Rooms
from server.boards.session import Batch, Ended, Session, plain_hello
from server.doors import access
from server.doors.access import Bucket
from server.log import short, where
from server.metrics import COUNTS
from server.store import Grant, NoBoard, Store, StoreAway
from server.tasks import stop

log = logging.getLogger("tavle.sockets")

EXTENSION = "tavle.connection"  # under which our protocol class stands in a scope
HELLO_WITHIN = wire.HELLO_WITHIN / 1000  # seconds
LARGEST_MESSAGE = 64 * 1024  # bytes; above `wire.MAX_FRAME` we still say why we hang up
HELLOS_A_TURN = 8  # newcomers who get their first picture in one turn of the loop
FULL = 16 * 1024  # bytes that wait in our own buffer, above which a connection is left out until they are gone
STALLED = 5.0  # seconds without a single byte taken, after which a connection is cut
STALLED_UNSEEN = 20.0  # the same where it cannot be seen whether bytes are taken
LOOK = 1.0  # seconds between two looks at connections whose buffer is full
UNANSWERED = 64  # ops of one connection that may wait for an answer before it is read on
SIDE_RATE, SIDE_BURST = 60, 120  # drags and pings a second, and at once
FLOOD = 30.0  # seconds above the limit without a pause, after which a connection is closed
GOODBYE = 1.0  # seconds for a goodbye to leave
MOST_SILENT = 2_000  # connections without a hello at a time; the oldest goes, so that nobody new is shut out
EACH, WALLS = 64, 1_200  # connections of one person, and of one board's walls; the oldest goes
FAREWELLS = 50  # goodbyes in one turn of the loop when the server stops


class Wire(Protocol):
    """The way out of one connection."""

    ready: Callable[[], None] | None  # to be called when it can take more again

    @property
    def open(self) -> bool:
        """Whether it takes frames now."""

    def write(self, frames: list[bytes]) -> None:
        """Send frames; only when `open`. Never waits."""

    def stalled(self, now: float) -> bool:
        """Whether the other end has taken nothing for too long. `now`: seconds."""

    def abort(self) -> None:
        """Cut it without a word."""


class Inbox:
    """What came and was not read yet: as much of a queue as uvicorn asks for, for one reader.

    It weighs next to nothing while nothing is in it, which is nearly always.
    """

    __slots__ = ("_messages", "_waiting")

    def __init__(self) -> None:
        self._messages: deque[Any] | None = None
        self._waiting: asyncio.Future[None] | None = None

    def put_nowait(self, message: Any) -> None:
        """Add a message."""
        if self._messages is None:
            self._messages = deque()
        self._messages.append(message)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def empty(self) -> bool:
        """Whether nothing is there."""
        return self._messages is None

    @property
    def awaited(self) -> bool:
        """Whether the reader has read everything and waits for more."""
        return self._waiting is not None and self._messages is None

    async def get(self) -> Any:
        """The oldest message, as soon as there is one."""
        while self._messages is None:
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None
        message = self._messages.popleft()
        if not self._messages:
            self._messages = None
        return message


class Flow:
    """Whether the way out takes more: an event that weighs nothing while nobody waits for it."""

    __slots__ = ("_flows", "_waiting")

    def __init__(self) -> None:
        self._flows = True
        self._waiting: list[asyncio.Future[None]] | None = None

    def is_set(self) -> bool:
        """Whether it takes more."""
        return self._flows

    def clear(self) -> None:
        """It takes no more."""
        self._flows = False

    def set(self) -> None:
        """It takes more; who waited goes on."""
        self._flows = True
        waiting, self._waiting = self._waiting, None
        for future in waiting or ():
            if not future.done():
                future.set_result(None)

    async def wait(self) -> None:
        """Return when it takes more."""
        while not self._flows:
            future = asyncio.get_running_loop().create_future()
            self._waiting = [*(self._waiting or ()), future]
            await future


class Connection(WebSocketsSansIOProtocol):
    """uvicorn's protocol, with a door to its transport, and light.

    Frames are written straight to the transport, and its buffer tells who is slow. Not a public
    class of uvicorn's: tests hold what is used of it, and `Relay` stands in where it is missing.
    """

    # Also what uvicorn's own class puts into a dictionary: thousands of these lie idle.
    __slots__ = (
        "_before_ping", "_close_sent", "_moved_at", "_small", "_waiting", "app", "app_state", "asgi_version",
        "client", "close_timeout", "close_timer", "config", "conn", "connections", "curr_msg_data_type",
        "default_headers", "disconnected", "frames", "handshake_complete", "handshake_initiated", "hear", "inbox",
        "initial_response", "last_ping_rtt", "logger", "loop", "open", "pending_ping_payload", "ping_interval",
        "ping_sent_at", "ping_timeout", "ping_timer", "pong_timer", "queue", "read_paused", "ready", "request",
        "response", "root_path", "scheme", "scope", "server", "tasks", "transport", "writable",
    )  # fmt: skip

    open: bool
    """Whether frames may be written now."""

    ready: Callable[[], None] | None
    hear: Callable[[bytes], bool] | None
    """To be asked first about a message: whether it has been taken."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.open = False
        self.ready = None
        self.hear = None
        super().__init__(*args, **kwargs)
        self.conn = ServerProtocol(max_size=LARGEST_MESSAGE, logger=logging.getLogger("uvicorn.error"))
        self.inbox = Inbox()
        self.queue = cast(Any, self.inbox)
        self.writable = cast(Any, Flow())
        self._waiting = -1
        self._moved_at = 0.0
        self._before_ping = 0
        self._small: Bucket | None = None

    def handle_connect(self, event: Request) -> None:
        """Put ourselves into the scope of the task that has just been planned."""
        super().handle_connect(event)
        if not self.handshake_complete:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    def shaken(self) -> None:
        """The handshake is done: frames may be written, and what only it needed is let go of."""
        cast(dict[str, Any], self.scope).clear()
        self.request.headers.clear()
        self.response.headers.clear()
        self.transport.set_write_buffer_limits(high=FULL)
        self._look()

    def _look(self) -> None:
        self.open = (
            self.writable.is_set()
            and self.handshake_complete
            and not (self.close_sent or self.disconnected or self.transport.is_closing())
        )

    @property
    def close_sent(self) -> bool:
        """Whether our goodbye is on its way."""
        return self._close_sent

    @close_sent.setter
    def close_sent(self, sent: bool) -> None:
        self._close_sent = sent
        self.open = self.open and not sent

    def pause_writing(self) -> None:
        """The buffer is full."""
        super().pause_writing()
        self.open = False

    def resume_writing(self) -> None:
        """The buffer has drained."""
        super().resume_writing()
        self._waiting = -1
        self._look()
        if self.ready is not None:
            self.ready()

    def handle_ping(self) -> None:
        """A ping of the WebSocket's own, which no browser sends: answered as often as one of ours would be."""
        if not self._flooded():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """An answer to a ping of ours, or of nobody's."""
        if not self._flooded():
            super().handle_pong(event)

    def handle_cont(self, event: Frame) -> None:
        """A part of a message, which may be empty."""
        if not self._flooded():
            super().handle_cont(event)

    def _flooded(self) -> bool:
        """Whether there are too many frames that no session ever sees, and so none slows down (P7): then it is cut."""
        if self.transport.is_closing():
            return True
        now = self.loop.time()
        if self._small is None:
            self._small = Bucket(rate=SIDE_RATE, burst=SIDE_BURST, now=now)
        if not self._small.take(now):
            return False
        self.abort()
        return True

    def handle_close(self, event: Frame) -> None:
        """The other end says goodbye."""
        self.open = False
        super().handle_close(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self.open = False
        super().connection_lost(exc)

    def write(self, frames: list[bytes]) -> None:
        """Write frames; how they look on the way is the same for everybody, so it is made once for many."""
        if type(frames) is not Batch:
            # Not joined: a first picture is large, and the same for many.
            self.transport.writelines([part for frame in frames for part in (_header(len(frame)), frame)])
            return
        if not frames.framed:
            frames.framed = _framed(frames)
        self.transport.write(frames.framed)

    def stalled(self, now: float) -> bool:
        """Whether a full buffer, ours and the system's, has not moved for too long."""
        if self.writable.is_set() or self.disconnected:
            self._waiting = -1
            return False
        waiting = self._unsent()
        if self._waiting < 0 or waiting < self._waiting:
            self._moved_at = now
        self._waiting = waiting
        return now - self._moved_at >= STALLED

    def abort(self) -> None:
        """Cut the connection; what is in the buffer, ours and the system's, is thrown away."""
        self.open = False
        sock = self.transport.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError, ValueError, RuntimeError):
            # A reset instead of a goodbye: it frees what the system holds at once, and tells the other end.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def send_receive_event_to_app(self) -> None:
        """What needs no waiting is heard at once, while the reader waits; the rest goes by way of the inbox.

        Nobody speaks text here: it is turned away unread, so that bad encoding is nobody's error (4500).
        """
        if self.curr_msg_data_type == "text":
            self.frames = [b""]
        elif self.hear is not None and len(self.frames) == 1 and self.inbox.awaited and self.hear(self.frames[0]):
            self.frames = []
            return
        super().send_receive_event_to_app()

    def send_keepalive_ping(self) -> None:
        """Ask whether the other end is there, and remember what still waits before the question."""
        super().send_keepalive_ping()
        self._before_ping = self._unsent()

    def keepalive_timeout(self) -> None:
        """No answer in time: whoever has taken something meanwhile is slow, not gone, and gets more time."""
        waiting = self._unsent()
        if 0 < waiting < self._before_ping and self.ping_timeout is not None:
            self._before_ping = waiting
            self.pong_timer = self.loop.call_later(self.ping_timeout, self.keepalive_timeout)
            return
        self.pong_timer = None
        self.abort()

    def _unsent(self) -> int:
        return self.transport.get_write_buffer_size() + _in_kernel(self.transport)


def _framed(frames: list[bytes]) -> bytes:
    parts: list[bytes] = []
    for frame in frames:
        parts += (_header(len(frame)), frame)
    return b"".join(parts)


def _header(length: int) -> bytes:
    """The header of a whole binary frame from a server (RFC 6455, 5.2)."""
    if length < 126:
        return bytes((0x82, length))
    if length < 65_536:
        return b"\x82\x7e" + length.to_bytes(2)
    return b"\x82\x7f" + length.to_bytes(8)


def _in_kernel(transport: asyncio.Transport) -> int:
    """Bytes that the system holds for a connection and the other end has not taken, if it says."""
    if sys.platform != "linux":
        return 0
    import fcntl
    import termios

    sock = transport.get_extra_info("socket")
    try:
        return int.from_bytes(fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
    except (OSError, AttributeError):
        return 0


class Relay:
    """The way out where only `send` is to be had: one task that waits, and one batch at a time."""

    ready: Callable[[], None] | None = None

    def __init__(self, send: Send) -> None:
        self._send = send
        self._task: asyncio.Task[None] | None = None
        self._since = 0.0

    @property
    def open(self) -> bool:
        """Whether nothing is on its way."""
        return self._task is None

    def write(self, frames: list[bytes]) -> None:
        """Send frames in a task of their own."""
        self._since = asyncio.get_running_loop().time()
        self._task = asyncio.create_task(self._relay(frames))

    async def _relay(self, frames: list[bytes]) -> None:
        try:
            for frame in frames:
                await self._send({"type": "websocket.send", "bytes": frame})
        except Exception:
            return  # gone; the reader hears it too
        self._task = None
        if self.ready is not None:
            self.ready()

    def stalled(self, now: float) -> bool:
        """Whether one batch has been on its way for too long."""
        return self._task is not None and now - self._since >= STALLED_UNSEEN

    def abort(self) -> None:
        """Stop sending; closing is up to the server."""
        if self._task is not None:
            self._task.cancel()


class Gate:
    """Lets a few pass in each turn of the loop, the others in the turns after."""

    def __init__(self, a_turn: int = HELLOS_A_TURN) -> None:
        self._a_turn = a_turn
        self._left = a_turn
        self._line: deque[asyncio.Future[None]] = deque()
        self._planned = False

    async def through(self) -> None:
        """Return when it is our turn."""
        loop = asyncio.get_running_loop()
        if not self._planned:
            self._planned = True
            loop.call_soon(self._open, loop)
        if self._left > 0 and not self._line:
            self._left -= 1
            return
        waiting = loop.create_future()
        self._line.append(waiting)
        await waiting

    def _open(self, loop: asyncio.AbstractEventLoop) -> None:
        self._left = self._a_turn
        self._planned = bool(self._line)
        while self._line and self._left > 0:
            waiting = self._line.popleft()
            if not waiting.done():
                self._left -= 1
                waiting.set_result(None)
        if self._planned:
            loop.call_soon(self._open, loop)


class Desk:
    """Looks tokens up. Those that are shown while a look is under way go together in the next one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shown: list[tuple[tuple[str, str], asyncio.Future[Grant | None]]] = []
        self._looking: asyncio.Task[None] | None = None

    async def granted(self, board: str, *, digest: str) -> Grant | None:
        """What the token with that hash stands for on this board; None when it is unknown. Raises StoreAway."""
        answer: asyncio.Future[Grant | None] = asyncio.get_running_loop().create_future()
        self._shown.append(((board, digest), answer))
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return await answer

    async def close(self) -> None:
        """Look no more."""
        await stop([self._looking])

    async def _look(self) -> None:
        while self._shown:
            shown, self._shown = self._shown, []
            try:
                found = await self._store.granted_many([token for token, _ in shown])
            except Exception as problem:  # whatever it was: nobody may wait for ever
                for _, answer in shown:
                    if not answer.done():
                        answer.set_exception(problem)
                continue
            for (_, answer), grant in zip(shown, found, strict=True):
                if not answer.done():
                    answer.set_result(grant)


class Sockets:
    """Every open connection of this process. An ASGI app for scopes of type `websocket`."""

    def __init__(self, *, rooms: Rooms, store: Store, public_url: str | None, now: Callable[[], int]) -> None:
        self.rooms = rooms
        self.store = store
        self.public_url = public_url
        self.now = now
        self.gate = Gate()
        self.desk = Desk(store)
        self.talks: set[Talk] = set()
        self.silent: dict[Talk, None] = {}  # those without a hello, the oldest first
        self.of: dict[tuple[str, str], dict[Talk, None]] = {}  # by board and person, the oldest first
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch for connections that take nothing."""
        self._watch = asyncio.create_task(self._watch_stalled(), name="stalled")

    async def close(self) -> None:
        """Stop watching."""
        await stop([self._watch])
        await self.desk.close()

    def roles(self) -> list[str]:
        """The role of every open connection; `newcomer` for one that has not said hello."""
        return [talk.role for talk in self.talks]

    async def farewell(self) -> None:
        """Tell every screen that the server restarts, and wait until they have gone."""
        for number, talk in enumerate(list(self.talks)):
            talk.end(Close.RESTART)
            if number % FAREWELLS == 0:
                await asyncio.sleep(0)
        tasks = [talk.task for talk in self.talks]
        if tasks:
            await asyncio.wait(tasks, timeout=2)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, from its handshake to its end."""
        if scope["path"] != "/ws":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await self.hold(Talk(self, scope, receive, send))

    async def hold(self, talk: Talk) -> None:
        """Run a talk in the task that made it. No exception of its own leaves here."""
        self.talks.add(talk)
        try:
            await talk.run()
        except Exception as problem:
            log.error("a connection stumbled: %s", where(problem))
            talk.way.abort()
        finally:
            self.talks.discard(talk)

    async def _watch_stalled(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            now = asyncio.get_running_loop().time()
            for talk in list(self.talks):
                if talk.way.stalled(now):
                    log.info("cut a connection that took nothing any more")
                    talk.end(Close.SLOW)


class Talk:
    """One connection: reads what the client says, and is woken to say what is new.

    `way` is its way out where that is neither a `Connection` nor `send` itself.
    """

    __slots__ = (
        "_answered",
        "_code",
        "_flooding_since",
        "_house",
        "_own_page",
        "_receive",
        "_room",
        "_seat",
        "_send",
        "_session",
        "_side",
        "_unanswered",
        "task",
        "way",
    )

    def __init__(self, house: Sockets, scope: Scope, receive: Receive, send: Send, *, way: Wire | None = None) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.task: asyncio.Task[Any] = task
        self._house = house
        self._own_page = _own_page(scope, house.public_url)
        self._receive = receive
        self._send = send
        found = (scope.get("extensions") or {}).get(EXTENSION)
        self.way: Wire = way or (found if isinstance(found, Connection) else Relay(send))
        self.way.ready = self.pulse
        if isinstance(self.way, Connection):
            self.way.hear = self.hear_at_once
        self._code: Close | None = None
        self._room: Room | None = None
        self._session: Session | None = None
        self._unanswered = 0
        self._answered: asyncio.Event | None = None
        self._seat = ""
        self._side = Bucket(rate=SIDE_RATE, burst=SIDE_BURST, now=0)
        self._flooding_since: float | None = None

    @property
    def role(self) -> str:
        """Whose connection this is."""
        return "newcomer" if self._session is None else self._session.role

    # -- as a screen of its room ----------------------------------------------------------

    def pulse(self) -> None:
        """Send what is due, if the way is open; when it opens again we are called again."""
        room, session = self._room, self._session
        if room is None or session is None or self._code is not None or not self.way.open:
            return
        try:
            frames = session.catch_up(room)
        except Ended as ended:
            self.end(ended.code)
        except Exception as problem:
            log.error("a screen stumbled, board %s: %s", short(room.id), where(problem))
            self.end(Close.RESTART)
        else:
            if frames:
                COUNTS.frames += len(frames)
                COUNTS.sent += frames.size if type(frames) is Batch else sum(map(len, frames))
                self.way.write(frames)

    def end(self, code: Close) -> None:
        """Say goodbye and close, from whichever task; the first reason counts."""
        if self._code is None:
            self._code = code
            self.task.cancel()

    # -- the connection's own task --------------------------------------------------------

    async def run(self) -> None:
        """Talk until one side ends it."""
        try:
            await self._receive()
            await self._send({"type": "websocket.accept"})
            if isinstance(self.way, Connection):
                self.way.shaken()
            await self._talk()
        except Ended as ended:
            self._code = self._code or ended.code
        except asyncio.CancelledError:
            if self._code is None:
                raise
            self.task.uncancel()
        finally:
            self._leave()
        if self._code is not None:
            await self._say_goodbye(self._code)

    async def _talk(self) -> None:
        if not self._own_page:
            raise Ended(Close.ORIGIN)
        _add(self, to=self._house.silent, most=MOST_SILENT)
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                first = await self._next()
        except TimeoutError:
            raise Ended(Close.NO_HELLO) from None
        finally:
            self._house.silent.pop(self, None)
        if first is None:
            return
        await self._enter(plain_hello(first))
        while (data := await self._next()) is not None:
            await self._hear(data)

    async def _next(self) -> bytes | None:
        """The next message, or None when the other side has gone. Raises Ended for a text."""
        if self._code is not None:
            raise Ended(self._code)  # the cancellation that `end` sent got lost on its way
        message: MutableMapping[str, Any] = await self._receive()
        if message["type"] == "websocket.disconnect":
            return None
        data = message.get("bytes")
        if not isinstance(data, bytes):
            raise Ended(Close.BAD_FRAME)
        return data

    async def _enter(self, hello: wire.Hello) -> None:
        """Find the room that the token opens, and send the first picture."""
        house = self._house
        try:
            grant = await house.desk.granted(hello.board, digest=access.digest(hello.token))
            if grant is None:
                await house.store.head(hello.board)
                raise Ended(Close.NO_ACCESS)
            room = await house.rooms.get(hello.board)
            if grant.pid and grant.pid not in room.board.people and not room.board.sealed:
                await _in_time(room.settle())  # joined through another process just now
        except NoBoard:
            raise Ended(Close.GONE) from None
        except (StoreAway, Broken, TimeoutError):
            raise Ended(Close.STORE_AWAY) from None
        await house.gate.through()
        role = cast(Role, grant.role)  # what we granted ourselves
        session = Session(pid=grant.pid, role=role, tab=f"{grant.pid}.{hello.tab}", seen=hello.seen)
        person = room.board.people.get(grant.pid)
        self._session = session
        self._room = room
        self._seat = "" if person is None or person.gone else person.seat
        _add(self, to=house.of.setdefault((room.id, grant.pid), {}), most=EACH if grant.pid else WALLS)
        room.enter(self, self._seat)
        if self.way.open:  # else it went away while it waited its turn; the reader hears it
            self.way.write([session.welcome(room, now=house.now())])
            self.pulse()

    def _leave(self) -> None:
        if self._room is not None and self._session is not None:
            self._room.leave(self, self._seat, by=self._session)
            whose = self._room.id, self._session.pid
            self._house.of.get(whose, {}).pop(self, None)
            if not self._house.of.get(whose, True):
                del self._house.of[whose]

    async def _hear(self, data: bytes) -> None:
        room, session = self._room, self._session
        assert room is not None
        assert session is not None
        match session.read(data):
            case wire.Op(n=n, name=name, args=args):
                await self._slow_down(room.bucket(session.pid))
                while self._unanswered >= UNANSWERED:
                    self._answered = asyncio.Event()
                    await self._answered.wait()
                self._unanswered += 1
                answer = room.submit(
                    session.actor,
                    tab=session.tab,
                    n=n,
                    name=name,
                    args=args,
                    seen=session.seen(n),
                )
                answer.add_done_callback(lambda done: self._take_answer(n, done))
            case wire.Drag() as drag:
                await self._slow_down(self._side)
                self._drag(drag)
            case wire.Ping():
                await self._slow_down(self._side)
                self._nudge()

    def hear_at_once(self, data: bytes) -> bool:
        """Take a drag that need not wait, since there are so many of them; False for whatever the reader must read."""
        session = self._session
        if session is None or self._code is not None or not wire.is_drag(data):
            return False
        if not self._side.take_at_once(time.monotonic()):
            return False
        self._flooding_since = None
        try:
            frame = session.read(data)
            assert isinstance(frame, wire.Drag)
            self._drag(frame)
        except Ended as ended:
            self.end(ended.code)
        except Exception as problem:
            log.error("a drag stumbled: %s", where(problem))
            self.end(Close.RESTART)
        return True

    def _drag(self, drag: wire.Drag) -> None:
        room, session = self._room, self._session
        assert room is not None
        assert session is not None
        if session.may_drag(drag.note):
            spot = None if drag.x is None or drag.y is None else (drag.x, drag.y)
            room.presence.drag(drag.note, spot, by=session)

    def _take_answer(self, n: int, done: asyncio.Future[Answer]) -> None:
        self._unanswered -= 1
        if self._answered is not None:
            self._answered.set()
        if done.cancelled() or done.exception() is not None or self._session is None:
            return  # not known; the client asks again (P4)
        answer = done.result()
        if answer.reason is None:
            COUNTS.accepted += 1
        else:
            COUNTS.refused[answer.reason] += 1
        if answer.reason is not None and not answer.logged:
            self._session.turn_down(n, answer.reason)
        self._nudge()

    def _nudge(self) -> None:
        """Send what concerns this connection alone; with a new version its tick is awaited."""
        if self._session is not None and self._room is not None:
            if self._session.knows(self._room.board):
                self.pulse()
            else:
                self._room.changed()

    async def _slow_down(self, bucket: Bucket) -> None:
        """Read no faster than the limit (P7); close on a flood that does not end."""
        now = time.monotonic()
        wait = bucket.take(now)
        if not wait:
            self._flooding_since = None
            return
        if self._flooding_since is None:
            self._flooding_since = now
        elif now - self._flooding_since > FLOOD:
            raise Ended(Close.TOO_FAST)
        await asyncio.sleep(wait)

    async def _say_goodbye(self, code: Close) -> None:
        COUNTS.closed[int(code)] += 1
        closing = {"type": "websocket.close", "code": int(code), "reason": code.name.lower()}
        if code is Close.SLOW or not self.way.open:
            self.way.abort()
        try:
            async with asyncio.timeout(GOODBYE):
                if self.way.open:
                    await self._send({"type": "websocket.send", "bytes": wire.bye(code)})
                await self._send(closing)
        except TimeoutError:
            self.way.abort()
        except Exception:
            return  # gone already


def _add(talk: Talk, *, to: dict[Talk, None], most: int) -> None:
    """Count a connection; where there are too many the oldest is cut, and may come back after a while."""
    to[talk] = None
    if len(to) > most:
        oldest = next(iter(to))
        del to[oldest]
        oldest.end(Close.SLOW)


def _own_page(scope: Scope, public_url: str | None) -> bool:
    """Whether a connection comes from our own page, or from a program (which sends no origin)."""
    found = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    origin, host = found.get(b"origin"), found.get(b"host", "")
    return origin is None or access.own_origin(origin, host=host, public_url=public_url)


async def _in_time(settling: Awaitable[None]) -> None:
    with contextlib.suppress(StoreAway):
        async with asyncio.timeout(5):
            await settling
