"""The wall before the first round, and while groups work: the board itself stays in sight."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.async_api import expect

from tests.screens.people import WALL, Crowd
from tests.screens.texts import Method
from tests.screens.walls import HISTORY, NOTES, box, settled, wall_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

TYPE = "el => parseFloat(getComputedStyle(el).fontSize)"
DOTS = "all => all.map((el) => [el.getAttribute('cx'), el.getAttribute('cy')].map(Number))"


async def test_before_the_first_round_the_wall_is_the_empty_board(crowd: Crowd) -> None:
    page = await wall_of(crowd, scene="welcome", round="welcome")
    await settled(page)
    assert await page.locator("h1").evaluate(TYPE) >= 80
    years = page.locator(".lane-name.is-year")
    await expect(years).to_have_text([str(year) for year in range(2016, 2027)])
    assert await years.first.evaluate(TYPE) >= 22
    # The way in is a paper in the corner: its code upright, its words whole.
    door, title = await box(page, ".wall-head .big-door"), await box(page, ".wall-what")
    assert door["right"] > 1750
    assert title["right"] <= door["left"]
    qr = await box(page, ".wall-head .qr")
    assert qr["right"] - qr["left"] >= 300
    turned = "el => { const s = getComputedStyle(el); return [s.rotate, s.transform]; }"
    assert await page.locator(".wall-head .big-door").evaluate(turned) == ["none", "none"]
    await expect(page.locator(".wall-head .big-door-code")).to_have_text("sol·fjord·lampe")
    # Nothing lies over the years, nor over the bar below.
    low = max([await row.evaluate("el => el.getBoundingClientRect().bottom") for row in await years.all()])
    for dot in await page.locator(".arrival").all():
        place = await dot.evaluate("el => el.getBoundingClientRect().toJSON()")
        assert low <= place["top"] + 12
        assert place["bottom"] <= (await box(page, ".wall-foot"))["top"]
    await crowd.shot()


async def test_where_there_is_no_line_the_empty_columns_stand_there(crowd: Crowd) -> None:
    method = Method("fremtidsvaerksted")
    lanes = [lane["title"]["da"] for lane in method.raw["sheets"][0]["lanes"]]
    for size in (WALL, {"width": 360, "height": 740}):
        first = method.raw["rounds"][0]["id"]
        page = await wall_of(crowd, name=str(size["width"]), size=size, method=method, scene="welcome", round=first)
        await expect(page.locator(".welcome .lane-title")).to_have_text(lanes)
    await crowd.shot()


async def test_each_who_joins_lights_a_dot_that_says_nothing_about_them(crowd: Crowd) -> None:
    page = await wall_of(crowd, scene="welcome", round="welcome", people=7)
    dots = page.locator(".arrival")
    await expect(dots).to_have_count(7)
    before = await dots.evaluate_all("all => { all.forEach((el, at) => { el.was = at; }); return all.length; }")
    await page.evaluate(
        "() => { const more = [8, 9, 10, 11]"
        ".map((n) => ({ ...state.people[0], id: `s${n}`, name: 'Ida', number: n }));"
        " more.forEach(({ id }) => state.here.add(id)); change({ people: [...state.people, ...more] }); }"
    )
    await expect(dots).to_have_count(before + 4)
    await expect(page.locator(".wall-count")).to_have_text("11 er med")
    # Those who came are not the last in the row, and every dot is alike.
    fresh = await dots.evaluate_all("all => all.map((el) => el.was === undefined)")
    assert fresh != sorted(fresh)
    assert len(set(await dots.evaluate_all("all => all.map((el) => el.outerHTML.replace(/c[xy]=.\\d+./g, ''))"))) == 1
    places = await dots.evaluate_all(DOTS)
    gaps = [((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in pairwise(places)]
    assert max(gaps) - min(gaps) < 6, "equally far apart"
    assert "Ida" not in await page.locator(".arrivals").inner_html()
    await page.evaluate("() => { state.here.delete('s8'); redraw(); }")
    await expect(page.locator(".arrival.is-away")).to_have_count(1)
    # Who has no phone has come all the same.
    await page.evaluate("() => { state.people.find(({ id }) => id === 's8').hosted = true; redraw(); }")
    await expect(page.locator(".arrival.is-away")).to_have_count(0)


async def test_while_groups_work_the_timeline_has_the_room_and_can_be_read(crowd: Crowd) -> None:
    page = await wall_of(crowd, scene="group", round="strengths", notes=NOTES)
    notes = page.locator(".working-beside .note")
    await expect(notes).to_have_count(len(NOTES))
    assert min(await notes.evaluate_all(f"all => all.map({TYPE})")) >= 22
    board = await box(page, ".working-beside > board-stage")
    assert board["right"] - board["left"] > 1700
    assert board["bottom"] - board["top"] > 540
    # The groups stand above it, each with its members.
    await expect(page.locator(".table")).to_have_count(3)
    await expect(page.locator(".table").first).to_contain_text("Mette")
    await expect(page.locator(".wall-foot .wall-say")).to_have_text(HISTORY.round("strengths", "instruction"))
    await crowd.shot()
