"""Limits how many new connections get their first picture in one turn of the event loop.

What may not live here: whose token is accepted (handler.py).
"""

from __future__ import annotations

import asyncio
from collections import deque

HELLOS_A_TURN = 8  # connections that get their first picture in one turn of the event loop


class Gate:
    """Lets a few callers continue in each turn of the event loop; the others wait, first come first served."""

    def __init__(self, a_turn: int = HELLOS_A_TURN) -> None:
        self._a_turn = a_turn
        self._left = a_turn
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._planned = False

    async def enter(self) -> None:
        """Return when this caller may continue."""
        loop = asyncio.get_running_loop()
        if not self._planned:
            self._planned = True
            loop.call_soon(self._open, loop)
        if self._left > 0 and not self._waiting:
            self._left -= 1
            return
        waiting = loop.create_future()
        self._waiting.append(waiting)
        await waiting

    def _open(self, loop: asyncio.AbstractEventLoop) -> None:
        self._left = self._a_turn
        self._planned = bool(self._waiting)
        while self._waiting and self._left > 0:
            waiting = self._waiting.popleft()
            if not waiting.done():
                self._left -= 1
                waiting.set_result(None)
        if self._planned:
            loop.call_soon(self._open, loop)
