"""Calls about one rehearsal, with the facilitator's token: how fast it goes, and with how many simulated people.

What may not live here: playing it (server/rehearsal), beginning one (workshops.py), and ending it: its board is deleted
like any other (board.py).
"""

from __future__ import annotations

from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from server.boards.room import Room
from server.rehearsal.rehearsals import people_for
from server.store import Store
from server.store.rehearsals import Wish
from server.web.answers import Problem, json_answer
from server.web.bodies import Body, body_of
from server.web.callers import Callers


class RehearsalChange(Body, frozen=True):
    """What to change; `people` 0: as it is."""

    pace: Literal["", "calm", "quick"] = ""
    people: int = 0


class RehearsalCalls:
    """The calls of a rehearsal."""

    def __init__(self, *, store: Store, callers: Callers) -> None:
        self._store = store
        self._callers = callers

    async def show(self, request: Request) -> Response:
        """How it goes now."""
        room, _ = await self._callers.facilitator(request)
        return self._answer(room, await self._wish(room))

    async def change(self, request: Request) -> Response:
        """Change the pace or the number of people. The process that plays the rehearsal reads it from the store."""
        room, _ = await self._callers.facilitator(request)
        change = await body_of(request, RehearsalChange)
        wish = await self._wish(room)
        if not 0 <= change.people <= people_for(room.method)[1]:
            raise Problem(400, "bad_request")
        wish = Wish(change.pace or wish.pace, change.people or wish.people)
        await self._store.rehearsals.put(room.id, wish)
        return self._answer(room, wish)

    async def _wish(self, room: Room) -> Wish:
        wish = await self._store.rehearsals.of(room.id) if room.board.rehearsal else None
        if wish is None:
            raise Problem(404, "no_rehearsal")
        return wish

    def _answer(self, room: Room, wish: Wish) -> Response:
        return json_answer({"pace": wish.pace, "people": wish.people, "most": people_for(room.method)[1]})
