"""Links between notes in a real browser (R39): chosen while writing, set from phone and console, read on every screen.

What may not live here: anything a person in the room could not do.
"""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import Crowd, Person
from tests.screens.phones import LOW
from tests.screens.test_gather import FFV, paper

pytestmark = pytest.mark.asyncio(loop_scope="session")

WISHES = (
    "At nogen siger det i god tid, også til os, der møder ind om natten, og som ellers altid hører det til sidst",
    "Tid til at øve det nye 🕰️",
    "أن يسألنا أحد قبل القرار",
)
ACTION = "To af os prøver det først i to uger"


async def _with_wishes(crowd: Crowd) -> tuple[Person, Person, Person, Person]:
    """A workshop in its round of actions, with the wishes that Bo has written: lead, Anna, Bo and the wall."""
    lead, anna, bo = await plays.gather(crowd, FFV, anna=LOW, bo=LOW)
    wall = await plays.wall(crowd, (await plays.links(lead))["wall"])
    await plays.go_through(lead, FFV, "write", "place", "gather", "wishes", confirm=("place", "gather"))
    for wish in WISHES:
        await plays.write(bo, wish, save="phone.save_all")
    await plays.go_through(lead, FFV, "themes", "choose", "actions")
    return lead, anna, bo, wall


async def test_R39_an_action_is_linked_to_its_wish_and_to_another_one_from_phone_and_console(crowd: Crowd) -> None:
    lead, anna, bo, wall = await _with_wishes(crowd)
    await anna.named(FFV.link("towards")).click()
    await anna.page.locator(".linking .note", has_text="Tid til at").click()
    await plays.write(anna, ACTION, save="phone.save_all")
    there = wall.page.get_by_role("listitem").filter(has_text=ACTION)
    await expect(there).to_contain_text("Hører til ønsket: ↳ Tid til at øve")
    # Her own note, on her phone: another wish takes the place of the first.
    await anna.page.get_by_role("button", name=re.compile(ACTION)).click()
    dialog = anna.page.get_by_role("dialog")
    await expect(dialog.locator(".link-list").first).to_contain_text("Tid til at øve")
    await dialog.get_by_text(anna.t("link.another")).click()
    await crowd.shot(anna)
    await dialog.get_by_role("button", name=WISHES[0]).click()
    await expect(there).to_contain_text("↳ At nogen siger det")
    assert await barriers(anna, "actions") == []
    await anna.press("note.close")
    # The facilitator takes it away, and gives it again.
    await paper(lead, ACTION).click()
    tools = lead.page.locator(".note-tools")
    await tools.get_by_role("button", name=lead.t("link.remove_this", text=WISHES[0])).click()
    await expect(there).not_to_contain_text("↳")
    await tools.get_by_text(lead.t("link.choose")).click()
    await crowd.shot(lead)
    await tools.get_by_role("button", name=WISHES[2]).click()
    await expect(there).to_contain_text(f"↳ {WISHES[2]}")
    assert await barriers(lead, "actions") == []
    await plays.look(bo)
    entry = bo.page.get_by_role("article").filter(has_text=ACTION)
    await expect(entry).to_contain_text(f"Hører til ønsket: {WISHES[2]}")
    await crowd.shot(wall, bo)


async def test_R39_an_action_of_two_levels_is_two_notes_of_one_wish_from_phone_and_console(crowd: Crowd) -> None:
    lead, anna, _bo, wall = await _with_wishes(crowd)
    levels = {level: FFV.lane(level) for level in ("individual", "group", "management", "organisation")}
    # A phone: the wish that was chosen for the first level stays chosen for the second.
    parts = {
        levels["individual"]: "Jeg spørger, når jeg er i tvivl",
        levels["management"]: "En i ledelsen svarer samme dag",
    }
    await anna.named(FFV.link("towards")).click()
    await anna.page.locator(".linking .note", has_text=WISHES[1]).click()
    for level, text in parts.items():
        await anna.named(level).click()
        await plays.write(anna, text, save="phone.save_all")
        await crowd.shot(anna)
    for text in parts.values():
        await expect(wall.page.get_by_role("listitem").filter(has_text=text)).to_contain_text(f"↳ {WISHES[1]}")
    # A console: the same line under the box; who chooses no wish is asked once.
    box = lead.page.locator(".composer")
    first, second = "Huset giver os en prøvedag", "Vi holder prøvedagen sammen"
    await box.get_by_label(lead.t("console.where_lane")).select_option("organisation")
    await box.get_by_label(lead.t("console.note")).fill(first)
    await box.get_by_role("button", name=lead.t("phone.save_all")).click()
    await expect(box.get_by_role("alert")).to_contain_text(lead.t("doubt.unlinked"))
    await crowd.shot(lead)
    await box.get_by_role("button", name=re.compile(FFV.link("towards"))).click()
    await expect(box.get_by_role("alert")).to_be_empty()
    await crowd.shot(lead)
    assert await barriers(lead, "console") == []
    await box.locator(".linking .note", has_text=WISHES[2]).click()
    for level, text in {"organisation": first, "group": second}.items():
        await box.get_by_label(lead.t("console.where_lane")).select_option(level)
        await box.get_by_label(lead.t("console.note")).fill(text)
        await box.get_by_role("button", name=lead.t("phone.save_all")).click()
        there = wall.page.get_by_role("listitem").filter(has_text=text)
        await expect(there).to_contain_text(f"Hører til ønsket: ↳ {WISHES[2]}")
    await crowd.shot(lead, wall)
    # A second tap on what is chosen takes it back; what is meant to belong to no wish goes up when that was said.
    await box.get_by_role("button", name=re.compile(WISHES[2]), expanded=False).click()
    await box.locator(".linking .note", has_text=WISHES[2]).click()
    await box.get_by_label(lead.t("console.note")).fill("Vi spiser kage om fredagen")
    await box.get_by_role("button", name=lead.t("phone.save_all")).click()
    await box.get_by_role("button", name=lead.t("doubt.sure")).click()
    there = wall.page.get_by_role("listitem").filter(has_text="kage om fredagen")
    await expect(there).to_be_visible()
    await expect(there).not_to_contain_text("↳")
