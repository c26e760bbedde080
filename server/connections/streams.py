"""The socket room's side door: the same conversation over HTTP, where WebSockets are blocked (P8 to P12).

A line is a connection made of requests. To its talk (sockets.py) it is a WebSocket; to the phone it is one answer
that never ends, or many short ones, with POSTs going up beside them.

What may not live here: what is sent (session.py), limits and close codes of a conversation (sockets.py), who may do
what (board_schema), and any other call of SPEC 9 (pages.py).
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from board_schema import wire
from board_schema.wire import BadFrame, Close
from server.connections.sockets import STALLED_UNSEEN, Sockets, Talk
from server.doors import access
from server.store import Bell

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ID = 16  # bytes of a line's name: random, so that nobody meets another's
HEAD = ID + 4  # bytes before the frames of a request: the name, and a number
LARGEST_BATCH = 64 * 1024  # bytes of frames in one request
BODY_WITHIN = 20.0  # seconds for a request's body to come
FIRST_BEAT = 1.0  # seconds after which a stream first says that it flows
BEAT = 10.0  # seconds between two words on a quiet stream
POLL = 20.0  # seconds that a poll waits for something to say
ABANDONED = 30.0  # seconds without a reader, after which a line is dropped
SILENT = 90.0  # seconds without a word from below; a hidden page's clock ticks once a minute
EACH = 8  # lines of one token
MOST_OVER = 1_000  # lines that are over and whose last word waits to be fetched; the oldest is forgotten
MOST_ASKED = 200  # requests at a time whose line is looked for in other processes
PASSED_ON = 1.0  # seconds for another process to say that a line is its own

CHANNEL = "tavle:lines"
KIND = b"application/octet-stream"
HEARTBEAT = bytes(4)
BROKEN = b""  # a frame that no session can read: a batch that does not parse ends like one


class Line:
    """One connection over HTTP. Towards its `Talk` it is the way out, and ASGI's `receive` and `send`."""

    ready: Callable[[], None] | None = None

    def __init__(self, name: bytes, frames: list[bytes], *, whose: tuple[str, str], streamed: bool) -> None:
        self.name = name
        self.whose = whose  # token, hashed, and tab
        self.streamed = streamed
        self.over = False
        self._up: deque[bytes | asyncio.Future[bool]] = deque(frames)
        self._came = asyncio.Event()
        self._greeted = False
        self._hung_up = False
        self._number = 0
        self._taken: asyncio.Future[bool] | None = None
        self._down: list[bytes] = []
        self._due = asyncio.Event()
        self._reader: object | None = None
        self._sending = False
        self._answered, self._answer = -1, b""
        self._left_at = self._heard_at = self._since = _now()

    # -- the way out (sockets.Wire) -------------------------------------------------------

    @property
    def open(self) -> bool:
        """Whether somebody reads, and nothing is on its way."""
        return self._reader is not None and not self._sending and not self.over

    def write(self, frames: list[bytes]) -> None:
        """Hand frames to whoever reads."""
        self._down += frames
        self._due.set()

    def stalled(self, now: float) -> bool:
        """Whether nobody reads any more, or takes what is sent, or says a word."""
        if self._reader is None:
            return now - self._left_at >= ABANDONED
        if self._sending:
            return now - self._since >= STALLED_UNSEEN
        return now - self._heard_at >= SILENT

    def abort(self) -> None:
        """Send nothing more. A stream that takes nothing ends when the system gives its connection up."""
        self._down.clear()

    # -- towards the talk -----------------------------------------------------------------

    async def receive(self) -> Message:
        """The next frame from below. To ask for it is to have heard the one before."""
        if not self._greeted:
            self._greeted = True
            return {"type": "websocket.connect"}
        while True:
            while self._up:
                match self._up.popleft():
                    case bytes() as frame:
                        return {"type": "websocket.receive", "bytes": frame}
                    case taken:
                        _settle(taken, True)
            if self._hung_up:
                return {"type": "websocket.disconnect"}
            self._came.clear()
            await self._came.wait()

    async def send(self, message: Message) -> None:
        """What a talk says past the way out: its last frame, and that it closes."""
        if message["type"] == "websocket.close":
            # Said once more where nobody was reading: the next to read is told.
            if not self._down:
                self._down.append(wire.bye(Close(message["code"])))
            self.end()
        elif message["type"] == "websocket.send":
            self._down.append(message["bytes"])

    @property
    def done(self) -> bool:
        """Whether it is over and all has been said."""
        return self.over and not self._down

    def end(self) -> None:
        """The talk is over; what is left to say may still be fetched."""
        self.over = True
        if self._taken is not None:
            _settle(self._taken, False)
        self._due.set()

    # -- from below -----------------------------------------------------------------------

    def hang_up(self) -> None:
        """Nobody is there any more."""
        self._hung_up = True
        self._came.set()
        self._reader = None
        self._due.set()

    def take(self, number: int, frames: list[bytes]) -> asyncio.Future[bool] | None:
        """Batch `number` has come up: give when it has been heard (False: it never will be).

        None when it is not the next one: then nothing after it can be taken in order. One that was sent again by
        somebody on the way is not taken again.
        """
        self._heard_at = _now()
        if self._taken is not None and number == self._number:
            return self._taken
        if number != self._number + 1 or not (self._taken is None or self._taken.done()):
            return None
        self._number = number
        self._taken = asyncio.get_running_loop().create_future()
        if self.over:
            self._taken.set_result(False)
        else:
            self._up += [*frames, self._taken]
            self._came.set()
        return self._taken

    def attend(self, reader: object) -> None:
        """Somebody reads from now on, in the place of whoever did."""
        self._reader = reader
        self._heard_at = _now()
        self._due.set()
        if self.ready is not None:
            self.ready()

    def leave(self, reader: object) -> None:
        """They read no longer."""
        if self._reader is reader:
            self._reader, self._left_at = None, _now()

    async def next(self, reader: object, *, within: float) -> list[bytes] | None:
        """The frames that are due; none within so many seconds: an empty list. None: nothing will come here."""
        try:
            async with asyncio.timeout(within):
                while self._reader is reader and not self._down and not self.over:
                    self._due.clear()
                    await self._due.wait()
        except TimeoutError:
            pass
        if self._reader is not reader or self.done:
            return None
        batch, self._down = self._down, []
        return batch

    @contextmanager
    def sending(self) -> Iterator[None]:
        """While a batch is on its way, the line takes no other."""
        self._sending, self._since = True, _now()
        try:
            yield
        finally:
            self._sending = False
            if self.ready is not None:
                self.ready()

    async def answer(self, number: int, *, reader: object) -> bytes | None:
        """Answer `number` of a line that is polled: a batch, packed; empty when there is nothing to say.

        The last one is given again to whoever asks again. None when it is out of order, or all has been said.
        """
        if number == self._answered:
            return self._answer
        if number != self._answered + 1:
            return None
        self.attend(reader)
        batch = await self.next(reader, within=POLL)
        if batch is None:
            return None if self.over or self._hung_up else b""
        self.leave(reader)
        self._answered, self._answer = number, packed(batch)
        return self._answer


class Turned(Exception):
    """A request that is turned away: a status, and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(reason)


Said = tuple[int, bytes]  # an answer: status and body
NO_LINE: Said = (404, b"")
CONFUSED: Said = (409, b"")
REASONS = {404: "no_page", 409: "bad_op"}


class Streams:
    """Every line of this process. An ASGI app for the addresses under `/stream/`.

    With several processes a request may come to one that does not have its line: `bell` passes it on.
    """

    def __init__(self, *, sockets: Sockets, bell: Bell) -> None:
        self._sockets = sockets
        self._lines: dict[bytes, Line] = {}
        self._tabs: dict[str, dict[str, bytes]] = {}  # by token and tab
        self._talking: set[asyncio.Task[None]] = set()
        self._over: dict[Line, None] = {}
        self._closing = False
        self._others = Others(bell, has=self._lines.__contains__, answer=self._answer)

    async def start(self) -> None:
        """Begin to listen to the other processes."""
        await self._others.open()

    async def close(self) -> None:
        """Stop listening to them."""
        await self._others.close()

    async def farewell(self) -> None:
        """Tell every screen that the server restarts, and wait until they have gone; let nobody in."""
        self._closing = True
        await self._sockets.farewell()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            await self._request(scope, receive, send)
        except Turned as turned:
            reason = json.dumps({"error": turned.reason}).encode()
            await _say(send, turned.status, reason, kind=b"application/json")

    async def _request(self, scope: Message, receive: Receive, send: Send) -> None:
        kind = self._checked(scope)
        data = await _body(receive)
        name = data[:ID]
        if kind in ("open", "poll"):
            line = self._begin(scope, name, batch_of(data[HEAD:]), streamed=kind == "open")
            if line.streamed:
                await _pour(line, receive, send)
                return
            kind, data = "more", name + bytes(HEAD - ID)
        if name in self._lines:
            status, body = await self._answer(kind, data, receive)
        else:
            status, body = await self._others.ask(kind, data)
        if status in REASONS:
            raise Turned(status, REASONS[status])
        await _say(send, status, body, kind=KIND)

    def _checked(self, scope: Message) -> str:
        """What is asked for. Raises Turned for what is no request of ours, or comes from another site (H1)."""
        kind = str(scope["path"]).removeprefix("/stream/")
        if kind not in ("open", "poll", "up", "more"):
            raise Turned(404, "no_page")
        if scope["method"] != "POST":
            raise Turned(405, "no_method")
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        if not access.from_ourselves(headers, public_url=self._sockets.public_url, has_token=True):
            raise Turned(403, "origin")
        if headers.get("content-type", "") != "application/msgpack":
            raise Turned(415, "bad_op")  # and so no other site can send it without asking first
        if self._closing and kind in ("open", "poll"):
            raise Turned(503, "store_away")
        return kind

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

    def _begin(self, scope: Message, name: bytes, frames: list[bytes], *, streamed: bool) -> Line:
        """A new line; what the same tab had before is over."""
        token, tab = whose = _whose(frames[0]) or (name.hex(), "")
        for old in {name, self._tabs.get(token, {}).get(tab, name)}:
            if (before := self._lines.get(old)) is not None:
                self._forget(before)
                before.hang_up()
        tabs = self._tabs.setdefault(token, {})
        if len(tabs) >= EACH:
            raise Turned(429, "slow_down")
        line = Line(name, frames, whose=whose, streamed=streamed)
        self._lines[name], tabs[tab] = line, name
        task = asyncio.create_task(self._converse(scope, line), name="line")
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

    async def _converse(self, scope: Message, line: Line) -> None:
        await self._sockets.hold(Talk(self._sockets, scope, line.receive, line.send, way=line))

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


class Others:
    """The other processes of the house: one of them may have the line that a request is about.

    A request is told to all; who has the line says so, and answers. Nobody says so: there is no such line. A process
    that has never met another asks nobody.
    """

    def __init__(
        self, bell: Bell, *, has: Callable[[bytes], bool], answer: Callable[[str, bytes], Awaitable[Said]]
    ) -> None:
        self._bell = bell
        self._has = has
        self._answer = answer
        self._name = secrets.token_bytes(8)
        self._alone = True
        self._unknown = 0  # of those, whose line nobody has said to have yet
        self._asked: dict[bytes, tuple[asyncio.Event, asyncio.Future[Said]]] = {}
        self._busy: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begin to listen."""
        await self._bell.listen(CHANNEL, self._hear)

    async def close(self) -> None:
        """Stop listening."""
        await self._bell.hush(CHANNEL)
        for task in list(self._busy):
            task.cancel()
        if self._busy:
            await asyncio.wait(self._busy)

    async def ask(self, kind: str, data: bytes) -> Said:
        """The answer of whoever has the line."""
        if self._alone or self._unknown >= MOST_ASKED:
            return NO_LINE
        number = secrets.token_bytes(8)
        known = asyncio.Event()
        answer: asyncio.Future[Said] = asyncio.get_running_loop().create_future()
        self._asked[number] = known, answer
        try:
            await self._bell.publish(CHANNEL, (b"u" if kind == "up" else b"m") + number + data)
            self._unknown += 1
            try:
                async with asyncio.timeout(PASSED_ON):
                    await known.wait()
            finally:
                self._unknown -= 1
            async with asyncio.timeout(POLL * 2):
                return await answer
        except TimeoutError:
            return NO_LINE
        finally:
            del self._asked[number]

    def _hear(self, said: bytes | None) -> None:
        if said is None:  # we listen now, or again: who else is there?
            self._do(self._bell.publish(CHANNEL, b"w" + self._name))
            return
        what, number, data = said[:1], said[1:9], said[9:]
        match what:
            case b"w" | b"h" if number != self._name:
                self._alone = False
                if what == b"w":
                    self._do(self._bell.publish(CHANNEL, b"h" + self._name))
            case b"u" | b"m" if self._has(data[:ID]):
                self._do(self._reply("up" if what == b"u" else "more", number, data))
            case b"k" if number in self._asked:
                self._asked[number][0].set()
            case b"a" if number in self._asked:
                answer = self._asked[number][1]
                if not answer.done():
                    answer.set_result((int.from_bytes(data[:2]), data[2:]))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _reply(self, kind: str, number: bytes, data: bytes) -> None:
        await self._bell.publish(CHANNEL, b"k" + number)
        status, body = await self._answer(kind, data)
        await self._bell.publish(CHANNEL, b"a" + number + status.to_bytes(2) + body)


# -- bytes and answers --------------------------------------------------------------------


def packed(frames: list[bytes]) -> bytes:
    """Frames, each after its length."""
    parts: list[bytes] = []
    for frame in frames:
        parts += (len(frame).to_bytes(4), frame)
    return b"".join(parts)


def batch_of(data: bytes) -> list[bytes]:
    """The frames that were packed; one that nobody can read when they were not packed well."""
    frames, at = [], 0
    while at < len(data):
        start, end = at + 4, at + 4 + int.from_bytes(data[at : at + 4])
        if end > len(data) or start >= end or len(data) > LARGEST_BATCH:
            return [BROKEN]
        frames.append(data[start:end])
        at = end
    return frames or [BROKEN]


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


def _settle(taken: asyncio.Future[bool], heard: bool) -> None:
    if not taken.done():
        taken.set_result(heard)


def _now() -> float:
    return asyncio.get_running_loop().time()
