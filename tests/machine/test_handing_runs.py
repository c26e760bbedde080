"""Handing on, a thousand times (R42): processes die between any two steps, answers are lost, two do the same at once.

Each run plays seeded workshops and programmes over logs in memory, step by step, with the code that the server runs;
no time passes. `TAVLE_RUNS` plays another number of them. What real processes, a real store and its fail-over do is
played a few times in test_handing.py.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Coroutine, Generator
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from board_schema import decide, events, wire
from board_schema.board import Actor, Board, Lang, Note
from board_schema.commands import Refused, parse
from board_schema.decide import handing as of_handing
from board_schema.decide import leaders
from board_schema.events import Entry
from board_schema.fold import fold
from board_schema.handed import Handing
from board_schema.method import Method
from board_schema.rules import answer_to, answered_since, to_answer, to_hand_on
from server.boards.handing import HandingOn
from server.store import NoBoard, StoreAway
from tests.rules.handings import DAY, pick, programme, put, to_picking
from tests.rules.play import Table

RUNS = int(os.environ.get("TAVLE_RUNS", "1000"))
BLOCK = 100
Decision = Callable[[Board], list[Any]]


class Step:
    """Where a run may go on with another process, or end this one."""

    def __await__(self) -> Generator[None, None, None]:
        yield


class Log:
    """The log of one board: what is true. `entries` are bytes, as in the store; None once it was deleted."""

    def __init__(self, board: Board, method: Method) -> None:
        self.base, self.method = board, method
        self.entries: list[bytes] | None = []

    def folded(self) -> Board:
        board = self.base
        for packed in self.entries or ():
            board = fold(board, board.version + 1, wire.unpack_entry(packed))
        return board


class SimRoom:
    """A process's copy of a board, which may be behind, and its appends, each of which may have no answer."""

    def __init__(self, board_id: str, log: Log, luck: Random) -> None:
        self.id, self._log, self._luck = board_id, log, luck
        self.board = log.folded()

    async def hand_on(self, *, programme: str, title: str, lang: Lang) -> None:
        def decision(board: Board) -> list[Any]:
            return of_handing.hand_on(
                board, self._log.method, programme=programme, title=title, lang=lang, day=DAY, now=5
            )

        await self._logged(decision)

    async def take_in(self, what: Handing) -> None:
        await self._logged(lambda board: of_handing.take_in(board, self._log.method, what))

    async def handed(self, which: str, *, state: str) -> None:
        await self._logged(lambda board: of_handing.handed(board, which, state=state))

    async def answered(self, point: str, text: str) -> None:
        await self._logged(
            lambda board: leaders.answer(board, self._log.method, note=point, text=text, fields={}, began=None)
        )

    async def op(self, actor: Actor, name: str, **args: Any) -> None:
        command = parse(name, args)
        await self._logged(lambda board: decide.decide(board, self._log.method, actor, command, 6))

    async def _logged(self, decision: Decision) -> None:
        """Decide on the copy; append if the log is unchanged, else catch up and decide again (S1, S6)."""
        while True:
            happened = decision(self.board)
            await Step()
            if self._log.entries is None:
                raise NoBoard(self.id)
            now = self._log.folded()
            if now.version != self.board.version:
                self.board = now
                continue
            if not happened:
                return
            packed = wire.pack_entry(Entry(events=tuple(happened), at=7))
            fate = self._luck.random()
            if fate < 0.1:
                raise StoreAway("lost by a fail-over, or never arrived")
            self._log.entries.append(packed)
            await Step()  # it is in the log, and nobody here knows yet
            if fate < 0.2:
                raise StoreAway("the answer was lost")
            self.board = self._log.folded()
            return


class World:
    """Workshops, programmes, and processes that serve them."""

    def __init__(self, seed: int, shelf: Shelf) -> None:
        self.luck = Random(seed)
        self.logs: dict[str, Log] = {}
        self.leads = shelf.leads
        self.programmes = [f"programme{i}" for i in range(self.luck.randint(1, 2))]
        self.workshops = [f"workshop{i}" for i in range(self.luck.randint(1, 3))]
        for name in self.programmes:
            self.logs[name] = Log(replace(shelf.programme, id=name), shelf.method)
        for name in self.workshops:
            self.logs[name] = Log(replace(self.luck.choice(shelf.workshops), id=name), shelf.workshop_method)
        self.running: list[Coroutine[Any, Any, None]] = []

    def process(self) -> HandingOn:
        """A process that has just started: it knows nothing."""

        async def room(board: str) -> SimRoom:
            await Step()
            if self.logs[board].entries is None:
                raise NoBoard(board)
            return self.room(board)

        return HandingOn(room)

    def room(self, board: str) -> SimRoom:
        return SimRoom(board, self.logs[board], self.luck)

    async def tap(self, workshop: str, programme: str) -> None:
        """Somebody taps `Tag med til forløbet`."""
        process = self.process()
        await Step()
        if self.logs[programme].entries is not None:
            await process.hand_on(self.room(workshop), self.room(programme))

    async def look_after(self, workshop: str) -> None:
        """Somebody opens the workshop, or it is due."""
        await self.process().go_on(self.room(workshop))

    async def pick_more(self, workshop: str) -> None:
        note = f"nt{self.luck.getrandbits(64):016x}"
        room, (board,) = self.room(workshop), [self.logs[workshop].base]
        lead = next(p.pid for p in board.people.values() if p.role == "facilitator")
        await room.op(Actor(lead, "facilitator"), "pick", note=note, text=f"Mere {note}", lane="points", of=[])

    async def close_or_answer(self, workshop: str) -> None:
        """The workshop is closed; once it is, a leader answers some point, or changes the answer."""
        room = self.room(workshop)
        if not room.board.closed:
            lead = next(p.pid for p in room.board.people.values() if p.role == "facilitator")
            await room.op(Actor(lead, "facilitator"), "close")
            return
        point = self.luck.choice(to_answer(room.board, self.logs[workshop].method)).id
        text = f"Svar {self.luck.getrandbits(32):08x}"
        await room.answered(point, text)

    async def delete_there(self, programme: str) -> None:
        """A member of TRIO deletes a point that came."""
        room = self.room(programme)
        there = sorted(note.id for note in room.board.notes.values() if note.lane == "tray")
        lead = next(p.pid for p in room.board.people.values() if p.role == "facilitator")
        if there:
            await room.op(Actor(lead, "facilitator"), "delete", note=self.luck.choice(there))

    def begin(self) -> None:
        """Something happens."""
        workshop, to = self.luck.choice(self.workshops), self.luck.choice(self.programmes)
        what = self.luck.choice(
            ("tap", "tap", "look_after", "look_after", "pick_more", "delete_there", "close_or_answer")
        )
        match what:
            case "tap":
                self.running.append(self.tap(workshop, to))
            case "look_after":
                self.running.append(self.look_after(workshop))
            case "pick_more":
                self.running.append(self.pick_more(workshop))
            case "close_or_answer":
                self.running.append(self.close_or_answer(workshop))
            case _:
                self.running.append(self.delete_there(to))

    def go(self, *, steps: int, dying: float) -> None:
        """So many steps, each of somebody who is at it; who does it may die instead."""
        for _ in range(steps):
            if not self.running or self.luck.random() < 0.15:
                self.begin()
            one = self.luck.choice(self.running)
            if self.luck.random() < dying:
                one.close()
                self.running.remove(one)
                continue
            self.step(one)

    def step(self, one: Coroutine[Any, Any, None]) -> None:
        try:
            one.send(None)
        except (StopIteration, StoreAway, NoBoard, Refused):
            self.running.remove(one)

    def settle(self) -> None:
        """All processes die; then new ones look after every workshop until nothing is under way."""
        while self.running:
            self.running.pop().close()
        for workshop in self.workshops:
            for _ in range(200):
                self.alone(self.look_after(workshop))
                if not self.logs[workshop].folded().under_way:
                    break
            else:
                raise AssertionError(f"{workshop} stays under way")

    def alone(self, one: Coroutine[Any, Any, None]) -> None:
        self.running.append(one)
        while one in self.running:
            self.step(one)


class Shelf:
    """What every run begins with, made once."""

    def __init__(self) -> None:
        there = programme(show=False)
        self.programme, self.method = there.board, there.method
        self.workshops: list[Board] = []
        for picks in (1, 2, 4):
            table = Table("fremtidsvaerksted", people=2, show=False)
            to_picking(table)
            for i in range(picks):
                pick(table, put(table, sheet="columns", lane="critique"), text=f"Punkt {i}")
            self.workshops.append(table.board)
        self.workshop_method = table.method
        self.leads: dict[str, str] = {}


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


def came(log: Log) -> Counter[str]:
    """How often each note came in with a handing."""
    entries = [wire.unpack_entry(packed).events for packed in log.entries or ()]
    taken = [each for each in entries if any(isinstance(event, events.Received) for event in each)]
    put_up = (event.note for each in taken for event in each if isinstance(event, events.NotePut))
    new: Counter[str] = Counter()
    for note in put_up:
        # A leader's answer is added to a note that is there; whatever else comes is a new one.
        if note.lane != "held" and not (note.id in new and answers_of(note)):
            new[note.id] += 1
    return new


def answers_of(note: Note) -> list[str]:
    return [told.text for source in note.sources for told in source.told if told.what == "answer"]


def check(world: World) -> None:
    """Each picked note that was handed on came to its programme once, and nothing else came."""
    wanted: dict[str, set[str]] = {name: set() for name in world.programmes}
    for workshop in world.workshops:
        board = world.logs[workshop].folded()
        for each in board.handings.values():
            assert each.state == "done", (workshop, each.state)
            ids = {of_handing._id(board, each.programme, note) for note in each.notes}
            assert not wanted[each.programme] & ids, "a note is in one handing to a programme"
            wanted[each.programme] |= ids
    for name in world.programmes:
        found = came(world.logs[name])
        assert set(found.values()) <= {1}, f"{name}: twice"
        assert set(found) == wanted[name], name
        board = world.logs[name].folded()
        assert set(found) == {i for i in (*board.notes, *board.bin) if i in wanted[name]}
        assert len(board.received) == len(set(board.received))
        held = [note for note in board.notes.values() if note.lane == "held"]
        assert sum(int(note.fields["points"]) for note in held) == len(found), (
            "the notes about workshops count them all"
        )


def left(log: Log, programme: str) -> bool:
    """Whether a workshop has something that is not there yet."""
    board = log.folded()
    return bool(
        board.under_way or to_hand_on(board, log.method, programme) or answered_since(board, log.method, programme)
    )


def check_answers(world: World, programme: str) -> int:
    """What leaders answered stands beside each note that is there, the last text of it; how many there are."""
    there, found = world.logs[programme].folded(), 0
    for workshop in world.workshops:
        log = world.logs[workshop]
        board = log.folded()
        for note in to_answer(board, log.method):
            answer, came_to = answer_to(board, log.method, note.id), of_handing._id(board, programme, note.id)
            if came_to in there.notes:
                assert answers_of(there.notes[came_to]) == ([] if answer is None else [answer.text]), workshop
                found += answer is not None
    return found


@pytest.mark.parametrize("block", range(max(1, RUNS // BLOCK)))
def test_R42_whatever_dies_between_any_two_steps_each_picked_note_is_there_once(block: int, shelf: Shelf) -> None:
    seen = Counter[str]()
    for seed in range(block * BLOCK, block * BLOCK + min(BLOCK, RUNS)):
        world = World(seed, shelf)
        try:
            world.go(steps=world.luck.randint(20, 80), dying=world.luck.choice((0.02, 0.1, 0.3)))
            seen["under way"] += sum(len(world.logs[w].folded().under_way) for w in world.workshops)
            world.settle()
            check(world)
            for workshop in world.workshops:  # and in the end everything is handed on
                for _ in range(200):
                    world.alone(world.tap(workshop, world.programmes[0]))
                    if not left(world.logs[workshop], world.programmes[0]):
                        break
            world.settle()
            check(world)
            seen["answers"] += check_answers(world, world.programmes[0])
            seen["came"] += sum(sum(came(world.logs[p]).values()) for p in world.programmes)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
    assert seen["under way"] > 0, "some died in between"
    assert seen["came"] > BLOCK
    assert seen["answers"] > 0


def test_R42_a_programme_that_is_deleted_meanwhile_leaves_the_notes_to_be_handed_on_elsewhere(shelf: Shelf) -> None:
    for seed in range(100):
        world = World(seed, shelf)
        world.programmes = world.programmes[:1]
        one = world.tap(world.workshops[0], world.programmes[0])
        world.running.append(one)
        for _ in range(world.luck.randint(0, 9)):
            if one in world.running:
                world.step(one)
        world.logs[world.programmes[0]].entries = None
        world.settle()
        states = {each.state for each in world.logs[world.workshops[0]].folded().handings.values()}
        assert states <= {"done", "gone"}, f"seed {seed}"
