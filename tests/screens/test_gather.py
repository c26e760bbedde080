"""Gathering by hand (R35): on the console by tap and keyboard, taken apart and undone; what wall and phones then show.

What may not live here: anything a person in the room could not do.
"""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.people import DESK, PHONE, Crowd, Person
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

FFV = Method("fortids-og-fremtidsvaerksted")
WISHES = ("Mere tid til oplæring", "Nye kolleger får en makker", "Besked i god tid")


def paper(person: Person, text: str) -> Locator:
    """A note in the console's picture."""
    return person.page.locator(".console-picture").get_by_role("button", name=re.compile(re.escape(text)))


async def test_R35_wishes_are_gathered_under_a_theme_and_taken_apart_again(crowd: Crowd) -> None:
    lead, anna = await plays.gather(crowd, FFV, anna=PHONE)
    wall = await plays.wall(crowd, (await plays.links(lead))["wall"])
    await plays.go_through(lead, FFV, "write", "place", "gather", "wishes", confirm=("place", "gather"))
    for wish in WISHES:
        await plays.write(anna, wish, save="phone.save_all")
    await wall.sees(*WISHES)
    await plays.go_on(lead, FFV.round("themes"))

    # By tap, and the heading by hand.
    await lead.press("console.gather")
    await paper(lead, WISHES[0]).click()
    gather = lead.page.get_by_role("form", name=lead.t("console.gather"))
    done = lead.button("console.gather_do", within=gather)
    await expect(done).to_be_disabled()
    # By keyboard.
    await paper(lead, WISHES[1]).focus()
    await lead.page.keyboard.press("Enter")
    await gather.get_by_role("textbox").fill("Oplæring")
    await gather.get_by_role("textbox").press("Enter")
    await expect(paper(lead, "Oplæring")).to_be_focused()
    theme = wall.page.locator(".is-gathering")
    await expect(theme).to_contain_text("Oplæring")
    await expect(theme).to_contain_text(WISHES[0])
    await expect(theme).to_contain_text(WISHES[1])
    await expect(wall.page.locator("board-stage .note")).to_have_count(2)

    # One more under it; then one is taken out, all are taken apart, and that is undone.
    await paper(lead, "Oplæring").click()
    await lead.press("console.gather_more")
    await paper(lead, WISHES[2]).click()
    await lead.press("console.gather_under")
    await expect(theme.locator(".extra-under")).to_have_count(3)
    await paper(lead, "Oplæring").click()
    await lead.press("console.take_out_this", text=WISHES[2])
    await expect(theme.locator(".extra-under")).to_have_count(2)
    await lead.button("console.apart").press("Enter")
    # The first of those that lay under it: wishes without a spot go by their random ids.
    await expect(paper(lead, WISHES[0]).or_(paper(lead, WISHES[1])).and_(lead.page.locator(":focus"))).to_have_count(1)
    await expect(theme).to_have_count(0)
    await wall.sees(*WISHES)
    await lead.page.locator(".toast").get_by_role("button", name=lead.t("console.undo")).click()
    await expect(theme).to_contain_text("Oplæring")

    # A phone lists the wishes under their theme.
    await plays.look(anna)
    group = anna.page.locator("section.gathered")
    await expect(group).to_contain_text("Oplæring")
    await expect(group.locator("article")).to_have_count(2)


async def test_R35_the_heading_of_notes_of_which_one_is_gone_is_not_lost(crowd: Crowd) -> None:
    crowd.expect_noise("ERR_INTERNET_DISCONNECTED")
    lead, anna = await plays.gather(crowd, FFV, anna=PHONE)
    await plays.go_through(lead, FFV, "write", "place", "gather", "wishes", confirm=("place", "gather"))
    for wish in WISHES:
        await plays.write(anna, wish, save="phone.save_all")
    await plays.go_on(lead, FFV.round("themes"))
    await expect(paper(lead, WISHES[2])).to_be_visible()
    # The same facilitator at another computer takes one down, while this one has no network.
    other = await crowd.enters("other", DESK)
    await other.page.goto("/")
    keys = await lead.page.evaluate("localStorage.getItem('tavle.keys')")
    await other.page.evaluate("keys => localStorage.setItem('tavle.keys', keys)", keys)
    await other.page.goto(lead.page.url)
    await lead.context.set_offline(True)
    await lead.press("console.gather")
    for wish in WISHES:
        await paper(lead, wish).click()
    gather = lead.page.get_by_role("form", name=lead.t("console.gather"))
    await gather.get_by_role("textbox").fill("Oplæring")
    await gather.get_by_role("textbox").press("Enter")
    await expect(gather).to_have_count(0)
    await paper(other, WISHES[2]).click()
    await other.press("console.take_down")
    await expect(paper(other, WISHES[2])).to_have_count(0)
    await lead.context.set_offline(False)
    # Refused, and open again with the others chosen.
    await expect(gather.get_by_role("textbox")).to_have_value("Oplæring")
    await expect(gather.locator(".gather-picked li")).to_have_count(2)
    await gather.get_by_role("textbox").press("Enter")
    await anna.sees("Oplæring")
