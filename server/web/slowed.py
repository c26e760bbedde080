"""Delays after failures: look-ups of codes and keys wait longer after each failure of their address (H2).

What may not live here: the look-ups themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from server.doors.failures import SLOWEST, Failures
from server.web.answers import Problem

WAITING = 20  # slowed look-ups of one address that may wait at a time


class Slowed:
    """Counts failures by address, and delays look-ups of addresses with many failures, one after another.

    `now` returns milliseconds.
    """

    def __init__(self, *, now: Callable[[], int]) -> None:
        self.failures = Failures()
        self._now = now
        self._lines: dict[str, tuple[asyncio.Lock, int]] = {}

    def failed(self, address: str) -> None:
        """Count a failure."""
        self.failures.add(address, now=self._now())

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Context manager around a look-up: waits for the address's delay, one at a time. Raises Problem 429."""
        pause = self.failures.pause(address, now=self._now())
        if not pause:
            yield
            return
        lock, waiting = self._lines.get(address, (asyncio.Lock(), 0))
        if waiting >= WAITING:
            raise Problem(429, "slow_down", retry_after=SLOWEST)
        self._lines[address] = (lock, waiting + 1)
        try:
            async with lock:
                await asyncio.sleep(pause)
                yield
        finally:
            lock, waiting = self._lines[address]
            if waiting == 1:
                del self._lines[address]
            else:
                self._lines[address] = (lock, waiting - 1)
