"""Delays after failures: look-ups of codes and keys wait longer after each failure of their address (H2).

Only what can be guessed is slowed: typed codes, and house keys. What may not live here: the look-ups themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.requests import Request

from server.doors.failures import SLOWEST, Failures
from server.web.answers import Problem
from server.web.disconnects import unless_disconnected

AT_ONCE = 20  # look-ups of one address that are made at a time: so many more may fail before the first delay
WAITING = 20  # slowed look-ups of one address that may wait at a time


@dataclass(slots=True)
class _Address:
    """The look-ups of one address that are made or wait now: `users` of them, of which `waiting` are slowed."""

    made: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    line: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    waiting: int = 0


class Slowed:
    """Counts failures by address, and delays look-ups of addresses with many failures, one after another.

    `now` returns milliseconds.
    """

    def __init__(self, *, now: Callable[[], int]) -> None:
        self.failures = Failures()
        self._now = now
        self._addresses: dict[str, _Address] = {}

    def failed(self, address: str) -> None:
        """Count a failure."""
        self.failures.add(address, now=self._now())

    def waiting(self, address: str) -> int:
        """How many look-ups of the address are slowed now."""
        return self._addresses[address].waiting if address in self._addresses else 0

    @asynccontextmanager
    async def turn(self, address: str, request: Request) -> AsyncIterator[None]:
        """Context manager around a look-up, and the counting of its failure: begins after the address's delay.

        Slowed look-ups begin one at a time, first come first served. Raises Problem: 429 when `WAITING` are slowed
        already; also when the client disconnects, which then leaves the line.
        """
        mine = self._addresses.setdefault(address, _Address())
        mine.users += 1
        try:
            async with mine.made:
                # Only now, or any number of look-ups that come together would begin before the first has failed.
                pause = self.failures.pause(address, now=self._now())
                if not pause:
                    yield
                    return
            if mine.waiting >= WAITING:
                raise Problem(429, "slow_down", retry_after=SLOWEST)
            mine.waiting += 1
            try:
                await unless_disconnected(request, _wait(mine.line, pause))
            finally:
                mine.waiting -= 1
            yield
        finally:
            mine.users -= 1
            if not mine.users:
                del self._addresses[address]


async def _wait(line: asyncio.Lock, pause: float) -> None:
    async with line:
        await asyncio.sleep(pause)
