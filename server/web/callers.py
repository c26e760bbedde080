"""Who calls: own pages only, the caller's address, what a token gives, and the house key.

What may not live here: what a call does once the caller may make it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response

from server.boards.room import Room
from server.boards.rooms import Rooms
from server.doors import access, callers
from server.doors.callers import Caller
from server.doors.failures import CREATIONS, HOUR, Failures
from server.settings import Settings
from server.store import Grant, Store
from server.web.answers import Handler, Problem

WAITING = 20  # slowed look-ups of one address that may wait at a time


class Callers:
    """Answers who calls, for all calls. `now` gives milliseconds."""

    def __init__(self, *, settings: Settings, store: Store, rooms: Rooms, now: Callable[[], int]) -> None:
        self._settings = settings
        self._store = store
        self._rooms = rooms
        self._now = now
        self.wrong = Failures()
        self.made = Failures(free=CREATIONS, window=HOUR)
        self._lines: dict[str, tuple[asyncio.Lock, int]] = {}

    def own(self, handler: Handler) -> Handler:
        """The handler, for our own pages and for programs with a token only (H1)."""

        async def own(request: Request) -> Response:
            token = access.bearer(request.headers.get("authorization"))
            if not callers.from_ourselves(
                request.headers, public_url=self._settings.public_url, has_token=token is not None
            ):
                raise Problem(403, "origin")
            return await handler(request)

        return own

    def of(self, request: Request) -> Caller:
        """The caller's address, and whether they sit at this computer."""
        peer = request.client.host if request.client is not None else ""
        return callers.caller(peer, request.headers, scheme=request.url.scheme, proxies=self._settings.trusted_proxy)

    def sits_here(self, request: Request) -> bool:
        """Whether the call comes from this computer, under a name that no stranger's DNS can point at it."""
        host = request.headers.get("host", "")
        return self.of(request).here and callers.trusted_name(host, public_url=self._settings.public_url)

    async def member(self, request: Request) -> tuple[Room, Grant]:
        """The board in the address, and what the caller's token gives. Raises Problem, NoBoard or StoreAway."""
        board = request.path_params["board"]
        token = access.bearer(request.headers.get("authorization"))
        if token is None:
            raise Problem(401, "no_access")
        grant = await self._store.granted(board, digest=access.digest(token))
        if grant is None:
            await self._store.head(board)
            raise Problem(403, "no_access")
        room = await self._rooms.get(board)
        person = room.board.people.get(grant.pid)
        if person is not None and person.gone:
            raise Problem(403, "removed")
        return room, grant

    async def facilitator(self, request: Request) -> tuple[Room, Grant]:
        """The same, for the facilitator only."""
        room, grant = await self.member(request)
        if grant.role != "facilitator":
            raise Problem(403, "role")
        return room, grant

    def failed(self, request: Request) -> None:
        """Count a wrong code or key against the caller's address."""
        self.wrong.add(self.of(request).address, now=self._now())

    @asynccontextmanager
    async def slowed(self, request: Request) -> AsyncIterator[None]:
        """Around a look-up that may fail: an address that failed too often waits for each answer, in line (H2)."""
        address = self.of(request).address
        pause = self.wrong.pause(address, now=self._now())
        if not pause:
            yield
            return
        lock, waiting = self._lines.get(address, (asyncio.Lock(), 0))
        if waiting >= WAITING:
            raise Problem(429, "slow_down")
        self._lines[address] = (lock, waiting + 1)
        try:
            async with lock:
                await asyncio.sleep(pause)
                yield
        finally:
            lock, waiting = self._lines[address]
            if waiting == 1:
                del self._lines[address]
            else:
                self._lines[address] = (lock, waiting - 1)

    def may_create(self, request: Request, key: str) -> None:
        """Whether the caller may make a workshop. Raises Problem."""
        if self.sits_here(request):
            return
        address, now = self.of(request).address, self._now()
        if self.made.number(address, now=now) >= CREATIONS:
            raise Problem(429, "too_many")
        if not access.key_fits(key, key=self._settings.key):
            if key:
                self.made.add(address, now=now)
            raise Problem(403, "wrong_key" if key else "need_key")

    def created(self, request: Request) -> None:
        """Count a workshop that was made."""
        self.made.add(self.of(request).address, now=self._now())

    async def may_measure(self, request: Request) -> None:
        """Whether the caller may read the metrics: from this computer, or with the house key. Raises Problem."""
        if self.sits_here(request):
            return
        _, _, key = request.headers.get("authorization", "").partition("Bearer ")
        async with self.slowed(request):
            if not access.key_fits(key, key=self._settings.key):
                if key:
                    self.failed(request)
                raise Problem(403, "wrong_key" if key else "need_key")
