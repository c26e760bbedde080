"""Passes a new connection on to the web process that owns its board, so that a board's people share one process.

Any process can serve any board. A connection that cannot be passed on is served by the process that accepted it; that
only costs more CPU. What may not live here: handling requests (server/web, server/connections), and starting and
stopping processes (supervisor.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import socket
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from server.doors.pending import TimedHttp

TAKE_WITHIN = 0.5  # seconds for the other process to take a connection; after that it is served here
RETRY = 0.01  # seconds between two attempts to send to a process whose queue is full
LARGEST_HEAD = 64 * 1024  # bytes received before a connection is passed on; with more it is not
MOST_AT_ONCE = 32  # connections taken in one turn of the event loop
BUFFER = 1024 * 1024  # bytes in one process's queue
UP = 0x80  # added to the number of a process that serves, in the supervisor's message; otherwise it has ended
TOKEN = b"\0"

# The path of a public address may stand before ours.
_BEFORE = rb"(?:/[A-Za-z0-9._-]{1,64}){0,4}?"
_ASKED = re.compile(
    rb"(?:GET " + _BEFORE + rb"/ws/([A-Za-z0-9_-]{1,64})[ ?]|POST " + _BEFORE + rb"/stream/([A-Za-z0-9_-]{1,64})/)"
)


def board_of(data: bytes) -> str:
    """The board named in a connection's first request; empty when it names none."""
    found = _ASKED.match(data)
    return (found.group(1) or found.group(2)).decode() if found else ""


def owner_of(board: str, live: Iterable[int]) -> int:
    """The number of the process that owns a board, by rendezvous hashing over the live processes."""
    return max(live, key=lambda number: hashlib.blake2b(f"{number} {board}".encode(), digest_size=8).digest())


def pairs(count: int) -> dict[int, tuple[socket.socket, socket.socket]]:
    """For each process number from 1: the socket it receives connections on, and the one that others send them on.

    The supervisor keeps them open, so that they outlive a process. Empty if connections cannot be passed on.
    """
    if count < 2 or not hasattr(socket, "send_fds"):
        return {}
    made = {}
    for number in range(1, count + 1):
        receiving, sending = made[number] = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for end, option in ((receiving, socket.SO_RCVBUF), (sending, socket.SO_SNDBUF)):
            end.setblocking(False)
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, option, BUFFER)
    return made


class Handover:
    """The handover in one process. `number` is its own, `receiving` its socket, `sending` all processes' by number."""

    def __init__(self, number: int, *, receiving: socket.socket, sending: dict[int, socket.socket]) -> None:
        self.number = number
        self._receiving = receiving
        self._sending = sending
        self._live = {number}
        self._make: Callable[[bytes], asyncio.Protocol] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, make: Callable[[bytes], asyncio.Protocol]) -> None:
        """Start taking connections. `make` returns the protocol for one, given the bytes already received."""
        self._make = make
        asyncio.get_running_loop().add_reader(self._receiving, self._receive)

    def close(self) -> None:
        """Stop taking connections and passing them on."""
        self._live = {self.number}
        asyncio.get_running_loop().remove_reader(self._receiving)

    def heard(self, news: bytes) -> None:
        """Take the supervisor's message: one byte per process that serves now (its number + `UP`) or has ended."""
        for byte in news:
            if byte & UP:
                self._live.add(byte & ~UP)
            elif byte != self.number:
                self._live.discard(byte)

    def owner(self, board: str) -> int:
        """The number of the process that owns a board."""
        return owner_of(board, self._live)

    # -- giving ---------------------------------------------------------------------------

    def offer(self, protocol: Routed, head: bytes, *, to: int) -> None:
        """Pass a connection on; if it is not taken, `protocol` serves it here, beginning with `head`."""
        protocol.transport.pause_reading()
        self._begin(self._offer(protocol, head, to))

    async def _offer(self, protocol: Routed, head: bytes, to: int) -> None:
        transport = protocol.transport
        try:
            taken = len(head) <= LARGEST_HEAD and await self._given(transport.get_extra_info("socket"), head, to)
        except OSError:
            taken = False  # no more files can be opened
        if taken:
            transport.abort()  # closes this process's descriptor; the other process's one keeps the connection open
        elif not transport.is_closing():
            transport.resume_reading()
            protocol.serve(head)

    async def _given(self, connection: socket.socket, head: bytes, to: int) -> bool:
        """Whether the other process has taken the connection. Raises OSError."""
        # `claim` holds one byte: the connection belongs to the process that reads that byte.
        ours, claim = socket.socketpair()
        with ours, claim:
            ours.setblocking(False)
            claim.setblocking(False)
            ours.send(TOKEN)
            return await self._send(to, head, [connection.fileno(), claim.fileno()]) and await _taken(ours, claim)

    async def _send(self, to: int, head: bytes, files: list[int]) -> bool:
        loop = asyncio.get_running_loop()
        until = loop.time() + TAKE_WITHIN
        while loop.time() < until:
            try:
                socket.send_fds(self._sending[to], [head], files)
            except BlockingIOError:
                await asyncio.sleep(RETRY)
            except OSError:
                return False  # message too large, or too many descriptors in flight
            else:
                return True
        return False

    # -- taking ---------------------------------------------------------------------------

    def _receive(self) -> None:
        for _ in range(MOST_AT_ONCE):
            try:
                head, files, _, _ = socket.recv_fds(self._receiving, LARGEST_HEAD, 2)
            except OSError:
                return
            held = [socket.socket(fileno=file) for file in files]
            if len(held) == 2 and _claim(held[1]):
                self._begin(self._take(held.pop(0), head))
            for each in held:
                each.close()

    async def _take(self, connection: socket.socket, head: bytes) -> None:
        assert self._make is not None
        protocol = self._make(head)
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.get_running_loop().connect_accepted_socket(lambda: protocol, connection)
        except OSError:
            connection.close()  # disconnected meanwhile

    def _begin(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _claim(claim: socket.socket) -> bool:
    """Read the claim's byte: True if the connection is ours now; the other process is then told."""
    claim.setblocking(False)
    try:
        if claim.recv(1) != TOKEN:
            return False
        claim.send(TOKEN)
    except OSError:
        return False
    return True


async def _taken(ours: socket.socket, claim: socket.socket) -> bool:
    """Whether the other process has taken the connection in time. If not, read the byte, so that it no longer can."""
    with contextlib.suppress(TimeoutError, OSError):
        async with asyncio.timeout(TAKE_WITHIN):
            await asyncio.get_running_loop().sock_recv(ours, 1)
            return True
    try:
        return claim.recv(1) != TOKEN
    except BlockingIOError:
        return True


class Routed(TimedHttp):
    """uvicorn's HTTP protocol, which passes a connection on if its first request names another process's board."""

    handover: ClassVar[Handover | None] = None  # shared by all connections of the process

    def __init__(self, *args: Any, head: bytes = b"", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head = head  # bytes received before the connection was passed on to this process
        self._routed = bool(head)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the protocol, with the bytes that another process has already read."""
        super().connection_made(transport)
        if self._head:
            head, self._head = self._head, b""
            self.serve(head)

    def data_received(self, data: bytes) -> None:
        """Take bytes. The first ones decide which process serves the connection."""
        if not self._routed:
            self._routed = True
            handover, board = self.handover, board_of(data)
            if handover is not None and board and (owner := handover.owner(board)) != handover.number:
                handover.offer(self, data, to=owner)
                return
        self.serve(data)

    def serve(self, data: bytes) -> None:
        """Handle these bytes in this process."""
        super().data_received(data)
