"""A participant's page drawn from made-up records (phone_records.js), for tests of how it looks and of what it says."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from tests.screens.people import Crowd, Person
from tests.screens.records import draw
from tests.screens.texts import Method

LOW = {"width": 360, "height": 640}
HISTORY = Method("historievaerksted")
DILEMMA = Method("dilemmavaerksted")
FUTURE = Method("fremtidsvaerksted")

# The part of an element that the bars at the bottom cover, px; and the share of the window that they take.
COVERED = """(el) => {
  const box = el.getBoundingClientRect();
  const tops = [...document.querySelectorAll('.phone-foot, .phone-tabs')]
    .filter((bar) => getComputedStyle(bar).position === 'sticky').map((bar) => bar.getBoundingClientRect().top);
  return Math.max(0, box.bottom - Math.min(innerHeight, ...tops));
}"""
BARS = """() => [...document.querySelectorAll('.phone-foot, .phone-tabs')]
  .filter((bar) => getComputedStyle(bar).position === 'sticky')
  .reduce((sum, bar) => sum + bar.getBoundingClientRect().height, 0) / innerHeight"""


async def phone_of(
    crowd: Crowd,
    method: Method,
    *,
    name: str = "phone",
    size: dict[str, int] = LOW,
    lang: str = "da",
    more: Any = None,
    **given: Any,
) -> Person:
    """A phone's page; `given` is what phone_records.js takes, `more` is for the browser."""
    person = await crowd.phone(name, size, lang=lang, **(more or {}))
    page = person.page
    await page.goto("/")
    await expect(page.locator("#code")).to_be_visible()
    await draw(page, "phone", method, lang=lang, texts=[""], given=given)
    await expect(page.locator(".phone-main")).to_be_visible()
    return person


def opening(method: Method, sheet: str, *lanes: str, row: str = "", reach: str = "own") -> dict[str, Any]:
    """Where somebody may write."""
    return {"sheet": sheet, "lanes": list(lanes), "row": row, "reach": reach}
