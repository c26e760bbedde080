"""Proxies such as real networks have: they refuse WebSockets, drop their frames, or buffer an answer until it is whole.

What may not live here: anything that knows what Tavle says; a proxy passes on HTTP and counts.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.machine.pipes import both_ways

HELD = 64 * 1024  # bytes that a buffering proxy holds back, unless the answer ends
BODYLESS = (204, 304)


class Proxy:
    """HTTP/1.1 on a loopback port, passed on to `upstream` (`http://host:port`).

    `upgrade` is what it does to a WebSocket: a status to refuse it with, 0 to take it and never answer, 101 to let it
    pass; a test may change it. `holds`: it passes on a body only when it is whole or `HELD` bytes. `heard` is called
    for every piece of an answer's body that is passed on, with its path.
    """

    def __init__(
        self, upstream: str, *, upgrade: int, holds: bool = False, heard: Callable[[str, bytes], None] | None = None
    ) -> None:
        self.base = ""
        self.upgrades: list[float] = []  # when each WebSocket was asked for, by the loop's clock
        self.asked: dict[str, float] = {}  # when each path was first asked for
        self.answered: dict[str, float] = {}  # and when the first bytes of a body were passed on
        self._host, _, port = upstream.removeprefix("http://").partition(":")
        self._port = int(port)
        self.upgrade = upgrade
        self._holds = holds
        self._heard = heard
        self._busy: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Proxy]:
        """While it listens."""
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in list(self._busy):
                task.cancel()
            if self._busy:
                await asyncio.wait(self._busy)
            await server.wait_closed()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        try:
            while await self._request(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._busy.discard(task)
            writer.transport.abort()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Pass on one request; give whether another may follow."""
        head, fields = _parsed(await reader.readuntil(b"\r\n\r\n"))
        path, now = _without_board(head.split()[1]), asyncio.get_running_loop().time()
        if fields.get("upgrade", "").lower() == "websocket":
            self.upgrades.append(now)
            if self.upgrade == 101:
                await self._tunnel(_head(head, fields), reader, writer)
            elif self.upgrade:
                writer.write(
                    f"HTTP/1.1 {self.upgrade} Blocked\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
                )
                await writer.drain()
            else:
                await reader.read()
            return False
        self.asked.setdefault(path, now)
        body = await reader.readexactly(int(fields.get("content-length", "0")))
        above, upper = await asyncio.open_connection(self._host, self._port)
        try:
            kept = {key: value for key, value in fields.items() if key != "connection"}
            upper.write(_head(head, {**kept, "connection": "close"}) + body)
            passing = asyncio.create_task(self._answer(path, above, writer))
            leaving = asyncio.create_task(reader.read(1))
            await asyncio.wait([passing, leaving], return_when=asyncio.FIRST_COMPLETED)
            for task in (passing, leaving):
                if not task.done():
                    task.cancel()
            await asyncio.wait([passing, leaving])
            if passing.cancelled():
                return False
            passing.result()
            return leaving.cancelled()
        finally:
            upper.transport.abort()

    async def _tunnel(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        above, upper = await asyncio.open_connection(self._host, self._port)
        upper.write(head)
        try:
            await both_ways((reader, writer), (above, upper))
        finally:
            upper.transport.abort()

    async def _answer(self, path: str, above: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, fields = _parsed(await above.readuntil(b"\r\n\r\n"))
        fields.pop("connection", None)
        status = int(head.split()[1])
        chunked = fields.get("transfer-encoding", "").lower() == "chunked"
        writer.write(_head(head, fields))
        if status in BODYLESS:
            return
        held = b""
        async for piece in _chunks(above) if chunked else _whole(above, int(fields["content-length"])):
            held += piece
            if not self._holds or len(held) >= HELD or not chunked:
                self._pass(path, held, writer, chunked=chunked)
                held = b""
                await writer.drain()
        if held:
            self._pass(path, held, writer, chunked=chunked)
        if chunked:
            writer.write(b"0\r\n\r\n")
        await writer.drain()

    def _pass(self, path: str, data: bytes, writer: asyncio.StreamWriter, *, chunked: bool) -> None:
        self.answered.setdefault(path, asyncio.get_running_loop().time())
        if self._heard is not None:
            self._heard(path, data)
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n" if chunked else data)


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int(await reader.readline(), 16):
        yield (await reader.readexactly(size + 2))[:-2]
    await reader.readline()


async def _whole(reader: asyncio.StreamReader, left: int) -> AsyncIterator[bytes]:
    while left:
        piece = await reader.read(left)
        if not piece:
            raise asyncio.IncompleteReadError(b"", left)
        left -= len(piece)
        yield piece


def _parsed(data: bytes) -> tuple[str, dict[str, str]]:
    first, *lines = data.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    return first, {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def _head(first: str, fields: dict[str, str]) -> bytes:
    return (first + "\r\n" + "".join(f"{key}: {value}\r\n" for key, value in fields.items()) + "\r\n").encode("latin-1")


def _without_board(path: str) -> str:
    """`/stream/open` for `/stream/{board}/open`; other paths as they are."""
    return re.sub(r"^/stream/[^/]+/", "/stream/", path)
