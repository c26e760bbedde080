"""Handing on through whole servers (R42): the call, its refusals, and what is left when processes and stores die."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import signal
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from board_schema.board import Actor, Board
from board_schema.decide import LATE
from board_schema.rules import caps
from server import store
from server.boards.follower import Broken
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.process.embedded import EmbeddedValkey
from server.store import NoBoard, Store, StoreAway
from tests.machine.boards import Clock, Elsewhere, View, fold_all, new_board
from tests.machine.conftest import House
from tests.machine.several import FALL, Watched, watched
from tests.machine.talk import PLACE, Reply, Tab, call, closed, new_workshop, people
from tests.machine.test_sentinel import fell
from tests.machine.test_start import helpers, serving
from tests.machine.waiting import in_the_end, until, until_async

TRAY = ("story", "tray")


async def picked(house: House, **more: Any) -> tuple[Any, list[Tab]]:
    """A workshop with two points and a trial picked."""
    made, tabs = await people(house, 2, **more)
    lead, ann, bo = tabs
    notes = [await ann.write("Raa kritik fra Ann", **PLACE), await bo.write("Raa kritik fra Bo", **PLACE)]
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    assert await lead.do("round", to="harvest", confirm=True) == ""
    await pick(lead, "picked000001", "Tiden er knap", of=notes)
    await pick(lead, "picked000002", "Tonen er god")
    await pick(lead, "picked000003", "Fast mødetid", lane="trials")
    return made, tabs


async def pick(lead: Tab, note: str, text: str, *, lane: str = "points", of: Any = ()) -> None:
    assert await lead.do("pick", note=note, text=text, lane=lane, of=list(of)) == ""


async def hand_on(base: str, made: Any, to: Any = None, **body: Any) -> Reply:
    body = {"programme": to["board"], "token": to["token"]} if to else body
    return await call(base, f"/api/board/{made['board']}/hand_on", body=body, token=made["token"])


def lying(tab: Tab, sheet: str = "story", lane: str = "tray") -> dict[str, str]:
    return {one: note["text"] for one, note in tab.notes().items() if (note["sheet"], note["lane"]) == (sheet, lane)}


@pytest.mark.parametrize("when", ["open", "closed", "sealed"])
async def test_R42_what_was_picked_comes_to_the_programme_and_both_screens_say_so(house: House, when: str) -> None:
    made, tabs = await picked(house)
    programme = await new_workshop(house.base, "forloeb", title="Godt at gå på arbejde")
    trio = await Tab(house.base, programme["board"], programme["token"]).open()
    lead = tabs[0]
    if when != "open":
        assert await lead.do("close") == ""
    if when == "sealed":
        assert await lead.do("seal") == ""
        lead = await Tab(house.base, made["board"], made["token"]).open()
        tabs.append(lead)
    answer = await hand_on(house.base, made, programme)
    assert (answer.status, answer.json) == (
        200, {"programme": programme["board"], "title": "Godt at gå på arbejde", "count": 3, "done": True},
    )  # fmt: skip
    await trio.until(lambda: len(lying(trio)) == 2)
    assert sorted(lying(trio).values()) == ["Tiden er knap", "Tonen er god"]
    assert list(lying(trio, "trials", "proposed").values()) == ["Fast mødetid"]
    (held,) = lying(trio, "sessions", "held")
    assert trio.notes()[held]["fields"] | {"day": ""} == {"method": "Fremtidsværksted", "day": "", "points": "3"}
    (proposed,) = lying(trio, "trials", "proposed")
    assert not any("told" in source for note in trio.notes().values() for source in note.get("sources", []))
    at = f"/api/board/{programme['board']}/told"
    told = await call(house.base, f"{at}/{proposed}", token=programme["token"])
    assert (told.status, [each["session"] for each in told.json["sources"]]) == (200, ["Fremtidsværksted"])
    assert all("told" in each for each in told.json["sources"])
    for note, token, status in ((proposed, programme["wall"], 403), ("nosuchnote", programme["token"], 404)):
        assert (await call(house.base, f"{at}/{note}", token=token)).status == status
    of = {"programme": programme["board"], "title": "Godt at gå på arbejde", "count": 3, "state": "done"}
    await lead.until(lambda: lead.view["board"]["handings"] == [of])
    assert lead.view["note:picked000001"]["handed"] == [programme["board"]]
    again = await hand_on(house.base, made, programme)
    assert (again.status, again.json["count"]) == (200, 3)
    assert len(lying(trio)) == 2
    if when == "open":
        await pick(lead, "picked000004", "Et til")
        assert (await hand_on(house.base, made, programme)).json["count"] == 4
        await trio.until(lambda: len(lying(trio)) == 3)
        assert trio.notes()[held]["fields"]["points"] == "4"
    await closed(trio, *tabs)


async def test_R42_a_workshop_that_is_started_from_a_programme_knows_it_until_its_key_is_withdrawn(
    house: House,
) -> None:
    programme = await new_workshop(house.base, "forloeb", title="Vores forløb")
    whose = {"board": programme["board"], "token": programme["token"]}
    wrong = await call(
        house.base, "/api/workshops", body={"method": "fremtidsvaerksted", "programme": {**whose, "token": "A" * 22}}
    )
    assert (wrong.status, wrong.json) == (403, {"error": "programme_link"})
    made, tabs = await picked(house, programme=whose)
    assert tabs[0].view["board"]["started_from"] == {"id": programme["board"], "title": "Vores forløb"}
    assert "started_from" not in tabs[1].view["board"]
    assert programme["token"].encode() not in await house_bytes(house, made["board"])
    answer = await hand_on(house.base, made)
    assert (answer.status, answer.json["title"], answer.json["count"]) == (200, "Vores forløb", 3)
    await pick(tabs[0], "picked000004", "Et til")
    shelf: Store = house.server.config.app._store  # type: ignore[union-attr]
    await shelf.credentials.delete(programme["board"], lambda _, gives: gives.role == "facilitator")
    withdrawn = await hand_on(house.base, made)
    assert (withdrawn.status, withdrawn.json) == (403, {"error": "programme_link"})
    assert tabs[0].view["note:picked000004"]["handed"] == []
    await closed(*tabs)


async def house_bytes(house: House, board: str) -> bytes:
    """All that the store holds of a board."""
    shelf: Store = house.server.config.app._store  # type: ignore[union-attr]
    loaded = await shelf.load(board)
    return b"".join([loaded.snapshot or b"", *(entry.data for entry in loaded.entries)])


async def test_R42_each_refusal_is_a_reason_and_loses_nothing(house: House) -> None:
    made, tabs = await picked(house)
    programme, gone = await new_workshop(house.base, "forloeb"), await new_workshop(house.base, "forloeb")
    talk, workshop = await new_workshop(house.base, "check-in"), await new_workshop(house.base)
    rehearsed = await new_workshop(house.base, rehearsal=True)
    await call(house.base, f"/api/board/{gone['board']}", method="DELETE", token=gone["token"])
    wall = {"programme": programme["board"], "token": programme["wall"]}
    for reply, status, reason in (
        (await hand_on(house.base, made), 409, "no_programme"),
        (await hand_on(house.base, made, workshop), 409, "no_programme"),
        (await hand_on(house.base, made, gone), 404, "programme_gone"),
        (await hand_on(house.base, made, programme="nosuchboard", token="A" * 22), 404, "programme_gone"),
        (await hand_on(house.base, made, programme=programme["board"], token="A" * 22), 403, "programme_link"),
        (await hand_on(house.base, made, **wall), 403, "programme_link"),
        (await hand_on(house.base, made, programme=programme["board"]), 400, "bad_request"),
        (await hand_on(house.base, talk, programme), 403, "nothing_kept"),
        (await hand_on(house.base, rehearsed, programme), 403, "nothing_kept"),
        (await hand_on(house.base, workshop, programme), 409, "nothing_picked"),
        (await hand_on(house.base, {**made, "token": tabs[1].token}, programme), 403, "role"),
    ):
        assert (reply.status, reply.json) == (status, {"error": reason})
    assert tabs[0].view["board"]["handings"] == []
    assert (await hand_on(house.base, made, programme)).json["count"] == 3
    await call(house.base, f"/api/board/{rehearsed['board']}", method="DELETE", token=rehearsed["token"])
    await closed(*tabs)


async def test_R42_a_full_programme_takes_nothing_and_all_of_it_when_there_is_room(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, tabs = await picked(house)
    programme = await new_workshop(house.base, "forloeb")
    monkeypatch.setattr(caps, "MAX_KEPT", 3)
    full = await hand_on(house.base, made, programme)
    assert (full.status, full.json) == (409, {"error": "programme_full"})
    await tabs[0].until(lambda: [each["state"] for each in tabs[0].view["board"]["handings"]] == ["full"])
    assert tabs[0].view["note:picked000001"]["handed"] == []
    monkeypatch.undo()
    assert (await hand_on(house.base, made, programme)).json["count"] == 3
    await tabs[0].until(lambda: [each["state"] for each in tabs[0].view["board"]["handings"]] == ["done"])
    await closed(*tabs)


async def test_R42_what_a_full_programme_did_not_take_and_is_picked_no_longer_is_refused_no_longer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, tabs = await picked(house)
    programme = await new_workshop(house.base, "forloeb")
    assert (await hand_on(house.base, made, programme)).json["count"] == 3
    lead = tabs[0]
    await pick(lead, "picked000004", "Et til")
    monkeypatch.setattr(caps, "MAX_KEPT", 3)
    assert (await hand_on(house.base, made, programme)).json == {"error": "programme_full"}
    assert await lead.do("delete", note="picked000004") == ""
    again = await hand_on(house.base, made, programme)
    assert (again.status, again.json["count"]) == (200, 3)
    await closed(*tabs)


async def test_R42_what_is_dropped_is_in_no_byte_that_the_programme_gives_and_in_no_log_line(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made, tabs = await picked(house)
    ann = tabs[1]
    assert await ann.do("name", name="Navn-6d0e") == ""
    programme = await new_workshop(house.base, "forloeb")
    trio = await Tab(house.base, programme["board"], programme["token"]).open()
    assert (await hand_on(house.base, made, programme)).status == 200
    await trio.until(lambda: len(lying(trio)) == 2)
    at, base = f"/api/board/{programme['board']}", house.base
    files = [
        await call(base, f"{at}/{path}", token=programme["token"])
        for path in (
            *(f"export/x.{kind}" for kind in ("json", "md", "csv", "svg")),
            *(f"{what}/x.{kind}" for what in ("report", "leader") for kind in ("json", "md")),
            *(f"told/{note}" for note in trio.notes() if trio.notes()[note].get("sources")),
            "notice",
        )
    ]
    assert {file.status for file in files} == {200}
    given = [file.body for file in files]
    given += [(await call(base, path)).body for path in ("/metrics", "/api/methods")]
    given += [json.dumps([trio.view, trio.mine]).encode(), await house_bytes(house, programme["board"])]
    workshop_board = await board_of(house.server.config.app._store, made["board"])  # type: ignore[union-attr]
    people_of = [part for p in workshop_board.people.values() for part in (p.pid, p.seat)]
    hidden = ["Raa kritik", "Navn-6d0e", "picked00000", made["board"], made["token"], made["code"], *people_of]
    for one in hidden:
        for body in given:
            assert one.encode() not in body, one
    ours = [record for record in caplog.records if record.name.startswith("tavle")]
    assert ours
    lines = "\n".join(record.getMessage() for record in ours)
    for one in (*hidden, programme["board"], programme["token"], "Tiden er knap", "Tonen er god"):
        assert one not in lines, one
    await closed(trio, *tabs)


# -- what is left when something dies ---------------------------------------------------------


async def board_of(shelf: Store, board: str) -> Board:
    """The board as it is stored."""
    folded: Board = fold_all(await shelf.load(board))
    return folded


async def workshop_in(shelf: Store, rooms: Rooms, clock: Clock, *, points: int = 3) -> Room:
    """A workshop with points that were picked."""
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    screen = View(room, lead)
    await screen.op("round", to="harvest", confirm=True)
    for i in range(points):
        await screen.op("pick", note=f"picked{i:06}", text=f"Punkt {i}", lane="points", of=[])
    screen.leave()
    return room


async def begun(shelf: Store, rooms: Rooms, clock: Clock, *, sealed: bool = False) -> tuple[str, str, Actor]:
    """A workshop whose process died when it had logged what it hands on; the ids of both boards."""
    room = await workshop_in(shelf, rooms, clock)
    programme, trio = await new_board(shelf, clock, name="forloeb")
    if sealed:
        lead = next(person.pid for person in room.board.people.values() if person.role == "facilitator")
        screen = View(room, Actor(lead, "facilitator"))
        await screen.op("close")
        await screen.op("seal")
        screen.leave()
    await room.hand_on(programme=programme, title="", lang="da")
    assert len(room.board.under_way) == 1
    return room.id, programme, trio


def tray(board: Board) -> list[str]:
    return sorted(note.text for note in board.notes.values() if note.lane == "tray")


@pytest.mark.parametrize("sealed", [False, True])
async def test_R42_another_process_that_finds_a_handing_late_goes_on_with_it(
    shelf: Store, rooms: Rooms, clock: Clock, elsewhere: Elsewhere, sealed: bool
) -> None:
    workshop, programme, _ = await begun(shelf, rooms, clock, sealed=sealed)
    await rooms.close()
    clock.now += LATE + 1
    await elsewhere.rooms.sweep()  # the workshop is due
    await elsewhere.rooms._beat()
    room = await elsewhere.rooms.get(workshop)
    await until_async(lambda: not room.board.under_way, what="it is handed on")
    assert tray(await board_of(shelf, programme)) == ["Punkt 0", "Punkt 1", "Punkt 2"]
    await elsewhere.rooms.sweep()
    assert workshop not in await shelf.schedule.due(now=clock.now)


async def test_R42_whoever_has_the_workshop_open_goes_on_with_it(
    shelf: Store, rooms: Rooms, clock: Clock, elsewhere: Elsewhere
) -> None:
    workshop, programme, _ = await begun(shelf, rooms, clock)
    there = await elsewhere.rooms.get(workshop)
    await elsewhere.rooms._beat()
    assert there.board.under_way, "the one that began it has a while for it"
    clock.now += LATE
    await asyncio.gather(rooms._beat(), elsewhere.rooms._beat())
    here = await rooms.get(workshop)
    for room in (here, there):
        await until_async(lambda room=room: not room.board.under_way, what="it is handed on")
    assert tray(await board_of(shelf, programme)) == ["Punkt 0", "Punkt 1", "Punkt 2"]
    assert len((await board_of(shelf, programme)).received) == 1


async def test_R42_two_processes_that_go_on_at_once_bring_it_once(
    shelf: Store, rooms: Rooms, clock: Clock, elsewhere: Elsewhere
) -> None:
    for _ in range(10):
        workshop, programme, _ = await begun(shelf, rooms, clock)
        here, there = await rooms.get(workshop), await elsewhere.rooms.get(workshop)
        await asyncio.gather(rooms.handing.go_on(here), elsewhere.rooms.handing.go_on(there), rooms.handing.go_on(here))
        board = await board_of(shelf, programme)
        assert (tray(board), len(board.received)) == (["Punkt 0", "Punkt 1", "Punkt 2"], 1)
        assert [each.state for each in (await board_of(shelf, workshop)).handings.values()] == ["done"]


async def test_R42_a_programme_that_was_deleted_meanwhile_is_said_in_the_workshop(
    shelf: Store, rooms: Rooms, clock: Clock
) -> None:
    workshop, programme, _ = await begun(shelf, rooms, clock)
    await rooms.delete(programme)
    room = await rooms.get(workshop)
    await rooms.handing.go_on(room)
    assert [each.state for each in room.board.handings.values()] == ["gone"]


async def test_R42_a_programme_that_cannot_be_read_keeps_nothing_from_the_others_and_is_not_asked_all_the_time(
    shelf: Store, rooms: Rooms, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop, broken, _ = await begun(shelf, rooms, clock)
    other, _ = await new_board(shelf, clock, name="forloeb")
    room = await rooms.get(workshop)
    await room.hand_on(programme=other, title="", lang="da")
    asked: list[str] = []

    async def opened(board: str) -> Room:
        asked.append(board)
        if board == broken:
            raise Broken("of a later release")
        return await rooms.get(board)

    monkeypatch.setattr(rooms.handing, "_room", opened)
    for _ in range(5):
        rooms.handing.begin(room)
        await until_async(lambda: not rooms.handing._tasks, what="it was tried")
    assert sorted(asked) == sorted([broken, other])
    assert [each.programme for each in room.board.under_way] == [broken]
    assert tray(await board_of(shelf, other)) == ["Punkt 0", "Punkt 1", "Punkt 2"]
    rooms.handing._paused.clear()  # as after the pause
    monkeypatch.undo()
    rooms.handing.begin(room)
    await until_async(lambda: not room.board.under_way, what="it is handed on")


@pytest.fixture
def three(valkey: EmbeddedValkey, tmp_path: Path) -> Iterator[list[tuple[Any, str]]]:
    """Three whole Tavles on the same Redis: (process, address) each."""
    environ = {"REDIS_URL": valkey.url, "TAVLE_KEY": "ABCD-EFGH-JKMN-PQRS"}
    with ExitStack() as stack:
        made = []
        for name in ("a", "b", "c"):
            process, _, port = stack.enter_context(serving(data_dir=tmp_path / name, environ=environ))
            made.append((process, f"http://127.0.0.1:{port}"))
        yield made


async def test_R42_real_processes_that_are_killed_while_they_hand_on_leave_each_note_there_once(
    three: list[tuple[Any, str]], valkey: EmbeddedValkey, seed: int
) -> None:
    """Web processes of two servers are killed at any step while both are asked; the third one sees it through."""
    luck = random.Random(seed)
    (_, last) = three[2]
    programme = await new_workshop(last, "forloeb")
    workshops: list[Any] = []

    async def picked_three() -> Any:
        made = await new_workshop(last)
        lead = await Tab(last, made["board"], made["token"]).open()
        assert await lead.do("round", to="harvest", confirm=True) == ""
        for at in range(3):
            await pick(lead, f"picked{at:06}", f"Punkt {len(workshops)}/{at}")
        await lead.close()
        workshops.append(made)
        return made

    async def ask(base: str, made: Any) -> None:
        try:
            async with asyncio.timeout(20):
                await hand_on(base, made, programme)
        except Exception as problem:  # killed: nobody knows what became of it
            died.append(type(problem))

    async def serves(base: str) -> Reply:
        # What waits for a server that starts again would be answered by the next process, and be cut off by no kill.
        return await in_the_end(lambda: call(base, "/ready"), unless=Exception)

    async def listens() -> None:
        async with Redis.from_url(valkey.url) as eye, eye.monitor() as heard:
            async for _ in heard.listen():
                steps.put_nowait(None)

    died: list[type[Exception]] = []
    steps: asyncio.Queue[None] = asyncio.Queue()  # what the store was told since it was asked
    listening = asyncio.create_task(listens())
    most = 0
    # As many as it takes: on a busy machine another step is that of the handing.
    while len(workshops) < 6 or (len(died) < 3 and len(workshops) < 30):
        made = await picked_three()
        for _, base in three[:2]:
            assert (await serves(base)).status == 200
        while not steps.empty():
            steps.get_nowait()
        asking = [asyncio.create_task(ask(base, made)) for _, base in three[:2]]
        if most:
            for _ in range(luck.randrange(most)):  # what is chosen is the step at which they die
                await steps.get()
            for process, _ in luck.sample(three[:2], luck.randint(1, 2)):
                for worker in helpers(process, "server.process.worker"):
                    os.kill(worker, signal.SIGKILL)
        await asyncio.gather(*asking)
        most = most or steps.qsize()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert died, "no call was cut off: the kills came too late"
    for made in workshops:
        answer = await in_the_end(lambda made=made: hand_on(last, made, programme), unless=OSError)
        assert answer.status == 200, answer.body
        assert answer.json["count"] == 3
    shelf = store.connect(valkey.url)
    board = await board_of(shelf, programme["board"])
    assert tray(board) == sorted(f"Punkt {number}/{at}" for number in range(len(workshops)) for at in range(3))
    held = [note for note in board.notes.values() if note.lane == "held"]
    assert [note.fields["points"] for note in held] == ["3"] * len(workshops)
    for made in workshops:
        states = {each.state for each in (await board_of(shelf, made["board"])).handings.values()}
        assert states == {"done"}
    await shelf.close()


async def test_R42_a_fail_over_of_the_store_while_it_is_handed_on_loses_and_doubles_nothing(tmp_path: Path) -> None:
    clock = Clock()
    with watched(tmp_path) as servers:
        three: Watched = servers
        shelf = store.connect(three.url, replicas=1)
        await shelf.start()
        rooms = Rooms(shelf, now=clock)
        room = await workshop_in(shelf, rooms, clock)
        programme, _ = await new_board(shelf, clock, name="forloeb")
        there = await rooms.get(programme)
        handing = asyncio.create_task(rooms.handing.hand_on(room, there))
        await until_async(lambda: bool(room.board.handings), what="the workshop's log has it")
        master = three.master()
        master.kill()
        await asyncio.to_thread(until, lambda: three.master() is not master, what="another master", within=FALL)
        for sentinel in three.sentinels:  # on a busy machine they would fall back on a copy that is not whole yet
            sentinel.say("SENTINEL", "SET", three.service, "down-after-milliseconds", "60000")
        await asyncio.to_thread(fell, three, master)
        with suppress(StoreAway, NoBoard):
            await handing
        await in_the_end(lambda: rooms.handing.go_on(room), unless=StoreAway)
        assert tray(await in_the_end(lambda: board_of(shelf, programme), unless=StoreAway)) == [
            "Punkt 0", "Punkt 1", "Punkt 2",
        ]  # fmt: skip
        assert [each.state for each in (await board_of(shelf, room.id)).handings.values()] == ["done"]
        await rooms.close()
        await shelf.close()
