"""What is counted, who may read it, and what no log line ever holds."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import signal
from pathlib import Path
from typing import Any

import pytest

from server import metrics
from server.metrics import NAMES, Counts
from server.process.embedded import EmbeddedValkey
from server.store import Head, Store
from tests.machine.conftest import House, start_house
from tests.machine.talk import PLACE, Tab, call, closed, join, new_workshop
from tests.machine.test_start import helpers, serving, tavle
from tests.machine.waiting import read_until

SAMPLE = re.compile(r"(\w+)\{([^}]*)\} (\d+(?:\.\d+)?(?:e[+-]\d+)?)")
ELSEWHERE = {"X-Forwarded-For": "203.0.113.9"}


async def scrape(base: str, **more: Any) -> dict[tuple[str, ...], float]:
    """Every sample, by name and labels."""
    reply = await call(base, "/metrics", **more)
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {}
    for line in reply.body.decode().splitlines():
        if not line.startswith("#"):
            match = SAMPLE.fullmatch(line)
            assert match, line
            labels = sorted(match[2].split(","), key=lambda label: not label.startswith("process"))
            found[match[1], *labels] = float(match[3])
    return found


async def test_what_happens_is_counted(house: House) -> None:
    before = await scrape(house.base)
    made = await new_workshop(house.base)
    one = await join(house.base, made["code"])
    lead = await Tab(house.base, made["board"], made["token"]).open()
    ann = await Tab(house.base, made["board"], one["token"]).open()
    assert await lead.do("round", to="critique") == ""
    await ann.until(lambda: ann.mine["me"]["write"] is not None)
    await ann.write("et ord", **PLACE)
    assert await ann.do("close") == "role"
    now = await scrape(house.base)

    def more(name: str, *labels: str) -> float:
        key = (name, 'process="1"', *labels)
        return now.get(key, 0) - before.get(key, 0)

    assert now["tavle_connections", 'process="1"', 'role="facilitator"'] == 1
    assert now["tavle_connections", 'process="1"', 'role="participant"'] == 1
    assert now["tavle_rooms", 'process="1"'] == 1
    assert more("tavle_ops_accepted_total") == 2
    assert more("tavle_ops_refused_total", 'reason="role"') == 1
    assert more("tavle_appends_total") >= 3
    assert more("tavle_frames_sent_total") > 4
    assert more("tavle_sent_bytes_total") > 1_000
    assert {name for name, *_ in now} >= NAMES.keys() - {"tavle_connections_closed_total"}
    assert made["board"] not in str(now)
    assert await lead.do("remove", seat=one["seat"]) == ""
    await ann.until(lambda: ann.code == 4503)
    now = await scrape(house.base)
    assert more("tavle_connections_closed_total", 'code="4503"') == 1
    await closed(lead)


async def test_only_this_computer_and_holders_of_the_house_key_may_read_it(house: House) -> None:
    assert (await call(house.base, "/metrics", headers=ELSEWHERE)).json == {"error": "need_key"}
    wrong = {**ELSEWHERE, "Authorization": "Bearer not-the-house-key-at-all"}
    assert (await call(house.base, "/metrics", headers=wrong)).json == {"error": "wrong_key"}
    assert await scrape(house.base, headers={**ELSEWHERE, "Authorization": f"Bearer {house.settings.key}"})


async def test_health_says_that_we_live_and_ready_that_the_store_does(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as valkey:
        house = await start_house(valkey.url, tmp_path)
        assert (await call(house.base, "/ready")).status == 200
        assert valkey.pid is not None
        os.kill(valkey.pid, signal.SIGSTOP)
        async with asyncio.timeout(3):
            while (reply := await call(house.base, "/ready")).status == 200:  # what a try found is used for a moment
                pass
            assert (reply.status, reply.json) == (503, {"error": "store_away"})
            assert (await call(house.base, "/health")).status == 200
        os.kill(valkey.pid, signal.SIGCONT)
        async with asyncio.timeout(3):
            while (await call(house.base, "/ready")).status != 200:
                pass
        await house.stop()


async def test_two_web_processes_serve_the_boards_and_are_counted_together(tmp_path: Path) -> None:
    with serving("--workers", "2", data_dir=tmp_path) as (_, _, port):
        base = f"http://127.0.0.1:{port}"
        made = [await new_workshop(base) for _ in range(8)]  # all in one process: once in 128 runs; more come below
        tabs = [await Tab(base, one["board"], one["token"]).open() for one in made]

        def both(found: dict[tuple[str, ...], float]) -> bool:
            names = ('process="1"', 'process="2"')
            return all(found.get(("tavle_connections", name, 'role="facilitator"'), 0) > 0 for name in names)

        async with asyncio.timeout(30):
            while not both(await scrape(base)):
                one = await new_workshop(base)
                tabs.append(await Tab(base, one["board"], one["token"]).open())
        for tab in tabs:
            assert await tab.do("setup", title="begge steder") == ""
        await closed(*tabs)


def test_the_text_is_what_prometheus_reads() -> None:
    counts = Counts(accepted=3, sent=12_345_678)
    counts.refused["role"] = 2
    found = metrics.samples(roles=["wall", "participant", "participant"], rooms=1, lag=0.0125, counts=counts)
    told = metrics.text({"1": found, "2": found})
    assert '# TYPE tavle_ops_accepted_total counter\ntavle_ops_accepted_total{process="1"} 3.0\n' in told
    assert 'tavle_connections{process="2",role="participant"} 2.0\n' in told
    assert 'tavle_sent_bytes_total{process="1"} 1.2345678e+07\n' in told
    assert 'tavle_event_loop_lag_seconds{process="1"} 0.0125\n' in told
    assert told.endswith("\n")


# -- stopping -------------------------------------------------------------------------------


async def test_what_was_asked_is_answered_before_the_server_stops(
    valkey: EmbeddedValkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await start_house(valkey.url, tmp_path)
    made = await new_workshop(house.base)
    lead = await Tab(house.base, made["board"], made["token"]).open()
    asked, told, really = asyncio.Event(), asyncio.Event(), Store.append

    async def slowly(self: Store, *args: Any, **more: Any) -> Head:
        asked.set()
        await told.wait()
        return await really(self, *args, **more)

    monkeypatch.setattr(Store, "append", slowly)
    n = await lead.op("setup", title="lige før")
    await asked.wait()
    farewell = house.server.config.app.state.farewell  # type: ignore[union-attr]

    async def says_it() -> None:
        told.set()
        await farewell()

    house.server.config.app.state.farewell = says_it  # type: ignore[union-attr]
    await house.stop()
    await lead.until(lambda: lead.code == 4000)
    assert lead.acked == n
    await lead.close()


# -- log lines ------------------------------------------------------------------------------


async def test_json_logs_hold_no_address_no_text_and_no_token(tmp_path: Path) -> None:
    environ = {"TAVLE_LOG": "json", "TAVLE_KEY": "ABCD-EFGH-JKMN-PQRS"}
    with tavle(data_dir=tmp_path, environ=environ) as process:
        printed = read_until(process, "Tavle serves on port")
        port = int(re.findall(r"port (\d+)", printed)[0])
        base = f"http://127.0.0.1:{port}"
        canary = f"kanarie{secrets.token_hex(8)}"
        made = await new_workshop(base, title=canary)
        one = await join(base, made["code"], name=canary)
        ann = await Tab(base, made["board"], one["token"]).open()
        await ann.op("write", note=secrets.token_urlsafe(12), text=canary, **PLACE)
        await ann.op("write", note=canary, text=canary, sheet=canary, lane=canary)
        await ann.send([canary, canary])  # no frame: closed with a code
        await ann.until(lambda: ann.code is not None)
        await call(base, f"/{canary}?token={one['token']}")
        await call(base, "/api/look", body={"code": canary})
        await call(base, "/api/look", raw=canary.encode())
        await call(base, f"/api/board/{made['board']}/door", token=canary)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{canary}\r\n\r\n".encode())  # no HTTP
        await reader.read()
        writer.close()
        lead = await Tab(base, made["board"], made["token"]).open()
        for pid in helpers(process, "valkey-server"):
            os.kill(pid, signal.SIGKILL)
        assert await lead.do("setup", title=f"{canary} igen") == ""
        for pid in helpers(process, "server.process.worker"):
            os.kill(pid, signal.SIGKILL)
        printed += await asyncio.to_thread(read_until, process, "starting another")
        await lead.until(lambda: lead.code is not None)
        process.terminate()
        printed += await asyncio.to_thread(read_until, process, "Tavle has stopped")
    lines = [json.loads(line) for line in printed.splitlines()]
    assert len(lines) >= 5
    for line in lines:
        assert {"time", "level", "from", "text"} <= line.keys()
    hidden = [canary, "127.0.0.1", "::1", made["board"], environ["TAVLE_KEY"]]
    hidden += [made["token"], made["wall"], made["code"], one["token"]]
    for secret in hidden:
        assert secret not in printed, secret
