"""Sending changes to connections: which frames are shared, what is skipped, and that hidden acts change no byte."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgpack
import pytest

from board_schema import wire
from board_schema.board import Actor
from board_schema.view import audience, view
from server.boards import pictures
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.boards.session import Session
from server.store import Store
from tests.machine import boards
from tests.machine.boards import Clock, View, come_in, new_board, note_id, writing


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
    slow.send_due()
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


async def test_V14_a_view_that_raises_an_exception_shows_less(
    shelf: Store, clock: Clock, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    wall, screen = View(room, Actor("", "wall")), View(room, lead)

    def failing(*args: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(pictures, "view", failing)
    await screen.op("setup", title="skjult")
    await wall.level()
    assert wall.shown == {}
    assert wall.code is None


def sent(screen: View, name: str) -> list[Any]:
    """The frames of a name that a screen was sent, oldest first."""
    frames = [msgpack.unpackb(frame) for frame in screen.frames]
    return [frame for frame in frames if frame[0] == name]


async def test_R14_nobody_is_listed_as_here_on_a_sealed_board(shelf: Store, clock: Clock, rooms: Rooms) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    facilitator, phone = View(room, lead), View(room, await come_in(room))
    seats = {facilitator.welcome["seat"], phone.welcome["seat"]}
    await phone.until(lambda: set(sent(phone, "here")[-1][1]) == seats)
    await facilitator.op("close")
    await facilitator.op("seal")
    await phone.until(lambda: sent(phone, "here")[-1][1] == [])
    late = View(room, lead)
    await late.level()
    assert sent(late, "here") == [["here", []]]


async def test_a_drag_that_ended_is_not_told_to_a_connection_that_opens_later(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    author = View(room, await come_in(room))
    note = await raised_note(room, lead, author)
    room.presence.drag(note, (0.5, 0.5), by=author.session)
    watching = View(room, lead)
    await watching.level()
    assert sent(watching, "drags") == [["drags", {note: [0.5, 0.5]}]]
    room.presence.drag(note, None, by=author.session)
    await watching.until(lambda: sent(watching, "drags")[-1] == ["drags", {note: None}])
    late = View(room, lead)
    await late.level()
    assert note in late.notes()
    assert sent(late, "drags") == []


async def raised_note(room: Room, lead: Actor, author: View) -> str:
    """A note of the author that everybody sees."""
    await writing(room, lead)
    note = note_id()
    await author.op("write", note=note, text="Lys", sheet="columns", lane="critique")
    await View(room, lead).op("reveal", sheet="columns", lane="critique")
    return note
