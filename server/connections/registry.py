"""All open connections of this process, by tab, person and board, with the limits on their number.

What may not live here: reading and sending frames (handler.py), and how connections are made (sockets.py, streams.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

from board_schema.wire import Close
from server.boards.rooms import Rooms
from server.connections.admission import Gate
from server.connections.arrivals import Arrivals
from server.connections.output import Output
from server.connections.tokens import TokenLookup
from server.doors.hosts import Hosts
from server.store import Store
from server.tasks import stop

log = logging.getLogger("tavle.sockets")

STALLED_CHECK = 1.0  # seconds between two checks for connections that take no bytes
MOST_SILENT = 2_000  # connections without a hello at a time; above it the oldest is closed, so that new ones get in
EACH, WALLS = 64, 1_200  # connections of one person, and of one board's walls; above it the oldest is closed
FAREWELLS = 50  # connections closed in one turn of the event loop when the server stops


class Handler(Protocol):
    """A connection, as the registry sees it."""

    output: Output
    task: asyncio.Task[Any]

    @property
    def role(self) -> str:
        """The person's role; `newcomer` before hello."""

    def end(self, code: Close) -> None:
        """Close with this code. May be called from any task; the first code counts."""


class Registry:
    """The connections of this process, and the services that each of them uses.

    `now` is the clock in milliseconds. Call `start` before use and `close` at the end.
    """

    def __init__(self, *, rooms: Rooms, store: Store, hosts: Hosts, now: Callable[[], int]) -> None:
        self.rooms = rooms
        self.store = store
        self.hosts = hosts
        self.now = now
        self.gate = Gate()
        self.tokens = TokenLookup(store)
        self.arrivals = Arrivals(store=store, rooms=rooms, tokens=self.tokens, now=now)
        self.all: set[Handler] = set()
        self.silent: dict[Handler, None] = {}  # connections without a hello, the oldest first
        self.by_person: dict[tuple[str, str], dict[Handler, None]] = {}  # by board and person, the oldest first
        self._by_tab: dict[tuple[str, str, str], Handler] = {}  # by board, person and tab
        self._tab_of: dict[Handler, tuple[str, str, str]] = {}
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start closing connections that take no bytes."""
        self._watch = asyncio.create_task(self._watch_stalled(), name="stalled")

    async def close(self) -> None:
        """Stop the background tasks."""
        await stop([self._watch])
        await self.tokens.close()

    def roles(self) -> list[str]:
        """The role of every open connection; `newcomer` for one that has not said hello."""
        return [handler.role for handler in self.all]

    def waits_for_hello(self, handler: Handler) -> None:
        """Count a connection that has not said hello; above the limit the oldest of them is closed."""
        _add(handler, to=self.silent, most=MOST_SILENT)

    def said_hello(self, handler: Handler) -> None:
        """A connection has said hello, or has closed before that."""
        self.silent.pop(handler, None)

    def entered(self, handler: Handler, *, board: str, pid: str, tab: str) -> None:
        """Count a connection of a person (or of a board's walls); above the limit the oldest is closed.

        An older one of the same person and tab is closed with 4507.
        """
        if pid:
            before = self._by_tab.get((board, pid, tab))
            self._by_tab[board, pid, tab] = handler
            self._tab_of[handler] = (board, pid, tab)
            if before is not None:
                before.end(Close.REPLACED)
        _add(handler, to=self.by_person.setdefault((board, pid), {}), most=EACH if pid else WALLS)

    def left(self, handler: Handler, *, board: str, pid: str) -> None:
        """A connection has left its board."""
        tab = self._tab_of.pop(handler, None)
        if tab is not None and self._by_tab.get(tab) is handler:
            del self._by_tab[tab]
        theirs = self.by_person.get((board, pid), {})
        theirs.pop(handler, None)
        if not theirs:
            self.by_person.pop((board, pid), None)

    async def farewell(self) -> None:
        """Close every connection with `restart`, and wait up to 2 seconds until they are closed."""
        for number, handler in enumerate(list(self.all)):
            handler.end(Close.RESTART)
            if number % FAREWELLS == 0:
                await asyncio.sleep(0)
        tasks = [handler.task for handler in self.all]
        if tasks:
            await asyncio.wait(tasks, timeout=2)

    async def _watch_stalled(self) -> None:
        while True:
            await asyncio.sleep(STALLED_CHECK)
            self._end_stalled(asyncio.get_running_loop().time())

    def _end_stalled(self, now: float) -> None:
        # A function of its own: between two checks no variable keeps a connection, and with it a deleted board.
        for handler in list(self.all):
            if handler.output.stalled(now):
                log.info("closed a connection that takes no bytes any more")
                handler.end(Close.SLOW)


def _add(handler: Handler, *, to: dict[Handler, None], most: int) -> None:
    """Count a connection; above the limit the oldest is closed with `slow`, so that it reconnects later."""
    to[handler] = None
    if len(to) > most:
        oldest = next(iter(to))
        del to[oldest]
        oldest.end(Close.SLOW)
