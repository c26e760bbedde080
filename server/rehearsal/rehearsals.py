"""The rehearsals that this process plays: who comes when, how fast, and when a rehearsal ends.

A rehearsal is one task, with a task for each person; all of them are stopped together. Its workshop is deleted when
nobody has led it for `ALONE`; should this process die, it expires by itself after `KEPT`.

What may not live here: what people do (mind.py), and who may begin a rehearsal (server/web).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from board_schema.board import Board, Lang
from board_schema.method import Method
from server.boards.follower import Broken
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.doors.codes import Doors
from server.log import short, where
from server.rehearsal.inside import App, Inside, TurnedAway
from server.rehearsal.mind import Mind, Temper
from server.rehearsal.person import chance, take_part
from server.rehearsal.words import Words
from server.store import NoBoard, Store, StoreAway
from server.store.rehearsals import Wish
from server.tasks import stop

log = logging.getLogger("tavle.rehearsals")

Pace = Literal["calm", "quick"]
PACES: Final[dict[str, float]] = {"calm": 1.0, "quick": 0.2}  # what a calm person's times are multiplied by

AT_ONCE: Final = 4  # rehearsals of one process
USUAL: Final = 8  # simulated people in one, where the method advises that many
MOST: Final = 16  # simulated people in one
KEPT: Final = 10 * 60_000  # milliseconds after its last use that a rehearsal's workshop is kept
ALONE: Final = 5 * 60.0  # seconds without a console after which a rehearsal is deleted
LONGEST: Final = 4 * 60 * 60.0  # seconds after which a rehearsal is deleted, whatever happens in it
BEAT: Final = 1.0  # seconds between two looks at what has changed
APART: Final = (1.0, 4.0)  # seconds between two people who come in
LATE: Final = 90.0  # seconds that the last one comes later, unless the first round is left before
FEW: Final = 4  # of fewer people nobody comes late


class Full(Exception):
    """This process plays as many rehearsals as it may."""


def people_for(method: Method) -> tuple[int, int]:
    """How many simulated people a rehearsal of this method has at first, and at most."""
    low, high = method.people
    first = min(max(low, min(high, USUAL)), MOST)
    return first, max(first, min(high, MOST))


@dataclass
class Rehearsal:
    """One that is being played. `facilitator`: the seat of whoever leads it."""

    board: str
    facilitator: str
    words: Words
    rng: random.Random
    first: int  # how many people there are unless the console wishes otherwise
    wish: Wish
    began: float
    led_at: float
    next_at: float = 0.0  # when the next one comes in
    tasks: set[asyncio.Task[None]] = field(default_factory=set)  # its own, and all people's
    people: list[asyncio.Task[None]] = field(default_factory=list)  # those who may be sent home, in order of coming
    seats: set[str] = field(default_factory=set)
    names: list[str] = field(default_factory=list)
    leader_came: bool = False
    deleted: bool = False

    def pace(self) -> float:
        """What a calm person's times are multiplied by now."""
        return PACES.get(self.wish.pace, 1.0)


class Rehearsals:
    """All rehearsals of this process. `app` is its ASGI app. Call `close` at the end."""

    def __init__(self, app: App, *, rooms: Rooms, store: Store, clock: Callable[[], float] | None = None) -> None:
        self._app = app
        self._rooms = rooms
        self._store = store
        self._doors = Doors(store)
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._playing: dict[str, Rehearsal] = {}
        self._promised = 0  # places taken for rehearsals that are about to begin

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Context manager around creating a workshop and beginning its rehearsal. Raises Full."""
        if len(self._playing) + self._promised >= AT_ONCE:
            raise Full
        self._promised += 1
        try:
            yield
        finally:
            self._promised -= 1

    async def begin(self, board: str, method: Method, *, facilitator: str, lang: Lang) -> None:
        """Play a rehearsal on a new board, until it ends. Raises StoreAway."""
        first, most = people_for(method)
        rng = chance()
        words = Words(method, lang=lang, rng=rng)
        at = self._clock()
        it = Rehearsal(
            board=board, facilitator=facilitator, words=words, rng=rng, first=first, wish=Wish("calm", first),
            began=at, led_at=at, names=words.names(first) + words.names(most)[: most - first],
        )  # fmt: skip
        self._playing[board] = it
        self._start(it, self._play(it))
        await self._store.rehearsals.put(board, it.wish)

    async def close(self) -> None:
        """End all, without deleting their workshops: those expire."""
        await stop([task for it in self._playing.values() for task in it.tasks])

    def _start(self, it: Rehearsal, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=f"rehearsal {short(it.board)}")
        it.tasks.add(task)
        task.add_done_callback(it.tasks.discard)
        return task

    # -- one rehearsal --------------------------------------------------------------------

    async def _play(self, it: Rehearsal) -> None:
        inside = Inside(self._app, address=f"rehearsal {short(it.board)}")
        try:
            while await self._goes_on(it, inside):  # noqa: ASYNC110  it looks at a store and a clock
                await asyncio.sleep(BEAT)
            await stop(it.tasks - {asyncio.current_task()})
            if not it.deleted:
                await self._rooms.delete(it.board)
        except Exception as problem:
            log.error("rehearsal %s: %s", short(it.board), where(problem))
        finally:
            self._playing.pop(it.board, None)

    async def _goes_on(self, it: Rehearsal, inside: Inside) -> bool:
        """Let people come and leave as wished. False when the rehearsal is over."""
        now = self._clock()
        try:
            room = await self._rooms.get(it.board)
            it.wish = await self._store.rehearsals.of(it.board) or it.wish
        except NoBoard:
            it.deleted = True
            return False
        except Broken:
            return False
        except (StoreAway, TimeoutError):
            return True
        led = self._led(it, room)
        if led:
            it.led_at = now
        if now - it.led_at > ALONE or now - it.began > LONGEST:
            return False
        if led and now >= it.next_at and not room.board.closed and room.board.door:
            self._let_in(it, room.board, inside, now)
        while len(it.people) > it.wish.people:
            it.people.pop().cancel()
        return True

    def _led(self, it: Rehearsal, room: Room) -> bool:
        """Whether whoever leads is connected."""
        here = set(room.presence.here())
        others = {p.seat for p in room.board.present() if p.leads and p.seat not in it.seats}
        return bool(here & {it.facilitator, *others})

    def _let_in(self, it: Rehearsal, board: Board, inside: Inside, now: float) -> None:
        number = len(it.people)
        if board.leader == "listen" and not it.leader_came and number >= min(3, it.wish.people):
            it.leader_came = True
            self._start(it, self._person(it, inside, it.words.leader(), Temper(), listens=True))
        elif number < it.wish.people:
            late = FEW <= it.first == it.wish.people == number + 1
            if late and len(board.visited) == 1 and now - it.began < LATE * it.pace():
                return
            name = it.names[number % len(it.names)]
            temper = Temper.of(number, it.rng)
            it.people.append(self._start(it, self._person(it, inside, name, temper, remote=number == 4)))
        it.next_at = now + it.rng.uniform(*APART) * it.pace()

    async def _person(
        self, it: Rehearsal, inside: Inside, name: str, temper: Temper, *, remote: bool = False, listens: bool = False
    ) -> None:
        async def come_in() -> tuple[str, str]:
            keys = await self._doors.keys(it.board)
            way = {"join": keys.listen if listens else keys.join}
            joined: dict[str, Any] = await inside.post("/api/join", {**way, "name": name, "remote": remote})
            it.seats.add(joined["seat"])
            return joined["board"], joined["token"]

        mind = Mind(rng=chance(), words=it.words, temper=temper)
        try:
            await take_part(inside.connect, come_in, mind, pace=it.pace)
        except (TurnedAway, StoreAway, OSError, TimeoutError):
            pass  # the door was shut just now, or the store is away: this one does not come
        except Exception as problem:
            log.error("rehearsal %s: a person: %s", short(it.board), where(problem))
