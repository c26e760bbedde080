"""When each board expires, and when it must be looked after.

What may not live here: what is done then (server.boards), and any clock: times are milliseconds since 1970.
"""

from __future__ import annotations

from server.store.calls import Calls
from server.store.keys import DUE, INDEX


class Schedule:
    """The house's two lists of boards by time. All calls may raise StoreAway."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def add(self, board: str, *, expires: int, due: int) -> None:
        """Enter a new board."""
        await self._calls.write("ZADD", INDEX, expires, board)
        await self._calls.write("ZADD", DUE, due, board)

    async def set_expiry(self, board: str, *, at: int) -> None:
        """Note when a board expires; an earlier time than is noted changes nothing."""
        await self._calls.write("ZADD", INDEX, "GT", "XX", at, board)

    async def expired(self, *, now: int) -> list[str]:
        """The boards whose time is over."""
        return [b.decode() for b in await self._calls.do("ZRANGEBYSCORE", INDEX, "-inf", now)]

    async def set_due(self, board: str, *, at: int, sooner: bool) -> None:
        """Note when a board needs looking after; 0 for never. `sooner` only ever advances it."""
        if not at:
            await self._calls.write("ZREM", DUE, board)
        elif sooner:
            await self._calls.write("ZADD", DUE, "LT", at, board)
        else:
            await self._calls.write("ZADD", DUE, at, board)

    async def due(self, *, now: int) -> list[str]:
        """The boards that need looking after now."""
        return [b.decode() for b in await self._calls.do("ZRANGEBYSCORE", DUE, "-inf", now)]

    async def next_due(self) -> int | None:
        """When the next board needs looking after; None when none does."""
        rows = await self._calls.do("ZRANGE", DUE, 0, 0, "WITHSCORES")
        return int(rows[0][1]) if rows else None

    async def count(self) -> int:
        """How many boards there are."""
        return int(await self._calls.do("ZCARD", INDEX))
