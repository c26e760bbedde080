"""The demo: one of each method is played to its end over the public protocol, and holds the examples of its file.

Programmes have no end (R40): test_demo_programme.py.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from board_schema.method import Method
from server.demo import play as demo
from server.demo.client import Gone, TurnedDown, Unanswered, Visitor, ask
from server.process import run
from server.rehearsal.rehearsals import people_for
from server.web.methods import BUILT_IN, in_order, installed_methods
from tests.machine.conftest import House

TAB = "test-tab-number-1"
GUARD = 120  # seconds: only against hanging
METHODS = [each.method for each in in_order(installed_methods(BUILT_IN)[0]) if not each.method.endless]


@pytest.fixture(scope="module")
def kept() -> dict[str, dict[str, Any]]:
    """What the boards held, so that each workshop is played once."""
    return {}


@pytest.fixture(params=METHODS, ids=lambda method: method.id)
async def method(request: pytest.FixtureRequest) -> Method:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
async def wall(method: Method, house: House, kept: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The wall's view after the workshop was played."""
    if method.id not in kept:
        async with asyncio.timeout(GUARD):
            links = await demo.play(house.base, method)
        async with Visitor(house.base, board=links.board, token=links.wall, tab=TAB) as viewer:
            kept[method.id] = viewer.view
    return kept[method.id]


def examples(method: Method) -> set[str]:
    """What the method's file says that people might write, and the cards that they might draw."""
    lanes = [lane.examples for sheet in method.sheets for lane in sheet.lanes]
    given = (*lanes, *(sheet.examples for sheet in method.sheets), *(deck.cards for deck in method.decks))
    return {each.da for some in given for each in some}


async def test_a_workshop_is_played_to_its_last_round_and_ends_with_its_picture(
    method: Method, wall: dict[str, Any]
) -> None:
    rounds = method.plan(method.leader)
    assert wall["board"]["visited"] == [item.id for item in rounds]
    picks = {item.sheet for item in rounds if item.pick}
    filled = {one["sheet"] for key, one in wall.items() if key.startswith("note:")} - picks
    pictures = [item.id for item in rounds if item.sheet in filled] or [rounds[-1].id]
    assert wall["board"]["round"] == pictures[-1]
    taken = [one for key, one in wall.items() if key.startswith("note:") and one["sheet"] in picks]
    assert not taken or picks
    assert wall["board"]["title"] == method.heading["da"]


async def test_its_board_is_full_and_holds_the_examples_of_its_file(method: Method, wall: dict[str, Any]) -> None:
    texts = [record["text"] for key, record in wall.items() if key.startswith(("note:", "row:"))]
    known = examples(method)
    if known:
        assert len(texts) >= people_for(method)[0]
        assert len(known & set(texts)) >= min(len(known), len(texts)) / 2


async def test_everybody_has_a_danish_name_and_one_is_at_home(method: Method, wall: dict[str, Any]) -> None:
    seats = [record for key, record in wall.items() if key.startswith("seat:") and record["role"] != "facilitator"]
    assert len([seat for seat in seats if seat["role"] != "listener"]) == people_for(method)[0]
    assert all(seat["name"] for seat in seats)
    assert sum(seat["remote"] for seat in seats) == 1
    assert any(seat["role"] == "listener" for seat in seats) == (method.leader == "listen")


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
        await demo.main(base_url=house.base, key="", live=False, methods=METHODS[:2])
    said = capsys.readouterr().out
    playing, finished, wall, console, joins = words
    assert playing in said
    assert finished in said
    assert len(re.findall(rf"{wall} +{house.base}/wall/[\w-]+#k=[\w-]+\n", said)) == 2
    assert len(re.findall(rf"{console} +{house.base}/console/[\w-]+#k=[\w-]+\n", said)) == 2
    codes = re.findall(rf"{joins} +([a-z]+-[a-z]+-[a-z]+) ", said)
    for code in codes:
        assert (await ask(house.base, "/api/look", body={"code": code}))["role"] == "participant"
    assert len(set(codes)) == 2


async def test_the_live_demo_goes_on_with_the_next_method_until_it_is_cancelled(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str, str]] = []
    three = asyncio.Event()

    def say(text: str, *paragraphs: str, **_: object) -> None:
        said.append((text, "".join(paragraphs)))
        if len(said) == 3:
            three.set()

    monkeypatch.setattr(demo, "_say", say)
    going = asyncio.create_task(demo.keep_on(house.base, METHODS[:2], seed=1, pace=0.001))
    async with asyncio.timeout(GUARD):
        await three.wait()
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    for (text, links), method in zip(said[:3], (*METHODS[:2], METHODS[0]), strict=True):
        assert text == "live"
        assert method.title["da"] in links


def test_a_demo_of_a_method_that_is_not_there_says_which_there_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TAVLE_METHODS", raising=False)
    assert run.main(["demo", "kaffe"]) == 1
    said = capsys.readouterr().err
    assert "'kaffe'" in said
    assert all(method.id in said for method in METHODS)


# The client


async def test_an_op_that_is_refused_says_why(house: House) -> None:
    links = await demo.play(house.base, METHODS[0])
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
