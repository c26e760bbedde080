"""T2, in the shipped server: bugs planted in rooms, sessions and presence, each with a test that fails with the bug.

tests/rules/planted.py plants all eight bugs in the simulated server. Those that one line of server/ prevents are
planted here again in that line, so that the line is known to be tested. Each scenario passes with the code as it is and
fails with its bug. The other bugs cannot be made by changing one line: an entry that is read twice is dropped by its
version and again by `fold`, and records are replaced whole.
"""

from __future__ import annotations

import asyncio
import inspect
import textwrap
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from board_schema import wire
from board_schema.board import Actor
from server.boards import pictures
from server.boards.follower import Follower
from server.boards.pictures import Pictures
from server.boards.presence import Presence
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.boards.session import Session
from server.boards.submissions import Submissions
from server.store import Store
from tests.machine.boards import Clock, View, come_in, new_board, note_id

SOON = 1.5  # seconds: far longer than pub/sub takes, and shorter than `HEAD_LOOK` of rooms.py
PLACE = {"sheet": "columns", "lane": "critique"}


class House:
    """A board followed by two processes on one store."""

    def __init__(self, shelf: Store) -> None:
        self.shelf, self.clock = shelf, Clock()
        self.here, self.there = (Rooms(shelf, now=self.clock) for _ in range(2))

    async def board(self, name: str = "fremtidsvaerksted") -> tuple[Room, View]:
        """A board, and its facilitator's screen."""
        board, lead = await new_board(self.shelf, self.clock, name=name)
        room = await self.here.get(board)
        return room, View(room, lead)


async def no_dedupe(house: House) -> None:
    """O2: what a tab sends again is in the log once."""
    room, lead = await house.board()
    ann = View(room, await come_in(room))
    assert (await lead.op("round", to="critique")).reason is None
    words = {"note": note_id(), "text": "en gang", **PLACE}
    for _ in range(3):
        await ann.op("write", n=1, **words)
    entries = [wire.unpack_entry(entry.data) for entry in await house.shelf.read(room.id, after=0)]
    assert Counter((e.tab, e.n) for e in entries)[ann.session.tab, 1] == 1


async def gap(house: House) -> None:
    """S3: what is appended while a process opens a board is not missed, though its message comes only once."""
    room, lead = await house.board()
    load = house.shelf.load

    async def load_and_let_somebody_in(board: str) -> Any:
        loaded = await load(board)
        assert (await lead.op("setup", title="imens")).reason is None
        return loaded

    house.shelf.load = load_and_let_somebody_in  # type: ignore[method-assign]
    try:
        late = await house.there.get(room.id)
    finally:
        house.shelf.load = load  # type: ignore[method-assign]
    await View(late, lead.actor).until(lambda: late.board.title == "imens")


async def ack_first(house: House) -> None:
    """O1, S2: nobody is told that an op is done before its entry is in the log."""
    _room, lead = await house.board()
    append, asked, go = house.shelf.append, asyncio.Event(), asyncio.Event()

    async def append_slowly(*args: Any, **more: Any) -> Any:
        asked.set()
        await go.wait()
        return await append(*args, **more)

    house.shelf.append = append_slowly  # type: ignore[method-assign]
    try:
        answer = lead.op("setup", title="endnu ikke")
        await asked.wait()
        lead.send_due()
        assert lead.acked == 0
        assert lead.shown["board"]["title"] != "endnu ikke"
    finally:
        go.set()
        house.shelf.append = append  # type: ignore[method-assign]
    await answer
    await lead.until(lambda: lead.acked == 1)


async def stale_filter(house: House) -> None:
    """V9: who is moved to another group sees that group's turn from then on, and no longer the old one's."""
    room, lead = await house.board("dilemmavaerksted")
    people = [View(room, await come_in(room)) for _ in range(6)]
    assert (await lead.op("round", to="present", confirm=True)).reason is None
    ann = people[0]
    await ann.until(lambda: bool(ann.mine["me"]["group"]))
    old = ann.mine["me"]["group"]
    new = next(group for group in room.board.groups if group != old)
    await ann.until(lambda: f"turn:{old}" in ann.shown)
    assert (await lead.op("group", seat=ann.welcome["seat"], group=new)).reason is None
    await ann.until(lambda: ann.mine["me"]["group"] == new)
    assert {key for key in ann.shown if key.startswith("turn:")} == {f"turn:{new}"}


async def late_close(house: House) -> None:
    """A connection that is known to be gone only after its tab came back ends nothing of the new one."""
    room, lead = await house.board()
    actor = await come_in(room)
    old = View(room, actor)
    new = View(room, actor, tab=old.session.tab)
    old.leave()
    assert new.welcome["seat"] in room.presence.here()
    assert (await lead.op("setup", title="efter")).reason is None
    await new.until(lambda: new.shown["board"]["title"] == "efter")
    new.leave()
    assert new.welcome["seat"] not in room.presence.here()


async def faulty_view(house: House) -> None:
    """V14: where making a view raises an exception nothing of it is shown, not even what was shown before."""
    room, lead = await house.board()
    wall = View(room, Actor("", "wall"))
    made = pictures.view

    def failing(*args: Any) -> Any:
        raise ZeroDivisionError

    pictures.view = failing
    try:
        await lead.op("setup", title="skjult")
        await wall.level()
    finally:
        pictures.view = made
    assert wall.shown == {}


class Bug(NamedTuple):
    """A line of the server, the wrong line to put in its place, and the scenario that must fail with it."""

    name: str
    home: type
    method: str
    old: str
    new: str
    noticed_by: Callable[[House], Awaitable[None]]


BUGS = [
    Bug("no dedupe", Submissions, "_decided", "if submission.tab and (", "if False and (", no_dedupe),
    Bug(
        "ack before append",
        Submissions,
        "append",
        "head = await self._store.append(",
        "follower.advance(draft.board, follower.head, []); head = await self._store.append(",
        ack_first,
    ),
    Bug("stale role filter", Session, "_current_audience", "or person is not self._person", "", stale_filter),
    Bug(
        "a faulty view is the one before",
        Pictures,
        "_make",
        "made_of, records = None, {}",
        "made_of, records = None, kept.shown.view if kept else {}",
        faulty_view,
    ),
    Bug("late close", Presence, "leave", "self._seats[seat] -= 1", "self._seats[seat] = 0", late_close),
]
_SUBSCRIBE = "await self._store.subscribe(self.id, self._received, own=False)"
_LOAD = "loaded = await self._store.load(self.id)"
# Harmless alone: the store calls back once right after subscribing, so a room that subscribes too late reads again.
HARMLESS = Bug(
    "read-then-subscribe gap",
    Follower,
    "open",
    f"{_SUBSCRIBE}\n    try:\n        {_LOAD}",
    f"{_LOAD}\n    {_SUBSCRIBE}\n    try:",
    gap,
)
SCENARIOS = [bug.noticed_by for bug in (*BUGS, HARMLESS)]


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """The server with the bug in it. When its text is not found any more the bug is rewritten, not dropped."""
    good = getattr(bug.home, bug.method)
    source = textwrap.dedent(inspect.getsource(good))
    assert bug.old in source, f"{bug.name}: {good.__qualname__} no longer holds {bug.old!r}"
    names: dict[str, Any] = {}
    bad = "from __future__ import annotations\n" + source.replace(bug.old, bug.new)
    exec(compile(bad, f"<planted: {bug.name}>", "exec"), good.__globals__, names)
    setattr(bug.home, bug.method, names[bug.method])
    try:
        yield
    finally:
        setattr(bug.home, bug.method, good)


async def play(shelf: Store, scenario: Callable[[House], Awaitable[None]], *, within: float) -> None:
    house = House(shelf)
    try:
        async with asyncio.timeout(within):
            await scenario(house)
    finally:
        await house.here.close()
        await house.there.close()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
async def test_T2_the_server_as_it_is_holds(shelf: Store, scenario: Callable[[House], Awaitable[None]]) -> None:
    await play(shelf, scenario, within=20)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name.replace(" ", "_"))
async def test_T2_a_bug_of_the_server_is_noticed(shelf: Store, bug: Bug) -> None:
    with planted(bug), pytest.raises((AssertionError, TimeoutError)):
        await play(shelf, bug.noticed_by, within=SOON)


async def test_T2_S3_a_process_that_reads_before_it_subscribes_reads_again(shelf: Store) -> None:
    with planted(HARMLESS):
        await play(shelf, gap, within=SOON)
