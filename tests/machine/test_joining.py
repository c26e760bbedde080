"""Joining: a pending token, a person on the board from the first hello, and how fast people may join."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import Any

import pytest

from board_schema import board as limits
from board_schema.board import Actor
from board_schema.decide import common
from board_schema.wire import Close
from server import app, store
from server.doors import bucket, failures, joins
from server.doors.access import digest
from server.doors.joins import Joins
from server.process.embedded import EmbeddedValkey
from server.store import Joining
from server.store import joining as joining_tokens
from server.web import workshops
from tests.machine.boards import View, come_in, new_board
from tests.machine.conftest import House, start_house
from tests.machine.lines import Line
from tests.machine.talk import Tab, ask_in, call, closed, join, new_workshop, people
from tests.machine.waiting import until_async

AWAY = {"X-Forwarded-For": "203.0.113.9"}  # not this computer, whose own joining is not counted


def room_of(house: House, board: str) -> Any:
    (room,) = [room for room in house.server.config.app._rooms.open_rooms() if room.id == board]  # type: ignore[union-attr]
    return room


async def test_H7_who_joins_is_on_the_board_from_the_first_hello(house: House) -> None:
    made, (lead,) = await people(house, 0)
    way = await ask_in(house.base, made["code"], name="Åse", remote=True)
    assert set(way) == {"board", "token", "seat", "role"}
    assert list(room_of(house, made["board"]).board.seats) == [lead.welcome["seat"]]
    assert (await call(house.base, f"/api/board/{made['board']}/door", token=way["token"])).json == {
        "error": "no_access"
    }
    phone = await Tab(house.base, made["board"], way["token"]).open()
    assert (phone.welcome["seat"], phone.welcome["role"]) == (way["seat"], "participant")
    await lead.until(lambda: f"seat:{way['seat']}" in lead.view)
    record = lead.view[f"seat:{way['seat']}"]
    assert (record["name"], record["number"], record["remote"]) == ("Åse", 1, True)
    await phone.close()
    again = await Tab(house.base, made["board"], way["token"]).open()
    assert again.welcome["seat"] == way["seat"]
    await closed(lead, again)


async def test_H7_numbers_are_given_in_the_order_of_first_hellos(house: House) -> None:
    made, (lead,) = await people(house, 0)
    first, second = [await ask_in(house.base, made["code"]) for _ in range(2)]
    tabs = [await Tab(house.base, made["board"], way["token"]).open() for way in (second, first)]
    await lead.until(lambda: f"seat:{first['seat']}" in lead.view)
    assert [lead.view[f"seat:{way['seat']}"]["number"] for way in (second, first)] == [1, 2]
    await closed(lead, *tabs)


async def test_H7_two_hellos_at_once_with_one_token_are_one_person(house: House) -> None:
    made, (lead,) = await people(house, 0)
    way = await ask_in(house.base, made["code"], name="Bo")
    kinds = (Tab, Line, Tab, Line, Tab, Tab)
    tabs = await asyncio.gather(*(kind(house.base, made["board"], way["token"]).open() for kind in kinds))
    assert {tab.welcome["seat"] for tab in tabs} == {way["seat"]}
    board = room_of(house, made["board"]).board
    assert [person.name for person in board.present()] == ["", "Bo"]
    assert await tabs[-1].do("name", name="Bob") == ""
    await closed(lead, *tabs)


async def test_H7_two_hellos_at_once_in_two_processes_are_one_person(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    houses = [await start_house(valkey.url, tmp_path) for _ in range(2)]
    made = await new_workshop(houses[0].base)
    for _ in range(5):
        way = await ask_in(houses[0].base, made["code"])
        tabs = await asyncio.gather(*(Tab(house.base, made["board"], way["token"]).open() for house in houses))
        assert {tab.welcome["seat"] for tab in tabs} == {way["seat"]}
        await closed(*tabs)
    board = room_of(houses[0], made["board"]).board
    assert [person.number for person in board.present()] == list(range(6))
    for house in houses:
        await house.stop()


async def test_R18_seats_of_which_nobody_says_hello_never_exist(
    house: House, shelf: store.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten times as many joins as there is room for fill nothing, and their tokens are gone when their time is up."""
    monkeypatch.setattr(common, "MAX_PEOPLE", 4)
    made, (lead, ann) = await people(house, 1)
    flood = [await ask_in(house.base, made["code"], name="x") for _ in range(30)]
    real = await join(house.base, made["code"], name="Bo")
    board = room_of(house, made["board"]).board
    assert [person.seat for person in board.present()] == [lead.welcome["seat"], ann.welcome["seat"], real["seat"]]
    arrivals = house.server.config.app._registry.arrivals  # type: ignore[union-attr]
    late = arrivals._now() + workshops.HELLO_WITHIN
    monkeypatch.setattr(arrivals, "_now", lambda: late)
    tab = await Tab(house.base, made["board"], flood[0]["token"]).open(hello=False)
    await tab.say_hello()
    assert await tab.ended() == Close.NO_ACCESS
    left = await shelf.calls.do("PTTL", f"tavle:{{{made['board']}}}:joining")
    assert 0 < left <= workshops.HELLO_WITHIN, "the key ends by itself"
    await closed(lead, ann)


async def test_R18_caps_are_checked_when_joining_and_at_hello(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made, (lead, ann) = await people(house, 1)
    monkeypatch.setattr(common, "MAX_PEOPLE", 3)
    ways = [await ask_in(house.base, made["code"]) for _ in range(3)]
    first = await Tab(house.base, made["board"], ways[0]["token"]).open()
    late = await Tab(house.base, made["board"], ways[1]["token"]).open(hello=False)
    await late.say_hello()
    assert await late.ended() == Close.NO_ACCESS
    reply = await call(house.base, "/api/join", body={"code": made["code"]})
    assert (reply.status, reply.json) == (409, {"error": "full"})
    assert await lead.do("remove", seat=first.welcome["seat"]) == ""
    again = await Tab(house.base, made["board"], ways[2]["token"]).open()
    assert again.welcome["seat"] == ways[2]["seat"]
    assert await lead.do("door", open=False) == ""
    monkeypatch.setattr(common, "MAX_PEOPLE", limits.MAX_PEOPLE)
    shut = await Tab(house.base, made["board"], ways[1]["token"]).open(hello=False)
    await shut.say_hello()
    assert await shut.ended() == Close.NO_ACCESS, "the door was shut meanwhile"
    await closed(lead, ann, again)


async def test_H7_a_hello_whose_answer_was_lost_may_be_said_again(house: House, shelf: store.Store) -> None:
    """The person is on the board, and the process died before it stored what the token gives."""
    made, (lead,) = await people(house, 0)
    way = await ask_in(house.base, made["code"])
    key = f"tavle:{{{made['board']}}}"
    kept = await shelf.calls.do("HGET", f"{key}:joining", digest(way["token"]))
    await closed(await Tab(house.base, made["board"], way["token"]).open())
    assert await shelf.calls.do("HEXISTS", f"{key}:joining", digest(way["token"])) == 0, "no name is kept twice"
    await shelf.calls.do("HSET", f"{key}:joining", digest(way["token"]), kept)
    await shelf.calls.do("HDEL", f"{key}:tokens", digest(way["token"]))
    tab = await Tab(house.base, made["board"], way["token"]).open()
    assert tab.welcome["seat"] == way["seat"]
    assert len(room_of(house, made["board"]).board.present()) == 2
    await closed(lead, tab)


async def test_S5_R14_nothing_of_those_who_only_joined_is_left_after_sealing_and_deletion(
    house: House, shelf: store.Store
) -> None:
    for ends in ("seal", "delete"):
        made, (lead,) = await people(house, 0)
        await ask_in(house.base, made["code"], name=f"hemmelig {secrets.token_hex(8)}")
        assert await shelf.joining.count(made["board"]) == 1
        if ends == "seal":
            assert await lead.do("close") == ""
            assert await lead.do("seal") == ""
            await room_of(house, made["board"])._upkeep.done()
            await lead.close()
        else:
            path = f"/api/board/{made['board']}"
            assert (await call(house.base, path, method="DELETE", token=made["token"])).status == 204
            await lead.ended()
        assert await shelf.joining.count(made["board"]) == 0


@pytest.mark.parametrize("how", [{"renew": "join"}, {"renew": "listen"}, {"withdraw": "listen"}])
async def test_H7_a_code_or_link_that_is_renewed_or_withdrawn_ends_the_tokens_that_wait(
    house: House, how: dict[str, str]
) -> None:
    made, (lead,) = await people(house, 0)
    path = f"/api/board/{made['board']}/door"
    door = (await call(house.base, path, token=made["token"])).json
    listens = "listen" in how.values()
    key = door["listen" if listens else "url"].partition("#l=" if listens else "#j=")[2]
    way = await ask_in(house.base, join=key)
    new = (await call(house.base, path, body=how, token=made["token"])).json
    tab = await Tab(house.base, made["board"], way["token"]).open(hello=False)
    await tab.say_hello()
    assert await tab.ended() == Close.NO_ACCESS
    await join(house.base, new["code"])
    await closed(lead)


async def test_R21_everybody_since_is_out_at_once_in_every_process_and_so_are_those_who_wait(
    valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    houses = [await start_house(valkey.url, tmp_path) for _ in range(2)]
    made, (lead, ann) = await people(houses[0], 1)
    strangers = []
    for number in range(12):
        way = await ask_in(houses[0].base, made["code"], name="x")
        strangers.append(await Tab(houses[number % 2].base, made["board"], way["token"]).open())
    waiting = await ask_in(houses[0].base, made["code"])
    room = room_of(houses[0], made["board"])
    assert await lead.do("remove", seat=strangers[0].welcome["seat"], since=True) == ""
    assert [await tab.ended() for tab in strangers] == [Close.REMOVED] * len(strangers)
    await room._upkeep.done()
    for house in houses:
        again = await Tab(house.base, made["board"], strangers[5].token).open(hello=False)
        await again.say_hello()
        assert await again.ended() == Close.REMOVED
    late = await Tab(houses[1].base, made["board"], waiting["token"]).open(hello=False)
    await late.say_hello()
    assert await late.ended() == Close.NO_ACCESS
    assert [person.seat for person in room.board.present()] == [lead.welcome["seat"], ann.welcome["seat"]]
    assert await ann.do("name", name="Ann") == ""
    await closed(lead, ann)
    for house in houses:
        await house.stop()


# -- the store's part ---------------------------------------------------------------------


async def test_S_tokens_that_are_too_old_make_room_and_too_many_are_refused(
    shelf: store.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining_tokens, "MOST", 10)
    monkeypatch.setattr(joining_tokens, "SWEEP", 4)
    board = secrets.token_urlsafe(12)

    async def add(number: int, *, now: int) -> bool:
        who = Joining("participant", f"p{number}", f"s{number}", "Åse", False)
        return await shelf.joining.add(board, digest=f"d{number}", who=who, now=now, until=now + 1_000)

    assert [await add(number, now=0) for number in range(11)] == [True] * 10 + [False]
    assert await shelf.joining.count(board) == 10
    assert await shelf.joining.of(board, digest="d10", now=0) is None
    assert await shelf.joining.of(board, digest="d9", now=999) == Joining("participant", "p9", "s9", "Åse", False)
    assert await shelf.joining.of(board, digest="d9", now=1_000) is None
    assert await add(11, now=1_000)
    assert await shelf.joining.count(board) == 1
    await shelf.joining.clear(board)


async def test_R_a_join_that_is_submitted_again_is_one_person(rooms: Any, shelf: store.Store, clock: Any) -> None:
    board, lead = await new_board(shelf, clock)
    room = await rooms.get(board)
    who = Actor(secrets.token_urlsafe(12), "participant")
    for _ in range(2):
        answer = await room.submit_join(who, seat="seat1234", name="Bo", remote=False)
        assert answer.reason is None
    await come_in(room)
    assert [person.number for person in room.board.present()] == [0, 1, 2]
    View(room, lead).leave()


# -- how fast -----------------------------------------------------------------------------


def test_H7_a_room_of_phones_behind_one_address_never_meets_the_limit() -> None:
    counted = Joins()
    assert [counted.take("a", board="b", now=0.0) for _ in range(80)] == [0.0] * 80
    assert counted.take("a", board="b", now=0.0) == pytest.approx(0.5)
    assert counted.take("a", board="b", now=0.4) == pytest.approx(0.1), "a refused one takes no turn"
    assert counted.take("a", board="b", now=0.5) == 0.0
    assert counted.take("other", board="b", now=0.5) == 0.0


def test_H7_a_board_takes_three_hundred_at_once_and_then_ten_a_second_whoever_they_are() -> None:
    counted = Joins()
    assert [counted.take(f"a{i}", board="b", now=0.0) for i in range(300)] == [0.0] * 300
    assert counted.take("new", board="b", now=0.0) == pytest.approx(0.1)
    assert counted.take("new", board="other", now=0.0) == 0.0
    assert [counted.take(f"c{i}", board="b", now=1.0) for i in range(11)][-2:] == [0.0, pytest.approx(0.1)]


def test_H7_those_who_join_from_very_many_addresses_do_not_fill_the_memory() -> None:
    counted = Joins()
    for number in range(bucket.MOST + 200):
        counted.take(f"a{number}", board=f"b{number}", now=0.0)
    assert len(counted) == bucket.MOST
    counted.forget_old(now=joins.NETWORK_BURST / joins.NETWORK_RATE)
    assert len(counted) == 0


async def test_the_addresses_of_callers_are_forgotten_when_no_limit_needs_them(
    valkey: EmbeddedValkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page about data protection says so."""
    monkeypatch.setattr(app, "FORGET_EVERY", 0.01)
    house = await start_house(valkey.url, tmp_path)
    made = await new_workshop(house.base)
    callers = house.server.config.app._callers  # type: ignore[union-attr]
    counts = (callers.codes.failures, callers.keys.failures, callers.made, callers.joins)
    began = callers._now()
    monkeypatch.setattr(callers, "_now", lambda: began)
    monkeypatch.setattr(callers.codes, "_now", lambda: began)
    await call(house.base, "/api/join", body={"code": made["code"]}, headers=AWAY)
    await call(house.base, "/api/look", body={"code": "nej-nej-nej"}, headers=AWAY)
    for key in ("no" * 8, house.settings.key):
        body = {"method": "fremtidsvaerksted", "key": key}
        await call(house.base, "/api/workshops", body=body, headers=AWAY)
    assert [len(count) for count in counts] == [1] * 4, "while they count"
    monkeypatch.setattr(callers, "_now", lambda: began + failures.HOUR + 1)
    await until_async(lambda: not any(map(len, counts)), what="no address is remembered")
    await house.stop()


async def test_H7_a_flood_of_joins_from_one_address_is_told_to_slow_down_and_when_to_come_back(house: House) -> None:
    made = await new_workshop(house.base)
    body = {"code": made["code"]}
    flood = [call(house.base, "/api/join", body=body, headers=AWAY) for _ in range(200)]
    answers = [reply for start in range(0, 200, 50) for reply in await asyncio.gather(*flood[start : start + 50])]
    turned = [reply for reply in answers if reply.status != 200]
    assert len(turned) >= 100
    assert {(reply.status, reply.json["error"]) for reply in turned} == {(429, "slow_down")}
    assert all(int(reply.headers["retry-after"]) >= 1 for reply in turned)
    assert (await call(house.base, "/api/join", body=body)).status == 200, "not counted: this computer"
    wrong = await call(house.base, "/api/join", body={"code": "nej-nej-nej"}, headers=AWAY)
    assert wrong.status == 404, "who does not know the code takes nobody's turn"
