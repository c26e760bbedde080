"""Trial actions in a real browser: what a lane needs is asked for before a note is moved there (R45).

What may not live here: what is refused (tests/rules/test_needs.py).
"""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.screens.axe import barriers
from tests.screens.people import DESK, Crowd, Person
from tests.screens.test_gather import paper
from tests.screens.test_map import METHOD, points, programme

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOM = "Rolig overlevering i et fast rum"
LEARNED = "Ti minutter er nok, hvis døren er lukket"


def dialog(lead: Person) -> Locator:
    return lead.page.locator("dialog.console-dialog-needed")


async def go_to(lead: Person, round_id: str) -> None:
    """A tap on the round in the list of rounds, and a look at it, since a sitting goes on."""
    title = METHOD.round(round_id)
    await lead.page.locator(".script-round", has_text=title).click()
    await expect(lead.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    go = lead.button("console.go_here")
    if await go.count():
        await go.click()
        await expect(go).to_have_count(0)


async def move(lead: Person, text: str, lane: str) -> None:
    """Tap the note, then the lane."""
    await paper(lead, text).click()
    target = lead.t("boards.place_here", place=METHOD.lane(lane))
    await lead.page.locator(".console-picture").get_by_role("button", name=target).click()


async def test_R45_what_a_trial_needs_is_asked_for_and_a_decision_waits_for_colleagues(crowd: Crowd) -> None:
    lead, wall = await programme(crowd)
    await go_to(lead, "sort")
    await points(lead, "strains", "Hård tone")
    await go_to(lead, "trials")
    await lead.field("console.note").fill(ROOM)
    await lead.press("phone.save_all")
    await paper(lead, ROOM).click()
    await lead.page.locator(".about-pick summary").click()
    await lead.page.locator(".about-pick").get_by_role("button", name="Hård tone").click()
    await wall.sees(wall.t("note.about", what="Hård tone"))
    await crowd.shot(lead)
    assert await barriers(lead, "what a trial is about") == []
    await lead.press("console.let_go")
    await move(lead, ROOM, "running")
    box = dialog(lead)
    await expect(box.locator(":is(input, textarea):not([type=checkbox])")).to_have_count(6)
    await crowd.shot(lead)
    assert await barriers(lead, "what a trial needs") == []
    for name, value in (("backing", "Aftenholdet"), ("routine", "Ved vagtskiftet"), ("who", "AMR")):
        await box.locator(f"[name={name}]").fill(value)
    await box.locator("[name=start]").fill("2026-11-12")
    await box.locator("[name=none-until]").check()
    # Marking a text and letting go beside the box does not shut it. After Escape and a reload all is there again.
    place = await box.locator("[name=backing]").bounding_box()
    assert place
    await lead.page.mouse.move(place["x"] + 60, place["y"] + 10)
    await lead.page.mouse.down()
    await lead.page.mouse.move(5, 5)
    await lead.page.mouse.up()
    await expect(box).to_be_visible()
    await lead.page.keyboard.press("Escape")
    await expect(box).to_have_count(0)
    await lead.page.reload()
    await move(lead, ROOM, "running")
    for name, value in (("backing", "Aftenholdet"), ("who", "AMR"), ("start", "2026-11-12")):
        await expect(box.locator(f"[name={name}]")).to_have_value(value)
    await expect(box.locator("[name=none-until]")).to_be_checked()
    await expect(box.locator("[name=until]")).to_be_disabled()
    await box.locator("[name=stop]").fill("2026-11-11")
    await lead.press("needed.save", within=box)
    await expect(box).to_be_visible()
    assert await box.locator("[name=stop]").evaluate("input => input.validationMessage") == lead.t("refused.day_order")
    await box.locator("[name=stop]").fill("2026-12-03")
    await lead.press("needed.save", within=box)
    await expect(box).to_have_count(0)
    await wall.sees("Aftenholdet")

    # Its day goes into people's calendars.
    await paper(lead, ROOM).click()
    async with lead.page.expect_download() as file:
        await lead.press("days.one")
    assert (await file.value).suggested_filename.endswith(".ics")
    await lead.press("console.let_go")

    # Stopped, but nobody has answered.
    await move(lead, ROOM, "stopped")
    await expect(box).to_have_count(0)
    await move(lead, ROOM, "decided")
    await expect(box).to_contain_text(lead.t("needed.no_answers"))
    await lead.page.keyboard.press("Escape")
    await paper(lead, ROOM).click()
    await lead.press("console.comment")
    await lead.page.locator("dialog textarea").fill("Jeg går roligere hjem.")
    await lead.page.locator("dialog .button.main").click()
    await move(lead, ROOM, "decided")
    await expect(box).to_contain_text("Jeg går roligere hjem.")
    await crowd.shot(lead)
    assert await barriers(lead, "a decision") == []
    await box.get_by_label("Juster").check()
    await box.locator("[name=learned]").fill(LEARNED)
    await lead.press("needed.save", within=box)
    await expect(box).to_have_count(0)
    await wall.sees(LEARNED)

    # What is adjusted goes on with a further version, which is linked to the former one.
    await paper(lead, ROOM).click()
    again = lead.page.get_by_role("button", name=lead.t("needed.again", lane="Kvalificeret"))
    await again.click()
    for name, value in (
        ("text", "Rolig overlevering med lukket dør"),
        ("backing", "Alle"),
        ("routine", "Ved vagtskiftet"),
    ):
        await box.locator(f"[name={name}]").fill(value)
    await crowd.shot(lead)
    await lead.press("console.save", within=box)
    await expect(paper(lead, "med lukket dør")).to_be_visible()
    await wall.sees("Bygger på")
    await paper(lead, "fast rum").first.click()
    await lead.reads("console.chosen_note")
    await expect(again).to_have_count(0)
    await crowd.shot(lead, wall)


async def test_R45_what_another_leader_does_meanwhile_takes_nothing_away_that_is_typed(crowd: Crowd) -> None:
    lead, wall = await programme(crowd)
    await go_to(lead, "trials")
    await lead.field("console.note").fill(ROOM)
    await lead.press("phone.save_all")
    other = await crowd.enters("other", DESK)
    await other.page.goto(await way_in(lead))
    for one in (lead, other):
        await paper(one, ROOM).click()
        target = one.t("boards.place_here", place=METHOD.lane("qualified"))
        await one.page.locator(".console-picture").get_by_role("button", name=target).click()
    box, theirs = dialog(lead), dialog(other)
    await box.locator("[name=backing]").fill("Mine")
    for name, value in (("backing", "Deres"), ("routine", "Ved vagtskiftet")):
        await theirs.locator(f"[name={name}]").fill(value)
    await other.press("needed.save", within=theirs)
    await wall.sees("Deres")
    await expect(box).to_contain_text("Deres")
    await expect(box.locator("[name=backing]")).to_have_value("Mine")
    await crowd.shot(lead)
    await lead.press("needed.save", within=box)
    await expect(box).to_have_count(0)
    await wall.sees("Mine")
    await wall.misses("Deres")


async def way_in(lead: Person) -> str:
    """The link of another one who leads, made at home."""
    await go_to(lead, "home")
    await lead.field("members.label").fill("AMR")
    await lead.press("console.link_make", within=lead.page.locator(".members-form"))
    link = await lead.page.get_by_label(lead.t("members.link"), exact=True).input_value()
    await go_to(lead, "trials")
    return link
