"""The HTTP fall-back where WebSockets are blocked (SPEC P8 to P12): its requests, their lines and their answers.

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
from server.connections.peers import ID, NO_LINE, Peers, Reply
from server.connections.registry import Registry
from server.connections.sockets import hold
from server.doors import access
from server.doors.hosts import arrived_at
from server.store import PubSub

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEAD = ID + 4  # bytes before the frames of a request: the name, and a number
BODY_WITHIN = 20.0  # seconds for a request's body to arrive
FIRST_BEAT = 1.0  # seconds to the first heartbeat of a stream, which shows the client that no proxy holds it back
BEAT = 10.0  # seconds between two heartbeats of a quiet stream
EACH = 8  # lines of one token
MOST_OVER = 1_000  # closed lines kept so that their last frames can be fetched; above it the oldest is dropped
KIND = b"application/octet-stream"
HEARTBEAT = bytes(4)
OUT_OF_ORDER: Reply = (409, b"")
REASONS = {404: "gone", 409: "bad_request"}


class RequestRefused(Exception):
    """A request is refused, with an HTTP status and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(reason)


class Streams:
    """The lines of this process. An ASGI app for the addresses under `/stream/`.

    With several processes a request may reach one that does not hold its line; it is forwarded by pub/sub (peers.py).
    """

    def __init__(self, *, registry: Registry, pubsub: PubSub) -> None:
        self._registry = registry
        self._lines: dict[bytes, Line] = {}
        self._tabs: dict[str, dict[str, bytes]] = {}  # by token and tab
        self._tasks: set[asyncio.Task[None]] = set()
        self._over: dict[Line, None] = {}
        self._closing = False
        self._peers = Peers(pubsub, has=self._lines.__contains__, answer=self._answer)

    async def start(self) -> None:
        """Subscribe to the other processes' messages."""
        await self._peers.open()

    async def close(self) -> None:
        """Unsubscribe."""
        await self._peers.close()

    async def farewell(self) -> None:
        """Accept no new connection, and close the open ones because the server restarts."""
        self._closing = True
        await self._registry.farewell()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            await self._request(scope, receive, send)
        except RequestRefused as turned:
            reason = json.dumps({"error": turned.reason}).encode()
            await _respond(send, turned.status, reason, kind=b"application/json")

    async def _request(self, scope: Message, receive: Receive, send: Send) -> None:
        board, kind = self._checked(scope)
        data = await _body(receive)
        name = data[:ID]
        if kind in ("open", "poll"):
            line = self._begin(scope, name, batch_of(data[HEAD:]), board=board, streamed=kind == "open")
            if line.streamed:
                await _stream(line, receive, send)
                return
            kind, data = "more", name + bytes(HEAD - ID)
        if name in self._lines:
            status, body = await self._answer(kind, data, receive)
        else:
            status, body = await self._peers.ask(kind, data)
        if status in REASONS:
            raise RequestRefused(status, REASONS[status])
        await _respond(send, status, body, kind=KIND)

    def _checked(self, scope: Message) -> tuple[str, str]:
        """The board and the kind of a request; the board is empty in an address of protocol 1.

        Raises RequestRefused for an unknown address or content type, and for another site's request (H1).
        """
        board, _, kind = str(scope["path"]).removeprefix("/stream/").rpartition("/")
        if kind not in ("open", "poll", "up", "more"):
            raise RequestRefused(404, "no_page")
        if scope["method"] != "POST":
            raise RequestRefused(405, "no_method")
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        if not self._registry.hosts.own_page(headers, has_token=True, arrived=arrived_at(scope)):
            raise RequestRefused(403, "origin")
        if headers.get("content-type", "") != "application/msgpack":
            # Before another site may send this type, a browser asks this server (CORS), which does not allow it.
            raise RequestRefused(415, "bad_request")
        if self._closing and kind in ("open", "poll"):
            raise RequestRefused(503, "store_away")
        return board, kind

    async def _answer(self, kind: str, data: bytes, receive: Receive | None = None) -> Reply:
        """The answer to a request on a line of this process."""
        line, number = self._lines.get(data[:ID]), int.from_bytes(data[ID:HEAD])
        if line is None:
            return NO_LINE
        if kind == "more":
            reader = object()
            with _watched(receive, lambda: line.stop_reading(reader)):
                body = await line.answer(number, reader=reader)
            if line.done:
                self._forget(line)
            return NO_LINE if body is None else (200, body)
        taken = line.take(number, batch_of(data[HEAD:]))
        if taken is None:
            line.disconnect()  # a batch is missing: the client connects again, and resends its ops (P4)
            return OUT_OF_ORDER
        await asyncio.wait([taken])
        return (204, b"") if taken.result() else NO_LINE

    # -- lines ----------------------------------------------------------------------------

    def _begin(self, scope: Message, name: bytes, frames: list[bytes], *, board: str, streamed: bool) -> Line:
        """Make a line. One of the same name ends now; one of the same tab when this line's hello is accepted."""
        token, tab = whose = _identity(frames[0]) or (name.hex(), "")
        if (before := self._lines.get(name)) is not None:
            self._forget(before)
            before.disconnect()
        tabs = self._tabs.setdefault(token, {})
        if tab not in tabs and len(tabs) >= EACH:
            raise RequestRefused(429, "slow_down")
        line = Line(name, frames, whose=whose, streamed=streamed)
        self._lines[name], tabs[tab] = line, name
        task = asyncio.create_task(self._run_handler(scope, line, board), name="line")
        self._tasks.add(task)

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            line.end()
            # A polling client may be between two polls, and must still get the close code.
            self._over[line] = None
            if len(self._over) > MOST_OVER:
                self._forget(next(iter(self._over)))
            asyncio.get_running_loop().call_later(0 if streamed else ABANDONED, self._forget, line)

        task.add_done_callback(ended)
        return line

    async def _run_handler(self, scope: Message, line: Line, board: str) -> None:
        handler = ConnectionHandler(self._registry, scope, line.receive, line.send, board=board, output=line)
        await hold(handler, self._registry)

    def _forget(self, line: Line) -> None:
        self._over.pop(line, None)
        if self._lines.get(line.name) is not line:
            return  # already replaced by a newer line
        del self._lines[line.name]
        token, tab = line.whose
        tabs = self._tabs.get(token, {})
        if tabs.get(tab) == line.name:
            del tabs[tab]
        if not tabs:
            self._tabs.pop(token, None)


def _identity(hello: bytes) -> tuple[str, str] | None:
    """The token's hash and the tab of a line's first frame; None when that is no hello."""
    try:
        said = wire.read(hello)
    except BadFrame:
        return None
    return (access.digest(said.token), said.tab) if isinstance(said, wire.Hello) else None


async def _body(receive: Receive) -> bytes:
    """The request's body, read to just above the largest size at most. Raises RequestRefused."""
    data = b""
    try:
        async with asyncio.timeout(BODY_WITHIN):
            more = True
            while more and len(data) <= HEAD + LARGEST_BATCH:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise RequestRefused(400, "bad_request")
                data += message.get("body", b"")
                more = message.get("more_body", False)
    except TimeoutError:
        raise RequestRefused(408, "bad_request") from None
    if len(data) < HEAD:
        raise RequestRefused(400, "bad_request")
    return data


async def _stream(line: Line, receive: Receive, send: Send) -> None:
    """Answer with a stream that lasts until the line ends."""
    reader = object()
    line.start_reading(reader)
    try:
        with _watched(receive, line.disconnect):
            await _respond_head(send, 200, KIND)
            within = FIRST_BEAT
            while (batch := await line.next(reader, within=within)) is not None:
                if not batch:
                    within = BEAT
                with line.sending():
                    await send({"type": "http.response.body", "body": packed(batch) or HEARTBEAT, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        line.disconnect()


@contextmanager
def _watched(receive: Receive | None, gone: Callable[[], None]) -> Iterator[None]:
    """Call `gone` if the client disconnects during the `with` block."""

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


async def _respond_head(send: Send, status: int, kind: bytes, length: int | None = None) -> None:
    headers = [(b"cache-control", b"no-store, no-transform"), (b"x-accel-buffering", b"no")]
    if status != 204:
        headers.append((b"content-type", kind))
        if length is not None:
            headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _respond(send: Send, status: int, body: bytes, *, kind: bytes) -> None:
    """Send a whole answer."""
    await _respond_head(send, status, kind, len(body))
    await send({"type": "http.response.body", "body": body, "more_body": False})
