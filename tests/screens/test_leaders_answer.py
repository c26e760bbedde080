"""A leader's answer from the link to the wall: after the close, kept while it is written, and changed (R38)."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import PHONE, SMALL, Crowd, Person, all_see
from tests.screens.test_picking import FV, take

pytestmark = pytest.mark.asyncio(loop_scope="session")

POINT, OTHER = "Vi mangler tid til at lære de nye op, og så må de klare sig selv", "Telefonen ringer hele tiden"
SAID = "Hver ny kollega får en fast makker i de første tre måneder, og makkeren får tid til det i vagtplanen."


async def test_R38_an_answer_is_written_after_the_close_and_stands_on_every_screen(crowd: Crowd) -> None:
    lead = await plays.start(crowd, FV, leader="told")
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    anna = await crowd.phone("anna", SMALL)
    await plays.join_by_code(anna, ways["code"], name="Anna")
    await plays.go_on(lead, FV.round("critique"))
    for text in (POINT, OTHER):
        await plays.write(anna, text)
    lane = FV.lane("critique").lower()
    await plays.reveal(lead, lane)
    await plays.go_through(lead, FV, "dream", "realise", "close", "harvest", confirm=("realise", "close"))
    for text in (POINT, OTHER):
        await take(lead, text)
    await plays.go_on(lead, FV.round("briefing"))
    await lead.reads("console.leader_answers")
    await lead.press("console.link_make")
    link = await lead.page.get_by_label(lead.t("console.leader_link"), exact=True).input_value()
    chief = await crowd.phone("chief", PHONE)
    await chief.page.goto(link)
    await chief.reads("leader_page.answer_later")
    await expect(chief.page.locator("form")).to_have_count(0)

    await plays.close(lead)
    await all_see(lead.t("boards.not_answered"), wall)
    await chief.page.reload()
    await chief.reads("leader_page.answer_now")
    form = chief.page.locator("form").filter(visible=True).first
    assert await barriers(chief, "nothing answered") == []
    assert await chief.overflow() <= 0
    await crowd.shot(chief, wall, lead)

    # -- what is begun is there after a reload; an empty answer is none --
    await form.get_by_role("button", name=chief.t("leader_page.save")).click()
    await chief.reads("leader_page.empty_answer")
    box = form.get_by_label(chief.t("leader_page.what_or_why"))
    await box.fill(SAID)
    await form.get_by_role("button", name="Det gør vi", exact=True).click()
    await form.locator("input[type=date]").fill("2027-03-01")
    await chief.page.reload()
    await expect(box).to_have_value(SAID)
    await expect(form.get_by_role("button", name="Det gør vi", exact=True)).to_have_attribute("aria-pressed", "true")
    await form.get_by_role("button", name=chief.t("leader_page.save")).click()
    await chief.reads("leader_page.saved")
    await all_see(SAID, chief, wall)
    await wall.sees("1. marts 2027", "Ledelsens svar")
    await plays.look(anna)
    await anna.sees("Ledelsens svar", SAID)
    await crowd.shot(chief, wall, anna, lead)

    # -- it is changed in the same place --
    await chief.page.get_by_role("button", name=re.compile(f"^{chief.t('leader_page.edit')}")).click()
    await expect(box).to_have_value(SAID)
    await box.fill("Det kan vi ikke før efter sommeren.")
    await form.get_by_role("button", name=chief.t("leader_page.save")).click()
    await all_see("Det kan vi ikke før efter sommeren.", chief, wall)
    for person in (chief, wall, anna, lead):
        assert await person.overflow() <= 0
        assert await barriers(person, "answered") == []
    await chief.page.set_viewport_size({"width": 360, "height": 640})
    assert await chief.overflow() <= 0
    await crowd.shot(chief)


LOW = {"width": 360, "height": 640}
MANY = [
    f"{POINT}, også om natten, hvor der ikke er nogen at spørge, når noget går galt 😟😟", OTHER, "نحتاج إلى وقت أطول",
    "Arbejdsmiljørepræsentantuddannelsen tages fra driften", "Vagtplanen kommer for sent",
    "Nattevagten får ikke beskeder", "Møder uden dagsorden",
]  # fmt: skip


async def to_answer(crowd: Crowd, points: list[str]) -> tuple[Person, Person, Person]:
    """A closed workshop that took these with it: who leads, its wall, and the leader on a small phone."""
    lead = await plays.start(crowd, FV, leader="told")
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    await plays.go_on(lead, FV.round("critique"))
    await plays.go_through(lead, FV, "dream", "realise", "close", "harvest", confirm=("dream", "realise", "close"))
    for text in points:
        await lead.field("pick.own").fill(text)
        await lead.page.locator(".pick-form").get_by_role("button", name=lead.t("pick.take"), exact=True).click()
        await wall.sees(text)
    await plays.go_on(lead, FV.round("briefing"))
    await lead.press("console.link_make")
    link = await lead.page.get_by_label(lead.t("console.leader_link"), exact=True).input_value()
    await plays.close(lead)
    chief = await crowd.phone("chief", LOW)
    await chief.page.goto(link)
    await chief.reads("leader_page.answered", n=0, of=len(points))
    return lead, wall, chief


def form_for(chief: Person, text: str) -> Locator:
    return chief.page.get_by_role("form", name=chief.t("leader_page.answer_to", text=text))


async def say(chief: Person, text: str, answer: str) -> None:
    """Answer a point on the leader's page."""
    form = form_for(chief, text)
    await form.get_by_label(chief.t("leader_page.what_or_why")).fill(answer)
    await form.get_by_role("button", name=chief.t("leader_page.save")).click()


async def test_R38_many_answers_can_be_read_on_the_wall_on_paper_and_with_large_letters(crowd: Crowd) -> None:
    lead, wall, chief = await to_answer(crowd, MANY)
    await lead.reads("console.answers_come")
    await lead.reads("console.answers_count", n=0, of=len(MANY))
    # What the workshop left empty takes no room beside it.
    titles = wall.page.locator(".wall-board .lane-title")
    await expect(titles).to_have_text([re.compile("^Opmærksomhedspunkter"), re.compile("^Ledelsens svar")])
    for at, text in enumerate(MANY):
        await say(chief, text, f"{at}: {SAID * 2}")
        await chief.reads("leader_page.answered", n=at + 1, of=len(MANY))
    await lead.reads("console.answers_count", n=len(MANY), of=len(MANY))
    await crowd.shot(wall, lead)

    # -- all of it can be read on the wall: at once, or one part after another by itself --
    large = "all => Math.min(...all.map((el) => parseFloat(getComputedStyle(el).fontSize)))"
    for at in range(len(MANY)):
        note = wall.page.locator(".wall-board [data-note]:not(.mini)").filter(has_text=f"{at}: ")
        await expect(note).to_be_visible(timeout=40_000)
        assert await wall.page.locator(".wall-board [data-note]:not(.mini)").evaluate_all(large) >= 22

    # -- letters twice as large, other colours, another language, paper --
    await chief.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await chief.overflow() <= 0
    await chief.page.evaluate("document.documentElement.style.fontSize = ''")
    await chief.page.get_by_role("button", name=re.compile(f"^{chief.t('leader_page.edit')}")).first.click()
    assert await barriers(chief, "small") == []
    await chief.page.emulate_media(forced_colors="active")
    edges = await chief.page.locator(".leader-form :is(.chip, .input, .button)").evaluate_all(
        "all => all.every((el) => parseFloat(getComputedStyle(el).borderTopWidth) > 0)"
    )
    assert edges
    await chief.page.emulate_media(forced_colors="none")
    await chief.page.get_by_role("button", name="English").click()
    await expect(chief.page.locator("html")).to_have_attribute("lang", "en")
    for spoken in (chief.page.locator("h1 bdi"), chief.page.locator(".leader-said bdi").nth(1)):
        await expect(spoken).to_have_attribute("lang", "da")
    await chief.page.emulate_media(media="print")
    for gone in (".leader-form", ".acts", ".langs", "#toast"):
        await expect(chief.page.locator(gone).filter(visible=True)).to_have_count(0)
    await expect(chief.page.locator(".leader-said").nth(1)).to_be_visible()
    await crowd.shot(chief)


async def test_R38_by_keyboard_with_odd_days_two_tabs_and_a_link_that_ends_nothing_typed_is_lost(crowd: Crowd) -> None:
    lead, wall, chief = await to_answer(crowd, [POINT, OTHER])
    crowd.expect_noise("409", "401", "403")
    tab = await crowd.meets("tab", chief.context)
    await tab.page.set_viewport_size(LOW)
    await tab.page.goto(chief.page.url)
    await tab.reads("leader_page.answer_now")

    # -- by keyboard alone: choose, save, and go on from there --
    press = chief.page.keyboard.press
    await form_for(chief, POINT).get_by_role("button", name="Det gør vi", exact=True).focus()
    await press("Space")
    await form_for(chief, POINT).get_by_label(chief.t("leader_page.what_or_why")).focus()
    await chief.page.keyboard.type("a" * 401)
    await chief.reads("phone.too_long", n=1)
    for key in ("Tab", "Enter"):
        await press(key)
    await expect(form_for(chief, POINT).get_by_label(chief.t("leader_page.what_or_why"))).to_be_focused()
    await press("Backspace")
    for key in ("Tab", "Enter"):
        await press(key)
    change = chief.page.get_by_role("button", name=f"{chief.t('leader_page.edit')}: {POINT}")
    await expect(change).to_be_focused()
    await press("Enter")
    await expect(form_for(chief, POINT).get_by_label(chief.t("leader_page.what_or_why"))).to_be_focused()
    await form_for(chief, POINT).get_by_role("button", name=chief.t("leader_page.leave")).click()

    # -- another tab of the same browser began from nothing: both texts are shown, and the first to be typed stays --
    await form_for(tab, POINT).get_by_label(tab.t("leader_page.what_or_why")).fill("Fra den anden fane")
    await change.click()
    await form_for(chief, POINT).get_by_label(chief.t("leader_page.what_or_why")).fill(SAID)
    await form_for(tab, POINT).get_by_role("button", name=tab.t("leader_page.save")).click()
    await tab.reads("leader_page.changed")
    await tab.sees("a" * 400)
    await expect(form_for(tab, POINT).get_by_label(tab.t("leader_page.what_or_why"))).to_have_value(
        "Fra den anden fane"
    )
    await form_for(chief, POINT).get_by_role("button", name=chief.t("leader_page.save")).click()
    await all_see(SAID, chief, wall)
    await form_for(tab, POINT).get_by_role("button", name=tab.t("leader_page.save")).click()
    await tab.sees(SAID)
    await expect(form_for(tab, POINT).get_by_label(tab.t("leader_page.what_or_why"))).to_have_value(
        "Fra den anden fane"
    )
    await tab.page.close()

    # -- a day that has passed is said, and saved all the same; one that is half typed is not --
    form = form_for(chief, OTHER)
    day = form.locator("input[type=date]")
    await day.fill("2020-02-01")
    await expect(form).to_contain_text(chief.t("leader_page.past_day"))
    await form.get_by_label(chief.t("leader_page.what_or_why")).fill("Først til foråret")
    await day.focus()
    await chief.page.keyboard.press("Delete")
    await form.get_by_role("button", name=chief.t("leader_page.save")).click()
    await chief.reads("leader_page.bad_day")
    await expect(day).to_be_focused()
    # The page was drawn anew, and what is half typed stands as it was.
    assert await day.evaluate("el => el.validity.badInput")
    await day.fill("2027-02-01")

    # -- it is opened again, and the link is withdrawn: what was typed can still be read and copied --
    await lead.press("console.reopen")
    await form.get_by_role("button", name=chief.t("leader_page.save")).click()
    await chief.reads("leader_page.not_closed")
    await chief.page.reload()
    await chief.reads("leader_page.unsaved")
    await chief.sees("Først til foråret")
    await plays.close(lead)
    await lead.press("console.withdraw.leader")
    await lead.press("console.withdraw_now")
    await lead.reads("console.withdrawn.leader")
    await chief.page.reload()
    await chief.reads("leader_page.withdrawn")
    await chief.sees("Først til foråret")
    assert await barriers(chief, "withdrawn") == []
    await crowd.shot(chief)
