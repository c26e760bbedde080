"""A workshop that waits for its day: the invitation, and what people write at home before it (R37)."""

from __future__ import annotations

import asyncio
import datetime
import io
import re
from pathlib import Path

import pypdf
import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import Crowd, Person, none_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

DV = Method("dilemmavaerksted")
LOW = {"width": 360, "height": 640}
PREPARED = "Skrive det hele ned – eller være sammen med borgeren"


def in_days(days: int) -> str:
    """A day and time, as its field takes it."""
    return (datetime.datetime.now().astimezone() + datetime.timedelta(days=days)).strftime("%Y-%m-%dT13:00")


async def calendar_of(person: Person, key: str) -> str:
    """The calendar file that a button saves."""
    async with person.page.expect_download() as saving:
        await person.press(key)
    saved = await saving.value
    assert saved.suggested_filename.endswith(".ics")
    file = Path(await saved.path())
    return (await asyncio.to_thread(file.read_bytes)).decode().replace("\r\n ", "")


async def one_page_of_paper(lead: Person, language: str) -> None:
    """The invitation, printed: one page of A4 with all of it, and nothing else of the console."""
    await lead.page.evaluate("lang => document.querySelector('.invitation').lang = lang", language)
    paper = pypdf.PdfReader(io.BytesIO(await lead.page.pdf(format="A4")))
    assert len(paper.pages) == 1
    text = " ".join(paper.pages[0].extract_text().split())
    assert "Mødelokale 2" in text
    assert lead.t("console.ahead_waits_write")[:20] not in text
    await lead.page.emulate_media(media="print")
    veil = "el => getComputedStyle(el.closest('dialog'), '::backdrop').display"
    assert await lead.page.locator(".invitation").evaluate(veil) == "none", "nothing lies over what is printed"
    await lead.page.emulate_media(media="null")


async def set_day(lead: Person, when: str) -> None:
    await lead.page.locator("#ahead").get_by_role("button", name=lead.t("console.ahead_set")).click()
    await lead.field("console.setup.day", starts=True).fill(when)
    await lead.press("console.save", within=lead.dialog())


async def test_R37_a_day_is_set_drafts_are_written_at_home_and_are_there_on_the_day(crowd: Crowd) -> None:
    lead = await plays.start(crowd, DV, venue="Mødelokale 2")
    await lead.page.locator("#ahead").get_by_role("button", name=lead.t("console.ahead_set")).click()
    field = lead.field("console.setup.day", starts=True)
    await expect(field, "who came for the day is in its field").to_be_focused()
    await lead.press("console.shut", within=lead.dialog())
    await set_day(lead, in_days(-1))
    said = await field.evaluate("field => field.validationMessage")
    assert said == lead.t("refused.day_past"), "it is said at the field, and nothing is lost"
    await field.fill(in_days(12))
    await lead.press("console.save", within=lead.dialog())
    await lead.reads("console.ahead_waits_write")
    assert await barriers(lead, "waiting") == []
    # Before the day no clock is offered, and the end is that of the day.
    await expect(lead.page.locator(".script")).to_contain_text(re.compile(r"slutter ca\. 1[45]\.\d\d"))
    await expect(lead.button("console.start_clock")).to_have_count(0)
    await lead.press("console.invitation_show")
    sheet = lead.page.locator(".invitation")
    await expect(sheet).to_contain_text("Mødelokale 2")
    await expect(sheet.get_by_role("img")).to_be_visible()
    assert await barriers(lead, "invitation") == []
    await crowd.shot(lead)
    for language in ("da", "en"):
        await one_page_of_paper(lead, language)
    assert "BEGIN:VEVENT" in await calendar_of(lead, "console.invitation_calendar")
    await lead.press("console.shut", within=lead.dialog())

    # -- at home --
    ways = await plays.links(lead)
    anna = await crowd.phone("anna", LOW)
    bo = await crowd.phone("bo", LOW)
    await plays.join_by_code(bo, ways["code"], name="Bo")
    wall = await plays.wall(crowd, ways["wall"])
    await wall.reads("wall.day")
    await anna.page.goto("/")
    await anna.field("code.label").fill(ways["code"])
    await anna.press("code.go")
    await anna.reads("ahead.day")
    await anna.reads("join.ahead")
    # At home, whoever is asked where they are says so, and would be counted as not in the room on the day.
    await anna.reads("join.where_ahead")
    await anna.misses(anna.t("join.where"))
    assert await barriers(anna, "invited") == []
    await crowd.shot(anna, wall)
    event = await calendar_of(anna, "ahead.calendar")
    assert "LOCATION:Mødelokale 2" in event
    assert "Bo" not in event.split("DESCRIPTION")[0]
    await anna.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await anna.overflow() <= 0
    await crowd.shot(anna)
    await anna.page.evaluate("document.documentElement.style.fontSize = ''")
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

    await anna.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await anna.overflow() <= 0
    await anna.page.evaluate("document.documentElement.style.fontSize = ''")

    # -- on the day: who is not there is waited for, and counts once they come --
    await plays.write(bo, "Fra Bo, hjemmefra")
    await bo.page.goto("about:blank")
    away = lead.page.locator(".person.is-away").filter(has_text="Bo")
    await expect(away).to_be_visible()
    # Who only wrote at home has not come, and nobody begins by mistake days before.
    await expect(wall.page.locator(".wall-count")).to_have_text(wall.t("wall.are_here", n=1))
    await lead.press("console.next", title=DV.round("write"))
    await lead.reads("console.dialog.next_early")
    await lead.press("console.stay")
    await expect(lead.page.get_by_role("heading", name=DV.round("welcome"), level=1)).to_be_visible()
    await lead.press("console.ahead_begin")
    await lead.reads("console.awaited", n=1)
    await expect(lead.button("console.ahead_set")).to_have_count(0)
    await lead.reads("console.participants", n=1)
    await expect(wall.page.locator(".wall-count")).to_have_text(wall.t("wall.are_here", n=1))
    assert await barriers(lead, "waited for") == []
    await crowd.shot(lead, wall)
    await bo.page.go_back()
    await lead.reads("console.participants", n=2)
    await expect(lead.page.locator(".awaited")).to_have_count(0)
    await bo.sees("Fra Bo, hjemmefra")
    await expect(lead.page.get_by_text(lead.t("console.ahead_waits_write"))).to_have_count(0)
    await plays.go_on(lead, DV.round("write"))
    await anna.sees(DV.round("write"))
    await anna.sees(PREPARED)
    await none_see(PREPARED, lead, wall)
