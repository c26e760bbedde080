"""Looks tokens up in the store, batching concurrent look-ups into one call.

What may not live here: what a token allows (board_schema), and how tokens are hashed (server/doors/access.py).
"""

from __future__ import annotations

import asyncio

from server.store import Credential, Store
from server.tasks import stop


class TokenLookup:
    """Looks tokens up. Those requested during a call to the store go together into the next call."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._requested: list[tuple[tuple[str, str], asyncio.Future[Credential | None]]] = []
        self._running: asyncio.Task[None] | None = None

    async def credential(self, board: str, *, digest: str) -> Credential | None:
        """The credential behind a token's hash on this board; None when it is unknown. Raises StoreAway."""
        answer: asyncio.Future[Credential | None] = asyncio.get_running_loop().create_future()
        self._requested.append(((board, digest), answer))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._look_up())
        return await answer

    async def close(self) -> None:
        """Cancel the running call."""
        await stop([self._running])

    async def _look_up(self) -> None:
        while self._requested:
            requested, self._requested = self._requested, []
            try:
                found = await self._store.credentials.of_many([token for token, _ in requested])
            except Exception as problem:  # of any kind: no caller may wait for ever
                for _, answer in requested:
                    if not answer.done():
                        answer.set_exception(problem)
                continue
            for (_, answer), credential in zip(requested, found, strict=True):
                if not answer.done():
                    answer.set_result(credential)
