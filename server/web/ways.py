"""Calls about ways back: links for somebody who lost theirs or for another own device, and opening them (R24, H5).

What may not live here: what a device that came back may see and do (board_schema).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from board_schema import decide
from board_schema.board import Person, base_of
from board_schema.commands import Refused
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.doors import access, addresses
from server.doors.bucket import Buckets
from server.store import REMOVED, Credential, Store
from server.store.ways import Way
from server.web.answers import Problem, json_answer
from server.web.bodies import Body, body_of
from server.web.callers import Callers
from server.web.links import Links
from server.web.members import Members

OWN_WAY = 10 * 60_000  # milliseconds that a link to another own device works
RATE, BURST = 1.0, 20.0  # links that one person may make: a second, and at once
ANSWER = 10.0  # seconds to wait until the log says that a person came back


class Seat(Body, frozen=True):
    """The seat of the person who gets a new link."""

    seat: str


class Had(Body, frozen=True):
    """The token for this board that the browser which opens a link has already."""

    token: str = ""


class WaysBack:
    """The calls return and back. `now` returns milliseconds."""

    def __init__(self, *, store: Store, rooms: Rooms, callers: Callers, links: Links, now: Callable[[], int]) -> None:
        self._store = store
        self._rooms = rooms
        self._callers = callers
        self._links = links
        self._now = now
        self._members = Members(store)
        self._makers = Buckets(rate=RATE, burst=BURST)

    async def make(self, request: Request) -> Response:
        """A link for the person on a seat: for oneself to another own device; the facilitator's, for others too."""
        room, credential = await self._callers.member(request)
        body = await body_of(request, Seat)
        if credential.role == "wall":
            raise Problem(403, "role")
        me = room.board.by_pid(credential.pid)
        own = me is not None and me.seat == body.seat
        if not own and credential.role != "facilitator":
            raise Problem(403, "role")
        person = me if own else room.board.person(body.seat)
        if person is None or person.hosted or (person.role == "facilitator" and not own):
            raise Problem(404, "no_seat")
        self._not_too_many(room.id, credential.pid)
        base = await self._links.base(request, room.id)
        key = access.text_of(secrets.token_bytes(access.TOKEN_BYTES))
        if person.role == "facilitator":  # to keep or print: it works until it is withdrawn
            gives = Credential(person.role, person.pid)
            mine = access.digest(access.bearer(request.headers.get("authorization")) or "")
            if not await self._members.add_further(room.id, digest=access.digest(key), by=mine, gives=gives):
                raise Problem(403, "no_access")
            url, until = f"{base}/console/{room.id}#k={key}", 0
        else:
            until = self._now() + OWN_WAY if own else 0
            way = Way("own" if own else "return", person.pid, until)
            await self._store.ways.add(room.id, digest=access.digest(key), way=way)
            url = f"{base}/b/{room.id}#r={key}"
        return json_answer({"url": url, "qr": addresses.qr(url), "until": until})

    async def back(self, request: Request) -> Response:
        """Open a link: a token for this browser, or the one it has, if that is the same person's."""
        board = request.path_params["board"]
        key = access.bearer(request.headers.get("authorization"))
        if key is None:
            raise Problem(401, "no_access")
        had = (await body_of(request, Had)).token
        digest = access.digest(key)
        way = await self._store.ways.of(board, digest=digest, now=self._now())
        if way is None:
            await self._store.head(board)
            raise Problem(404, "no_way")
        room = await self._rooms.get(board)
        person = await self._there(room, way.pid)
        same = await self._same_person(room, had, person)
        # The person's own devices keep what was written in private: where one is there, it is the way back.
        if not same and way.kind == "return" and await room.presence.is_here(person.seat):
            raise Problem(409, "has_device")
        if not same and way.kind == "return":
            decide.come_back(room.board, way.pid)  # decided now for its refusals, which must not use the link up
        if not await self._store.ways.take(board, digest=digest, way=way):
            raise Problem(404, "no_way")
        token = had
        if not same:
            token = access.text_of(secrets.token_bytes(access.TOKEN_BYTES))
            async with asyncio.timeout(ANSWER):
                pid = way.pid if way.kind == "own" else await room.come_back(way.pid)
            gives = Credential(person.role, pid)
            await self._store.credentials.add(board, digest=access.digest(token), gives=gives)
        return json_answer({"board": board, "token": token, "seat": person.seat, "role": person.role})

    async def lead(self, request: Request) -> Response:
        """The console for a co-facilitator: a token of its own, which ends with being one (R27)."""
        room, credential = await self._callers.member(request)
        person = room.board.by_pid(credential.pid)
        if person is None or not person.leads:
            raise Problem(403, "role")
        self._not_too_many(room.id, credential.pid)
        token = access.text_of(secrets.token_bytes(access.TOKEN_BYTES))
        try:
            async with asyncio.timeout(ANSWER):
                pid = await room.lend(credential.pid)
        except Refused as refused:
            raise Problem(403 if refused.reason == "role" else 409, refused.reason) from None
        gives = Credential("facilitator", pid)
        await self._store.credentials.add(room.id, digest=access.digest(token), gives=gives)
        return json_answer({"board": room.id, "token": token})

    async def _there(self, room: Room, pid: str) -> Person:
        """The person whom a link is for. Raises Problem when they were removed, or their device was shut out."""
        person = room.board.by_pid(pid)
        if person is None and not room.board.sealed:
            await room.settle()
            person = room.board.by_pid(pid)
        if person is None or person.gone:
            raise Problem(404, "no_way")
        return person

    async def _same_person(self, room: Room, token: str, person: Person) -> bool:
        """Whether a token is one of this person's devices, which is not shut out."""
        if not token:
            return False
        found = await self._store.credentials.of(room.id, digest=access.digest(token))
        if found is None or found.role == REMOVED or base_of(found.pid) != base_of(person.pid):
            return False
        return room.board.by_pid(found.pid) is not None

    def _not_too_many(self, board: str, pid: str) -> None:
        """Raises Problem 429 for somebody who makes links faster than anybody needs: each takes time to draw."""
        now = self._now() / 1000
        if not self._makers.of((board, base_of(pid)), now).take_at_once(now):
            raise Problem(429, "slow_down", retry_after=1 / RATE)
