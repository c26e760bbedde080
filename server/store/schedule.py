"""When each board expires, and when its next event by time is due (`decide.tidy`).

What may not live here: what is done then (server.boards), and clocks: times are milliseconds since 1970.
"""

from __future__ import annotations

from server.store.calls import Calls
from server.store.keys import DUE, INDEX


class Schedule:
    """Two sorted sets of boards by time. All calls may raise StoreAway."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def add(self, board: str, *, expires: int, due: int) -> None:
        """Add a new board."""
        await self._calls.write("ZADD", INDEX, expires, board)
        await self._calls.write("ZADD", DUE, due, board)

    async def set_expiry(self, board: str, *, at: int) -> None:
        """Set when a board expires; a time earlier than the stored one changes nothing."""
        await self._calls.write("ZADD", INDEX, "GT", "XX", at, board)

    async def expired(self, *, now: int) -> list[str]:
        """The boards that have expired."""
        return [b.decode() for b in await self._calls.do("ZRANGEBYSCORE", INDEX, "-inf", now)]

    async def set_due(self, board: str, *, at: int, sooner: bool) -> None:
        """Set when a board is due; 0 for never. With `sooner` a later time than the stored one changes nothing."""
        if not at:
            await self._calls.write("ZREM", DUE, board)
        elif sooner:
            await self._calls.write("ZADD", DUE, "LT", at, board)
        else:
            await self._calls.write("ZADD", DUE, at, board)

    async def due(self, *, now: int) -> list[str]:
        """The boards that are due."""
        return [b.decode() for b in await self._calls.do("ZRANGEBYSCORE", DUE, "-inf", now)]

    async def count(self) -> int:
        """How many boards there are."""
        return int(await self._calls.do("ZCARD", INDEX))
