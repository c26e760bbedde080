"""A programme's walls with columns in a real browser: what is taken further, dialogues, what only those who lead see.

What may not live here: trials over the story (test_over.py), what stays in sight beside a round (test_beside.py).
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.screens.people import WALL, Crowd
from tests.screens.test_programme import F
from tests.screens.walls import settled, wall_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

HUGE = {"width": 3840, "height": 2160}
LONG = (
    "Vi beder om, at to timers supervision om måneden står i vagtplanen for alle tre hold, "
    "for uden den går både nye og erfarne alene med deres tvivl"
)
LIFT = {"sheet": "lifts", "side": ""}
LIFTS = [
    {**LIFT, "id": "l1", "lane": "local", "text": LONG, "marks": {"status": "answered"},
     "fields": {"by": "AMR", "day": "2026-11-23", "answer": "Ja, for dag og aften fra næste vagtplan"}},
    {**LIFT, "id": "l2", "lane": "main", "text": "هل لدينا وقت كاف؟ 🙂", "marks": {"status": "agenda"},
     "fields": {"by": "TR", "day": "2026-12-18"}},
]  # fmt: skip
TALKS = [
    {**LIFT, "sheet": "sessions", "id": f"d{at}", "lane": lane, "text": text, "fields": {"day": "2026-12-10"}}
    for at, (lane, text) in enumerate((
        ("planned", "Hvordan er nætterne?"), ("held", "Hvad har formet den måde, vi taler sammen på?"), ("held", LONG),
    ))
]  # fmt: skip

# Of each paper with an answer to a field: the type of its text and answers, and how much higher it is than it was laid.
TYPES = """all => all.filter((el) => el.querySelector('.extra-answer')).map((el) => ({
  own: parseFloat(getComputedStyle(el).fontSize),
  facts: [...el.querySelectorAll('.extra-answer')].map((one) => parseFloat(getComputedStyle(one).fontSize)),
  over: el.offsetHeight - parseFloat(el.style.minHeight),
}))"""
# How far a word on a paper's edge reaches below the top of the letters of its text.
COVERED = """all => all.map((el) => {
  const range = new Range();
  range.selectNodeContents(el.querySelector('.words'));
  const line = [...range.getClientRects()].find(({ width }) => width > 1);
  const size = parseFloat(getComputedStyle(el).fontSize);
  const top = line.top + (line.height - size * 0.74) / 2;
  return (el.querySelector('.on-edge').getBoundingClientRect().bottom - top) / size;
})"""


async def wall(crowd: Crowd, round_id: str, notes: list[dict[str, Any]], **more: Any) -> Page:
    page = await wall_of(crowd, method=F, scene="look", round=round_id, notes=notes, **more)
    await settled(page)
    return page


@pytest.mark.parametrize(("size", "least"), [(WALL, 22), (HUGE, 44)], ids=["1080p", "4K"])
async def test_R50_what_is_asked_is_read_before_its_facts_and_no_word_on_an_edge_covers_it(
    crowd: Crowd, size: dict[str, int], least: float
) -> None:
    dark = {"size": size, "more": {"color_scheme": "dark"}, "lang": "en"}
    for round_id, notes in (("lifts", LIFTS), ("dialogues", TALKS)):
        page = await wall(crowd, round_id, notes, name=round_id, **dark)
        papers = page.locator(".board .note")
        await expect(papers).to_have_count(len(notes))
        found = await papers.evaluate_all(TYPES)
        assert len(found) == len(notes)
        for paper in found:
            assert paper["over"] <= 2
            for facts in paper["facts"]:
                assert facts >= least - 0.5
                assert facts < paper["own"] or paper["own"] < least * 1.1
        covered = await page.locator(".board .note:has(.on-edge)").evaluate_all(COVERED)
        assert all(share <= 0 for share in covered), covered
        await crowd.shot()
        await page.close()


async def test_R49_while_those_who_lead_write_by_themselves_a_wall_shows_where_the_programme_stands(
    crowd: Crowd,
) -> None:
    station = {"title": {"da": "Dialoger", "en": "Dialogues"}, "round": "dialogues", "version": 0, "counts": []}
    cycle = {"stations": [{**station, "id": one} for one in ("a", "b", "c", "d")], "shows": [], "next": [], "now": "a"}
    page = await wall(crowd, "diary", [], records={"cycle": cycle})
    await expect(page.locator(".cycle-ring")).to_be_visible()
    await expect(page.locator(".lane")).to_have_count(0)
    await crowd.shot()
