"""A note that somebody else took down: its author is told, with the text, and can write it again.

What may not live here: who may take a note down (tests/rules).
"""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.people import Crowd, Person, all_see, none_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

FV = Method("fremtidsvaerksted")
SHORT = "Vi taler ikke sammen"
LONG = (
    "Vagtskemaerne kommer så sent, at ingen kan planlægge noget som helst derhjemme, og så bytter vi "
    "indbyrdes uden at nogen ved det længere."
)
HALF = "Halvt skrevet"


def box(person: Person) -> Locator:
    return person.page.locator(".note-box textarea")


async def take_down(lead: Person, text: str) -> None:
    """On the board under the console: choose the note, and take it down."""
    note = lead.page.locator(".console-picture").get_by_role("button", name=re.compile(re.escape(text)))
    await note.click()
    await lead.press("console.take_down")
    await expect(note).to_have_count(0)


@pytest.mark.parametrize(("lang", "scheme"), [("da", "light"), ("da", "dark"), ("en", "light")])
async def test_the_author_of_a_note_that_was_taken_down_is_told(crowd: Crowd, lang: str, scheme: str) -> None:
    lead = await plays.start(crowd, FV)
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    anna = await crowd.phone("anna", {"width": 360, "height": 640}, lang=lang, color_scheme=scheme)
    bo = await crowd.phone("bo")
    await plays.join_by_code(anna, ways["code"], name="Anna")
    await plays.join_by_code(bo, ways["code"], name="Bo")
    await plays.go_on(lead, FV.round("critique"))
    for text in (SHORT, LONG):
        await plays.write(anna, text)
    await lead.button("console.reveal", lane=FV.lane("critique").lower()).click()
    await all_see(SHORT, lead, wall)
    await box(anna).click()
    await box(anna).press_sequentially(HALF)
    await take_down(lead, LONG)
    await anna.reads("taken.note", text=LONG)
    await expect(anna.page.locator("#announce")).to_have_text(anna.t("taken.note", text=LONG))
    await expect(anna.page.locator("#announce")).to_have_attribute("role", "status")
    await take_down(lead, SHORT)
    await anna.reads("taken.note", text=SHORT)
    await anna.reads("taken.note", text=LONG)
    # Neither the caret nor what was being written is taken from her.
    await expect(box(anna)).to_be_focused()
    await expect(box(anna)).to_have_value(HALF)
    await expect(box(anna)).to_be_in_viewport()
    assert await anna.overflow() <= 0
    await crowd.shot(anna)
    await none_see(SHORT, bo, wall)
    await anna.press("taken.again_this", text=LONG)
    await expect(box(anna)).to_have_value(f"{HALF}\n{LONG}")
    await expect(box(anna)).to_be_focused()
    await crowd.shot(anna)
    await box(anna).fill(LONG)
    await anna.press("phone.save")
    await anna.reads("phone.mine", n=1)
    # What is closed stays closed in this browser.
    await anna.reads("taken.note", text=SHORT)
    await anna.press("taken.close_this", text=SHORT)
    await expect(anna.text(anna.t("taken.note", text=SHORT)).locator("visible=true")).to_have_count(0)
    await anna.page.reload()
    await expect(box(anna)).to_be_visible()
    await none_see(SHORT, anna)
    # Put back and taken down again, it is news again.
    await lead.page.locator(".bins summary").click()
    await lead.page.locator(".bins li", has_text=SHORT).get_by_role("button").click()
    await all_see(SHORT, wall)
    await take_down(lead, SHORT)
    await anna.reads("taken.note", text=SHORT)
