"""A method of the house's own is one file and no line of code (M1): led from the front page to its end on all screens.

The file mixes cards, a line of stages, a core and fields as no built-in method does (tests/rules/rehearsed_cards.toml);
tests/rules/cast.py plays it, too.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.house import House
from tests.screens.people import DESK, Crowd, Person
from tests.screens.texts import ROOT, Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILE = ROOT / "tests" / "rules" / "rehearsed_cards.toml"
METHOD = Method(FILE)
SOON = 60_000  # ms: a guard; quick colleagues write within half a minute


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A Tavle with the method in its folder."""
    methods = tmp_path_factory.mktemp("methods")
    shutil.copy(FILE, methods)
    started = House(tmp_path_factory.mktemp("data"), TAVLE_METHODS=str(methods))
    yield started
    started.stop()


async def go_on(lead: Person, title: str) -> None:
    """Next round, whether or not somebody still waits for the word."""
    await lead.press("console.next", title=title)
    there = lead.page.get_by_role("heading", name=title, exact=True, level=1)
    anyway = lead.button("console.next_anyway", title=title)
    await expect(there.or_(anyway).first).to_be_visible()
    if not await there.count():
        await anyway.click()
        await expect(there).to_be_visible()


async def test_a_method_of_one_file_is_rehearsed_to_its_end(crowd: Crowd) -> None:
    lead = await crowd.enters("console", DESK)
    await lead.page.goto("/")
    await plays.choose(lead, METHOD)
    await lead.press("front.rehearse")
    await lead.page.wait_for_url("**/console/*")
    await lead.press("rehearsal.quick")
    links = await plays.links(lead)
    wall = await plays.wall(crowd, links["wall"])
    anna = await crowd.phone("anna")
    await plays.join_by_code(anna, links["code"], name="Anna")
    await expect(lead.page.locator(".people .person")).to_have_count(9, timeout=SOON)
    cards = "|".join(re.escape(card["da"]) for card in METHOD.raw["decks"][0]["cards"])
    shows = {
        "draw": wall.page.get_by_text(re.compile(cards)),
        "take": wall.page.get_by_text(re.compile(cards)).nth(3),
        "slow": wall.page.get_by_role("img", name=wall.t.pattern("wall.wrote", n=5)),
        "all": wall.page.locator(".note").nth(2),
        "core": wall.page.locator(".note").nth(2),
        "next": wall.page.locator(".note").nth(2),
    }
    for item in METHOD.raw["rounds"][1:]:
        await go_on(lead, item["title"]["da"])
        if item["id"] in shows:
            await expect(shows[item["id"]].first).to_be_visible(timeout=SOON)
            await crowd.shot(lead, wall, anna)
        for person in (lead, wall, anna):
            assert await person.overflow() <= 0, (person.name, item["id"])
    await expect(wall.page.locator(".note").nth(2)).to_be_visible()
    crowd.expect_noise("404")  # a wall may be asking for its code when the board is deleted
    await lead.press("rehearsal.stop")
    await lead.press("rehearsal.stop", within=lead.dialog())
    await lead.page.wait_for_url(f"{crowd.base}/")
