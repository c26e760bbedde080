"""Connections over HTTP, where WebSockets are blocked (SPEC P8 to P12): the requests, their lines, and their answers.

What may not live here: what is sent (server/boards/session.py), limits and close codes of a connection (handler.py),
who may do what (board_schema), and any other call of SPEC 9 (server/web).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from board_schema import wire
from board_schema.wire import BadFrame
from server.connections.batches import LARGEST_BATCH, batch_of, packed
from server.connections.handler import ConnectionHandler
from server.connections.line import ABANDONED, Line, Message
from server.connections.peers import ID, NO_LINE, Peers, Said
from server.connections.registry import Registry
from server.connections.sockets import hold
from server.doors import access
from server.doors.hosts import arrived_at
from server.store import PubSub

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEAD = ID + 4  # bytes before the frames of a request: the name, and a number
BODY_WITHIN = 20.0  # seconds for a request's body to come
FIRST_BEAT = 1.0  # seconds after which a stream first says that it flows
BEAT = 10.0  # seconds between two words on a quiet stream
EACH = 8  # lines of one token
MOST_OVER = 1_000  # lines that are over and whose last word waits to be fetched; the oldest is forgotten
KIND = b"application/octet-stream"
HEARTBEAT = bytes(4)
CONFUSED: Said = (409, b"")
REASONS = {404: "no_page", 409: "bad_op"}


class Turned(Exception):
    """A request that is turned away: a status, and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(reason)


class Streams:
    """Every line of this process. An ASGI app for the addresses under `/stream/`.

    With several processes a request may come to one that does not have its line: `pubsub` passes it on.
    """

    def __init__(self, *, registry: Registry, pubsub: PubSub) -> None:
        self._registry = registry
        self._lines: dict[bytes, Line] = {}
        self._tabs: dict[str, dict[str, bytes]] = {}  # by token and tab
        self._talking: set[asyncio.Task[None]] = set()
        self._over: dict[Line, None] = {}
        self._closing = False
        self._peers = Peers(pubsub, has=self._lines.__contains__, answer=self._answer)

    async def start(self) -> None:
        """Begin to listen to the other processes."""
        await self._peers.open()

    async def close(self) -> None:
        """Stop listening to them."""
        await self._peers.close()

    async def farewell(self) -> None:
        """Tell every screen that the server restarts, and wait until they have gone; let nobody in."""
        self._closing = True
        await self._registry.farewell()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            await self._request(scope, receive, send)
        except Turned as turned:
            reason = json.dumps({"error": turned.reason}).encode()
            await _say(send, turned.status, reason, kind=b"application/json")

    async def _request(self, scope: Message, receive: Receive, send: Send) -> None:
        board, kind = self._checked(scope)
        data = await _body(receive)
        name = data[:ID]
        if kind in ("open", "poll"):
            line = self._begin(scope, name, batch_of(data[HEAD:]), board=board, streamed=kind == "open")
            if line.streamed:
                await _pour(line, receive, send)
                return
            kind, data = "more", name + bytes(HEAD - ID)
        if name in self._lines:
            status, body = await self._answer(kind, data, receive)
        else:
            status, body = await self._peers.ask(kind, data)
        if status in REASONS:
            raise Turned(status, REASONS[status])
        await _say(send, status, body, kind=KIND)

    def _checked(self, scope: Message) -> tuple[str, str]:
        """The board and the kind of request; no board in an address of protocol 1.

        Raises Turned for what is no request of ours, or comes from another site (H1).
        """
        board, _, kind = str(scope["path"]).removeprefix("/stream/").rpartition("/")
        if kind not in ("open", "poll", "up", "more"):
            raise Turned(404, "no_page")
        if scope["method"] != "POST":
            raise Turned(405, "no_method")
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        if not self._registry.hosts.own_page(headers, has_token=True, arrived=arrived_at(scope)):
            raise Turned(403, "origin")
        if headers.get("content-type", "") != "application/msgpack":
            raise Turned(415, "bad_op")  # and so no other site can send it without asking first
        if self._closing and kind in ("open", "poll"):
            raise Turned(503, "store_away")
        return board, kind

    async def _answer(self, kind: str, data: bytes, receive: Receive | None = None) -> Said:
        """The answer to a request on a line of this process."""
        line, number = self._lines.get(data[:ID]), int.from_bytes(data[ID:HEAD])
        if line is None:
            return NO_LINE
        if kind == "more":
            reader = object()
            with _watched(receive, lambda: line.leave(reader)):
                body = await line.answer(number, reader=reader)
            if line.done:
                self._forget(line)
            return NO_LINE if body is None else (200, body)
        taken = line.take(number, batch_of(data[HEAD:]))
        if taken is None:
            line.hang_up()  # something is missing: the tab says hello again, and sends again (P4)
            return CONFUSED
        await asyncio.wait([taken])
        return (204, b"") if taken.result() else NO_LINE

    # -- lines ----------------------------------------------------------------------------

    def _begin(self, scope: Message, name: bytes, frames: list[bytes], *, board: str, streamed: bool) -> Line:
        """A new line; one of the same name is over. One of the same tab is replaced when the hello is accepted."""
        token, tab = whose = _whose(frames[0]) or (name.hex(), "")
        if (before := self._lines.get(name)) is not None:
            self._forget(before)
            before.hang_up()
        tabs = self._tabs.setdefault(token, {})
        if tab not in tabs and len(tabs) >= EACH:
            raise Turned(429, "slow_down")
        line = Line(name, frames, whose=whose, streamed=streamed)
        self._lines[name], tabs[tab] = line, name
        task = asyncio.create_task(self._converse(scope, line, board), name="line")
        self._talking.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            self._talking.discard(task)
            line.end()
            # Who polls may be between two polls, and is still to hear why.
            self._over[line] = None
            if len(self._over) > MOST_OVER:
                self._forget(next(iter(self._over)))
            asyncio.get_running_loop().call_later(0 if streamed else ABANDONED, self._forget, line)

        task.add_done_callback(ended)
        return line

    async def _converse(self, scope: Message, line: Line, board: str) -> None:
        handler = ConnectionHandler(self._registry, scope, line.receive, line.send, board=board, output=line)
        await hold(handler, self._registry)

    def _forget(self, line: Line) -> None:
        self._over.pop(line, None)
        if self._lines.get(line.name) is not line:
            return  # another one has its place already
        del self._lines[line.name]
        token, tab = line.whose
        tabs = self._tabs.get(token, {})
        if tabs.get(tab) == line.name:
            del tabs[tab]
        if not tabs:
            self._tabs.pop(token, None)


def _whose(hello: bytes) -> tuple[str, str] | None:
    """The token, hashed, and the tab that a line begins with; None when that is no hello."""
    try:
        said = wire.read(hello)
    except BadFrame:
        return None
    return (access.digest(said.token), said.tab) if isinstance(said, wire.Hello) else None


async def _body(receive: Receive) -> bytes:
    """The request's body; of one that is too large, as much as shows it. Raises Turned."""
    data = b""
    try:
        async with asyncio.timeout(BODY_WITHIN):
            more = True
            while more and len(data) <= HEAD + LARGEST_BATCH:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Turned(400, "bad_op")
                data += message.get("body", b"")
                more = message.get("more_body", False)
    except TimeoutError:
        raise Turned(408, "bad_op") from None
    if len(data) < HEAD:
        raise Turned(400, "bad_op")
    return data


async def _pour(line: Line, receive: Receive, send: Send) -> None:
    """An answer that goes on until the line ends."""
    reader = object()
    line.attend(reader)
    try:
        with _watched(receive, line.hang_up):
            await _head(send, 200, KIND)
            within = FIRST_BEAT
            while (batch := await line.next(reader, within=within)) is not None:
                if not batch:
                    within = BEAT
                with line.sending():
                    await send({"type": "http.response.body", "body": packed(batch) or HEARTBEAT, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        line.hang_up()


@contextmanager
def _watched(receive: Receive | None, gone: Callable[[], None]) -> Iterator[None]:
    """Calls `gone` when the other end of a request hangs up while we are at it."""

    async def watch() -> None:
        assert receive is not None
        while (await receive())["type"] != "http.disconnect":
            pass
        gone()

    watching = None if receive is None else asyncio.create_task(watch())
    try:
        yield
    finally:
        if watching is not None:
            watching.cancel()


async def _head(send: Send, status: int, kind: bytes, length: int | None = None) -> None:
    headers = [(b"cache-control", b"no-store, no-transform"), (b"x-accel-buffering", b"no")]
    if status != 204:
        headers.append((b"content-type", kind))
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _say(send: Send, status: int, body: bytes, *, kind: bytes) -> None:
    """A whole answer."""
    await _head(send, status, kind, len(body))
    await send({"type": "http.response.body", "body": body, "more_body": False})
