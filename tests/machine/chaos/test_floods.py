"""T14: limits. A client that floods is slowed, others notice nothing, and a full server says so in plain words."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import time

import msgspec
import pytest

from board_schema import decide
from board_schema.board import DAY, MAX_PEOPLE, SHARE, Board, Person
from board_schema.commands import Refused
from board_schema.events import Entry
from board_schema.fold import fold
from board_schema.method_file import parse as parse_method
from server.doors import failures
from server.process.embedded import EmbeddedValkey
from tests.machine.boards import METHODS
from tests.machine.chaos.crowd import Member, crowd, spread
from tests.machine.chaos.houses import Running
from tests.machine.conftest import start_house
from tests.machine.talk import call, join, new_workshop, nobodys_code

PLACE = {"sheet": "columns", "lane": "critique"}
NOW = 1_700_000_000_000
PHONES, EACH = 38, 52  # as many notes as may be up, from so few that each has the whole share of drafts


async def moves(lead: Member, watcher: Member, times: int) -> list[float]:
    """Changes of the facilitator's, one after the other; seconds until somebody else sees each."""
    delays = []
    for number in range(times):
        title, began = f"{secrets.token_hex(4)} {number}", time.monotonic()
        lead.op("setup", title=title)
        await watcher.until(lambda title=title: watcher.view["board"]["title"] == title)
        delays.append(time.monotonic() - began)
    return delays


async def test_T14_ten_times_the_limit_slows_the_flooder_and_nobody_else(tavle: Running, seed: int) -> None:
    chance = random.Random(seed)
    made = await new_workshop(tavle.base)
    ways = [made, *[await join(tavle.base, made["code"]) for _ in range(12)]]
    async with crowd([Member(tavle.base, way, chance=chance) for way in ways]) as (lead, flooder, *others):
        calm = await moves(lead, others[0], 60)
        stop = asyncio.Event()

        async def flood() -> None:
            loop = asyncio.get_running_loop()
            at = loop.time()
            while not stop.is_set():
                for _ in range(10):  # 200 ops a second, in tens
                    flooder.op("name", name=secrets.token_hex(4))
                at += 0.05
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, at - loop.time())):
                        await stop.wait()

        flooding = asyncio.create_task(flood())
        before, began = flooder.acks_seen, time.monotonic()
        beside = await moves(lead, others[0], 60)
        seconds, answered = time.monotonic() - began, flooder.acks_seen - before
        stop.set()
        await flooding
        asked = len(flooder.ops)
        print(f"calm: {spread(calm)}; beside the flood: {spread(beside)}")
        print(f"flooder: {asked} asked, {answered} answered in {seconds:.1f} s ({answered / seconds:.0f} a second)")
        assert answered <= 40 + 20 * seconds + 20, "the flooder was not slowed"
        assert all(not m.codes for m in others)
        assert max(beside) < 5  # a guard, not the figure
    assert "Traceback" not in tavle.printed


async def test_T14_H2_200_wrong_codes_slow_their_address_and_lock_nobody_out(
    valkey: EmbeddedValkey, tmp_path: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "SLOWEST", 0.01)
    house = await start_house(valkey.url, tmp_path)  # type: ignore[arg-type]
    try:
        made = await new_workshop(house.base)
        answers = [await call(house.base, "/api/join", body={"code": nobodys_code(n)}) for n in range(200)]
        assert {(a.status, a.body) for a in answers} == {(404, b'{"error":"no_door"}')}
        for _ in range(40):  # a room of phones behind the same address
            assert (await join(house.base, made["code"]))["role"] == "participant"
        # Many at once: some are told to try again soon, which is not "no".
        at_once = await asyncio.gather(*(call(house.base, "/api/join", body={"code": "nej"}) for _ in range(60)))
        assert {a.status for a in at_once} <= {404, 429}
        assert all(a.json == {"error": "slow_down"} for a in at_once if a.status == 429)
        assert (await call(house.base, "/api/join", body={"code": made["code"]})).status == 200
    finally:
        await house.stop()


async def test_T14_R18_who_fills_their_share_says_nothing_to_anybody_else(tavle: Running, seed: int) -> None:
    """2,000 notes from 38 phones, and one phone that goes on and on: it alone is refused."""
    made = await new_workshop(tavle.base)
    ways = [made, *[await join(tavle.base, made["code"]) for _ in range(PHONES)]]
    began = time.monotonic()
    async with crowd([Member(tavle.base, way, chance=random.Random(seed)) for way in ways]) as (lead, *phones):
        assert await lead.do("round", to="critique") == ""
        for phone in phones:
            for number in range(EACH):
                phone.write(f"nr {number}", **PLACE)
        for phone in phones:
            await phone.until(lambda phone=phone: not phone.unanswered)
        assert not any(phone.refused for phone in phones)
        filled = time.monotonic() - began
        assert not lead.view["board"]["at_share"]
        for number in range(SHARE - EACH):
            phones[0].write(f"flere {number}", sheet="columns", lane="realise")
        await phones[0].until(lambda: not phones[0].unanswered)
        assert not phones[0].refused
        await lead.until(lambda: lead.view["board"]["at_share"])
        one_more = secrets.token_urlsafe(12)
        assert await phones[0].do("write", note=one_more, text="en til", **PLACE) == "share"
        mine = next(key[5:] for key in phones[0].mine if key.startswith("mine:"))
        assert await phones[0].do("edit", note=mine, text="rettet") == ""
        assert await phones[0].do("delete", note=mine) == ""
        # What is in a bin can come back, so its place is kept until it is purged.
        assert await phones[0].do("write", note=one_more, text="en til", **PLACE) == "share"
        assert await phones[0].do("restore", note=mine) == ""
        for phone in phones[1:]:
            assert await phone.do("write", note=secrets.token_urlsafe(12), text="en til", **PLACE) == ""
        began = time.monotonic()
        assert await lead.do("reveal", sheet="columns", lane="critique") == ""
        await lead.until(lambda: len(lead.notes) == PHONES * (EACH + 1) - 1)
        print(f"{PHONES * EACH} notes in {filled:.1f} s, all shown to the wall after {time.monotonic() - began:.2f} s")
        assert all(not m.codes for m in (lead, *phones))


def board_with(people: int = 1) -> Board:
    """A future workshop's board, filled without asking the rules."""
    method = parse_method((METHODS / "fremtidsvaerksted.toml").read_text(encoding="utf-8"), file="m")
    made = decide.create(
        method, board_id="b", seed="s", pid="lead", seat="seat-lead", now=NOW, this_year=2026, keep=30 * DAY
    )
    board = fold(Board(), 1, Entry(tuple(made), pid="lead", role="facilitator", at=NOW))
    crowd_of = {
        f"p{i}": Person(pid=f"p{i}", seat=f"seat-{i}", number=i, name="", role="participant") for i in range(people - 1)
    }
    return msgspec.structs.replace(
        board,
        people={**board.people, **crowd_of},
        seats={**board.seats, **{p.seat: p.pid for p in crowd_of.values()}},
        joined=people,
    )


def test_T14_R18_a_full_room_is_refused_in_the_rules() -> None:
    method = parse_method((METHODS / "fremtidsvaerksted.toml").read_text(encoding="utf-8"), file="m")

    def join_one(board: Board) -> None:
        decide.join(board, method, pid="new", seat="seat-new", name="", role="participant", remote=False, now=0)

    join_one(board_with(people=MAX_PEOPLE - 1))
    with pytest.raises(Refused, match="full"):
        join_one(board_with(people=MAX_PEOPLE))
