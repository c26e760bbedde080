"""Hands a new connection over to the web process that serves its board, so that a board's people meet in one process.

Every process may serve every board: a connection that is not handed over, for whatever reason, is served where it came,
and is only dearer. What may not live here: what is done with requests (server/web, server/connections), and who starts
and stops processes (supervisor.py).
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

TAKE_WITHIN = 0.5  # seconds for the other process to take a connection, before it is served here
LOOK = 0.01  # seconds between two attempts to send to a process whose queue is full
LARGEST_HEAD = 64 * 1024  # bytes that came before a connection was handed over
MOST_AT_ONCE = 32  # connections that are taken in one turn of the loop
BUFFER = 1024 * 1024  # bytes that may wait for one process
UP = 0x80  # added to a process's number when the supervisor says that it serves
TOKEN = b"\0"

_ASKED = re.compile(rb"(?:GET /ws/([A-Za-z0-9_-]{1,64})[ ?]|POST /stream/([A-Za-z0-9_-]{1,64})/)")


def board_of(data: bytes) -> str:
    """The board that a connection's first bytes ask for; empty for anything else."""
    found = _ASKED.match(data)
    return (found.group(1) or found.group(2)).decode() if found else ""


def owner_of(board: str, live: Iterable[int]) -> int:
    """Which of the processes serves a board, by rendezvous hashing: the same for all who know the same processes."""
    return max(live, key=lambda number: hashlib.blake2b(f"{number} {board}".encode(), digest_size=8).digest())


def pairs(count: int) -> dict[int, tuple[socket.socket, socket.socket]]:
    """For each process, by its number from 1: where it receives connections, and where the others send them.

    They outlive the processes. Empty where connections cannot be handed over.
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
    """One process's part: `number` is its own, `receiving` its socket, `sending` everybody's by number."""

    def __init__(self, number: int, *, receiving: socket.socket, sending: dict[int, socket.socket]) -> None:
        self.number = number
        self._receiving = receiving
        self._sending = sending
        self._live = {number}
        self._make: Callable[[bytes], asyncio.Protocol] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, make: Callable[[bytes], asyncio.Protocol]) -> None:
        """Begin to take connections; `make` gives a protocol for one, from the bytes that came before."""
        self._make = make
        asyncio.get_running_loop().add_reader(self._receiving, self._receive)

    def close(self) -> None:
        """Take no more, and hand no more over."""
        self._live = {self.number}
        asyncio.get_running_loop().remove_reader(self._receiving)

    def heard(self, news: bytes) -> None:
        """What the supervisor says: a byte for each process that has begun (its number and `UP`) or ended."""
        for byte in news:
            if byte & UP:
                self._live.add(byte & ~UP)
            elif byte != self.number:
                self._live.discard(byte)

    def owner(self, board: str) -> int:
        """The number of the process that serves a board."""
        return owner_of(board, self._live)

    # -- giving ---------------------------------------------------------------------------

    def offer(self, protocol: Routed, head: bytes, *, to: int) -> None:
        """Hand a connection over; when it is not taken, `protocol` gets its first bytes here after all."""
        protocol.transport.pause_reading()
        self._begin(self._offer(protocol, head, to))

    async def _offer(self, protocol: Routed, head: bytes, to: int) -> None:
        transport = protocol.transport
        connection = transport.get_extra_info("socket")
        # One byte lies in `claim`: the connection belongs to the process that reads it, and to no other.
        ours, claim = socket.socketpair()
        with ours, claim:
            ours.setblocking(False)
            claim.setblocking(False)
            ours.send(TOKEN)
            sent = await self._send(to, head, [connection.fileno(), claim.fileno()])
            taken = sent and await _taken(ours, claim)
        if taken:
            transport.abort()  # closes our copy; the connection itself goes on in the other process
        elif not transport.is_closing():
            transport.resume_reading()
            protocol.serve(head)

    async def _send(self, to: int, head: bytes, files: list[int]) -> bool:
        loop = asyncio.get_running_loop()
        until = loop.time() + TAKE_WITHIN
        while loop.time() < until:
            try:
                socket.send_fds(self._sending[to], [head], files)
            except BlockingIOError:
                await asyncio.sleep(LOOK)
            except OSError:
                return False  # too large, or too many on their way
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
            connection.close()  # gone meanwhile

    def _begin(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _claim(claim: socket.socket) -> bool:
    """Whether the connection is ours now; then its giver is told."""
    claim.setblocking(False)
    try:
        if claim.recv(1) != TOKEN:
            return False
        claim.send(TOKEN)
    except OSError:
        return False
    return True


async def _taken(ours: socket.socket, claim: socket.socket) -> bool:
    """Whether the other process has taken the connection in time; if not, it is too late for it from now on."""
    with contextlib.suppress(TimeoutError, OSError):
        async with asyncio.timeout(TAKE_WITHIN):
            await asyncio.get_running_loop().sock_recv(ours, 1)
            return True
    try:
        return claim.recv(1) != TOKEN
    except BlockingIOError:
        return True


class Routed(TimedHttp):
    """HTTP that hands a connection over when its first request asks for a board of another process."""

    handover: ClassVar[Handover | None] = None  # one for the process

    def __init__(self, *args: Any, head: bytes = b"", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head = head  # what came before the connection was handed over to us
        self._routed = bool(head)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there; what was read of their request elsewhere comes first."""
        super().connection_made(transport)
        if self._head:
            head, self._head = self._head, b""
            self.serve(head)

    def data_received(self, data: bytes) -> None:
        """Bytes came: the first ones say whose connection it is."""
        if not self._routed:
            self._routed = True
            handover, board = self.handover, board_of(data)
            if handover is not None and board and (owner := handover.owner(board)) != handover.number:
                handover.offer(self, data, to=owner)
                return
        self.serve(data)

    def serve(self, data: bytes) -> None:
        """Read these bytes here."""
        super().data_received(data)
