"""Every open connection of this process: who waits for hello, who is on which board, and whom to cut.

What may not live here: what a connection says and hears (handler.py), and how it came (sockets.py, streams.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

from board_schema.wire import Close
from server.boards.rooms import Rooms
from server.connections.admission import Gate
from server.connections.output import Output
from server.connections.tokens import TokenLookup
from server.doors.hosts import Hosts
from server.store import Store
from server.tasks import stop

log = logging.getLogger("tavle.sockets")

LOOK = 1.0  # seconds between two looks at connections whose buffer is full
MOST_SILENT = 2_000  # connections without a hello at a time; the oldest goes, so that nobody new is shut out
EACH, WALLS = 64, 1_200  # connections of one person, and of one board's walls; the oldest goes
FAREWELLS = 50  # goodbyes in one turn of the loop when the server stops


class Handler(Protocol):
    """A connection, as the registry sees it."""

    output: Output
    task: asyncio.Task[Any]

    @property
    def role(self) -> str:
        """The person's role; `newcomer` before hello."""

    def end(self, code: Close) -> None:
        """Close with this code, from whichever task; the first code counts."""


class Registry:
    """The connections of this process, and what each of them needs from it.

    `now` is the clock in milliseconds. `start` before use, `close` at the end.
    """

    def __init__(self, *, rooms: Rooms, store: Store, hosts: Hosts, now: Callable[[], int]) -> None:
        self.rooms = rooms
        self.store = store
        self.hosts = hosts
        self.now = now
        self.gate = Gate()
        self.tokens = TokenLookup(store)
        self.all: set[Handler] = set()
        self.silent: dict[Handler, None] = {}  # those without a hello, the oldest first
        self.by_person: dict[tuple[str, str], dict[Handler, None]] = {}  # by board and person, the oldest first
        self._by_tab: dict[tuple[str, str, str], Handler] = {}  # by board, person and tab
        self._tab_of: dict[Handler, tuple[str, str, str]] = {}
        self._watch: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch for connections that take nothing."""
        self._watch = asyncio.create_task(self._watch_stalled(), name="stalled")

    async def close(self) -> None:
        """Stop watching."""
        await stop([self._watch])
        await self.tokens.close()

    def roles(self) -> list[str]:
        """The role of every open connection; `newcomer` for one that has not said hello."""
        return [handler.role for handler in self.all]

    def waits_for_hello(self, handler: Handler) -> None:
        """Count a connection that has not said hello; above the limit the oldest of them is closed."""
        _add(handler, to=self.silent, most=MOST_SILENT)

    def said_hello(self, handler: Handler) -> None:
        """It has said hello, or is gone."""
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
        """It is on its board no longer."""
        tab = self._tab_of.pop(handler, None)
        if tab is not None and self._by_tab.get(tab) is handler:
            del self._by_tab[tab]
        theirs = self.by_person.get((board, pid), {})
        theirs.pop(handler, None)
        if not theirs:
            self.by_person.pop((board, pid), None)

    async def farewell(self) -> None:
        """Close every connection because the server restarts, and wait until they have gone."""
        for number, handler in enumerate(list(self.all)):
            handler.end(Close.RESTART)
            if number % FAREWELLS == 0:
                await asyncio.sleep(0)
        tasks = [handler.task for handler in self.all]
        if tasks:
            await asyncio.wait(tasks, timeout=2)

    async def _watch_stalled(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            now = asyncio.get_running_loop().time()
            for handler in list(self.all):
                if handler.output.stalled(now):
                    log.info("closed a connection that takes no bytes any more")
                    handler.end(Close.SLOW)


def _add(handler: Handler, *, to: dict[Handler, None], most: int) -> None:
    """Count a connection; above the limit the oldest is closed, and may come back after a while."""
    to[handler] = None
    if len(to) > most:
        oldest = next(iter(to))
        del to[oldest]
        oldest.end(Close.SLOW)
