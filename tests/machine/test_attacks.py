"""What nobody had tried: floods of odd acts, very many hosted people, hostile method files, timing, others' lines."""

from __future__ import annotations

import asyncio
import ipaddress
import random
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgpack
import pytest

from board_schema import wire
from board_schema.board import MAX_PEOPLE
from server.doors import failures
from server.process.embedded import EmbeddedValkey
from server.web.methods import MOST_FILES
from tests.machine.chaos.crowd import spread
from tests.machine.chaos.houses import running
from tests.machine.conftest import House, start_house
from tests.machine.lines import Line
from tests.machine.several import Server, free_ports, settings
from tests.machine.talk import PLACE, Tab, call, closed, join, new_workshop, nobodys_code, people
from tests.machine.test_own_methods import OURS, OWN

TIMES = 60
SURE = 0.9  # of guesses by time alone that are right: an answer that waits for something is known every time


async def seen_by(lead: Tab, watcher: Tab, times: int = TIMES) -> list[float]:
    """Changes of the facilitator's, one after the other; seconds until somebody else sees each."""
    delays = []
    for number in range(times):
        title, began = f"{secrets.token_hex(4)} {number}", time.monotonic()
        await lead.op("setup", title=title)
        await watcher.until(lambda title=title: watcher.view["board"]["title"] == title)
        delays.append(time.monotonic() - began)
    return delays


# -- floods -------------------------------------------------------------------------------


async def test_R18_twelve_hundred_hosted_people_are_the_cap_and_nobody_else_waits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "OPS_BURST", 5_000)  # else the facilitator needs a minute for them
    _, (lead, ann) = await people(house, 1)
    calm = await seen_by(lead, ann)
    count = MAX_PEOPLE - 2  # beside the facilitator and one participant
    for number in range(count):
        await lead.op("person", seat=f"seat{number:05}", name=f"Person {number} {'x' * 25}")
    first = lead.n - count + 1
    await lead.until(lambda: lead.acked >= lead.n)
    assert not [n for n in lead.refused if n >= first]
    assert await lead.do("person", seat="one-too-many", name="x") == "full"
    beside = await seen_by(lead, ann)
    _, (lead2, bob) = await people(house, 1)
    elsewhere = await seen_by(lead2, bob)
    late = await Tab(house.base, ann.board, ann.token).open()
    await late.until(lambda: f"seat:seat{count - 1:05}" in late.view)
    size = sum(map(len, late.raw))
    print(f"calm: {spread(calm)}; with {count} hosted: {spread(beside)}; another workshop: {spread(elsewhere)}")
    print(f"a whole view: {size} bytes")
    assert size < 400 * MAX_PEOPLE, "a view grows by more than a seat's record for each person"
    assert await ann.do("name", name="Ann") == ""
    await closed(lead, ann, late, lead2, bob)


async def test_P7_R18_a_flood_of_names_and_undos_leaves_nothing_behind_and_delays_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the greatest speed that a person's own limit would never allow."""
    monkeypatch.setattr(wire, "OPS_BURST", 5_000)
    _, (lead, ann, bob) = await people(house, 2)
    calm = await seen_by(lead, bob)
    note = await ann.write("kladde", **PLACE)

    async def flood(rounds: int) -> None:
        for number in range(rounds):
            await ann.op("name", name=f"{secrets.token_hex(4)} {number}")
            await ann.op("edit", note=note, text=secrets.token_hex(8))
            await ann.op("undo")
            await ann.op("undo")
        await ann.until(lambda: ann.acked >= ann.n)

    await flood(20)
    before = sum(map(len, (await fresh(house, bob)).raw))
    flooding = asyncio.create_task(flood(250))
    beside = await seen_by(lead, bob)
    await flooding
    after = sum(map(len, (await fresh(house, bob)).raw))
    print(f"calm: {spread(calm)}; beside the flood: {spread(beside)}; a view: {before}, then {after} bytes")
    assert abs(after - before) < 200, "what was done and undone does not grow a view"
    assert set(ann.refused.values()) <= {"nothing_to_undo", "no_note"}, "the second undo takes back the writing"
    assert bob.code is None
    assert lead.code is None
    await closed(lead, ann, bob)


async def fresh(house: House, tab: Tab) -> Tab:
    """The same person's view, from nothing."""
    again = await Tab(house.base, tab.board, tab.token).open()
    await again.close()
    return again


# -- method files -------------------------------------------------------------------------


def hostile() -> dict[str, str]:
    """Method files that make a parser work: by name, text."""
    rounds = OWN[OWN.index("[[rounds]]") :]
    first = rounds[: rounds.index("[[rounds]]", 4)]
    return {
        "dots": "a." * 120_000 + "a = 1",
        "header": "[" + "a." * 120_000 + "a]",
        "inline": "x = {" + "a." * 120_000 + "a = 1}",
        "quoted": '"=".' * 60_000 + "a = 1",
        "deep": "x = " + "[" * 100_000,
        "rounds": OWN + first * 3_000,
        "tables": "\n".join(f"[a{number}]" for number in range(25_000)),
        "nested": "\n".join("[" + ".".join(["a"] * depth) + "]" for depth in range(1, 400)),
        "digits": "x = " + "9" * 250_000,
        "huge": "#" * 3_000_000,
    }


def test_M1_no_hostile_method_file_stops_or_swells_a_start(tmp_path: Path) -> None:
    """Each is read by a process with little memory, whose end shows what a start would have done."""
    for name, text in hostile().items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "egen.toml").write_text(OWN, encoding="utf-8")
    code = (
        "import resource, sys; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2)\n"
        "from server.web.methods import BUILT_IN as METHODS, installed_methods\n"
        "found, wrong = installed_methods(METHODS, Path(sys.argv[1]))\n"
        "print(*sorted(found)); print(len(wrong)); print(max(len(str(each)) for each in wrong))"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=120, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    print(f"{len(hostile())} hostile files in {time.monotonic() - began:.1f} s: {done.stdout}")
    ids, wrong, longest = done.stdout.splitlines()
    assert ids.split() == sorted([*OURS, "egen"])
    assert int(wrong) == len(hostile())
    assert int(longest) < 1_000


def test_M1_a_house_with_hostile_files_starts_and_says_what_is_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "methods"
    folder.mkdir()
    for name in ("dots", "deep", "rounds"):
        (folder / f"{name}.toml").write_text(hostile()[name], encoding="utf-8")
    for number in range(MOST_FILES + 20):
        (folder / f"z{number:03}.toml").write_text("x = [", encoding="utf-8")
    with running(tmp_path / "data", environ={"TAVLE_METHODS": str(folder)}) as house:
        for name in ("dots", "deep", "rounds"):
            assert f"{name}.toml, line" in house.printed
        assert f"{MOST_FILES} method files" in house.printed
        assert house.web()


# -- timing -------------------------------------------------------------------------------


async def timed(asks: dict[str, Callable[[], Awaitable[object]]], *, times: int, seed: int) -> dict[str, list[float]]:
    """Milliseconds of each way to ask, in a random order, so that what else the computer does falls on all alike."""
    order = [name for name in asks for _ in range(times)]
    random.Random(seed).shuffle(order)
    took: dict[str, list[float]] = {name: [] for name in asks}
    for name in order:
        began = time.perf_counter()
        await asks[name]()
        took[name].append((time.perf_counter() - began) * 1_000)
    for name, some in took.items():
        quarters = statistics.quantiles(some, n=4)
        print(f"{name:30} " + " ".join(f"{q:7.2f}" for q in quarters) + " ms")
    return took


def told_apart(one: list[float], two: list[float]) -> float:
    """How often a guess by time alone is right: 0.5 is chance, 1 is always."""
    ordered = sorted(two)
    wins = sum(sum(x > y for y in ordered) for x in one) / (len(one) * len(two))
    return max(wins, 1 - wins)


async def test_B2_H2_codes_that_open_nothing_are_answered_alike_and_alike_fast(
    house: House, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown, of a closed door, of a closed workshop: the same answer after about the same time."""
    monkeypatch.setattr(failures, "FREE_FAILURES", 10**9)
    monkeypatch.setattr(failures.Failures, "pause", lambda self, address, *, now: 0.0)
    shut, (lead, *_) = await people(house, 0)
    assert await lead.do("door", open=False) == ""
    over, (chief, *_) = await people(house, 0)
    assert await chief.do("close") == ""

    def look(code: str) -> Callable[[], Awaitable[object]]:
        async def ask() -> None:
            answer = await call(house.base, "/api/look", body={"code": code})
            assert (answer.status, answer.json) == (404, {"error": "no_door"})

        return ask

    asks = {
        "a code nobody has": look(nobodys_code()),
        "of a closed door": look(shut["code"]),
        "of a closed workshop": look(over["code"]),
    }
    took = await timed(asks, times=TIMES, seed=seed)
    for name in list(asks)[1:]:
        right = told_apart(took["a code nobody has"], took[name])
        print(f"{name}: told apart {right:.0%} of the time")
        assert right < SURE, name
    await closed(lead, chief)


async def test_B2_S7_tokens_are_looked_up_by_their_hash_so_near_ones_take_no_longer(house: House, seed: int) -> None:
    made = await new_workshop(house.base)
    right = made["token"]

    def door(token: str, board: str = made["board"]) -> Callable[[], Awaitable[object]]:
        async def ask() -> None:
            assert (await call(house.base, f"/api/board/{board}/door", token=token)).status == 403

        return ask

    near = right[:-2] + ("AA" if right[-2:] != "AA" else "BB")
    asks = {"a token of nobody's": door(secrets.token_urlsafe(16)), "all but two letters right": door(near)}
    took = await timed(asks, times=TIMES, seed=seed)
    first, second = took.values()
    print(f"told apart {told_apart(first, second):.0%} of the time")
    assert told_apart(first, second) < SURE
    answers = [await call(house.base, f"/api/board/{secrets.token_urlsafe(16)}/door", token=t) for t in (right, near)]
    assert {(a.status, a.json["error"]) for a in answers} == {(404, "gone")}, "a board's id is 128 bits as well"


# -- another person's line ----------------------------------------------------------------


async def take_over(ann: Line, mine: Line, *bases: str) -> None:
    """Everything with which somebody who has a token of the same board might get at another person's line."""
    names = [secrets.token_bytes(16), bytes(16), ann.name[:15] + bytes([ann.name[15] ^ 1]), ann.name[::-1]]
    right = ann.name
    for base in bases:
        for name in names:
            mine.name, mine.elsewhere = name, base
            for kind in ("up", "more"):
                for number in (0, 1, ann.number, ann.number + 1, 2**32 - 1):
                    answer = await mine.ask(kind, number, b"")
                    assert answer.status == 404, (kind, number)
    # A connection with the name of the other's tab, and one's own token.
    twin = await Line(mine.base, mine.board, mine.token, ann.tab, way="poll").open()
    assert twin.welcome["seat"] != ann.welcome["seat"]
    assert ann.name == right
    await twin.close()


@pytest.mark.parametrize("way", ["open", "poll"])
async def test_P12_nobody_takes_over_anothers_line_with_an_own_token(house: House, way: str) -> None:
    made, (lead, bob) = await people(house, 1)
    ann = await Line(house.base, made["board"], (await join(house.base, made["code"]))["token"], way=way).open()
    mine = Line(house.base, made["board"], bob.token)
    await take_over(ann, mine, house.base)
    note = await ann.write("stadig min", **PLACE)
    assert f"mine:{note}" in ann.mine
    for tab in (lead, bob):
        assert not any(ann.name in raw or ann.tab.encode() in raw or note.encode() in raw for raw in tab.raw)
    await closed(lead, bob, ann)


async def test_P12_a_request_from_another_address_with_nothing_but_the_tab_is_a_new_line(
    valkey: EmbeddedValkey, tmp_path: Path
) -> None:
    """A proxy's addresses say nothing: a line is its name's, and a seat is its token's."""
    house = await start_house(
        valkey.url, tmp_path, trusted_proxy=(ipaddress.ip_network("127.0.0.1/32"),), public_url=None
    )
    try:
        made = await new_workshop(house.base, key="ABCD-EFGH-JKMN-PQRS")
        ann = await Line(house.base, made["board"], (await join(house.base, made["code"]))["token"]).open()
        for address in ("203.0.113.9", "127.0.0.1"):
            for kind in ("up", "more"):
                raw = secrets.token_bytes(16) + (1).to_bytes(4)
                head = {"Content-Type": "application/msgpack", "X-Forwarded-For": address}
                answer = await call(house.base, f"/stream/{made['board']}/{kind}", raw=raw, headers=head)
                assert (answer.status, answer.json) == (404, {"error": "gone"})
            hello = {"protocol": 3, "token": secrets.token_urlsafe(16), "tab": ann.tab, "seen": 0}
            frame = msgpack.packb(["hello", hello])
            raw = secrets.token_bytes(16) + bytes(4) + len(frame).to_bytes(4) + frame
            answer = await call(house.base, f"/stream/{made['board']}/poll", raw=raw, headers=head)
            assert b"no_access" in answer.body
        assert await ann.do("name", name="Ann") == ""
        await closed(ann)
    finally:
        await house.stop()


# -- several processes, and a Redis of one's own -------------------------------------------


@pytest.mark.parametrize("store", ["embedded", "external"])
async def test_T16_two_workers_and_an_external_redis_keep_every_promise_of_one(tmp_path: Path, store: str) -> None:
    """Drafts, removal, other people's lines, wrong tokens: tried at two processes behind one port."""
    environ: dict[str, str] = {}
    redis: Server | None = None
    if store == "external":
        (port,) = free_ports(1)
        redis = Server(tmp_path / "redis", port, settings(port))
        environ = {"REDIS_URL": f"redis://127.0.0.1:{port}"}
    try:
        with running(tmp_path / "data", "--workers", "2", environ=environ) as house:
            made = await new_workshop(house.base)
            lead = await Tab(house.base, made["board"], made["token"]).open()
            assert await lead.do("round", to="critique") == ""
            ways = [await join(house.base, made["code"], name=f"P{i}") for i in range(4)]
            ann = await Line(house.base, made["board"], ways[0]["token"], way="poll").open()
            bob, *others = [await Tab(house.base, made["board"], way["token"]).open() for way in ways[1:]]
            draft = f"kladde {secrets.token_hex(6)}"
            note = await ann.write(draft, **PLACE)
            mine = Line(house.base, made["board"], bob.token)
            await take_over(ann, mine, house.base)
            assert await bob.do("edit", note=note, text="taget") == "no_note"
            assert await bob.do("remove", seat=ways[0]["seat"]) == "role"
            for name in ("door", "export/t.json"):
                for token in (bob.token, secrets.token_urlsafe(16)):
                    path = f"/api/board/{made['board']}/{name}"
                    statuses = {(await call(house.base, path, token=token)).status for _ in range(6)}
                    assert statuses == {403}, "the same in every process"
            assert await lead.do("remove", seat=ways[0]["seat"]) == ""
            await ann.until(lambda: bool(ann.bye)) if ann.code is None else None
            assert ann.bye[0] == 4503
            for _ in range(6):
                again = Tab(house.base, made["board"], ways[0]["token"])
                await again.open(hello=False)
                await again.say_hello()
                assert await again.ended() == 4503, "in every process"
            for tab in (lead, bob, *others):
                assert not any(draft.encode() in raw for raw in tab.raw)
            assert draft not in house.printed
            await closed(lead, bob, *others)
    finally:
        if redis is not None:
            redis.end()
