"""A client for one participant: their view of one board, and the ops that they send, as in SPEC 7.

Simulated people use it as browsers use connection.js. What may not live here: how a connection is made (`Connect`), the
server's internals, and rules.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Final, Protocol, Self

import msgspec

from board_schema import wire

PATIENCE: Final = 30.0  # seconds to wait for an answer
OPS_A_SECOND: Final = 15.0  # a little below the server's limit (P7)
OPS_AT_ONCE: Final = 30.0

Record = dict[str, Any]


class TurnedDown(Exception):
    """An op was refused. `reason` is one of SPEC 5."""

    def __init__(self, name: str, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{name}: {reason}")


class Gone(Exception):
    """The connection was closed with `code`; do not reconnect at 4500 and above."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"closed with {code}")


class Channel(Protocol):
    """One WebSocket, however it is made. `send` and `receive` raise Gone when it is closed."""

    async def send(self, data: bytes) -> None:
        """Send a frame."""

    async def receive(self) -> bytes:
        """The next frame of the server."""

    async def close(self) -> None:
        """Close it."""


Connect = Callable[[str], Awaitable[Channel]]
"""Opens a channel to a board. May raise OSError or TimeoutError."""


class Visitor:
    """One person's (or wall's) connection to one board: the view, and sending ops.

    Use it as an async context manager: inside, the first view has been received. `view` and `mine` are the two layers,
    record id to record. `tab` must be 12 to 24 random characters.
    """

    def __init__(self, connect: Connect, *, board: str, token: str, tab: str) -> None:
        self.board = board
        self.seat = ""
        self.role = ""
        self.version = 0
        self.view: dict[str, Record] = {}
        self.mine: dict[str, Record] = {}
        self.here: list[str] = []
        self.moving: dict[str, list[float] | None] = {}
        self.trouble = ""
        self._connect = connect
        self._hello = {"protocol": wire.PROTOCOL, "token": token, "tab": tab}
        self._n = 0
        self._acked = 0
        self._refused: dict[int, str] = {}
        self._code = 0
        self._news = asyncio.Condition()
        self._bucket = OPS_AT_ONCE
        self._filled = time.monotonic()
        self._channel: Channel | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Connect. Raises Gone, OSError, TimeoutError."""
        self._channel = await self._connect(self.board)
        await self._send(["hello", {**self._hello, "seen": 0}])
        self._reader = asyncio.create_task(self._read(self._channel))
        try:
            await self.until(lambda: self.seat != "" or self.role == "wall")
            await self.until(lambda: "board" in self.view)
        except BaseException:
            await self.leave()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()

    async def leave(self) -> None:
        """Close the connection; the person stays in the workshop."""
        if self._channel is not None:
            await self._channel.close()
        if self._reader is not None:
            await asyncio.gather(self._reader, return_exceptions=True)

    # What is shown

    @property
    def me(self) -> Record:
        """The `me` record; empty for a wall."""
        return self.mine.get("me", {})

    @property
    def round(self) -> str:
        """The present round's id."""
        return str(self.view["board"]["round"])

    def notes(self, **wanted: object) -> dict[str, Record]:
        """Notes that are up and have these field values, by id."""
        return {
            key.removeprefix("note:"): record
            for key, record in self.view.items()
            if key.startswith("note:") and all(record.get(name) == value for name, value in wanted.items())
        }

    def drafts(self) -> dict[str, Record]:
        """Own drafts by id."""
        return {
            key.removeprefix("mine:"): record
            for key, record in self.mine.items()
            if key.startswith("mine:") and record.get("draft")
        }

    async def until(self, true: Callable[[], bool], *, within: float | None = PATIENCE) -> None:
        """Wait until `true()`; it is called after every frame.

        Raises Gone when the connection ends first, TimeoutError after `within` seconds.
        """
        async with asyncio.timeout(within), self._news:
            while not true():
                if self._code:
                    raise Gone(self._code)
                await self._news.wait()

    async def news(self, *, within: float | None = None) -> None:
        """Return after the next frame, or after `within` seconds. Raises Gone when the connection has ended."""
        async with self._news:
            if not self._code:
                try:
                    async with asyncio.timeout(within):
                        await self._news.wait()
                except TimeoutError:
                    return
            if self._code:
                raise Gone(self._code)

    # What is asked for

    async def do(self, name: str, /, **args: Any) -> None:
        """Send an op and wait until it is answered and its patch received. Raises TurnedDown, Gone, TimeoutError.

        An argument called `as_` or `from_` is the op's `as` or `from`.
        """
        await self._paced()
        self._n += 1
        n = self._n
        await self._send(["op", n, name, {key.rstrip("_"): value for key, value in args.items()}])
        await self.until(lambda: self._acked >= n or n in self._refused)
        if n in self._refused:
            raise TurnedDown(name, self._refused[n])

    async def drag(self, note: str, at: tuple[float, float] | None) -> None:
        """Show the others where a note is being dragged, 0..1 of the sheet; None when it is let go."""
        x, y = at or (None, None)
        await self._send(["drag", note, x, y])

    async def _paced(self) -> None:
        """Wait as long as the token bucket of ops says (P7)."""
        while True:
            now = time.monotonic()
            self._bucket = min(OPS_AT_ONCE, self._bucket + (now - self._filled) * OPS_A_SECOND)
            self._filled = now
            if self._bucket >= 1:
                self._bucket -= 1
                return
            await asyncio.sleep((1 - self._bucket) / OPS_A_SECOND)

    async def _send(self, frame: list[Any]) -> None:
        if self._channel is None:
            raise Gone(1006)
        await self._channel.send(wire.pack(frame))

    async def _read(self, channel: Channel) -> None:
        try:
            while True:
                # The server's frames may be larger than wire.unpack allows.
                frame = msgspec.msgpack.decode(await channel.receive())
                async with self._news:
                    self._take(frame)
                    self._news.notify_all()
        except Gone as gone:
            async with self._news:
                self._code = gone.code
                self._news.notify_all()

    def _take(self, frame: list[Any]) -> None:
        match frame:
            case ["welcome", about]:
                self.seat, self.role = about["seat"], about["role"]
                self._acked = max(self._acked, about["ack"])
            case ["patch", version, put, gone]:
                self.version = version
                self.view = _patched(self.view, put, gone)
            case ["mine", _, put, gone]:
                self.mine = _patched(self.mine, put, gone)
            case ["reset"]:
                self.view, self.mine = {}, {}
            case ["ack", n]:
                self._acked = max(self._acked, n)
            case ["refused", n, reason]:
                self._refused[n] = reason
            case ["here", seats]:
                self.here = seats
            case ["drags", moving]:
                self.moving = {**self.moving, **moving}
            case ["trouble", what]:
                self.trouble = what
            case _:
                pass  # an unknown frame of a newer server


def _patched(before: dict[str, Record], put: dict[str, Record], gone: list[str]) -> dict[str, Record]:
    after = {**before, **put}
    for key in gone:
        after.pop(key, None)
    return after
