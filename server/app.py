"""The composition root: builds the ASGI app from the settings, the store, the rooms, connections and routes.

Only the process that serves imports this module (server/process/worker.py). What may not live here: logic that can be
tested on its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from board_schema.method_file import MethodError
from server import store
from server.boards.fanout import TICK
from server.boards.rooms import Rooms
from server.connections.protocol import SocketProtocol
from server.connections.registry import Registry
from server.connections.sockets import Sockets
from server.connections.streams import Streams
from server.doors import access
from server.doors.hosts import Hosts, own_names
from server.export.queue import ExportQueue
from server.metrics import Meter, shared
from server.rehearsal.rehearsals import Rehearsals
from server.settings import Settings, SettingsError
from server.store import StoreAway
from server.tasks import stop
from server.web.callers import Callers
from server.web.foreign import OwnHostsOnly
from server.web.methods import BUILT_IN, installed_methods
from server.web.routes import HANDLERS_OF_EXCEPTIONS, routes
from server.web.trust import Trusted

log = logging.getLogger("tavle")


DRAIN = 1.0  # seconds to finish pending ops before the server stops
FORGET_EVERY = 60.0  # seconds between two times that addresses of callers are forgotten
WEBSOCKET_PROTOCOL = SocketProtocol  # for uvicorn's `ws`; without it, screens are served more slowly


class App:
    """The ASGI app. WebSockets go directly to `Sockets`, without HTTP middleware.

    Await `state.farewell` before connections are closed: it finishes pending ops and tells every client that the
    server restarts. Await `state.empty_buffers` before freed memory is overwritten: the connections to the store drop
    the last answers.
    """

    def __init__(self, settings: Settings) -> None:
        assert settings.redis_url is not None
        hosts = Hosts(public_url=settings.public_origin, names=own_names(settings.host))
        self._store = store.connect(
            settings.redis_url,
            replicas=settings.wait_replicas,
            embedded=settings.embedded,
            tells=settings.process == 1,
        )
        self._rooms = Rooms(self._store, now=now)
        self._registry = Registry(rooms=self._rooms, store=self._store, hosts=hosts, now=now)
        self._sockets = Sockets(self._registry)
        self._streams = Streams(registry=self._registry, pubsub=self._store.pubsub)
        self._meter = Meter(
            roles=self._registry.roles,
            rooms=lambda: len(self._rooms.open_rooms()),
            shared=shared(),
            disk=settings.data_dir if settings.embedded else None,
        )
        methods, wrong = installed_methods(BUILT_IN, settings.methods_dir)
        for problem in wrong:
            log.warning("a method file cannot be used: %s", problem)
        self._callers = Callers(settings=settings, store=self._store, rooms=self._rooms, hosts=hosts, now=now)
        self._exports = ExportQueue()
        self._rehearsals = Rehearsals(self, rooms=self._rooms, store=self._store)
        pages = routes(
            settings=settings,
            store=self._store,
            rooms=self._rooms,
            methods=methods,
            meter=self._meter,
            callers=self._callers,
            hosts=hosts,
            exports=self._exports,
            rehearsals=self._rehearsals,
            now=now,
        )
        http = Starlette(
            routes=[Mount("/stream", app=self._streams), *pages],
            lifespan=self._lifespan,
            exception_handlers=HANDLERS_OF_EXCEPTIONS,
        )
        self._http = Trusted(OwnHostsOnly(http, hosts=hosts))
        self._path = settings.public_path
        self._life = http
        self.state = SimpleNamespace(farewell=self._farewell, empty_buffers=self._store.empty_buffers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one WebSocket, one HTTP request, or the lifespan protocol."""
        if self._path:
            scope = _without(self._path, scope)
        match scope["type"]:
            case "websocket":
                await self._sockets(scope, receive, send)
            case "http":
                await self._http(scope, receive, send)
            case _:
                await self._life(scope, receive, send)

    async def _farewell(self) -> None:
        """Finish pending ops and send their answers; then tell every client that the server restarts."""
        with contextlib.suppress(StoreAway, TimeoutError):
            async with asyncio.timeout(DRAIN):
                await asyncio.gather(*(room.settle() for room in self._rooms.open_rooms() if room.ended is None))
                await asyncio.sleep(2 * TICK)  # by then every client has been sent the last changes
        await self._streams.farewell()

    async def _forget(self) -> None:
        """Forget the addresses of callers that limits do not need any more."""
        while True:
            await asyncio.sleep(FORGET_EVERY)
            self._callers.forget_old()

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        await self._store.start()
        self._rooms.start()
        self._registry.start()
        forgetting = asyncio.create_task(self._forget(), name="forget callers")
        await self._streams.start()
        self._meter.start()
        try:
            yield
        finally:
            await self._rehearsals.close()
            await stop([forgetting])
            await self._exports.close()
            await self._meter.close()
            await self._streams.close()
            await self._registry.close()
            await self._rooms.close()
            await self._store.close()


def _without(path: str, scope: Scope) -> Scope:
    """A scope whose path does not begin with that of the public address: some proxies take it off, others do not."""
    asked = scope.get("path", "")
    if asked != path and not asked.startswith(f"{path}/"):
        return scope
    raw = scope.get("raw_path") or asked.encode()
    return {**scope, "path": asked[len(path) :] or "/", "raw_path": raw[len(path) :] or b"/"}


def now() -> int:
    """The time, in milliseconds since 1970 (UTC)."""
    return time.time_ns() // 1_000_000


def build(settings: Settings) -> App:
    """The app for these settings; `redis_url` must be set.

    Raises SettingsError, with one plain sentence, when a file that comes with Tavle is wrong or missing.
    """
    access.words()
    try:
        return App(settings)
    except MethodError as problem:
        raise SettingsError(str(problem)) from problem
    except OSError as problem:
        raise SettingsError(f"A file of Tavle's cannot be read: {problem.filename}.") from problem
