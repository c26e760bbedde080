"""A server that is stopped during a workshop and started again: clients are told, ops finished, logs hold no texts."""

from __future__ import annotations

import asyncio
import json
import random
import re
import secrets
from pathlib import Path

from board_schema.wire import Close
from server.process.socket_folder import socket_of
from tests.machine.chaos.crowd import Ledger, Member, crowd
from tests.machine.chaos.crowd import until as crowd_until
from tests.machine.chaos.recorder import canary
from tests.machine.talk import call, join, new_workshop
from tests.machine.test_start import tavle
from tests.machine.waiting import read_until

KEY = "ABCD-EFGH-JKMN-PQRS"
PLACE = {"sheet": "columns", "lane": "critique"}
ADDRESS = re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b|::1|\[::")


async def test_P5_told_to_stop_in_mid_workshop_all_are_told_and_nothing_is_lost_or_logged(
    tmp_path: Path, seed: int
) -> None:
    """Twelve phones write through two web processes while the supervisor gets SIGTERM; then it is started again.

    Every screen has heard 4000, what was acknowledged is there once, and what both have printed as JSON holds no text,
    no name, no token, no code, no board and no address.
    """
    chance = random.Random(seed)
    environ = {"TAVLE_LOG": "json", "TAVLE_KEY": KEY}
    printed = ""
    word, name = canary(), canary()
    with tavle("--workers", "2", data_dir=tmp_path, environ=environ) as first:
        printed += await asyncio.to_thread(read_until, first, "Tavle serves on port")
        port = int(re.findall(r"port (\d+)", printed)[0])
        base = f"http://127.0.0.1:{port}"
        made = await new_workshop(base, title=word, venue=word)
        ways = [await join(base, made["code"], name=name) for _ in range(12)]
        secret = [
            word,
            name,
            KEY,
            made["board"],
            made["token"],
            made["wall"],
            made["code"],
            *(w["token"] for w in ways),
        ]
        await _trouble(base, made, ways[0], word)
        lead = Member(base, made, chance=chance)
        phones = [Member(base, way, chance=chance) for way in ways]
        async with crowd([lead, *phones]):
            assert await lead.do("round", to="critique") == ""

            async def write(phone: Member) -> None:
                for _ in range(12):
                    assert await phone.do("write", note=secrets.token_urlsafe(12), text=word, **PLACE) == ""

            writing = asyncio.gather(*map(write, phones))
            await crowd_until(phones, lambda: sum(phone.acks_seen for phone in phones) >= 40)
            first.terminate()
            printed += await asyncio.to_thread(read_until, first, "Tavle has stopped")
            first.wait()
            again = {**environ, "PORT": str(port)}
            with tavle("--workers", "2", data_dir=tmp_path, environ=again) as second:
                printed += await asyncio.to_thread(read_until, second, "Tavle serves on port")
                await writing
                assert await lead.do("reveal", sheet="columns", lane="critique") == ""
                await lead.until(lambda: len(lead.notes) == 12 * 12)
                for member in (lead, *phones):
                    assert member.codes[0] == Close.RESTART, member.codes
                ledger = await Ledger(f"unix://{socket_of(tmp_path)}", made["board"]).open()
                assert await ledger.check({}) >= 12 * 12
                await ledger.close()
                assert (
                    await call(base, f"/api/board/{made['board']}", method="DELETE", token=made["token"])
                ).status == 204
                await lead.until(lambda: lead.over == Close.GONE)
                second.terminate()
                printed += await asyncio.to_thread(read_until, second, "Tavle has stopped")
    lines = [json.loads(line) for line in printed.splitlines()]
    assert {line["text"] for line in lines} >= {f"Tavle serves on port {port}.", "Tavle has stopped."}
    for line in lines:
        assert {"time", "level", "from", "text"} <= line.keys()
        assert line["level"] in ("info", "warning"), line
    for hidden in secret:
        assert hidden not in printed
    assert not ADDRESS.search(printed)


async def _trouble(base: str, made: dict[str, str], way: dict[str, str], word: str) -> None:
    """What a log would love to tell of."""
    for path, body in (
        ("/api/look", {"code": word}), ("/api/join", {"join": word}), ("/api/workshops", {"method": word, "key": word}),
    ):  # fmt: skip
        await call(base, path, body=body, headers={"X-Forwarded-For": "203.0.113.77"})
    for token in (way["token"], made["token"], word * 2):
        await call(base, f"/api/board/{made['board']}/export/{word}.pdf?size={word}", token=token)
        await call(base, f"/api/board/{made['board']}/door?token={token}")
        await call(base, f"/metrics?{word}", headers={"Authorization": f"Bearer {token}", "X-Real-IP": "203.0.113.77"})
    for kind in ("open", "up", "more", word):
        body = word.encode() * 4
        await call(base, f"/stream/{word}/{kind}", raw=body, headers={"Content-Type": "application/msgpack"})
    for raw in (
        f"{word}\r\n\r\n",
        f"GET /{word} HTTP/1.1\r\nUpgrade: {word}\r\nConnection: upgrade\r\nHost: {word}\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(base.rpartition(":")[2]))
        writer.write(raw.encode())
        writer.write_eof()
        await reader.read()
        writer.close()
