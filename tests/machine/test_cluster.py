"""The store on a real cluster of three masters with replicas, and a workshop while one of them falls.

The contract is test_store.py's own, run again over the cluster; what is new here is what only
several servers can do: forget what they had said yes to.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.crc import key_slot

from server import store
from server.process.probe import StoreError, probe
from server.store import Conflict, Head, Logged, Store, StoreAway
from tests.machine.chaos.crowd import Ledger, Member, crowd
from tests.machine.chaos.crowd import until as crowd_until
from tests.machine.several import Cluster, a_cluster
from tests.machine.talk import GUARD, PLACE, Tab, call, closed, join, new_workshop
from tests.machine.test_start import serving
from tests.machine.test_store import (  # noqa: F401  (collected here too, over the cluster)
    new_board,
    test_facts_beside_the_log_do_not_touch_its_head,
    test_R14_due_times_advance_and_are_taken_back,
    test_S1_an_append_after_an_old_version_is_a_conflict,
    test_S1_an_append_after_the_head_is_in_the_log,
    test_S1_an_append_to_no_board_says_so,
    test_S1_the_same_version_with_another_last_entry_is_a_conflict,
    test_S1_the_script_is_sent_again_when_redis_forgot_it,
    test_S2_a_new_board_is_at_version_1_with_its_method_M3,
    test_S2_many_writers_leave_no_gap_and_lose_nothing,
    test_S3_a_follower_in_another_process_hears_every_entry,
    test_S3_what_is_too_long_for_a_message_is_published_without_its_text,
    test_S4_a_snapshot_keeps_what_followers_may_still_ask_for,
    test_S4_a_snapshot_takes_the_place_of_the_entries_before_it,
    test_S4_an_older_snapshot_never_takes_the_place_of_a_newer_one,
    test_S5_a_board_expires_ever_later,
    test_S7_a_door_leads_to_one_board_until_it_is_taken_away,
    test_S7_a_token_is_known_by_its_hash_until_it_is_revoked,
    test_the_secret_is_the_same_for_everybody,
)
from tests.machine.waiting import in_the_end, until

KEY = "ABCD-EFGH-JKMN-PQRS"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One cluster for this file; every test leaves it whole."""
    with a_cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture
def valkey(cluster: Cluster) -> Cluster:
    """What the contract's tests call the Redis they run over; here it is a cluster."""
    return cluster


async def safe(cluster: Cluster) -> Store:
    """A store that says yes when a replica has it."""
    opened = store.connect(cluster.url, replicas=1)
    await opened.start()
    return opened


def cut_off(cluster: Cluster, board: str) -> Any:
    """Let the replica of a board's master miss everything from now on; gives the replica."""
    master = cluster.master_of(board)
    replica = cluster.replica_of(master)
    replica.say("CONFIG", "SET", "primaryauth", "nobody")  # which its master does not know
    master.say("CLIENT", "KILL", "TYPE", "replica")
    return replica


def follow_again(cluster: Cluster, replica: Any) -> None:
    replica.say("CONFIG", "SET", "primaryauth", "")
    cluster.whole()


# -- the store ------------------------------------------------------------------------------


async def test_boards_lie_on_every_master_and_their_heads_are_read_in_one_call(cluster: Cluster, shelf: Store) -> None:
    boards = [await new_board(shelf) for _ in range(24)]
    assert {cluster.master_of(board).port for board, _ in boards} == {s.port for s in cluster.servers[:3]}
    heads = await shelf.heads([*[board for board, _ in boards], "nowhere"])
    assert heads == [*[head for _, head in boards], None]


async def test_S5_a_deleted_board_is_on_no_master(cluster: Cluster, shelf: Store) -> None:
    board, _ = await new_board(shelf)
    for number in range(6):
        assert await shelf.doors.register(board, digest=f"{board}{number}", role="participant")
    await shelf.forget(board)
    for server in cluster.servers[:3]:
        assert server.say("KEYS", f"*{board}*") == []
    assert board not in await shelf.schedule.expired(now=9_999_999)


async def test_S3_lost_pubsub_connections_are_replaced_on_every_master(cluster: Cluster, shelf: Store) -> None:
    boards = [await new_board(shelf) for _ in range(8)]
    heard: dict[str, asyncio.Queue[list[Logged] | None]] = {}
    for board, _ in boards:
        heard[board] = asyncio.Queue()
        await shelf.subscribe(board, heard[board].put_nowait)
        assert heard[board].get_nowait() is None
    for server in cluster.servers[:3]:
        server.say("CLIENT", "KILL", "TYPE", "pubsub")
    async with asyncio.timeout(GUARD):
        for board, head in boards:
            assert await heard[board].get() is None
            await shelf.append(board, after=head, entries=[b"a"])
            while not (received := await heard[board].get()):
                pass
            assert received[0].data == b"a"


async def test_connections_do_not_grow_with_boards(cluster: Cluster, shelf: Store) -> None:
    boards = [await new_board(shelf) for _ in range(60)]
    before = {s.port: set(_clients(s)) for s in cluster.servers[:3]}
    for board, _ in boards:
        await shelf.subscribe(board, lambda received: None)
    await asyncio.gather(*(shelf.append(board, after=head, entries=[b"a"]) for board, head in boards))
    for server in cluster.servers[:3]:
        assert len(set(_clients(server)) - before[server.port]) <= 33


def _clients(server: Any) -> list[str]:
    """The connections of clients, without those of other servers and of this question."""
    return [
        line.split()[0]
        for line in server.say("CLIENT", "LIST", "TYPE", "NORMAL").splitlines()
        + server.say("CLIENT", "LIST", "TYPE", "PUBSUB").splitlines()
        if line
    ]


async def test_a_board_whose_slot_is_handed_over_is_found_and_heard_there(cluster: Cluster) -> None:
    shelf, other = await safe(cluster), await safe(cluster)
    board, head = await new_board(shelf)
    messages: asyncio.Queue[list[Logged] | None] = asyncio.Queue()
    await other.subscribe(board, messages.put_nowait)
    assert await messages.get() is None
    replica = cluster.replica_of(cluster.master_of(board))
    replica.say("CLUSTER", "FAILOVER")  # by agreement: nothing is lost, all are sent on
    async with asyncio.timeout(GUARD):
        await asyncio.to_thread(until, lambda: cluster.master_of(board) is replica, what="the other one as master")
        assert await messages.get() is None  # listens at the new master
        end = await in_the_end(lambda: shelf.append(board, after=head, entries=[b"a"]), unless=StoreAway)
        while not (received := await messages.get()):
            pass
        assert received[-1].id == end.last
    await shelf.close()
    await other.close()
    cluster.whole()


async def test_S1_a_log_that_went_back_and_grew_to_the_same_number_is_a_conflict(cluster: Cluster) -> None:
    quick = store.connect(cluster.url)  # without WAIT: this is what a fail-over can lose
    board, head = await new_board(quick)
    safely = await safe(cluster)
    await safely.confirm(board)
    replica = cut_off(cluster, board)
    lost = await quick.append(board, after=head, entries=[b"lost"])
    replica.say("CLUSTER", "FAILOVER", "TAKEOVER")
    other = await in_the_end(lambda: _grown(quick, board, head), unless=StoreAway)
    assert other.version == lost.version
    with pytest.raises(Conflict) as caught:
        await quick.append(board, after=lost, entries=[b"next"])
    assert caught.value.head == other
    assert [e.data for e in await quick.read(board, after=0)] == [b"first", b"other"]
    await quick.close()
    await safely.close()
    follow_again(cluster, replica)


async def _grown(shelf: Store, board: str, head: Head) -> Head:
    """Append at the new master, once the log there is what it was before the fail-over."""
    if await shelf.head(board) != head:
        raise StoreAway("still the old master")
    return await shelf.append(board, after=head, entries=[b"other"])


async def test_a_change_that_no_replica_has_is_not_acknowledged(cluster: Cluster) -> None:
    shelf = await safe(cluster)
    board, head = await new_board(shelf)
    messages: list[Any] = []
    await shelf.subscribe(board, messages.append)
    messages.clear()
    replica = cut_off(cluster, board)
    with pytest.raises(StoreAway):
        await shelf.append(board, after=head, entries=[b"a"])
    with pytest.raises(StoreAway):
        await shelf.read(board, after=head.version)
    assert messages == []  # and shown to nobody
    follow_again(cluster, replica)
    assert [e.data for e in await shelf.read(board, after=head.version)] == [b"a"]
    await shelf.close()


def test_a_start_says_what_is_wrong_with_the_address(cluster: Cluster) -> None:
    port = cluster.servers[0].port
    assert probe(cluster.url).name == "Valkey"
    with pytest.raises(StoreError, match="write redis\\+cluster://"):
        probe(f"redis://127.0.0.1:{port}")
    with pytest.raises(StoreError, match=r"does not answer at redis://127\.0\.0\.1:1 "):
        probe("redis+cluster://:hemmelig@127.0.0.1:1")


# -- a workshop -----------------------------------------------------------------------------


@contextlib.contextmanager
def two_processes(cluster: Cluster, folder: Path, **environ: str) -> Iterator[tuple[str, str]]:
    """Two whole Tavles on the cluster: their addresses."""
    named = {"REDIS_URL": cluster.url, "TAVLE_KEY": KEY, **environ}
    with contextlib.ExitStack() as stack:
        bases = []
        for name in ("a", "b"):
            _, _, port = stack.enter_context(serving(data_dir=folder / name, environ=named))
            bases.append(f"http://127.0.0.1:{port}")
        yield bases[0], bases[1]


async def test_a_workshop_outlives_its_master_twice_and_nothing_acknowledged_is_lost(
    cluster: Cluster, tmp_path: Path, seed: int
) -> None:
    """Six phones write through two processes; the board's master is taken over, then killed."""
    chance = random.Random(seed)
    with two_processes(cluster, tmp_path, TAVLE_WAIT_REPLICAS="1") as (here, there):
        made = await new_workshop(here)
        ways = [await join(there, made["code"]) for _ in range(6)]
        lead = Member(here, made, chance=chance)
        phones = [Member((here, there)[i % 2], way, chance=chance) for i, way in enumerate(ways)]
        async with crowd([lead, *phones]):
            assert await lead.do("round", to="critique") == ""

            async def write(times: int) -> None:
                """Each writes one after the other, and goes on when the answer is there."""

                async def one(phone: Member) -> None:
                    for _ in range(times):
                        assert await phone.do("write", note=_note(chance), text="et ord", **PLACE) == ""

                await asyncio.gather(*(one(phone) for phone in phones))

            await write(3)
            writing = asyncio.create_task(write(6))
            first = cluster.master_of(made["board"])
            await crowd_until(phones, lambda: sum(p.acks_seen for p in phones) >= 24)
            cluster.replica_of(first).say("CLUSTER", "FAILOVER", "TAKEOVER")
            await writing
            await asyncio.to_thread(cluster.whole)
            second = cluster.master_of(made["board"])
            assert second is not first
            writing = asyncio.create_task(write(6))
            await crowd_until(phones, lambda: sum(p.acks_seen for p in phones) >= 60)
            second.kill()
            await asyncio.to_thread(
                until, lambda: cluster.master_of(made["board"]) is not second, what="another master"
            )
            second.again()  # now somebody can follow the new master
            await writing
            await asyncio.to_thread(cluster.whole)
            assert await lead.do("reveal", sheet="columns", lane="critique") == ""
            everything = {args["note"] for p in phones for name, args in p.ops.values() if name == "write"}
            for member in [lead, *phones]:
                await member.until(lambda member=member: member.notes.keys() == everything)
            assert len(everything) == 6 * 15
            told = {what for member in [lead, *phones] for what in member.troubles}
            print("troubles told:", told, "codes:", [m.codes for m in phones])
            ledger = await Ledger(cluster.url, made["board"]).open()
            state = await _seats(cluster, made["board"])
            print(await ledger.check({phone: state[phone.seat] for phone in phones}), "entries, none lost, none twice")
            await ledger.close()
            for base in (here, there):
                assert (await call(base, "/ready")).status == 200


def _note(chance: random.Random) -> str:
    return f"{chance.getrandbits(96):024x}"


async def _seats(cluster: Cluster, board: str) -> dict[str, str]:
    from tests.machine.boards import fold_all

    shelf = store.connect(cluster.url)
    try:
        return dict(fold_all(await shelf.load(board)).seats)
    finally:
        await shelf.close()


async def test_what_a_fail_over_lost_is_noticed_and_screens_begin_again(cluster: Cluster, tmp_path: Path) -> None:
    """Without WAIT the last words may be gone: every screen gets a fresh start, and all goes on."""
    with two_processes(cluster, tmp_path) as (here, there):
        made = await new_workshop(here)
        one = await join(there, made["code"])
        lead = await Tab(here, made["board"], made["token"]).open()
        ann = await Tab(there, made["board"], one["token"]).open()
        assert await lead.do("setup", title="før") == ""
        await ann.until(lambda: ann.view["board"]["title"] == "før")
        safely = await safe(cluster)
        await safely.confirm(made["board"])
        await safely.close()
        replica = cut_off(cluster, made["board"])
        for title in ("tabt 1", "tabt 2", "tabt 3"):
            assert await lead.do("setup", title=title) == ""
        await ann.until(lambda: ann.view["board"]["title"] == "tabt 3")
        replica.say("CLUSTER", "FAILOVER", "TAKEOVER")
        for tab in (lead, ann):
            await tab.until(lambda tab=tab: tab.resets == 1 and tab.view.get("board", {}).get("title") == "før")
        assert await lead.do("setup", title="efter") == ""
        await ann.until(lambda: ann.view["board"]["title"] == "efter")
        await closed(lead, ann)
    follow_again(cluster, replica)


# -- slots that move ------------------------------------------------------------------------


async def test_while_a_slot_is_carried_over_its_board_waits_and_nothing_is_done_twice_or_in_two_places(
    cluster: Cluster,
) -> None:
    """A slot that moves key by key: the store says that it is away (ASK is not followed: half of a board's keys may be
    on either side), and finds the board where it has been carried. The other boards notice nothing."""
    shelf = store.connect(cluster.url)
    await shelf.start()
    board, head = await new_board(shelf)
    head = await shelf.append(board, after=head, entries=[b"before"])
    slot, source = key_slot(board.encode()), cluster.master_of(board)
    target = next(s for s in cluster.servers if s is not source and s.info("replication")["role"] == "master")
    names = {server: server.say("CLUSTER", "MYID") for server in (source, target)}
    other, their = await new_board(shelf)
    while key_slot(other.encode()) == slot:
        other, their = await new_board(shelf)
    target.say("CLUSTER", "SETSLOT", slot, "IMPORTING", names[source])
    source.say("CLUSTER", "SETSLOT", slot, "MIGRATING", names[target])
    assert await shelf.append(other, after=their, entries=[b"x"])
    keys = source.say("CLUSTER", "GETKEYSINSLOT", slot, 100)
    moved = [key for key in keys if key.endswith(":log")]
    for part in (moved, [key for key in keys if key not in moved]):
        source.say("MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "KEYS", *part)
        with pytest.raises(StoreAway):  # half of it is here, half there; then all is there, and nobody has said so
            await shelf.append(board, after=head, entries=[b"lost?"])
        with contextlib.suppress(StoreAway):  # never: no such board
            assert await shelf.head(board) == head
        with contextlib.suppress(StoreAway):
            assert len((await shelf.load(board)).entries) == 2
    for server in (target, source, *(s for s in cluster.servers if s not in (source, target))):
        if server.info("replication")["role"] == "master":
            server.say("CLUSTER", "SETSLOT", slot, "NODE", names[target])
    end = await in_the_end(lambda: shelf.append(board, after=head, entries=[b"after"]), unless=StoreAway)
    assert end.version == head.version + 1
    assert [e.data for e in await shelf.read(board, after=0)] == [b"first", b"before", b"after"]
    await shelf.forget(board)
    await shelf.close()
    # And back, so that every test finds the cluster as it was made. Who imports it is told first: its claim is then
    # newer than the one that still travels between the others.
    source.say("CLUSTER", "SETSLOT", slot, "IMPORTING", names[target])
    target.say("CLUSTER", "SETSLOT", slot, "MIGRATING", names[source])
    for server in (source, target, *(s for s in cluster.servers if s not in (source, target))):
        if server.info("replication")["role"] == "master":
            server.say("CLUSTER", "SETSLOT", slot, "NODE", names[source])
    cluster.whole()
