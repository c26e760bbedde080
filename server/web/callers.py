"""Access checks of HTTP calls: own pages only, the caller's address, the token's credential, and the house key.

What may not live here: what a call does after its access check.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from board_schema.board import base_of, leads_on_lent_device
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.doors import access, callers
from server.doors.callers import Caller
from server.doors.failures import CREATIONS, HOUR, Failures
from server.doors.hosts import Hosts, arrived_at
from server.doors.joins import Joins
from server.settings import Settings
from server.store import LEADER, NOTICE, REMOVED, Credential, Store
from server.web.answers import Handler, Problem
from server.web.slowed import Slowed


class Callers:
    """Checks who calls, for all calls. `now` returns milliseconds.

    codes    wrong typed codes, by network (Caller.network)
    keys     wrong house keys, by network
    made     workshops created from other computers, by network
    joins    people who joined from other computers, by network and by board
    """

    def __init__(self, *, settings: Settings, store: Store, rooms: Rooms, hosts: Hosts, now: Callable[[], int]) -> None:
        self._settings = settings
        self._store = store
        self._rooms = rooms
        self._hosts = hosts
        self._now = now
        self.codes = Slowed(now=now)
        self.keys = Slowed(now=now)
        self.made = Failures(free=CREATIONS, window=HOUR)
        self.joins = Joins()

    def own(self, handler: Handler) -> Handler:
        """The handler, restricted to our own pages and to programs with a token (H1)."""

        async def own(request: Request) -> Response:
            token = access.bearer(request.headers.get("authorization"))
            arrived = arrived_at(request.scope)
            if not self._hosts.own_page(request.headers, has_token=token is not None, arrived=arrived):
                raise Problem(403, "origin")
            return await handler(request)

        return own

    def of(self, request: Request) -> Caller:
        """The caller's address, and whether it is this computer."""
        return callers.caller(
            request.client.host if request.client is not None else "",
            request.headers.items(),
            scheme=request.url.scheme,
            proxies=self._settings.trusted_proxy,
            version=request.scope.get("http_version", ""),
        )

    def sits_here(self, request: Request) -> bool:
        """Whether the call comes from this computer, under a Host that no other computer can claim."""
        host = request.headers.get("host", "")
        return self.of(request).here and self._hosts.certain(host, arrived=arrived_at(request.scope))

    async def member(self, request: Request) -> tuple[Room, Credential]:
        """The board in the address, and the credential of the caller's token; no reader's.

        Raises Problem, NoBoard or StoreAway.
        """
        room, credential = await self.reader(request)
        if credential.role in (LEADER, NOTICE):
            raise Problem(403, "role")
        return room, credential

    async def reader(self, request: Request) -> tuple[Room, Credential]:
        """As `member`, also with the token of the leader edition or the noticeboard."""
        board = request.path_params["board"]
        token = access.bearer(request.headers.get("authorization"))
        if token is None:
            raise Problem(401, "no_access")
        credential = await self._store.credentials.of(board, digest=access.digest(token))
        if credential is None:
            await self._store.head(board)
            raise Problem(403, "no_access")
        room = await self._rooms.get(board)
        if credential.role == REMOVED:
            # The store drops these tokens some time after the sealing; they are unknown from the sealing on.
            raise Problem(403, "no_access" if room.board.sealed else "removed")
        person = room.board.by_pid(credential.pid)
        if person is None and credential.pid and room.board.programme:
            # Of an earlier sitting, whose tokens are unknown (R41); or of somebody who has just come in elsewhere.
            await room.settle()
            person = room.board.by_pid(credential.pid)
            if person is None:
                raise Problem(403, "no_access")
        if person is not None and person.gone:
            raise Problem(403, "removed")
        lent = leads_on_lent_device(credential.pid, credential.role)
        if person is None and (lent or base_of(credential.pid) in room.board.people):
            raise Problem(403, "no_access")  # a device that was shut out; a co-facilitator's also by the sealing (R27)
        return room, credential

    async def facilitator(self, request: Request, *, lent: bool = True) -> tuple[Room, Credential]:
        """As `member`, for the facilitator only; with `lent` for a co-facilitator's console too (R27).

        Raises Problem for others.
        """
        room, credential = await self.member(request)
        if credential.role != "facilitator" or (not lent and leads_on_lent_device(credential.pid, credential.role)):
            raise Problem(403, "role")
        return room, credential

    async def of_years(self, request: Request) -> tuple[Room, Credential]:
        """As `facilitator`, for what is of years, which a console that was lent for one sitting is not given (R27).

        Raises Problem for others.
        """
        room, credential = await self.facilitator(request)
        if lent_for_sitting(room, credential):
            raise Problem(403, "lent")
        return room, credential

    async def may_create(self, request: Request, key: str) -> None:
        """Raises Problem unless the caller may create a workshop."""
        if self.sits_here(request):
            return
        await self._house_key(request, key)
        self.may_copy(request)

    def may_copy(self, request: Request) -> None:
        """Raises Problem when too many workshops were made from the caller's address."""
        if self.sits_here(request):
            return
        address, now = self.of(request).network, self._now()
        if self.made.number(address, now=now) >= CREATIONS:
            raise Problem(429, "too_many", retry_after=self.made.left(address, now=now))

    def created(self, request: Request) -> None:
        """Count a created workshop for the caller's address."""
        if not self.sits_here(request):
            self.made.add(self.of(request).network, now=self._now())

    def may_join(self, request: Request, board: str) -> None:
        """Count somebody who joins a board. Raises Problem when too many have joined lately."""
        if self.sits_here(request):
            return
        wait = self.joins.take(self.of(request).network, board=board, now=self._now() / 1000)
        if wait:
            raise Problem(429, "slow_down", retry_after=wait)

    def forget_old(self) -> None:
        """Drop the networks whose failures, workshops and joining do not count any more."""
        now = self._now()
        for failures in (self.codes.failures, self.keys.failures, self.made):
            failures.forget_old(now=now)
        self.joins.forget_old(now=now / 1000)

    async def may_measure(self, request: Request) -> None:
        """Raises Problem unless the caller may read metrics: from this computer, or with the house key."""
        if not self.sits_here(request):
            _, _, key = request.headers.get("authorization", "").partition("Bearer ")
            await self._house_key(request, key, measuring=True)

    async def _house_key(self, request: Request, key: str, *, measuring: bool = False) -> None:
        """Raises Problem unless `key` is the house key, or a further one that was not withdrawn.

        `measuring`: of further keys only one that was made for metrics. The right key is accepted without delay,
        however many wrong ones the address sent; wrong ones wait (H2).
        """
        if access.key_fits(key, key=self._settings.key):
            return
        if not key:
            raise Problem(403, "need_key")
        if await self._kept_key(key, measuring=measuring):
            return
        address = self.of(request).network
        async with self.keys.turn(address, request):
            self.keys.failed(address)
        raise Problem(403, "wrong_key")

    async def _kept_key(self, key: str, *, measuring: bool) -> bool:
        if len(key) > access.LONGEST_TYPED:
            return False
        if not self._settings.key and access.key_fits(key, key=await self._store.house_keys.main()):
            return True
        digest = access.key_digest(key)
        return any(
            hmac.compare_digest(given.digest, digest) and (given.metrics or not measuring)
            for given in await self._store.house_keys.every()
        )


def lent_for_sitting(room: Room, credential: Credential) -> bool:
    """Whether a token is of a programme's console that was lent to somebody who is there for one sitting (R27)."""
    return room.board.programme and leads_on_lent_device(credential.pid, credential.role)
