"""A wall drawn from made-up records of a history workshop (wall_records.js), for tests of how it looks."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from tests.screens.people import WALL, Crowd
from tests.screens.records import draw
from tests.screens.texts import Method

HISTORY = Method("historievaerksted")
_WORDS = [
    ("Ny leder igen", 2017, "down"), ("Fast supervision hver måned", 2018, "up"), ("Covid-19", 2020, "down"),
    ("Færre aktiviteter med beboerne", 2018, "down"), ("To afdelinger lagt sammen", 2019, "down"),
    ("Besøgsforbud", 2020, "down"), ("Leder længe sygemeldt", 2021, "down"), ("Onsdagsmøde hver uge", 2024, "up"),
    ("Opsigelser og nye ledere", 2022, "down"), ("Elever med på stuegang", 2025, "up"),
    ("Nye sygeplejersker", 2024, "down"),
]  # fmt: skip
NOTES = [
    {"id": f"n{at:02}", "text": text, "lane": str(year), "side": side} for at, (text, year, side) in enumerate(_WORDS)
]

# The contrast of an element's text on its background, as WCAG 2 computes it.
CONTRAST = """(el) => {
  const parts = (value) => value.startsWith('color(')
    ? value.match(/[\\d.]+/g).slice(0, 3).map(Number) : value.match(/[\\d.]+/g).slice(0, 3).map((one) => one / 255);
  const light = (value) => parts(value).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const { color, backgroundColor } = getComputedStyle(el);
  const [a, b] = [light(color), light(backgroundColor)].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}"""


async def wall_of(
    crowd: Crowd,
    *,
    name: str = "wall",
    size: dict[str, int] = WALL,
    more: Any = None,
    method: Method = HISTORY,
    lang: str = "da",
    clock: bool = False,
    **given: Any,
) -> Page:
    """A wall's page; `given` is what wall_records.js takes, `more` for the browser; with `clock` time stands still."""
    person = await crowd.enters(name, size, **(more or {}))
    page = person.page
    if clock:
        await page.clock.install()
    await page.goto("/")
    await expect(person.field("code.label")).to_be_visible()
    await draw(page, "wall", method, lang=lang, texts=["", "room"], given=given)
    await expect(page.locator("main.wall:not(:has(board-stage:empty))")).to_be_visible()
    return page


async def box(page: Page, selector: str) -> dict[str, float]:
    """The rectangle of the one element that is found, as it is laid out."""
    found: dict[str, float] = await page.locator(selector).evaluate("el => el.getBoundingClientRect().toJSON()")
    return found


async def settled(page: Page) -> None:
    """Every animation and transition has ended."""
    await page.evaluate(
        "async () => { while (document.getAnimations().some((one) => one.playState === 'running'))"
        " await Promise.allSettled(document.getAnimations().map((one) => one.finished)); }"
    )
