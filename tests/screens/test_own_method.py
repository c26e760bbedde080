"""A method of the house's own is one file and no line of code (M1): led from the front page to its end on all screens.

The files mix forms, rounds and marks as no built-in method does; tests/rules/cast.py plays them, too.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from board_schema.method_file import parse
from server.rehearsal.rehearsals import people_for
from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.house import House
from tests.screens.people import DESK, Crowd, Person
from tests.screens.texts import ROOT, Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROGRAMME = ROOT / "tests" / "rules" / "receiving.toml"
FILES = sorted((ROOT / "tests" / "rules").glob("rehearsed*.toml"))
SOON = 60_000  # ms: a guard; quick colleagues write within half a minute


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A Tavle with the methods in its folder."""
    methods = tmp_path_factory.mktemp("methods")
    for file in (*FILES, PROGRAMME):
        shutil.copy(file, methods)
    started = House(tmp_path_factory.mktemp("data"), TAVLE_METHODS=str(methods))
    yield started
    started.stop()


def cards_of(method: Method) -> re.Pattern[str]:
    """Any card of the method's decks, in Danish."""
    return re.compile("|".join(re.escape(card["da"]) for deck in method.raw.get("decks", ()) for card in deck["cards"]))


async def draws_if_first(anna: Person, method: Method) -> None:
    """Anna, who is not simulated, draws where she is the first to."""
    hers = anna.button("card.draw")
    others = anna.page.get_by_text(anna.t.pattern("card.theirs_draws"))
    await expect(hers.or_(others).or_(anna.page.get_by_text(cards_of(method))).first).to_be_visible(timeout=SOON)
    if await hers.count():
        await hers.click()


def comes(wall: Person, method: Method, item: dict[str, Any]) -> Locator | None:
    """What colleagues bring onto the wall in a round, as the file says; None where it shows nothing of theirs."""
    if "draw" in item or "claim" in item:
        return wall.page.get_by_text(cards_of(method)).nth(3 if "claim" in item else 0)
    if item.get("ready") and item.get("see", "own") == "own" and "write" in item:
        return wall.page.get_by_role("img", name=wall.t.pattern("wall.wrote", n=5))
    everybody = {"own", "all"} & set(item.get("write", ()))
    if item.get("see") == "all" and item.get("reveal") in ("on_write", "on_round") and everybody:
        return wall.page.locator(".note").nth(2)
    return None


async def go_on(lead: Person, title: str) -> None:
    """Next round, whether or not somebody still waits for the floor."""
    await lead.press("console.next", title=title)
    there = lead.page.get_by_role("heading", name=title, exact=True, level=1)
    anyway = lead.button("console.next_anyway", title=title)
    await expect(there.or_(anyway).first).to_be_visible()
    if not await there.count():
        await anyway.click()
        await expect(there).to_be_visible()


def colleagues(file: Path) -> int:
    """How many simulated people come."""
    return people_for(parse(file.read_text("utf-8"), file=file.name))[0]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_a_method_of_one_file_is_rehearsed_to_its_end(crowd: Crowd, file: Path) -> None:
    method = Method(file)
    lead = await crowd.enters("console", DESK)
    await lead.page.goto("/")
    await plays.choose(lead, method)
    await lead.press("front.rehearse")
    await lead.page.wait_for_url("**/console/*")
    await lead.press("rehearsal.quick")
    links = await plays.links(lead)
    wall = await plays.wall(crowd, links["wall"])
    anna = await crowd.phone("anna")
    await plays.join_by_code(anna, links["code"], name="Anna")
    come = colleagues(file)
    await expect(lead.page.locator(".people .person")).to_have_count(come + 1, timeout=SOON)
    for item in method.raw["rounds"][1:]:
        if item.get("when_leader", [method.raw["leader"]]).count(method.raw["leader"]) == 0:
            continue
        await go_on(lead, item["title"]["da"])
        if "draw" in item:
            await draws_if_first(anna, method)
        seen = comes(wall, method, item)
        if seen is not None:
            await expect(seen.first).to_be_visible(timeout=SOON)
            await crowd.shot(lead, wall, anna)
        words = lead.page.get_by_role("heading", name=lead.t("console.say"), exact=True)
        await expect(words).to_have_count(int("say" in item))
        for person in (lead, wall, anna):
            assert await person.overflow() <= 0, (person.name, item["id"])
    crowd.expect_noise("404")  # a wall may be asking for its code when the board is deleted
    await lead.press("rehearsal.stop")
    await lead.press("rehearsal.stop", within=lead.dialog())
    await lead.page.wait_for_url(f"{crowd.base}/")


async def test_R40_a_programme_of_the_house_s_own_is_begun_beside_the_built_in_one(crowd: Crowd) -> None:
    own, built_in = Method(PROGRAMME), Method("forloeb")
    lead = await crowd.enters("console", DESK)
    await lead.page.goto("/")
    section = lead.page.locator(".programmes")
    await section.locator("summary").click()
    which = lead.field("programme.which")
    assert await which.locator("option").all_inner_texts() == [built_in.raw["title"]["da"], own.raw["title"]["da"]]
    await which.select_option(own.raw["id"])
    await expect(section.locator(".lead")).to_have_text(own.raw["pitch"]["da"])
    assert await barriers(lead, "two kinds of programmes") == []
    await lead.press("programme.start")
    await lead.page.wait_for_url("**/console/*")
    await lead.sees(own.raw["sheets"][0]["lanes"][0]["title"]["da"])
    await expect(lead.button("sitting.begin")).to_be_visible()
