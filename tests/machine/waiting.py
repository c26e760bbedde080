"""Waiting for real processes, with a bound: a condition, a line, an end.

What may not live here: a fixed pause. `until` looks again every few milliseconds only at what sends no event to another
process: what a store or a file holds, or whether a server answers; `turned` takes no time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import subprocess
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

PATIENCE = 60.0  # seconds: a guard against hanging, not a measure of anything
LOOK = 0.01  # seconds

T = TypeVar("T")


def until(condition: Callable[[], T], *, what: str, within: float = PATIENCE) -> T:
    """Call `condition` until it gives something true, and give that.

    Raises AssertionError, naming `what` was waited for, after `within` seconds.
    """
    deadline = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {within} s in vain: {what}"
        time.sleep(LOOK)
    return found


async def until_async(condition: Callable[[], T], *, what: str, within: float = PATIENCE) -> T:
    """`until` for a test that runs on an event loop, which goes on meanwhile."""
    deadline = time.monotonic() + within
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {within} s in vain: {what}"
        await asyncio.sleep(LOOK)
    return found


async def turned(times: int = 1) -> None:
    """The loop has turned so often: in each turn every task that could go on went on, up to what it waits for.

    For tests in which nothing takes time. That a task has come as far as where it waits for another has no event: a
    future tells when it is done, not when somebody begins to wait for it.
    """
    for _ in range(times):
        await asyncio.sleep(0)


async def in_the_end(try_it: Callable[[], Awaitable[T]], *, unless: type[Exception], within: float = PATIENCE) -> T:
    """What a call gives once it raises `unless` no more: asked anew, since a server that is there again sends no event.

    Raises TimeoutError after `within` seconds.
    """
    async with asyncio.timeout(within):
        while True:
            try:
                return await try_it()
            except unless:
                await asyncio.sleep(LOOK)


def ended(*pids: int, what: str) -> None:
    """Return when all these processes have ended, whoever started them: Linux says so, elsewhere they are looked at.

    Raises AssertionError, naming `what` was waited for, when one still runs after a minute.
    """
    if not hasattr(os, "pidfd_open"):
        until(lambda: not any(map(runs, pids)), what=what)
        return
    deadline = time.monotonic() + PATIENCE
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it has ended, and was collected
            process = os.pidfd_open(pid)
            try:
                over = select.select([process], [], [], max(0.0, deadline - time.monotonic()))[0]
            finally:
                os.close(process)
            assert over, f"waited {PATIENCE} s in vain: {what}"


def read_until(process: subprocess.Popen[bytes], text: str, *, within: float = PATIENCE) -> str:
    """Everything the process prints up to and including the line with `text` in it.

    Raises AssertionError, with what was printed, when it ends or `within` seconds pass first.
    """
    assert process.stdout is not None
    deadline = time.monotonic() + within
    printed = b""
    while text.encode() not in printed or not printed.endswith(b"\n"):
        left = deadline - time.monotonic()
        readable = left > 0 and select.select([process.stdout], [], [], left)[0]
        more = os.read(process.stdout.fileno(), 65536) if readable else b""
        assert more, f"{text!r} did not come; this did: {printed.decode()!r}"
        printed += more
    return printed.decode()


def children(pid: int) -> dict[int, str]:
    """The processes that `pid` started and that still run, with their command lines."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    )
    rows = (line.split(None, 3) for line in listed.stdout.splitlines())
    return {int(row[0]): row[3] for row in rows if int(row[1]) == pid and row[2][0] != "Z" and len(row) == 4}


def runs(pid: int) -> bool:
    """Whether the process runs; one that has ended but was not collected does not."""
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip()) and not listed.stdout.strip().startswith("Z")
