"""Rehearsals on a real server: people come, take part, and nothing is left."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from server.process.embedded import EmbeddedValkey
from server.rehearsal import rehearsals
from server.rehearsal.inside import Inside, TurnedAway
from server.store import Store, copying
from server.store.keys import INDEX
from tests.machine.conftest import House, start_house
from tests.machine.talk import GUARD, Tab, call, closed, join, new_workshop

GONE = 4504


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """People who hardly take any time; the one who comes late waits for the second round."""
    monkeypatch.setattr(rehearsals, "PACES", {"calm": 0.004, "quick": 0.001})
    monkeypatch.setattr(rehearsals, "BEAT", 0.02)
    monkeypatch.setattr(rehearsals, "LATE", 1e9)


async def rehearse(house: House, method: str = "fremtidsvaerksted", **more: Any) -> tuple[Any, Tab]:
    """A rehearsal, and its console."""
    made = await new_workshop(house.base, method, rehearsal=True, **more)
    return made, await Tab(house.base, made["board"], made["token"]).open()


async def stop(house: House, made: Any, *tabs: Tab) -> None:
    """End a rehearsal, as the console does."""
    reply = await call(house.base, f"/api/board/{made['board']}", method="DELETE", token=made["token"])
    assert reply.status == 204
    for tab in tabs:
        assert await tab.ended() == GONE


def playing(house: House) -> dict[str, rehearsals.Rehearsal]:
    found: dict[str, rehearsals.Rehearsal] = house.server.config.app._rehearsals._playing  # type: ignore[union-attr]
    return found


async def over(house: House, made: Any) -> None:
    """Return when a rehearsal is played no more."""
    if it := playing(house).get(made["board"]):
        await asyncio.wait(it.tasks, timeout=GUARD)
    assert made["board"] not in playing(house)


def seats(tab: Tab, role: str = "participant") -> list[dict[str, Any]]:
    return [record for key, record in tab.view.items() if key.startswith("seat:") and record["role"] == role]


def connected(tab: Tab) -> int:
    return len([seat for seat in tab.here if tab.view.get(f"seat:{seat}", {}).get("role") == "participant"])


async def test_H8_colleagues_come_write_and_say_that_they_are_ready(house: House) -> None:
    made, lead = await rehearse(house)
    await lead.until(lambda: len(seats(lead)) == 7)
    assert lead.view["board"]["rehearsal"] is True
    assert await lead.do("round", to="critique") == ""
    await lead.until(lambda: len(seats(lead)) == 8)
    await lead.until(lambda: lead.view["progress"]["ready"] == 8)
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    await lead.until(lambda: len(lead.notes()) >= 8)
    await stop(house, made, lead)


async def test_H8_one_comes_late_two_have_one_name_and_a_leader_listens(house: House) -> None:
    made, lead = await rehearse(house, leader="listen")
    await lead.until(lambda: len(seats(lead)) == 7 and len(seats(lead, "listener")) == 1)
    assert await lead.do("round", to="critique") == ""
    await lead.until(lambda: len(seats(lead)) == 8)
    names = Counter(seat["name"] for seat in seats(lead))
    assert sorted(names.values()) == [1, 1, 1, 1, 1, 1, 2]
    assert sum(seat["remote"] for seat in seats(lead)) == 1
    assert not any(seat["leads"] for seat in seats(lead))
    await stop(house, made, lead)


async def test_H8_colleagues_take_the_floor_in_turn_and_work_in_groups(house: House) -> None:
    made, lead = await rehearse(house, "historievaerksted")
    await lead.until(lambda: len(seats(lead)) == 7)
    assert await lead.do("round", to="write") == ""
    await lead.until(lambda: lead.view["progress"]["ready"] == 8)
    assert await lead.do("round", to="place") == ""
    assert lead.view["turn:all"]["holder"] == ""
    assert await lead.do("turn", act="give") == ""
    await lead.until(lambda: not lead.view["turn:all"]["queue"] and not lead.view["turn:all"]["holder"])
    assert len(lead.notes()) >= 8
    assert await lead.do("round", to="strengths") == ""
    await lead.until(lambda: lead.view["progress"]["ready"] == 8)
    assert {note["row"] for note in lead.notes().values() if note["sheet"] == "groups"} == {"g1", "g2"}
    assert lead.view["board"]["round"] == "strengths", "nobody else leads"
    await stop(house, made, lead)


async def test_H8_a_real_phone_joins_as_always(house: House) -> None:
    made, lead = await rehearse(house)
    one = await join(house.base, made["code"], name="Rigtig")
    await lead.until(lambda: any(seat["name"] == "Rigtig" for seat in seats(lead)))
    phone = await Tab(house.base, made["board"], one["token"]).open()
    assert phone.view["board"]["rehearsal"] is True
    await stop(house, made, lead, phone)


async def test_H8_pace_and_people_can_be_changed_within_what_is_sensible(house: House) -> None:
    made, lead = await rehearse(house)
    of = f"/api/board/{made['board']}/rehearsal"
    said = await call(house.base, of, token=made["token"])
    assert said.json == {"pace": "calm", "people": 8, "most": 16}
    await lead.until(lambda: connected(lead) == 7)
    changed = await call(house.base, of, body={"pace": "quick", "people": 3}, token=made["token"])
    assert changed.json == {"pace": "quick", "people": 3, "most": 16}
    await lead.until(lambda: connected(lead) == 3)
    await call(house.base, of, body={"people": 10}, token=made["token"])
    await lead.until(lambda: connected(lead) == 10)
    for body in ({"people": 17}, {"people": -1}, {"pace": "slow"}):
        assert (await call(house.base, of, body=body, token=made["token"])).status == 400, body
    one = await join(house.base, made["code"])
    assert (await call(house.base, of, token=one["token"])).status == 403
    await stop(house, made, lead)


async def test_H8_nobody_gets_a_file_of_a_rehearsal_not_even_when_it_is_closed(house: House) -> None:
    made, lead = await rehearse(house)
    one = await join(house.base, made["code"])
    for ended in (False, True):
        if ended:
            assert await lead.do("close") == ""
        for token in (made["token"], one["token"], made["wall"]):
            for kind in ("pdf", "png", "svg", "md", "csv", "json"):
                reply = await call(house.base, f"/api/board/{made['board']}/export/x.{kind}", token=token)
                assert (reply.status, reply.json) == (403, {"error": "nothing_kept"}), kind
    await stop(house, made, lead)


async def test_H8_what_is_left_of_a_rehearsal_is_nothing(
    house: House, shelf: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    made, lead = await rehearse(house)
    await lead.until(lambda: len(seats(lead)) == 7)
    assert await lead.do("round", to="critique") == ""
    await lead.until(lambda: lead.view["progress"]["ready"] == 8)
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    await lead.until(lambda: len(lead.notes()) >= 8)
    written = [note["text"] for note in lead.notes().values()]
    await stop(house, made, lead)
    await over(house, made)
    assert [key for key in await shelf.calls.do("KEYS", "*") if made["board"].encode() in key] == []
    assert await shelf.calls.do("ZSCORE", INDEX, made["board"]) is None
    lines = [record.getMessage() for record in caplog.records]
    assert sum("a rehearsal" in line for line in lines) == 1
    assert sum("was deleted" in line for line in lines) == 1
    assert not any(text in line for text in written for line in lines)
    assert not any(task.get_name().startswith("rehearsal") for task in asyncio.all_tasks())


async def test_H8_a_backup_holds_no_rehearsal(house: House, shelf: Store) -> None:
    made, lead = await rehearse(house)
    real = await new_workshop(house.base)
    kept = [plain["id"] async for plain in copying.each(shelf)]
    assert real["board"] in kept
    assert made["board"] not in kept
    await stop(house, made, lead)


async def test_H8_without_a_console_it_is_deleted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made, lead = await rehearse(house)
    wall = await Tab(house.base, made["board"], made["wall"]).open()
    await lead.until(lambda: len(seats(lead)) == 7)
    monkeypatch.setattr(rehearsals, "ALONE", 0.2)
    await lead.close()
    assert await wall.ended() == GONE
    await over(house, made)


async def test_H8_nobody_comes_before_the_console_is_there(house: House) -> None:
    made = await new_workshop(house.base, rehearsal=True)
    wall = await Tab(house.base, made["board"], made["wall"]).open()
    assert connected(wall) == 0
    lead = await Tab(house.base, made["board"], made["token"]).open()
    await wall.until(lambda: len(seats(wall)) == 7)
    await stop(house, made, lead, wall)


async def test_H8_it_ends_after_hours_whatever_happens_in_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made, lead = await rehearse(house)
    monkeypatch.setattr(rehearsals, "LONGEST", 0.0)
    assert await lead.ended() == GONE
    await over(house, made)


async def test_H8_a_process_plays_few_and_says_so_and_workshops_begin_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsals, "AT_ONCE", 2)
    body = {"method": "fremtidsvaerksted", "rehearsal": True}
    replies = await asyncio.gather(*(call(house.base, "/api/workshops", body=body) for _ in range(6)))
    assert sorted(reply.status for reply in replies) == [201, 201, 429, 429, 429, 429]
    refused = next(reply for reply in replies if reply.status == 429)
    assert refused.json == {"error": "rehearsals"}
    assert "retry-after" in refused.headers
    await new_workshop(house.base)
    made = [reply.json for reply in replies if reply.status == 201]
    await stop(house, made[0])
    await over(house, made[0])
    made[0], lead = await rehearse(house)
    for one in made:
        await stop(house, one)
    await lead.ended()


async def test_H8_after_a_restart_it_expires_within_minutes(house: House, valkey: EmbeddedValkey, shelf: Store) -> None:
    made, lead = await rehearse(house)
    await lead.until(lambda: len(seats(lead)) == 7)
    assert len(playing(house)[made["board"]].tasks) >= 8
    await house.stop()
    assert playing(house) == {}
    assert not any(task.get_name().startswith("rehearsal") for task in asyncio.all_tasks())
    again = await start_house(valkey.url, valkey.data_dir)
    try:
        assert playing(again) == {}
        now = time.time_ns() // 1_000_000
        expires = float(await shelf.calls.do("ZSCORE", INDEX, made["board"]))
        assert now < expires <= now + rehearsals.KEPT
        assert made["board"] in await shelf.schedule.expired(now=now + rehearsals.KEPT + 1)
    finally:
        await again.stop()


@pytest.fixture
async def public_house(valkey: EmbeddedValkey) -> AsyncIterator[House]:
    """A server behind a proxy, under a path."""
    started = await start_house(valkey.url, valkey.data_dir, public_url="https://hus.example/tavle")
    try:
        yield started
    finally:
        await started.stop()


async def test_H8_behind_a_proxy_colleagues_come_and_take_nothing_of_real_peoples_limits(public_house: House) -> None:
    base, key = public_house.base, public_house.settings.key
    headers = {"Host": "hus.example", "Origin": "https://hus.example"}
    body = {"method": "fremtidsvaerksted", "rehearsal": True}
    assert (await call(base, "/api/workshops", body=body, headers=headers)).json == {"error": "need_key"}
    reply = await call(base, "/api/workshops", body={**body, "key": key}, headers=headers)
    assert reply.status == 201
    made = reply.json
    lead = await Tab(base, made["board"], made["token"]).open()
    await lead.until(lambda: len(seats(lead)) == 7)
    joins = public_house.server.config.app._callers.joins  # type: ignore[union-attr]
    assert not [name for name in joins._networks._buckets if name == "127.0.0.1"]
    await closed(lead)
    assert (
        await call(base, f"/api/board/{made['board']}", method="DELETE", token=made["token"], headers=headers)
    ).status == 204


async def test_another_process_may_take_the_consoles_wish(house: House, valkey: EmbeddedValkey) -> None:
    other = await start_house(valkey.url, valkey.data_dir)
    try:
        made, lead = await rehearse(house)
        await lead.until(lambda: connected(lead) == 7)
        of = f"/api/board/{made['board']}/rehearsal"
        assert (await call(other.base, of, body={"people": 2}, token=made["token"])).json["people"] == 2
        await lead.until(lambda: connected(lead) == 2)
        await stop(house, made, lead)
    finally:
        await other.stop()


async def test_calls_from_inside_keep_to_the_rules_of_all_calls(house: House) -> None:
    inside = Inside(house.server.config.app, address="rehearsal of a test")  # type: ignore[arg-type]
    with pytest.raises(TurnedAway) as refused:
        await inside.post("/api/join", {"join": "A" * 22})
    assert refused.value.reason == "no_door"
    with pytest.raises(TurnedAway) as refused:
        await inside.post("/api/workshops", {"method": "fremtidsvaerksted"})
    assert refused.value.reason == "need_key"
