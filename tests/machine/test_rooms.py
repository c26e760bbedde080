"""Rooms over a real store: one log, several processes, any interleaving, the same picture."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgpack
import pytest

from board_schema import decide, wire
from board_schema.board import DAY, IDLE_CLOSE, MINUTE, REOPEN_FOR, Actor
from board_schema.fold import fold
from board_schema.view import audience, personal, view
from board_schema.wire import Close
from server import store as store_module
from server.boards import pictures, submissions, upkeep
from server.boards.follower import Broken
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.boards.session import Session
from server.boards.submissions import Answer
from server.process.embedded import EmbeddedValkey
from server.store import REMOVED, Credential, Head, NoBoard, Store, StoreAway, calls
from tests.machine import boards
from tests.machine.boards import GUARD, Clock, View, another, come_in, new_board, note_id
from tests.rules import chance


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def rooms(shelf: Store, clock: Clock) -> AsyncIterator[Rooms]:
    opened = Rooms(shelf, now=clock)
    try:
        yield opened
    finally:
        await opened.close()


async def writing(room: Room, lead: Actor) -> View:
    """The facilitator's screen, in a round where people write for themselves."""
    screen = View(room, lead)
    await screen.op("round", to="critique")
    return screen


async def test_two_who_ask_at_once_get_the_same_room(shelf: Store, clock: Clock, rooms: Rooms) -> None:
    board, _ = await new_board(shelf, clock)
    one, two = await asyncio.gather(rooms.get(board), rooms.get(board))
    assert one is two
    with pytest.raises(NoBoard):
        await rooms.get("nowhere")
    assert rooms.open_rooms() == [one]


async def test_O1_an_op_is_acked_after_the_patch_that_shows_it(shelf: Store, clock: Clock, rooms: Rooms) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    await writing(room, lead)
    screen = View(room, await come_in(room))
    note = note_id()
    await screen.op("write", note=note, text="støj", sheet="columns", lane="critique")
    await screen.until(lambda: screen.acked == 1)
    assert screen.mine[f"mine:{note}"]["text"] == "støj"
    kinds = [wire.unpack(frame)[0] for frame in screen.frames[-3:]]
    assert kinds == ["patch", "mine", "ack"]


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
    valkey: EmbeddedValkey, shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    here = await rooms.get(board)
    await writing(here, lead)
    other_shelf, other_rooms = await another(valkey.url, clock)
    there = await other_rooms.get(board)
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
    await other_rooms.close()
    await other_shelf.close()


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


async def test_O6_a_rule_that_stumbles_is_a_fault_for_that_op_alone(
    shelf: Store, clock: Clock, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen = View(room, lead)
    other = View(room, await come_in(room))
    whole = decide.decide

    def stumbling(board: Any, method: Any, actor: Any, command: Any, now: int) -> Any:
        if actor == lead:
            raise ZeroDivisionError("a secret text")
        return whole(board, method, actor, command, now)

    monkeypatch.setattr(submissions.decide, "decide", stumbling)
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
    valkey: EmbeddedValkey, shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    here = await rooms.get(board)
    await writing(here, lead)
    other_shelf, other_rooms = await another(valkey.url, clock)
    there = await other_rooms.get(board)
    one, two = View(here, await come_in(here)), View(there, await come_in(there))
    notes: list[str] = []
    answers = []
    for i in range(60):
        notes.append(note_id())
        screen = one if i % 2 else two
        answers.append(screen.op("write", note=notes[-1], text=f"{i}", sheet="columns", lane="critique"))
        if i % 7 == 0:
            await asyncio.sleep(0)
    async with asyncio.timeout(GUARD):
        assert {a.reason for a in await asyncio.gather(*answers)} == {None}
    for room in (here, there):
        await room.settle()
    assert here.board == there.board
    assert set(notes) <= here.board.notes.keys()
    log = await shelf.read(board, after=0)
    assert [entry.version for entry in log] == list(range(1, here.head.version + 1))
    assert sum(b"NotePut" in e.data or b"note" in e.data for e in log) >= 60
    await other_rooms.close()
    await other_shelf.close()


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


async def test_S3_a_silent_doorbell_is_noticed_by_a_look_at_the_head(
    valkey: EmbeddedValkey, shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    here = await rooms.get(board)
    other_shelf, other_rooms = await another(valkey.url, clock)
    there = await other_rooms.get(board)
    wall = View(there, Actor("", "wall"))
    await other_shelf.unsubscribe(board)
    await View(here, lead).op("setup", title="Nyt navn")
    assert wall.shown["board"]["title"] != "Nyt navn"
    await other_rooms._look_at_heads()
    await wall.until(lambda: wall.shown["board"]["title"] == "Nyt navn")
    await other_rooms.close()
    await other_shelf.close()


async def test_S4_a_long_log_is_snapshot_and_trimmed_and_folds_to_the_same_board(
    valkey: EmbeddedValkey,
    shelf: Store,
    clock: Clock,
    rooms: Rooms,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upkeep, "SNAPSHOT_EVERY", 50)
    monkeypatch.setattr(upkeep, "KEEP_BEHIND", 20)
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen = View(room, lead)
    for i in range(12):
        await asyncio.gather(*(screen.op("setup", title=f"{i}.{j}") for j in range(10)))
    await room._upkeep.done()
    loaded = await shelf.load(board)
    assert loaded.snapshot is not None
    assert loaded.head.version - loaded.snapshot_head.version < 70
    assert len(await shelf.read(board, after=0)) < 100
    other_shelf, other_rooms = await another(valkey.url, clock)
    assert (await other_rooms.get(board)).board == room.board
    await other_rooms.close()
    await other_shelf.close()


async def test_S4_a_follower_whose_entries_were_trimmed_begins_from_the_snapshot(
    valkey: EmbeddedValkey, shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    here = await rooms.get(board)
    other_shelf, other_rooms = await another(valkey.url, clock)
    there = await other_rooms.get(board)
    wall = View(there, Actor("", "wall"))
    await other_shelf.unsubscribe(board)
    screen = View(here, lead)
    for title in ("a", "b", "c"):
        await screen.op("setup", title=title)
    await here._upkeep.forget()
    there.notice_head(here.head)
    await wall.until(lambda: wall.shown["board"]["title"] == "c")
    assert wall.resets == 0
    await other_rooms.close()
    await other_shelf.close()


async def backup(shelf: Store, board: str) -> list[bytes]:
    keys = [f"tavle:{{{board}}}:{name}" for name in ("log", "head")]
    return [await shelf.calls.do("DUMP", key) for key in keys]


async def put_back(shelf: Store, board: str, copy: list[bytes]) -> None:
    for name, data in zip(("log", "head"), copy, strict=True):
        await shelf.calls.do("RESTORE", f"tavle:{{{board}}}:{name}", 0, data, "REPLACE")


async def test_P3_a_log_that_went_backwards_starts_every_screen_anew(shelf: Store, clock: Clock, rooms: Rooms) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen = View(room, lead)
    await screen.op("setup", title="før")
    copy = await backup(shelf, board)
    for title in ("a", "b", "c"):
        await screen.op("setup", title=title)
    await screen.level()
    # A backup is put back: the log ends earlier than the screens have seen.
    await put_back(shelf, board, copy)
    room.notice_head(await shelf.head(board))
    await screen.until(lambda: screen.shown.get("board", {}).get("title") == "før")
    assert screen.resets == 1
    await screen.op("setup", title="efter")
    await screen.until(lambda: screen.shown["board"]["title"] == "efter")


async def test_S1_a_log_that_grew_again_to_the_same_version_is_noticed(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen = View(room, lead)
    before, copy = room.head, await backup(shelf, board)
    await screen.op("setup", title="tabt")
    await screen.level()
    version = room.head.version
    await put_back(shelf, board, copy)
    after = await shelf.append(board, after=before, entries=[_entry("en anden", lead, clock)])
    assert after.version == version
    answer = await screen.op("notice", show=True)
    assert answer.reason is None
    await screen.until(lambda: screen.shown["board"]["title"] == "en anden" and screen.shown["board"]["notice"])


async def test_S1_a_log_that_grew_again_past_us_is_not_followed_as_if_it_were_ours(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen = View(room, lead)
    head, copy = room.head, await backup(shelf, board)
    await screen.op("notice", show=True)
    await screen.level()
    await shelf.unsubscribe(board)
    await put_back(shelf, board, copy)
    for title in ("en", "to"):
        head = await shelf.append(board, after=head, entries=[_entry(title, lead, clock)])
    room.notice_head(head)
    await screen.until(lambda: screen.shown["board"]["title"] == "to")
    assert not screen.shown["board"]["notice"], "what was lost is not kept"
    assert room.board == fold_all(await shelf.load(board))


def _entry(title: str, actor: Actor, clock: Clock) -> bytes:
    from board_schema.events import Entry, SetupDone

    event = SetupDone(title=title, venue="", first_year=0, last_year=0, leader="part")
    return wire.pack_entry(Entry((event,), pid=actor.pid, role="facilitator", at=clock()))


async def test_a_log_that_cannot_be_folded_is_said_and_not_opened(shelf: Store, clock: Clock, rooms: Rooms) -> None:
    board, _ = await new_board(shelf, clock)
    await shelf.append(board, after=await shelf.head(board), entries=[b"\xc1 not an entry"])
    with pytest.raises(Broken):
        await rooms.get(board)


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


async def test_V8_a_note_its_author_deleted_is_in_no_file_soon_after(
    valkey: EmbeddedValkey, shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    await writing(room, lead)
    screen = View(room, await come_in(room))
    note, text = note_id(), f"fortryd {note_id()}"
    await screen.op("write", note=note, text=text, sheet="columns", lane="critique")
    await screen.op("delete", note=note)
    assert _in_files(valkey, text)
    assert room.board.bin[note].by_author
    clock.now += 11 * MINUTE
    await rooms.sweep()
    await room._upkeep.done()
    assert note not in room.board.bin
    assert not _in_files(valkey, text)
    assert (await shelf.load(board)).head == room.head


async def test_R15_R14_an_idle_board_closes_by_itself_and_then_forgets_who_wrote(
    valkey: EmbeddedValkey, shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen = await writing(room, lead)
    ann = await come_in(room, name="Ann Navnesen")
    phone = View(room, ann)
    note, draft = note_id(), f"kladde {note_id()}"
    await phone.op("write", note=note, text="bliver", sheet="columns", lane="critique")
    await screen.op("reveal", sheet="columns", lane="critique")
    await phone.op("write", note=note_id(), text=draft, sheet="columns", lane="critique")
    clock.now += IDLE_CLOSE + 1
    await rooms.sweep()
    assert room.board.closed == clock.now
    clock.now += REOPEN_FOR
    await rooms.sweep()
    await room._upkeep.done()
    assert room.board.sealed
    await phone.level()
    assert phone.notes()[note]["text"] == "bliver"
    assert phone.code is None
    assert not _in_files(valkey, ann.pid + '"')
    for gone in (draft, "Ann Navnesen"):
        assert not _in_files(valkey, gone)
    assert room.board.notes[note].author == ""


def _in_files(valkey: EmbeddedValkey, text: str) -> bool:
    data = [path.read_bytes() for path in valkey.data_dir.rglob("*") if path.is_file()]
    return any(text.encode() in part for part in data)


async def test_R21_a_removed_persons_tokens_are_unknown_at_once(shelf: Store, clock: Clock, rooms: Rooms) -> None:

    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    ann = await come_in(room)
    await shelf.credentials.add(board, digest="a" * 64, gives=Credential("participant", ann.pid))
    phone = View(room, ann)
    seat = phone.welcome["seat"]
    await View(room, lead).op("remove", seat=seat)
    await phone.until(lambda: phone.code is Close.REMOVED)
    await room._upkeep.done()
    assert await shelf.credentials.of(board, digest="a" * 64) == Credential(REMOVED, "")


async def test_S5_a_board_that_has_expired_is_deleted_also_at_the_next_start(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    clock.now += 29 * DAY
    await View(room, lead).op("reopen") if room.board.closed else await View(room, lead).op("setup", title="brugt igen")
    clock.now += 2 * DAY
    await rooms.sweep()
    assert (await shelf.head(board)).version > 1  # used two days ago
    clock.now += 29 * DAY
    await rooms.sweep()
    with pytest.raises(NoBoard):
        await shelf.head(board)
    with pytest.raises(NoBoard):
        await rooms.get(board)


async def test_S5_deleting_tells_the_screens_of_every_process(
    valkey: EmbeddedValkey, shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    here = await rooms.get(board)
    other_shelf, other_rooms = await another(valkey.url, clock)
    wall = View(await other_rooms.get(board), Actor("", "wall"))
    screen = View(here, lead)
    await rooms.delete(board)
    assert screen.code is Close.GONE
    await wall.until(lambda: wall.code is Close.GONE)
    await other_rooms.close()
    await other_shelf.close()


async def test_a_step_is_packed_once_for_all_who_take_it(shelf: Store, clock: Clock, rooms: Rooms) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    phones = [View(room, await come_in(room)) for _ in range(4)]
    for phone in phones:
        await phone.level()
        phone.frames.clear()
    await View(room, lead).op("setup", title="for alle")
    for phone in phones:
        await phone.until(lambda phone=phone: phone.shown["board"]["title"] == "for alle")
    patches = [next(f for f in phone.frames if b"for alle" in f) for phone in phones]
    assert all(patch is patches[0] for patch in patches)


class Counting:
    """In the place of `secrets`: the same ids in every run."""

    def __init__(self) -> None:
        self.count = 0

    def token_hex(self, size: int) -> str:
        self.count += 1
        return f"{self.count:0{2 * size}x}"

    def token_urlsafe(self, size: int) -> str:
        return self.token_hex(size)[-size * 4 // 3 :]


async def level(screens: Iterable[View]) -> None:
    for screen in screens:
        await screen.level()


async def told(rooms: Rooms, shelf: Store, drafts: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[bytes]]:
    """What everybody but Ann is told while she writes so many drafts, and then something all may see happens."""
    monkeypatch.setattr(boards, "secrets", Counting())
    clock = Clock()
    rooms._now = clock
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    await writing(room, lead)
    ann, bo = View(room, await come_in(room)), View(room, await come_in(room))
    screens = {"bo": bo, "lead": View(room, lead), "wall": View(room, Actor("", "wall"))}
    screens["listener"] = View(room, await come_in(room, "listener"))
    await level((ann, *screens.values()))
    for screen in screens.values():
        screen.frames.clear()
    for i in range(drafts):
        note = boards.note_id()
        assert (await ann.op("write", note=note, text=f"{i}", sheet="columns", lane="critique")).reason is None
        if i:
            await ann.op("edit", note=note, text="rettet")
            await ann.op("round", to="dream")  # refused, and remembered for her tab
            await ann.op("delete", note=note)
        await level(screens.values())
        clock.now += 1_000
    clock.now += (10 - drafts) * 1_000
    await screens["lead"].op("setup", title="Nyt navn")
    await level(screens.values())
    await bo.op("name", name="Bo")
    await level(screens.values())
    await rooms.delete(board)
    return {name: [f for f in screen.frames if f[1:6] != b"\xa4here"] for name, screen in screens.items()}


async def test_V6_I12_no_byte_tells_how_much_somebody_else_wrote(
    shelf: Store, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = await told(rooms, shelf, 1, monkeypatch)
    many = await told(rooms, shelf, 5, monkeypatch)
    assert all(len(frames) > 1 for frames in few.values())
    assert many == few


async def test_P3_the_version_never_decreases_also_for_whoever_changes_sides(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen, ann = View(room, lead), View(room, await come_in(room))
    seat = ann.welcome["seat"]
    for role in ("listener", "participant", "scribe", "listener", "participant"):
        clock.now += 1_000
        await screen.op("role", seat=seat, role=role)
        await ann.level()
        clock.now -= 500  # and clocks are set
        await screen.op("setup", title=role)
        await ann.level()
    versions = [f[1] for f in map(msgpack.unpackb, ann.frames) if f[0] in ("patch", "mine")]
    assert versions == sorted(versions)
    assert ann.shown == view(room.board, room.method, audience(room.board, ann.actor))


async def test_what_changes_nothing_for_an_audience_costs_it_no_picture(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    await writing(room, lead)
    ann, wall = View(room, await come_in(room)), View(room, Actor("", "wall"))
    args = {"text": "x", "sheet": "columns", "lane": "critique"}
    await ann.op("write", note=note_id(), **args)
    await wall.level()
    before = wall.session.shown
    await ann.op("write", note=note_id(), **args)
    await wall.level()
    assert wall.session.shown is before
    others = [View(room, Actor("", "wall")) for _ in range(2)]
    assert others[0].session._cursor is others[1].session._cursor


async def test_a_stalled_screen_gets_one_later_patch_with_everything_new(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen = View(room, lead)
    slow, quick = View(room, Actor("", "wall")), View(room, Actor("", "wall"))
    slow.stalled = True
    slow.frames.clear()
    for title in ("a", "b", "c", "d"):
        await screen.op("setup", title=title)
        await quick.until(lambda title=title: quick.shown["board"]["title"] == title)
    slow.stalled = False
    slow.pulse()
    assert slow.shown == quick.shown
    assert sum(wire.unpack(frame)[0] == "patch" for frame in slow.frames) == 1


async def test_O1_what_is_answered_before_the_first_picture_could_leave_is_acked_with_it(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    """As where a way takes nothing at once: over HTTP, or through a proxy that is slow to begin."""
    board, _ = await new_board(shelf, clock)
    room = await rooms.get(board)
    ann = await come_in(room)
    session = Session(pid=ann.pid, role=ann.role, tab="tab-of-ann-00", seen=0)
    assert msgpack.unpackb(session.welcome(room.feed, now=0))[1]["ack"] == 0
    for n, (name, args) in enumerate([("name", {"name": "Ann"}), ("timer", {"act": "stop"})], 1):
        session.read(wire.pack(["op", n, name, args]))
        await room.submit(ann, tab=session.tab, n=n, name=name, args=args, seen=0)
    frames = [msgpack.unpackb(frame) for frame in session.catch_up(room.feed)]
    assert [frame[0] for frame in frames[:4]] == ["patch", "mine", "refused", "ack"]
    assert frames[2:4] == [["refused", 2, "role"], ["ack", 2]]
    assert session.catch_up(room.feed) == []
    again = await room.submit(ann, tab=session.tab, n=1, name="name", args={"name": "Ann"}, seen=0)
    assert again.again
    session.answer_again(1)
    assert [msgpack.unpackb(frame) for frame in session.catch_up(room.feed)] == [["ack", 2]]


async def test_V14_a_view_that_stumbles_shows_less(
    shelf: Store, clock: Clock, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    wall, screen = View(room, Actor("", "wall")), View(room, lead)

    def stumbling(*args: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(pictures, "view", stumbling)
    await screen.op("setup", title="skjult")
    await wall.level()
    assert wall.shown == {}
    assert wall.code is None


@pytest.mark.parametrize("name", ["fremtidsvaerksted", "historievaerksted", "dilemmavaerksted"])
async def test_every_screen_of_two_processes_converges_after_any_play(
    valkey: EmbeddedValkey, shelf: Store, clock: Clock, rooms: Rooms, seed: int, name: str
) -> None:
    """Also: nobody's personal layer is ever left as it was when it should have changed."""
    rng = random.Random(seed)
    board, lead = await new_board(shelf, clock, name=name)
    other_shelf, other_rooms = await another(valkey.url, clock)
    both = [await rooms.get(board), await other_rooms.get(board)]
    screens = [View(both[0], lead), View(both[1], Actor("", "wall"))]
    for i in range(5):
        room = both[i % 2]
        actor = await come_in(room, "listener" if i == 4 else "participant")
        screens.append(View(room, actor))
    done = 0
    for step in range(150):
        clock.now += rng.randint(1, 20_000)
        room = both[0]
        if step % 12 == 0:
            rounds = [item.id for item in room.method.plan(room.board.leader)]
            at = rounds.index(room.board.round)
            await screens[0].op("round", to=rounds[min(at + 1, len(rounds) - 1)], confirm=True)
        screen = rng.choice(screens)
        person = screen.room.board.people.get(screen.actor.pid)
        if person is None or person.gone:
            continue
        wish, args = chance.op(rng, screen.room.board, screen.room.method, person, note_id(), f"tekst {step}")
        answer = screen.op(wish, **args)
        if rng.random() < 0.5:
            done += (await answer).reason is None
        screen.stalled = rng.random() < 0.2
        if rng.random() < 0.3:
            both[0].board and screen.pulse()
    for screen in screens:
        screen.stalled = False
    for room in both:
        await room.settle()
    await both[0].settle()
    assert both[0].board == both[1].board
    assert done > 10, f"nothing was played with seed {seed}"
    for screen in screens:
        screen.pulse()
        if screen.code is not None:
            continue
        now = screen.room.board
        method = screen.room.method
        assert screen.shown == view(now, method, audience(now, screen.actor)), f"seed {seed}"
        assert screen.mine == personal(now, method, screen.actor), f"seed {seed}"
    folded = fold_all(await shelf.load(board))
    assert folded == both[0].board
    await other_rooms.close()
    await other_shelf.close()


def fold_all(loaded: Any) -> Any:
    from board_schema.board import Board

    board = Board() if loaded.snapshot is None else wire.unpack_board(loaded.snapshot)
    for entry in loaded.entries:
        board = fold(board, entry.version, wire.unpack_entry(entry.data))
    return board
