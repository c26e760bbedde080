"""Under which names and addresses the server answers, and who counts as local (H4)."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from pathlib import Path
from typing import Any

import msgpack
import pytest

from board_schema.wire import Close
from server.connections.batches import packed
from server.process.embedded import EmbeddedValkey
from tests.machine.chaos.raw import Raw, frame, upgrade
from tests.machine.conftest import House, start_house
from tests.machine.talk import call, closed, new_workshop, people


async def test_H4_under_a_foreign_host_there_is_no_page_no_change_and_no_link(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    of = f"/api/board/{made['board']}"
    for host in (
        "evil.example",
        f"evil.example:{house.port}",
        "192.0.2.1:8000",
        f"127.0.0.1:{house.port}.evil.example",
    ):
        rebound = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        for page in ("/", "/join", "/b/x", "/console/x", "/wall/x"):
            shown = await call(house.base, page, headers={"Host": host, "Accept-Language": "en"})
            assert shown.status == 421
            assert b"TAVLE_PUBLIC_URL" in shown.body
            assert b"<script" not in shown.body
        for method, path, body in (
            ("POST", "/api/workshops", {"method": "fremtidsvaerksted", "key": house.settings.key}),
            ("POST", "/api/look", {"code": made["code"]}), ("POST", "/api/join", {"code": made["code"]}),
            ("POST", f"{of}/door", {"renew": "join"}), ("POST", f"{of}/return", {"seat": ann.welcome["seat"]}),
            ("DELETE", of, None),
        ):  # fmt: skip
            reply = await call(house.base, path, method=method, body=body, token=made["token"], headers=rebound)
            assert (reply.status, reply.json) == (403, {"error": "origin"}), path
        # Nor for a program, which sends no Origin; and no file, no document.
        for path, body in ((f"{of}/door", None), (f"{of}/return", {"seat": ann.welcome["seat"]})):
            odd = {"Host": host, "Origin": ""}
            reply = await call(house.base, path, body=body, token=made["token"], headers=odd)
            assert (reply.status, reply.json) == (403, {"error": "origin"}), path
        for path in (
            "/static/app.css",
            "/api/methods",
            "/metrics",
            "/robots.txt",
            f"{of}/export/x.md",
            "/stream/x/open",
        ):
            reply = await call(house.base, path, token=made["token"], headers={"Host": host})
            assert (reply.status, reply.json) == (403, {"error": "origin"}), path
        for path in ("/about/it", "/nothing"):
            assert (await call(house.base, path, headers={"Host": host})).status == 421
        for path in ("/health", "/ready"):
            assert (await call(house.base, path, headers={"Host": host})).json == {"ok": True}
    await closed(lead, ann)


@pytest.mark.parametrize("origin", ["", "http://evil.example"])
async def test_H4_under_a_foreign_host_no_connection_is_served(house: House, origin: str) -> None:
    """With the right token; of a page that another name was made to lead here, or of a program."""
    made = await new_workshop(house.base)
    hello = msgpack.packb(["hello", {"protocol": 3, "token": made["token"], "tab": "t" * 16, "seen": 0}])
    raw = Raw(house.port)
    said = f"evil.example\r\nOrigin: {origin}" if origin else "evil.example"
    await raw.open(upgrade(made["board"], said.encode()))
    raw.send(frame(hello))
    assert await raw.ended() == Close.ORIGIN
    assert [kind for kind, *_ in raw.frames] == ["bye"]
    await raw.close()
    headers = {"Host": "evil.example", "Content-Type": "application/msgpack", "Origin": origin}
    body = secrets.token_bytes(16) + bytes(4) + packed([hello])
    reply = await call(house.base, f"/stream/{made['board']}/open", raw=body, headers=headers)
    assert (reply.status, reply.json) == (403, {"error": "origin"})


async def test_H4_the_page_for_a_foreign_host_loads_nothing_and_has_its_style_inside(house: House) -> None:
    for lang in ("da", "en"):
        reply = await call(house.base, f"/join?lang={lang}", headers={"Host": "evil.example"})
        text = reply.body.decode()
        assert f'lang="{lang}"' in text
        assert not re.search(r'(src|href)="/', text)
        style = re.search(r"<style>(.*?)</style>", text, re.S)[1]  # type: ignore[index]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"


async def test_H4_a_proxy_must_pass_the_host_on_also_with_a_public_address(
    valkey: EmbeddedValkey, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = await start_house(valkey.url, tmp_path, public_url="https://tavle.example.dk")
    try:
        made = await new_workshop(house.base, key=house.settings.key)
        for host in ("tavle.example.dk", "tavle.example.dk:443", f"127.0.0.1:{house.port}"):
            ours = {"Host": host, "Sec-Fetch-Site": "same-origin", "Origin": "https://tavle.example.dk"}
            assert (await call(house.base, "/api/look", body={"code": made["code"]}, headers=ours)).status == 200
        assert not caplog.records
        inside = {"Host": "inside:8000", "Origin": "https://tavle.example.dk"}
        for _ in range(3):
            reply = await call(house.base, "/api/look", body={"code": made["code"]}, headers=inside)
            assert (reply.status, reply.json) == (403, {"error": "origin"})
            assert (await call(house.base, "/join", headers=inside)).status == 421
        (told,) = [record.getMessage() for record in caplog.records]
        assert "TAVLE_PUBLIC_URL" in told
        assert "proxy_set_header Host" in told
        assert "inside" not in told
    finally:
        await house.stop()


async def test_H4_with_a_public_address_nobody_is_local(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    house = await start_house(valkey.url, tmp_path, public_url="https://tavle.example.dk")
    try:
        body: dict[str, Any] = {"method": "fremtidsvaerksted"}
        reply = await call(house.base, "/api/workshops", body=body)
        assert (reply.status, reply.json) == (403, {"error": "need_key"})
        assert (await call(house.base, "/metrics")).json == {"error": "need_key"}
        assert (await call(house.base, "/api/workshops", body={**body, "key": house.settings.key})).status == 201
    finally:
        await house.stop()


@pytest.mark.parametrize("name", ["Via", "Forwarded", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto"])
async def test_H4_any_header_of_a_proxy_makes_a_caller_not_local(house: House, name: str) -> None:
    reply = await call(house.base, "/api/workshops", body={"method": "fremtidsvaerksted"}, headers={name: "x"})
    assert (reply.status, reply.json) == (403, {"error": "need_key"})
    assert (await call(house.base, "/metrics", headers={name: "x"})).json == {"error": "need_key"}


async def test_a_public_address_is_on_every_link(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    house = await start_house(valkey.url, tmp_path, public_url="https://tavle.example.dk")
    try:
        made = await new_workshop(house.base, key=house.settings.key)
        path = f"/api/board/{made['board']}/door"
        door = (await call(house.base, path, token=made["token"])).json
        assert door["url"].startswith("https://tavle.example.dk/join#j=")
        assert door["addresses"] == ["https://tavle.example.dk"]
    finally:
        await house.stop()
