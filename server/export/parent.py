"""Runs the process that makes files (child.py): starts it when it is needed, ends it when it is idle or takes too long.

What may not live here: which job is next, and what is kept (queue.py).
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
from typing import Final, cast

import msgspec

from server.export.child import FAILED, HEAD_OF_ANSWER, HEAD_OF_JOB, LARGEST, LAST
from server.export.packing import Packed
from server.export.variants import ExportError, Variant

log = logging.getLogger("tavle.export")

IDLE: Final = 30.0  # seconds without a job after which the process is ended
MEMORY: Final = 1_536  # mebibytes of address space; a poster of 2,000 notes takes about 700
# All it gets of the environment: neither keys nor the store's address. One thread, and one heap, are enough.
_ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "SYSTEMROOT")
_OWN: Final = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"}

File = tuple[bytes, ...]  # in parts as they arrived: a file of 40 MiB is never copied on the event loop


class ExportProcess:
    """One process for exports, for one job at a time. `memory` is in mebibytes."""

    def __init__(self, *, memory: int = MEMORY) -> None:
        self._memory = memory
        self._child: _Child | None = None
        self._end: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The process's id; None when there is none."""
        return self._child.pid if self._child is not None else None

    async def make(self, packed: Packed, variant: Variant, *, within: float) -> File:
        """The file. After an error, or `within` seconds, the process is ended; the next job gets a new one.

        Raises ExportError. Cancelled, it ends the process too.
        """
        if self._end is not None:
            self._end.cancel()
        child = self._child
        if child is None or child.over:
            child = self._child = await _started(self._memory)
        try:
            async with asyncio.timeout(within):
                return await child.make(packed, variant)
        except TimeoutError:
            log.warning("an export took more than %d seconds and was given up", within)
            child.kill()
            raise ExportError("The file could not be made in time.") from None
        except BaseException:
            child.kill()
            raise

    def rest(self) -> None:
        """There are no more jobs for now: end the process after `IDLE`."""
        if self._end is not None:
            self._end.cancel()
        self._end = asyncio.get_running_loop().call_later(IDLE, self._stop)

    async def close(self) -> None:
        """End the process, and return when it has ended."""
        if self._end is not None:
            self._end.cancel()
        child = self._child
        self._stop()
        if child is not None:
            await child.ended

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


async def _started(memory: int) -> _Child:
    """A new process. Raises ExportError."""
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            child = _Child(_spawned(memory, theirs.fileno()))
    except OSError as error:
        ours.close()
        log.warning("no process for exports could be started: %s", type(error).__name__)
        raise ExportError("No process for exports could be started.") from None
    await asyncio.get_running_loop().create_connection(lambda: child, sock=ours)
    return child


def _spawned(memory: int, file: int) -> subprocess.Popen[bytes]:
    """The process, with `file` as its input and output. Takes a millisecond or two. Raises OSError.

    uvloop's own call forks: a large web process would stand still for 40 ms while its page tables are copied.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "server.export.child", str(memory)],
        stdin=file,
        stdout=file,
        stderr=subprocess.DEVNULL,
        env={**{name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}, **_OWN},
    )


class _Child(asyncio.Protocol):
    """A running process. `over`: it takes no more jobs. `ended` is done once it is gone."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.over = False
        self.pid = process.pid
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._process = process
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[File] | None = None
        self._head = b""
        self._parts: list[bytes] = []
        self._missing = 0

    async def make(self, packed: Packed, variant: Variant) -> File:
        """Send a job and return its file. Raises ExportError."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._head, self._parts = b"", []
        asked = msgspec.msgpack.encode(variant)
        self._transport.writelines([HEAD_OF_JOB.pack(len(asked), len(packed.data)), asked, packed.data])
        return await self._answer

    def kill(self) -> None:
        """End it at once."""
        self.over = True
        self._process.kill()

    # -- what the event loop calls ----------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It has been started."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """A part of an answer has come."""
        if len(self._head) < HEAD_OF_ANSWER.size:
            missing = HEAD_OF_ANSWER.size - len(self._head)
            self._head, data = self._head + data[:missing], data[missing:]
            if len(self._head) < HEAD_OF_ANSWER.size:
                return
            kind, self._missing = HEAD_OF_ANSWER.unpack(self._head)
            self.over = self.over or bool(kind & LAST)
        if self._missing > LARGEST or len(data) > self._missing:
            self.kill()
            return
        if data:
            self._parts.append(bytes(data))
            self._missing -= len(data)
        if not self._missing:
            self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended, or is about to."""
        self.kill()
        self._fail("Killed")
        self._reaping = asyncio.ensure_future(self._reap())

    async def _reap(self) -> None:
        # In a thread: what has been killed may take a moment to end, with its memory.
        self.ended.set_result(await asyncio.to_thread(self._process.wait))

    def _answered(self) -> None:
        if self._head[0] & FAILED:
            self._fail(b"".join(self._parts)[:40].decode("ascii", "replace"))
        elif self._answer is not None and not self._answer.done():
            self._answer.set_result(tuple(self._parts))

    def _fail(self, what: str) -> None:
        if self._answer is not None and not self._answer.done():
            log.warning("an export could not be made: %s", what)
            self._answer.set_exception(ExportError("The file could not be made."))
