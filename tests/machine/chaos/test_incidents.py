"""B5 of the trust page: incidents of other products. `INCIDENTS` names the tests that hold each lesson; what no other
test held stands here.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import re
import secrets
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from board_schema import decide, wire
from board_schema.board import Actor, Board
from board_schema.commands import COMMANDS, Refused, clean, parse, unwanted
from board_schema.events import PersonGone
from board_schema.view import audience, personal, view
from server import store
from server.process.embedded import EmbeddedValkey
from tests.machine.boards import fold_all
from tests.machine.chaos import fuzz_wire
from tests.machine.chaos.crowd import Ledger, Member, crowd
from tests.machine.chaos.houses import Running
from tests.machine.conftest import start_house
from tests.machine.talk import Tab, ask_in, call, join, new_workshop
from tests.machine.waiting import turned

ROOT = Path(__file__).parents[3]
PLACE = {"sheet": "columns", "lane": "critique"}

# The incident, and the tests that fail when we do the same.
INCIDENTS: dict[str, tuple[str, ...]] = {
    "Etherpad 1.8.17: a message let anybody read any pad": (
        "test_B5_P6_a_token_opens_nothing_on_another_board",
        "test_R1_R6_R7_I1_I3_I5_every_role_may_what_the_rounds_grants_say_and_no_more",
    ),
    "Etherpad 1.8.15, CVE-2015-2298, CVE-2018-9325: exports of any pad, and with its writable name": (
        "test_B5_etherpad_an_export_of_anothers_or_before_its_time_says_only_why_not",
        "test_V12_an_export_is_for_the_facilitator_and_for_all_when_it_is_over",
    ),
    "Etherpad 1.8.14: stored XSS": ("test_B3_markup_stays_text_everywhere",),
    "Etherpad: content submitted as another user; authors' data sent to all": (
        "test_B5_etherpad_nobody_can_speak_as_somebody_else",
        "test_O5_an_author_cannot_be_named_by_a_client",
        "test_T13_V4_no_author_id_is_ever_sent",
    ),
    "Etherpad 1.8.16: a crafted import wrote over other records": (
        "test_B5_M1_an_own_file_never_takes_the_place_of_a_built_in",
        "test_S1_an_id_that_would_end_a_line_or_a_key_is_refused",
    ),
    "whitebophir 060cb796, tldraw AD8: a board named __proto__": (
        "test_B5_odd_ids_are_ordinary_unknown_ids",
        "test_M1_a_wrong_file_is_refused_with_file_line_field_and_what_to_write",
    ),
    "parabol #7491: XSS through a template's name": (
        "test_B5_parabol_markup_in_a_method_stays_text_on_every_screen_and_in_every_export",
        "test_B5_every_text_that_a_person_can_write_is_cleaned",
    ),
    "socket.io CVE-2022-21676, CVE-2023-32695, CVE-2024-38355: one packet ends the process": (
        "test_T12_every_bad_frame_has_its_code_and_nobody_else_notices",
        "test_T12_random_bytes_and_values_harm_nobody",
        "test_T12_whatever_bytes_say_in_a_workshop_is_done_or_refused",
    ),
    "Starlette CVE-2025-62727 and its multipart parser": (
        "test_B5_a_range_is_answered_with_the_whole",
        "test_B5_starlette_nothing_but_json_is_ever_parsed",
    ),
    "Redis CVE-2025-49844, CVE-2025-21605, CVE-2026-23479: scripts and open ports": (
        "test_it_answers_only_on_a_private_socket",
        "test_no_tcp_port_is_open",
        "test_B5_redis_no_word_of_a_persons_is_ever_a_command_or_a_key",
    ),
    "Gitpod GHSA-f53g-frr2-jhpf: a socket from another site": ("test_B1_P5_a_socket_from_another_page_is_turned_away",),
    "pickle over brokers": ("test_B5_nothing_that_comes_is_ever_unpickled_or_run",),
    "Kahoot: floods of bots that have seen the code": (
        "test_B5_kahoot_a_flood_of_guests_ends_when_the_facilitator_says_so",
        "test_R18_B5_kahoot_a_removed_person_does_not_count_towards_the_cap",
        "test_R18_B5_two_who_come_at_once_never_share_the_last_place",
    ),
    "ComfyUI #15242, hermes-agent #106581: one phone that does not read stops all": (
        "test_T9_a_phone_that_stops_reading_is_cut_and_delays_nobody",
    ),
}


@cache
def _tests() -> set[str]:
    return {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize("incident", INCIDENTS, ids=lambda text: text[:40])
def test_B5_every_incident_has_its_tests(incident: str) -> None:
    assert set(INCIDENTS[incident]) <= _tests()


async def test_B5_etherpad_nobody_can_speak_as_somebody_else(tavle: Running) -> None:
    """The server knows who speaks from the connection alone: what a frame says of it is refused, or of no use."""
    made = await new_workshop(tavle.base)
    ways = [await join(tavle.base, made["code"], name=name) for name in ("Ann", "Bo")]
    async with crowd([Member(tavle.base, made), *(Member(tavle.base, way) for way in ways)]) as (lead, ann, bo):
        assert await lead.do("round", to="critique") == ""
        note = {"note": secrets.token_urlsafe(12), "text": "x", **PLACE}
        for more in (
            {"author": bo.seat},
            {"by": bo.seat},
            {"pid": bo.seat},
            {"seat": bo.seat},
            {"board": made["board"]},
        ):
            assert await ann.do("write", **note, **more) == "bad_op"
        for seat in (bo.seat, lead.seat, "nobody00"):
            assert await ann.do("write", **note, **{"as": seat}) in ("role", "not_yours", "no_seat")
        for name, args in (
            ("name", {"name": "Bo2", "seat": bo.seat}), ("ready", {"on": True, "as": bo.seat}),
            ("undo", {"as": bo.seat}),
        ):  # fmt: skip
            assert await ann.do(name, **args) == "bad_op"
        theirs = bo.write("Bos egen", **PLACE)
        await bo.until(lambda: not bo.unanswered)
        for name, args in (
            ("edit", {"text": "overtaget"}), ("delete", {}), ("move", {"lane": "critique"}), ("restore", {}),
            ("place", {"lane": "critique"}),
        ):  # fmt: skip
            assert await ann.do(name, note=theirs, **args) in ("no_note", "not_yours", "round"), name
        assert bo.mine[f"mine:{theirs}"]["text"] == "Bos egen"
        assert lead.view[f"seat:{bo.seat}"]["name"] == "Bo"


# -- every text ---------------------------------------------------------------------------

BAD = "a\x00b\x1bc\u202ed\u2066e\u200ff\ufeffg\x7fh\x85i\u2028j<img src=x onerror=1>"


def strings(value: Any) -> list[str]:
    """Every text in some plain value, the keys too."""
    match value:
        case str():
            return [value]
        case dict():
            return [text for pair in value.items() for part in pair for text in strings(part)]
        case list() | tuple() | set() | frozenset():
            return [text for part in value for text in strings(part)]
        case msgspec.Struct():
            return strings(msgspec.to_builtins(value))
    return []


def test_B5_every_text_that_a_person_can_write_is_cleaned() -> None:
    """R17: whatever text of whatever op, in every round of every method, by everybody: no control, no mark of direction
    is in what is stored or shown, and markup is there as it was written."""
    fuzz_wire.one_input(b"\0")  # makes the boards
    texts = {
        (name, field)
        for name, kind in COMMANDS.items()
        for field in kind.__struct_fields__
        if field in ("text", "name", "title", "venue")
    }
    kinds: Counter[str] = Counter()
    for script, boards in zip(fuzz_wire.METHODS, fuzz_wire.BOARDS, strict=True):
        for board in boards:
            for actor in fuzz_wire.ACTORS:
                pools = fuzz_wire._pools(board, script)
                for said, args in _wishes(board, script, pools):
                    try:
                        after = fuzz_wire._done(board, script, actor, parse(said, args), now=fuzz_wire.NOW)
                    except Refused:
                        continue
                    kinds[f"{said} {args.get('kind', '')}".strip()] += 1
                    kinds.update(f"{said}.{field}" for field in args)
                    _is_clean(after, script, actor)
    assert {f"{name}.{field}" for name, field in texts} <= kinds.keys(), "a text that no one could write here"
    assert {"write note", "write comment", "write heading", "edit", "person", "name", "setup"} <= kinds.keys(), kinds


def _wishes(board: Board, script: Any, pools: dict[str, list[Any]]) -> list[tuple[str, dict[str, Any]]]:
    new = "brandnew000001"
    lanes = [(sheet.id, lane.id) for sheet in script.sheets for lane in sheet.lanes][:3]
    up = [note for note in board.notes.values() if note.reach != "own"][:6]
    shown = [*(note.id for note in up), *[note.id for note in board.notes.values()][:40:5]]
    wishes: list[tuple[str, dict[str, Any]]] = [
        *(("write", {"note": new, "text": BAD, "sheet": s, "lane": at, "kind": "note"}) for s, at in lanes),
        *(("write", {"note": new, "text": BAD, "sheet": n.sheet, "lane": n.lane, "row": n.row, "under": n.id,
                     "kind": "comment"}) for n in up),
        ("write", {"note": new, "text": BAD, "sheet": "timeline", "lane": "2020", "until": "2022", "kind": "heading"}),
        *(("edit", {"note": note, "text": BAD}) for note in shown),
        ("gather", {"note": new, "notes": [note.id for note in up if note.sheet == script.round(board.round).sheet][:2],
                    "text": BAD}),
        *(("pick", {"note": new, "text": BAD, "lane": lane.id}) for sheet in script.sheets for lane in sheet.lanes),
        ("pad", {"act": "write", "line": new, "text": BAD, "round": board.round}),
        ("name", {"name": BAD}), ("person", {"seat": "hosted01", "name": BAD}), ("setup", {"title": BAD, "venue": BAD}),
    ]  # fmt: skip
    return wishes


def _is_clean(board: Board, script: Any, actor: Actor) -> None:
    shown = [board.title, board.venue, *(person.name for person in board.people.values())]
    shown += [note.text for note in board.notes.values()] + [
        str(getattr(row, "text", "")) for row in board.rows.values()
    ]
    lead = Actor("lead", "facilitator")
    shown += strings(personal(board, script, actor)) + strings(view(board, script, audience(board, lead)))
    for text in shown:
        assert not unwanted(text), ascii(text)
    assert any("<img src=x onerror=1>" in text for text in shown)


@pytest.mark.parametrize(
    "text",
    ["\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u034f", "\u0301\u0302", "\ufe0f", "\u200d", "\u206a", "\u00ad"],
)
def test_B3_R17_a_text_that_shows_nothing_is_empty_whatever_it_is_made_of(text: str) -> None:
    with pytest.raises(Refused, match="empty"):
        clean(text, limit=40)
    assert clean(f"a{text}", limit=40).startswith(("a", "á"))


@pytest.mark.parametrize(("method", "name"), [("create", "title"), ("create", "venue"), ("join", "name")])
def test_B5_the_texts_that_come_by_http_are_cleaned_too(method: str, name: str) -> None:
    script = next(script for script in fuzz_wire.METHODS if script.keep == "days")
    board = fuzz_wire._begin(script)
    common: dict[str, Any] = {"pid": "p9", "seat": "seat0009"}
    if method == "join":
        events = decide.join(board, script, **common, name=BAD, role="participant", remote=False, now=0)
    else:
        texts: dict[str, Any] = {"title": "t", name: BAD}
        events = decide.create(script, board_id="b", seed="s", **common, now=0, this_year=2026, keep=1, **texts)
    found = [text for event in events for text in strings(event)]
    assert any("<img" in text for text in found)
    assert not any(map(unwanted, found)), list(map(ascii, found))


# -- the door -----------------------------------------------------------------------------


async def test_B5_kahoot_a_flood_of_guests_ends_when_the_facilitator_says_so(tavle: Running) -> None:
    """Whoever has seen the code may come by program and call themselves what they like: the door is closed or given new
    words, those who came are shown out, and those who were in stay."""
    made = await new_workshop(tavle.base)
    honest = await join(tavle.base, made["code"], name="Ann")
    bots = await asyncio.gather(*(join(tavle.base, made["code"], name="BOT " + "x" * 20) for _ in range(40)))
    async with crowd([Member(tavle.base, made), Member(tavle.base, honest)]) as (lead, ann):
        assert await lead.do("door", open=False) == ""
        for way in ({"code": made["code"]}, {"code": made["code"], "name": "BOT"}):
            answer = await call(tavle.base, "/api/join", body=way)
            assert (answer.status, answer.json) == (404, {"error": "no_door"})
        for bot in bots:
            assert await lead.do("remove", seat=bot["seat"]) == ""
        assert not [record for record in lead.view.values() if str(record.get("name", "")).startswith("BOT")]
        for bot in bots[:5]:
            answer = await call(tavle.base, f"/api/board/{made['board']}/door", token=bot["token"])
            assert answer.status == 403
        path = f"/api/board/{made['board']}/door"
        new = (await call(tavle.base, path, body={"renew": "join"}, token=made["token"])).json["code"]
        assert await lead.do("door", open=True) == ""
        assert (await call(tavle.base, "/api/join", body={"code": made["code"]})).status == 404
        assert (await call(tavle.base, "/api/join", body={"code": new, "name": "Bo"})).status == 200
        assert await ann.do("name", name="Ann igen") == ""


async def test_R18_B5_kahoot_a_removed_person_does_not_count_towards_the_cap(
    valkey: EmbeddedValkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found here: those who were removed counted, so that a flood kept the room full after its end. Not without end."""
    monkeypatch.setattr(decide.common, "MAX_PEOPLE", 4)
    monkeypatch.setattr(decide.common, "MAX_EVER", 7)
    house = await start_house(valkey.url, tmp_path)
    made = await new_workshop(house.base)
    bots = [await join(house.base, made["code"]) for _ in range(3)]
    async with crowd([Member(house.base, made)]) as (lead,):
        for told, bot in zip((200, 200, 200, 409), (*bots, bots[0]), strict=True):
            assert (await call(house.base, "/api/join", body={"code": made["code"]})).json == {"error": "full"}
            assert await lead.do("person", seat="h" * 8, name="Bo") == "full"
            await lead.do("remove", seat=bot["seat"])
            answer = await call(house.base, "/api/join", body={"code": made["code"]})
            assert answer.status == told
            if told == 200:
                await (await Tab(house.base, made["board"], answer.json["token"]).open()).close()
    await house.stop()


async def test_R18_B5_two_who_come_at_once_never_share_the_last_place(
    valkey: EmbeddedValkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through two processes, many at a time: never one too many, and who joins afterwards is told `full`."""
    monkeypatch.setattr(decide.common, "MAX_PEOPLE", 6)
    houses = [await start_house(valkey.url, tmp_path) for _ in range(2)]
    made = await new_workshop(houses[0].base)
    ways = await asyncio.gather(*(ask_in(houses[i % 2].base, made["code"]) for i in range(24)))
    tabs = [Tab(houses[i % 2].base, made["board"], way["token"]) for i, way in enumerate(ways)]
    await asyncio.gather(*(tab.open(hello=False) for tab in tabs))
    await asyncio.gather(*(tab.say_hello() for tab in tabs))
    for tab in tabs:
        with contextlib.suppress(AssertionError):  # closed
            await tab.until(lambda tab=tab: bool(tab.welcome))
    turned = [tab for tab in tabs if not tab.welcome]
    assert len(turned) == 19
    assert {await tab.ended() for tab in turned} == {wire.Close.NO_ACCESS}
    for house in houses:
        reply = await call(house.base, "/api/join", body={"code": made["code"]})
        assert (reply.status, reply.json) == (409, {"error": "full"})
    for tab in tabs:
        await tab.close()
    shelf = store.connect(valkey.url)
    assert len(fold_all(await shelf.load(made["board"])).people) == 6
    await shelf.close()
    for house in houses:
        await house.stop()


async def test_R21_what_a_removed_person_had_under_way_is_done_before_or_never(
    valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    """Thirty ops on their way through one process while the facilitator shows their sender out through another."""
    houses = [await start_house(valkey.url, tmp_path) for _ in range(2)]
    made = await new_workshop(houses[0].base)
    ledger = await Ledger(valkey.url, made["board"]).open()
    seen: set[str] = set()
    for _ in range(4):
        way = await join(houses[0].base, made["code"])
        async with crowd([Member(houses[0].base, made), Member(houses[1].base, way)]) as (lead, ann):
            await lead.do("round", to="critique")
            removing = asyncio.create_task(lead.do("remove", seat=way["seat"]))
            for number in range(30):
                ann.write(f"nr {number}", **PLACE)
                if number % 10 == 9:
                    await turned()  # so that the removal comes between
            assert await removing == ""
            await ann.until(lambda phone=ann: phone.over is not None)
            assert ann.over == wire.Close.REMOVED
        entries = await ledger.entries()
        gone = [(i, x.pid) for i, e in enumerate(entries) for x in e.events if isinstance(x, PersonGone)]
        ((at, person),) = [each for each in gone if each[1] not in seen]
        seen.add(person)
        assert not [e for e in entries[at + 1 :] if e.pid == person]
        assert not lead.notes
        shelf = store.connect(valkey.url)
        board = fold_all(await shelf.load(made["board"]))
        await shelf.close()
        assert not [note for note in board.notes.values() if note.reach == "own"]  # their drafts are gone with them
    await ledger.close()
    for house in houses:
        await house.stop()


# -- what is parsed, and what is run ------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain", "application/xml",
        "application/json-patch+json", "",
    ],
)  # fmt: skip
async def test_B5_starlette_nothing_but_json_is_ever_parsed(tavle: Running, kind: str) -> None:
    made = await new_workshop(tavle.base)
    for path in ("/api/look", "/api/join", "/api/workshops", f"/api/board/{made['board']}/door"):
        for raw in (b'{"code": "x"}', b"--x\r\n" * 3_000, b"code=x"):
            headers = {"Content-Type": kind}
            answer = await call(tavle.base, path, raw=raw, token=made["token"], headers=headers)
            assert (answer.status, answer.json) == (415, {"error": "not_json"})


async def test_B5_redis_no_word_of_a_persons_is_ever_a_command_or_a_key(tavle: Running) -> None:
    """Codes, links, boards and seats with signs that mean something to Redis or to a script: nothing that was there is
    gone, and nothing is there that was not."""
    made = await new_workshop(tavle.base)
    shelf = store.connect(tavle.url)
    before = sorted(await shelf.calls.do("KEYS", "*"))
    evil = (
        "x}:log\r\nFLUSHALL\r\n",
        "*",
        "{x}",
        "tavle:boards",
        '"; redis.call("FLUSHALL") --',
        "\x00",
        "a\r\nb",
        "[a-z]",
    )
    for word in evil:
        for path, body in (
            ("/api/look", {"code": word}), ("/api/look", {"join": word}), ("/api/join", {"join": word}),
            ("/api/workshops", {"method": word}), (f"/api/board/{made['board']}/return", {"seat": word}),
        ):  # fmt: skip
            assert (await call(tavle.base, path, body=body, token=made["token"])).status in (400, 404)
        quoted = "".join(f"%{byte:02x}" for byte in word.encode())
        for path in (f"/api/board/{quoted}/door", f"/api/board/{quoted}/export/t.svg"):
            assert (await call(tavle.base, path, token=made["token"])).status in (400, 404)
    assert sorted(await shelf.calls.do("KEYS", "*")) == before
    await shelf.close()


def test_B5_nothing_that_comes_is_ever_unpickled_or_run() -> None:
    code = [path for folder in ("server", "board_schema") for path in (ROOT / folder).rglob("*.py")]
    for path in code:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [getattr(node, "module", None) or "", *(each.name for each in node.names)]
                assert not {"pickle", "marshal", "shelve", "yaml", "dill"} & set(names), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "__import__"), f"{path}:{node.lineno}"
    scripts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "static" / "js").rglob("*.js"))
    assert not re.search(r"\bnew Function\b|\beval\(|\bsetTimeout\(\s*['\"`]", scripts)
