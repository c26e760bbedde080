"""Calls about one board, with a token of it: its code and links, an earlier version of a sheet, and deleting the board.

What may not live here: ops (SPEC 5), which are sent over the board's connection, and ways back (ways.py).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any, Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from board_schema.view.note_records import told_beside
from board_schema.view.version_records import version_of
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.doors import access, addresses
from server.doors.codes import Doors
from server.store import LEADER, NOTICE, Credential, Store
from server.web.answers import Problem, json_answer
from server.web.bodies import Body, body_of
from server.web.callers import Callers, lent_for_sitting
from server.web.links import Links
from server.web.members import Members

ANSWER = 10.0  # seconds to wait until the log says that tokens were withdrawn


class DoorChange(Body, frozen=True):
    """What to change: the address of links, one link renewed, or one withdrawn (of `returns`, that of `seat`)."""

    address: str = ""
    renew: Literal["", "join", "listen", "wall", "leader", "notice"] = ""
    withdraw: Literal["", "listen", "wall", "leader", "notice", "other_keys", "returns"] = ""
    seat: str = ""


READERS: Final = (LEADER, NOTICE)


class BoardCalls:
    """The calls door, version and delete. `now` returns milliseconds."""

    def __init__(
        self, *, store: Store, rooms: Rooms, doors: Doors, callers: Callers, links: Links, now: Callable[[], int]
    ) -> None:
        self._store = store
        self._rooms = rooms
        self._doors = doors
        self._callers = callers
        self._links = links
        self._now = now

    async def door(self, request: Request) -> Response:
        """The code, links and QR code for joining; for the facilitator and the wall."""
        room, credential = await self._callers.member(request)
        if credential.role not in ("facilitator", "wall"):
            raise Problem(403, "role")
        return json_answer(await self._door_record(request, room, credential))

    async def change_door(self, request: Request) -> Response:
        """Choose another address for links and the QR code; renew or withdraw a link, each by itself."""
        room, credential = await self._callers.facilitator(request)
        change = await body_of(request, DoorChange)
        if lent_for_sitting(room, credential) and {change.renew, change.withdraw} & set(READERS):
            raise Problem(403, "lent")  # these links outlive the sitting
        if change.address:
            await self._links.choose(request, room.id, change.address)
        if change.renew:
            await self._doors.renew(room.id, change.renew)
        match change.withdraw:
            case "listen" | "wall" | "leader" | "notice":
                await self._doors.withdraw(room.id, change.withdraw)
            case "other_keys":
                await self._callers.facilitator(request, lent=False)
                mine, pid = _own_digest(request), credential.pid
                await self._store.credentials.delete(
                    room.id, lambda digest, gives: (gives.role, gives.pid) == ("facilitator", pid) and digest != mine
                )
                await Members(self._store).keep_only(room.id, mine)
            case "returns":
                person = room.board.person(change.seat)
                pid = "" if person is None else person.pid
                await self._store.ways.withdraw(
                    room.id, lambda way: way.kind == "return" and (not change.seat or way.pid == pid)
                )
        if change.renew == "join" or "listen" in (change.renew, change.withdraw):
            await self._store.joining.clear(room.id)  # whoever came by the old code or link and said no hello yet
        if "wall" in (change.renew, change.withdraw) or change.withdraw == "other_keys":
            async with asyncio.timeout(ANSWER):
                await room.check_tokens()
        return json_answer(await self._door_record(request, room, credential))

    async def _door_record(self, request: Request, room: Room, credential: Credential) -> dict[str, Any]:
        sitting = room.board.sitting
        await self._doors.renew_for(room.id, sitting)
        keys = await self._doors.keys(room.id)
        offered = self._links.addresses(request)
        base = await self._links.base(request, room.id)
        url = f"{base}/join#j={keys.join}"
        record: dict[str, Any] = {
            "code": keys.code,
            "sitting": sitting,
            "url": url,
            "qr": addresses.qr(url),
            "addresses": offered if base in offered else [base, *offered],
        }
        if credential.role == "facilitator":
            if keys.listen:
                record["listen"] = f"{base}/join#l={keys.listen}"
                record["listen_qr"] = addresses.qr(record["listen"])
            if keys.wall:
                record["wall"] = f"{base}/wall/{room.id}#k={keys.wall}"
            if keys.leader and not lent_for_sitting(room, credential):
                record["leader"] = f"{base}/leader/{room.id}#k={keys.leader}"
            if keys.notice and not lent_for_sitting(room, credential):
                record["notice"] = f"{base}/notice/{room.id}#k={keys.notice}"
            record["other_keys"], record["returns"] = await self._ways_back(request, room, credential)
        return record

    async def _ways_back(self, request: Request, room: Room, mine: Credential) -> tuple[int, list[str]]:
        """How many other keys the facilitator has, and the seats for which a return link can be opened.

        Co-facilitators' are not among them: each ends with being one (R27).
        """
        own = _own_digest(request)
        every = await self._store.credentials.every(room.id)
        others = sum(
            (gives.role, gives.pid) == (mine.role, mine.pid) and digest != own for digest, gives in every.items()
        )
        people = [
            room.board.people.get(way.pid)
            for way in await self._store.ways.open(room.id, now=self._now())
            if way.kind == "return"
        ]
        return others, sorted(person.seat for person in people if person is not None and not person.gone)

    async def version(self, request: Request) -> Response:
        """A version of a sheet by its number (R44): the latest one is in the view, the earlier ones are asked for."""
        room, _ = await self._callers.member(request)
        number = request.path_params["number"]
        asked = int(number) if re.fullmatch(r"[1-9][0-9]{0,5}", number) else 0
        found = version_of(room.board, room.method, request.path_params["sheet"], asked)
        if found is None:
            raise Problem(404, "no_page")
        return json_answer(found)

    async def told(self, request: Request) -> Response:
        """What was told beside a note that was handed on (R42): years of it are not in the view."""
        room, _ = await self._callers.of_years(request)
        found = told_beside(room.board, request.path_params["note"])
        if found is None:
            raise Problem(404, "no_page")
        return json_answer({"sources": found})

    async def delete(self, request: Request) -> Response:
        """Delete the board and everything about it (S5)."""
        room, _ = await self._callers.facilitator(request, lent=False)
        await self._rooms.delete(room.id)
        return Response(status_code=204, headers={"cache-control": "no-store"})


def _own_digest(request: Request) -> str:
    return access.digest(access.bearer(request.headers.get("authorization")) or "")
