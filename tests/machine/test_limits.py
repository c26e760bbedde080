"""Limits: slow connections get fewer patches, floods are slowed, and others notice nothing."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgpack
import pytest

from board_schema import wire
from board_schema.wire import Close
from server.connections import protocol, registry
from server.connections.admission import Gate
from server.doors.bucket import Bucket
from server.process import worker
from server.process.embedded import EmbeddedValkey
from tests.machine.conftest import House, start_house
from tests.machine.talk import GUARD, PLACE, Tab, closed, join, new_workshop, people


def connections(house: House) -> int:
    return len(house.server.config.app._registry.all)


class Deaf:
    """A phone that says hello and then never reads again."""

    def __init__(self, house: House, board: str, token: str) -> None:
        self.house, self.board, self.token = house, board, token
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

    async def open(self) -> Deaf:
        loop = asyncio.get_running_loop()
        self.sock.setblocking(False)
        await loop.sock_connect(self.sock, ("127.0.0.1", self.house.port))
        await loop.sock_sendall(
            self.sock,
            f"GET /ws/{self.board} HTTP/1.1\r\n".encode()
            + b"Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += await loop.sock_recv(self.sock, 1)
        assert b" 101 " in head
        hello = {"protocol": 3, "token": self.token, "tab": "t" * 16, "seen": 0}
        await loop.sock_sendall(self.sock, masked(msgpack.packb(["hello", hello])))
        return self


def masked(data: bytes) -> bytes:
    """A client's binary frame; the mask of zeros is allowed."""
    head = bytes((0x82, 0x80 | len(data))) if len(data) < 126 else b"\x82\xfe" + len(data).to_bytes(2)
    return head + bytes(4) + data


@pytest.fixture
def deaf() -> Iterator[Callable[[House, Any], Deaf]]:
    """Walls that read only on demand; their connections are closed afterwards."""
    made: list[Deaf] = []

    def make(house: House, workshop: Any) -> Deaf:
        made.append(Deaf(house, workshop["board"], workshop["wall"]))
        return made[-1]

    yield make
    for one in made:
        one.sock.close()


async def test_T9_a_phone_that_stops_reading_is_cut_and_delays_nobody(
    narrow_house: House, deaf: Callable[[House, Any], Deaf], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "STALLED", 0.5)
    monkeypatch.setattr(registry, "STALLED_CHECK", 0.1)
    house = narrow_house
    made, (lead, ann, bo) = await people(house, 2)
    before = connections(house)
    wall = await deaf(house, made).open()
    loop = asyncio.get_running_loop()
    longest, began = 0.0, time.monotonic()
    cut = False
    pushed = 0
    while not cut:
        # Each answer changes the method's record, some 10 KB, for everybody.
        sent = time.monotonic()
        leader = ("listen", "told", "part")[pushed % 3]
        assert await lead.do("setup", leader=leader) == ""
        for tab in (ann, bo):
            await tab.until(lambda tab=tab, leader=leader: tab.view["board"]["leader"] == leader)
        longest = max(longest, time.monotonic() - sent)
        pushed += 1
        assert time.monotonic() - began < GUARD, "never cut"
        cut = pushed > 20 and connections(house) == before
    with contextlib.suppress(ConnectionResetError):
        while await loop.sock_recv(wall.sock, 65536):
            pass
    print(f"{pushed} changes, cut after {time.monotonic() - began:.1f} s, longest wait {longest:.3f} s")
    await closed(lead, ann, bo)


async def test_T10_a_slow_phone_gets_fewer_patches_and_ends_up_level(
    narrow_house: House, deaf: Callable[[House, Any], Deaf], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "STALLED", 1.0)
    monkeypatch.setattr(registry, "STALLED_CHECK", 0.05)
    house = narrow_house
    made, (lead, ann) = await people(house, 1)
    slow = await deaf(house, made).open()
    loop = asyncio.get_running_loop()
    frames: list[Any] = []
    data = bytearray()

    ended = loop.create_future()

    async def sip() -> None:
        while True:
            data.extend(await loop.sock_recv(slow.sock, 65536 if ended.done() else 256))
            take(data, frames)
            await asyncio.wait([ended], timeout=0.03)  # some 8 KB a second

    sipping = asyncio.create_task(sip())
    for number in range(60):
        leader = ("listen", "told", "part")[number % 3]
        assert await lead.do("setup", leader=leader, title=f"nr {number}") == ""
    ended.set_result(None)
    async with asyncio.timeout(GUARD):
        while not any(frame_title(frame) == "nr 59" for frame in frames):
            assert not sipping.done(), "cut"
            await asyncio.wait([sipping], timeout=0.05)
    sipping.cancel()
    await asyncio.wait([sipping])
    patches = sum(frame[0] == "patch" for frame in frames)
    print(f"{patches} patches for 60 changes")
    assert patches < 60
    await closed(lead, ann)


def frame_title(frame: Any) -> str:
    return frame[2].get("board", {}).get("title", "") if frame[0] == "patch" else ""


def take(data: bytearray, frames: list[Any]) -> None:
    """Whole frames out of what a server sent (no masks, no fragments)."""
    while len(data) >= 2:
        start, length = 2, data[1]
        if length == 126:
            start, length = 4, int.from_bytes(data[2:4])
        elif length == 127:
            start, length = 10, int.from_bytes(data[2:10])
        if len(data) < start + length:
            return
        if data[0] == 0x82:
            frames.append(msgpack.unpackb(bytes(data[start : start + length])))
        del data[: start + length]


async def test_P7_above_the_limit_a_socket_is_read_more_slowly_and_nobody_else_is(
    house: House,
) -> None:
    _, (lead, ann, bo) = await people(house, 2)
    for number in range(60):
        await ann.op("name", name=f"Ann {number}")
    assert await bo.do("name", name="Bo") == ""
    assert ann.acked < 60
    await ann.until(lambda: ann.acked == 60)
    await closed(lead, ann, bo)


async def test_P7_the_limit_is_a_persons_and_not_a_sockets(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    again = await Tab(house.base, made["board"], ann.token).open()
    for number in range(40):
        await ann.op("name", name=f"Ann {number}")
    await ann.until(lambda: ann.acked == 40)
    for number in range(10):
        await again.op("name", name=f"Anne {number}")
    assert await lead.do("notice", show=True) == ""
    assert again.acked < 10
    await again.until(lambda: again.acked == 10)
    await closed(lead, ann, again)


async def test_P7_five_hundred_ops_at_once_are_all_done_and_the_connection_lives(
    valkey: EmbeddedValkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pongs come behind ops that wait: more of them than are read ahead, for several times a ping's patience."""
    monkeypatch.setattr(worker, "HEARTBEAT", 0.4)
    monkeypatch.setattr(wire, "OPS_PER_SECOND", 150)
    house = await start_house(valkey.url, tmp_path)
    _, (lead, ann) = await people(house, 1)
    text = "x" * 139
    notes = [secrets.token_urlsafe(12) for _ in range(100)]  # fewer than a person's share (R18)
    ops = [["write", {"note": note, "text": text, **PLACE}] for note in notes]
    ops += [["edit", {"note": note, "text": f"{text}{n}"}] for n in range(4) for note in notes]
    data = b"".join(masked(msgpack.packb(["op", n, *op])) for n, op in enumerate(ops, 1))
    assert len(data) > 64 * 1024
    ann.socket.transport.write(data)
    await ann.until(lambda: ann.acked == 500)
    assert ann.refused == {}
    assert ann.code is None
    await ann.send(["ping", 1])
    await ann.until(lambda: ["pong", 1] in ann.frames)
    await closed(lead, ann)
    await house.stop()


async def test_P7_a_ping_is_answered_while_ops_wait(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    for number in range(60):
        await ann.op("name", name=f"Ann {number}")
    await ann.send(["ping", 5])
    await ann.until(lambda: ["pong", 5] in ann.frames)
    assert ann.acked < 60
    await ann.until(lambda: ann.acked == 60)
    await closed(lead, ann)


async def test_P7_ops_that_go_on_above_the_limit_are_slowed_and_never_cut(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "OPS_PER_SECOND", 100)
    _, (lead, ann) = await people(house, 1)
    for number in range(400):
        await ann.op("name", name=f"Ann {number}")
    await ann.until(lambda: ann.acked == 400)
    assert await lead.do("notice", show=True) == ""
    await closed(lead, ann)


async def test_P7_drags_and_pings_above_the_limit_are_slowed(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    began = time.monotonic()
    for number in range(200):
        await ann.send(["ping", number])
    await ann.until(lambda: ["pong", 199] in ann.frames)
    assert time.monotonic() - began > 1
    await closed(lead, ann)


async def test_P7_a_flood_of_the_websockets_own_frames_is_closed_with_4003(house: House) -> None:
    _, (lead, ann) = await people(house, 1)
    ann.socket.transport.write(b"\x89\x80\x00\x00\x00\x00" * 200)
    assert await ann.ended() == Close.TOO_FAST
    assert ann.bye == [4003, "too_fast"]
    assert await lead.do("notice", show=True) == ""
    await closed(lead)


def test_P7_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(rate=20, burst=40, now=0)
    assert [bucket.take(0) for _ in range(40)] == [0] * 40
    assert bucket.take(0) == pytest.approx(1 / 20)
    assert bucket.take(0) == pytest.approx(2 / 20)
    assert bucket.take(10) == 0
    assert [bucket.take(10) for _ in range(39)] == [0] * 39
    assert bucket.take(10) > 0


async def test_newcomers_pass_the_gate_a_few_in_a_turn_and_in_order() -> None:
    gate, turns, passed = Gate(a_turn=3), 0, []
    loop = asyncio.get_running_loop()

    def turn() -> None:
        nonlocal turns
        turns += 1
        if len(passed) < 10:
            loop.call_soon(turn)

    async def come(number: int) -> None:
        await gate.enter()
        passed.append((number, turns))

    loop.call_soon(turn)
    async with asyncio.timeout(GUARD):
        await asyncio.gather(*(come(i) for i in range(10)))
    assert [number for number, _ in passed] == list(range(10))
    at = [turn for _, turn in passed]
    assert max(at.count(turn) for turn in at) <= 4
    assert len(set(at)) >= 3


async def test_T11_everybody_joins_at_once(house: House) -> None:
    made = await new_workshop(house.base)
    everybody = await asyncio.gather(*(join(house.base, made["code"]) for _ in range(100)))
    assert len({one["seat"] for one in everybody}) == 100
    began = time.monotonic()
    tabs = await asyncio.gather(*(Tab(house.base, made["board"], one["token"]).open() for one in everybody))
    print(f"100 screens in {time.monotonic() - began:.2f} s")
    seats = {f"seat:{one['seat']}" for one in everybody}
    assert all(seats <= tab.view.keys() for tab in tabs)
    await asyncio.gather(*(tab.close() for tab in tabs))


async def test_T15_nothing_is_left_of_those_who_came_and_went(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    room = next(r for r in house.server.config.app._rooms.open_rooms() if r.id == made["board"])
    tasks = len(asyncio.all_tasks())
    for _ in range(15):
        tab = await Tab(house.base, made["board"], ann.token).open()
        tab.socket.transport.abort()
        await tab.ended()
    own = (connections(house), len(room._fanout.screens))
    async with asyncio.timeout(GUARD):
        while own != (2, 2):
            assert await lead.do("notice", show=True) == ""
            own = (connections(house), len(room._fanout.screens))
    assert room.presence.here() == sorted([lead.welcome["seat"], ann.welcome["seat"]])
    assert len(asyncio.all_tasks()) <= tasks + 2
    await closed(lead, ann)


async def test_R18_a_note_is_never_lost_in_a_burst(house: House) -> None:
    _, (lead, *phones) = await people(house, 5)
    notes = {tab: [secrets.token_urlsafe(12) for _ in range(30)] for tab in phones}

    async def pour(tab: Tab) -> None:
        for note in notes[tab]:
            await tab.op("write", note=note, text=note, **PLACE)
        await tab.until(lambda: tab.acked == 30)

    async with asyncio.timeout(GUARD):
        await asyncio.gather(*(pour(tab) for tab in phones))
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    every = {note for some in notes.values() for note in some}
    for tab in (lead, *phones):
        await tab.until(lambda tab=tab: tab.notes().keys() == every)
    await closed(lead, *phones)
