"""How many newcomers get their first picture in one turn of the event loop.

What may not live here: who may come in (handler.py).
"""

from __future__ import annotations

import asyncio
from collections import deque

HELLOS_A_TURN = 8  # newcomers who get their first picture in one turn of the loop


class Gate:
    """Lets a few pass in each turn of the loop, the others in the turns after."""

    def __init__(self, a_turn: int = HELLOS_A_TURN) -> None:
        self._a_turn = a_turn
        self._left = a_turn
        self._line: deque[asyncio.Future[None]] = deque()
        self._planned = False

    async def through(self) -> None:
        """Return when it is our turn."""
        loop = asyncio.get_running_loop()
        if not self._planned:
            self._planned = True
            loop.call_soon(self._open, loop)
        if self._left > 0 and not self._line:
            self._left -= 1
            return
        waiting = loop.create_future()
        self._line.append(waiting)
        await waiting

    def _open(self, loop: asyncio.AbstractEventLoop) -> None:
        self._left = self._a_turn
        self._planned = bool(self._line)
        while self._line and self._left > 0:
            waiting = self._line.popleft()
            if not waiting.done():
                self._left -= 1
                waiting.set_result(None)
        if self._planned:
            loop.call_soon(self._open, loop)
