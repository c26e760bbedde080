"""The demo of a programme: its case is played over the public protocol, from two workshops to what was learned."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from board_schema.method import Method
from server.demo import play as demo
from server.demo import programme
from server.demo.case import Case, case_of, filled
from server.demo.client import Visitor, ask, call
from server.demo.workshop import Links
from server.rehearsal.words import NAMES
from server.web.methods import BUILT_IN, in_order, installed_methods
from tests.machine.conftest import House

TAB = "test-tab-number-1"
GUARD = 180  # seconds: only against hanging
INSTALLED = [each.method for each in in_order(installed_methods(BUILT_IN)[0])]
PROGRAMMES = [method for method in INSTALLED if method.endless]

Played = tuple[Links, dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def kept() -> dict[str, Played]:
    """What was played, so that it is played once: the links, the wall's view and what all may take home."""
    return {}


@pytest.fixture(params=PROGRAMMES, ids=lambda method: method.id)
async def method(request: pytest.FixtureRequest) -> Method:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def case(method: Method) -> Case:
    found = case_of(method)
    assert found is not None
    return found


@pytest.fixture
async def played(method: Method, house: House, kept: dict[str, Played]) -> Played:
    if method.id not in kept:
        async with asyncio.timeout(GUARD):
            links = await programme.play(house.base, method, INSTALLED, key="", seed=7)
        async with Visitor(house.base, board=links.board, token=links.wall, tab=TAB) as viewer:
            view = viewer.view
        file = await call(house.base, f"/api/board/{links.board}/export/x.json", token=links.token)
        kept[method.id] = links, view, json.loads(file)
    return kept[method.id]


def notes(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [record for key, record in view.items() if key.startswith("note:")]


async def test_R42_all_that_the_workshops_pick_is_in_the_programme_once_and_says_where_it_comes_from(
    case: Case, played: Played
) -> None:
    _, view, _ = played
    came = [note for note in notes(view) if note.get("sources")]
    days = Counter(source["session"] for note in came for source in note["sources"])
    assert len(days) == len(case.workshops) >= 2, "workshops of different methods"
    taken = [take for talk in case.workshops.values() for take in talk.takes]
    assert len(came) == len(taken) + len(case.workshops), "and one note about each workshop"
    made_of = [take for take in taken if take.of]
    counted = [note for note in came if sum(source["count"] for source in note["sources"])]
    assert len(counted) >= len(made_of), "each was made of notes that people wrote"


async def test_R43_R44_its_story_has_two_versions_and_circles_with_names(played: Played) -> None:
    _, view, _ = played
    versions = [record for key, record in view.items() if key.startswith("version:")]
    assert [record["n"] for record in versions] == [2]
    assert versions[0]["changes"]
    circles = [record for key, record in view.items() if key.startswith("circle:")]
    assert {record["proposed"] for record in circles} == {"bad", "good"}
    assert all(record["name"] for record in circles)


async def test_R45_trial_actions_run_one_is_adjusted_and_one_dropped(method: Method, played: Played) -> None:
    _, view, _ = played
    kinds = {kind.id: kind for sheet in method.sheets for kind in sheet.marks}
    again = {word.id for kind in kinds.values() for word in kind.words if word.again}
    cancels = {word.id for kind in kinds.values() for word in kind.words if word.cancels}
    said = {word for note in notes(view) for word in note["marks"].values()}
    assert said & again
    assert said & cancels
    assert any(note["links"] and note["about"] for note in notes(view) if note.get("about") is not None), (
        "a next version"
    )
    today = datetime.now(UTC).date().isoformat()
    coming = [each["day"] for each in view["cycle"]["next"]]
    assert [day for day in coming if day >= today], "something is to come"
    assert all(show["lines"] for show in view["cycle"]["shows"]), "each part of home tells something"
    for station in view["cycle"]["stations"]:
        assert any(count["count"] for count in station["counts"]), f"{station['id']}: nothing is there"


async def test_R41_no_colleague_is_left_in_it_and_it_can_be_led_and_read(house: House, played: Played) -> None:
    links, view, file = played
    assert not view["board"]["sitting"]
    assert [record["role"] for key, record in view.items() if key.startswith("seat:")] == ["facilitator"]
    words = set(re.findall(r"\w+", json.dumps(file, ensure_ascii=False)))
    assert not words & {*NAMES["da"], "Sofie"}
    told = await ask(house.base, f"/api/board/{links.board}/notice", token=links.notice)
    assert told["cycle"]["shows"]


async def test_the_demo_says_where_a_programmes_noticeboard_is_and_no_code_since_nobody_can_join(
    house: House, played: Played
) -> None:
    links, _, _ = played
    said = demo._links(links, house.base)
    assert f"{house.base}/notice/{links.board}#k={links.notice}\n" in f"{said}\n"
    assert "/join" not in said


async def test_a_programme_without_a_case_shows_the_examples_of_its_file(
    house: House, method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programme, "case_of", lambda _: None)
    async with asyncio.timeout(GUARD):
        links = await programme.play(house.base, method, INSTALLED, key="", seed=7)
    async with Visitor(house.base, board=links.board, token=links.token, tab=TAB) as lead:
        lies = Counter((note["sheet"], note["lane"]) for note in lead.notes().values())
        assert lead.round == method.rounds[0].id
    shown = {(sheet.id, lane.id): lane.examples for sheet in method.sheets for lane in sheet.lanes if not lane.needs}
    assert lies == {place: min(len(examples), programme.EXAMPLES) for place, examples in shown.items() if examples}


def test_a_case_picks_what_its_people_write(case: Case) -> None:
    """Each text that is picked stands once, so that it is found in the programme."""
    taken = [take.text for talk in case.workshops.values() for take in talk.takes]
    assert len(taken) == len(set(taken))
    for talk in case.workshops.values():
        written = {said.text for lanes in talk.says.values() for each in lanes.values() for said in each}
        assert {text for take in talk.takes for text in take.of} <= written


def test_days_and_names_of_an_act_are_filled_in() -> None:
    today = date(2026, 12, 30)
    act = {"do": "about", "about": ["{one}>leads>{two}"], "fields": {"day": "@3", "ago": "@-30"}, "on": False}
    given = filled(act, {"one": "a1", "two": "b2"}, today)
    assert given["about"] == ["a1>leads>b2"]
    assert given["fields"] == {"day": "2027-01-02", "ago": (today - timedelta(days=30)).isoformat()}
    assert given["on"] is False
    with pytest.raises(KeyError):
        filled(act, {"one": "a1"}, today)
