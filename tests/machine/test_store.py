"""The contract of the store, over a real Valkey."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import secrets
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis.asyncio as aioredis
from redis.exceptions import RedisError

from server import outages, store
from server.process.embedded import EmbeddedValkey
from server.store import REMOVED, Conflict, Credential, Head, Logged, NoBoard, Store, StoreAway
from server.store.node import Node
from server.store.nodes import nodes
from server.store.pubsub import PubSub
from tests.machine.waiting import until_async

GUARD = 60  # seconds: only against hanging


async def new_board(shelf: Store, entry: bytes = b"first") -> tuple[str, Head]:
    board = secrets.token_urlsafe(9)
    head = await shelf.create(
        board,
        method="id = 'x'",
        entry=entry,
        tokens=[("f" * 64, Credential("facilitator", "p1"))],
        expires=1_000,
        due=5_000,
    )
    return board, head


async def test_S2_a_new_board_is_at_version_1_with_its_method_M3(shelf: Store) -> None:
    board, head = await new_board(shelf)
    loaded = await shelf.load(board)
    assert head.version == 1
    assert loaded.head == head
    assert loaded.method == "id = 'x'"
    assert loaded.snapshot is None
    assert [entry.data for entry in loaded.entries] == [b"first"]


async def test_S1_an_append_after_the_head_is_in_the_log(shelf: Store) -> None:
    board, head = await new_board(shelf)
    end = await shelf.append(board, after=head, entries=[b"a", b"\x00\xff", b""])
    assert end.version == 4
    read = await shelf.read(board, after=1)
    assert [(entry.version, entry.data) for entry in read] == [
        (2, b"a"),
        (3, b"\x00\xff"),
        (4, b""),
    ]
    assert [entry.prev for entry in read] == [head.last, read[0].id, read[1].id]
    assert end.last == read[2].id == (await shelf.head(board)).last


async def test_S1_an_append_after_an_old_version_is_a_conflict(shelf: Store) -> None:
    board, head = await new_board(shelf)
    end = await shelf.append(board, after=head, entries=[b"a"])
    with pytest.raises(Conflict) as caught:
        await shelf.append(board, after=head, entries=[b"b"])
    assert caught.value.head == end
    assert [entry.data for entry in await shelf.read(board, after=0)] == [b"first", b"a"]


async def test_S1_the_same_version_with_another_last_entry_is_a_conflict(shelf: Store) -> None:
    board, head = await new_board(shelf)
    with pytest.raises(Conflict):
        await shelf.append(board, after=Head(head.version, "0" * 16), entries=[b"b"])


async def test_S1_an_append_to_no_board_says_so(shelf: Store) -> None:
    with pytest.raises(NoBoard):
        await shelf.append("nowhere", after=Head(1, "0" * 16), entries=[b"a"])
    with pytest.raises(NoBoard):
        await shelf.load("nowhere")
    with pytest.raises(NoBoard):
        await shelf.head("nowhere")


async def test_S2_many_writers_leave_no_gap_and_lose_nothing(valkey: EmbeddedValkey, shelf: Store, seed: int) -> None:
    board, _ = await new_board(shelf)
    chance = random.Random(seed)
    others = [store.connect(valkey.url) for _ in range(3)]

    async def write(shelf: Store, name: str) -> None:
        for number in range(40):
            entries = [f"{name}-{number}-{i}".encode() for i in range(chance.randint(1, 3))]
            after = await shelf.head(board)
            while True:
                try:
                    await shelf.append(board, after=after, entries=entries)
                    break
                except Conflict as conflict:
                    after = conflict.head
            written.extend(entries)

    written: list[bytes] = [b"first"]
    async with asyncio.timeout(GUARD):
        await asyncio.gather(*(write(s, f"w{i}") for i, s in enumerate([shelf, *others])))
    read = await shelf.read(board, after=0)
    assert [entry.version for entry in read] == list(range(1, len(read) + 1))
    assert sorted(entry.data for entry in read) == sorted(written)
    assert all(b.prev == a.id for a, b in itertools.pairwise(read))
    for other in others:
        await other.close()


async def test_S1_the_script_is_sent_again_when_redis_forgot_it(shelf: Store) -> None:
    board, head = await new_board(shelf)
    head = await shelf.append(board, after=head, entries=[b"a"])
    await shelf.calls.do("SCRIPT", "FLUSH")
    assert (await shelf.append(board, after=head, entries=[b"b"])).version == 3


async def test_S3_a_follower_in_another_process_hears_every_entry(valkey: EmbeddedValkey, shelf: Store) -> None:
    board, head = await new_board(shelf)
    other = store.connect(valkey.url)
    await other.start()
    heard: asyncio.Queue[list[Logged] | None] = asyncio.Queue()
    await other.subscribe(board, heard.put_nowait)
    end = await shelf.append(board, after=head, entries=[b"a", b"b"])
    async with asyncio.timeout(GUARD):
        while (received := await heard.get()) is None:
            pass  # the subscription itself
    assert received == await shelf.read(board, after=1)
    assert received[0].prev == head.last
    assert received[-1].id == end.last
    await other.close()


async def test_S3_what_one_appended_oneself_need_not_be_published(valkey: EmbeddedValkey, shelf: Store) -> None:
    board, head = await new_board(shelf)
    other = store.connect(valkey.url)
    heard: asyncio.Queue[list[Logged] | None] = asyncio.Queue()
    await shelf.subscribe(board, heard.put_nowait, own=False)
    assert heard.get_nowait() is None
    head = await shelf.append(board, after=head, entries=[b"mine"])
    await other.append(board, after=head, entries=[b"theirs"])
    async with asyncio.timeout(GUARD):
        received = await heard.get()
    assert received is not None
    assert [entry.data for entry in received] == [b"theirs"]
    await other.close()


async def test_S3_nothing_is_published_where_no_other_process_subscribes(valkey: EmbeddedValkey, shelf: Store) -> None:
    board, head = await new_board(shelf)
    asking = aioredis.Redis.from_url(valkey.url)

    async def messages() -> int:
        return int((await asking.info("commandstats")).get("cmdstat_spublish", {}).get("calls", 0))

    await shelf.subscribe(board, lambda received: None, own=False)
    before = await messages()
    head = await shelf.append(board, after=head, entries=[b"mine"])
    assert await messages() == before
    other = store.connect(valkey.url)
    await other.start()
    heard: asyncio.Queue[list[Logged] | None] = asyncio.Queue()
    await other.subscribe(board, heard.put_nowait, own=False)
    head = await shelf.append(board, after=head, entries=[b"mine again"])
    assert await messages() == before + 1
    await shelf.unsubscribe(board)
    await other.append(board, after=head, entries=[b"theirs"])
    assert await messages() == before + 1, "a follower that unsubscribed is still counted"
    await other.close()
    await asking.aclose()


async def test_S3_what_is_too_long_for_a_message_is_published_without_its_text(shelf: Store) -> None:
    board, head = await new_board(shelf)
    heard: asyncio.Queue[list[Logged] | None] = asyncio.Queue()
    await shelf.subscribe(board, heard.put_nowait)
    while not heard.empty():
        heard.get_nowait()
    await shelf.append(board, after=head, entries=[b"x" * 70_000])
    async with asyncio.timeout(GUARD):
        assert await heard.get() is None
    assert len((await shelf.read(board, after=1))[0].data) == 70_000


async def test_S3_a_lost_pubsub_connection_is_replaced_and_reported(shelf: Store) -> None:
    board, head = await new_board(shelf)
    heard: asyncio.Queue[list[Logged] | None] = asyncio.Queue()
    await shelf.subscribe(board, heard.put_nowait)
    while not heard.empty():
        heard.get_nowait()
    await shelf.calls.do("CLIENT", "KILL", "TYPE", "pubsub")
    async with asyncio.timeout(GUARD):
        assert await heard.get() is None
        await shelf.append(board, after=head, entries=[b"a"])
        while not (received := await heard.get()):
            pass
    assert received[0].data == b"a"


async def test_while_one_of_several_servers_is_away_that_is_told_once_and_once_that_it_is_over(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pubsub = PubSub(nodes("redis+cluster://127.0.0.1:1"))
    for name in ("here", "away"):
        pubsub._listeners[name], pubsub._confirmed[name] = (lambda _: None), asyncio.Event()
        pubsub.received(name, None)
    lost: Any = SimpleNamespace(over=True, node="the node of `away`")
    for _ in range(3):
        pubsub.lost(lost, RedisError("gone"), ["away"])
        pubsub.received("here", b"a change")
    assert [record.getMessage().split(" (")[0] for record in caplog.records] == [
        "the connection over which changes are announced was lost"
    ]
    pubsub.received("away", None)  # for a moment only
    pubsub.lost(lost, RedisError("gone"), ["away"])
    assert len(caplog.records) == 1
    monkeypatch.setattr(outages, "STEADY", 0.0)
    pubsub.received("away", None)
    await until_async(lambda: len(caplog.records) == 2, what="its end is told")
    assert caplog.records[-1].getMessage() == "changes are announced again"


async def test_S4_a_snapshot_takes_the_place_of_the_entries_before_it(shelf: Store) -> None:
    board, head = await new_board(shelf)
    for number in range(5):
        head = await shelf.append(board, after=head, entries=[b"%d" % number])
    at = Head(4, (await shelf.read(board, after=3))[0].id)
    await shelf.snapshot(board, at=at, data=b"folded", keep=0)
    loaded = await shelf.load(board)
    assert (loaded.snapshot, loaded.snapshot_head) == (b"folded", at)
    assert [entry.version for entry in loaded.entries] == [5, 6]
    assert [entry.version for entry in await shelf.read(board, after=0)] == [5, 6]
    assert loaded.head == head


async def test_S4_an_older_snapshot_never_takes_the_place_of_a_newer_one(shelf: Store) -> None:
    board, head = await new_board(shelf)
    second = await shelf.append(board, after=head, entries=[b"a"])
    await shelf.snapshot(board, at=second, data=b"new", keep=0)
    await shelf.snapshot(board, at=head, data=b"old", keep=0)
    assert (await shelf.load(board)).snapshot == b"new"


async def test_S4_a_snapshot_keeps_what_followers_may_still_ask_for(shelf: Store) -> None:
    board, head = await new_board(shelf)
    head = await shelf.append(board, after=head, entries=[b"%d" % n for n in range(9)])
    await shelf.snapshot(board, at=head, data=b"folded", keep=3)
    assert [entry.version for entry in await shelf.read(board, after=0)] == [8, 9, 10]
    assert (await shelf.load(board)).entries == ()
    end = await shelf.append(board, after=head, entries=[b"next"])
    assert end.version == 11


async def test_S5_a_deleted_board_is_in_no_key_and_in_no_file(valkey: EmbeddedValkey, shelf: Store) -> None:
    canary = secrets.token_hex(16).encode()
    board, head = await new_board(shelf, entry=canary)
    await shelf.append(board, after=head, entries=[canary + b"2"])
    await shelf.doors.register(board, digest="d" + board, role="participant")
    assert any(canary in data for data in files(valkey))
    await shelf.forget(board)
    with pytest.raises(NoBoard):
        await shelf.load(board)
    assert await shelf.doors.target("d" + board) is None
    assert await shelf.calls.do("KEYS", f"*{board}*") == []
    assert board not in await shelf.schedule.expired(now=2_000)
    assert board not in await shelf.schedule.due(now=9_000)
    assert not any(canary in data for data in files(valkey))


def files(valkey: EmbeddedValkey) -> list[bytes]:
    return [path.read_bytes() for path in valkey.data_dir.rglob("*") if path.is_file()]


async def test_S5_deletions_at_once_share_a_rewrite_and_each_waits_for_one_after_it(
    valkey: EmbeddedValkey, shelf: Store
) -> None:
    canaries = [secrets.token_hex(16).encode() for _ in range(4)]
    boards = [(await new_board(shelf, entry=canary))[0] for canary in canaries]

    async def delete(board: str, canary: bytes) -> None:
        await shelf.forget(board)
        assert not any(canary in data for data in files(valkey))

    async with asyncio.timeout(GUARD):
        await asyncio.gather(*(delete(b, c) for b, c in zip(boards, canaries, strict=True)))


async def test_S7_a_token_is_known_by_its_hash_until_it_is_revoked(shelf: Store) -> None:
    board, _ = await new_board(shelf)
    await shelf.credentials.add(board, digest="a" * 64, gives=Credential("participant", "p7"))
    await shelf.credentials.add(board, digest="b" * 64, gives=Credential("participant", "p7"))
    assert await shelf.credentials.of(board, digest="a" * 64) == Credential("participant", "p7")
    assert await shelf.credentials.of(board, digest="c" * 64) is None
    assert await shelf.credentials.of("nowhere", digest="a" * 64) is None
    pairs = [(board, "c" * 64), ("nowhere", "a" * 64), (board, "b" * 64), (board, "f" * 64)]
    found = [None, None, Credential("participant", "p7"), Credential("facilitator", "p1")]
    assert await shelf.credentials.of_many(pairs) == found
    await shelf.credentials.revoke(board, lambda pid: pid == "p7")
    assert await shelf.credentials.of(board, digest="a" * 64) == Credential(REMOVED, "")
    assert await shelf.credentials.of(board, digest="b" * 64) == Credential(REMOVED, "")
    assert await shelf.credentials.of(board, digest="f" * 64) == Credential("facilitator", "p1")
    await shelf.credentials.drop_participants(board)
    assert await shelf.credentials.of(board, digest="a" * 64) is None
    assert await shelf.credentials.of(board, digest="f" * 64) == Credential("facilitator", "")


async def test_S7_a_door_leads_to_one_board_until_it_is_taken_away(shelf: Store) -> None:
    board, _ = await new_board(shelf)
    other, _ = await new_board(shelf)
    code, link = secrets.token_hex(8), secrets.token_hex(8)
    assert await shelf.doors.register(board, digest=code, role="participant")
    assert await shelf.doors.register(board, digest=code, role="participant")
    assert await shelf.doors.register(board, digest=link, role="listener")
    assert not await shelf.doors.register(other, digest=code, role="participant")
    assert await shelf.doors.target(code) == (board, "participant")
    await shelf.doors.unregister(board, but=[link])
    assert await shelf.doors.target(code) is None
    assert await shelf.doors.target(link) == (board, "listener")


async def test_R14_due_times_advance_and_are_taken_back(shelf: Store) -> None:
    board, _ = await new_board(shelf)
    await shelf.schedule.set_due(board, at=9_000, sooner=True)
    assert board in await shelf.schedule.due(now=5_000)
    await shelf.schedule.set_due(board, at=9_000, sooner=False)
    assert board not in await shelf.schedule.due(now=8_999)
    await shelf.schedule.set_due(board, at=2_000, sooner=True)
    assert board in await shelf.schedule.due(now=2_000)
    await shelf.schedule.set_due(board, at=0, sooner=False)
    assert board not in await shelf.schedule.due(now=9_999_999)


async def test_S5_a_board_expires_ever_later(shelf: Store) -> None:
    board, _ = await new_board(shelf)
    await shelf.schedule.set_expiry(board, at=3_000)
    await shelf.schedule.set_expiry(board, at=2_000)
    assert board not in await shelf.schedule.expired(now=2_999)
    assert board in await shelf.schedule.expired(now=3_000)
    await shelf.schedule.set_expiry("nowhere", at=1)
    assert "nowhere" not in await shelf.schedule.expired(now=3_000)


async def test_facts_beside_the_log_do_not_touch_its_head(shelf: Store) -> None:
    board, head = await new_board(shelf)
    await shelf.doors.set_setting(board, name="address", value="http://10.0.0.7:8000")
    assert await shelf.doors.settings(board) == {"address": "http://10.0.0.7:8000"}
    assert await shelf.head(board) == head


async def test_the_secret_is_the_same_for_everybody(valkey: EmbeddedValkey, shelf: Store) -> None:
    other = store.connect(valkey.url)
    assert await shelf.doors.secret() == await other.doors.secret()
    assert len(await shelf.doors.secret()) == 32
    await other.close()


async def test_connections_do_not_grow_with_boards(valkey: EmbeddedValkey) -> None:
    one = store.connect(valkey.url)
    await one.start()
    others = set(await clients(one))
    boards = [await new_board(one) for _ in range(60)]
    for board, _ in boards:
        await one.subscribe(board, lambda received: None)
    await asyncio.gather(*(one.append(board, after=head, entries=[b"a"]) for board, head in boards))
    await asyncio.gather(*(one.load(board) for board, _ in boards))
    kinds = [kind for number, kind in (await clients(one)).items() if number not in others]
    assert sum("P" in kind for kind in kinds) == 1  # the pub/sub connection
    assert len(kinds) <= 33
    await one.close()


async def clients(shelf: Store) -> dict[str, str]:
    """Every connection of the store: its number, and its flags."""
    listed: bytes = await shelf.calls.do("CLIENT", "LIST")
    rows = [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in listed.decode().splitlines()]
    return {row["id"]: row["flags"] for row in rows}


async def test_ready_is_said_within_a_second(tmp_path: Path) -> None:
    running = EmbeddedValkey(tmp_path)
    shelf = store.connect(running.start())
    await shelf.health.check(within=0)
    os.kill(running.pid or 0, signal.SIGSTOP)  # there, but silent
    async with asyncio.timeout(3):
        with pytest.raises(StoreAway):
            await shelf.health.check(within=0)
    os.kill(running.pid or 0, signal.SIGCONT)
    await shelf.health.check(within=0)
    await shelf.close()
    running.stop()


async def test_a_redis_that_is_away_is_said_plainly_and_comes_back(tmp_path: Path) -> None:
    running = EmbeddedValkey(tmp_path)
    shelf = store.connect(running.start())
    await shelf.start()
    board, head = await new_board(shelf)
    messages: asyncio.Queue[list[Logged] | None] = asyncio.Queue()
    await shelf.subscribe(board, messages.put_nowait)
    while not messages.empty():
        messages.get_nowait()
    os.kill(running.pid or 0, signal.SIGKILL)
    async with asyncio.timeout(GUARD):
        with pytest.raises(StoreAway):
            await shelf.append(board, after=head, entries=[b"a"])
        running.restart()
        assert await messages.get() is None
        found = await shelf.head(board)
        assert found.version >= head.version  # what was acknowledged is there
        assert (await shelf.append(board, after=found, entries=[b"a"])).version > head.version
    await shelf.close()
    running.stop()


async def test_S6_whoever_asks_a_node_is_answered_also_when_it_is_closed_meanwhile(
    valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Node(valkey.url)
    exchange, on_its_way = node._exchange, asyncio.Event()

    async def watched(batch: list[Any]) -> None:
        on_its_way.set()
        await exchange(batch)

    async def close() -> None:
        assert len(node._asked) == 1, "it waits for the batch"
        await node.close()

    assert await node.ask("ECHO", "there") == b"there"
    await node.redis.execute_command("CLIENT", "PAUSE", 1_000, "ALL")
    async with asyncio.timeout(GUARD):
        monkeypatch.setattr(node, "_exchange", watched)
        first = asyncio.create_task(node.ask("ECHO", "on its way"))
        await on_its_way.wait()
        assert node._asked == [], "it is in the batch on its way"
        second = node.ask("ECHO", "waiting for the first")
        *answers, closed = await asyncio.gather(first, second, close(), return_exceptions=True)
    assert closed is None, closed
    assert all(isinstance(answer, (RedisError, OSError)) for answer in answers), answers


async def test_S6_each_of_several_that_ask_at_once_gets_its_own_answer_also_an_error(valkey: EmbeddedValkey) -> None:
    node = Node(valkey.url)

    async def given_up() -> None:
        async with asyncio.timeout(0):
            await node.ask("ECHO", "given up")

    asked = [node.ask("ECHO", "a"), node.ask("NO_SUCH_COMMAND"), node.ask("ECHO", "b"), node.ask("LLEN", "none")]
    late, one, error, two, three = await asyncio.gather(given_up(), *asked, return_exceptions=True)
    assert isinstance(late, TimeoutError)
    assert (one, two, three) == (b"a", b"b", 0)
    assert isinstance(error, RedisError)
    await node.close()
