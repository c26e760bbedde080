"""Lines over HTTP, streamed and polled, against a real server: what a WebSocket promises, they promise (P8 to P12)."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgpack
import pytest

from board_schema.wire import Close
from server.connections import line, peers, registry, streams
from server.connections.batches import BROKEN, batch_of, packed
from server.process.embedded import EmbeddedValkey
from tests.machine.conftest import House, start_house
from tests.machine.lines import Line, connected, parts, post
from tests.machine.talk import GUARD, PLACE, Tab, call, comes_back, join, new_workshop

MSGPACK = {"Content-Type": "application/msgpack"}
WAYS = pytest.mark.parametrize("way", ["open", "poll"])


async def people(house: House, way: str, how_many: int, *, lead: str = "socket") -> tuple[Any, list[Any]]:
    """A workshop in a writing round: its facilitator over a WebSocket, participants' lines after."""
    made = await new_workshop(house.base)
    first = Tab(house.base, made["board"], made["token"])
    if lead != "socket":
        first = Line(house.base, made["board"], made["token"], way=lead)
    tabs: list[Any] = [await first.open()]
    assert await tabs[0].do("round", to="critique") == ""
    for i in range(how_many):
        one = await join(house.base, made["code"], name=f"P{i}")
        tabs.append(await Line(house.base, made["board"], one["token"], way=way).open())
        await tabs[-1].until(lambda tab=tabs[-1]: tab.mine["me"]["write"] is not None)
    return made, tabs


async def closed(*tabs: Any) -> None:
    for tab in tabs:
        await tab.close()


def kept(house: House) -> int:
    """How many lines a server remembers."""
    return len(house.server.config.app._streams._lines)


@WAYS
async def test_P8_a_note_from_a_line_reaches_a_socket_and_back(house: House, way: str) -> None:
    made, (lead, ann, bo) = await people(house, way, 2)
    wall = await Line(house.base, made["board"], made["wall"], way=way).open()
    note = await ann.write("for lidt søvn", **PLACE)
    await ann.until(lambda: f"mine:{note}" in ann.mine)
    assert note not in wall.notes()
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    for tab in (ann, bo, wall, lead):
        await tab.until(lambda tab=tab: note in tab.notes())
    assert set(ann.statuses) == {204}
    await closed(lead, ann, bo, wall)


@WAYS
async def test_P8_every_role_may_come_by_a_line(house: House, way: str) -> None:
    made, (lead, ann) = await people(house, way, 1, lead=way)
    listener = await join(house.base, made["code"], name="L")
    one = await Line(house.base, made["board"], listener["token"], way=way).open()
    assert await lead.do("role", seat=listener["seat"], role="listener") == ""
    await one.until(lambda: one.mine["me"]["role"] == "listener")
    assert await one.do("write", note="a" * 12, text="x", **PLACE) == "role"
    assert await ann.do("round", to="dream") == "role"
    await closed(lead, ann, one)


@WAYS
async def test_V3_a_draft_over_http_stands_on_its_authors_line_alone(house: House, way: str) -> None:
    made, (lead, ann, bo) = await people(house, way, 2)
    wall = await Line(house.base, made["board"], made["wall"], way=way).open()
    canary = f"kanarie{secrets.token_hex(8)}"
    note = await ann.write(canary, **PLACE)
    await ann.do("edit", note=note, text=f"{canary} igen")
    # Everybody has heard of something that came after it.
    assert await lead.do("notice", show=True) == ""
    for tab in (ann, bo, wall, lead):
        await tab.until(lambda tab=tab: tab.view["board"]["notice"])
    assert any(canary.encode() in data for data in ann.raw)
    for tab in (bo, wall, lead):
        assert not [data for data in tab.raw if canary.encode() in data]
    await lead.do("reveal", sheet="columns", lane="critique")
    for tab in (bo, wall, lead):
        await tab.until(lambda tab=tab: any(canary.encode() in data for data in tab.raw))
    await closed(lead, ann, bo, wall)


@WAYS
async def test_P1_a_line_that_comes_back_is_shown_everything(house: House, way: str) -> None:
    _, (lead, ann) = await people(house, way, 1)
    await comes_back(lead, ann)
    await closed(lead, ann)


@WAYS
async def test_P4_O2_what_is_sent_again_on_a_new_line_is_done_once(house: House, way: str) -> None:
    _, (lead, ann) = await people(house, way, 1)
    notes = [secrets.token_urlsafe(12) for _ in range(5)]
    ops = [msgpack.packb(["op", n, "write", {"note": note, "text": note, **PLACE}]) for n, note in enumerate(notes, 1)]
    assert await ann.up(*ops[:3]) == 204
    await ann.close()  # whatever was answered is not known
    await ann.open(hello=False)
    hello = {"protocol": 3, "token": ann.token, "tab": ann.tab, "seen": 0}
    await ann.begin(msgpack.packb(["hello", hello]), *ops)
    await ann.until(lambda: ann.acked == 5 and sum(key.startswith("mine:") for key in ann.mine) == 5)
    assert {key for key in ann.mine if key.startswith("mine:")} == {f"mine:{n}" for n in notes}
    await closed(lead, ann)


@WAYS
async def test_P10_a_batch_that_comes_twice_is_taken_once_and_one_out_of_order_not_at_all(
    house: House, way: str
) -> None:
    _, (lead, ann) = await people(house, way, 1)
    ping = packed([msgpack.packb(["ping", 1])])
    assert await ann.post("up", 1, ping) == 204
    assert await ann.post("up", 1, ping) == 204
    await ann.until(lambda: ["pong", 1] in ann.frames)
    assert await ann.post("up", 3, ping) == 409
    assert await ann.ended() == 1006
    assert ann.frames.count(["pong", 1]) == 1
    await ann.open()
    await closed(lead, ann)


async def test_P11_an_answer_that_was_lost_is_given_again(house: House) -> None:
    made, (lead,) = await people(house, "poll", 0)
    wall = Line(house.base, made["board"], made["wall"], way="poll")
    await wall.open(hello=False)
    fields = {"protocol": 3, "token": wall.token, "tab": wall.tab, "seen": 0}
    answers = [await wall.ask("poll", 0, packed([msgpack.packb(["hello", fields])]))]
    again = await wall.ask("more", 0, b"")
    assert (again.status, again.body) == (200, answers[0].body)
    await lead.do("notice", show=True)
    answers.append(await wall.ask("more", 1, b""))
    again = await wall.ask("more", 1, b"")
    assert (again.status, again.body) == (200, answers[1].body)
    for answer in answers:
        wall._got(parts(answer.body)[0])
    assert wall.view["board"]["title"] == lead.view["board"]["title"]
    assert (await wall.ask("more", 0, b"")).status == 404
    assert (await wall.ask("more", 9, b"")).status == 404
    await closed(lead)


@WAYS
@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\xc1", Close.BAD_FRAME),
        (msgpack.packb(["op", 1, "name", {}]), Close.BAD_FRAME),
        (msgpack.packb(["hello", {"protocol": 3}]), Close.BAD_FRAME),
        (b"\x00" * 17_000, Close.BAD_FRAME),
        (b"\x00" * 60_000, Close.BAD_FRAME),
    ],
)
async def test_P5_a_first_frame_that_is_no_hello_ends_with_4500(
    house: House, way: str, frame: bytes, code: int
) -> None:
    line = Line(house.base, "b", "t", way=way)
    await line.open(hello=False)
    await line.begin(frame)
    assert await line.ended() == code
    assert line.bye == [4500, "bad_frame"]


@WAYS
async def test_P5_a_bad_frame_later_ends_its_own_line_and_no_other(house: House, way: str) -> None:
    _, (lead, ann, bo) = await people(house, way, 2)
    assert await ann.up(b"\xc1") == 404
    assert await ann.ended() == Close.BAD_FRAME
    # Bytes that are no batch at all.
    assert await bo.post("up", 1, b"\x00\x00\xff\xff123") == 404
    assert await bo.ended() == Close.BAD_FRAME
    assert await lead.do("notice", show=True) == ""
    await closed(lead)


@WAYS
async def test_P5_close_codes_are_the_same_as_a_sockets(house: House, way: str) -> None:
    made = await new_workshop(house.base)
    for board, token, more, code in (
        (made["board"], made["token"], {"protocol": 1}, Close.PROTOCOL),
        (made["board"], "A" * 22, {}, Close.NO_ACCESS),
        ("nosuchboard", made["token"], {}, Close.GONE),
    ):
        line = Line(house.base, board, token, way=way)
        await line.open(hello=False)
        await line.say_hello(**more)
        assert await line.ended() == code
    raw = secrets.token_bytes(16) + bytes(4) + packed([msgpack.packb(["hello", {"protocol": 1}])])
    reply = await call(house.base, f"/stream/{way}", raw=raw, headers=MSGPACK)
    assert msgpack.packb(["bye", int(Close.PROTOCOL), "protocol"]) in reply.body, "an address of protocol 1"
    assert kept(house) == 0


@WAYS
async def test_R21_a_removed_person_is_told_on_the_line(house: House, way: str) -> None:
    _, (lead, ann, bo) = await people(house, way, 2)
    assert await lead.do("remove", seat=ann.welcome["seat"]) == ""
    assert await ann.ended() == Close.REMOVED
    await ann.open(hello=False)
    await ann.say_hello()
    assert await ann.ended() in (Close.REMOVED, Close.NO_ACCESS)
    assert await bo.do("name", name="Bo") == ""
    await closed(lead, bo)


@WAYS
async def test_P14_a_lines_tab_that_says_hello_elsewhere_is_told(house: House, way: str) -> None:
    made, (lead, ann) = await people(house, way, 1)
    line = await Line(house.base, made["board"], ann.token, ann.tab, way=way).open()
    assert await ann.ended() == Close.REPLACED
    socket = await Tab(house.base, made["board"], ann.token, ann.tab).open()
    assert await line.ended() == Close.REPLACED
    assert await socket.do("name", name="Ann") == ""
    await closed(lead, socket)


@WAYS
async def test_S5_a_deleted_workshop_ends_lines_with_4504(house: House, way: str) -> None:
    made, (lead, ann) = await people(house, way, 1)
    reply = await call(house.base, f"/api/board/{made['board']}", method="DELETE", token=made["token"])
    assert reply.status == 204
    assert await ann.ended() == Close.GONE
    assert await lead.ended() == Close.GONE


@WAYS
async def test_P5_lines_are_told_before_the_server_restarts(valkey: EmbeddedValkey, tmp_path: Path, way: str) -> None:
    house = await start_house(valkey.url, tmp_path)
    _, (lead, ann) = await people(house, way, 1)
    await house.stop()
    assert await ann.ended() == Close.RESTART
    assert ann.bye == [4000, "restart"]
    await lead.ended()


@WAYS
async def test_here_counts_lines_until_they_are_gone(house: House, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (lead, ann) = await people(house, way, 1)
    seats = {tab.welcome["seat"] for tab in (lead, ann)}
    await lead.until(lambda: set(lead.here) == seats)
    await ann.until(lambda: set(ann.here) == seats)
    monkeypatch.setattr(line, "ABANDONED", 0.0)  # a poll's reader may come back; a stream's does not
    await ann.close()
    await lead.until(lambda: set(lead.here) == seats - {ann.welcome["seat"]})
    await closed(lead)


@WAYS
async def test_P12_a_line_that_says_nothing_for_long_is_dropped(
    house: House, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (lead, ann) = await people(house, way, 1)
    monkeypatch.setattr(line, "SILENT", 0.0)
    assert await ann.ended() == Close.SLOW
    await closed(lead)


async def test_P7_P10_a_line_is_not_dropped_while_its_ops_wait_for_their_turn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (lead, ann) = await people(house, "open", 1)
    ops = [msgpack.packb(["op", n, "name", {"name": f"Ann {n}"}]) for n in range(1, 101)]
    sent = asyncio.create_task(ann.up(*ops))
    await ann.until(lambda: ann.acked > 0)
    monkeypatch.setattr(line, "SILENT", 0.5)
    assert await sent == 204
    await ann.until(lambda: ann.acked == len(ops))
    assert ann.bye is None
    monkeypatch.setattr(line, "SILENT", 90.0)
    await closed(lead, ann)


async def test_P9_a_quiet_stream_beats_and_a_quiet_poll_is_answered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BEAT", 0.01)
    monkeypatch.setattr(streams, "FIRST_BEAT", 0.01)
    monkeypatch.setattr(line, "POLL", 0.01)
    made, (lead, ann) = await people(house, "open", 1)
    await ann.until(lambda: ann.beats > 2)
    slow = await Line(house.base, made["board"], made["wall"], way="poll").open()
    assert await lead.do("notice", show=True) == ""
    await slow.until(lambda: slow.view["board"]["notice"])
    await closed(lead, ann, slow)


async def test_T9_a_stream_that_takes_nothing_is_cut_and_delays_nobody(
    narrow_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "STALLED_UNSEEN", 0.5)
    monkeypatch.setattr(registry, "STALLED_CHECK", 0.1)
    made, (lead, ann) = await people(narrow_house, "open", 1)
    talks = narrow_house.server.config.app._registry.all
    before = len(talks)
    fields = {"protocol": 3, "token": made["wall"], "tab": "z" * 16, "seen": 0}
    hello = secrets.token_bytes(16) + bytes(4) + packed([msgpack.packb(["hello", fields])])
    async with connected(narrow_house.base) as (_, writer):
        deaf = writer.transport
        assert isinstance(deaf, asyncio.ReadTransport)
        deaf.pause_reading()
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        writer.write(post(narrow_house.base, f"{made['board']}/open", hello))
        pushed = 0
        async with asyncio.timeout(GUARD):
            while pushed < 20 or len(talks) > before:
                leader = ("listen", "told", "part")[pushed % 3]
                assert await lead.do("setup", leader=leader) == ""
                await ann.until(lambda leader=leader: ann.view["board"]["leader"] == leader)
                pushed += 1
    print(f"cut after {pushed} changes")
    await closed(lead, ann)


def test_P9_bytes_that_were_not_packed_well_are_one_frame_that_nobody_can_read() -> None:
    frames = [b"a", b"bc" * 9000, b"\x00"]
    assert batch_of(packed(frames)) == frames
    whole = packed([b"abc", b"de"])
    for data in (b"", whole[:-1], whole[:5], whole + b"\x00", bytes(4) + whole, b"\xff" * 9, bytes(65_600)):
        assert batch_of(data) == [BROKEN], data[:20]


@WAYS
async def test_P12_a_tab_that_says_hello_again_leaves_its_old_line(house: House, way: str) -> None:
    _, (lead, ann) = await people(house, way, 1)
    again = await Line(house.base, ann.board, ann.token, ann.tab, way=way).open()
    assert await ann.ended() == Close.REPLACED
    note = await again.write("igen", **PLACE)
    await again.until(lambda: f"mine:{note}" in again.mine)
    await closed(lead, again)


async def test_P12_one_token_has_only_so_many_lines(house: House) -> None:
    made = await new_workshop(house.base)
    walls = [await Line(house.base, made["board"], made["wall"]).open() for _ in range(streams.EACH)]
    fields = {"protocol": 3, "token": made["wall"], "tab": "z" * 16, "seen": 0}
    raw = secrets.token_bytes(16) + bytes(4) + packed([msgpack.packb(["hello", fields])])
    reply = await call(house.base, f"/stream/{made['board']}/poll", raw=raw, headers=MSGPACK)
    assert (reply.status, reply.json) == (429, {"error": "slow_down"})
    await closed(*walls)


async def test_P7_ops_up_a_line_are_slowed_like_a_sockets(house: House) -> None:
    _, (lead, ann) = await people(house, "open", 1)
    loop = asyncio.get_running_loop()
    ops = [msgpack.packb(["op", n, "name", {"name": f"P{n}"}]) for n in range(1, 61)]
    began = loop.time()
    assert await ann.up(*ops) == 204  # answered when they have been taken, not before
    took = loop.time() - began
    await ann.until(lambda: ann.acked == 60)
    print(f"60 ops were taken in {took:.2f} s")
    assert took > 0.5
    await closed(lead, ann)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("up", {}, 404),
        ("more", {}, 404),
        ("down", {}, 404),
        ("up", {"Content-Type": "application/json"}, 415),
        ("up", {"Content-Type": "text/plain"}, 415),
        ("up", {"Origin": "http://evil.example"}, 403),
        ("open", {"Origin": "http://evil.example"}, 403),
        ("open", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("poll", {"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_H1_H3_requests_that_are_turned_away(
    house: House, path: str, headers: dict[str, str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "PASSED_ON", 0.01)
    raw = secrets.token_bytes(16) + bytes(4) + packed([b"\xc1"])
    reply = await call(house.base, f"/stream/b/{path}", raw=raw, headers={**MSGPACK, **headers})
    assert reply.status == status
    assert "no-store" in reply.headers["cache-control"]
    assert "default-src 'none'" in reply.headers["content-security-policy"]


async def test_H3_what_a_line_says_is_kept_nowhere_on_the_way(house: House) -> None:
    made = await new_workshop(house.base)
    fields = {"protocol": 3, "token": made["wall"], "tab": "z" * 16, "seen": 0}
    raw = secrets.token_bytes(16) + bytes(4) + packed([msgpack.packb(["hello", fields])])
    reply = await call(house.base, f"/stream/{made['board']}/poll", raw=raw, headers=MSGPACK)
    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store, no-transform"
    assert reply.headers["x-accel-buffering"] == "no"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-type"] == "application/octet-stream"


@pytest.fixture
async def two_houses(valkey: EmbeddedValkey, tmp_path: Path) -> AsyncIterator[tuple[House, House]]:
    """Two processes on one store, as behind one port."""
    pair = await start_house(valkey.url, tmp_path), await start_house(valkey.url, tmp_path)
    yield pair
    for one in pair:
        await one.stop()


@WAYS
async def test_P12_requests_that_come_to_another_process_are_passed_on(
    two_houses: tuple[House, House], way: str
) -> None:
    one, two = two_houses
    _, (lead, ann) = await people(one, way, 1)
    ann.elsewhere = two.base
    note = await ann.write("ad omveje", **PLACE)
    await lead.do("reveal", sheet="columns", lane="critique")
    await ann.until(lambda: note in ann.notes())
    assert set(ann.statuses) == {204}
    await closed(lead, ann)
