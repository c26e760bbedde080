"""Trials over the story on walls and consoles in a real browser: stations, and the map below (R47).

What may not live here: where everything lies (over.test.mjs), what is asked for before one is moved (test_trials.py).
"""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.screens.axe import barriers
from tests.screens.people import LAPTOP, WALL, Crowd
from tests.screens.test_gather import paper
from tests.screens.test_map import METHOD, NAME, STRAINS, link, points, programme
from tests.screens.test_programme import to
from tests.screens.test_trials import dialog, move
from tests.screens.texts import ROOT
from tests.screens.walls import settled, wall_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERE = ROOT / "tests" / "screens"
NOON = datetime(2026, 12, 3, 11, tzinfo=UTC).timestamp() * 1000
HUGE = {"width": 3840, "height": 2160}
STORY = json.loads((HERE / "story-small.json").read_text("utf-8"))

# What is higher or wider than the place that it was given, on cards and on the map, or smaller than can be read.
FAULTS = """(least) => [
  ...document.querySelectorAll('.note.station, .over-point, .over-stack, .map-said, .over-head'),
].flatMap((el) => {
  const said = el.textContent.trim().slice(0, 30);
  const given = parseFloat(el.style.minHeight);
  const small = [...el.querySelectorAll('span:not(.sr-only), strong'), el].find((one) => one.textContent.trim()
    && !one.closest('.sr-only') && parseFloat(getComputedStyle(one).fontSize) < least);
  return [...(el.offsetHeight > given + 1.5 ? [`${said} is ${el.offsetHeight - given} higher than its place`] : []),
    ...(el.scrollWidth > el.clientWidth + 1 ? [`${said} is wider`] : []),
    ...(small ? [`${said} is too small`] : [])];
})"""


def trials(messy: bool) -> dict[str, Any]:
    """The records of trials.mjs over the small story."""
    code = f"""import('{HERE / "trials.mjs"}')
      .then(({{ trials }}) => console.log(JSON.stringify(trials({json.dumps(messy)}))))"""
    made = subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True)
    return {**STORY, **json.loads(made.stdout)}


async def wall(crowd: Crowd, messy: bool, **more: Any) -> Page:
    page = await wall_of(
        crowd, method=METHOD, scene="look", round="trials", records=trials(messy), now=NOON, notes=[], **more
    )
    await expect(page.locator("board-stage .station").first).to_be_visible()
    await settled(page)
    return page


@pytest.mark.parametrize("messy", [False, True], ids=["few", "many"])
@pytest.mark.parametrize(("size", "least"), [(WALL, 22), (HUGE, 44)], ids=["1080p", "4K"])
async def test_R47_on_a_wall_every_card_is_read_in_its_place_and_what_it_is_about_lies_below(
    crowd: Crowd, messy: bool, size: dict[str, int], least: float
) -> None:
    page = await wall(crowd, messy, size=size)
    assert await page.evaluate(FAULTS, least - 0.5) == []
    await expect(page.locator(".station-open")).to_have_count(2 if messy else 1)
    # Answers are quotations, and never more than a few.
    await expect(page.locator(".station-quote").first).to_have_text("»Jeg går roligere hjem.«")
    await expect(page.locator(".over-stack.is-due")).to_have_count(3 if messy else 1)
    broken = await page.locator("path.is-dotted").count()
    assert broken >= 4
    await crowd.shot()


async def test_R47_trials_read_well_in_the_dark_in_english_with_forced_colours_and_on_a_laptop(crowd: Crowd) -> None:
    page = await wall(crowd, False, lang="en", size=LAPTOP, more={"color_scheme": "dark"})
    await expect(page.get_by_text("Where they act")).to_be_visible()
    await expect(page.get_by_text("Stop and ask today").first).to_be_visible()
    assert await page.evaluate(FAULTS, 14) == []
    await crowd.shot()
    assert await barriers(crowd.people["wall"], "trials over a story") == []
    await page.emulate_media(forced_colors="active", color_scheme="light")
    await crowd.shot()


async def test_R47_a_running_trial_breaks_its_arrow_and_a_dropped_one_leaves_it_whole(crowd: Crowd) -> None:
    lead, wall = await programme(crowd)
    await points(lead, "strains", *STRAINS)
    await to(lead, "patterns")
    await lead.press("linking.begin")
    for at, first in enumerate(STRAINS):
        await link(lead, first, STRAINS[(at + 1) % 3])
    await lead.press("linking.stop")
    await lead.field("circle.name").fill(NAME)
    await lead.press("circle.save")
    await wall.sees(NAME)
    await to(lead, "trials")
    text, learned = "Mentorordning", "En aftale uden tid er kun et ønske"
    await lead.field("console.note").fill(text)
    await lead.press("phone.save_all")
    await paper(lead, text).click()
    await lead.page.locator(".about-pick summary").click()
    await lead.page.locator(".about-pick").get_by_role("button", name=f"{STRAINS[0]} fører til {STRAINS[1]}").click()
    await lead.press("console.let_go")
    dotted = wall.page.locator("path.is-dotted")
    await expect(dotted).to_have_count(0)
    await move(lead, text, "running")
    box = dialog(lead)
    today = datetime.now(UTC).date().isoformat()
    for name, value in (
        ("backing", "Alle"),
        ("routine", "Om morgenen"),
        ("who", "AMR"),
        ("start", "2026-01-05"),
        ("stop", today),
    ):
        await box.locator(f"[name={name}]").fill(value)
    await box.locator("[name=none-until]").check()
    await lead.press("needed.save", within=box)

    # It lies on its arrow, on wall and console; on its day it opens.
    await expect(dotted).to_have_count(1)
    await expect(wall.page.locator(".over-stack.is-due")).to_contain_text(text)
    await expect(lead.page.locator(".over-stack")).to_contain_text(text)
    told = f"{wall.t('over.on_link')} {STRAINS[0]} fører til {STRAINS[1]}"
    await expect(wall.page.get_by_role("list", name=told)).to_contain_text(text)
    await wall.reads("over.stop_today")
    await wall.reads("over.no_answers")
    await crowd.shot(lead, wall)
    await paper(lead, text).click()
    await lead.press("console.comment")
    await lead.page.locator("dialog textarea").fill("Jeg fik aldrig en mentor")
    await lead.page.locator("dialog .button.main").click()
    await expect(wall.page.locator(".station-quote")).to_have_text("»Jeg fik aldrig en mentor«")
    assert await barriers(lead, "a trial on its day") == []
    await move(lead, text, "decided")
    await box.get_by_label("Drop").check()
    await box.locator("[name=learned]").fill(learned)
    await lead.press("needed.save", within=box)
    await expect(wall.page.locator(".station-left .station-learned")).to_have_text(learned)
    await expect(dotted).to_have_count(0)
    await expect(wall.page.locator(".over-stack")).to_have_count(0)
    await expect(wall.page.locator(".map-band")).to_have_count(1)
    await crowd.shot(lead, wall)


async def test_R47_arrow_keys_walk_from_circle_to_circle_where_there_are_several(crowd: Crowd) -> None:
    good = {
        "note:t9": {
            **trials(False)["note:t4"],
            "text": "Supervision i to hold",
            "about": ["nt12e0c8bad640fb>leads>nt19488d4f65d4d9"],
        }
    }
    page = await wall_of(
        crowd, method=METHOD, scene="look", round="trials", records={**trials(False), **good}, now=NOON, notes=[]
    )
    mentors, support = (page.locator(".over-stack").filter(has_text=text) for text in ("Mentorordning", "Supervision"))
    await expect(mentors).to_have_count(1)
    await expect(support).to_have_count(1)
    await crowd.shot()
    await page.keyboard.press("ArrowRight")
    await expect(support).to_have_count(0)
    await page.keyboard.press("ArrowRight")
    await expect(support).to_have_count(1)
    await expect(mentors).to_have_count(0)
    await settled(page)
    assert await page.evaluate(FAULTS, 21.5) == []
    await crowd.shot()
    await page.keyboard.press("ArrowLeft")
    await expect(mentors).to_have_count(1)
    await crowd.shot()
