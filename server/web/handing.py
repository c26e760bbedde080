"""The call that hands on what a workshop picked to a programme (R42), and who may hand on to which.

What may not live here: what is carried (board_schema), and the steps in which it happens (server.boards.handing).
"""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Final

from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from board_schema.handed import Programme
from board_schema.rules import answered_since, to_hand_on
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.doors import access
from server.store import NoBoard, Store, StoreAway
from server.web.answers import Problem, json_answer
from server.web.bodies import Body, body_of
from server.web.callers import Callers

ANSWER = 10.0  # seconds to wait until the programme has taken it; after that it goes on by itself
AGAIN = 1.0  # seconds of Retry-After for a console that asks faster than people can tap
KEY: Final = "hand on"  # of the bucket that all consoles of a workshop share
# What a workshop's log says where the programme did not take a handing, and what the caller is told.
REFUSALS: Final = {
    "gone": (404, "programme_gone"),
    "full": (409, "programme_full"),
    "closed": (409, "programme_closed"),
    "no_lane": (409, "no_programme"),
}


class WhichProgramme(Body, frozen=True):
    """A programme, with a token of somebody who leads it; without both the one that the workshop was started from.

    Raises ValueError for one of them alone.
    """

    programme: Annotated[str, Meta(max_length=64)] = ""
    token: Annotated[str, Meta(max_length=64)] = ""

    def __post_init__(self) -> None:
        if bool(self.programme) != bool(self.token):
            raise ValueError("a programme is named with a token")


class Programmes:
    """The programmes that callers name, and the call hand_on."""

    def __init__(self, *, store: Store, rooms: Rooms, callers: Callers) -> None:
        self._store = store
        self._rooms = rooms
        self._callers = callers

    async def named(self, programme: str, *, key: str) -> Room:
        """The programme's board, for the hash of a token of it. Raises Problem where that does not lead it now."""
        try:
            found = await self._store.credentials.of(programme, digest=key)
            if found is None:
                await self._store.head(programme)
                raise Problem(403, "programme_link")
            if found.role != "facilitator":
                raise Problem(403, "programme_link")
            room = await self._rooms.get(programme)
        except NoBoard:
            raise Problem(404, "programme_gone") from None
        if not room.board.programme or room.method.taking("point") is None:
            raise Problem(409, "no_programme")
        return room

    async def started_from(self, programme: str, token: str, *, planned: str) -> Programme:
        """What a new workshop keeps of the programme that it is started from. Raises Problem."""
        key = access.digest(token)
        room = await self.named(programme, key=key)
        return Programme(programme, room.board.title, key, planned)

    async def hand_on(self, request: Request) -> Response:
        """Hand on what was picked and is not there yet; answers with what that programme has of it in all."""
        room, _ = await self._callers.facilitator(request)
        which = await body_of(request, WhichProgramme)
        if room.board.rehearsal or room.board.ephemeral:
            raise Problem(403, "nothing_kept")
        if not room.bucket(KEY).take_at_once(time.monotonic()):
            raise Problem(429, "slow_down", retry_after=AGAIN)
        mine = room.board.started_from
        if not which.programme and not mine.id:
            raise Problem(409, "no_programme")
        key = access.digest(which.token) if which.programme else mine.key
        programme = await self.named(which.programme or mine.id, key=key)
        try:
            async with asyncio.timeout(ANSWER):
                await self._rooms.handing.hand_on(room, programme)
        except (StoreAway, TimeoutError):
            if not any(each.programme == programme.id for each in room.board.under_way):
                raise
        return json_answer(_answer(room, programme))


def _answer(room: Room, programme: Room) -> dict[str, object]:
    """What the workshop's log says of this programme. Raises Problem where that did not take what was handed on."""
    handings = [each for each in room.board.handings.values() if each.programme == programme.id]
    board, method = room.board, room.method
    waiting = (*to_hand_on(board, method, programme.id), *answered_since(board, method, programme.id))
    wanted = {note.id for note in waiting}
    # What it did not take, and is picked no longer, is nothing to hand on.
    handings = [each for each in handings if each.state in ("", "done") or wanted & {*each.notes, *each.answers}]
    if not handings:
        raise Problem(409, "nothing_picked")
    for each in handings:
        if each.state in REFUSALS:
            raise Problem(*REFUSALS[each.state])
        if each.state not in ("", "done"):
            raise Problem(500, "fault")
    return {
        "programme": programme.id,
        "title": programme.board.title,
        "count": sum(len(each.notes) for each in handings),
        "done": not any(each.state == "" for each in handings),
    }
