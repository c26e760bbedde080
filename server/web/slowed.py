"""Delays after failures: look-ups of codes and keys wait longer after each failure of their address (H2).

Only what can be guessed is slowed: typed codes, and house keys. What may not live here: the look-ups themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request

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

    def waiting(self, address: str) -> int:
        """How many look-ups of the address wait now."""
        return self._lines[address][1] if address in self._lines else 0

    async def turn(self, address: str, request: Request) -> None:
        """Return when a look-up may be made: after the address's delay, one at a time, first come first served.

        Raises Problem: 429 when `WAITING` wait already; also when the client hangs up, who then leaves the line.
        """
        pause = self.failures.pause(address, now=self._now())
        if not pause:
            return
        lock, waiting = self._lines.get(address, (asyncio.Lock(), 0))
        if waiting >= WAITING:
            raise Problem(429, "slow_down", retry_after=SLOWEST)
        self._lines[address] = (lock, waiting + 1)
        turn = asyncio.create_task(_wait(lock, pause))
        gone = asyncio.create_task(hung_up(request))
        try:
            await asyncio.wait((turn, gone), return_when=asyncio.FIRST_COMPLETED)
            if not turn.done():
                raise Problem(400, "bad_request")  # nobody reads this
        finally:
            turn.cancel()
            gone.cancel()
            lock, waiting = self._lines[address]
            if waiting == 1:
                del self._lines[address]
            else:
                self._lines[address] = (lock, waiting - 1)


async def hung_up(request: Request) -> None:
    """Return when the client has disconnected. Only after the request's body has been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _wait(lock: asyncio.Lock, pause: float) -> None:
    async with lock:
        await asyncio.sleep(pause)
