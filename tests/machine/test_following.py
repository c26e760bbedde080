"""Following a log: several processes, snapshots and logs that went backwards; every screen shows the same board."""

from __future__ import annotations

import asyncio
import random

import pytest

from board_schema import wire
from board_schema.board import Actor, Ticks
from board_schema.view import audience, personal, view
from server.boards import upkeep
from server.boards.follower import Broken
from server.boards.rooms import Rooms
from server.metrics import COUNTS
from server.process.embedded import EmbeddedValkey
from server.store import Store
from tests.machine.boards import Clock, Elsewhere, View, come_in, fold_all, new_board, note_id
from tests.rules import chance


async def test_S3_a_lost_message_is_noticed_by_reading_the_head(
    shelf: Store, clock: Clock, rooms: Rooms, elsewhere: Elsewhere
) -> None:
    board, lead = await new_board(shelf, clock)
    here = await rooms.get(board)
    there = await elsewhere.rooms.get(board)
    wall = View(there, Actor("", "wall"))
    await elsewhere.shelf.unsubscribe(board)
    await View(here, lead).op("setup", title="Nyt navn")
    assert wall.shown["board"]["title"] != "Nyt navn"
    await elsewhere.rooms._look_at_heads()
    await wall.until(lambda: wall.shown["board"]["title"] == "Nyt navn")


async def test_S4_a_long_log_is_snapshot_and_trimmed_and_folds_to_the_same_board(
    valkey: EmbeddedValkey,
    shelf: Store,
    clock: Clock,
    rooms: Rooms,
    monkeypatch: pytest.MonkeyPatch,
    elsewhere: Elsewhere,
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
    assert (await elsewhere.rooms.get(board)).board == room.board


async def test_S4_a_follower_whose_entries_were_trimmed_begins_from_the_snapshot(
    shelf: Store, clock: Clock, rooms: Rooms, elsewhere: Elsewhere
) -> None:
    board, lead = await new_board(shelf, clock)
    here = await rooms.get(board)
    there = await elsewhere.rooms.get(board)
    wall = View(there, Actor("", "wall"))
    await elsewhere.shelf.unsubscribe(board)
    screen = View(here, lead)
    for title in ("a", "b", "c"):
        await screen.op("setup", title=title)
    await here._upkeep.forget()
    there.check_head(here.head)
    await wall.until(lambda: wall.shown["board"]["title"] == "c")
    assert wall.resets == 0


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
    room.check_head(await shelf.head(board))
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
    room.check_head(head)
    await screen.until(lambda: screen.shown["board"]["title"] == "to")
    assert not screen.shown["board"]["notice"], "what was lost is not kept"
    assert room.board == fold_all(await shelf.load(board))


def _entry(title: str, actor: Actor, clock: Clock) -> bytes:
    from board_schema.events import Entry, SetupDone

    event = SetupDone(title=title, venue="", ticks=Ticks(), leader="part")
    return wire.pack_entry(Entry((event,), pid=actor.pid, role="facilitator", at=clock()))


async def test_a_log_that_cannot_be_folded_is_said_and_not_opened(shelf: Store, clock: Clock, rooms: Rooms) -> None:
    board, _ = await new_board(shelf, clock)
    await shelf.append(board, after=await shelf.head(board), entries=[b"\xc1 not an entry"])
    with pytest.raises(Broken):
        await rooms.get(board)


@pytest.mark.parametrize("name", ["fremtidsvaerksted", "historievaerksted", "dilemmavaerksted"])
async def test_every_screen_of_two_processes_converges_after_any_play(
    shelf: Store, clock: Clock, rooms: Rooms, seed: int, name: str, elsewhere: Elsewhere
) -> None:
    """Also: nobody's personal layer is ever left as it was when it should have changed."""
    rng = random.Random(seed)
    board, lead = await new_board(shelf, clock, name=name)
    both = [await rooms.get(board), await elsewhere.rooms.get(board)]
    screens = [View(both[0], lead), View(both[1], Actor("", "wall"))]
    for i in range(5):
        room = both[i % 2]
        actor = await come_in(room, "listener" if i == 4 else "participant")
        screens.append(View(room, actor))
    done = 0
    for step in range(240):
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
            both[0].board and screen.send_due()
    for screen in screens:
        screen.stalled = False
    for room in both:
        await room.settle()
    await both[0].settle()
    assert both[0].board == both[1].board
    assert done > 10, f"nothing was played with seed {seed}"
    for screen in screens:
        screen.send_due()
        if screen.code is not None:
            continue
        now = screen.room.board
        method = screen.room.method
        assert screen.shown == view(now, method, audience(now, screen.actor)), f"seed {seed}"
        assert screen.mine == personal(now, method, screen.actor), f"seed {seed}"
    folded = fold_all(await shelf.load(board))
    assert folded == both[0].board


async def test_S9_memory_is_overwritten_for_a_copy_that_is_replaced_and_for_removals_but_not_for_an_opened_board(
    shelf: Store, clock: Clock, rooms: Rooms
) -> None:
    """Overwriting takes a full collection, which stops the process: it must not follow from people opening boards."""
    before = COUNTS.erased
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    ann = View(room, await come_in(room))
    assert COUNTS.erased == before
    room._follower._replace(await shelf.load(board))
    assert COUNTS.erased == before + 1, "the copy before it may have had what the log has no more"
    assert (await View(room, lead).op("remove", seat=ann.welcome["seat"])).reason is None
    assert COUNTS.erased == before + 2
