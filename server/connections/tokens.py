"""Looks tokens up in the store, many with one call.

What may not live here: what a token allows (board_schema), and how tokens are hashed (server/doors/access.py).
"""

from __future__ import annotations

import asyncio

from server.store import Credential, Store
from server.tasks import stop


class TokenLookup:
    """Looks tokens up. Those that are shown while a look is under way go together in the next one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shown: list[tuple[tuple[str, str], asyncio.Future[Credential | None]]] = []
        self._looking: asyncio.Task[None] | None = None

    async def granted(self, board: str, *, digest: str) -> Credential | None:
        """What the token with that hash stands for on this board; None when it is unknown. Raises StoreAway."""
        answer: asyncio.Future[Credential | None] = asyncio.get_running_loop().create_future()
        self._shown.append(((board, digest), answer))
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return await answer

    async def close(self) -> None:
        """Look no more."""
        await stop([self._looking])

    async def _look(self) -> None:
        while self._shown:
            shown, self._shown = self._shown, []
            try:
                found = await self._store.credentials.of_many([token for token, _ in shown])
            except Exception as problem:  # whatever it was: nobody may wait for ever
                for _, answer in shown:
                    if not answer.done():
                        answer.set_exception(problem)
                continue
            for (_, answer), grant in zip(shown, found, strict=True):
                if not answer.done():
                    answer.set_result(grant)
