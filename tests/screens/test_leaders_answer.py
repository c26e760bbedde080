"""A leader's answer from the link to the wall: after the close, kept while it is written, and changed (R38)."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import PHONE, SMALL, Crowd, all_see
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
    await lead.button("console.reveal", lane=lane).or_(lead.button("console.reveal_n", lane=lane)).click()
    for name in ("dream", "realise", "close", "harvest"):
        await plays.go_on(lead, FV.round(name), confirm=name in ("realise", "close"))
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
