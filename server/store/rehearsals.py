"""What the console wishes of a rehearsal: how fast, and with how many people.

The process that plays the rehearsal reads it; the console's calls may reach another one. What may not live here: what
the words mean.
"""

from __future__ import annotations

from typing import NamedTuple

from server.store import keys
from server.store.calls import Calls

KEPT = 5 * 60 * 60_000  # milliseconds; a rehearsal is shorter


class Wish(NamedTuple):
    """`pace` is a word of SPEC 9."""

    pace: str
    people: int


class Rehearsals:
    """The wishes of all rehearsals. All calls may raise StoreAway."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def of(self, board: str) -> Wish | None:
        """The wish of a board; None for one that is no rehearsal."""
        said = await self._calls.do("GET", keys.rehearsal(board))
        if said is None:
            return None
        pace, people = said.decode().split()
        return Wish(pace, int(people))

    async def put(self, board: str, wish: Wish) -> None:
        """Store a wish."""
        await self._calls.write("SET", keys.rehearsal(board), f"{wish.pace} {wish.people}", "PX", KEPT)
