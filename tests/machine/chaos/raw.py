"""A bare socket for sending bytes that a correct client would never send."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgpack

HELLO_GUARD = 60.0  # seconds: only against hanging
UPGRADE = (
    b"GET /ws/%s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def upgrade(board: str, host: bytes = b"localhost") -> bytes:
    """The request of a handshake."""
    return UPGRADE % (board.encode(), host)


def frame(
    data: bytes, *, opcode: int = 2, fin: bool = True, rsv: int = 0, mask: bool = True, length: int = -1
) -> bytes:
    """A client's WebSocket frame, as right or wrong as asked. `length`: what it claims, -1 for the truth."""
    size = len(data) if length < 0 else length
    bit = 0x80 if mask else 0
    head = bytes(((0x80 if fin else 0) | rsv << 4 | opcode,))
    if size < 126:
        head += bytes((bit | size,))
    elif size < 65_536:
        head += bytes((bit | 126,)) + size.to_bytes(2)
    else:
        head += bytes((bit | 127,)) + size.to_bytes(8)
    return head + (bytes(4) if mask else b"") + data


class Raw:
    """One connection by hand. `frames` are the server's messages, `code` its close code (0: none said)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.frames: list[Any] = []
        self.code = 0
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def open(self, request: bytes = b"") -> bytes:
        """Shake hands, or send `request` instead; give the first line of the answer."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writer.write(request or upgrade("b", f"127.0.0.1:{self.port}".encode()))
        async with asyncio.timeout(HELLO_GUARD):
            head = await self._reader.readuntil(b"\r\n\r\n")
        return head.split(b"\r\n")[0]

    async def enter(self, joined: dict[str, Any]) -> Raw:
        """Shake hands and say hello, until the first picture is there."""
        assert b" 101 " in await self.open(upgrade(joined["board"]))
        about = {"protocol": 3, "token": joined["token"], "tab": "r" * 16, "seen": 0}
        self.send(frame(msgpack.packb(["hello", about])))
        async with asyncio.timeout(HELLO_GUARD):
            while not any(f[0] == "patch" for f in self.frames):
                await self._one()
        return self

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def ended(self) -> int:
        """Read until the connection is over; the code that was said, or 0."""
        async with asyncio.timeout(HELLO_GUARD):
            try:
                while True:
                    await self._one()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
        return self.code

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _one(self) -> None:
        head = await self._reader.readexactly(2)
        size = head[1] & 127
        if size > 125:
            size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8))
        data = await self._reader.readexactly(size)
        match head[0] & 15:
            case 2:
                self.frames.append(msgpack.unpackb(data))
            case 8:
                self.code = int.from_bytes(data[:2])
                self.send(frame(data[:2], opcode=8))
