"""A rehearsal on the screens: one tap on the chosen workshop, colleagues who come and write, and nothing left (H8)."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import DESK, SMALL, Crowd, Person
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOON = 60_000  # ms: a guard; quick colleagues come and write within half a minute


async def rehearse(crowd: Crowd, method: Method, size: dict[str, int]) -> Person:
    """One tap on the chosen workshop of the front page."""
    lead = await crowd.enters("console", size, lang=method.lang)
    await lead.page.goto("/")
    if method.lang != "da":
        await lead.speak()
    await plays.choose(lead, method)
    await lead.press("front.rehearse")
    await lead.page.wait_for_url("**/console/*")
    await lead.sees(method.round(method.raw["rounds"][0]["id"], "say"))
    return lead


@pytest.mark.parametrize("lang", ["da", "en"])
async def test_H8_colleagues_come_and_write_while_one_leads_and_nothing_is_left(crowd: Crowd, lang: str) -> None:
    method = Method("fremtidsvaerksted", lang)
    lead = await rehearse(crowd, method, DESK)
    await lead.reads("rehearsal.what")
    await lead.press("rehearsal.quick")
    await expect(lead.button("rehearsal.quick")).to_have_attribute("aria-pressed", "true")
    people = lead.page.locator(".people .person")
    await expect(people).to_have_count(8, timeout=SOON)  # seven, and a leader who listens
    wall = await plays.wall(crowd, (await plays.links(lead))["wall"], lang=lang)
    await expect(wall.page.locator(".wall-kicker")).to_contain_text(wall.t("rehearsal.name"))
    assert await barriers(lead, "rehearsal") == []
    await plays.go_on(lead, method.round("critique"))
    await expect(people).to_have_count(9, timeout=SOON)  # one comes later
    ready = lead.page.locator(".round-count")
    await expect(ready).to_contain_text(lead.t("wall.ready", n=8, all=8), timeout=SOON)
    await lead.button("console.reveal_n", lane=method.lane("critique").lower()).click(timeout=SOON)
    await expect(wall.page.locator(".wall-board .note").nth(5)).to_be_visible(timeout=SOON)
    anna = await crowd.phone("anna", lang=lang)
    await anna.page.goto((await plays.links(lead))["listen"])
    await anna.reads("join.rehearsal")
    await anna.press("join.go")
    await expect(anna.page.locator(".phone-head .over")).to_contain_text(anna.t("rehearsal.name"))
    # The console's address opens it in another tab of the same browser, too, and all people are in sight.
    second = await lead.page.context.new_page()
    await second.goto(lead.page.url)
    await expect(second.locator(".people .person").first).to_be_visible()
    await second.close()
    await expect(people.last).to_be_in_viewport(ratio=1)
    await crowd.shot(lead, wall, anna)
    crowd.expect_noise("404")  # a wall may be asking for its code when the board is deleted
    await lead.press("rehearsal.stop")
    await lead.press("rehearsal.stop", within=lead.dialog())
    await lead.page.wait_for_url(f"{crowd.base}/")
    await lead.reads("front.title")
    await anna.reads("close.rehearsal")
    await lead.misses(lead.t("front.mine"))
    await wall.reads("close.rehearsal")
    await wall.page.goto("/")
    await wall.speak()
    await wall.reads("front.title")
    await wall.misses(wall.t("front.mine"))


async def test_H8_on_a_phone_the_rehearsal_is_among_the_people_and_more_may_come(crowd: Crowd) -> None:
    method = Method("historievaerksted")
    lead = await rehearse(crowd, method, SMALL)
    await lead.press("console.tab.people")
    await lead.reads("rehearsal.people", n=8)
    await lead.press("rehearsal.more")
    await lead.reads("rehearsal.people", n=9)
    assert await lead.overflow() <= 0
    await crowd.shot(lead)
    await lead.page.reload()
    await lead.press("console.tab.people")
    await lead.reads("rehearsal.people", n=9)
    await lead.press("rehearsal.stop")
    await lead.press("rehearsal.stop", within=lead.dialog())
    await lead.page.wait_for_url(f"{crowd.base}/")
