"""T14, B1: incomplete requests have time limits, and cannot keep other clients out."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from typing import Any

import msgpack
import pytest

from server.connections import registry, streams
from server.connections.streams import HEAD
from server.doors import failures, pending
from server.doors.pending import TimedHttp
from tests.machine.chaos.raw import Raw, frame, upgrade
from tests.machine.conftest import House
from tests.machine.talk import GUARD, Tab, call, closed, join, new_workshop
from tests.machine.waiting import until

HALVES = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half a head": b"GET / HTTP/1.1\r\nHost: x\r\nX-a: ",
    "half a body": b"POST /api/look HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
    b"Content-Type: application/json\r\n"
    b'Content-Length: 900\r\n\r\n{"code": "',
    "half a line's body": b"POST /stream/x/open HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
    b"Content-Type: application/msgpack\r\nContent-Length: 900\r\n\r\nabc",
    "half a handshake": upgrade("b")[:80],
    "a body for a page that takes none": b"GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nabc",
}


@contextlib.asynccontextmanager
async def said(house: House, data: bytes) -> AsyncIterator[asyncio.StreamReader]:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(data)
    try:
        yield reader
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "HEAD_WITHIN", 0.3)
    monkeypatch.setattr(pending, "BODY_WITHIN", 0.5)
    monkeypatch.setattr(pending, "LOOK", 0.1)


@pytest.mark.parametrize("data", HALVES.values(), ids=HALVES.keys())
async def test_T14_half_a_request_is_not_waited_for(house: House, impatient: None, data: bytes) -> None:
    async with said(house, data) as reader, asyncio.timeout(GUARD):
        with contextlib.suppress(ConnectionError):
            await reader.read()  # until it is cut
    assert (await call(house.base, "/health")).status == 200


async def test_T14_a_request_that_trickles_has_no_more_time_than_one_that_stops(house: House, impatient: None) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    cut = asyncio.create_task(reader.read())
    async with asyncio.timeout(GUARD):
        with contextlib.suppress(ConnectionError):
            writer.write(b"GET / HTTP/1.1\r\n")
            while not cut.done():
                writer.write(b"a: b\r\n")
                await writer.drain()
                await asyncio.wait([cut], timeout=0.05)
        with contextlib.suppress(ConnectionError):
            assert await cut == b""
    writer.close()


async def test_B1_those_who_are_silent_are_few_and_the_oldest_goes_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many come from one address, who asks is answered: forty phones share one with the flooder (NAT)."""
    monkeypatch.setattr(pending, "MOST", 20)
    async with contextlib.AsyncExitStack() as stack:
        readers = [await stack.enter_async_context(said(house, b"GET / HTTP/1.1\r\n")) for _ in range(60)]
        async with asyncio.timeout(GUARD):
            for reader in readers[:39]:
                with contextlib.suppress(ConnectionError):
                    assert await reader.read() == b""
        for _ in range(10):
            assert (await call(house.base, "/health")).status == 200
        assert len(TimedHttp.pending) <= 20
    await asyncio.to_thread(until, lambda: not len(TimedHttp.pending), what="a threshold that nobody stands on")


async def test_B1_sockets_without_a_hello_are_bounded_and_shut_nobody_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "MOST_SILENT", 10)
    made = await new_workshop(house.base)
    silent = [Raw(house.port) for _ in range(30)]
    for raw in silent:
        assert b" 101 " in await raw.open()
    tabs = [await Tab(house.base, made["board"], made["token"]).open() for _ in range(5)]
    for raw in silent[:20]:
        await raw.ended()
    assert len(registry_of(house).silent) <= 10
    for raw in silent:
        await raw.close()
    await closed(*tabs)


# What comes first, what comes often, and an end that is no frame of ours.
SMALL = {
    "pings": (b"", frame(b"x" * 125, opcode=9), frame(b"x")),
    "pongs": (b"", frame(b"", opcode=10), frame(b"x")),
    "empty parts of one message": (frame(b"x", fin=False), frame(b"", opcode=0, fin=False), frame(b"x", opcode=0)),
}


@pytest.mark.parametrize("what", SMALL)
@pytest.mark.parametrize("greeted", [True, False])
async def test_P7_frames_that_no_session_sees_are_limited_all_the_same(house: House, what: str, greeted: bool) -> None:
    """Found here: pings of the WebSocket's own, and empty parts, were answered or kept however many came."""
    made = await new_workshop(house.base)
    first, one, last = SMALL[what]
    neighbour = await Tab(house.base, made["board"], made["token"]).open()
    for count, cut in ((60, False), (4_000, True)):
        raw = Raw(house.port)
        if greeted:
            await raw.enter(await join(house.base, made["code"]))
        else:
            await raw.open()
        raw.send(first + one * count + last)
        assert await raw.ended() == (4003 if cut else 4500)
        await raw.close()
    assert await neighbour.do("setup", title="videre") == ""
    await closed(neighbour)


def registry_of(house: House) -> Any:
    return house.server.config.app._registry  # type: ignore[union-attr]


async def test_B1_one_person_has_only_so_many_sockets_and_the_newest_stay(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "EACH", 4)
    made = await new_workshop(house.base)
    ways = [await join(house.base, made["code"]) for _ in range(2)]
    other = await Tab(house.base, made["board"], ways[1]["token"]).open()
    tabs = [await Tab(house.base, made["board"], ways[0]["token"]).open() for _ in range(7)]
    for tab in tabs[:3]:
        assert await tab.ended() in (4001, 1006)
    for tab in (*tabs[3:], other):
        assert tab.code is None
        assert await tab.do("name", name="Ann") == ""
    await closed(*tabs[3:], other)
    assert registry_of(house).by_person == {}
    assert registry_of(house).silent == {}


# -- lines --------------------------------------------------------------------------------


async def up(house: House, board: str, kind: str, body: bytes) -> Any:
    return await call(house.base, f"/stream/{board}/{kind}", raw=body, headers={"Content-Type": "application/msgpack"})


def opening(token: str) -> bytes:
    about = {"protocol": 3, "token": token, "tab": secrets.token_hex(8), "seen": 0}
    hello = msgpack.packb(["hello", about])
    return bytes(secrets.token_bytes(16)) + bytes(4) + len(hello).to_bytes(4) + hello


async def test_P12_lines_of_made_up_tokens_leave_little_behind(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST_OVER", 5)
    made = await new_workshop(house.base)
    lines = house.server.config.app._streams  # type: ignore[union-attr]
    for _ in range(30):
        answer = await up(house, made["board"], "poll", opening(secrets.token_hex(16)))
        assert b"no_access" in answer.body
    assert len(lines._lines) <= 6
    assert len(lines._tabs) <= 6


async def test_P12_names_of_lines_cannot_be_guessed_or_used_by_another_token(house: House) -> None:
    """A line's name is 128 random bits; what is not known is 404 alike, and a hello under another's name is a new line
    that is shown nothing of the old one's."""
    made = await new_workshop(house.base)
    one, two = [await join(house.base, made["code"]) for _ in range(2)]
    name = secrets.token_bytes(16)
    mine = name + opening(one["token"])[16:]
    assert (await up(house, made["board"], "poll", mine)).status == 200
    for _ in range(50):
        for kind in ("up", "more"):
            answer = await up(house, "b", kind, secrets.token_bytes(16) + (1).to_bytes(4))
            assert (answer.status, answer.json) == (404, {"error": "gone"})
    taken = await up(house, made["board"], "poll", name + opening(two["token"])[16:])
    frames = list(msgpack.Unpacker(_Skipping(taken.body)))
    assert frames[0][1]["seat"] == two["seat"]  # theirs, and no other's


class _Skipping:
    """The frames of an answer without their lengths, as a file."""

    def __init__(self, body: bytes) -> None:
        parts, at = [], 0
        while at < len(body):
            size = int.from_bytes(body[at : at + 4])
            parts.append(body[at + 4 : at + 4 + size])
            at += 4 + size
        self._data = b"".join(parts)

    def read(self, count: int) -> bytes:
        some, self._data = self._data[:count], self._data[count:]
        return some


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("up", b""),
        ("up", b"x" * (HEAD - 1)),
        ("open", bytes(HEAD) + b"\xff" * 8),
        ("open", bytes(HEAD) + (0).to_bytes(4)),
        ("poll", bytes(HEAD) + (2**32 - 1).to_bytes(4) + b"x"),
        ("poll", bytes(HEAD) + b"\x00" * 70_000),
        ("more", bytes(16) + (2**32 - 1).to_bytes(4)),
        ("down", bytes(HEAD)),
        ("../api/look", bytes(HEAD)),
    ],
)
async def test_T12_a_request_on_a_line_that_is_none_has_its_answer(house: House, kind: str, body: bytes) -> None:
    answer = await up(house, "b", kind, body)
    assert answer.status in (200, 400, 404, 413), answer.status
    assert (await call(house.base, "/health")).status == 200


# -- guessing -----------------------------------------------------------------------------


async def test_B2_guessing_tokens_and_ways_back_tells_nothing_and_the_right_one_still_opens(house: House) -> None:
    """Both have 128 bits: every wrong one gets the same answer, over HTTP and on a socket."""
    made = await new_workshop(house.base)
    seat = (await join(house.base, made["code"]))["seat"]
    asked = await call(house.base, f"/api/board/{made['board']}/return", body={"seat": seat}, token=made["token"])
    key = asked.json["url"].partition("#r=")[2]
    for guess in (*near(key), *(secrets.token_urlsafe(16) for _ in range(20))):
        answer = await call(house.base, f"/api/board/{made['board']}/back", body={}, token=guess)
        assert (answer.status, answer.json) == (404, {"error": "no_way"})
    back = await call(house.base, f"/api/board/{made['board']}/back", body={}, token=key)
    right = back.json["token"]
    for guess in (*near(right), key, *(secrets.token_urlsafe(16) for _ in range(20))):
        answer = await call(house.base, f"/api/board/{made['board']}/door", token=guess)
        assert (answer.status, answer.json) == (403, {"error": "no_access"})
        raw = Raw(house.port)
        await raw.open(upgrade(made["board"]))
        about = {"protocol": 3, "token": guess, "tab": "t" * 16, "seen": 0}
        raw.send(frame(msgpack.packb(["hello", about])))
        assert await raw.ended() == 4502
        await raw.close()
    tab = await Tab(house.base, made["board"], right).open()
    await closed(tab)


def near(secret: str) -> list[str]:
    """Secrets that differ little from this one."""
    return [
        *(secret[:-1] + letter for letter in "AQgw" if secret[-1] != letter),
        secret[::-1],
        secret.lower(),
        secret.upper(),
    ]


async def test_H2_guessing_the_house_key_is_slowed_wherever_it_is_asked_and_the_right_one_never_waits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "SLOWEST", 0.05)
    away = {"X-Forwarded-For": "203.0.113.9"}
    wish = {"method": "fremtidsvaerksted"}
    callers = house.server.config.app._callers  # type: ignore[union-attr]
    for number in range(failures.FREE_FAILURES):
        guess = f"wrong-key-{number:08}"
        if number % 2:
            answer = await call(house.base, "/metrics", headers={**away, "Authorization": f"Bearer {guess}"})
        else:
            answer = await call(house.base, "/api/workshops", body={**wish, "key": guess}, headers=away)
        assert (answer.status, answer.json) == (403, {"error": "wrong_key"})
    assert callers.keys.failures.pause("127.0.0.1", now=callers._now()) > 0
    right = {**away, "Authorization": f"Bearer {house.settings.key}"}
    assert (await call(house.base, "/metrics", headers=right)).status == 200
    assert (
        await call(house.base, "/api/workshops", body={**wish, "key": house.settings.key}, headers=away)
    ).status == 201
    # Many wrong ones at once fill the line of those that wait; the right one passes it.
    monkeypatch.setattr(failures, "SLOWEST", 0.2)
    guesses = [
        asyncio.create_task(call(house.base, "/api/workshops", body={**wish, "key": "no" * 8}, headers=away))
        for _ in range(40)
    ]
    waiting = set(guesses)
    while len(waiting) > 20:
        _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    assert not all(guess.done() for guess in guesses), "nobody waited"
    assert (
        await call(house.base, "/api/workshops", body={**wish, "key": house.settings.key}, headers=away)
    ).status == 201
    answers = await asyncio.gather(*guesses)
    assert {(answer.status, answer.json["error"]) for answer in answers} == {(429, "slow_down"), (403, "wrong_key")}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers if answer.status == 429)
    # Codes are another matter: who types one waits for nobody's wrong keys.
    assert callers.codes.failures.pause("127.0.0.1", now=callers._now()) == 0
