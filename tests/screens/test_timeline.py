"""A timeline on a wall in a browser: what was computed is what is drawn, and a full one is walked through."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.screens.people import Crowd
from tests.screens.walls import NOTES, wall_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = (
    "Da ledelsen lagte de to afdelinger sammen uden at spørge os, forsvandt halvdelen af kollegerne,"
    " og vi måtte begynde helt forfra igen og mer."
)
TEXTS = (
    "Medarbejderudviklingssamtalerne forsvandt",
    "Covid-19 😷",
    "نحن فريق واحد رغم كل شيء",
    "Onsdagsmøde hver uge",
    LONG,
)
FULL = [
    {
        "id": f"m{at:02}",
        "text": TEXTS[at % len(TEXTS)],
        "lane": str(2016 + at * 7 % 11),
        "side": ("up", "down", "both")[at % 3],
        "spot": at,
    }
    for at in range(60)
]

# Of each note: by how much it is higher than was computed, and the size of its letters.
DRAWN = """all => all.map((el) => [el, getComputedStyle(el)]).map(([el, { fontSize }]) => [
  el.offsetHeight - parseFloat(el.style.minHeight), parseFloat(fontSize),
])"""


async def drawn_as_computed(page: Page) -> None:
    found = await page.locator(".note.at").evaluate_all(DRAWN)
    assert max(over for over, _ in found) <= 1, "no text is higher than the room that it was given"
    assert min(size for _, size in found) >= 22


async def test_notes_are_as_high_as_computed_with_a_long_one_over_two_columns(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=[*NOTES, {"id": "long", "text": LONG, "lane": "2021", "side": "down"}])
    await expect(page.locator(".note.at")).to_have_count(len(NOTES) + 1)
    await expect(page.locator("[data-note=long] .mark")).to_have_text("2021 −")
    await expect(page.locator(".hair")).to_have_count(1)
    await drawn_as_computed(page)
    await crowd.shot()


async def test_a_full_timeline_beside_working_groups_is_walked_through_in_type_that_can_be_read(crowd: Crowd) -> None:
    page = await wall_of(crowd, scene="group", round="strengths", notes=FULL, people=15, groups=5)
    await expect(page.locator(".table")).to_have_count(5)
    await expect(page.locator(".paper-chip")).to_have_count(60)
    seen: set[str] = set()
    parts = page.locator(".walk-part")
    for at in range(await parts.count()):
        await drawn_as_computed(page)
        seen |= set(await page.locator(".note.at").evaluate_all("all => all.map((el) => el.dataset.note)"))
        await page.keyboard.press("ArrowRight")
        await expect(parts.nth(at)).to_have_attribute("aria-pressed", "false")
    assert len(seen) == 60, "every note is read in one part"
    await crowd.shot()


async def test_a_full_timeline_is_walked_through_by_arrow_keys_and_by_the_overview(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=FULL)
    names = page.locator(".lane-name").filter(has_text=re.compile("[a-z]"))
    await expect(names.first).to_be_visible()
    sizes = await names.evaluate_all("all => all.map((el) => parseFloat(getComputedStyle(el).fontSize))")
    assert min(sizes) >= 22, "also in the overview"
    await expect(page.locator(".paper-chip")).to_have_count(60)
    await drawn_as_computed(page)
    parts, steps = page.locator(".walk-part"), page.locator(".wall-parts [aria-current=step]")
    first = await steps.inner_text()
    seen = set(await page.locator(".note.at").evaluate_all("all => all.map((el) => el.dataset.note)"))
    for at in range(1, await parts.count()):
        await page.keyboard.press("ArrowRight")
        await expect(parts.nth(at)).to_have_attribute("aria-pressed", "true")
        await drawn_as_computed(page)
        seen |= set(await page.locator(".note.at").evaluate_all("all => all.map((el) => el.dataset.note)"))
    assert len(seen) == 60, "every note is read in one part"
    await parts.first.click(position={"x": 8, "y": 8})
    await expect(steps).to_have_text(first)
    await crowd.shot()


async def test_a_year_with_more_notes_than_a_wall_holds_is_read_in_several_sheets(crowd: Crowd) -> None:
    page = await wall_of(
        crowd, notes=[{**note, "lane": "2020", "id": f"{note['id']}{at}"} for at in range(2) for note in FULL]
    )
    steps = page.locator(".wall-parts [aria-current=step]")
    await expect(steps).to_have_text(re.compile(r"^2020 \d/\d$"))
    seen: set[str] = set()
    for _ in range(int((await steps.inner_text())[-1])):
        await drawn_as_computed(page)
        seen |= set(await page.locator(".note.at").evaluate_all("all => all.map((el) => el.dataset.note)"))
        before = await steps.inner_text()
        await page.keyboard.press("ArrowRight")
        await expect(steps).not_to_have_text(before)
    assert len(seen) == 120
    await crowd.shot()
