"""The demo: its ops are accepted, and its boards hold exactly its texts."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from typing import Any

import pytest

from server.demo import play as demo
from server.demo.client import Gone, TurnedDown, Unanswered, Visitor, ask, call
from server.demo.content import DILEMMAS, FUTURE, HISTORY, Dilemmas, Future, History, Script
from server.demo.workshop import Workshop
from tests.machine.conftest import House

TAB = "test-tab-number-1"
GUARD = 60  # seconds: only against hanging


@pytest.fixture(scope="module")
def kept() -> dict[str, dict[str, Any]]:
    """What the boards held, so that each workshop is played once."""
    return {}


@pytest.fixture(params=[HISTORY, DILEMMAS, FUTURE], ids=lambda script: script.method)
async def script(request: pytest.FixtureRequest) -> Script:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
async def wall(script: Script, house: House, kept: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The wall's view after the workshop was played."""
    if script.method not in kept:
        async with asyncio.timeout(GUARD):
            links = await demo.play(house.base, script)
        async with Visitor(house.base, board=links.board, token=links.wall, tab=TAB) as viewer:
            kept[script.method] = viewer.view
    return kept[script.method]


def texts(script: Script) -> Counter[str]:
    """Every text that the script puts up for all; dilemmas that were told and not chosen stay in their groups."""
    match script:
        case History():
            papers = [text for paper in script.groups for lane in paper.values() for text in lane]
            found = [*(e.text for e in script.events), *(p.text for p in script.periods), *papers]
        case Dilemmas():
            cells = [text for d in script.chosen for lane in d.cells.values() for text in lane]
            found = [*(d.text for d in script.chosen), *cells]
        case Future():
            found = [*script.critique, *script.dreams, *(text for text, _ in script.steps)]
    return Counter(found)


def notes(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [record for key, record in view.items() if key.startswith(("note:", "row:"))]


async def test_a_board_holds_exactly_the_texts_of_its_script(script: Script, wall: dict[str, Any]) -> None:
    assert Counter(note["text"] for note in notes(wall)) == texts(script)


async def test_notes_of_a_year_stand_in_the_order_in_which_they_were_put_up(house: House) -> None:
    async with asyncio.timeout(GUARD):
        links = await demo.play(house.base, HISTORY)
    async with Visitor(house.base, board=links.board, token=links.wall, tab=TAB) as viewer:
        for lane, many in Counter(event.lane for event in HISTORY.events).items():
            spots = [note["spot"] for note in viewer.notes(sheet="timeline", lane=lane, kind="note").values()]
            assert sorted(spots) == list(range(many)), lane


async def test_a_workshop_is_played_to_its_last_round(script: Script, wall: dict[str, Any]) -> None:
    rounds = [item["id"] for item in wall["method"]["rounds"] if item["id"] != "briefing"]
    assert wall["board"]["round"] == rounds[-1] == "close"
    assert wall["board"]["title"] == script.title
    assert set(wall["board"]["visited"]) | {"close"} >= set(rounds)


async def test_everybody_has_a_danish_name_and_some_are_at_home(script: Script, wall: dict[str, Any]) -> None:
    seats = [record for key, record in wall.items() if key.startswith("seat:") and record["role"] != "facilitator"]
    assert {seat["name"] for seat in seats} == {guest.name for guest in script.guests}
    assert any(seat["remote"] for seat in seats)
    listeners = {guest.name for guest in script.guests if guest.listens}
    assert {seat["name"] for seat in seats if seat["role"] == "listener"} == listeners


async def test_the_history_has_years_sides_and_periods(house: House) -> None:
    links = await demo.play(house.base, HISTORY)
    said = json.loads(await call(house.base, f"/api/board/{links.board}/export/x.json", token=links.token))
    timeline, groups = said["sheets"]
    placed = {(lane["id"], n["side"], n["text"]) for lane in timeline["lanes"] for n in lane["notes"]}
    assert placed == {(event.lane, event.side, event.text) for event in HISTORY.events}
    assert [h["text"] for h in timeline["headings"]] == [period.text for period in HISTORY.periods]
    wishes = {n["text"] for lane in groups["lanes"] if lane["id"] == "wishes" for n in lane["notes"]}
    assert "Sig forandringer i god tid" in wishes


async def test_every_dilemma_has_its_fate_and_its_cells(house: House) -> None:
    links = await demo.play(house.base, DILEMMAS)
    said = json.loads(await call(house.base, f"/api/board/{links.board}/export/x.json", token=links.token))
    grid = said["sheets"][0]
    assert {row["title"]: row["fate"] for row in grid["rows"]} == {d.text: d.fate for d in DILEMMAS.chosen}
    titles = {row["id"]: row["title"] for row in grid["rows"]}
    cells = {(titles[n["row"]], lane["id"], n["text"]) for lane in grid["lanes"] for n in lane["notes"]}
    assert cells == {(d.text, lane, text) for d in DILEMMAS.chosen for lane, these in d.cells.items() for text in these}


async def test_every_step_belongs_to_its_dream(house: House) -> None:
    links = await demo.play(house.base, FUTURE)
    said = json.loads(await call(house.base, f"/api/board/{links.board}/export/x.json", token=links.token))
    steps = {(n["text"], n["points_to"]) for n in said["sheets"][0]["lanes"][2]["notes"]}
    assert steps == set(FUTURE.steps)


@pytest.mark.parametrize(
    ("system", "words"),
    [
        ("en_GB.UTF-8", ("Playing the demo's", "finished workshops", "Wall", "Console", "Join")),
        ("da_DK.UTF-8", ("Spiller demoens", "færdige værksteder", "Væg", "Styr", "Vær med")),
    ],
)
async def test_the_demo_prints_where_its_workshops_are_in_the_systems_language(
    house: House,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    words: tuple[str, ...],
) -> None:
    monkeypatch.setenv("LC_ALL", system)
    async with asyncio.timeout(GUARD):
        await demo.main(base_url=house.base, key="", live=False)
    said = capsys.readouterr().out
    playing, finished, wall, console, joins = words
    assert playing in said
    assert finished in said
    assert len(re.findall(rf"{wall} +{house.base}/wall/[\w-]+#k=[\w-]+\n", said)) == 3
    assert len(re.findall(rf"{console} +{house.base}/console/[\w-]+#k=[\w-]+\n", said)) == 3
    codes = re.findall(rf"{joins} +([a-z]+-[a-z]+-[a-z]+) ", said)
    for code in codes:
        assert (await ask(house.base, "/api/look", body={"code": code}))["role"] == "participant"
    assert len(set(codes)) == 3


class Clock:
    """Counts pauses instead of taking them, so that a live workshop goes as fast as it can."""

    def __init__(self, until: int) -> None:
        self.pauses = 0
        self.reached = asyncio.Event()
        self._until = until

    async def sleep(self, seconds: float) -> None:
        assert 0 <= seconds <= 120
        self.pauses += 1
        if self.pauses >= self._until:
            self.reached.set()
        await asyncio.sleep(0)


@pytest.fixture
async def clock() -> Clock:
    return Clock(until=700)


async def test_the_live_demo_goes_on_until_it_is_cancelled(
    house: House, clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    going = asyncio.create_task(demo.keep_on(house.base, seed=1, sleep=clock.sleep))
    async with asyncio.timeout(GUARD):
        await clock.reached.wait()
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    said = capsys.readouterr().out
    assert said.count("Demo, happening now:") >= 2
    assert "broke off" not in said


async def test_a_live_workshop_ends_with_the_same_texts(house: House, clock: Clock) -> None:
    for script in (HISTORY, DILEMMAS, FUTURE):
        chance = random.Random(7)
        async with Workshop.begin(house.base, script, key="", chance=chance, sleep=clock.sleep) as it:
            await it.whole()
            links = it.links
        async with Visitor(house.base, board=links.board, token=links.wall, tab=TAB) as viewer:
            assert Counter(note["text"] for note in notes(viewer.view)) == texts(script)
            placed = {(n["lane"], n["text"]) for n in notes(viewer.view) if n.get("sheet") == "timeline"}
            if isinstance(script, History):
                assert placed >= {(event.lane, event.text) for event in script.events}


# The client


async def test_an_op_that_is_refused_says_why(house: House) -> None:
    links = await demo.play(house.base, FUTURE)
    async with Visitor(house.base, board=links.board, token=links.wall, tab=TAB) as viewer:
        with pytest.raises(TurnedDown) as refused:
            await viewer.do("door", open=False)
    assert refused.value.reason == "role"


async def test_a_wrong_code_and_a_wrong_token_are_told_apart_from_trouble(house: House) -> None:
    with pytest.raises(Unanswered) as unanswered:
        await ask(house.base, "/api/join", body={"code": "ikke-en-kode"})
    assert (unanswered.value.status, unanswered.value.reason) == (404, "no_door")
    with pytest.raises(Gone) as gone:
        async with Visitor(house.base, board="x" * 22, token="y" * 22, tab=TAB):
            pass
    assert gone.value.code >= 4500
