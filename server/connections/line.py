"""One connection made of HTTP requests (SPEC P8 to P12): to its handler it looks like a WebSocket.

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

POLL = 20.0  # seconds that a poll waits for something to say
ABANDONED = 30.0  # seconds without a reader, after which a line is dropped
SILENT = 90.0  # seconds without a word from below; a hidden page's clock ticks once a minute


class Line:
    """One connection over HTTP. To its handler it is the output, and ASGI's `receive` and `send`."""

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

    # -- the output (output.Output) --------------------------------------------------------

    @property
    def open(self) -> bool:
        """Whether somebody reads, and nothing is on its way."""
        return self._reader is not None and not self._sending and not self.over

    def write(self, frames: list[bytes]) -> None:
        """Give frames to the request that reads."""
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

    # -- for the handler ------------------------------------------------------------------

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
        """What the handler sends past the output: its last frame, and the close."""
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
        """`reader` reads from now on; an earlier reader gets nothing more."""
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


def _settle(taken: asyncio.Future[bool], heard: bool) -> None:
    if not taken.done():
        taken.set_result(heard)


def _now() -> float:
    return asyncio.get_running_loop().time()
