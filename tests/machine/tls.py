"""TLS before a server that speaks none (the bundled program is built without it), and certificates for a day.

Keys and certificates are made by the `openssl` command in a test's own folder. What may not live here: assertions.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.machine.pipes import both_ways

HANDSHAKE = 0x16  # the first byte of a client that speaks TLS


@dataclass(frozen=True)
class Certificates:
    """Who signs, and what a server shows: a certificate for 127.0.0.1 and tavle.example.dk."""

    authority: Path
    shown: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.shown, self.key)
        return made


def certificates(folder: Path) -> Certificates:
    """An authority, and a certificate that it has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("certificates are made by the openssl command, which is not here")
    folder.mkdir()

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=A test")
    (folder / "names").write_text("subjectAltName = IP:127.0.0.1, DNS:tavle.example.dk\n", encoding="utf-8")
    openssl("req", *new[:5], "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=a server")
    signed = ["-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"]
    openssl("x509", *signed, "-extfile", "names", "-out", "server.pem")
    return Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")


class Fronts:
    """Doors before servers: whoever begins with TLS is let in by it, whoever does not as they are."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listening: list[socket.socket] = []
        self.secure = 0  # connections that came by TLS
        self.plain = 0
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def port(self) -> int:
        """A new door, which leads nowhere yet."""
        door = socket.create_server(("127.0.0.1", 0))
        self._listening.append(door)
        return int(door.getsockname()[1])

    def lead(self, port: int, *, to: int) -> None:
        """Let a door lead to a server's port."""
        door = next(each for each in self._listening if each.getsockname()[1] == port)
        door.setblocking(False)
        self._loop.call_soon_threadsafe(self._go, self._open(door, to))

    def end(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        for door in self._listening:
            door.close()

    def _go(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end(self) -> None:
        tasks = self._tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _open(self, door: socket.socket, to: int) -> None:
        while True:
            came, _ = await self._loop.sock_accept(door)
            self._go(self._pass_on(came, to))

    async def _pass_on(self, came: socket.socket, to: int) -> None:
        readable = asyncio.Event()
        self._loop.add_reader(came, readable.set)
        await readable.wait()
        self._loop.remove_reader(came)
        with contextlib.suppress(OSError):
            secure = came.recv(1, socket.MSG_PEEK)[:1] == bytes((HANDSHAKE,))
            self.secure, self.plain = self.secure + secure, self.plain + (not secure)
            reader = asyncio.StreamReader()
            protocol = asyncio.StreamReaderProtocol(reader)
            transport, _ = await self._loop.connect_accepted_socket(
                lambda: protocol, came, ssl=self._context if secure else None
            )
            writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
            there, on = await asyncio.open_connection("127.0.0.1", to)
            try:
                await both_ways((reader, writer), (there, on))
            finally:
                writer.transport.abort()
                on.transport.abort()


@contextlib.contextmanager
def fronts(certificates: Certificates) -> Iterator[Fronts]:
    made = Fronts(certificates.context())
    try:
        yield made
    finally:
        made.end()
