"""T16 and T17: two processes on one store, and a store that is full, read-only, slow or not answering.

Whatever the store does, ops wait or are refused, reads go on if possible, screens show the problem, and everything
recovers by itself afterwards.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import resource
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio as aioredis

from server.process.embedded import EmbeddedValkey
from tests.machine.chaos.crowd import Ledger, Member, crowd, until
from tests.machine.chaos.houses import Running, running
from tests.machine.chaos.test_kills import board_of, pids
from tests.machine.talk import call, join, new_workshop
from tests.machine.test_two_processes import two as two_tavles
from tests.machine.waiting import until as wait_until

PLACE = {"sheet": "columns", "lane": "critique"}
two = two_tavles


async def test_T16_two_processes_and_lost_pubsub_connections_leave_no_gap(
    two: Any, valkey: EmbeddedValkey, seed: int
) -> None:
    chance = random.Random(seed)
    (_, here), (_, there) = two
    made = await new_workshop(here)
    ways = [made, *[await join((here, there)[i % 2], made["code"]) for i in range(8)]]
    members = [Member((here, there)[i % 2], way, chance=chance) for i, way in enumerate(ways)]
    asking = aioredis.Redis.from_url(valkey.url)
    ledger = await Ledger(valkey.url, made["board"]).open()
    async with crowd(members) as (lead, *phones):
        assert await lead.do("round", to="critique") == ""
        behind: list[float] = []
        for turn in range(10):
            for phone in phones:
                for _ in range(2):
                    phone.write(secrets.token_hex(8), **PLACE)
            if turn % 2:
                await asking.client_kill_filter(_type="pubsub")
            title, began = f"nr {turn}", time.monotonic()
            lead.op("setup", title=title)
            await until(members, lambda title=title: all(m.view["board"]["title"] == title for m in members))
            behind.append(time.monotonic() - began)
        await until(phones, lambda: not any(phone.unanswered for phone in phones))
        assert await lead.do("reveal", sheet="columns", lane="critique") == ""
        await until(members, lambda: all(len(m.notes) == 160 for m in members))
        assert all(m.notes.keys() == lead.notes.keys() for m in members)
        entries = await ledger.check(pids(await board_of(valkey.url, made["board"]), members))
        assert all(not m.codes for m in members)
    await ledger.close()
    await asking.aclose()
    print(f"{entries} entries; everybody level after {', '.join(f'{s:.2f}' for s in behind)} s (cut: every other)")


class Trouble:
    """A Tavle whose store a test may ill-treat, with people in a writing round."""

    def __init__(self, house: Running) -> None:
        self.house = house
        self.asking = aioredis.Redis.from_url(house.url)
        self.made: Any = None
        self.members: list[Member] = []

    async def set(self, **settings: str) -> None:
        for name, value in settings.items():
            await self.asking.config_set(name.replace("_", "-"), value)


@pytest.fixture(scope="module")
def ill_treated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("trouble") / "data") as house:
        yield house


@contextlib.asynccontextmanager
async def trouble(house: Running) -> AsyncIterator[Trouble]:
    made = Trouble(house)
    made.made = await new_workshop(house.base)
    ways = [made.made, *[await join(house.base, made.made["code"]) for _ in range(3)]]
    async with crowd([Member(house.base, way) for way in ways]) as members:
        made.members = members
        assert await members[0].do("round", to="critique") == ""
        try:
            yield made
        finally:
            await made.asking.aclose()


async def tell_and_recover(it: Trouble, *, end: Any, reads: bool = True) -> float:
    """While the store is ill: all are told, nothing is acked, reads go on. Then `end` it, and all is well."""
    _lead, *phones = it.members
    asked = [(phone, phone.write("mens den er syg", **PLACE), phone.n) for phone in phones]
    await until(it.members, lambda: all(m.trouble == "store_away" for m in it.members))
    assert all(n in phone.unanswered for phone, _, n in asked), "answered by a store that cannot write"
    if reads:
        late = Member(it.house.base, {"board": it.made["board"], "token": it.made["wall"]})
        async with crowd([late]):
            assert late.view.keys() >= {"board", "method"}
            await late.until(lambda: late.trouble == "store_away")
        door = await call(it.house.base, f"/api/board/{it.made['board']}/door", token=it.made["token"])
        assert door.status == 200
    began = time.monotonic()
    await end()
    await until(it.members, lambda: all(m.trouble == "" and not m.unanswered for m in it.members))
    took = time.monotonic() - began
    board = await board_of(it.house.url, it.made["board"])
    for phone, note, n in asked:
        assert n in phone.refused or note in board.notes
        assert note not in board.notes or board.notes[note].text == "mens den er syg"
    for phone in phones:
        assert await phone.do("write", note=secrets.token_urlsafe(12), text="bagefter", **PLACE) == ""
    assert all(not m.codes for m in it.members), "a screen was sent away"
    assert "Traceback" not in it.house.printed
    return took


async def test_T17_a_full_store_refuses_nothing_silently_and_recovers(ill_treated: Running) -> None:
    async with trouble(ill_treated) as it:
        await it.set(maxmemory="1")
        joining = asyncio.create_task(call(it.house.base, "/api/join", body={"code": it.made["code"]}))
        took = await tell_and_recover(it, end=lambda: it.set(maxmemory="0"))
        answer = await joining  # it waits a while: either let in after all, or told why not
        assert answer.status == 200 or (answer.status, answer.json) == (503, {"error": "store_away"})
        print(f"full: a join meanwhile {answer.status}; well again after {took:.2f} s")


async def test_T17_a_store_that_may_only_be_read_is_told_and_recovers(ill_treated: Running) -> None:
    async with trouble(ill_treated) as it:
        await it.asking.execute_command("REPLICAOF", "127.0.0.1", "1")
        took = await tell_and_recover(it, end=lambda: it.asking.execute_command("REPLICAOF", "NO", "ONE"))
        print(f"read-only: well again after {took:.2f} s")


async def test_T17_a_store_that_does_not_answer_is_told_and_recovers(ill_treated: Running) -> None:
    """Every write waits longer than we wait for an answer: what was written late is found, and not done twice."""
    async with trouble(ill_treated) as it:
        _lead, *phones = it.members
        ledger = await Ledger(it.house.url, it.made["board"]).open()
        await it.asking.execute_command("CLIENT", "PAUSE", "60000", "WRITE")
        for phone in phones:
            phone.write("mens den sover", **PLACE)
        await until(it.members, lambda: all(m.trouble == "store_away" for m in it.members))
        assert all(phone.unanswered for phone in phones)
        began = time.monotonic()
        await it.asking.execute_command("CLIENT", "UNPAUSE")
        await until(it.members, lambda: all(m.trouble == "" and not m.unanswered for m in it.members))
        print(f"asleep: well again after {time.monotonic() - began:.2f} s")
        board = await board_of(it.house.url, it.made["board"])
        assert len(board.notes) == len(phones)
        await ledger.check(pids(board, it.members))
        await ledger.close()
        assert all(not m.codes for m in it.members)


async def test_T17_short_pauses_are_nobodys_business(ill_treated: Running) -> None:
    async with trouble(ill_treated) as it:
        _lead, *phones = it.members
        for _ in range(5):
            await it.asking.execute_command("CLIENT", "PAUSE", "200", "ALL")
            for phone in phones:
                phone.write("straks", **PLACE)
            await until(phones, lambda: not any(phone.unanswered for phone in phones))
        assert not any(m.troubles for m in it.members)


async def test_T17_a_store_that_will_not_write_is_told_and_recovers(ill_treated: Running) -> None:
    """An error is no answer, and never an ack: here that of a store which lost its minimum of replicas."""
    async with trouble(ill_treated) as it:
        await it.set(min_replicas_to_write="1")
        took = await tell_and_recover(it, end=lambda: it.set(min_replicas_to_write="0"))
        print(f"no writes: well again after {took:.2f} s")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of another process are Linux's")
async def test_T17_a_disk_that_is_full_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    """The store's file may not grow, as on a full disk: what cannot be written is not answered.

    With every write on the disk before its answer, Valkey gives up then; it is started again until there is room.
    """
    with running(tmp_path / "data") as house:
        async with trouble(house) as it:
            _lead, *phones = it.members
            ledger = await Ledger(house.url, it.made["board"]).open()
            for phone in phones:
                assert await phone.do("write", note=secrets.token_urlsafe(12), text="før", **PLACE) == ""
            supervisor, deaths = house.process.pid, {house.store()}
            size = max(path.stat().st_size for path in house.data_dir.rglob("*.aof"))
            for pid in (supervisor, *deaths):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size + 200, resource.RLIM_INFINITY))
            asked = [(phone, phone.write("der er ikke plads", **PLACE), phone.n) for phone in phones for _ in range(5)]
            await until(it.members, lambda: all(m.trouble == "store_away" for m in it.members))
            wait_until(lambda: deaths.add(house.store()) or len(deaths) > 1, what="the store is started again")
            answered = sum(n not in phone.unanswered for phone, _, n in asked)
            assert answered <= 1, f"{answered} answered, and there was hardly room for one"
            for pid in (supervisor, house.store()):
                with contextlib.suppress(ProcessLookupError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            began = time.monotonic()
            await until(it.members, lambda: all(m.trouble == "" and not m.unanswered for m in it.members))
            print(f"disk full: well again {time.monotonic() - began:.2f} s after there was room")
            board = await board_of(house.url, it.made["board"])
            assert all(board.notes[note].text == "der er ikke plads" for _, note, _ in asked)
            assert len(board.notes) == len(asked) + len(phones)
            await ledger.check(pids(board, it.members))
            await ledger.close()
        assert "Traceback" not in house.printed
