"""A note that is put up is told first: large while somebody has the floor, then at its place."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.screens.people import Crowd
from tests.screens.walls import CONTRAST, NOTES, box, settled, wall_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHORT = "AMR valgt, TRIO i gang igen"
LONG = (
    "Da ledelsen lagte de to afdelinger sammen uden at spørge os, forsvandt halvdelen af kollegerne,"
    " og vi måtte begynde helt forfra igen og mer."
)
TYPE = "el => parseFloat(getComputedStyle(el).fontSize)"


async def put(page: Page, note: str, text: str, lane: str, side: str) -> None:
    await page.evaluate("(one) => put(one)", {"id": note, "text": text, "lane": lane, "side": side})
    await expect(page.locator(f".told[data-told={note}]")).to_have_count(1)


async def years(page: Page) -> dict[str, float]:
    """The strip of the years on the line."""
    tops = await page.locator('.lane-name.is-year:not([data-box^="name:small"])').evaluate_all(
        "all => all.map((el) => el.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom])"
    )
    return {"top": min(top for top, _ in tops), "bottom": max(bottom for _, bottom in tops)}


@pytest.mark.parametrize("side", ["up", "down"])
async def test_a_note_opens_large_on_its_own_side_of_the_line(crowd: Crowd, side: str) -> None:
    page = await wall_of(crowd, notes=NOTES)
    await put(page, "told", SHORT, "2024", side)
    await settled(page)
    large, line = await box(page, ".told"), await years(page)
    assert await page.locator(".told-words").evaluate(TYPE) >= 60
    assert large["bottom"] <= line["top"] if side == "up" else large["top"] >= line["bottom"], (
        "every year stays in sight"
    )
    assert 0 <= large["left"] < large["right"] <= 1920
    # Its place is outlined and free, and its year is marked on the line.
    place, year = await box(page, "[data-note=told]"), await box(page, ".told-year")
    assert place["right"] <= large["left"] + 2 or place["left"] >= large["right"] - 2
    assert await page.locator("[data-note=told]").evaluate("el => getComputedStyle(el).borderStyle") == "dashed"
    await expect(page.locator(".told-year")).to_have_text("2024")
    assert abs(year["top"] + year["bottom"] - line["top"] - line["bottom"]) < 4
    assert year["left"] < (place["left"] + place["right"]) / 2 < year["right"]
    # The others are pale, and can be read.
    others = page.locator(".note:not([data-note=told])")
    assert min(await others.evaluate_all(f"all => all.map({CONTRAST})")) >= 5.3
    await crowd.shot()


@pytest.mark.parametrize("turns", [1, 5], ids=["whole", "walk"])
async def test_a_place_with_a_long_name_is_marked_within_its_own_column(crowd: Crowd, turns: int) -> None:
    many = [{**note, "id": f"{note['id']}-{turn}"} for turn in range(turns) for note in NOTES]
    page = await wall_of(crowd, notes=many)
    await put(page, "told", SHORT, "elsewhere", "up")
    await settled(page)
    assert (await box(page, ".told"))["top"] >= (await box(page, "h1"))["bottom"], "with two lines below its text, too"
    marked = await box(page, ".told-year")
    name = await box(page, f'.lane-name[data-box="name:{"whole" if turns == 1 else "small"}:elsewhere"]')
    assert name["left"] - 2 <= marked["left"] < marked["right"] <= name["right"] + 2
    assert await page.locator(".told-year").evaluate(TYPE) >= 22
    assert await page.locator(".told-year").evaluate("el => el.scrollWidth - el.clientWidth") <= 0
    await crowd.shot()


async def test_a_note_of_140_characters_is_told_in_large_type_too(crowd: Crowd) -> None:
    assert len(LONG) == 140
    page = await wall_of(crowd, notes=NOTES)
    await put(page, "told", LONG, "2021", "down")
    assert await page.locator(".told-words").evaluate(TYPE) >= 48
    await settled(page)
    large = await box(page, ".told")
    assert large["top"] >= (await years(page))["bottom"]
    assert large["bottom"] <= (await box(page, ".wall-foot"))["top"] + 8
    await crowd.shot()


async def test_of_several_notes_of_one_person_the_newest_is_large(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=NOTES)
    await put(page, "first", SHORT, "2024", "up")
    await put(page, "second", "Vi fik egen sekretær", "2021", "down")
    await expect(page.locator(".told")).to_have_count(1)
    await expect(page.locator(".told-words")).to_have_text("Vi fik egen sekretær")
    await expect(page.locator("[data-note=first] .words")).to_have_css("opacity", "1")


async def test_a_note_glides_to_its_year_when_the_floor_goes_on(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=NOTES)
    await put(page, "told", SHORT, "2024", "up")
    await settled(page)
    motion = await page.evaluate(
        """() => {
          change({ holder: 's6' });
          const el = document.querySelector('.told');
          const [glide] = el.getAnimations().filter((one) => one.effect.getTiming().duration === 500);
          glide.pause();
          glide.currentTime = 499.99;
          const { left, top, right, bottom } = el.getBoundingClientRect();
          const home = document.querySelector('[data-note=told]').getBoundingClientRect();
          glide.play();
          return [left - home.left, top - home.top, right - home.right, bottom - home.bottom];
        }"""
    )
    # Both sheets are turned a little, each by its own measure.
    assert max(map(abs, motion)) < 14, "it ends where the note lies"
    await expect(page.locator(".told")).to_have_count(0)
    await expect(page.locator(".told-year")).to_have_count(0)
    await expect(page.locator("[data-note=told] .words")).to_have_text(SHORT)
    await expect(page.locator("[data-note=told] .words")).to_have_css("opacity", "1")
    await expect(page.locator("board-stage.is-telling")).to_have_count(0)


async def test_with_less_motion_a_told_note_appears_and_fades(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=NOTES, more={"reduced_motion": "reduce"})
    await put(page, "told", SHORT, "2024", "up")
    frames = await page.evaluate(
        """() => {
          change({ holder: 's6' });
          const keys = document.querySelector('.told').getAnimations().flatMap((one) => one.effect.getKeyframes());
          return [...new Set(keys.flatMap((frame) => Object.keys(frame)))];
        }"""
    )
    assert "opacity" in frames
    assert not {"transform", "translate", "scale"} & set(frames)
    await expect(page.locator(".told")).to_have_count(0)


async def test_only_what_is_put_up_while_somebody_has_the_floor_is_told(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=NOTES, holder="")
    await page.evaluate("put({ id: 'early', text: 'x', lane: '2019', side: 'up' })")
    await expect(page.locator("[data-note=early]")).to_be_visible()
    # The floor goes to somebody in the same change: it is not theirs.
    await page.evaluate("() => { state.holder = 's2'; put({ id: 'same', text: 'x', lane: '2019', side: 'up' }); }")
    await expect(page.locator("[data-note=same]")).to_be_visible()
    # After a time without connection much comes at once.
    await page.evaluate("put(...[1, 2, 3].map((n) => ({ id: `c${n}`, text: 'x', lane: '2018', side: 'up' })))")
    await expect(page.locator("[data-note=c3]")).to_be_visible()
    await expect(page.locator(".told")).to_have_count(0)
    # Closed while one is large: it goes home.
    await put(page, "last", SHORT, "2024", "up")
    await page.evaluate("change({ closed: 1 })")
    await expect(page.locator(".told")).to_have_count(0)
    await page.evaluate("change({ closed: 0 })")
    # Taken down again while it is large: nothing is left of it.
    await put(page, "gone", SHORT, "2024", "up")
    await page.evaluate("change({ notes: state.notes.filter((one) => one.id !== 'gone') })")
    await expect(page.locator(".told")).to_have_count(0)
    await expect(page.locator("board-stage.is-telling")).to_have_count(0)


@pytest.mark.parametrize("side", ["up", "down"])
async def test_in_a_walk_a_note_has_the_part_and_the_overview_says_its_year(crowd: Crowd, side: str) -> None:
    many = [{**note, "id": f"{note['id']}-{turn}"} for turn in range(5) for note in NOTES]
    page = await wall_of(crowd, notes=many)
    await put(page, "told", SHORT, "2024", side)
    await settled(page)
    assert await page.locator(".told-words").evaluate(TYPE) >= 60
    large, overview = await box(page, ".told"), await box(page, '.lane-name[data-box="name:small:2020"]')
    assert overview["bottom"] < large["top"], "the overview stays in sight"
    assert large["bottom"] <= (await box(page, ".wall-foot"))["top"] + 8
    year = await box(page, ".told-year")
    assert abs(year["top"] + year["bottom"] - overview["top"] - overview["bottom"]) < 4
    # Beside the parts of a walk a name has its room.
    name = page.locator(".speaker-now strong")
    assert await name.evaluate("el => el.scrollWidth - el.clientWidth") <= 0
    await expect(page.locator(".wall-foot .dots")).to_have_count(0)
    await crowd.shot()
