"""Two web processes on one store, as separate programs: T5 and T16."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import secrets
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.process.embedded import EmbeddedValkey
from server.store import Store
from tests.machine.talk import GUARD, PLACE, Tab, call, closed, join, new_workshop
from tests.machine.test_start import helpers, serving
from tests.machine.waiting import in_the_end


@pytest.fixture
def two(valkey: EmbeddedValkey, tmp_path: Path) -> Iterator[tuple[Any, Any]]:
    """Two whole Tavles on the same Redis: (process, address) each."""
    environ = {"REDIS_URL": valkey.url, "TAVLE_KEY": "ABCD-EFGH-JKMN-PQRS"}
    with contextlib.ExitStack() as stack:
        made = []
        for name in ("a", "b"):
            process, _, port = stack.enter_context(serving(data_dir=tmp_path / name, environ=environ))
            made.append((process, f"http://127.0.0.1:{port}"))
        yield made[0], made[1]


async def test_T16_what_is_done_through_one_is_seen_through_the_other(two: Any) -> None:
    (_, here), (_, there) = two
    made = await new_workshop(here)
    one = await join(there, made["code"], name="Ann")
    lead = await Tab(here, made["board"], made["token"]).open()
    ann = await Tab(there, made["board"], one["token"]).open()
    assert await lead.do("round", to="critique") == ""
    await ann.until(lambda: ann.mine["me"]["write"] is not None)
    note = await ann.write("fra den anden", **PLACE)
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    for tab in (lead, ann):
        await tab.until(lambda tab=tab: note in tab.notes())
        await tab.until(lambda tab=tab: set(tab.here) == {lead.welcome["seat"], one["seat"]})
    await lead.send(["drag", note, 0.5, 0.80])
    await ann.until(lambda: ann.drags.get(note) == [0.5, 0.80])
    await lead.send(["drag", note, None, None])
    await ann.until(lambda: ann.drags[note] is None)
    await ann.close()
    await lead.until(lambda: lead.here == [lead.welcome["seat"]])
    assert await lead.do("remove", seat=one["seat"]) == ""
    await closed(lead)


async def test_R38_two_leaders_answer_through_two_processes_and_the_second_is_asked(two: Any) -> None:
    """Both begin from no answer at once: one is saved, the other is told; screens of both processes show the same."""
    (_, here), (_, there) = two
    made = await new_workshop(here)
    lead = await Tab(here, made["board"], made["token"]).open()
    ann = await Tab(there, made["board"], (await join(there, made["code"], name="Ann"))["token"]).open()
    assert await lead.do("round", to="harvest", confirm=True) == ""
    points = [f"picked{at:06}" for at in range(8)]
    for point in points:
        assert await lead.do("pick", note=point, text=f"Punkt {point}", lane="points", of=[]) == ""
    at = f"/api/board/{made['board']}"
    door = await call(here, f"{at}/door", body={"renew": "leader"}, token=made["token"])
    key = str(door.json["leader"]).partition("#k=")[2]
    assert await lead.do("close") == ""

    async def answers(house: str, point: str, text: str, began: str = "") -> Any:
        body = {"note": point, "text": text, "fields": {}, "from": began}
        return await call(house, f"{at}/answers", body=body, token=key)

    for number, point in enumerate(points):
        if number == len(points) // 2:
            assert await lead.do("seal") == ""
        texts = {here: f"Ja {point}", there: f"Nej {point}"}
        replies = dict(
            zip(texts, await asyncio.gather(*(answers(one, point, texts[one]) for one in texts)), strict=True)
        )
        assert sorted(reply.status for reply in replies.values()) == [200, 409]
        late = next(house for house, reply in replies.items() if reply.status == 409)
        assert replies[late].json["error"] == "changed"
        first = next(text for house, text in texts.items() if house != late)
        for tab in (lead, ann):
            await tab.until(lambda tab=tab, first=first: first in [one["text"] for one in tab.notes().values()])
            assert texts[late] not in [one["text"] for one in tab.notes().values()]
        assert (await answers(late, point, texts[late], first)).status == 200
        for tab in (lead, ann):
            await tab.until(lambda tab=tab, last=texts[late]: last in [one["text"] for one in tab.notes().values()])
    await closed(lead, ann)


async def test_R37_who_wrote_ahead_and_is_not_connected_is_waited_for_in_every_process(two: Any) -> None:
    (_, here), (_, there) = two
    made = await new_workshop(here)
    lead = await Tab(here, made["board"], made["token"]).open()
    assert await lead.do("setup", day=int(time.time() * 1000) + 60_000) == ""
    tabs = {}
    for name, house in (("Ann", here), ("Bo", there), ("Cia", there)):
        person = await join(house, made["code"], name=name)
        tabs[name] = await Tab(house, made["board"], person["token"]).open()
        await tabs[name].write(f"hjemmefra {name}", **PLACE)
    cia = tabs.pop("Cia")
    seat = cia.welcome["seat"]
    await cia.close()
    for tab in (lead, *tabs.values()):
        await tab.until(lambda tab=tab: seat not in tab.here and len(tab.here) == 3)
    assert await lead.do("round", to="critique") == ""
    # Ann and Bo stay where they are, though Bo is connected to the other process.
    for tab in (lead, *tabs.values()):
        await tab.until(lambda tab=tab: tab.view["progress"]["present"] == 2)
    assert lead.view[f"seat:{seat}"]["away"]
    assert f"seat:{seat}" not in tabs["Ann"].view
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    late = await Tab(here, made["board"], cia.token).open()
    for tab in (lead, late, *tabs.values()):
        await tab.until(lambda tab=tab: tab.view["progress"]["present"] == 3)
    assert [record["text"] for key, record in late.mine.items() if key.startswith("mine:")] == ["hjemmefra Cia"]
    assert "hjemmefra Cia" not in [note["text"] for note in lead.notes().values()]
    assert not lead.view[f"seat:{seat}"]["away"]
    await closed(lead, late, *tabs.values())


async def test_I8_D5_of_those_who_take_one_card_at_once_one_holds_it_and_the_others_see_who(two: Any) -> None:
    (_, here), (_, there) = two
    made = await new_workshop(here, "perspektivsamtale")
    houses = (here, there, here, there)
    ways = [await join(base, made["code"]) for base in houses]
    lead = await Tab(here, made["board"], made["token"]).open()
    people = [await Tab(base, made["board"], way["token"]).open() for base, way in zip(houses, ways, strict=True)]
    everybody = (lead, *people)
    for to in ("cards", "gallery"):
        assert await lead.do("round", to=to, confirm=True) == ""
    for tab in people:
        await tab.until(lambda tab=tab: "claim" in tab.mine["me"]["can"] and len(tab.notes()) > 4)
    cards = sorted(lead.notes())

    async def holders() -> dict[str, str]:
        """Who holds which card, as everybody is shown it once all have been told all there is."""
        mark = secrets.token_hex(4)
        assert await lead.do("setup", venue=mark) == ""
        for tab in everybody:
            await tab.until(lambda tab=tab: tab.view["board"]["venue"] == mark)
        shown = [{k: record["note"] for k, record in tab.view.items() if k.startswith("claim:")} for tab in everybody]
        assert all(each == shown[0] for each in shown)
        for tab, way in zip(people, ways, strict=True):
            assert tab.mine["me"]["card"] == shown[0].get(f"claim:{way['seat']}", "")
        assert len(set(shown[0].values())) == len(shown[0]), "two hold one card"
        return shown[0]

    for seed in range(12):
        chance = random.Random(seed)
        few = chance.sample(cards, 2)
        asked = [tab.do("claim", note=chance.choice(few), on=chance.random() < 0.9) for tab in people]
        assert set(await asyncio.gather(*asked)) <= {"", "taken"}, seed
        await holders()
        one = chance.choice(cards[:-1])
        for tab in people:
            if tab.mine["me"]["card"]:
                assert await tab.do("claim", note=tab.mine["me"]["card"], on=False) == ""
        order = chance.sample(people, 4)
        told = await asyncio.gather(*(tab.do("claim", note=one, on=True) for tab in order))
        assert sorted(told) == ["", "taken", "taken", "taken"], seed
        winner = ways[people.index(order[told.index("")])]
        assert await holders() == {f"claim:{winner['seat']}": one}, seed
    assert sorted(lead.notes()) == cards, "no card is lost"
    for tab in everybody:
        await tab.close()


async def test_T16_H5_a_device_at_another_process_counts_as_there_for_a_way_back(two: Any) -> None:
    (_, here), (_, there) = two
    made = await new_workshop(here)
    one = await join(here, made["code"])
    ann = await Tab(here, made["board"], one["token"]).open()
    of = f"/api/board/{made['board']}"
    link = (await call(here, f"{of}/return", body={"seat": one["seat"]}, token=made["token"])).json["url"]
    key = link.partition("#r=")[2]
    reply = await call(there, f"{of}/back", body={}, token=key)  # this one has not had the board open
    assert (reply.status, reply.json) == (409, {"error": "has_device"})
    lead = await Tab(there, made["board"], made["token"]).open()
    await ann.close()
    await lead.until(lambda: lead.here == [lead.welcome["seat"]])
    back = (await call(there, f"{of}/back", body={}, token=key)).json
    device = await Tab(here, made["board"], back["token"]).open()
    assert device.welcome["seat"] == one["seat"]
    await closed(lead, device)


async def test_T16_a_lost_pubsub_connection_loses_nothing(two: Any, shelf: Store) -> None:
    (_, here), (_, there) = two
    made = await new_workshop(here)
    lead = await Tab(here, made["board"], made["token"]).open()
    wall = await Tab(there, made["board"], made["wall"]).open()
    for number in range(10):
        if number % 3 == 0:
            await shelf.calls.do("CLIENT", "KILL", "TYPE", "pubsub")
        assert await lead.do("setup", title=f"nr {number}") == ""
    await wall.until(lambda: wall.view["board"]["title"] == "nr 9")
    await closed(lead, wall)


async def test_T5_a_killed_web_process_loses_and_doubles_nothing(two: Any, seed: int) -> None:
    """Phones write through both; one is killed again and again; each phone resends (P4)."""
    chance = random.Random(seed)
    (process, here), (_, there) = two
    made = await new_workshop(there)
    lead = await Tab(there, made["board"], made["token"]).open()
    assert await lead.do("round", to="critique") == ""
    phones = []
    for number in range(8):
        one = await join(there, made["code"])
        phones.append(Tab(here if number % 2 else there, made["board"], one["token"]))
    notes: dict[Tab, list[str]] = {tab: [] for tab in phones}
    done = asyncio.Event()

    async def write(tab: Tab) -> None:
        """Write 80 notes, whatever happens to the connection."""
        while len(notes[tab]) < 80 or tab.acked < 80:
            try:
                await tab.open()
                for n in range(tab.acked + 1, len(notes[tab]) + 1):
                    note = notes[tab][n - 1]
                    await tab.send(["op", n, "write", {"note": note, "text": note, **PLACE}])
                while len(notes[tab]) < 80:
                    notes[tab].append(secrets.token_urlsafe(12))
                    note = notes[tab][-1]
                    n = len(notes[tab])
                    await tab.send(["op", n, "write", {"note": note, "text": note, **PLACE}])
                    await tab.until(lambda n=n: tab.acked >= n)
                await tab.until(lambda: tab.acked >= 80)
            except (OSError, AssertionError, Exception):
                await asyncio.wait([gone], timeout=0.05)
        await tab.close()

    gone = asyncio.get_running_loop().create_future()

    killed: list[int] = []

    async def kill() -> None:
        while not done.is_set():
            for pid in helpers(process, "server.process.worker"):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            # The next one is killed while it serves: on a busy machine a start takes longer than the pause below.
            await in_the_end(lambda: call(here, "/health"), unless=Exception)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(chance.uniform(0.8, 1.6)):
                    await done.wait()

    killing = asyncio.create_task(kill())
    async with asyncio.timeout(3 * GUARD):
        await asyncio.gather(*(write(tab) for tab in phones))
    done.set()
    await killing
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    every = [note for some in notes.values() for note in some]
    await lead.until(lambda: lead.notes().keys() == set(every))
    assert len(set(every)) == 640
    print(f"{len(killed)} web processes killed")
    assert len(killed) > 1
    await closed(lead)


async def test_T6_a_killed_store_loses_nothing_and_every_screen_is_told(tmp_path: Path) -> None:
    with serving(data_dir=tmp_path / "data") as (process, _, port):
        base = f"http://127.0.0.1:{port}"
        made = await new_workshop(base)
        lead = await Tab(base, made["board"], made["token"]).open()
        wall = await Tab(base, made["board"], made["wall"]).open()
        assert await lead.do("round", to="critique") == ""
        one = await join(base, made["code"])
        ann = await Tab(base, made["board"], one["token"]).open()
        notes = []
        for _ in range(3):
            notes += [await ann.write("før", **PLACE) for _ in range(10)]
            for pid in helpers(process, "valkey-server"):
                os.kill(pid, signal.SIGKILL)
            told = len(wall.frames)
            notes += [await ann.write("under", **PLACE) for _ in range(5)]
            await wall.until(lambda: wall.trouble == "")
            print([frame for frame in wall.frames[told:] if frame[0] == "trouble"])
        assert await lead.do("reveal", sheet="columns", lane="critique") == ""
        for tab in (lead, wall, ann):
            await tab.until(lambda tab=tab: tab.notes().keys() == set(notes))
        assert [f[1] for f in wall.frames if f[0] == "trouble"][:2] == ["store_away", ""]
        await closed(lead, wall, ann)
