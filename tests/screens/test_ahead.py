"""A workshop that waits for its day: the invitation, and what people write at home before it (R37)."""

from __future__ import annotations

import datetime

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import SMALL, Crowd, Person, none_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

DV = Method("dilemmavaerksted")
PREPARED = "Skrive det hele ned – eller være sammen med borgeren"


def in_days(days: int) -> str:
    """A day and time, as its field takes it."""
    return (datetime.datetime.now().astimezone() + datetime.timedelta(days=days)).strftime("%Y-%m-%dT13:00")


async def set_day(lead: Person, when: str) -> None:
    await lead.page.locator("#ahead").get_by_role("button", name=lead.t("console.ahead_set")).click()
    await lead.field("console.setup.day", starts=True).fill(when)
    await lead.press("console.save", within=lead.dialog())


async def test_R37_a_day_is_set_drafts_are_written_at_home_and_are_there_on_the_day(crowd: Crowd) -> None:
    lead = await plays.start(crowd, DV, venue="Mødelokale 2")
    await set_day(lead, in_days(-1))
    field = lead.field("console.setup.day", starts=True)
    said = await field.evaluate("field => field.validationMessage")
    assert said == lead.t("refused.day_past"), "it is said at the field, and nothing is lost"
    await field.fill(in_days(12))
    await lead.press("console.save", within=lead.dialog())
    await lead.reads("console.ahead_waits_write")
    assert await barriers(lead, "waiting") == []
    await lead.press("console.invitation_show")
    sheet = lead.page.locator(".invitation")
    await expect(sheet).to_contain_text("Mødelokale 2")
    await expect(sheet.get_by_role("img")).to_be_visible()
    assert await barriers(lead, "invitation") == []
    await crowd.shot(lead)
    await lead.press("console.shut", within=lead.dialog())

    # -- at home --
    ways = await plays.links(lead)
    anna = await crowd.phone("anna", SMALL)
    wall = await plays.wall(crowd, ways["wall"])
    await wall.reads("wall.day")
    await anna.page.goto("/")
    await anna.field("code.label").fill(ways["code"])
    await anna.press("code.go")
    await anna.reads("ahead.day")
    await anna.reads("join.ahead")
    assert await barriers(anna, "invited") == []
    await crowd.shot(anna, wall)
    await anna.field("join.name").fill("Anna")
    await anna.press("join.go")
    await anna.reads("ahead.write")
    await plays.write(anna, PREPARED)
    await anna.sees(PREPARED)
    assert await barriers(anna, "writing ahead") == []
    await crowd.shot(anna)
    await anna.page.reload()
    await anna.sees(PREPARED)
    await none_see(PREPARED, lead, wall)

    # -- on the day --
    await lead.press("console.ahead_begin")
    await expect(lead.page.get_by_text(lead.t("console.ahead_waits_write"))).to_have_count(0)
    await plays.go_on(lead, DV.round("write"))
    await anna.sees(DV.round("write"))
    await anna.sees(PREPARED)
    await none_see(PREPARED, lead, wall)
