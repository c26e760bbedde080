"""Handles one connection from its handshake to its close: hello, reading frames, limits, answers, close codes.

No exception leaves a connection's task. What may not live here: what is sent (server/boards/session.py), who may do
what (board_schema), and the transports (output.py, protocol.py, line.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, MutableMapping
from typing import Any, cast

from starlette.types import Receive, Scope, Send

from board_schema import wire
from board_schema.board import Role, leads_on_lent_device
from board_schema.wire import Close
from server.boards.feed import Batch
from server.boards.follower import Broken
from server.boards.room import Room
from server.boards.session import Ended, Session, parse_hello
from server.boards.submissions import Answer
from server.connections.output import Output, SendOutput
from server.connections.protocol import EXTENSION, READ_AHEAD, SIDE_BURST, SIDE_RATE, SocketProtocol
from server.connections.registry import Registry
from server.doors import access
from server.doors.bucket import Bucket
from server.doors.hosts import Hosts, arrived_at
from server.log import short, where
from server.metrics import COUNTS
from server.store import LEADER, NOTICE, REMOVED, NoBoard, StoreAway

log = logging.getLogger("tavle.sockets")

HELLO_WITHIN = wire.HELLO_WITHIN / 1000  # seconds
UNANSWERED = 64  # ops of one connection without an answer, above which no more are read
GOODBYE = 1.0  # seconds to send the bye frame and the close frame


class ConnectionHandler:
    """One connection: reads the client's frames, and sends what is new when it is called to.

    `board` comes from the address; it is empty for an address of protocol 1. `output` takes the frames; by default the
    connection's `SocketProtocol`, or else ASGI's `send`.
    """

    __slots__ = (
        "_answered",
        "_board",
        "_checking",
        "_code",
        "_digest",
        "_own_page",
        "_receive",
        "_registry",
        "_room",
        "_seat",
        "_send",
        "_session",
        "_side",
        "_unanswered",
        "_withdrawals",
        "output",
        "task",
    )

    def __init__(
        self,
        registry: Registry,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        board: str,
        output: Output | None = None,
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.task: asyncio.Task[Any] = task
        self._registry = registry
        self._board = board
        self._own_page = own_page(scope, registry.hosts)
        self._receive = receive
        self._send = send
        found = (scope.get("extensions") or {}).get(EXTENSION)
        self.output: Output = output or (found if isinstance(found, SocketProtocol) else SendOutput(send))
        self.output.ready = self.send_due
        if isinstance(self.output, SocketProtocol):
            self.output.handle = self.handle_at_once
            self.output.flood = self._flood
        self._code: Close | None = None
        self._digest = ""
        self._withdrawals = 0  # `board.withdrawals` when the token was last looked up again; 0: as it was at hello
        self._checking: asyncio.Task[None] | None = None
        self._room: Room | None = None
        self._session: Session | None = None
        self._unanswered = 0
        self._answered: asyncio.Event | None = None
        self._seat = ""
        self._side = Bucket(rate=SIDE_RATE, burst=SIDE_BURST, now=0)

    @property
    def role(self) -> str:
        """The person's role; `newcomer` before hello."""
        return "newcomer" if self._session is None else self._session.role

    # -- for the room (feed.Screen) -------------------------------------------------------

    def send_due(self) -> None:
        """Send what is due if the output takes frames; otherwise `output.ready` calls this again later."""
        room, session = self._room, self._session
        if room is None or session is None or self._code is not None or not self.output.open:
            return
        if room.board.withdrawals != self._withdrawals:
            self._look_up_again(room)
            return
        if room.board.sealed and leads_on_lent_device(session.pid, session.role):
            self.end(Close.NO_ACCESS)  # a co-facilitator's console ends with the sealing (R27)
            return
        try:
            frames = session.catch_up(room.feed)
        except Ended as ended:
            self.end(ended.code)
        except Exception as problem:
            log.error("a connection raised an exception, board %s: %s", short(room.id), where(problem))
            self.end(Close.RESTART)
        else:
            if frames:
                COUNTS.frames += len(frames)
                COUNTS.sent += frames.size if type(frames) is Batch else sum(map(len, frames))
                self.output.write(frames)

    def _look_up_again(self, room: Room) -> None:
        """Tokens were withdrawn: nothing more is sent until it is known that this connection's is not one of them."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check_token(room))

    async def _check_token(self, room: Room) -> None:
        withdrawals = room.board.withdrawals
        try:
            credential = await self._registry.tokens.credential(room.id, digest=self._digest)
        except Exception:  # of any kind: the client comes back, and is looked up again
            self.end(Close.STORE_AWAY)
            return
        if credential is None or credential.role == REMOVED:
            self.end(Close.NO_ACCESS if credential is None else Close.REMOVED)
            return
        self._withdrawals = withdrawals
        self._checking = None
        self.send_due()

    def end(self, code: Close) -> None:
        """Send a bye frame and close with `code`. May be called from any task; the first code counts."""
        if self._code is None:
            self._code = code
            self.task.cancel()

    # -- the connection's own task --------------------------------------------------------

    async def run(self) -> None:
        """Handle the connection until one side closes it."""
        try:
            await self._receive()
            await self._send({"type": "websocket.accept"})
            if isinstance(self.output, SocketProtocol):
                self.output.handshake_done()
            await self._serve()
        except Ended as ended:
            self._code = self._code or ended.code
        except asyncio.CancelledError:
            if self._code is None:
                raise
            self.task.uncancel()
        finally:
            self._leave()
        if self._code is not None:
            await self._close(self._code)

    async def _serve(self) -> None:
        if not self._own_page:
            raise Ended(Close.ORIGIN)
        if not self._board:
            raise Ended(Close.PROTOCOL)
        self._registry.waits_for_hello(self)
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                first = await self._next()
        except TimeoutError:
            raise Ended(Close.NO_HELLO) from None
        finally:
            self._registry.said_hello(self)
        if first is None:
            return
        await self._enter(parse_hello(first))
        while (data := await self._next()) is not None:
            await self._handle(data)
            del data  # a draft must not stay here until the next frame

    async def _next(self) -> bytes | None:
        """The next message; None when the client has disconnected. Raises Ended for a text message."""
        if self._code is not None:
            raise Ended(self._code)  # the cancellation sent by `end` was swallowed
        message: MutableMapping[str, Any] = await self._receive()
        if message["type"] == "websocket.disconnect":
            return None
        data = message.get("bytes")
        if not isinstance(data, bytes):
            raise Ended(Close.BAD_FRAME)
        return data

    async def _enter(self, hello: wire.Hello) -> None:
        """Look up the token (whoever has just joined is then on the board), enter the room, send the first picture."""
        registry = self._registry
        try:
            self._digest = access.digest(hello.token)
            credential = await registry.arrivals.credential(self._board, digest=self._digest)
            if credential.role in (LEADER, NOTICE):
                raise Ended(Close.NO_ACCESS)  # it reads the leader edition or the noticeboard, and no board
            room = await registry.rooms.get(self._board)
            if credential.role == REMOVED:
                # The store drops these tokens some time after the sealing; they are unknown from the sealing on.
                raise Ended(Close.NO_ACCESS if room.board.sealed else Close.REMOVED)
            if credential.pid and room.board.by_pid(credential.pid) is None and not room.board.sealed:
                await _in_time(room.settle())  # just joined through another process
        except NoBoard:
            raise Ended(Close.GONE) from None
        except (StoreAway, Broken, TimeoutError):
            raise Ended(Close.STORE_AWAY) from None
        await registry.gate.enter()
        role = cast(Role, credential.role)  # stored by this program
        session = Session(pid=credential.pid, role=role, tab=f"{credential.pid}.{hello.tab}", seen=hello.seen)
        person = room.board.by_pid(credential.pid)
        self._session = session
        self._room = room
        self._seat = "" if person is None or person.gone else person.seat
        registry.entered(self, board=room.id, pid=credential.pid, tab=hello.tab)
        if isinstance(self.output, SocketProtocol):
            self.output.read_ahead = READ_AHEAD
        room.enter(self, self._seat)
        if self.output.open:  # otherwise it closed while waiting for the gate; the reader notices
            self.output.write([session.welcome(room.feed, now=registry.now())])
            self.send_due()

    def _leave(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
        if self._room is not None and self._session is not None:
            self._room.leave(self, self._seat, by=self._session)
            self._registry.left(self, board=self._room.id, pid=self._session.pid)

    async def _handle(self, data: bytes) -> None:
        room, session = self._room, self._session
        assert room is not None
        assert session is not None
        match session.read(data):
            case wire.Op() as op:
                await self._slow_down(room.bucket(session.pid))
                while self._unanswered >= UNANSWERED:
                    self._answered = asyncio.Event()
                    await self._answered.wait()
                self._submit(room, session, op)
            case wire.Drag() as drag:
                await self._slow_down(self._side)
                self._drag(drag)
            case wire.Words(said=said):
                await self._slow_down(self._side)
                words = session.words(said)
                if words is not None and self._seat:
                    room.presence.show_words(self._seat, words, by=session)
            case wire.Ping():
                await self._slow_down(self._side)
                self._send_soon()
            case None:
                await self._slow_down(self._side)

    def handle_at_once(self, data: bytes, idle: bool) -> bool:
        """Handle a frame without waking the reader task, if that is possible; False when the reader must handle it.

        Drags and ops are handled here while the reader is `idle`; pings always, also while ops are slowed down.
        """
        room, session = self._room, self._session
        if room is None or session is None or self._code is not None:
            return False
        if wire.is_ping(data) or (idle and wire.is_drag(data)):
            bucket = self._side
        elif idle and wire.is_op(data) and self._unanswered < UNANSWERED:
            bucket = room.bucket(session.pid)
        else:
            return False
        if not bucket.take_at_once(time.monotonic()):
            return False
        try:
            match session.read(data):
                case wire.Op() as op:
                    self._submit(room, session, op)
                case wire.Drag() as drag:
                    self._drag(drag)
                case wire.Ping():
                    self._send_soon()
        except Ended as ended:
            self.end(ended.code)
        except Exception as problem:
            log.error("taking a frame raised an exception: %s", where(problem))
            self.end(Close.RESTART)
        return True

    def _drag(self, drag: wire.Drag) -> None:
        room, session = self._room, self._session
        assert room is not None
        assert session is not None
        if session.may_drag(drag.note):
            spot = None if drag.x is None or drag.y is None else (drag.x, drag.y)
            room.presence.drag(drag.note, spot, by=session)

    def _submit(self, room: Room, session: Session, op: wire.Op) -> None:
        self._unanswered += 1
        answer = room.submit(
            session.actor, tab=session.tab, n=op.n, name=op.name, args=op.args, seen=session.seen(op.n)
        )
        answer.add_done_callback(lambda done: self._take_answer(op.n, done))

    def _take_answer(self, n: int, done: asyncio.Future[Answer]) -> None:
        self._unanswered -= 1
        if self._answered is not None:
            self._answered.set()
        if done.cancelled() or done.exception() is not None or self._session is None:
            return  # the outcome is unknown; the client resends the op (P4)
        answer = done.result()
        if answer.reason is None:
            COUNTS.accepted += 1
        else:
            COUNTS.refused[answer.reason] += 1
        if answer.reason is not None and not answer.logged:
            self._session.add_refusal(n, answer.reason)
        else:
            if answer.again:
                self._session.answer_again(n)
            self._session.note_answer(n, answer.reason)
        self._send_soon()

    def _send_soon(self) -> None:
        """Send an answer of this connection: at once if its board is current, else with the next tick."""
        if self._session is not None and self._room is not None:
            if self._session.is_current(self._room.board):
                self.send_due()
            else:
                self._room.changed()

    async def _slow_down(self, bucket: Bucket) -> None:
        """Wait as long as the rate limit demands (P7)."""
        if wait := bucket.take(time.monotonic()):
            await asyncio.sleep(wait)

    def _flood(self) -> None:
        self.end(Close.TOO_FAST)

    async def _close(self, code: Close) -> None:
        COUNTS.closed[int(code)] += 1
        closing = {"type": "websocket.close", "code": int(code), "reason": code.name.lower()}
        if code is Close.SLOW or not self.output.open:
            self.output.abort()
        try:
            async with asyncio.timeout(GOODBYE):
                if self.output.open:
                    await self._send({"type": "websocket.send", "bytes": wire.bye(code)})
                await self._send(closing)
        except TimeoutError:
            self.output.abort()
        except Exception:
            return  # already disconnected


def own_page(scope: Scope, hosts: Hosts) -> bool:
    """Whether a connection comes from a page of this server, or from a program (which sends no Origin).

    Also of a program the Host must be this installation's own (H4).
    """
    found = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    origin, host, arrived = found.get(b"origin"), found.get(b"host", ""), arrived_at(scope)
    if not hosts.own(host, arrived=arrived):
        return False
    return origin is None or hosts.own_origin(origin, host=host, arrived=arrived)


async def _in_time(settling: Awaitable[None]) -> None:
    with contextlib.suppress(StoreAway):
        async with asyncio.timeout(5):
            await settling
