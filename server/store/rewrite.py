"""Rewriting the embedded store's file (AOF), so that it no longer holds what was deleted (S5), and its buffers.

What may not live here: deleting itself.
"""

from __future__ import annotations

import asyncio

from redis.exceptions import ResponseError

from server.store import keys
from server.store.calls import Calls
from server.store.types import StoreAway
from server.tasks import stop

LONGEST_REWRITE = 60.0  # seconds
BUFFER = 16 * 1024  # bytes: the larger of the store's buffers for what it receives and for what it writes to its file
REWRITE_LOOK = 0.02  # seconds between two queries of a rewrite's progress; Redis has no event for it


class Rewriter:
    """Rewrites the embedded store's file; calls during a rewrite share the next one.

    What the store freed it has overwritten itself (process/freed.py); here its script engine and its buffers are
    emptied, in which the last commands still stand.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._running: asyncio.Task[None] | None = None
        self._again = False

    async def close(self) -> None:
        """Stop waiting for a rewrite."""
        await stop([self._running])

    async def rewrite(self) -> None:
        """Return when the file has been rewritten from the state at this call or later."""
        running = self._running
        if running is not None and not running.done():
            self._again = True
        else:
            self._running = running = asyncio.create_task(self._rewrite())
        await asyncio.shield(running)

    async def _rewrite(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            async with asyncio.timeout(LONGEST_REWRITE):
                await self._rewrite_once()

    async def _rewrite_once(self) -> None:
        # A rewrite that began earlier may still hold what was deleted: let it end, then start another.
        await self._until_rewritten()
        while True:
            try:
                await self._calls.do("BGREWRITEAOF")
                break
            except StoreAway as problem:
                if not isinstance(problem.__cause__, ResponseError):
                    raise
                await self._until_rewritten()
        await self._until_rewritten()
        await self._calls.do("SCRIPT", "FLUSH", "SYNC")
        for _ in range(2):
            await self._calls.do("SET", keys.BLANK, bytes(BUFFER - 128), "PX", 1)

    async def _until_rewritten(self) -> None:
        while True:
            facts = await self._calls.do("INFO", "persistence")
            if not (facts["aof_rewrite_in_progress"] or facts["aof_rewrite_scheduled"]):
                return
            await asyncio.sleep(REWRITE_LOOK)
