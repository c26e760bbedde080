"""Calls about one board, with a token of it: its code and links, a person's new link, and deleting the board.

What may not live here: ops (SPEC 5); those are sent over the board's connection.
"""

from __future__ import annotations

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from server.boards.room import Room
from server.boards.rooms import Rooms
from server.doors import access, addresses
from server.doors.codes import Doors
from server.store import Credential, Store
from server.web.answers import Problem, json_answer
from server.web.bodies import Body, body_of
from server.web.callers import Callers
from server.web.links import Links


class DoorChange(Body, frozen=True):
    """What to change: the address of links, or the code and links themselves."""

    address: str = ""
    renew: bool = False


class Seat(Body, frozen=True):
    """The seat of the person who gets a new link."""

    seat: str


class BoardCalls:
    """The calls door, return and delete."""

    def __init__(self, *, store: Store, rooms: Rooms, doors: Doors, callers: Callers, links: Links) -> None:
        self._store = store
        self._rooms = rooms
        self._doors = doors
        self._callers = callers
        self._links = links

    async def door(self, request: Request) -> Response:
        """The code, links and QR code for joining; for the facilitator and the wall."""
        room, credential = await self._callers.member(request)
        if credential.role not in ("facilitator", "wall"):
            raise Problem(403, "role")
        return json_answer(await self._door_record(request, room, credential))

    async def change_door(self, request: Request) -> Response:
        """Choose another address for links and the QR code, or make a new code and new links."""
        room, credential = await self._callers.facilitator(request)
        change = await body_of(request, DoorChange)
        if change.address:
            await self._links.choose(request, room.id, change.address)
        if change.renew:
            await self._doors.renew(room.id)
        return json_answer(await self._door_record(request, room, credential))

    async def _door_record(self, request: Request, room: Room, credential: Credential) -> dict[str, Any]:
        keys = await self._doors.keys(room.id)
        offered = self._links.addresses(request)
        base = await self._links.base(request, room.id)
        url = f"{base}/join#j={keys.join}"
        record: dict[str, Any] = {
            "code": keys.code,
            "url": url,
            "qr": addresses.qr(url),
            "addresses": offered if base in offered else [base, *offered],
        }
        if credential.role == "facilitator":
            record["listen"] = f"{base}/join#l={keys.listen}"
            record["wall"] = f"{base}/wall/{room.id}#k={keys.wall}"
        return record

    async def return_link(self, request: Request) -> Response:
        """A link with a new token for a person who lost theirs; of facilitators, only for the caller."""
        room, credential = await self._callers.facilitator(request)
        body = await body_of(request, Seat)
        person = room.board.person(body.seat)
        if person is None or person.hosted or (person.role == "facilitator" and person.pid != credential.pid):
            raise Problem(404, "no_seat")
        page = "console" if person.role == "facilitator" else "b"
        token = access.text_of(secrets.token_bytes(access.TOKEN_BYTES))
        gives = Credential(person.role, person.pid)
        await self._store.credentials.add(room.id, digest=access.digest(token), gives=gives)
        url = f"{await self._links.base(request, room.id)}/{page}/{room.id}#k={token}"
        return json_answer({"url": url, "qr": addresses.qr(url)})

    async def delete(self, request: Request) -> Response:
        """Delete the board and everything about it (S5)."""
        room, _ = await self._callers.facilitator(request)
        await self._rooms.delete(room.id)
        return Response(status_code=204, headers={"cache-control": "no-store"})
