"""Calls of a programme: the links of those who lead it, and what its noticeboard shows (R40, V19).

What may not live here: the links that every board has (board.py), and sittings, which are ops.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Annotated, Any

from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from board_schema.board import DAY
from board_schema.commands import Refused, clean
from board_schema.decide.common import NAME_LIMIT
from board_schema.rules import Who
from board_schema.view.cycle_records import cycle_record
from board_schema.view.kinds import Context
from server.boards.room import Room
from server.doors import access, addresses
from server.store import NOTICE, Credential, Store
from server.web.answers import Problem, json_answer
from server.web.bodies import Body, body_of
from server.web.callers import Callers
from server.web.links import Links
from server.web.members import Members

WALL = Who(role="wall", group="")  # it shows no more than a wall does
ANSWER = 10.0  # seconds to wait until the log says that a token was withdrawn
MOST = 20  # links with a label


class MemberChange(Body, frozen=True):
    """A new link with that label, or one to be withdrawn."""

    label: Annotated[str, Meta(max_length=200)] = ""
    withdraw: Annotated[str, Meta(max_length=64)] = ""


class Noticeboard:
    """The calls members and notice."""

    def __init__(self, *, store: Store, callers: Callers, links: Links) -> None:
        self._callers = callers
        self._links = links
        self._members = Members(store)

    async def members(self, request: Request) -> Response:
        """The links with a label, by which others lead the programme too."""
        room, _ = await self._leading(request)
        return json_answer({"members": await self._listed(request, room)})

    async def change(self, request: Request) -> Response:
        """Make a link for somebody who leads too, or withdraw one; what was made is told this once."""
        room, credential = await self._leading(request)
        wish = await body_of(request, MemberChange)
        made: dict[str, Any] = {}
        if wish.withdraw and wish.withdraw in {one["id"] for one in await self._listed(request, room)}:
            await self._members.withdraw(room.id, wish.withdraw)
            async with asyncio.timeout(ANSWER):
                await room.check_tokens()
        elif not wish.withdraw:
            made = await self._made(request, room, credential, wish.label)
        return json_answer({**made, "members": await self._listed(request, room)})

    async def notice(self, request: Request) -> Response:
        """What the noticeboard shows: for its link, and for those who lead."""
        room, credential = await self._callers.reader(request)
        if credential.role not in (NOTICE, "facilitator"):
            raise Problem(403, "role")
        board, method = room.board, room.method
        cycle = cycle_record(Context(board, method), WALL, "")
        if cycle is None:
            raise Problem(404, "no_page")
        # Who sees to what are names of people, and it hangs where anybody passes.
        coming = [{**each, "who": ""} for each in cycle["next"]]
        return json_answer(
            {
                "title": board.title,
                "heading": method.heading,
                "venue": board.venue,
                "lang": board.lang,
                "changed": max(board.last_at, board.received_at) // DAY * DAY,
                "cycle": {**cycle, "next": coming},
            }
        )

    async def _leading(self, request: Request) -> tuple[Room, Credential]:
        room, credential = await self._callers.facilitator(request, lent=False)
        if not room.board.programme:
            raise Problem(404, "no_page")
        return room, credential

    async def _made(self, request: Request, room: Room, credential: Credential, typed: str) -> dict[str, Any]:
        try:
            label = clean(typed, limit=NAME_LIMIT, lines=False)
        except Refused as refused:
            raise Problem(409, refused.reason) from None
        if len(await self._listed(request, room)) >= MOST:
            raise Problem(409, "full")
        token = access.text_of(secrets.token_bytes(access.TOKEN_BYTES))
        digest = access.digest(token)
        gives = Credential(credential.role, credential.pid)
        await self._members.add(room.id, digest=digest, label=label, gives=gives)
        url = f"{await self._links.base(request, room.id)}/console/{room.id}#k={token}"
        return {"url": url, "qr": addresses.qr(url)}

    async def _listed(self, request: Request, room: Room) -> list[dict[str, Any]]:
        mine = access.digest(access.bearer(request.headers.get("authorization")) or "")
        return [
            {"id": member.id, "label": member.label, "own": mine in member.keys}
            for member in await self._members.every(room.id)
        ]
