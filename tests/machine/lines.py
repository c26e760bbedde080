"""A client without WebSockets: a line over HTTP, streamed or polled, made from SPEC P8 to P12 alone.

What may not live here: assertions about one test's outcome.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgpack

from server.connections.batches import packed
from tests.machine.talk import GUARD, Reply, Tab


def parts(data: bytes) -> tuple[list[bytes], bytes]:
    """Whole frames, and what is left. A frame without length is a heartbeat."""
    frames = []
    while len(data) >= 4 and len(data) - 4 >= (length := int.from_bytes(data[:4])):
        frames.append(data[4 : 4 + length])
        data = data[4 + length :]
    return frames, data


@asynccontextmanager
async def connected(base: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    host, _, port = base.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


def post(base: str, address: str, data: bytes, more: str = "") -> bytes:
    """A POST as our own page would send it; `address` is what comes after /stream/."""
    host = base.removeprefix("http://")
    head = f"POST /stream/{address} HTTP/1.1\r\nHost: {host}\r\nOrigin: {base}\r\nContent-Type: application/msgpack\r\n"
    return f"{head}Content-Length: {len(data)}\r\n{more}\r\n".encode() + data


class Line(Tab):
    """A tab without a WebSocket: made from SPEC P8 to P12 alone."""

    def __init__(self, base: str, board: str, token: str, tab: str = "", *, way: str = "open") -> None:
        super().__init__(base, board, token, tab)
        self.way = way
        self.name = b""
        self.number = 0
        self.beats = 0
        self.statuses: list[int] = []
        self.heads: list[bytes] = []  # of the answers
        self.elsewhere = ""  # where POSTs go, if not to `base`

    async def open(self, *, hello: bool = True, **more: Any) -> Line:
        self.code, self.bye = None, None
        self.view, self.mine, self.version, self.welcome = {}, {}, 0, {}
        self.name, self.number = secrets.token_bytes(16), 0
        if hello:
            await self.say_hello()
            await self.until(lambda: bool(self.welcome) and "board" in self.view)
        return self

    async def say_hello(self, **more: Any) -> None:
        fields = {"protocol": 3, "token": self.token, "tab": self.tab, "seen": self.seen}
        await self.begin(msgpack.packb(["hello", {**fields, **more}]))

    async def begin(self, *frames: bytes) -> None:
        work = self._stream(packed(list(frames))) if self.way == "open" else self._poll(list(frames))
        self._reader = asyncio.create_task(work)

    async def send(self, frame: Any) -> None:
        await self.up(msgpack.packb(frame))

    async def up(self, *frames: bytes) -> int:
        self.number += 1
        status = await self.post("up", self.number, packed(list(frames)))
        self.statuses.append(status)
        return status

    async def post(self, kind: str, number: int, data: bytes) -> int:
        return (await self.ask(kind, number, data)).status

    async def close(self) -> None:
        assert self._reader is not None
        self._reader.cancel()
        await asyncio.wait([self._reader])

    async def _stream(self, body: bytes) -> None:
        try:
            async with connected(self.base) as (reader, writer):
                writer.write(post(self.base, f"{self.board}/open", self.name + bytes(4) + body))
                top = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(top)
                assert b" 200 " in top, top
                assert b"transfer-encoding: chunked" in top.lower()
                rest = b""
                while length := int(await reader.readline(), 16):
                    rest += (await reader.readexactly(length + 2))[:-2]
                    frames, rest = parts(rest)
                    self._got(frames)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._over()

    async def _poll(self, frames: list[bytes]) -> None:
        number = 0
        try:
            reply = await self.ask("poll", 0, packed(frames))
            while reply.status == 200:
                got, rest = parts(reply.body)
                assert not rest
                self._got(got)
                if self.bye:
                    break
                number += 1
                reply = await self.ask("more", number, b"")
            self.statuses.append(reply.status)
        finally:
            self._over()

    async def ask(self, kind: str, number: int, data: bytes) -> Reply:
        """One POST; its connection is closed also when nobody waits for the answer any more."""
        base = self.elsewhere or self.base
        async with connected(base) as (reader, writer):
            writer.write(
                post(base, f"{self.board}/{kind}", self.name + number.to_bytes(4) + data, "Connection: close\r\n")
            )
            async with asyncio.timeout(GUARD * 2):
                top, _, body = (await reader.read()).partition(b"\r\n\r\n")
        self.heads.append(top)
        return Reply(int(top.split()[1]), {}, body)

    def _got(self, frames: list[bytes]) -> None:
        for data in frames:
            if not data:
                self.beats += 1
                continue
            self.raw.append(data)
            frame = msgpack.unpackb(data)
            self.frames.append(frame)
            self._take(frame)
        self._changed.set()

    def _over(self) -> None:
        self.code = self.bye[0] if self.bye else 1006
        self._changed.set()
