"""Ways back and links (R24, H5): opened once, by whom, told to whom; each link renewed and withdrawn by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from board_schema.decide import devices
from server.boards import presence
from server.process.embedded import EmbeddedValkey
from server.store import Store
from server.store.ways import Way
from server.web import ways
from tests.machine.conftest import House, start_house
from tests.machine.talk import GUARD, PLACE, Reply, Tab, call, closed, join, new_workshop, people


def of(made: Any) -> str:
    return f"/api/board/{made['board']}"


async def link(house: House, made: Any, seat: str, token: str = "") -> str:
    """The key of a new link for a seat."""
    reply = await call(house.base, f"{of(made)}/return", body={"seat": seat}, token=token or made["token"])
    assert reply.status == 200, reply.body
    before, _, key = str(reply.json["url"]).partition("#r=")
    assert before.endswith(f"/b/{made['board']}")
    return key


async def opened(house: House, made: Any, key: str, had: str = "") -> Reply:
    return await call(house.base, f"{of(made)}/back", body={"token": had} if had else {}, token=key)


async def jobs_done(house: House) -> None:
    """What follows from entries of the log (revoking tokens and links) is done."""
    rooms = house.server.config.app._rooms  # type: ignore[union-attr]
    for room in rooms.open_rooms():
        await room._upkeep.done()


async def away(house: House, tab: Tab, lead: Tab) -> None:
    """Somebody's only device hangs up, and the others know."""
    await tab.close()
    await lead.until(lambda: tab.welcome["seat"] not in lead.here)


async def back(house: House, made: Any, key: str) -> Tab:
    reply = await opened(house, made, key)
    assert reply.status == 200, reply.body
    return await Tab(house.base, made["board"], reply.json["token"]).open()


async def doors(house: House, made: Any, **body: Any) -> Any:
    reply = await call(house.base, f"{of(made)}/door", body=body or None, token=made["token"])
    assert reply.status == 200, reply.body
    return reply.json


async def test_R24_a_return_link_brings_no_draft_and_no_mine_and_the_person_is_told(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    draft = await ann.write("kladde", **PLACE)
    up = await ann.write("oppe", **PLACE)
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    seat, token = ann.welcome["seat"], ann.token
    again = await ann.write("kladde igen", **PLACE)
    key = await link(house, made, seat)
    await away(house, ann, lead)
    device = await back(house, made, key)
    assert (device.welcome["seat"], device.welcome["role"]) == (seat, "participant")
    await device.until(lambda: "me" in device.mine)
    assert {key for key in device.mine if key != "me"} == set()
    assert up in device.notes()
    assert not any(again.encode() in frame or b"kladde igen" in frame for frame in device.raw)
    written = await device.write("som Ann", **PLACE)
    ann = await Tab(house.base, made["board"], token).open()
    await ann.until(lambda: f"mine:{written}" in ann.mine)
    assert {f"mine:{note}" for note in (draft, up, again, written)} <= set(ann.mine)
    (told,) = ann.mine["me"]["devices"]
    assert told["read"] is False
    assert abs(told["since"] - ann.welcome["time"]) < 60_000
    assert device.mine["me"]["devices"] == []
    later = await Tab(house.base, made["board"], token).open()
    await later.until(lambda: "me" in later.mine)
    assert later.mine["me"]["devices"] == [told], "on every screen, also a later one"
    assert await ann.do("devices", act="read", number=told["number"]) == ""
    await later.until(lambda: later.mine["me"]["devices"][0]["read"])
    await closed(lead, ann, device, later)


async def test_R24_a_device_that_is_shut_out_is_closed_at_once_and_its_token_and_links_are_unknown(
    house: House,
) -> None:
    made, (lead, ann) = await people(house, 1)
    seat, token = ann.welcome["seat"], ann.token
    key = await link(house, made, seat)
    await away(house, ann, lead)
    device = await back(house, made, key)
    spare = await link(house, made, seat, token=device.token)
    ann = await Tab(house.base, made["board"], token).open()
    assert await ann.do("devices", act="out", number=1) == ""
    assert await device.ended() == 4502
    assert (await call(house.base, f"{of(made)}/export/x.md", token=device.token)).json == {"error": "no_access"}
    assert (await opened(house, made, spare)).json == {"error": "no_way"}
    with pytest.raises(AssertionError, match="closed with 4502"):
        await device.open()
    await ann.do("name", name="Ann")
    assert (await opened(house, made, "x" * 22)).status == 404
    await closed(lead, ann)


async def test_R24_the_token_of_a_device_that_is_shut_out_is_deleted_from_the_store(house: House, shelf: Store) -> None:
    made, (lead, ann) = await people(house, 1)
    key = await link(house, made, ann.welcome["seat"])
    token = ann.token
    await away(house, ann, lead)
    device = await back(house, made, key)
    ann = await Tab(house.base, made["board"], token).open()
    assert len(await shelf.credentials.every(made["board"])) == 4
    await ann.do("devices", act="out", number=1)
    assert await device.ended() == 4502
    await jobs_done(house)
    assert len(await shelf.credentials.every(made["board"])) == 3
    await closed(lead, ann)


async def test_H5_while_a_device_of_the_person_is_there_a_return_link_is_refused_and_stays_open(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    key = await link(house, made, ann.welcome["seat"])
    reply = await opened(house, made, key)
    assert (reply.status, reply.json) == (409, {"error": "has_device"})
    await away(house, ann, lead)
    assert (await opened(house, made, key)).status == 200
    await closed(lead)


async def test_H5_a_return_link_works_once_whoever_opens_it_at_the_same_time(house: House) -> None:
    made = await new_workshop(house.base)
    seat = (await join(house.base, made["code"]))["seat"]
    key = await link(house, made, seat)
    replies = await asyncio.gather(*(opened(house, made, key) for _ in range(8)))
    assert sorted(reply.status for reply in replies) == [200] + [404] * 7
    assert (await opened(house, made, key)).json == {"error": "no_way"}
    lead = await Tab(house.base, made["board"], made["token"]).open()
    newer = await link(house, made, seat)
    newest = await link(house, made, seat)
    assert (await opened(house, made, newer)).status == 404, "a newer one replaces it"
    assert (await opened(house, made, newest)).status == 200
    await lead.close()


async def test_R24_a_link_that_is_refused_for_too_many_devices_can_be_opened_once_one_is_shut_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "MAX_DEVICES", 1)
    made, (lead, ann) = await people(house, 1)
    seat, token = ann.welcome["seat"], ann.token
    await away(house, ann, lead)
    first = await back(house, made, await link(house, made, seat))
    await away(house, first, lead)
    key = await link(house, made, seat)
    reply = await opened(house, made, key)
    assert (reply.status, reply.json) == (409, {"error": "full"})
    ann = await Tab(house.base, made["board"], token).open()
    assert await ann.do("devices", act="out", number=1) == ""
    await away(house, ann, lead)
    assert (await opened(house, made, key)).status == 200
    await closed(lead)


async def test_H5_a_way_back_ends_with_removal_and_with_sealing(house: House, shelf: Store) -> None:
    made = await new_workshop(house.base)
    ways_in = [await join(house.base, made["code"]) for _ in range(2)]
    lead = await Tab(house.base, made["board"], made["token"]).open()
    gone, sealed = [await link(house, made, way["seat"]) for way in ways_in]
    assert await lead.do("remove", seat=ways_in[0]["seat"]) == ""
    assert (await opened(house, made, gone)).json == {"error": "no_way"}
    assert await lead.do("close") == ""
    assert await lead.do("seal") == ""
    assert (await opened(house, made, sealed)).json == {"error": "no_way"}
    await jobs_done(house)
    assert await shelf.ways.open(made["board"], now=0) == []
    await lead.close()


async def test_H5_anybody_gives_another_device_of_their_own_the_same_access(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    door = await doors(house, made)
    listener = await join(house.base, join=door["listen"].partition("#l=")[2])
    draft = await ann.write("kladde", **PLACE)
    key = await link(house, made, ann.welcome["seat"], token=ann.token)
    second = await back(house, made, key)  # though the first device is there
    await second.until(lambda: f"mine:{draft}" in second.mine)
    assert second.mine["me"]["devices"] == ann.mine["me"]["devices"] == [], "nobody needs to be told of it"
    assert await second.do("delete", note=draft) == ""
    await ann.until(lambda: f"deleted:{draft}" in ann.mine)
    assert (await opened(house, made, key)).status == 404, "once"
    quiet = await back(house, made, await link(house, made, listener["seat"], token=listener["token"]))
    assert quiet.welcome["role"] == "listener"
    assert await lead.do("role", seat=ann.welcome["seat"], role="scribe") == ""
    scribe = await back(house, made, await link(house, made, ann.welcome["seat"], token=ann.token))
    assert scribe.mine["me"]["role"] == "scribe"
    await closed(lead, ann, second, quiet, scribe)


async def test_H5_a_link_to_another_own_device_ends_after_ten_minutes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, (lead, ann) = await people(house, 1)
    asked = await call(house.base, f"{of(made)}/return", body={"seat": ann.welcome["seat"]}, token=ann.token)
    assert abs(asked.json["until"] - lead.welcome["time"] - 10 * 60_000) < GUARD * 1_000
    monkeypatch.setattr(ways, "OWN_WAY", 0)
    key = await link(house, made, ann.welcome["seat"], token=ann.token)
    assert (await opened(house, made, key)).json == {"error": "no_way"}
    await closed(lead, ann)


async def test_H5_nobody_makes_a_link_for_another_but_the_facilitator(house: House) -> None:
    made, (lead, ann, bo) = await people(house, 2)
    path, seats = f"{of(made)}/return", {tab: tab.welcome["seat"] for tab in (lead, ann, bo)}
    for who, seat in ((ann, seats[bo]), (ann, seats[lead]), (ann, "nobody")):
        reply = await call(house.base, path, body={"seat": seat}, token=who.token)
        assert (reply.status, reply.json) == (403, {"error": "role"})
    for seat in ("", seats[ann]):
        reply = await call(house.base, path, body={"seat": seat}, token=made["wall"])
        assert (reply.status, reply.json) == (403, {"error": "role"})
    assert await lead.do("person", seat="hosted01", name="Uden telefon") == ""
    for seat in ("hosted01", "nobody", ""):
        assert (await call(house.base, path, body={"seat": seat}, token=made["token"])).json == {"error": "no_seat"}
    await closed(lead, ann, bo)


async def test_H5_who_makes_links_faster_than_anybody_needs_is_asked_to_wait(house: House) -> None:
    made = await new_workshop(house.base)
    way = await join(house.base, made["code"])
    body = {"seat": way["seat"]}
    replies = [await call(house.base, f"{of(made)}/return", body=body, token=way["token"]) for _ in range(40)]
    late = [reply for reply in replies if reply.status == 429]
    assert replies[0].status == 200
    assert late
    assert late[0].json == {"error": "slow_down"}
    assert late[0].headers["retry-after"] == "1"


async def test_H5_a_browser_that_is_the_persons_own_keeps_its_token(house: House) -> None:
    made, (lead, ann, bo) = await people(house, 2)
    seat = ann.welcome["seat"]
    key = await link(house, made, seat)
    reply = await opened(house, made, key, had=ann.token)
    assert (reply.status, reply.json["token"], reply.json["seat"]) == (200, ann.token, seat)
    assert (await opened(house, made, key)).status == 404
    assert ann.mine["me"]["devices"] == []
    key = await link(house, made, seat)
    await away(house, ann, lead)
    other = await opened(house, made, key, had=bo.token)
    assert other.json["seat"] == seat
    assert other.json["token"] not in (ann.token, bo.token), "somebody else's browser becomes a device of its own"
    await closed(lead, bo)


async def test_H5_of_a_way_back_only_a_hash_is_stored(house: House, shelf: Store) -> None:
    made = await new_workshop(house.base)
    way = await join(house.base, made["code"])
    key = await link(house, made, way["seat"])
    stored = await shelf.calls.do("HGETALL", f"tavle:{{{made['board']}}}:ways")
    assert key.encode() not in repr(stored).encode()
    (open_way,) = await shelf.ways.open(made["board"], now=0)
    assert open_way.kind == "return"
    await call(house.base, of(made), method="DELETE", token=made["token"])
    assert await shelf.calls.do("EXISTS", f"tavle:{{{made['board']}}}:ways") == 0


async def test_H5_the_store_gives_a_way_to_one_and_a_newer_one_replaces_it(shelf: Store) -> None:
    way = Way("return", "pid1")
    await shelf.ways.add("b", digest="d1", way=way)
    await shelf.ways.add("b", digest="d2", way=way)
    await shelf.ways.add("b", digest="d3", way=Way("own", "pid1", 1_000))
    assert await shelf.ways.of("b", digest="d1", now=0) is None
    assert await shelf.ways.of("b", digest="d2", now=5_000) == way
    assert await shelf.ways.of("b", digest="d3", now=999) == Way("own", "pid1", 1_000)
    assert await shelf.ways.of("b", digest="d3", now=1_000) is None
    assert not await shelf.ways.take("b", digest="d1", way=way)
    took = await asyncio.gather(*(shelf.ways.take("b", digest="d2", way=way) for _ in range(5)))
    assert sorted(took) == [False] * 4 + [True]
    assert await shelf.ways.open("b", now=0) == [Way("own", "pid1", 1_000)]
    await shelf.ways.withdraw("b", lambda each: each.pid == "pid1")
    assert await shelf.ways.open("b", now=0) == []


# -- each link by itself --------------------------------------------------------------------


async def test_H5_each_link_is_renewed_by_itself(house: House) -> None:
    made = await new_workshop(house.base)
    first = await doors(house, made)
    joined = await doors(house, made, renew="join")
    assert joined["code"] != first["code"]
    assert joined["url"] != first["url"]
    assert (joined["listen"], joined["wall"]) == (first["listen"], first["wall"])
    heard = await doors(house, made, renew="listen")
    assert heard["listen"] != first["listen"]
    assert (heard["code"], heard["url"], heard["wall"]) == (joined["code"], joined["url"], first["wall"])
    assert await doors(house, made) == heard

    async def found(door: Any, field: str, key: str) -> int:
        said = {"code": door["code"]} if field == "code" else {"join": door[field].partition(f"#{key}=")[2]}
        return (await call(house.base, "/api/look", body=said)).status

    for field, key in (("code", ""), ("url", "j"), ("listen", "l")):
        assert await found(first, field, key) == 404, field
        assert await found(heard, field, key) == 200, field


async def test_H5_the_listeners_link_can_be_withdrawn_and_made_anew(house: House) -> None:
    made = await new_workshop(house.base)
    first = await doors(house, made)
    without = await doors(house, made, withdraw="listen")
    assert "listen" not in without
    assert without["code"] == first["code"]
    old = {"join": first["listen"].partition("#l=")[2]}
    assert (await call(house.base, "/api/look", body=old)).status == 404
    renewed = await doors(house, made, renew="join")
    assert "listen" not in renewed, "another link's renewal does not bring it back"
    anew = await doors(house, made, renew="listen")
    assert anew["listen"] != first["listen"]
    assert (await call(house.base, "/api/look", body={"join": anew["listen"].partition("#l=")[2]})).status == 200
    assert (await call(house.base, "/api/look", body=old)).status == 404


@pytest.mark.parametrize("how", [{"renew": "wall"}, {"withdraw": "wall"}])
async def test_H5_a_renewed_or_withdrawn_walls_link_shows_and_fetches_nothing_any_more(
    house: House, how: dict[str, str]
) -> None:
    made, (lead, ann) = await people(house, 1)
    wall = await Tab(house.base, made["board"], made["wall"]).open()
    door = await doors(house, made, **how)
    assert await wall.ended() == 4502
    assert (await call(house.base, f"{of(made)}/door", token=made["wall"])).json == {"error": "no_access"}
    assert ("wall" in door) is ("renew" in how)
    assert await ann.do("name", name="Ann") == "", "nobody else's connection ends"
    if "renew" in how:
        token = door["wall"].partition("#k=")[2]
        again = await Tab(house.base, made["board"], token).open()
        assert (await call(house.base, f"{of(made)}/door", token=token)).json["code"] == door["code"]
        await again.close()
    await closed(lead, ann)


async def test_H5_nothing_is_sent_to_a_wall_after_its_link_is_withdrawn(house: House) -> None:
    made, (lead,) = await people(house, 0)
    wall = await Tab(house.base, made["board"], made["wall"]).open()
    before = len(wall.frames)
    await doors(house, made, withdraw="wall")
    assert await lead.do("notice", show=True) == ""
    assert await wall.ended() == 4502
    assert [frame[0] for frame in wall.frames[before:]] == ["bye"]
    await lead.close()


async def test_H5_the_facilitators_other_keys_are_counted_and_withdrawn(house: House) -> None:
    made, (lead,) = await people(house, 0)
    seat = lead.welcome["seat"]
    urls = [
        (await call(house.base, f"{of(made)}/return", body={"seat": seat}, token=made["token"])).json for _ in range(2)
    ]
    assert all(each["until"] == 0 for each in urls)
    tokens = [each["url"].partition(f"/console/{made['board']}#k=")[2] for each in urls]
    printed = await Tab(house.base, made["board"], tokens[0]).open()
    assert (await doors(house, made))["other_keys"] == 2
    assert (await doors(house, made, withdraw="other_keys"))["other_keys"] == 0
    assert await printed.ended() == 4502
    for token in tokens:
        assert (await call(house.base, f"{of(made)}/door", token=token)).status == 403
    assert await lead.do("notice", show=True) == "", "the one in use stays"
    await lead.close()


async def test_H5_open_return_links_are_listed_and_withdrawn(house: House) -> None:
    made = await new_workshop(house.base)
    one, two = [await join(house.base, made["code"]) for _ in range(2)]
    keys = [await link(house, made, way["seat"]) for way in (one, two)]
    await link(house, made, one["seat"], token=one["token"])
    assert (await doors(house, made))["returns"] == sorted([one["seat"], two["seat"]])
    assert (await doors(house, made, withdraw="returns", seat=one["seat"]))["returns"] == [two["seat"]]
    assert (await opened(house, made, keys[0])).status == 404
    assert (await doors(house, made, withdraw="returns"))["returns"] == []
    assert (await opened(house, made, keys[1])).status == 404
    wall = (await call(house.base, f"{of(made)}/door", token=made["wall"])).json
    assert set(wall) == {"code", "sitting", "url", "qr", "addresses"}


async def test_H5_presence_of_other_processes_is_awaited_before_a_link_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class PubSub:
        async def subscribe(self, *_: Any) -> None:
            pass

        async def publish(self, *_: Any) -> None:
            pass

    known = presence.Presence("b", PubSub(), lambda: None)  # type: ignore[arg-type]

    async def pause(seconds: float) -> None:
        """Meanwhile another process answers that it has that seat."""
        assert seconds > 0
        known._handle("here", "other", ["seat1"])

    await known.open()
    with monkeypatch.context() as patched:
        patched.setattr(presence.asyncio, "sleep", pause)
        assert await known.is_here("seat1")
    assert await known.is_here("seat1")
    assert not await known.is_here("seat2")


# -- two processes, and boards of earlier releases --------------------------------------------


@pytest.fixture
async def beside(house: House, valkey: EmbeddedValkey, tmp_path: Path) -> AsyncIterator[House]:
    """Another web process on the same store as `house`."""
    started = await start_house(valkey.url, tmp_path)
    yield started
    await started.stop()


async def test_H5_R24_what_is_withdrawn_through_one_process_ends_connections_to_the_other(
    house: House, beside: House
) -> None:
    made, (lead, ann) = await people(house, 1)
    wall = await Tab(beside.base, made["board"], made["wall"]).open()
    await doors(house, made, renew="wall")
    assert await wall.ended() == 4502
    key = await link(house, made, ann.welcome["seat"])
    token = ann.token
    await away(house, ann, lead)
    device = await back(beside, made, key)
    ann = await Tab(house.base, made["board"], token).open()
    await ann.until(lambda: bool(ann.mine["me"]["devices"]))
    assert await ann.do("devices", act="out", number=1) == ""
    assert await device.ended() == 4502
    await closed(lead, ann)


async def test_H5_a_board_of_an_earlier_release_keeps_its_listeners_link_when_the_code_is_renewed(
    house: House, shelf: Store
) -> None:
    """There the code and both links had one number, and a renewal changed them all."""
    made = await new_workshop(house.base)
    await doors(house, made, renew="listen")
    await doors(house, made, renew="join")
    await shelf.calls.do("HDEL", f"tavle:{{{made['board']}}}:head", "@listen")
    before = await doors(house, made)
    after = await doors(house, made, renew="join")
    assert after["listen"] == before["listen"]
    assert after["code"] != before["code"]
    key = {"join": after["listen"].partition("#l=")[2]}
    assert (await call(house.base, "/api/look", body=key)).json["role"] == "listener"


async def test_R24_P7_a_device_that_floods_slows_none_of_the_persons_own(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    token = ann.token
    key = await link(house, made, ann.welcome["seat"])
    await away(house, ann, lead)
    device = await back(house, made, key)
    ann = await Tab(house.base, made["board"], token).open()
    for i in range(400):
        await device.op("name", name=f"N{i}")
    n = await ann.op("ready", on=True)
    await ann.until(lambda: ann.acked >= n)
    assert device.acked < 400, "hers was answered while the device's still wait"
    await closed(lead, ann, device)


async def test_H5_links_are_withdrawn_from_a_sealed_board_too(house: House) -> None:
    made, (lead,) = await people(house, 0)
    assert await lead.do("close") == ""
    assert await lead.do("seal") == ""
    wall = await Tab(house.base, made["board"], made["wall"]).open()
    await doors(house, made, withdraw="wall")
    assert await wall.ended() == 4502
    assert (await call(house.base, f"{of(made)}/return", body={"seat": "x"}, token=made["token"])).status == 404
    await lead.close()
