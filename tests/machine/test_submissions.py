"""Submissions: each is decided, appended and answered once, also after append conflicts and lost answers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from board_schema import decide, wire
from board_schema.board import Actor
from server import store as store_module
from server.boards import submissions
from server.boards.rooms import Rooms
from server.boards.submissions import Answer
from server.process.embedded import EmbeddedValkey
from server.store import Head, Store, StoreAway, calls
from tests.machine.boards import GUARD, Clock, Elsewhere, View, come_in, new_board, note_id, writing


async def test_O1_an_op_is_acked_after_the_patch_that_shows_it(shelf: Store, clock: Clock, rooms: Rooms) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    await writing(room, lead)
    screen = View(room, await come_in(room))
    note = note_id()
    await screen.op("write", note=note, text="støj", sheet="columns", lane="critique")
    await screen.until(lambda: screen.acked == 1)
    assert screen.mine[f"mine:{note}"]["text"] == "støj"
    await screen.op("name", name="Ann")
    await screen.until(lambda: screen.acked == 2)
    kinds = [wire.unpack(frame)[0] for frame in screen.frames[-3:]]
    assert kinds == ["patch", "mine", "ack"]


async def test_R14_O1_what_was_done_or_refused_just_before_sealing_is_answered_though_no_tab_is_kept(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen, ann = View(room, lead), View(room, await come_in(room))
    await ann.op("round", to="critique")
    waiting = [
        ann.op("name", name="Ann"),
        ann.op("round", n=1, to="critique"),  # sent again, and was refused
        ann.op("round", to="dream"),
        screen.op("name", name="Bo"),
        screen.op("round", to="nowhere"),
        screen.op("close"),
        screen.op("seal"),
    ]
    await asyncio.gather(*waiting)
    await screen.until(lambda: screen.acked == 4)
    await ann.until(lambda: ann.acked == 2)
    assert screen.refused == {2: "round"}
    assert ann.refused == {1: "role", 3: "role"}
    assert room.board.sealed
    assert room.board.tabs == {}
    assert (await ann.op("name", n=2, name="Ann")).reason == "sealed"


async def test_O2_the_same_op_sent_again_is_answered_again_and_not_done_again(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    await writing(room, lead)
    screen = View(room, await come_in(room))
    args: dict[str, Any] = {"note": note_id(), "text": "støj", "sheet": "columns", "lane": "critique"}
    await screen.op("write", **args)
    await screen.until(lambda: screen.acked == 1)
    version, screen.acked = room.head.version, 0
    await screen.op("write", n=1, **args)
    await screen.until(lambda: screen.acked == 1)
    assert room.head.version == version


async def test_O8_a_skipped_number_and_a_used_one_are_refused_and_a_resend_is_answered(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    await writing(room, lead)
    screen = View(room, await come_in(room))

    def write(n: int, note: str, text: str) -> asyncio.Future[Answer]:
        return screen.op("write", n=n, note=note, text=text, sheet="columns", lane="critique")

    ids = [note_id() for _ in range(4)]
    assert (await write(5, ids[0], "fem")).reason is None
    await screen.until(lambda: screen.acked == 5)
    version, screen.acked = room.head.version, 0
    assert (await write(3, ids[1], "tre")).reason == "out_of_order"
    await screen.until(lambda: screen.refused == {3: "out_of_order"})
    assert (await write(5, ids[2], "en anden")).reason == "out_of_order"
    assert screen.acked == 0
    assert (await write(5, ids[0], "fem")).again
    await screen.until(lambda: screen.acked == 5)
    assert room.head.version == version
    assert room.board.notes.keys() == {ids[0]}
    assert (await write(9, ids[3], "ni")).reason is None
    # The same elsewhere and later: what decides is in the log.
    again = View(room, screen.actor, tab=screen.session.tab)
    assert again.welcome["ack"] == 9
    assert (await again.op("ready", n=6, on=True)).reason == "out_of_order"
    assert again.refused == {6: "out_of_order"} or await again.until(lambda: 6 in again.refused) is None


async def test_O8_two_screens_with_one_tab_name_each_learn_what_became_of_their_ops(
    shelf: Store, clock: Clock, rooms: Rooms, elsewhere: Elsewhere
) -> None:
    board, lead = await new_board(shelf, clock)
    here = await rooms.get(board)
    await writing(here, lead)
    there = await elsewhere.rooms.get(board)
    ann = await come_in(here)
    await there.settle()
    one, two = View(here, ann, tab="tab-of-ann-00"), View(there, ann, tab="tab-of-ann-00")
    ids = [note_id() for _ in range(12)]
    answers = await asyncio.gather(
        *(
            screen.op("write", n=n, note=ids[2 * n + which], text="x", sheet="columns", lane="critique")
            for n in range(1, 6)
            for which, screen in enumerate((one, two))
        )
    )
    await here.settle()
    done = {ids[2 + i] for i, answer in enumerate(answers) if answer.reason is None}
    assert {answer.reason for answer in answers} == {None, "out_of_order"}
    assert here.board.notes.keys() == done


async def test_O3_a_refusal_is_remembered_for_its_tab_until_it_is_seen(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, _ = await new_board(shelf, clock)
    room = await rooms.get(board)
    actor = await come_in(room)
    first = View(room, actor, tab="tab-of-ann-00")
    answer = await first.op("timer", act="stop")
    assert (answer.reason, answer.logged) == ("role", True)
    await first.until(lambda: first.refused == {1: "role"})
    # The connection was lost before the answer came: the tab comes back and is told.
    again = View(room, actor, tab="tab-of-ann-00")
    assert again.welcome["ack"] == 1
    assert again.refused == {1: "role"}
    knows = View(room, actor, tab="tab-of-ann-00", seen=1)
    assert knows.refused == {}
    await knows.op("name", n=2, name="Ann")
    assert room.board.tabs["tab-of-ann-00"].refused == {}


async def test_R6_O3_a_listeners_refusal_is_remembered_and_a_walls_needs_no_line(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, _ = await new_board(shelf, clock)
    room = await rooms.get(board)
    ears = View(room, await come_in(room, "listener"))
    wall = View(room, Actor("", "wall"))
    before = room.board.notes, room.board.people
    for screen, logged in ((ears, True), (wall, False)):
        version = room.head.version
        answer = await screen.op("name", name="Ann")
        assert (answer.reason, answer.logged) == ("role", logged)
        assert room.head.version == version + logged
    assert (room.board.notes, room.board.people) == before


async def test_O6_a_rule_that_raises_an_exception_is_a_fault_for_that_op_alone(
    shelf: Store, clock: Clock, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen = View(room, lead)
    other = View(room, await come_in(room))
    whole = decide.decide

    def failing(board: Any, method: Any, actor: Any, *more: Any) -> Any:
        if actor == lead:
            raise ZeroDivisionError("a secret text")
        return whole(board, method, actor, *more)

    monkeypatch.setattr(submissions.decide, "decide", failing)
    bad, good = screen.op("notice", show=True), other.op("name", name="Ann")
    assert (await bad).reason == "fault"
    assert (await good).reason is None
    await screen.until(lambda: screen.refused == {1: "fault"})


async def test_S6_an_append_whose_answer_was_lost_is_done_once(
    shelf: Store, clock: Clock, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    await writing(room, lead)
    screen = View(room, await come_in(room))
    append = shelf.append
    lost = 0

    async def losing(board: str, **what: Any) -> Head:
        nonlocal lost
        head = await append(board, **what)
        if not lost:
            lost += 1
            raise StoreAway("the answer was lost")
        return head

    monkeypatch.setattr(shelf, "append", losing)
    note = note_id()
    async with asyncio.timeout(GUARD):
        answer = await screen.op("write", note=note, text="x", sheet="columns", lane="critique")
    assert lost == 1
    assert answer.reason is None
    log = await shelf.read(board, after=0)
    assert sum(note.encode() in entry.data for entry in log) == 1


async def test_S1_two_processes_at_once_lose_nothing_and_leave_no_gap(
    shelf: Store, clock: Clock, rooms: Rooms, elsewhere: Elsewhere
) -> None:
    board, lead = await new_board(shelf, clock)
    here = await rooms.get(board)
    await writing(here, lead)
    there = await elsewhere.rooms.get(board)
    one, two = View(here, await come_in(here)), View(there, await come_in(there))
    notes: list[str] = []
    answers = []
    for i in range(60):
        notes.append(note_id())
        screen = one if i % 2 else two
        answers.append(screen.op("write", note=notes[-1], text=f"{i}", sheet="columns", lane="critique"))
        if i % 7 == 0:
            await answers[-1]  # the other process may have some under way
    async with asyncio.timeout(GUARD):
        assert {a.reason for a in await asyncio.gather(*answers)} == {None}
    for room in (here, there):
        await room.settle()
    assert here.board == there.board
    assert set(notes) <= here.board.notes.keys()
    log = await shelf.read(board, after=0)
    assert [entry.version for entry in log] == list(range(1, here.head.version + 1))
    assert sum(b"NotePut" in e.data or b"note" in e.data for e in log) >= 60


async def test_appends_that_arrive_while_one_is_in_flight_go_together(
    shelf: Store, clock: Clock, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen = await writing(room, lead)
    sizes: list[int] = []
    began = asyncio.Event()
    append = shelf.append

    async def counting(board: str, *, after: Head, entries: Any) -> Head:
        sizes.append(len(entries))
        began.set()
        return await append(board, after=after, entries=entries)

    monkeypatch.setattr(shelf, "append", counting)
    first = screen.op("notice", show=True)
    await began.wait()
    await asyncio.gather(first, *(screen.op("notice", show=i % 2 == 0) for i in range(30)))
    assert sizes == [1, 30]


async def test_while_redis_is_away_ops_wait_and_every_screen_is_told(
    shelf: Store, clock: Clock, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen = View(room, lead)
    wall = View(room, Actor("", "wall"))
    back = asyncio.Event()

    def away(whole: Any) -> Any:
        async def asked(*args: Any, **more: Any) -> Any:
            if not back.is_set():
                raise StoreAway("away")
            return await whole(*args, **more)

        return asked

    monkeypatch.setattr(shelf.calls, "pipe", away(shelf.calls.pipe))
    monkeypatch.setattr(shelf.calls, "do", away(shelf.calls.do))
    waiting = screen.op("setup", title="ventede")
    await wall.until(lambda: room.trouble == "store_away" and _troubles(wall) == ["store_away"])
    assert not waiting.done()
    back.set()
    async with asyncio.timeout(GUARD):
        assert (await waiting).reason is None
    await wall.until(lambda: _troubles(wall) == ["store_away", ""])
    await wall.until(lambda: wall.shown["board"]["title"] == "ventede")


async def test_an_op_is_not_acked_before_the_replicas_it_must_reach_have_it(
    valkey: EmbeddedValkey, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "REPLICA_PATIENCE", 10)
    shelf = store_module.connect(valkey.url)
    await shelf.start()
    rooms = Rooms(shelf, now=clock)
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    room._upkeep._due_at = 1  # noted already when to look after it: the append is what waits here
    monkeypatch.setattr(shelf.calls, "replicas", 1)  # there is none
    wall = View(room, Actor("", "wall"))
    waiting = View(room, lead).op("setup", title="endnu kun ét sted")
    await wall.until(lambda: _troubles(wall) == ["store_away"])
    assert (await shelf.head(board)).version == 2
    assert not waiting.done()
    monkeypatch.setattr(shelf.calls, "replicas", 0)  # as if it had come
    async with asyncio.timeout(GUARD):
        assert (await waiting).reason is None
    assert (await shelf.head(board)).version == 2
    await rooms.close()
    await shelf.close()


def _troubles(screen: View) -> list[str]:
    frames = [wire.unpack(frame) for frame in screen.frames if b"trouble" in frame]
    return [frame[1] for frame in frames if frame[0] == "trouble"]
