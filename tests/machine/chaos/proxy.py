"""A TCP proxy that breaks on command: the network between one phone and the server.

What may not live here: anything about frames or boards, and a fault that a test did not ask for.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator

CHUNK = 4096  # bytes that pass at once at full speed
SIP = 256  # bytes that pass at once when slow
NARROW = 4 * 1024  # bytes that the system may keep for a slow direction
SEGMENT = 1_400  # bytes in one packet of it, as on a phone's network


class _Link:
    """One connection through the proxy: two directions, each pumped by a task."""

    def __init__(self, proxy: Proxy, near: socket.socket, far: socket.socket) -> None:
        self.near, self.far = near, far
        self.deaf = False
        self._proxy = proxy
        self._tasks = [
            asyncio.create_task(self._pump(near, far, inward=True)),
            asyncio.create_task(self._pump(far, near, inward=False)),
        ]
        self.closed = asyncio.create_task(self._close())

    async def _pump(self, source: socket.socket, sink: socket.socket, *, inward: bool) -> None:
        loop, proxy = asyncio.get_running_loop(), self._proxy
        with contextlib.suppress(OSError):
            while True:
                rate = 0 if inward else proxy.rate
                data = await loop.sock_recv(source, SIP if rate else CHUNK)
                await proxy.open.wait()
                if rate:
                    await asyncio.sleep(len(data) / rate)  # this is the slowness that is played
                if not data:
                    break
                if inward or not self.deaf:
                    await loop.sock_sendall(sink, data)
                    proxy.passed += 0 if inward else len(data)

    def cut(self) -> None:
        """End it with a reset, so that both ends hear of it at once, as after a dropped network."""
        for sock in (self.near, self.far):
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for task in self._tasks:
            task.cancel()

    async def _close(self) -> None:
        """When one direction has ended, end the other, and only then close the sockets."""
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        self.near.close()
        self.far.close()
        self._proxy.links.discard(self)


class Proxy:
    """Listens on a loopback port and passes bytes on to `port`, as long as it is told to.

    `rate`: bytes a second towards the client, 0 for as fast as it goes. `passed`: bytes that went
    towards the client so far.
    """

    def __init__(self, port: int, *, rate: int = 0) -> None:
        self.rate = rate
        self.passed = 0
        self.links: set[_Link] = set()
        self.open = asyncio.Event()
        self.open.set()
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listening.setblocking(False)
        self._task = asyncio.create_task(self._accept())

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            near, _ = await loop.sock_accept(self._listening)
            far = socket.socket()
            for sock in (near, far):
                sock.setblocking(False)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.rate:
                far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
                far.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT)
            try:
                await loop.sock_connect(far, ("127.0.0.1", self._to))
            except (OSError, asyncio.CancelledError) as problem:
                near.close()
                far.close()
                if isinstance(problem, asyncio.CancelledError):
                    raise
                continue
            self.links.add(_Link(self, near, far))

    def pull(self) -> None:
        """Pull the cable: nothing passes, and nobody is told."""
        self.open.clear()

    def resume(self) -> None:
        """Put it back: what was on its way arrives."""
        self.open.set()

    def half_open(self) -> None:
        """What the server says is lost on the way from now on; what the client says arrives."""
        for link in self.links:
            link.deaf = True

    def reset(self) -> None:
        """Cut every connection at once, as a network change does."""
        for link in list(self.links):
            link.cut()

    async def close(self) -> None:
        """Close every socket."""
        self._task.cancel()
        await asyncio.wait([self._task])
        self._listening.close()
        self.reset()
        if self.links:
            await asyncio.wait([link.closed for link in self.links])


@contextlib.asynccontextmanager
async def proxied(port: int, how_many: int = 1, *, rate: int = 0) -> AsyncIterator[list[Proxy]]:
    """Some proxies to one port, closed afterwards."""
    made = [Proxy(port, rate=rate) for _ in range(how_many)]
    try:
        yield made
    finally:
        for proxy in made:
            await proxy.close()
