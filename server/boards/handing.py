"""Handing on (R42): brings what a workshop hands on to its programme, and goes on with what another process began.

Each step is one entry in one log, and none is done twice (board_schema.decide.handing): this module may be stopped
between any two, and run by several processes at once. What may not live here: who may hand on (server.web).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from board_schema.board import Board, Lang
from board_schema.commands import Refused
from board_schema.handed import Handing
from server.boards.follower import Broken
from server.log import short, where
from server.store import NoBoard, StoreAway
from server.tasks import stop

log = logging.getLogger("tavle.rooms")

GONE: Final = "gone"
SHORTEST_PAUSE: Final = 5.0  # seconds until a programme that could not be read is tried again; it doubles
LONGEST_PAUSE: Final = 3600.0


class HandingRoom(Protocol):
    """What a room can do for a handing, as the workshop and as the programme."""

    id: str

    @property
    def board(self) -> Board: ...

    async def hand_on(self, *, programme: str, title: str, lang: Lang) -> None: ...

    async def take_in(self, what: Handing) -> None: ...

    async def handed(self, which: str, *, state: str) -> None: ...


class HandingOn:
    """All handings of this process. `room` opens a board: it raises NoBoard, StoreAway or Broken."""

    def __init__(self, room: Callable[[str], Awaitable[HandingRoom]]) -> None:
        self._room = room
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._paused: dict[str, tuple[float, float]] = {}  # until when, and for how long, by workshop

    async def close(self) -> None:
        """Stop what is under way: whoever opens the workshop next goes on with it."""
        await stop(list(self._tasks.values()))

    async def hand_on(self, workshop: HandingRoom, programme: HandingRoom) -> None:
        """Hand on what was picked and not handed to this programme yet.

        Raises Refused, NoBoard, StoreAway or Broken.
        """
        board = programme.board
        await workshop.hand_on(programme=programme.id, title=board.title, lang=board.lang)
        await self.go_on(workshop)

    async def go_on(self, workshop: HandingRoom) -> None:
        """Bring what is under way to its programmes. Raises NoBoard or StoreAway.

        Raises Broken where one of them cannot be read, when the others have what is theirs.
        """
        broken: Broken | None = None
        for handing in workshop.board.under_way:
            try:
                state = await self._brought(handing)
            except Broken as problem:
                broken = problem
                continue
            await workshop.handed(handing.id, state=state)
            log.info("board %s handed on to board %s: %s", short(workshop.id), short(handing.programme), state)
        if broken is not None:
            raise broken

    def begin(self, workshop: HandingRoom) -> None:
        """Go on by itself with what is under way, unless this process does already, or could not a moment ago."""
        until, _ = self._paused.get(workshop.id, (0.0, 0.0))
        if workshop.id not in self._tasks and asyncio.get_running_loop().time() >= until:
            task = self._tasks[workshop.id] = asyncio.create_task(self._by_itself(workshop))
            task.add_done_callback(lambda _: self._tasks.pop(workshop.id, None))

    async def _brought(self, handing: Handing) -> str:
        """What became of a handing at its programme: `done`, or why not."""
        try:
            programme = await self._room(handing.programme)
            await programme.take_in(handing)
        except NoBoard:
            return GONE
        except Refused as refused:
            return refused.reason
        return "done"

    async def _by_itself(self, workshop: HandingRoom) -> None:
        try:
            await self.go_on(workshop)
            self._paused.pop(workshop.id, None)
        except (NoBoard, StoreAway, TimeoutError):
            pass  # it is tried again as long as the workshop is there
        except Broken as problem:
            _, before = self._paused.get(workshop.id, (0.0, SHORTEST_PAUSE / 2))
            pause = min(2 * before, LONGEST_PAUSE)
            self._paused[workshop.id] = asyncio.get_running_loop().time() + pause, pause
            log.error("board %s cannot be handed on: %s", short(workshop.id), problem)
        except Exception as problem:
            log.error("handing on, board %s: %s", short(workshop.id), where(problem))
