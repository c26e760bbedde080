"""H2: who guesses codes or house keys slows only the typing of codes behind the same address."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from server.doors import failures
from server.doors.codes import Doors
from server.web import slowed
from server.web.slowed import Slowed
from tests.machine.conftest import House
from tests.machine.talk import Tab, call, closed, new_workshop
from tests.machine.waiting import until_async

AWAY = {"X-Forwarded-For": "203.0.113.9"}  # behind a proxy that is not named: all have the proxy's address
PHONES = 40
IN_FLIGHT = 24


def guess(house: House, kind: str) -> Any:
    """A wrong code, or a wrong house key."""
    if kind == "code":
        return call(house.base, "/api/look", body={"code": "nej-nej-nej"}, headers=AWAY)
    body = {"method": "fremtidsvaerksted", "key": "no" * 8}
    return call(house.base, "/api/workshops", body=body, headers=AWAY)


async def line_is_full(lines: Slowed) -> None:
    await until_async(lambda: lines.waiting("127.0.0.1") == slowed.WAITING, what="a full line of guesses")


@asynccontextmanager
async def guessing(house: House, kind: str) -> AsyncIterator[None]:
    """Somebody who has guessed wrong 120 times, and keeps 24 guesses on their way."""
    lines = getattr(house.server.config.app._callers, f"{kind}s")  # type: ignore[union-attr]
    for _ in range(120):
        lines.failures.add("127.0.0.1", now=lines._now())

    async def go_on() -> None:
        while True:
            await guess(house, kind)

    tasks = [asyncio.create_task(go_on()) for _ in range(IN_FLIGHT)]
    await line_is_full(lines)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_H2_forty_phones_behind_one_address_join_by_qr_while_somebody_guesses_codes_there(house: House) -> None:
    made = await new_workshop(house.base)
    door = (await call(house.base, f"/api/board/{made['board']}/door", token=made["token"])).json
    key = door["url"].partition("#j=")[2]

    async def come_in() -> Tab:
        assert (await call(house.base, "/api/look", body={"join": key}, headers=AWAY)).status == 200
        reply = await call(house.base, "/api/join", body={"join": key}, headers=AWAY)
        assert reply.status == 200, reply.body
        return await Tab(house.base, reply.json["board"], reply.json["token"]).open()

    async with guessing(house, "code"):
        began = time.monotonic()
        phones = await asyncio.gather(*(come_in() for _ in range(PHONES)))
        took = time.monotonic() - began
    print(f"{PHONES} phones behind a guesser's address joined by link in {took:.2f} s")
    assert took < 5
    await closed(*phones)


async def test_H2_wrong_codes_that_come_together_are_not_all_looked_up_before_the_first_has_failed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = house.server.config.app._callers.codes  # type: ignore[union-attr]
    begun, answer = 0, asyncio.Event()

    async def find(*_: Any, **__: Any) -> None:
        nonlocal begun
        begun += 1
        await answer.wait()

    monkeypatch.setattr(Doors, "find", find)
    many = failures.FREE_FAILURES + slowed.AT_ONCE + slowed.WAITING
    tasks = [asyncio.create_task(guess(house, "code")) for _ in range(many + 20)]
    await until_async(lambda: begun >= slowed.AT_ONCE, what="look-ups have begun")
    answer.set()
    await line_is_full(codes)
    assert begun <= failures.FREE_FAILURES + slowed.AT_ONCE
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_H2_a_wrong_link_neither_waits_nor_counts_as_a_wrong_code(house: House) -> None:
    codes = house.server.config.app._callers.codes  # type: ignore[union-attr]
    async with guessing(house, "code"):
        before = codes.failures.number("127.0.0.1", now=codes._now())
        reply = await call(house.base, "/api/join", body={"join": "A" * 22}, headers=AWAY)
        assert (reply.status, reply.json) == (404, {"error": "no_door"})
        assert codes.failures.number("127.0.0.1", now=codes._now()) == before


async def test_H2_the_right_house_key_never_waits_behind_wrong_ones(house: House) -> None:
    async with guessing(house, "key"):
        body = {"method": "fremtidsvaerksted", "key": house.settings.key}
        began = time.monotonic()
        assert (await call(house.base, "/api/workshops", body=body, headers=AWAY)).status == 201
        assert time.monotonic() - began < failures.SLOWEST / 2


@pytest.mark.parametrize("kind", ["code", "key"])
async def test_H2_who_hangs_up_leaves_the_line(house: House, kind: str) -> None:
    lines = getattr(house.server.config.app._callers, f"{kind}s")  # type: ignore[union-attr]
    for _ in range(120):
        lines.failures.add("127.0.0.1", now=lines._now())
    writers = [await sent(house, kind) for _ in range(slowed.WAITING)]
    await line_is_full(lines)
    refused = await guess(house, kind)
    assert (refused.status, refused.json) == (429, {"error": "slow_down"})
    before = lines.failures.number("127.0.0.1", now=lines._now())
    for writer in writers:
        writer.close()
        await writer.wait_closed()
    await until_async(lambda: not lines.waiting("127.0.0.1"), what="the line is empty", within=failures.SLOWEST / 2)
    assert lines.failures.number("127.0.0.1", now=lines._now()) == before, "what was not looked up is no failure"


async def sent(house: House, kind: str) -> asyncio.StreamWriter:
    """Send a wrong guess and wait for nothing."""
    path, body = "/api/look", {"code": "nej-nej-nej"}
    if kind == "key":
        path, body = "/api/workshops", {"method": "fremtidsvaerksted", "key": "no" * 8}
    _, writer = await asyncio.open_connection("127.0.0.1", house.port)
    data = json.dumps(body).encode()
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\nOrigin: {house.base}\r\nX-Forwarded-For: 203.0.113.9"
        f"\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode()
        + data
    )
    return writer
