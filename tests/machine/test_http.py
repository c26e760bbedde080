"""The calls of SPEC 9, over a real server."""

from __future__ import annotations

import asyncio
import gzip
import re
import secrets
from pathlib import Path
from typing import Any

import pytest

from board_schema.wire import Close
from server.doors.hosts import Hosts
from server.process.embedded import EmbeddedValkey
from server.web import exports, methods, prose
from tests.machine.conftest import House, start_house
from tests.machine.talk import Tab, call, closed, join, new_workshop, nobodys_code, people

TRUST = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
FOREIGN = {"Origin": "http://evil.example"}
ELSEWHERE = {"X-Forwarded-For": "203.0.113.9"}  # no longer from this very computer


@pytest.mark.parametrize(
    "path",
    [
        "/", "/join", "/b/x", "/wall/x", "/about/it", "/health", "/ready", "/api/methods",
        "/nothing", "/static/app.css", "/static/nothing.js", "/api/board/x/door", "/robots.txt",
    ],
)  # fmt: skip
async def test_H3_every_answer_carries_the_security_headers(house: House, path: str) -> None:
    reply = await call(house.base, path)
    for name, value in TRUST.items():
        assert reply.headers[name] == value
    policy = reply.headers["content-security-policy"]
    for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "server" not in reply.headers


async def test_pages_alone_say_what_they_never_ask_a_device_for(house: House) -> None:
    for path, said in (("/join", True), ("/about/it", True), ("/static/app.css", False), ("/api/methods", False)):
        assert ("permissions-policy" in (await call(house.base, path)).headers) is said, path


@pytest.mark.parametrize("page", ["/", "/join", "/b/x", "/wall/x", "/console/x"])
async def test_pages_name_their_files_by_content_and_nothing_from_elsewhere(house: House, page: str) -> None:
    reply = await call(house.base, page)
    assert reply.status == 200
    text = reply.body.decode()
    named = re.findall(r'(?:src|href)="([^"]+)"', text)
    files = [name for name in named if name.startswith("/static/")]
    assert files
    assert all(re.match(r"/(?!/)|#|data:image/", name) for name in named)
    for name in files:
        assert re.match(r"/static/[0-9a-f]{16}/", name)
        found = await call(house.base, name, headers={"Accept-Encoding": "gzip, br"})
        assert found.status == 200, name
        assert "immutable" in found.headers["cache-control"]
        if found.headers.get("content-encoding") == "gzip":
            assert gzip.decompress(found.body)
    assert "<style" not in text
    assert "style=" not in text
    # What runs comes as a file; a block of JSON does not run.
    assert not re.search(r'<script(?! type="application/json")(?![^>]*src=)', text)
    assert not re.search(r"\son\w+=", text)


async def test_a_file_under_an_older_hash_is_not_kept_for_ever(house: House) -> None:
    reply = await call(house.base, "/static/0123456789abcdef/app.css")
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-cache")
    reply = await call(house.base, "/static/app.css")
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pyproject.toml", "/static/%2e%2e/pyproject.toml", "/static/build.py",
        "/static/package.json", "/static/front.html", "/static//etc/passwd", "/static/js",
        "/about/..%2f..%2fREADME", "/about/none", "/about/IT",
    ],
)  # fmt: skip
async def test_nothing_but_our_own_files_is_served(house: House, path: str) -> None:
    assert (await call(house.base, path)).status == 404


@pytest.mark.parametrize("path", ["/nowhere", "/vaerksted/123", "/about/none"])
async def test_somebody_who_mistypes_an_address_reads_so_in_their_language(house: House, path: str) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "da"}
    page = await call(house.base, path, headers=browser)
    assert (page.status, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Den side findes ikke" in page.body.decode()
    assert "script-src" not in page.headers["content-security-policy"]
    page = await call(house.base, path, headers=browser | {"Accept-Language": "en-GB"})
    assert "That page does not exist" in page.body.decode()
    script = await call(house.base, path, headers={"Accept": "*/*"})
    assert (script.status, script.json) == (404, {"error": "no_page"})


async def test_a_range_is_never_answered(house: House) -> None:
    many = ",".join(f"{i}-{i}" for i in range(200))
    reply = await call(house.base, "/static/app.css", headers={"Range": f"bytes={many}"})
    assert reply.status == 200


async def test_our_own_documents_are_pages_in_both_languages(house: House) -> None:
    for page in ("it", "accessibility", "data-protection", "threat-model", "address"):
        danish = await call(house.base, f"/about/{page}?lang=da")
        english = await call(house.base, f"/about/{page}", headers={"Accept-Language": "en-GB"})
        assert b'lang="da"' in danish.body
        assert b'<html lang="en">' in english.body
        assert danish.body != english.body
        assert b"<h1" in danish.body


async def test_the_catalogue_holds_every_method_and_no_facilitators_notes(house: House) -> None:
    cards = (await call(house.base, "/api/methods")).json
    assert {path.stem for path in methods.BUILT_IN.glob("*.toml")} == {c["id"] for c in cards}
    assert all(card["title"]["da"] and card["pitch"]["en"] for card in cards)
    rounds = {card["id"]: card["rounds"] for card in cards}
    assert rounds["historievaerksted"] == 10
    sheets = [sheet for card in cards for sheet in card["sheets"]]
    assert all(set(sheet) == {"form", "per_group", "scale", "back", "lanes", "links"} for sheet in sheets)
    assert all(set(lane) == {"id", "color"} for sheet in sheets for lane in sheet["lanes"])


# -- creating -----------------------------------------------------------------------------


async def test_H_a_workshop_is_made_from_this_computer_or_with_the_house_key(house: House) -> None:
    body: dict[str, Any] = {"method": "fremtidsvaerksted", "title": "Vagter", "venue": "Afsnit 3"}
    here = await call(house.base, "/api/workshops", body=body)
    assert here.status == 201
    away = await call(house.base, "/api/workshops", body=body, headers=ELSEWHERE)
    assert (away.status, away.json) == (403, {"error": "need_key"})
    wrong = await call(house.base, "/api/workshops", body={**body, "key": "no" * 8}, headers=ELSEWHERE)
    assert (wrong.status, wrong.json) == (403, {"error": "wrong_key"})
    keyed = await call(
        house.base,
        "/api/workshops",
        body={**body, "key": house.settings.key.lower()},
        headers=ELSEWHERE,
    )
    assert keyed.status == 201
    rebound = {"Host": "evil.example:80", "Origin": "http://evil.example:80"}
    refused = await call(house.base, "/api/workshops", body=body, headers=rebound)
    assert (refused.status, refused.json) == (403, {"error": "origin"})


async def test_H_at_most_thirty_workshops_an_hour_from_elsewhere(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    house = await start_house(valkey.url, tmp_path)
    try:
        body = {"method": "fremtidsvaerksted", "key": house.settings.key}
        found = [(await call(house.base, "/api/workshops", body=body, headers=ELSEWHERE)).status for _ in range(31)]
        assert found == [201] * 30 + [429]
        assert (await call(house.base, "/api/workshops", body=body)).status == 201
    finally:
        await house.stop()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"method": "nosuch"}, 404),
        ({}, 400),
        ([], 400),
        ({"method": 1}, 400),
        ({"method": "fremtidsvaerksted", "leader": "boss"}, 400),
        ({"method": "fremtidsvaerksted", "title": "x" * 200}, 409),
        ({"method": "historievaerksted", "from": 2020, "to": 1990}, 409),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused(house: House, body: Any, status: int) -> None:
    assert (await call(house.base, "/api/workshops", body=body)).status == status


async def test_H1_other_sites_may_not_call(house: House) -> None:
    made = await new_workshop(house.base)
    body = {"code": made["code"]}
    for headers in (FOREIGN, {"Origin": ""}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        for path in ("/api/look", "/api/join", "/api/workshops"):
            reply = await call(house.base, path, body=body, headers=headers)
            assert (reply.status, reply.json) == (403, {"error": "origin"})
    path = f"/api/board/{made['board']}"
    for token in ("", made["token"]):
        reply = await call(house.base, path, method="DELETE", token=token, headers=FOREIGN)
        assert reply.status == 403
    plain = {"Content-Type": "text/plain"}
    assert (await call(house.base, "/api/look", body=body, headers=plain)).status == 415
    assert (await call(house.base, "/api/look", raw=b"{" * 100)).status == 400
    assert (await call(house.base, "/api/look", raw=b'"' + b"x" * 20_000 + b'"')).status == 413
    assert (await call(house.base, "/api/look", method="GET")).status == 405


# -- the door -----------------------------------------------------------------------------


async def test_the_way_in_by_code_by_link_and_as_a_listener(house: House) -> None:
    made = await new_workshop(house.base, title="Vagter", venue="Afsnit 3")
    path = f"/api/board/{made['board']}/door"
    door = (await call(house.base, path, token=made["token"])).json
    assert door["code"] == made["code"]
    assert door["qr"]["size"] >= 21
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", door["qr"]["path"])
    looked = await call(house.base, "/api/look", body={"code": made["code"].upper().replace("-", " ")})
    about = looked.json
    assert (about["board"], about["title"], about["venue"]) == (made["board"], "Vagter", "Afsnit 3")
    assert (about["role"], set(about["method"])) == ("participant", {"da", "en"})
    assert not {"code", "token", "wall"} & set(about)
    by_link = await call(house.base, "/api/join", body={"join": door["url"].partition("#j=")[2]})
    assert by_link.json["role"] == "participant"
    listening = await call(house.base, "/api/join", body={"join": door["listen"].partition("#l=")[2]})
    assert listening.json["role"] == "listener"
    ears = await Tab(house.base, made["board"], listening.json["token"]).open()
    came = await Tab(house.base, made["board"], by_link.json["token"]).open()
    assert await ears.do("name", name="Leder") == "role"
    token = door["wall"].partition("#k=")[2]
    assert token == made["wall"]
    wall_door = (await call(house.base, path, token=token)).json
    assert "listen" not in wall_door
    assert "wall" not in wall_door
    refused = await call(house.base, path, token=by_link.json["token"])
    assert (refused.status, refused.json) == (403, {"error": "role"})
    await closed(ears, came)


async def test_H_unknown_closed_and_renewed_doors_answer_alike(house: House) -> None:
    made, (lead,) = await people(house, 0)
    path = f"/api/board/{made['board']}/door"
    old = (await call(house.base, path, token=made["token"])).json
    new = (await call(house.base, path, body={"renew": "join"}, token=made["token"])).json
    assert new["code"] != old["code"]
    assert new["url"] != old["url"]
    assert new["wall"] == old["wall"]
    assert await lead.do("door", open=False) == ""
    answers = [
        await call(house.base, way, body=body)
        for way in ("/api/look", "/api/join")
        for body in (
            {"code": nobodys_code()}, {"code": ""}, {"join": "A" * 22}, {"code": old["code"]},
            {"code": new["code"]}, {"join": new["url"].partition("#j=")[2]},
            {"join": new["listen"].partition("#l=")[2]},
        )
    ]  # fmt: skip
    assert {(a.status, a.body) for a in answers} == {(404, b'{"error":"no_door"}')}
    assert len({tuple(sorted(a.headers)) for a in answers}) == 1
    assert await lead.do("door", open=True) == ""
    assert (await call(house.base, "/api/look", body={"code": new["code"]})).status == 200
    assert (await call(house.base, "/api/look", body={"code": old["code"]})).status == 404
    await closed(lead)


async def test_H2_wrong_codes_slow_their_address_and_right_ones_never_count(
    valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    house = await start_house(valkey.url, tmp_path)
    try:
        made = await new_workshop(house.base)
        callers = house.server.config.app._callers
        loop = asyncio.get_running_loop()
        for _ in range(80):
            assert (await call(house.base, "/api/look", body={"code": made["code"]})).status == 200
        assert len(callers.codes.failures) == 0
        for _ in range(60):
            assert (await call(house.base, "/api/look", body={"code": "nej"})).status == 404
        began = loop.time()
        assert (await call(house.base, "/api/look", body={"code": made["code"]})).status == 200
        assert loop.time() - began >= 0.4, "slowed, but let in"
    finally:
        await house.stop()


async def test_H4_the_address_on_the_qr_is_the_facilitators_choice_among_our_own(
    valkey: EmbeddedValkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hosts, "addresses", lambda _: ["192.168.1.20", "10.0.0.7"])
    everywhere = await start_house(valkey.url, tmp_path, host="")
    try:
        made = await new_workshop(everywhere.base)
        path = f"/api/board/{made['board']}/door"
        offered = [f"http://192.168.1.20:{everywhere.port}", f"http://10.0.0.7:{everywhere.port}"]
        door = (await call(everywhere.base, path, token=made["token"])).json
        assert door["addresses"] == offered
        assert door["url"].startswith(f"{offered[0]}/join#j=")
        door = (await call(everywhere.base, path, body={"address": offered[1]}, token=made["token"])).json
        assert door["url"].startswith(f"{offered[1]}/join#j=")
        assert (await call(everywhere.base, path, token=made["wall"])).json["url"] == door["url"]
        for bad in (
            "javascript:alert(1)", "http://x/y", "ftp://x", "http://a b", "http://x#y", "http://evil.example",
            "http://192.168.1.21:8000", f"http://192.168.1.20:{everywhere.port + 1}", "https://192.168.1.20",
        ):  # fmt: skip
            reply = await call(everywhere.base, path, body={"address": bad}, token=made["token"])
            assert (reply.status, reply.json) == (400, {"error": "bad_address"}), bad
        assert (await call(everywhere.base, path, token=made["token"])).json["url"] == door["url"]
        reply = await call(everywhere.base, path, body={"renew": "join"}, token=made["wall"])
        assert reply.status == 403
        # A board of an older release, which took any address.
        await everywhere.server.config.app._store.doors.set_setting(
            made["board"], name="address", value="http://evil.example"
        )
        assert (await call(everywhere.base, path, token=made["token"])).json["url"].startswith(offered[0])
    finally:
        await everywhere.stop()


async def test_everybody_joins_with_a_name_of_their_choice_or_none(house: House) -> None:
    made = await new_workshop(house.base)
    one = await join(house.base, made["code"], name="  Åse \u202e  ", remote=True)
    two = await join(house.base, made["code"])
    lead = await Tab(house.base, made["board"], made["token"]).open()
    assert lead.view[f"seat:{one['seat']}"]["name"] == "Åse"
    assert lead.view[f"seat:{one['seat']}"]["remote"] is True
    assert lead.view[f"seat:{two['seat']}"]["name"] == ""
    long = await call(house.base, "/api/join", body={"code": made["code"], "name": "x" * 100})
    assert (long.status, long.json) == (409, {"error": "too_long"})
    await lead.close()


async def test_the_facilitators_own_way_back_works_again_and_again(house: House) -> None:
    made = await new_workshop(house.base)
    lead = await Tab(house.base, made["board"], made["token"]).open()
    path = f"/api/board/{made['board']}/return"
    own = (await call(house.base, path, body={"seat": lead.welcome["seat"]}, token=made["token"])).json["url"]
    assert f"/console/{made['board']}#k=" in own
    for _ in range(2):
        back = await Tab(house.base, made["board"], own.partition("#k=")[2]).open()
        assert back.welcome["role"] == "facilitator"
        await back.close()
    await lead.close()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "door", None), ("POST", "door", {}), ("POST", "return", {"seat": "x"}),
        ("DELETE", "", None), ("GET", "export/x.json", None),
    ],
)  # fmt: skip
async def test_P6_a_token_opens_its_own_board_only(house: House, method: str, path: str, body: Any) -> None:
    made, other = await new_workshop(house.base), await new_workshop(house.base)
    where = f"/api/board/{other['board']}/{path}".rstrip("/")
    for token, status in (("", 401), (made["token"], 403), (made["wall"], 403), ("A" * 22, 403)):
        reply = await call(house.base, where, method=method, body=body, token=token)
        assert (reply.status, reply.json["error"]) == (status, "no_access")
    if method == "GET":
        asked = f"{where}?token={other['token']}"
        assert (await call(house.base, asked)).status == 401, "no token in a query"


# -- taking it home -----------------------------------------------------------------------


async def test_V12_an_export_is_for_the_facilitator_and_for_all_when_it_is_over(
    house: House,
) -> None:
    made, (lead, ann) = await people(house, 1)
    secret = f"kladde {secrets.token_hex(8)}"
    await ann.write(secret, sheet="columns", lane="critique")
    path = f"/api/board/{made['board']}/export/tavle.json?lang=da"
    reply = await call(house.base, path, token=made["token"])
    assert reply.status == 200
    assert reply.headers["content-disposition"] == 'attachment; filename="tavle.json"'
    assert secret.encode() not in reply.body
    denied = await call(house.base, path, token=ann.token)
    assert (denied.status, denied.json) == (403, {"error": "round"})
    assert await lead.do("close") == ""
    assert (await call(house.base, path, token=ann.token)).status == 200
    for name in ("x.exe", "x", ".json"):
        bad = f"/api/board/{made['board']}/export/{name}"
        assert (await call(house.base, bad, token=made["token"])).status == 404
    await closed(lead, ann)


async def test_H6_one_person_gets_some_exports_at_once_and_others_theirs(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    assert await lead.do("close") == ""
    path = f"/api/board/{made['board']}/export/tavle.md"
    replies = [await call(house.base, path, token=made["token"]) for _ in range(exports.AT_ONCE + 1)]
    assert [reply.status for reply in replies] == [200] * exports.AT_ONCE + [429]
    assert replies[-1].json == {"error": "busy"}
    assert int(replies[-1].headers["retry-after"]) == exports.EVERY
    assert len({reply.body for reply in replies[:-1]}) == 1
    assert int(replies[0].headers["content-length"]) == len(replies[0].body)
    assert (await call(house.base, path, token=ann.token)).status == 200
    await closed(lead, ann)


async def test_H6_a_file_that_cannot_be_made_is_told_and_the_next_one_is_made(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await new_workshop(house.base)
    queue = house.server.config.app._exports  # type: ignore[union-attr]
    monkeypatch.setattr(queue.posters, "_within", 0.0)
    path = f"/api/board/{made['board']}/export"
    reply = await call(house.base, f"{path}/tavle.png", token=made["token"])
    assert (reply.status, reply.json) == (422, {"error": "export"})
    assert (await call(house.base, f"{path}/tavle.md", token=made["token"])).status == 200
    monkeypatch.undo()
    assert (await call(house.base, f"{path}/tavle.png", token=made["token"])).body.startswith(b"\x89PNG")


async def test_R14_after_closing_the_door_is_shut_and_people_may_still_look(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    assert await lead.do("close") == ""
    reply = await call(house.base, "/api/join", body={"code": made["code"]})
    assert (reply.status, reply.json) == (404, {"error": "no_door"})
    assert await ann.do("name", name="Ann") == "closed"
    assert await lead.do("seal") == ""
    await ann.until(lambda: ann.view["board"]["sealed"])
    await ann.close()
    again = await Tab(house.base, made["board"], ann.token).open()
    assert again.welcome["seat"] == ""
    assert await again.do("name", name="Ann") in ("sealed", "role")
    await closed(lead, again)


async def test_T20_deleting_the_workshop_leaves_nothing_in_any_file(house: House, valkey: EmbeddedValkey) -> None:
    made, (lead, ann) = await people(house, 1)
    secret = f"hemmelig {secrets.token_hex(8)}".encode()
    await ann.write(secret.decode(), sheet="columns", lane="critique")
    path = f"/api/board/{made['board']}"
    assert (await call(house.base, path, method="DELETE", token=ann.token)).status == 403
    assert (await call(house.base, path, method="DELETE", token=made["token"])).status == 204
    for tab in (lead, ann):
        assert await tab.ended() == Close.GONE
    files = [p.read_bytes() for p in valkey.data_dir.rglob("*") if p.is_file()]
    assert not any(secret in data or made["board"].encode() in data for data in files)
    assert (await call(house.base, "/api/look", body={"code": made["code"]})).status == 404


# -- method files of the house's own ------------------------------------------------------


async def test_M3_a_board_keeps_the_method_it_was_made_with(valkey: EmbeddedValkey, tmp_path: Path) -> None:
    folder = Path(__file__).parent.parent.parent / "board_schema" / "methods"
    text = (folder / "fremtidsvaerksted.toml").read_text(encoding="utf-8")
    own = tmp_path / "egen.toml"
    own.write_text(text.replace('id = "fremtidsvaerksted"', 'id = "egen"'), encoding="utf-8")
    house = await start_house(valkey.url, tmp_path, methods_dir=tmp_path)
    made = await new_workshop(house.base, "egen")
    await house.stop()
    own.unlink()
    house = await start_house(valkey.url, tmp_path, methods_dir=tmp_path)
    lead = await Tab(house.base, made["board"], made["token"]).open()
    assert lead.view["method"]["id"] == "egen"
    await lead.close()
    await house.stop()


# -- our own documents --------------------------------------------------------------------


def test_prose_escapes_everything_and_links_nowhere_odd() -> None:
    made = prose.html(
        "# Om <b>\n\nTekst & *vigtig* **`<i>`** [her](javascript:alert(1)) [der](/about/it)\n"
        "\n- et\n  mere\n- to\n\n1. a\n2. b\n\n| a | b |\n|---|---|\n| <x> | y |\n\n```\n<pre>\n```\n"
    )
    assert "<b>" not in made
    assert 'href="javascript' not in made
    assert '<a href="/about/it">der</a>' in made
    assert re.search(r"<li>et\smere</li>\s*<li>to</li>", made)
    assert re.search(r"<ol>\s*<li>a</li>\s*<li>b</li>\s*</ol>", made)
    assert "<td>&lt;x&gt;</td>" in made
    assert "<code>&lt;pre&gt;\n</code>" in made
    assert "<em>vigtig</em>" in made
