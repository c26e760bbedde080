"""B1 to B5 of the trust page: origins, tokens, other boards, odd names, markup, and every answer's headers."""

from __future__ import annotations

import contextlib
import csv
import io
import secrets
from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree

import msgpack
import pytest
from websockets.exceptions import ConnectionClosed

from board_schema.wire import Close
from tests.machine.chaos.crowd import Member, crowd
from tests.machine.chaos.houses import Running
from tests.machine.chaos.raw import Raw, frame, upgrade
from tests.machine.chaos.recorder import canary, texts_of
from tests.machine.talk import Tab, call, join, new_workshop, nobodys_code

PLACE = {"sheet": "columns", "lane": "critique"}
NOTE, SEAT = "n" * 16, "s" * 8
EVERY_OP: dict[str, dict[str, Any]] = {
    "write": {"note": NOTE, "text": "x", **PLACE},
    "edit": {"note": NOTE, "text": "x"},
    "place": {"note": NOTE, "lane": "critique"},
    "move": {"note": NOTE, "lane": "critique"},
    "mark": {"note": NOTE, "kind": "effect", "word": "up"},
    "link": {"note": NOTE, "kind": "towards", "other": "m" * 16},
    "unlink": {"note": NOTE, "kind": "towards", "other": "m" * 16},
    "about": {"note": NOTE, "about": ["m" * 16]},
    "freeze": {"sheet": "columns"},
    "unfreeze": {"sheet": "columns", "version": 1},
    "delete": {"note": NOTE},
    "restore": {"note": NOTE},
    "undo": {},
    "ready": {"on": True},
    "turn": {"act": "take"},
    "pick": {"note": NOTE, "text": "taget med", "lane": "points"},
    "count": {"note": NOTE, "of": []},
    "name": {"name": "Ann"},
    "round": {"to": "dream"},
    "timer": {"act": "start"},
    "reveal": {"sheet": "columns", "lane": "critique"},
    "notice": {"show": True},
    "brief": {"teller": "scribe"},
    "walk": {"sheet": "columns", "part": "critique"},
    "setup": {"title": "overtaget"},
    "door": {"open": False},
    "groups": {"size": 3},
    "group": {"seat": SEAT, "group": "g1"},
    "role": {"seat": SEAT, "role": "listener"},
    "person": {"seat": SEAT, "name": "Ann"},
    "remove": {"seat": SEAT},
    "close": {},
    "reopen": {},
    "seal": {},
}
ODD_NAMES = ("__proto__", "constructor", "toString", "hasOwnProperty", "..", "%2e%2e", "{x}", "*", "a" * 4_000, "\x00")
NASTY = (
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "javascript:alert(1)", "{{7*7}}${7*7}",
    "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "]]>&lt;", "*/</style>", "#set page(width: 1pt)",
    "\\begin{x}", "[x](javascript:alert(1))", "`x` *y* _z_ # q",
)  # fmt: skip
CONTROLS = "a\x00b\x1bc\u202ed\u2066e\u200ff\ufefeg\x7fh\x85i"


@contextlib.asynccontextmanager
async def tab_of(base: str, board: str, token: str) -> AsyncIterator[Tab]:
    tab = await Tab(base, board, token).open()
    try:
        yield tab
    finally:
        await tab.close()


# -- origins ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "with_token", "allowed"),
    [
        ({}, False, True),
        ({"Origin": "http://evil.example"}, False, False),
        ({"Origin": "http://evil.example"}, True, False),
        ({"Origin": "null"}, True, False),
        ({"Origin": ""}, False, False),  # none at all
        ({"Origin": ""}, True, True),  # a program with a token
        ({"Sec-Fetch-Site": "same-origin"}, False, True),
        ({"Sec-Fetch-Site": "none"}, False, True),
        ({"Sec-Fetch-Site": "same-site"}, True, False),
        ({"Sec-Fetch-Site": "cross-site"}, True, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "{own}"}, True, False),
        ({"Origin": "{own}.evil.example"}, True, False),
        ({"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"}, True, False),
    ],
)
async def test_B1_H1_unsafe_calls_from_elsewhere_are_refused(
    tavle: Running, headers: dict[str, str], with_token: bool, allowed: bool
) -> None:
    made = await new_workshop(tavle.base)
    said = {name: value.replace("{own}", tavle.base) for name, value in headers.items()}
    token = made["token"] if with_token else ""
    calls: list[tuple[str, str, Any]] = [("POST", "/api/look", {"code": made["code"]})]
    if with_token:
        calls += [("POST", f"/api/board/{made['board']}/door", {"renew": "listen"})]
        calls += [("DELETE", f"/api/board/{made['board']}", None)]
    for method, path, body in calls:
        answer = await call(tavle.base, path, method=method, body=body, token=token, headers=said)
        if allowed:
            assert answer.status < 300, (path, answer.body)
        else:
            assert (answer.status, answer.json) == (403, {"error": "origin"}), path


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("", True), ("{own}", True), ("http://evil.example", False), ("null", False), ("{own}.evil.example", False)],
)
async def test_B1_P5_a_socket_from_another_page_is_turned_away(tavle: Running, origin: str, allowed: bool) -> None:
    made = await new_workshop(tavle.base)
    tab = Tab(tavle.base, made["board"], made["token"])
    more = {"origin": origin.replace("{own}", tavle.base)} if origin else {}
    await tab.open(hello=False, **more)
    with contextlib.suppress(ConnectionClosed):
        await tab.say_hello()
    if allowed:
        await tab.until(lambda: "board" in tab.view)
        await tab.close()
    else:
        assert await tab.ended() == Close.ORIGIN
        assert tab.view == {}


# -- tokens -------------------------------------------------------------------------------


async def test_B1_no_secret_is_ever_in_a_log_line_a_redirect_or_a_query(tavle: Running) -> None:
    made = await new_workshop(tavle.base)
    way = await join(tavle.base, made["code"])
    door = (await call(tavle.base, f"/api/board/{made['board']}/door", token=made["token"])).json
    back = await call(tavle.base, f"/api/board/{made['board']}/return", body={"seat": way["seat"]}, token=made["token"])
    for link in (door["url"], door["listen"], door["wall"], back.json["url"]):
        before, _, fragment = link.partition("#")
        assert "?" not in link
        assert fragment
        assert made["token"] not in before
    for token in (made["token"], way["token"], made["wall"]):
        for path in (f"/b/{made['board']}?k={token}", f"/api/board/{made['board']}/door?token={token}"):
            answer = await call(tavle.base, path)
            assert token not in repr(answer.headers)
            assert token.encode() not in answer.body
            assert not path.startswith("/api") or answer.status == 401
    for secret in (made["token"], made["wall"], way["token"], made["code"], back.json["url"].partition("#r=")[2]):
        assert secret not in tavle.printed


@pytest.mark.parametrize("who", ["wall", "listener"])
async def test_B2_R6_a_wall_and_a_listener_can_write_nothing(tavle: Running, who: str) -> None:
    made = await new_workshop(tavle.base)
    door = (await call(tavle.base, f"/api/board/{made['board']}/door", token=made["token"])).json
    if who == "listener":
        key = door["listen"].partition("#l=")[2]
        way = (await call(tavle.base, "/api/join", body={"join": key})).json
    else:
        way = {"board": made["board"], "token": made["wall"]}
    async with crowd([Member(tavle.base, made), Member(tavle.base, way)]) as (lead, quiet):
        for to in ("critique", "dream"):
            assert await lead.do("round", to=to) == ""
            version = lead.version
            for name, args in EVERY_OP.items():
                assert await quiet.do(name, **args) == "role", name
            assert lead.version == version
        assert quiet.mine.get("me", {}).get("can", []) == []
        assert not any(record.get("can") for record in quiet.view.values())
    for method, path, body in (
        ("POST", f"/api/board/{made['board']}/door", {"renew": "join"}),
        ("POST", f"/api/board/{made['board']}/return", {"seat": "x"}),
        ("DELETE", f"/api/board/{made['board']}", None),
    ):
        answer = await call(tavle.base, path, method=method, body=body, token=way["token"])
        assert (answer.status, answer.json) == (403, {"error": "role"}), path


async def test_B5_a_participant_can_do_nothing_of_the_facilitators(tavle: Running) -> None:
    made = await new_workshop(tavle.base)
    way = await join(tavle.base, made["code"])
    async with crowd([Member(tavle.base, made), Member(tavle.base, way)]) as (lead, ann):
        led = (
            "round",
            "timer",
            "reveal",
            "notice",
            "brief",
            "walk",
            "setup",
            "door",
            "groups",
            "group",
            "role",
            "person",
        )
        for name in (*led, "brief", "remove", "close", "reopen", "seal"):
            assert await ann.do(name, **EVERY_OP[name]) == "role", name
        assert lead.view["board"]["round"] == "frame"
        assert "can" not in ann.view["board"]


async def test_B5_P6_a_token_opens_nothing_on_another_board(tavle: Running) -> None:
    one, other = await new_workshop(tavle.base), await new_workshop(tavle.base)
    ways = [await join(tavle.base, made["code"]) for made in (one, other)]
    word = canary()
    async with crowd([Member(tavle.base, other), Member(tavle.base, ways[1])]) as (lead, bo):
        assert await lead.do("round", to="critique") == ""
        note = bo.write(word, **PLACE)
        await bo.until(lambda: not bo.unanswered)
        for token in (one["token"], one["wall"], ways[0]["token"]):
            raw = Raw(tavle.port)
            await raw.open(upgrade(other["board"]))
            about = {"protocol": 3, "token": token, "tab": "t" * 16, "seen": 0}
            raw.send(frame(msgpack.packb(["hello", about])))
            assert await raw.ended() == Close.NO_ACCESS
            assert [f[0] for f in raw.frames] == ["bye"]
            await raw.close()
            for path in ("door", "export/t.json", "export/t.csv"):
                answer = await call(tavle.base, f"/api/board/{other['board']}/{path}", token=token)
                assert (answer.status, answer.json) == (403, {"error": "no_access"}), path
            for action, path, body in (
                ("POST", "door", {"renew": "join"}),
                ("POST", "return", {"seat": bo.seat}),
                ("DELETE", "", None),
            ):
                where = f"/api/board/{other['board']}/{path}".rstrip("/")
                answer = await call(tavle.base, where, method=action, body=body, token=token)
                assert (answer.status, answer.json) == (403, {"error": "no_access"}), path
        async with crowd([Member(tavle.base, one)]) as (stranger,):
            # Ids of the other board's notes and seats mean nothing here, and name nothing there.
            for name, args in (
                ("edit", {"note": note, "text": "x"}), ("delete", {"note": note}), ("restore", {"note": note}),
                ("place", {"note": note, "lane": "critique"}),
                ("mark", {"note": note, "kind": "chosen", "word": "chosen"}),
                ("remove", {"seat": bo.seat}), ("role", {"seat": bo.seat, "role": "listener"}),
            ):  # fmt: skip
                assert await stranger.do(name, **args) != "", name
            assert await stranger.do("write", note=note, text="samme id", **PLACE) == ""
            await bo.until(lambda: f"mine:{note}" in bo.mine)
            assert bo.mine[f"mine:{note}"]["text"] == word


async def test_R21_a_removed_persons_socket_and_token_are_dead_at_once(tavle: Running) -> None:
    made = await new_workshop(tavle.base)
    way = await join(tavle.base, made["code"])
    async with crowd([Member(tavle.base, made), Member(tavle.base, way), Member(tavle.base, way)]) as (lead, one, two):
        assert await lead.do("remove", seat=way["seat"]) == ""
        for member in (one, two):
            await member.until(lambda member=member: member.over is not None)
            assert member.over == Close.REMOVED
        raw = Raw(tavle.port)
        await raw.open(upgrade(made["board"]))
        about = {"protocol": 3, "token": way["token"], "tab": "t" * 16, "seen": 0}
        raw.send(frame(msgpack.packb(["hello", about])))
        assert await raw.ended() == Close.REMOVED
        assert not any(f[0] in ("patch", "mine") for f in raw.frames)
        await raw.close()
        answer = await call(tavle.base, f"/api/board/{made['board']}/export/t.json", token=way["token"])
        assert answer.status == 403
        assert answer.json["error"] == "removed"


# -- odd names and markup -----------------------------------------------------------------


@pytest.mark.parametrize("name", ODD_NAMES, ids=lambda name: repr(name[:12]))
async def test_B5_odd_ids_are_ordinary_unknown_ids(tavle: Running, name: str) -> None:
    made = await new_workshop(tavle.base)
    async with crowd([Member(tavle.base, made)]) as (lead,):
        assert await lead.do("round", to="critique") == ""
        for op, args in EVERY_OP.items():
            if op in ("close", "reopen", "seal", "door"):
                continue
            for key in [key for key in args if isinstance(args[key], str) and key not in ("text", "title", "name")]:
                if (op, key) in (("write", "note"), ("person", "seat"), ("walk", "part")) and name.isidentifier():
                    continue  # a name that a client may make up, or that only screens look up: a key like any other
                told = await lead.do(op, **{**args, key: name})
                assert told, (op, key)
                assert told not in ("fault", "store_away"), (op, key)
        assert await lead.do("setup", title="lever") == ""
        assert lead.codes == []
    quoted = "".join(f"%{byte:02x}" for byte in name.encode())
    for path in (f"/b/{quoted}", f"/api/board/{quoted}/door", f"/about/{quoted}", f"/static/{quoted}"):
        answer = await call(tavle.base, path, token=made["token"])
        assert answer.status in (200, 400, 401, 403, 404), path
        assert answer.headers["x-content-type-options"] == "nosniff"
    for body in (
        {"method": name},
        {"method": "fremtidsvaerksted", "lang": name},
        {"method": "fremtidsvaerksted", name: 1},
    ):
        assert (await call(tavle.base, "/api/workshops", body=body)).status in (201, 400, 404)
    for body in ({"code": name}, {"join": name}):
        told = (await call(tavle.base, "/api/join", body=body)).json
        assert told.pop("error") == "no_door"
        assert told.keys() <= {"unknown"}


async def test_B3_markup_stays_text_everywhere(tavle: Running) -> None:
    """Every text a person can write goes through every view and every export as what it is."""
    made = await new_workshop(tavle.base, title=NASTY[0], venue=NASTY[1])
    way = await join(tavle.base, made["code"], name=NASTY[0])
    async with crowd([Member(tavle.base, made), Member(tavle.base, way)]) as (lead, ann):
        assert lead.view["board"]["title"] == NASTY[0]
        assert lead.view[f"seat:{way['seat']}"]["name"] == NASTY[0]
        assert await lead.do("round", to="critique") == ""
        for text in NASTY:
            ann.write(text, **PLACE)
        await ann.until(lambda: not ann.unanswered)
        assert await lead.do("reveal", sheet="columns", lane="critique") == ""
        await lead.until(lambda: sorted(n["text"] for n in lead.notes.values()) == sorted(NASTY))
        for form in ("svg", "md", "csv", "json", "pdf", "png"):
            answer = await call(
                tavle.base, f"/api/board/{made['board']}/export/x%22%0d%0aSet-Cookie:a.{form}", token=made["token"]
            )
            assert answer.status == 200, (form, answer.body)
            assert "set-cookie" not in answer.headers
            assert answer.headers["content-disposition"].startswith("attachment; filename=")
            if form == "svg":
                ElementTree.fromstring(answer.body)  # well-formed, so that every < of a text was escaped
                assert b"<script" not in answer.body
                assert b"<img" not in answer.body
            if form == "json":
                assert set(NASTY) <= set(texts_of(answer).split("\n"))
            if form == "csv":
                rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))
                cells = [cell for row in rows for cell in row]
                assert not [cell for cell in cells if cell[:1] in tuple("=+@-\t\r")], cells


async def test_B3_controls_and_overrides_are_taken_out_of_every_text(tavle: Running) -> None:
    made = await new_workshop(tavle.base, title=CONTROLS, venue=CONTROLS)
    way = await join(tavle.base, made["code"], name=CONTROLS)
    async with crowd([Member(tavle.base, made), Member(tavle.base, way)]) as (lead, ann):
        assert await lead.do("round", to="critique") == ""
        note = ann.write(CONTROLS, **PLACE)
        await ann.until(lambda: not ann.unanswered)
        assert await lead.do("person", seat="h" * 8, name=CONTROLS) == ""
        assert await ann.do("name", name=CONTROLS) == ""
        assert await lead.do("setup", title=CONTROLS, venue=CONTROLS) == ""
        shown = [
            lead.view["board"]["title"], lead.view["board"]["venue"], lead.view[f"seat:{way['seat']}"]["name"],
            lead.view[f"seat:{'h' * 8}"]["name"], ann.mine[f"mine:{note}"]["text"],
        ]  # fmt: skip
        for text in shown:
            assert not set(text) & set("\x00\x1b\u202e\u2066\u200f\x7f\x85"), ascii(text)
            assert set("abcdefghi") <= set(text)
        # A name or a title made of nothing is no name.
        for empty in ("\u202e\u200b", "   ", "\x00"):
            assert await ann.do("write", note=secrets.token_urlsafe(12), text=empty, **PLACE) == "empty"


@pytest.mark.parametrize("name", ["\ud800", "a\udfffb", "\U0001f600" * 300])
async def test_B3_text_that_is_no_text_is_refused_in_a_plain_word(tavle: Running, name: str) -> None:
    begin = len(tavle.printed)
    made = await new_workshop(tavle.base)
    for path, body in (
        ("/api/join", {"code": made["code"], "name": name}),
        ("/api/look", {"code": name}),
        ("/api/workshops", {"method": "fremtidsvaerksted", "title": name}),
        ("/api/workshops", {"method": "fremtidsvaerksted", "venue": name}),
        ("/api/workshops", {"method": name}),
    ):
        answer = await call(tavle.base, path, body=body)
        assert answer.status < 500, (path, answer.json)
        assert answer.json.get("error") != "fault", path
    assert "ERROR" not in tavle.printed[begin:], tavle.printed[begin:][-1_000:]


# -- every answer -------------------------------------------------------------------------


async def test_B1_H3_every_answer_to_everything_carries_the_security_headers(tavle: Running) -> None:
    made = await new_workshop(tavle.base)
    board = made["board"]
    asked: list[tuple[str, str, Any, str]] = [
        ("GET", path, None, made["token"])
        for path in (
            "/", "/join", f"/b/{board}", f"/console/{board}", f"/wall/{board}", "/about/it", "/about/nothing",
            "/health", "/ready", "/api/methods", f"/api/board/{board}/door", f"/api/board/{board}/export/t.json",
            f"/api/board/{board}/export/t.svg", f"/api/board/{board}/export/t.exe", "/static/app.css", "/nothing",
            f"/ws/{board}", "/ws", "/favicon.ico", "/robots.txt", "/api/workshops",
        )
    ]  # fmt: skip
    asked += [("POST", "/api/look", {"code": "x"}, ""), ("POST", "/api/workshops", {"method": 5}, "")]
    asked += [
        ("PUT", "/", {}, ""),
        ("OPTIONS", "/api/look", None, ""),
        ("HEAD", "/", None, ""),
        ("TRACE", "/", None, ""),
    ]
    asked += [("DELETE", f"/api/board/{board}", None, ""), ("DELETE", f"/api/board/{board}", None, made["token"])]
    for method, path, body, token in asked:
        answer = await call(tavle.base, path, method=method, body=body, token=token)
        for name, value in (
            ("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
        ):  # fmt: skip
            assert answer.headers.get(name) == value, (method, path, name)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert not {"server", "set-cookie", "access-control-allow-origin", "x-powered-by"} & answer.headers.keys()
        if path.startswith("/api") and answer.status != 204:
            assert answer.headers.get("cache-control") == "no-store", (method, path)


@pytest.mark.parametrize(
    "asked", ["bytes=0-1", "bytes=-5", "bytes=" + ",".join(f"{i}-{i}" for i in range(1_000)), "x=1"]
)
async def test_B5_a_range_is_answered_with_the_whole(tavle: Running, asked: str) -> None:
    whole = await call(tavle.base, "/robots.txt")
    answer = await call(tavle.base, "/robots.txt", headers={"Range": asked})
    assert (answer.status, answer.body) == (200, whole.body)
    assert "content-range" not in answer.headers


async def test_B2_unknown_closed_and_deleted_doors_answer_alike(tavle: Running) -> None:
    closed, deleted, renewed = [await new_workshop(tavle.base) for _ in range(3)]
    async with tab_of(tavle.base, closed["board"], closed["token"]) as lead:
        assert await lead.do("close") == ""
    await call(tavle.base, f"/api/board/{deleted['board']}", method="DELETE", token=deleted["token"])
    path = f"/api/board/{renewed['board']}/door"
    await call(tavle.base, path, body={"renew": "join"}, token=renewed["token"])
    answers = []
    for code in (nobodys_code(), "", closed["code"], deleted["code"], renewed["code"]):
        for where in ("/api/look", "/api/join"):
            answers.append(await call(tavle.base, where, body={"code": code}))
    assert {(a.status, a.body) for a in answers} == {(404, b'{"error":"no_door"}')}
    assert len({tuple(sorted((k, v) for k, v in a.headers.items() if k != "date")) for a in answers}) == 1
