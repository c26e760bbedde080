"""A line: one connection made of HTTP requests (SPEC P8 to P12). It gives its handler the interface of a WebSocket.

What may not live here: HTTP requests and answers (streams.py), limits and close codes of a connection (handler.py).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from board_schema import wire
from board_schema.wire import Close
from server.connections.batches import packed
from server.connections.output import STALLED_UNSEEN

Message = MutableMapping[str, Any]

POLL = 20.0  # seconds that a poll waits for frames
ABANDONED = 30.0  # seconds without a reading request, after which a line is closed
SILENT = 90.0  # seconds without any request, after which it is closed; timers of a hidden page run once a minute


class Line:
    """One connection over HTTP. It is its handler's output, and provides ASGI's `receive` and `send`.

    Frames from the client arrive in batches with `take`; frames to the client are fetched by one reader at a time: the
    request that is open for them.
    """

    ready: Callable[[], None] | None = None

    def __init__(self, name: bytes, frames: list[bytes], *, whose: tuple[str, str], streamed: bool) -> None:
        self.name = name
        self.whose = whose  # the token's hash, and the tab
        self.streamed = streamed
        self.over = False
        self._incoming: deque[bytes | asyncio.Future[bool]] = deque(frames)
        self._came = asyncio.Event()
        self._connected = False
        self._disconnected = False
        self._number = 0
        self._taken: asyncio.Future[bool] | None = None
        self._outgoing: list[bytes] = []
        self._due = asyncio.Event()
        self._reader: object | None = None
        self._sending = False
        self._answered, self._answer = -1, b""
        self._left_at = self._heard_at = self._since = _now()

    # -- the output (output.Output) --------------------------------------------------------

    @property
    def open(self) -> bool:
        """Whether a request is reading and no batch is being sent to it."""
        return self._reader is not None and not self._sending and not self.over

    def write(self, frames: list[bytes]) -> None:
        """Queue frames for the reading request."""
        self._outgoing += frames
        self._due.set()

    def stalled(self, now: float) -> bool:
        """Whether no request reads, or the reading one takes nothing, or the client has sent nothing for too long."""
        if self._reader is None:
            return now - self._left_at >= ABANDONED
        if self._sending:
            return now - self._since >= STALLED_UNSEEN
        # A client sends nothing more while its last batch is slowed down (P7, P10).
        return now - self._heard_at >= SILENT and (self._taken is None or self._taken.done())

    def abort(self) -> None:
        """Drop the queued frames. A stream that takes no bytes ends when the system times out its TCP connection."""
        self._outgoing.clear()

    # -- for the handler ------------------------------------------------------------------

    async def receive(self) -> Message:
        """The next frame from the client, as an ASGI message. Asking for it marks the one before as handled."""
        if not self._connected:
            self._connected = True
            return {"type": "websocket.connect"}
        while True:
            while self._incoming:
                match self._incoming.popleft():
                    case bytes() as frame:
                        return {"type": "websocket.receive", "bytes": frame}
                    case taken:
                        self._heard_at = _now()
                        _settle(taken, True)
            if self._disconnected:
                return {"type": "websocket.disconnect"}
            self._came.clear()
            await self._came.wait()

    async def send(self, message: Message) -> None:
        """Take an ASGI message of the handler: its last frame, or the close."""
        if message["type"] == "websocket.close":
            # Queue the bye frame in case the handler could not send it: the next reading request gets it.
            if not self._outgoing:
                self._outgoing.append(wire.bye(Close(message["code"])))
            self.end()
        elif message["type"] == "websocket.send":
            self._outgoing.append(message["bytes"])

    @property
    def done(self) -> bool:
        """Whether the connection is over and every frame has been fetched."""
        return self.over and not self._outgoing

    def end(self) -> None:
        """Mark the connection as over; frames still queued may be fetched."""
        self.over = True
        if self._taken is not None:
            _settle(self._taken, False)
        self._due.set()

    # -- for HTTP requests (streams.py) ----------------------------------------------------

    def disconnect(self) -> None:
        """Note that the client has disconnected."""
        self._disconnected = True
        self._came.set()
        self._reader = None
        self._due.set()

    def take(self, number: int, frames: list[bytes]) -> asyncio.Future[bool] | None:
        """Queue batch `number` from the client. The future gives True once it is handled, False if it never will be.

        None when it is not the next batch: one is missing, so none can be handled in order any more. A batch that a
        proxy sent twice is queued once.
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
            self._incoming += [*frames, self._taken]
            self._came.set()
        return self._taken

    def start_reading(self, reader: object) -> None:
        """Make `reader` the reading request; an earlier one gets nothing more."""
        self._reader = reader
        self._heard_at = _now()
        self._due.set()
        if self.ready is not None:
            self.ready()

    def stop_reading(self, reader: object) -> None:
        """Note that `reader` has stopped reading."""
        if self._reader is reader:
            self._reader, self._left_at = None, _now()

    async def next(self, reader: object, *, within: float) -> list[bytes] | None:
        """The queued frames, waiting up to `within` seconds for any (then []). None: this reader will get no more."""
        try:
            async with asyncio.timeout(within):
                while self._reader is reader and not self._outgoing and not self.over:
                    self._due.clear()
                    await self._due.wait()
        except TimeoutError:
            pass
        if self._reader is not reader or self.done:
            return None
        batch, self._outgoing = self._outgoing, []
        return batch

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Mark a batch as being sent: the handler writes nothing meanwhile."""
        self._sending, self._since = True, _now()
        try:
            yield
        finally:
            self._sending = False
            if self.ready is not None:
                self.ready()

    async def answer(self, number: int, *, reader: object) -> bytes | None:
        """Answer `number` to a poll: a packed batch, empty when there are no frames.

        The last answer is repeated on request. None when `number` is out of order, or the connection is over.
        """
        if number == self._answered:
            return self._answer
        if number != self._answered + 1:
            return None
        self.start_reading(reader)
        batch = await self.next(reader, within=POLL)
        if batch is None:
            return None if self.over or self._disconnected else b""
        self.stop_reading(reader)
        self._answered, self._answer = number, packed(batch)
        return self._answer


def _settle(taken: asyncio.Future[bool], heard: bool) -> None:
    if not taken.done():
        taken.set_result(heard)


def _now() -> float:
    return asyncio.get_running_loop().time()
