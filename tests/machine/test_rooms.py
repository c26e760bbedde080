"""Rooms: opened once, maintained by time, and deleted when they expire."""

from __future__ import annotations

import asyncio

import pytest

from board_schema.board import DAY, IDLE_CLOSE, MINUTE, REOPEN_FOR, Actor
from board_schema.rules import GRID
from board_schema.wire import Close
from server.boards.rooms import Rooms
from server.process.embedded import EmbeddedValkey
from server.store import REMOVED, Credential, NoBoard, Store
from tests.machine.boards import Clock, Elsewhere, View, come_in, new_board, note_id, writing


async def test_two_who_ask_at_once_get_the_same_room(shelf: Store, clock: Clock, rooms: Rooms) -> None:
    board, _ = await new_board(shelf, clock)
    one, two = await asyncio.gather(rooms.get(board), rooms.get(board))
    assert one is two
    with pytest.raises(NoBoard):
        await rooms.get("nowhere")
    assert rooms.open_rooms() == [one]


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


async def test_V6_an_open_room_brings_counts_up_to_date_and_appends_only_when_a_step_is_passed(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    rooms._now = clock
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    wall = View(room, Actor("", "wall"))
    await writing(room, lead)
    began = room.board.began
    phones = [View(room, await come_in(room)) for _ in range(4)]

    async def counted_at(now: int) -> int:
        clock.now = now
        await rooms._beat()
        await room._upkeep.done()
        await wall.level()
        return int(wall.shown["progress"]["wrote"])

    for phone in phones[:3]:
        clock.now += 100
        assert (await phone.op("write", note=note_id(), text="x", sheet="columns", lane="critique")).reason is None
    version = room.board.version
    assert await counted_at(began + GRID - 1) == 0
    assert await counted_at(began + GRID + 400) == 3
    assert wall.shown["progress"]["piles"] == {"columns": {"critique": 3}}
    assert room.board.version == version + 1
    await phones[3].op("write", note=note_id(), text="x", sheet="columns", lane="critique")
    assert await counted_at(began + 5 * GRID) == 3
    assert room.board.version == version + 2, "no step is passed: nothing is appended"


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
    shelf: Store, clock: Clock, rooms: Rooms, elsewhere: Elsewhere
) -> None:
    board, lead = await new_board(shelf, clock)
    here = await rooms.get(board)
    wall = View(await elsewhere.rooms.get(board), Actor("", "wall"))
    screen = View(here, lead)
    await rooms.delete(board)
    assert screen.code is Close.GONE
    await wall.until(lambda: wall.code is Close.GONE)
