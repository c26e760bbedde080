"""SPEC 9's tables against the server: every call, body, answer and status."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.routing import Route

from board_schema import commands
from server.doors import failures
from server.doors.hosts import Hosts
from server.rehearsal import rehearsals
from server.settings import OWN_PATHS
from server.web import bodies
from server.web.board import DoorChange
from server.web.handing import WhichProgramme
from server.web.noticeboard import MemberChange
from server.web.rehearsing import RehearsalChange
from server.web.ways import Had, Seat
from server.web.workshops import CodeOrLink, NewPerson, NewWorkshop
from tests.machine.conftest import House
from tests.machine.talk import Reply, call, closed, join, new_workshop, people

SPEC = (Path(__file__).parents[2] / "board_schema" / "SPEC.md").read_text(encoding="utf-8").partition("## 9. HTTP")[2]
ELSEWHERE = {"X-Forwarded-For": "203.0.113.9"}  # not this computer


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first line begins with `heading`."""
    lines = SPEC[SPEC.index(f"\n| {heading} ") :].lstrip().splitlines()
    end = next(i for i, line in enumerate(lines) if not line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:end]]


CALLS = {
    found: row for row in table("call") for found in re.findall(r"`((?:GET|POST|DELETE) [^`]+)`", row[0])
}  # `METHOD path` to its row
STATUSES = {(int(row[0]), reason) for row in table("status") for reason in re.findall(r"`(\w+)`", row[1])} - {
    (409, "create"), (409, "join"), (409, "back"), (409, "lead"), (429, "return"), (429, "lead"),
    (409, "answers"), (409, "invitation"), (409, "hand_on"), (409, "members"),
}  # fmt: skip


def routes(house: House) -> set[str]:
    """`METHOD path` of every address of the HTTP side, as the server has them."""
    http = house.server.config.app._life  # type: ignore[union-attr]
    return {
        f"{method} {re.sub(r':path', '', route.path)}"
        for route in http.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }


async def test_H_every_address_stands_in_the_table_and_the_other_way_round(house: House) -> None:
    assert routes(house) == {name for name in CALLS if "/stream/" not in name}


def keys_said(cell: str) -> tuple[set[str], set[str]]:
    """The keys of the first `{...}` in a cell: those that must be there, and those that may."""
    inside = re.search(r"`\{([^}]*)\}`", cell)
    assert inside is not None, cell
    names = [name.strip() for name in inside[1].split(",")]
    return {name for name in names if not name.endswith("?")}, {name[:-1] for name in names if name.endswith("?")}


async def test_H_answers_have_the_keys_of_the_table(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    of, token = f"/api/board/{made['board']}", made["token"]
    for link in ("leader", "notice"):  # each is there once it is made
        await call(house.base, f"{of}/door", body={"renew": link}, token=token)
    asked: dict[str, Reply] = {
        "GET /health": await call(house.base, "/health"),
        "POST /api/workshops": await call(house.base, "/api/workshops", body={"method": "fremtidsvaerksted"}),
        "POST /api/look": await call(house.base, "/api/look", body={"code": made["code"]}),
        "POST /api/join": await call(house.base, "/api/join", body={"code": made["code"]}),
        "GET /api/board/{board}/door": await call(house.base, f"{of}/door", token=token),
        "POST /api/board/{board}/return": await call(
            house.base, f"{of}/return", body={"seat": ann.welcome["seat"]}, token=token
        ),
    }
    for name, reply in asked.items():
        must, may = keys_said(CALLS[name][3])
        status = int(re.match(r"\d{3}", CALLS[name][3])[0])  # type: ignore[index]
        assert reply.status == status, name
        assert must | may == set(reply.json), name
    key = asked["POST /api/board/{board}/return"].json["url"].partition("#r=")[2]
    had = {"token": ann.token}
    asked["POST /api/board/{board}/back"] = await call(house.base, f"{of}/back", body=had, token=key)
    assert set(asked["POST /api/board/{board}/back"].json) == keys_said(CALLS["POST /api/board/{board}/back"][3])[0]
    door = asked["GET /api/board/{board}/door"].json
    assert set(door["qr"]) == {"size", "path"}
    for_wall = (await call(house.base, f"{of}/door", token=made["wall"])).json
    assert set(for_wall) == keys_said(CALLS["GET /api/board/{board}/door"][3])[0]
    (card, *_) = (await call(house.base, "/api/methods")).json
    said = SPEC[SPEC.index("A card has") :].partition("Texts of a method")[0]
    assert set(card) == set(re.search(r"`(id title[^`]*)`", said)[1].split()) | {"sheets", "rounds"}  # type: ignore[index]
    drawn = [set(found.split()) for found in re.findall(r"`([^`]+)`", said.partition("`sheets` (")[2])]
    assert [set(card["sheets"][0]), set(card["sheets"][0]["lanes"][0])] == [drawn[0] | drawn[1] | drawn[3], drawn[2]]
    assert isinstance(card["rounds"], int)
    await closed(lead, ann)


SHAPES: dict[str, tuple[type[bodies.Body], ...]] = {
    "POST /api/workshops": (NewWorkshop,),
    "POST /api/board/{board}/door": (DoorChange,),
    "POST /api/board/{board}/return": (Seat,),
    "POST /api/board/{board}/back": (Had,),
    "POST /api/board/{board}/rehearsal": (RehearsalChange,),
    "POST /api/board/{board}/hand_on": (WhichProgramme,),
    "POST /api/board/{board}/members": (MemberChange,),
}


@pytest.mark.parametrize("name", SHAPES)
def test_H_bodies_have_the_keys_of_the_table(name: str) -> None:
    (shape,) = SHAPES[name]
    must, may = keys_said(CALLS[name][2])
    fields = msgspec.structs.fields(shape)
    assert {field.encode_name for field in fields if field.required} == must
    assert {field.encode_name for field in fields if not field.required} == may


def test_H_a_way_in_is_one_of_two_and_joining_takes_a_name_too() -> None:
    assert re.findall(r"`\{(\w+)\}`", CALLS["POST /api/look"][2]) == ["code", "join"]
    assert {field.name for field in msgspec.structs.fields(CodeOrLink)} == {"code", "join"}
    more = {field.name for field in msgspec.structs.fields(NewPerson)} - {"code", "join"}
    assert set(re.findall(r"`(\w+)\?`", CALLS["POST /api/join"][2])) == more


@pytest.mark.parametrize(
    "body",
    [
        '{"code": "a", "code": "b"}', '{"code": "a", "colour": "red"}', '{"code": 1}', '{"code": ["a"]}', "{}",
        '{"code": "a", "join": "b"}', '["a"]', '"a"', "null", "", "{", '{"code": "a"} x', '{"code": "a", "remote": 1}',
        '{"code": "a", "remote": NaN}', '{"code": "a", "__proto__": {}}', '{"code": "a", "name": null}',
    ],
)  # fmt: skip
async def test_H_a_body_that_is_not_as_the_table_says_is_refused(house: House, body: str) -> None:
    reply = await call(house.base, "/api/join", raw=body.encode())
    assert (reply.status, reply.json) == (400, {"error": "bad_request"})


@pytest.mark.parametrize("path", ["door", "return"])
async def test_H_an_unknown_key_is_refused_also_beside_a_known_one(house: House, path: str) -> None:
    made = await new_workshop(house.base)
    whole = {"door": '{"renew": "join", "renew": "wall"}', "return": '{"seat": "x", "boss": true}'}[path]
    reply = await call(house.base, f"/api/board/{made['board']}/{path}", raw=whole.encode(), token=made["token"])
    assert (reply.status, reply.json) == (400, {"error": "bad_request"})
    again = await call(house.base, "/api/look", body={"code": made["code"]})
    assert again.status == 200, "the code is the old one: nothing of a refused body is done"


async def test_no_path_of_a_public_address_is_taken_for_one_of_ours(house: House) -> None:
    first = {path.split("/")[1] for path in (route.partition(" ")[2] for route in routes(house))} - {""}
    assert first | {"ws", "stream"} == set(OWN_PATHS)


async def test_H_every_status_and_reason_of_the_table_is_answered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pair of the table, provoked; and no pair that the table does not have."""
    monkeypatch.setattr(failures, "SLOWEST", 0.01)
    base, future = house.base, {"method": "fremtidsvaerksted"}
    made, (lead, ann) = await people(house, 1)
    token, of = made["token"], f"/api/board/{made['board']}"
    gone, talk = await new_workshop(base), await new_workshop(base, "check-in")
    await call(base, f"/api/board/{gone['board']}", method="DELETE", token=gone["token"])
    removed = await join(base, made["code"])
    asked = await call(base, f"{of}/return", body={"seat": ann.welcome["seat"]}, token=token)
    way = asked.json["url"]
    replies = [
        await call(base, "/api/look", raw=b"{"),
        await call(base, f"{of}/door", body={"address": "http://evil.example"}, token=token),
        await call(base, f"{of}/door"),
        await call(base, f"{of}/door", token="A" * 22),
        await call(base, f"{of}/door", token=ann.token),
        await call(base, f"{of}/export/x.md", token=ann.token),
        await call(base, "/api/look", body={"code": "x"}, headers={"Origin": "http://evil.example"}),
        await call(base, "/api/workshops", body=future, headers=ELSEWHERE),
        await call(base, "/api/workshops", body={**future, "key": "no" * 8}, headers=ELSEWHERE),
        await call(base, "/api/look", body={"code": "nej-nej-nej"}),
        await call(base, "/api/workshops", body={"method": "nosuch"}),
        await call(base, f"{of}/return", body={"seat": "nobody"}, token=token),
        await call(base, f"{of}/copy", method="POST", token=token),
        await call(base, f"{of}/hand_on", body={}, token=token),
        await call(base, f"/api/board/{talk['board']}/copy", method="POST", token=talk["token"]),
        await call(base, f"{of}/back", body={}, token="A" * 22),
        await call(base, f"{of}/back", body={}, token=way.partition("#r=")[2]),
        await call(base, f"/api/board/{gone['board']}/door", token=gone["token"]),
        await call(base, f"{of}/rehearsal", token=token),
        await call(base, "/nothing"),
        await call(base, "/api/look", method="GET"),
        await call(base, "/api/workshops", body={**future, "title": "x" * 999}),
        await call(base, "/api/workshops", body={**future, "title": "\ud800"}),
        await call(base, "/api/workshops", body={"method": "historievaerksted", "from": 2020, "to": 1990}),
        await call(base, "/api/look", raw=b'"' + b"x" * 20_000 + b'"'),
        await call(base, "/api/look", body={"code": "x"}, headers={"Content-Type": "text/plain"}),
        await call(base, f"{of}/export/x.pdf?size=a0", token=token),
    ]
    rehearsed = await new_workshop(base, rehearsal=True)
    replies.append(await call(base, f"/api/board/{rehearsed['board']}/export/x.md", token=rehearsed["token"]))
    await call(base, f"/api/board/{rehearsed['board']}", method="DELETE", token=rehearsed["token"])
    assert await lead.do("remove", seat=removed["seat"]) == ""
    replies.append(await call(base, f"{of}/door", token=removed["token"]))
    callers = house.server.config.app._callers  # type: ignore[union-attr]
    for _ in range(failures.CREATIONS):
        callers.made.add("127.0.0.1", now=callers._now())
    replies.append(await call(base, "/api/workshops", body={**future, "key": house.settings.key}, headers=ELSEWHERE))
    monkeypatch.setattr(rehearsals, "AT_ONCE", 0)
    replies.append(await call(base, "/api/workshops", body={**future, "rehearsal": True}))
    replies.append(await call(base, "/api/invitation", body={"code": made["code"]}))
    for answer in replies:
        pair = (answer.status, answer.json["error"])
        assert pair in STATUSES, pair
        assert answer.headers["cache-control"] == "no-store"
        assert ("retry-after" in answer.headers) is (answer.status in (429, 503)), pair
    seen = {(answer.status, answer.json["error"]) for answer in replies}
    # Provoked elsewhere: too many exports (test_http), a line that is full (test_pending), a removed person's token
    # that is revoked at once, a board with 1,200 people, a closed one's console (test_coleads), a store that is away
    # (test_store_trouble), what is no answer of a leader's (test_leaders_answer), programmes that take nothing
    # (test_handing), a fault (below).
    elsewhere = {
        (429, "busy"), (429, "slow_down"), (403, "removed"), (409, "full"), (409, "closed"), (503, "store_away"),
        (500, "fault"), (404, "no_note"), (409, "changed"), (409, "no_field"), (409, "bad_value"),
        (404, "programme_gone"), (403, "programme_link"), (409, "nothing_picked"),
        (409, "programme_full"), (409, "programme_closed"), (403, "lent"),
    }  # fmt: skip
    assert seen | elsewhere >= STATUSES, STATUSES - seen - elsewhere
    await closed(lead, ann)


async def test_H_an_exception_that_nobody_expected_is_a_fault_and_says_no_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> bool:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(Hosts, "own_page", broken)
    reply = await call(house.base, "/api/look", body={"code": "x"})
    assert (reply.status, reply.json) == (500, {"error": "fault"})
    assert b"secret" not in reply.body


def test_H_every_reason_of_the_table_is_listed_with_the_ops_reasons_or_beside_them() -> None:
    beside = set(re.findall(r"`(\w+)`", re.search(r"Reasons beside those of section 5: (.*?)\n\n", SPEC, re.S)[1]))  # type: ignore[index]
    assert {reason for _, reason in STATUSES} - set(commands.REASONS) == beside
    texts = json.loads((Path(__file__).parents[2] / "static" / "text" / "en.json").read_text(encoding="utf-8"))
    assert [reason for _, reason in STATUSES if not {f"error.{reason}", f"refused.{reason}"} & texts.keys()] == []
