"""Accessibility: axe-core finds no fault on any page or main state, light or dark, in both languages; no side scroll.

What may not live here: anything about what the texts say.
"""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import DESK, PHONE, SMALL, Crowd, Person
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

LANGS = ["da", "en"]

# What can be operated and has neither an edge nor, as a link, a line below it.
BARE = """() => [...document.querySelectorAll('button, textarea, select, input, dialog[open]')].filter((one) => {
  const style = getComputedStyle(one);
  if (!one.offsetWidth || style.visibility !== 'visible' || ['radio', 'checkbox'].includes(one.type)) return false;
  const edges = ['Top', 'Right', 'Bottom', 'Left'].map((side) => parseFloat(style[`border${side}Width`]));
  return Math.min(...edges) < 1 && style.textDecorationLine !== 'underline';
}).map((one) => `${one.localName}.${one.className} ${one.textContent.trim()}`)"""
ABOUT = ["data-protection", "accessibility", "it", "threat-model"]


class Walk:
    """Looks at one state after another, and says all it found at the end."""

    def __init__(self) -> None:
        self.found: list[str] = []

    async def look(self, state: str, *people: Person) -> None:
        for person in people:
            self.found += await barriers(person, state)
            wide = await person.overflow()
            if wide > 0:
                self.found.append(f"{person.name} {person.t.lang} {state}: {wide} px of sideways scroll")
            if person.t.lang == "da":  # the plays have pictures of the light screens
                await person.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
                await person.crowd.shot(person)
                await person.page.emulate_media(color_scheme="light", reduced_motion="reduce")

    def done(self) -> None:
        assert not self.found, f"{len(self.found)} barriers:\n" + "\n".join(self.found)


@pytest.mark.parametrize("lang", LANGS)
async def test_pages_without_a_board_have_no_barriers(crowd: Crowd, lang: str) -> None:
    walk = Walk()
    fv = Method("fremtidsvaerksted", lang)
    guest = await crowd.phone("guest", SMALL, lang=lang)
    desk = await crowd.enters("desk", DESK, lang=lang)
    crowd.expect_noise("404")
    for person in (guest, desk):
        await person.page.goto("/")
        await person.speak()
        await person.sees(fv.title)
        await person.press("code.go")
        await person.reads("code.empty")
        await walk.look("front", person)
        await plays.choose(person, fv)
        await expect(person.button("start.go")).to_be_visible()
        await walk.look("front, starting", person)
    await guest.page.goto("/join")
    await guest.field("code.label").fill("hest hav sol")
    await guest.press("code.go")
    await guest.reads("error.no_door")
    await walk.look("join, wrong code", guest)
    for page in ABOUT:
        await guest.page.goto(f"/about/{page}?lang={lang}")
        await expect(guest.page.get_by_role("heading", level=1)).to_be_visible()
        await walk.look(f"about {page}", guest)
    await guest.page.goto("/b/nowhere")
    await guest.page.wait_for_url("**/join")
    walk.done()


@pytest.mark.parametrize("lang", LANGS)
async def test_a_workshop_has_no_barriers(crowd: Crowd, lang: str) -> None:
    walk = Walk()
    hv = Method("historievaerksted", lang)
    lead = await plays.start(crowd, hv)
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"], lang=lang)
    await wall.sees(hv.round("welcome"))
    anna = await crowd.phone("anna", SMALL, lang=lang)
    link = await plays.scan(crowd, wall)
    await anna.page.goto(link)
    await expect(anna.field("join.name")).to_be_visible()
    await walk.look("join, name", anna)
    await plays.join_by_link(anna, link, name="Anna")
    bo = await crowd.phone("bo", lang=lang)
    await plays.join_by_link(bo, link, name="Bo")
    chief = await crowd.phone("chief", PHONE, lang=lang)
    await plays.join_by_link(chief, ways["listen"])
    await chief.reads("listen.title")
    await lead.sees("Anna", "Bo")
    await walk.look("welcome", lead, wall, anna, chief)
    await plays.open_door(lead)
    await walk.look("door", lead)
    await lead.press("console.shut", within=lead.dialog())
    await lead.press("console.more")
    await walk.look("more", lead)
    await lead.press("console.shut", within=lead.dialog())
    for item in ("setup", "way_back", "help", "close", "erase"):
        await lead.press("console.more")
        await lead.press(f"console.more.{item}", starts=True)
        await lead.reads(f"console.dialog.{item}")
        await walk.look(item, lead)
        await lead.press("console.shut", within=lead.dialog())
    await plays.row(lead, "Anna").click()
    await walk.look("person", lead)
    await lead.press("console.shut", within=lead.dialog())

    await plays.go_on(lead, hv.round("write"))
    for words in ("Ny leder", "Onsdagsmøde"):
        await plays.write(anna, words)
    await anna.sees("Onsdagsmøde")
    await plays.write(bo, "Flytning")
    await walk.look("writing", lead, wall, anna)
    await anna.page.get_by_role("button", name=re.compile("^Ny leder")).click()
    await walk.look("own note", anna)
    await anna.press("note.close")

    await lead.press("console.next", title=hv.round("place"))
    await lead.reads("console.stay")
    await walk.look("going on too early", lead)
    await lead.press("console.next_anyway", title=hv.round("place"))
    await anna.press("turn.take")
    await anna.reads("turn.yours")
    await bo.reads("turn.has")
    await walk.look("turn", lead, wall, anna, bo)
    await plays.put_up(anna)
    await expect(wall.page.get_by_role("listitem").first).to_be_visible()
    await plays.look(bo)
    await bo.reads("board.picture")
    await walk.look("board, list", bo)
    await bo.press("board.picture")
    await walk.look("board, picture", bo)
    await walk.look("notes up", wall, chief)
    await plays.back_to_mine(bo)

    await plays.go_on(lead, hv.round("picture"), confirm=True)
    await lead.field("console.heading_text").fill("Travle år")
    await lead.press("console.heading_add")
    await wall.sees("Travle år")
    await walk.look("the whole picture", lead, wall, anna)
    await plays.go_on(lead, hv.round("strengths"))
    await anna.reads("group.yours")
    await plays.write(anna, "Vi hjælper hinanden", save="phone.save_group")
    await walk.look("group", lead, wall, anna)
    await plays.go_on(lead, hv.round("wishes"), confirm=True)
    await plays.go_on(lead, hv.round("plenum"), confirm=True)
    await lead.press("console.turn.give_show", name=lead.t("boards.group", n=1))
    await wall.sees("Vi hjælper hinanden")
    await walk.look("plenum", lead, wall, anna)
    await plays.go_on(lead, hv.round("close"), confirm=True)
    await anna.reads("end.take")
    await walk.look("end", lead, wall, anna)
    await plays.close(lead)
    await anna.reads("end.closed")
    await walk.look("closed", lead, wall, anna)
    walk.done()


async def test_the_console_on_a_phone_has_no_barriers(crowd: Crowd) -> None:
    walk = Walk()
    hv = Method("historievaerksted")
    lead = await plays.start(crowd, hv)
    await lead.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    for tab in ("script", "now", "people", "board"):
        tabs = lead.page.get_by_role("navigation", name=lead.t("console.tabs"))
        await lead.press(f"console.tab.{tab}", within=tabs)
        await walk.look(f"tab {tab}", lead)
    walk.done()


async def test_a_dilemma_and_a_future_have_no_barriers(crowd: Crowd) -> None:
    walk = Walk()
    dv = Method("dilemmavaerksted")
    lead = await plays.start(crowd, dv)
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    anna = await crowd.phone("anna", SMALL)
    await plays.join_by_code(anna, ways["code"], name="Anna")
    await plays.go_on(lead, dv.round("write"))
    await plays.write(anna, "Tid eller nærvær")
    await plays.go_on(lead, dv.round("present"), confirm=True)
    await anna.press("turn.take")
    await anna.press("turn.show_group")
    await anna.press("turn.done")
    await plays.go_on(lead, dv.round("choose"))
    await walk.look("choose", anna, lead)
    await anna.press("group.choose")
    await anna.reads("group.unchoose")
    await plays.go_on(lead, dv.round("sides"))
    await plays.go_on(lead, dv.round("depth"), confirm=True)
    await anna.sees(dv.round("depth"))
    await plays.write(anna, "Vi skynder os", save="phone.save_group")
    await plays.go_on(lead, dv.round("actions"), confirm=True)
    await anna.reads("locked.depth_first")
    await walk.look("locked", anna, wall, lead)
    await plays.go_on(lead, dv.round("plenum"), confirm=True)
    await lead.press("console.turn.give_show", name=lead.t("boards.group", n=1))
    await wall.sees("Vi skynder os")
    await walk.look("grid", anna, wall, lead)
    walk.done()


async def test_every_field_button_and_dialog_of_the_console_has_an_edge_in_forced_colours(crowd: Crowd) -> None:
    hv = Method("historievaerksted")
    lead = await plays.start(crowd, hv)
    await plays.host(lead, "Gerda")
    await lead.page.emulate_media(forced_colors="active")
    assert await lead.page.evaluate(BARE) == []
    opens = {
        "person": plays.row(lead, "Gerda"),
        "host": lead.button("console.add_person"),
        "door": lead.page.get_by_role("button", name=lead.t.pattern("console.door_open", ends=True)),
        "more": lead.button("console.more"),
        "setup": lead.button("console.change_setup"),
    }
    for dialog, button in opens.items():
        await button.click()
        await expect(lead.page.locator(f"dialog.console-dialog-{dialog}")).to_be_visible()
        await crowd.shot(lead)
        assert await lead.page.evaluate(BARE) == [], dialog
        await lead.press("console.shut", within=lead.dialog())
    await plays.go_on(lead, hv.round("write"))
    await plays.write(lead, "Ny leder", save="console.save_note")
    await lead.sees("Ny leder")
    assert await lead.page.evaluate(BARE) == []
