"""A programme's console by keys alone: the focus is somewhere, and seen; nothing happens that was not chosen.

What may not live here: linking by keys (test_map.py), and what a follow-up settles (test_followup.py).
"""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.screens.people import Crowd, Person
from tests.screens.test_followup import METHOD, STRAIN, step, two_running
from tests.screens.test_programme import begin
from tests.screens.test_story_answers import CENTRE, at, chooses, told

pytestmark = pytest.mark.asyncio(loop_scope="session")

LAPTOP = {"width": 1366, "height": 768}
MOST = 90  # presses of Tab from one end of the console to the other
# What has the focus: '' where it is somewhere on the screen and drawn around, else what is wrong.
FOCUS = """() => {
  const el = document.activeElement;
  if (!el || el === document.body) return 'nothing has the focus';
  const { top, bottom, left, right } = el.getBoundingClientRect();
  const where = `${el.tagName} ${el.className} ${(el.ariaLabel ?? el.textContent).trim().slice(0, 40)}`;
  if (bottom <= 0 || top >= innerHeight || right <= 0 || left >= innerWidth) return `out of sight: ${where}`;
  const drawn = (one) => one && (getComputedStyle(one).outlineStyle !== 'none'
    || getComputedStyle(one).boxShadow !== 'none');
  const around = [el, el.closest('label'), el.parentElement];
  if (!el.matches('h1, h2, [tabindex="-1"]') && !around.some(drawn)) return `not seen: ${where}`;
  return '';
}"""


async def seen(person: Person) -> None:
    wrong = await person.page.evaluate(FOCUS)
    assert not wrong, wrong


async def tab_to(person: Person, there: Locator) -> None:
    """Press Tab until this has the focus; on the way it is never lost."""
    await expect(there).to_be_visible()
    for _ in range(MOST):
        if await there.evaluate("el => el === document.activeElement"):
            return
        await person.page.keyboard.press("Tab")
        await seen(person)
    raise AssertionError(f"{there} is not reached by Tab")


async def enter(person: Person, there: Locator) -> None:
    await tab_to(person, there)
    await person.page.keyboard.press("Enter")


async def held(person: Person, *, heading: str = "") -> None:
    """The focus came back after what had it was drawn away."""
    await person.page.wait_for_function("document.activeElement !== document.body")
    if heading:
        await expect(person.page.locator("#heading")).to_have_text(heading)
        await expect(person.page.locator("#heading")).to_be_focused()


async def test_R48_a_trial_is_followed_up_by_keys_alone_from_home_and_back(crowd: Crowd) -> None:
    lead = await two_running(crowd)
    keys = lead.page.keyboard
    await lead.page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    await lead.page.emulate_media(forced_colors="active", color_scheme="dark")
    await lead.page.reload()
    await lead.reads("programme.about")
    await enter(lead, lead.page.locator(".home-move").get_by_role("button", name=lead.t("follow.begin")))
    await step(lead, 1)
    await held(lead)
    await lead.sees(STRAIN)
    await crowd.shot(lead)
    await enter(lead, lead.button("follow.on"))
    await step(lead, 2)
    await held(lead)
    # What somebody said aloud is written down for them; the focus goes on from the same button.
    await enter(lead, lead.button("follow.say_for"))
    await expect(lead.dialog().locator("textarea")).to_be_focused()
    await keys.press("Escape")
    await expect(lead.dialog()).to_have_count(0)
    await expect(lead.button("follow.say_for")).to_be_focused()
    await keys.press("Enter")
    await expect(lead.dialog().locator("textarea")).to_be_focused()
    await keys.type("Vi tør godt sige det nu")
    await enter(lead, lead.button("console.save", within=lead.dialog()))
    await lead.sees("Vi tør godt sige det nu")
    await held(lead)
    await enter(lead, lead.button("follow.on"))
    await step(lead, 3)
    await held(lead)
    first = lead.page.get_by_role("radio").first
    await tab_to(lead, first)
    await keys.press("Space")
    await expect(first).to_be_checked()
    await crowd.shot(lead)
    await enter(lead, lead.button("follow.on"))
    await step(lead, 4)
    await held(lead)
    await tab_to(lead, lead.page.locator(".follow textarea").first)
    await keys.type("Den, der kommer, ser et ansigt")
    await enter(lead, lead.page.locator(".follow-ways .main"))
    await step(lead, 5)
    await held(lead)
    await crowd.shot(lead)
    await enter(lead, lead.button("follow.end"))
    await held(lead)
    await enter(lead, lead.button("programme.home", round=METHOD.round("home")))
    await lead.reads("programme.about")
    await held(lead)
    await crowd.shot(lead)


async def test_R41_a_link_is_withdrawn_after_a_question_and_whoever_keeps_it_goes_on_from_there(crowd: Crowd) -> None:
    lead = await begin(crowd)
    await lead.field("members.label").fill("Mette (AMR)")
    await lead.press("console.link_make", within=lead.page.locator(".members-form"))
    notice = lead.page.locator(".home-links .field").filter(has_text=lead.t("console.withdrawn.notice"))
    await lead.press("console.link_make", within=notice)
    for key, given in (("members.withdraw", {"name": "Mette (AMR)"}), ("console.withdraw.notice", {})):
        withdraw = lead.button(key, **given)
        await expect(withdraw).to_be_visible()
        for way in ("Escape", "keep"):
            await withdraw.press("Enter")
            await expect(lead.dialog()).to_contain_text(lead.t(key, **given))
            if way == "keep":
                await lead.press("console.withdraw_not", within=lead.dialog())
            else:
                await lead.page.keyboard.press("Escape")
            await expect(lead.dialog()).to_have_count(0)
            await expect(withdraw).to_be_focused()
        await withdraw.press("Enter")
        await crowd.shot(lead)
        await lead.press("console.withdraw_now", within=lead.dialog())
        await expect(withdraw).to_have_count(0)
        await held(lead)


async def test_R44_keys_that_step_through_a_closed_choice_show_nobody_anything_until_it_is_chosen(crowd: Crowd) -> None:
    lead, _, sofie = await told(crowd)
    await at(sofie, CENTRE)
    await chooses(sofie, "known")
    await sofie.press("answer.send_next")
    choice = lead.page.locator("select").filter(has=lead.page.locator("option", has_text=CENTRE))
    whole = lead.page.locator(".console-walk .chip").first
    await choice.focus()
    await lead.page.keyboard.press("ArrowDown")
    await expect(choice).not_to_have_value("")
    wanted = await choice.input_value()
    await expect(lead.button("console.walk_show")).to_be_visible()
    await expect(whole).to_have_attribute("aria-pressed", "true")
    await expect(lead.page.locator("#heading")).to_have_text(METHOD.round("show"))
    await crowd.shot(lead)
    await lead.page.keyboard.press("Enter")
    await expect(whole).to_have_attribute("aria-pressed", "false")
    await expect(choice).to_have_value(wanted)
    await expect(choice).to_be_focused()
    await expect(lead.button("console.walk_show")).to_have_count(0)
    # Chosen with a pointer it counts at once.
    await choice.dispatch_event("pointerdown")
    await choice.select_option("")
    await expect(whole).to_have_attribute("aria-pressed", "true")
