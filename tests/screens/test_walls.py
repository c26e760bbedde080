"""A wall drawn from records: its keys, its foot, the tables of groups, and what moves.

What may not live here: how a form's picture is laid out (test_timeline.py, test_dense.py).
"""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.screens.people import Crowd
from tests.screens.texts import texts
from tests.screens.walls import NOTES, settled, wall_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

# More than a wall can show at once, so that it shows a part.
MANY = [
    {"id": f"m{at:02}", "text": f"{NOTES[at % len(NOTES)]['text']} igen", "lane": str(2016 + at % 11), "side": "up"}
    for at in range(66)
]


async def test_escape_closes_the_code_and_leaves_the_walk_as_it_is(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=MANY)
    now = page.locator(".wall-parts [aria-current=step]")
    await page.keyboard.press("ArrowRight")
    stepped = await now.inner_text()
    await page.keyboard.press("ArrowRight")
    await expect(now).not_to_have_text(stepped)
    stepped = await now.inner_text()
    await page.keyboard.press("c")
    await expect(page.locator("dialog.door-screen")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog.door-screen")).to_be_hidden()
    await page.evaluate("redraw()")
    await expect(now).to_have_text(stepped)


async def test_a_round_without_a_picture_names_no_part_of_one(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=MANY)
    await expect(page.locator(".wall-parts")).to_be_visible()
    await page.evaluate("change({ scene: 'write', round: 'write' })")
    await expect(page.locator(".writing")).to_be_visible()
    await expect(page.locator(".wall-parts")).to_have_count(0)


async def test_a_note_does_not_fade_in_again_when_the_next_one_comes(crowd: Crowd) -> None:
    page = await wall_of(crowd, scene="talk", notes=MANY)
    one = page.locator("[data-note=new1]")
    await page.evaluate("put({ id: 'new1', text: 'Ny leder', lane: '2016', side: 'down', spot: 90 })")
    await expect(one).to_be_visible()
    await settled(page)
    # As if two seconds had gone by: it is new no more.
    await page.evaluate(
        "() => { const now = performance.now.bind(performance); performance.now = () => now() + 2000; }"
    )
    await page.evaluate("put({ id: 'new2', text: 'Endnu en', lane: '2016', side: 'down', spot: 91 })")
    assert "arrives" not in (await one.get_attribute("class") or "")
    running = "el => el.getAnimations().map((each) => each.animationName ?? '')"
    assert "fade-in" not in await one.evaluate(running)


async def test_a_title_of_160_letters_stands_whole_on_the_wall(crowd: Crowd) -> None:
    title = (
        "Hvad har flyttet noget for fagligheden, for glæden ved arbejdet og for måden, vi taler med borgere,"
        " pårørende og hinanden på, i alle årene herude på afdeling B?"
    )
    assert len(title) == 160
    page = await wall_of(crowd, scene="welcome", round="welcome", notes=NOTES, title=title)
    for scene in ("welcome", "write", "turn", "talk", "group"):
        await page.evaluate("(scene) => change({ scene })", scene)
        await expect(page.locator(f"main.scene-{scene}")).to_be_visible()
        over = await page.locator("h1").evaluate("el => el.scrollHeight - el.clientHeight")
        assert over <= 0, scene
        assert await page.locator("h1").evaluate("el => parseFloat(getComputedStyle(el).fontSize)") > 27


async def test_eight_groups_stand_in_two_rows_of_narrow_tables(crowd: Crowd) -> None:
    page = await wall_of(crowd, scene="group", notes=[], people=32, groups=8)
    tables = page.locator(".tables > .table")
    await expect(tables).to_have_count(8)
    lefts = await tables.evaluate_all("all => all.map((one) => Math.round(one.getBoundingClientRect().left))")
    assert len(set(lefts)) == 4
    await crowd.shot()


async def test_the_large_sheet_of_a_note_is_not_read_aloud_beside_the_note(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=NOTES)
    await page.evaluate("put({ id: 'told', text: 'Vi fik egen sekretær', lane: '2023', side: 'up' })")
    await expect(page.locator(".told")).to_be_visible()
    tree = await page.locator("board-stage").aria_snapshot()
    assert tree.count("Vi fik egen sekretær") == 1


@pytest.mark.parametrize("size", [{"width": 1920, "height": 1080}, {"width": 1280, "height": 720}])
async def test_several_listeners_with_long_names_stand_whole_in_the_foot_beside_all_else(
    crowd: Crowd, size: dict[str, int]
) -> None:
    names = ["Anne-Margrethe Kristoffersen", "Karl-Emil Vestergaard", "Birgitte Hald-Mortensen"]
    page = await wall_of(crowd, notes=NOTES, size=size)
    await page.evaluate(
        "(names) => change({ people: state.people.map((one, at) => at > 8"
        " ? { ...one, name: names[at - 9], role: 'listener' } : one) })",
        names,
    )
    words = page.locator(".wall-listening span")
    await expect(words).to_have_text(texts("da")("wall.listening", names=", ".join(names[:-1]) + f" og {names[-1]}"))
    await crowd.shot()
    assert await words.evaluate("el => el.scrollHeight - el.clientHeight") <= 1, "a name is cut"
    boxes = await page.locator(".wall-foot > *").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right])"
    )
    ends = [0.0, *(right for _, right in boxes)]
    assert all(left >= end for (left, _), end in zip(boxes, ends, strict=False)), boxes
    assert ends[-1] <= size["width"], boxes
    cut = "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
    assert await page.locator(".wall-foot strong, .wall-foot p, .wall-foot button").evaluate_all(cut) == []
