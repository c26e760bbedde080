"""A story on the console of those who lead: its picture stands first, whole, and is read on a laptop (R43, R44).

What may not live here: linking and naming (test_map.py), and where papers and arrows lie (map.test.mjs).
"""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.screens.people import Crowd, Person
from tests.screens.test_map import STRAINS, SUPPORTS, link, points, programme
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


async def test_R43_on_a_laptop_points_that_are_not_sorted_are_read_as_the_others_and_lie_below_their_label(
    crowd: Crowd,
) -> None:
    lead, _ = await programme(crowd)
    await points(lead, "tray", *STRAINS, LONG)
    await points(lead, "supports", *SUPPORTS[:1])
    await lead.page.set_viewport_size({"width": 1366, "height": 768})
    stage = lead.page.locator(".console-picture board-stage")
    await expect(stage.locator("[data-note]")).to_have_count(len(STRAINS) + 2)
    smallest = await stage.evaluate(SMALLEST)
    assert smallest[0] >= 13.9, smallest
    label = await stage.locator(".map-tray .map-label").evaluate("el => el.getBoundingClientRect().bottom")
    papers = await stage.locator(".map-loose").evaluate_all("all => all.map((el) => el.getBoundingClientRect().top)")
    assert min(papers) >= label - 1, (label, papers)
    await lead.page.locator("#heading").scroll_into_view_if_needed()
    await crowd.shot(lead)


async def on_a_laptop(crowd: Crowd, round_id: str) -> Person:
    """A programme whose strains are put up, led from a laptop, in this round."""
    lead, _ = await programme(crowd)
    await points(lead, "strains", *STRAINS)
    await lead.page.set_viewport_size({"width": 1366, "height": 768})
    await to(lead, round_id)
    return lead


async def test_R43_on_a_laptop_a_circle_without_a_name_says_its_kind_in_one_line_above_what_it_is(crowd: Crowd) -> None:
    lead = await on_a_laptop(crowd, "patterns")
    await lead.press("linking.begin")
    for first, second in zip(STRAINS, (*STRAINS[1:], STRAINS[0]), strict=True):
        await link(lead, first, second)
    kicker = lead.page.locator(".console-picture .map-kicker")
    await expect(kicker).to_be_visible()
    bottom = """el => { const range = document.createRange(); range.selectNodeContents(el);
      const all = [...range.getClientRects()]; return Math.max(...all.map(({ bottom }) => bottom)); }"""
    name = await lead.page.locator(".console-picture .map-said").evaluate("el => el.getBoundingClientRect().top")
    assert await kicker.evaluate(bottom) <= name + 3
    await lead.page.locator("#heading").scroll_into_view_if_needed()
    await crowd.shot(lead)


async def test_R43_from_the_picture_one_tap_leads_to_the_box_in_which_its_centre_is_written(crowd: Crowd) -> None:
    lead = await on_a_laptop(crowd, "centre")
    way = lead.button("console.write_for")
    assert await way.evaluate("el => el.getBoundingClientRect().bottom < innerHeight")
    await lead.page.locator("#heading").scroll_into_view_if_needed()
    await crowd.shot(lead)
    await way.click()
    await expect(lead.field("console.note")).to_be_focused()
    await expect(lead.field("console.note")).to_be_in_viewport()
    await lead.page.keyboard.type("Hvordan vi taler sammen")
    await lead.press("phone.save_all")
    await expect(lead.page.locator(".console-picture .map-centre")).to_contain_text("Hvordan vi taler sammen")


async def test_R44_on_a_laptop_a_next_version_is_shown_from_beside_the_title_while_something_is_different(
    crowd: Crowd,
) -> None:
    lead = await on_a_laptop(crowd, "show")
    await lead.press("versions.first")
    await lead.reads("versions.now", n=1)
    above = lead.page.locator(".console-first")
    await expect(lead.button("versions.next", within=above)).to_have_count(0)
    await to(lead, "sort")
    await points(lead, "strains", LONG)
    await to(lead, "show")
    way = lead.button("versions.next")
    await expect(way).to_have_count(1)
    await expect(above).to_contain_text(lead.t("versions.next"))
    await lead.page.locator("#heading").scroll_into_view_if_needed()
    await expect(way).to_be_in_viewport()
    await crowd.shot(lead)
    await way.click()
    await lead.reads("versions.now", n=2)
    await expect(lead.button("versions.next", within=above)).to_have_count(0)
