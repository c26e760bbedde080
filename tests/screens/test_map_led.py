"""A story on the console of those who lead: its picture stands first, whole, and is read on a laptop (R43, R44).

What may not live here: linking and naming (test_map.py), and where papers and arrows lie (map.test.mjs).
"""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.screens.people import Crowd
from tests.screens.test_map import STRAINS, SUPPORTS, points, programme
from tests.screens.test_programme import to

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = (
    "Når der mangler folk om aftenen, står de nye alene med det sværeste, "
    "og så tør de næste aften slet ikke spørge nogen om det, de skal nå"
)
SMALLEST = """el => {
  const typed = [...el.querySelectorAll('*')].filter((one) => one.getClientRects().length && !one.closest('.sr-only')
    && [...one.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim()));
  return typed.map((one) => [parseFloat(getComputedStyle(one).fontSize), one.className, one.textContent])
    .sort(([a], [b]) => a - b)[0];
}"""


async def test_R43_on_a_laptop_the_picture_of_a_round_about_a_map_is_first_and_read_without_scrolling_sideways(
    crowd: Crowd,
) -> None:
    lead, _ = await programme(crowd)
    await points(lead, "strains", *STRAINS, LONG)
    await points(lead, "supports", *SUPPORTS)
    picture = lead.page.locator(".console-picture")
    stage = picture.locator("board-stage")
    for meets in (True, False):
        if not meets:
            await lead.press("sitting.end")
            await lead.press("sitting.end", within=lead.dialog())
            await lead.reads("sitting.begin")
        for round_id in ("sort", "patterns"):
            await to(lead, round_id)
            for width, height in ((1366, 768), (1280, 720)):
                await lead.page.set_viewport_size({"width": width, "height": height})
                at = f"{round_id} {width} {meets}"
                await expect(stage.locator("[data-note]").first).to_be_visible()
                box = await picture.evaluate("el => el.getBoundingClientRect().toJSON()")
                field = await lead.field("console.note").evaluate("el => el.getBoundingClientRect().toJSON()")
                assert box["top"] < 200, (at, box)
                assert field["top"] >= box["bottom"], at
                assert await picture.evaluate("el => el.scrollWidth - el.clientWidth") <= 0, at
                assert await lead.overflow() <= 0, at
                smallest = await stage.evaluate(SMALLEST)
                assert smallest[0] >= 13.9, (at, smallest)
                if not meets and width == 1366:
                    assert box["bottom"] <= height, (at, box)
            await crowd.shot(lead)
