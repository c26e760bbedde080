"""The front page: the workshops by the questions that they answer, chosen by tap or key, and started from there."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Route, expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import DESK, SMALL, Crowd, Person
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

HV, DV, FV = (Method(stem) for stem in ("historievaerksted", "dilemmavaerksted", "fremtidsvaerksted"))


def row(person: Person, method: Method) -> Locator:
    return person.page.locator(".workshop-row").filter(has=person.page.get_by_text(method.title, exact=True))


async def test_a_row_is_a_question_under_its_heading_and_what_opens_says_when_it_is_the_right_one(crowd: Crowd) -> None:
    desk = await crowd.enters("desk", DESK)
    await desk.page.goto("/")
    for method in (HV, DV, FV):
        await expect(row(desk, method)).to_contain_text(method.raw["asks"]["da"])
        kind = desk.page.locator("section.kind").filter(has=row(desk, method))
        await expect(kind.get_by_role("heading", level=2)).to_have_text(desk.t(f"front.kind.{method.raw['kind']}"))
    await plays.choose(desk, DV)
    panel = desk.page.get_by_role("region", name=DV.title, exact=True)
    for text in ("pitch", "unless", "leader_question"):
        await expect(panel).to_contain_text(DV.raw[text]["da"])
    # The catalogue's advice is there to be read, and holds nobody up.
    await panel.locator("summary").first.click()
    await expect(panel.get_by_text(DV.raw["before"][0]["da"])).to_be_visible()
    await expect(desk.button("start.go", within=panel)).to_be_enabled()
    assert await barriers(desk, "front page") == []
    await crowd.shot(desk)


async def test_arrow_keys_go_from_row_to_row_and_enter_goes_to_the_button_of_the_chosen_one(crowd: Crowd) -> None:
    desk = await crowd.enters("desk", DESK)
    await desk.page.goto("/")
    rows = desk.page.locator(".workshop-row")
    await expect(rows.first).to_have_attribute("aria-expanded", "true")
    await rows.first.focus()
    await desk.page.keyboard.press("ArrowDown")
    await expect(rows.nth(1)).to_be_focused()
    await expect(rows.nth(1)).to_have_attribute("aria-expanded", "true")
    await desk.page.keyboard.press("End")
    await expect(rows.last).to_be_focused()
    await desk.page.keyboard.press("Home")
    await expect(rows.first).to_have_attribute("aria-expanded", "true")
    # Enter on a row that is open already starts nothing by surprise: it leads to the button that does.
    await desk.page.keyboard.press("Enter")
    await expect(desk.button("start.go")).to_be_focused()
    await desk.page.keyboard.press("Enter")
    await desk.page.wait_for_url("**/console/*")


async def test_on_a_phone_the_panel_opens_and_closes_under_its_row(crowd: Crowd) -> None:
    phone = await crowd.enters("phone", SMALL, touch=True)
    await phone.page.goto("/")
    await expect(row(phone, HV)).to_have_attribute("aria-expanded", "false")
    await phone.misses(HV.raw["pitch"]["da"])
    await plays.choose(phone, FV)
    tops = "all => all.map((one) => one.getBoundingClientRect().top)"
    under = await phone.page.locator("[aria-expanded=true], .panel.start").evaluate_all(tops)
    assert 0 <= under[0] < under[1]
    # Both ways to begin are at the thumb, however long the panel is.
    await expect(phone.button("start.go")).to_be_in_viewport(ratio=1)
    await expect(phone.button("front.rehearse")).to_be_in_viewport(ratio=1)
    assert await phone.overflow() <= 0
    await crowd.shot(phone)
    await row(phone, FV).click()
    await expect(row(phone, FV)).to_have_attribute("aria-expanded", "false")
    await phone.misses(FV.raw["pitch"]["da"])


async def test_each_method_has_a_drawing_of_its_own_made_from_its_sheets(crowd: Crowd) -> None:
    desk = await crowd.enters("desk", DESK)
    await desk.page.goto("/")
    await expect(row(desk, HV)).to_be_visible()
    drawn = await desk.page.locator(".workshop-row .art svg").evaluate_all(
        "all => all.map((svg) => svg.innerHTML.replaceAll(/<!--.*?-->/gs, ''))"
    )
    assert len(drawn) >= 8
    assert len(set(drawn)) == len(drawn)
    await crowd.shot(desk)


async def test_a_method_without_sheets_is_drawn_as_a_ring(crowd: Crowd) -> None:
    async def bare(route: Route) -> None:
        answer = await route.fetch()
        known = await answer.json()
        for card in known:
            card["sheets"] = []
        await route.fulfill(response=answer, json=known)

    desk = await crowd.enters("desk", DESK)
    await desk.context.route("**/api/methods", bare)
    await desk.page.goto("/")
    await expect(row(desk, HV).locator(".art .seat")).to_have_count(8)


async def test_what_is_filled_in_for_a_workshop_is_there_again_after_a_look_at_another(crowd: Crowd) -> None:
    desk = await crowd.enters("desk", DESK)
    await desk.page.goto("/")
    heading = desk.field("start.title")

    async def fill_in(method: Method) -> None:
        """Choose it, and open what may be filled in, where that is folded."""
        await plays.choose(desk, method)
        fold = desk.page.locator(".start .fold").last
        if await fold.get_attribute("open") is None:
            await fold.locator("summary").click()

    await fill_in(HV)
    await expect(heading).to_have_value(HV.raw["heading"]["da"])
    await heading.fill("Ti år på afsnittet")
    await fill_in(DV)
    await expect(heading).to_have_value(DV.raw["heading"]["da"])
    await fill_in(HV)
    await expect(heading).to_have_value("Ti år på afsnittet")
    # What nobody has typed follows the language of the page.
    await plays.choose(desk, DV)
    await desk.page.get_by_role("button", name="English", exact=True).click()
    await expect(desk.page.locator("#title")).to_have_value(DV.raw["heading"]["en"])
