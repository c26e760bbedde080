"""Having the embedded store write its file anew, so that what was deleted is in no file (S5).

What may not live here: what is deleted, and when.
"""

from __future__ import annotations

import asyncio

from redis.exceptions import ResponseError

from server.store.calls import Calls
from server.store.types import StoreAway
from server.tasks import stop

LONGEST_REWRITE = 60.0  # seconds
REWRITE_LOOK = 0.02  # seconds between two looks at a rewrite, which has no event to wait for


class Rewriter:
    """Rewrites the file of the embedded store; callers that come while one is under way share the next rewrite."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._running: asyncio.Task[None] | None = None
        self._again = False

    async def close(self) -> None:
        """Wait for no rewrite any more."""
        await stop([self._running])

    async def rewrite(self) -> None:
        """Return when the file has been written anew, from what was there at this call or later."""
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
        # One that began before the deletion may still hold what was deleted.
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

    async def _until_rewritten(self) -> None:
        while True:
            facts = await self._calls.do("INFO", "persistence")
            if not (facts["aof_rewrite_in_progress"] or facts["aof_rewrite_scheduled"]):
                return
            await asyncio.sleep(REWRITE_LOOK)
