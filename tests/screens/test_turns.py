"""A person's turn on their phone: what its buttons say, what is missing, and where they stand.

Drawn from made-up records; whole workshops are played elsewhere.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.screens.people import Crowd
from tests.screens.phones import COVERED, DILEMMA, HISTORY, opening, phone_of
from tests.screens.test_everybody import LONG, MINE, in_turn, queue
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_in_a_group_who_has_told_one_is_done_though_there_are_more_drafts(crowd: Crowd) -> None:
    drafts = {
        f"mine:draft{at:010}": {"text": f"Dilemma {at}", "sheet": "dilemmas", "lane": "dilemma", "can": MINE}
        for at in range(2)
    }
    place = opening(DILEMMA, "dilemmas", "dilemma", reach="group", row="g1")
    given: dict[str, Any] = {
        "board": {"round": "present", "scene": "group"}, "groups": ["g1"], "seats": [{"group": "g1"}] * 3,
        "me": {
            "group": "g1", "scene": "turn", "turn": "holder", "scope": "g1", "can": ["write", "place", "done", "later"],
            "place": place, "write": None, "who_sees": "group",
        },
        "records": {"turn:g1": queue("s1", "s2", scope="g1")}, "own": drafts,
    }  # fmt: skip
    anna = await phone_of(crowd, DILEMMA, **given)
    main = anna.page.locator(".phone-foot .button.main")
    await expect(main).to_have_text(anna.t("turn.show_group"))
    up = {"text": "Dilemma fortalt", "sheet": "dilemmas", "lane": "dilemma", "row": "g1", "reach": "group"}
    own = {"draft": False, "can": []}
    await anna.page.evaluate("([up, own]) => change({ 'note:told': up }, { 'mine:told': own })", [up, own])
    await expect(main).to_have_text(anna.t("turn.done"))
    await expect(anna.button("turn.show_group")).to_be_visible()


@pytest.mark.parametrize("picked", ["nothing", "year", "side"])
async def test_the_button_of_a_turn_says_what_is_missing_and_brings_it_into_sight(crowd: Crowd, picked: str) -> None:
    anna = await phone_of(crowd, HISTORY, **in_turn(LONG, "Kort"), size={"width": 360, "height": 570})
    page = anna.page
    await page.evaluate("document.documentElement.style.fontSize = '125%'")
    if picked == "year":
        await anna.press("turn.step_before.years")
    hv = Method("historievaerksted", anna.t.lang)
    if picked == "side":
        await anna.choose(hv.side("up"), exact=True)
    step = anna.t("turn.pick_step.years")
    missing = {"nothing": f"{step}. {hv.asks_side}", "year": hv.asks_side, "side": step}[picked]
    asked = page.get_by_role("group", name=hv.asks_side if picked == "year" else anna.t("turn.when"), exact=True)
    await page.evaluate("scrollTo(0, 0)")
    assert await asked.evaluate(COVERED) > 0
    # Tapped as a finger does: `click` would wait, since the button is marked as disabled, and scroll by itself.
    button = await anna.named(missing).bounding_box()
    assert button is not None
    await page.touchscreen.tap(button["x"] + button["width"] / 2, button["y"] + button["height"] / 2)
    await page.wait_for_function("said.length")
    assert await page.evaluate("said") == [missing]
    assert await page.evaluate("sent") == []
    await page.wait_for_function(f"(el) => ({COVERED})(el) === 0", arg=await asked.element_handle())
    await expect(asked).to_be_in_viewport(ratio=1)
    await crowd.shot()


async def test_the_dialog_that_puts_a_note_up_without_a_turn_brings_a_missing_choice_into_sight(crowd: Crowd) -> None:
    given = in_turn(LONG)
    given |= {"board": {"round": "picture", "scene": "look"}, "records": {}}
    given["me"] |= {"scene": "write", "turn": "", "can": ["write", "place", "name"]}
    anna = await phone_of(crowd, HISTORY, **given, size={"width": 360, "height": 330})
    page = anna.page
    await page.evaluate("document.documentElement.style.fontSize = '125%'")
    await page.get_by_text(anna.t("turn.put_up"), exact=True).click()
    asked = page.get_by_role("dialog").get_by_role("group", name=anna.t("turn.when"), exact=True)
    button = anna.named(f"{anna.t('turn.pick_step.years')}. {Method('historievaerksted', anna.t.lang).asks_side}")
    await expect(asked).to_be_visible()
    await page.get_by_role("dialog").evaluate("(el) => { el.scrollTop = el.scrollHeight; }")
    await expect(asked).not_to_be_in_viewport(ratio=1)
    at = await button.bounding_box()
    assert at is not None
    await page.touchscreen.tap(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    await page.wait_for_function("said.length")
    await expect(asked).to_be_in_viewport(ratio=1)
    assert await page.evaluate("sent") == []


async def test_the_two_ways_past_ones_turn_stand_each_on_a_line(crowd: Crowd) -> None:
    waits = {"scene": "wait", "turn": "waiting", "scope": "all", "can": ["take", "later", "pass"]}
    given = {"board": {"round": "place", "scene": "turn"}, "me": waits, "records": {"turn:all": queue("", "s2", "s1")}}
    anna = await phone_of(crowd, HISTORY, **given)
    later, skip = [await anna.button(key).bounding_box() for key in ("turn.later", "turn.pass")]
    assert later
    assert skip
    assert later["y"] == skip["y"]
    assert later["height"] == skip["height"] < 50
