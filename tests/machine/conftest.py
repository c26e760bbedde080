"""Fixtures for tests of the server: a real store, started through the shipped code."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from server import store
from server.boards.rooms import Rooms
from server.process import worker
from server.process.embedded import EmbeddedValkey
from server.settings import Settings
from tests.machine.boards import Clock, Elsewhere


@pytest.fixture(scope="session")
def valkey() -> Iterator[EmbeddedValkey]:
    """One embedded store for a whole run; boards have random names, so tests do not meet."""
    with tempfile.TemporaryDirectory(prefix="tavle-test-") as folder:
        running = EmbeddedValkey(Path(folder))
        running.start()
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture
async def shelf(valkey: EmbeddedValkey) -> AsyncIterator[store.Store]:
    """A store, listening. Where a file's `valkey` is another Redis, it is a connection to that."""
    opened = store.connect(valkey.url, embedded=isinstance(valkey, EmbeddedValkey))
    await opened.start()
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
def seed() -> int:
    """Where a test's random choices begin; TAVLE_SEED repeats a failing one."""
    chosen = int(os.environ.get("TAVLE_SEED") or secrets.randbits(32))
    print(f"TAVLE_SEED={chosen}")
    return chosen


class _Server(worker.Server):
    """The shipped server, which says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.serving.set()


@dataclass
class House:
    """A whole server on a loopback port, as worker.py makes it."""

    port: int
    server: _Server
    running: asyncio.Task[None]
    settings: Settings

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        self.server.should_exit = True
        await self.running


async def start_house(valkey_url: str, folder: Path, *, send_buffer: int = 0, **settings: Any) -> House:
    """Start one; whoever does stops it."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    if send_buffer:  # inherited by what is accepted: a full buffer comes sooner
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    port = listening.getsockname()[1]
    chosen = Settings(
        port=port,
        redis_url=valkey_url,
        data_dir=folder,
        **{"host": "127.0.0.1", "key": "ABCD-EFGH-JKMN-PQRS", "embedded": True, **settings},
    )
    made = worker.make(chosen)
    server = _Server(made.config)
    running = asyncio.create_task(server._serve(sockets=[listening]))
    waiting = asyncio.create_task(server.serving.wait())
    await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        waiting.cancel()
        running.result()
    return House(port, server, running, chosen)


@pytest.fixture
async def house(valkey: EmbeddedValkey) -> AsyncIterator[House]:
    """A server for one test."""
    started = await start_house(valkey.url, valkey.data_dir)
    try:
        yield started
    finally:
        await started.stop()


@pytest.fixture
async def narrow_house(valkey: EmbeddedValkey) -> AsyncIterator[House]:
    """A server whose connections have small buffers, so that who is slow is found out soon."""
    started = await start_house(valkey.url, valkey.data_dir, send_buffer=16 * 1024)
    try:
        yield started
    finally:
        await started.stop()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
async def rooms(shelf: store.Store, clock: Clock) -> AsyncIterator[Rooms]:
    """What a web process has, on that clock."""
    opened = Rooms(shelf, now=clock)
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
async def elsewhere(valkey: EmbeddedValkey, clock: Clock) -> AsyncIterator[Elsewhere]:
    """What another web process has, on the same clock and store."""
    opened = store.connect(valkey.url, embedded=True)
    await opened.start()
    rooms = Rooms(opened, now=clock)
    try:
        yield Elsewhere(opened, rooms)
    finally:
        await rooms.close()
        await opened.close()
