"""A master and its replica under three sentinels: the store follows the master, and so do workshops."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import store
from server.process.probe import StoreError, probe
from server.store import StoreAway
from tests.machine.chaos.crowd import Ledger, Member, crowd
from tests.machine.chaos.crowd import until as crowd_until
from tests.machine.several import FALL, Server, Watched, free_ports, watched
from tests.machine.talk import GUARD, PLACE, join, new_workshop
from tests.machine.test_start import serving
from tests.machine.test_store import (  # noqa: F401  (collected here too, over the master)
    new_board,
    test_S1_an_append_after_an_old_version_is_a_conflict,
    test_S1_an_append_after_the_head_is_in_the_log,
    test_S1_the_script_is_sent_again_when_redis_forgot_it,
    test_S2_many_writers_leave_no_gap_and_lose_nothing,
    test_S3_a_follower_in_another_process_hears_every_entry,
    test_S3_a_lost_pubsub_connection_is_replaced_and_reported,
    test_S7_a_door_leads_to_one_board_until_it_is_taken_away,
)
from tests.machine.waiting import in_the_end, until


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """One set of servers for this file; every test leaves a master with a replica that follows it."""
    with watched(tmp_path_factory.mktemp("sentinel")) as made:
        yield made


@pytest.fixture
def valkey(three: Watched) -> Watched:
    """What the contract's tests call the Redis they run over."""
    return three


def test_a_start_finds_the_master_or_says_why_not(three: Watched) -> None:
    assert probe(three.url).name == "Valkey"
    with pytest.raises(StoreError, match="names a master of 'other'"):
        probe(three.url.replace("/tavle", "/other"))


def fell(three: Watched, master: Server) -> None:
    """Wait until the sentinels have made the other one master; then the first one follows it."""
    until(lambda: three.master() is not master, what="another master", within=FALL)
    heir = three.master()
    until(lambda: heir.info("replication")["role"] == "master", what="a master that knows it")
    master.words = [*master.words, "--replicaof", "127.0.0.1", str(heir.port)]
    master.again()
    three.whole()


async def test_the_store_is_away_while_the_master_is_and_finds_the_next_one(three: Watched) -> None:
    shelf = store.connect(three.url, replicas=1)
    await shelf.start()
    board, head = await new_board(shelf)
    messages: asyncio.Queue[object] = asyncio.Queue()
    await shelf.subscribe(board, messages.put_nowait)
    assert await messages.get() is None
    master = three.master()
    master.kill()
    async with asyncio.timeout(1):  # promptly: people are told, and try again
        with pytest.raises(StoreAway):
            await shelf.append(board, after=head, entries=[b"a"])
    await asyncio.to_thread(fell, three, master)
    end = await in_the_end(lambda: shelf.append(board, after=head, entries=[b"a"]), unless=StoreAway)
    assert [e.data for e in await shelf.read(board, after=0)] == [b"first", b"a"]
    async with asyncio.timeout(GUARD):
        assert await messages.get() is None
        end = await shelf.append(board, after=end, entries=[b"b"])
        while not await messages.get():
            pass
    await shelf.close()


async def test_a_former_master_that_comes_back_as_an_empty_replica_is_not_asked(three: Watched) -> None:
    """It would say that there is no such board, and every screen would be told so."""
    shelf = store.connect(three.url, replicas=1)
    await shelf.start()
    board, head = await new_board(shelf)
    master = three.master()
    words = master.words
    master.kill()
    await asyncio.to_thread(until, lambda: three.master() is not master, what="another master", within=FALL)
    (nowhere,) = free_ports(1)
    master.words = [*words, "--replicaof", "127.0.0.1", str(nowhere)]  # empty until the sentinels tell it the right one
    with three.unwatched():  # else they may tell it before it is looked at
        master.again()
        assert master.say("DBSIZE") == 0
    assert await in_the_end(lambda: shelf.head(board), unless=StoreAway) == head
    await shelf.close()
    master.words = words
    await asyncio.to_thread(three.whole)


async def test_a_workshop_outlives_its_master_and_nothing_acknowledged_is_lost(
    three: Watched, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    environ = {"REDIS_URL": three.url, "TAVLE_WAIT_REPLICAS": "1"}
    with serving(data_dir=tmp_path / "data", environ=environ) as (_, _, port):
        base = f"http://127.0.0.1:{port}"
        made = await new_workshop(base)
        lead = Member(base, made, chance=chance)
        phones = [Member(base, await join(base, made["code"]), chance=chance) for _ in range(4)]
        async with crowd([lead, *phones]):
            assert await lead.do("round", to="critique") == ""

            async def write(phone: Member) -> None:
                for number in range(12):
                    note = f"{chance.getrandbits(96):024x}"
                    assert await phone.do("write", note=note, text=f"nr {number}", **PLACE) == ""

            writing = asyncio.gather(*map(write, phones))
            await crowd_until(phones, lambda: sum(p.acks_seen for p in phones) >= 16)
            master = three.master()
            master.kill()
            await asyncio.to_thread(fell, three, master)
            await writing
            assert await lead.do("reveal", sheet="columns", lane="critique") == ""
            everything = {args["note"] for p in phones for name, args in p.ops.values() if name == "write"}
            for member in [lead, *phones]:
                await member.until(lambda member=member: member.notes.keys() == everything)
            for phone in phones:  # the end of the trouble may come after the last note
                assert "store_away" in phone.troubles
                await phone.until(lambda phone=phone: phone.trouble == "")
            ledger = await Ledger(three.url, made["board"]).open()
            assert await ledger.check({}) >= 48
            await ledger.close()
