"""Nothing typed is lost, and nobody's words by mistake: half-written changes, two who change one note.

What may not live here: texts of the box while offline (test_offline.py).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.people import PHONE, SMALL, Crowd, Person
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

DV = Method("dilemmavaerksted")
FV = Method("fremtidsvaerksted")
HV = Method("historievaerksted")
# What a browser's translation does to a page: each text is put into elements of the browser's own.
TRANSLATE = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  const skipped = 'script, style, textarea';
  while (texts.nextNode()) if (!texts.currentNode.parentElement.closest(skipped)) found.push(texts.currentNode);
  for (const text of found) {
    const [outer, inner] = [document.createElement('font'), document.createElement('font')];
    text.replaceWith(outer);
    outer.append(inner);
    inner.append(document.createTextNode(text.data));
  }
}"""


async def open_note(person: Person, text: str) -> None:
    """Open a note on one's phone."""
    await person.page.get_by_role("button", name=re.compile(f"^{re.escape(text)}")).click()
    await expect(person.dialog()).to_be_visible()


async def tap_beside(person: Person) -> None:
    """Tap beside the open dialog, which closes it."""
    await person.page.mouse.click(20, 12)
    await expect(person.dialog()).to_have_count(0)


async def test_R25_a_half_written_change_is_kept_and_two_changes_are_both_seen(crowd: Crowd) -> None:
    lead, anna, bo = await plays.gather(crowd, DV, anna=PHONE, bo=SMALL)
    await plays.go_on(lead, DV.round("write"))
    await plays.write(anna, "Ro eller hast")
    await plays.write(anna, "Stuer eller gange")

    # -- a draft: tapped beside, reloaded; the text is offered again, and is saved in the end --
    await open_note(anna, "Ro eller hast")
    await expect(anna.field("note.text")).to_be_focused()
    await anna.field("note.text").fill("Ro eller hast på st")
    await tap_beside(anna)
    await anna.reads("typed.note", text="Ro eller hast på st")
    await anna.page.reload()
    await anna.reads("typed.note", text="Ro eller hast på st")
    await crowd.shot(anna)
    await anna.press("typed.go_on")
    await expect(anna.field("note.text")).to_have_value("Ro eller hast på st")
    await anna.field("note.text").fill("Ro eller hast på stuen")
    await anna.press("note.save")
    await anna.sees("Ro eller hast på stuen")
    await expect(anna.text(anna.t.pattern("typed.note"))).to_have_count(0)

    # -- the right ends while the note is open: the text stays, to be copied or written anew --
    await plays.go_on(lead, DV.round("present"), confirm=True)
    await anna.press("turn.take")
    await anna.press("turn.show_group")
    await anna.press("turn.show_group")
    shown = anna.page.get_by_role("button", name=re.compile("^Ro eller hast på stuen"))
    await shown.click()
    await anna.field("note.text").fill("Ro eller hast, hver aften")
    await plays.go_on(lead, DV.round("choose"), confirm=True)
    await anna.reads("typed.over_note", text="Ro eller hast, hver aften")
    await crowd.shot(anna)
    await tap_beside(anna)
    await anna.page.reload()
    await anna.reads("typed.over_note", text="Ro eller hast, hver aften")
    await anna.press("typed.copy")
    await anna.reads("devices.copied")
    await anna.press("lost.drop")
    await expect(anna.text(anna.t.pattern("typed.over_note"))).to_have_count(0)

    # -- two change one note: the later one sees both, and chooses --
    await bo.press("group.choose", within=bo.page.get_by_role("listitem").filter(has_text="Ro eller hast på stuen"))
    await plays.go_on(lead, DV.round("sides"))
    await plays.write(anna, "Ro til samtale", save="phone.save_group")
    for person in (anna, bo):
        await open_note(person, "Ro til samtale")
    await anna.field("note.text").fill("Ro til den svære samtale")
    await bo.field("note.text").fill("Ro til samtale med pårørende")
    await bo.press("note.save")
    await anna.reads("note.changed")
    await expect(anna.dialog()).to_contain_text("Ro til samtale med pårørende")
    await expect(anna.field("note.your_text")).to_have_value("Ro til den svære samtale")
    await crowd.shot(anna)
    await anna.field("note.your_text").fill("Ro til den svære samtale med pårørende")
    await anna.press("note.use_mine")
    await bo.sees("Ro til den svære samtale med pårørende")

    # -- saved without a connection, and changed by somebody else meanwhile: refused, and both are shown --
    crowd.expect_noise("ERR_INTERNET_DISCONNECTED")
    await anna.context.set_offline(True)
    await anna.reads("line.away")
    await open_note(anna, "Ro til den svære")
    await anna.field("note.text").fill("Ro")
    await anna.press("note.save")
    await open_note(bo, "Ro til den svære")
    await bo.field("note.text").fill("Ro og tid")
    await bo.press("note.save")
    await lead.sees("Ro og tid")
    await anna.context.set_offline(False)
    await anna.reads("note.changed")
    await expect(anna.dialog()).to_contain_text("Ro og tid")
    await expect(anna.field("note.your_text")).to_have_value("Ro")
    await anna.press("note.keep_theirs")
    await anna.sees("Ro og tid")
    await expect(anna.text(anna.t.pattern("typed.note"))).to_have_count(0)

    # -- the same on the console: kept over a reload, and both are shown --
    for name in ("depth", "actions", "plenum"):
        await plays.go_on(lead, DV.round(name), confirm=True)
    await lead.press("console.turn.give_show", name=lead.t("boards.group", n=1))
    await lead.page.locator(".console-picture").get_by_role("listitem").filter(has_text="Ro og tid").first.click()
    await lead.press("console.edit")
    field = lead.page.locator(".note-tools textarea")
    await field.fill("Ro, tid og plads")
    await lead.page.reload()
    await lead.press("typed.go_on")
    await expect(field).to_have_value("Ro, tid og plads")
    await lead.press("console.save")
    await anna.sees("Ro, tid og plads")


async def test_a_text_of_the_console_that_was_refused_is_in_its_field_and_there_after_a_reload_too(
    crowd: Crowd,
) -> None:
    lead = await plays.start(crowd, HV)
    await lead.page.locator(".script-round").filter(has_text=HV.round("picture")).click()
    await lead.press("console.go_here")
    field = lead.field("console.heading_text")
    await field.evaluate("el => el.removeAttribute('data-most')")
    long = "De urolige år " * 9
    await field.fill(long)
    await lead.press("console.heading_add")
    await expect(field).to_have_value(long.strip())
    await lead.page.reload()
    await expect(field).to_have_value(long.strip())


async def test_a_short_field_cuts_nothing_and_says_how_much_is_too_much(crowd: Crowd) -> None:
    lead = await plays.start(crowd, HV)
    code = (await plays.links(lead))["code"]
    await lead.page.locator(".script-round").filter(has_text=HV.round("picture")).click()
    await lead.press("console.go_here")
    heading = lead.field("console.heading_text")
    anna = await crowd.phone("anna", SMALL)
    await anna.page.goto("/")
    await anna.field("code.label").fill(code)
    await anna.press("code.go")
    for person, field, most, send in (
        (lead, heading, 60, "console.heading_add"),
        (anna, anna.field("join.name"), 40, "join.go"),
    ):
        await field.click()
        long = "Å" * (most + 3)
        await person.page.keyboard.insert_text(long)
        await expect(field, "all of it is there").to_have_value(long)
        said = await field.evaluate("field => field.validationMessage")
        assert said == person.t("phone.too_long", n=3)
        await person.press(send)
        await expect(field, "and nothing is sent").to_have_value(long)
        for _ in range(3):
            await person.page.keyboard.press("Backspace")
        assert await field.evaluate("field => field.validationMessage") == ""
        await person.press(send)
    await lead.sees("Å" * 60)
    await anna.page.wait_for_url("**/b/*")


async def test_a_dialog_with_a_field_has_the_focus_in_it(crowd: Crowd) -> None:
    lead = await plays.start(crowd, HV)
    field = lead.dialog().get_by_role("textbox").first
    # One after the other, also where one dialog leads to the next.
    for path in (["console.add_person"], ["console.more", "console.more.setup"], ["console.change_setup"]):
        for key in path:
            await lead.button(key, starts=True).click()
        await expect(field).to_be_focused()
        await lead.press("console.shut", within=lead.dialog())
    # What was typed there is there again.
    await lead.press("console.add_person")
    await expect(field).to_be_focused()
    await lead.page.keyboard.type("Gerda i aftenva")
    await lead.page.reload()
    await lead.press("console.add_person")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("Gerda i aftenva")
    await lead.page.keyboard.type("gt")
    await lead.press("console.host_add")
    await lead.sees("Gerda i aftenvagt")
    anna = await crowd.phone("anna")
    await plays.join_by_code(anna, (await plays.links(lead))["code"], name="Anna")
    await anna.press("phone.rename")
    await expect(anna.dialog().get_by_role("textbox")).to_be_focused()


async def test_on_a_translated_page_texts_follow_the_round_and_a_note_goes_where_the_screen_says(crowd: Crowd) -> None:
    lead = await plays.start(crowd, FV)
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    anna, bo = await crowd.phone("anna"), await crowd.phone("bo", SMALL)
    await plays.join_by_code(anna, ways["code"], name="Anna")
    await plays.join_by_code(bo, ways["code"], name="Bo")
    await plays.go_on(lead, FV.round("critique"))
    await plays.write(anna, "Vi løber for stærkt")
    await lead.press("console.reveal", lane=FV.lane("critique").lower())
    await wall.sees("Vi løber for stærkt")
    screens = (lead, wall, anna, bo)
    before = FV.round("critique", "instruction")
    for person in (wall, anna, bo):
        await person.sees(before)
    for person in screens:
        await person.page.evaluate(TRANSLATE)
    await lead.button("console.next", title=FV.round("dream")).click()
    for person in (wall, anna, bo):
        await person.sees(FV.round("dream", "instruction"))
        await person.misses(before)
    await expect(lead.page.get_by_role("heading", level=1)).to_have_text(FV.round("dream"))
    await expect(anna.page.get_by_role("heading", level=1)).to_have_text(re.compile(re.escape(FV.round("dream"))))
    for person in screens:
        await person.page.evaluate(TRANSLATE)
    await plays.write(anna, "Tid til hinanden")
    await anna.reads("phone.mine", n=1)
    await bo.press("ready.me")
    await wall.reads("wall.ready", n=1)
    await lead.press("console.reveal", lane=FV.lane("dream").lower())
    await wall.sees("Tid til hinanden", "Vi løber for stærkt")
    await bo.press("phone.tab_board")
    column = bo.page.locator("section", has=bo.page.get_by_role("heading", name=FV.lane("dream"), exact=True)).last
    await expect(column).to_contain_text("Tid til hinanden")


async def test_R12_a_group_that_chose_nothing_still_can_and_what_it_told_goes_along_if_it_says_so(
    crowd: Crowd, tmp_path: Path
) -> None:
    lead, anna = await plays.gather(crowd, DV, anna=PHONE)
    await plays.go_on(lead, DV.round("write"))
    told = ("Ro eller hast", "Stuer eller gange", "Tid eller orden")
    for text in told:
        await plays.write(anna, text)
    await plays.go_on(lead, DV.round("present"), confirm=True)
    await anna.press("turn.take")
    for n in (2, 1, 0):
        await anna.press("turn.show_group")
        await expect(anna.page.locator(".one-of")).to_have_count(1 if n > 1 else 0)
    await anna.press("turn.done")
    await anna.reads("turn.you_done")
    await expect(lead.button("console.turn.on")).to_have_count(0)
    await plays.go_on(lead, DV.round("choose"))
    # Going on warns; who goes on all the same leads nobody into a dead end.
    await lead.press("console.next", title=DV.round("sides"))
    await lead.reads("console.left.choice", groups=1)
    await lead.press("console.next_anyway", title=DV.round("sides"))
    await anna.reads("group.not_chosen")
    await expect(lead.button("console.choose_this", text=told[0])).to_be_visible()
    await crowd.shot(anna, lead)
    await anna.press("group.choose", within=anna.page.get_by_role("listitem").filter(has_text=told[1]))
    await expect(anna.page.get_by_role("textbox")).to_be_visible()
    await expect(lead.button("console.choose_this")).to_have_count(0)
    # What was told and not chosen is in the group's list, and goes along only when the group says so.
    await anna.reads("group.also_told", n=2)
    await anna.press("group.take_along", within=anna.page.get_by_role("listitem").filter(has_text=told[0]))
    await anna.reads("group.take_along_sure")
    await crowd.shot(anna)
    await anna.press("group.take_along_yes")
    await anna.sees(anna.t("group.goes_along"))
    await crowd.shot(anna)
    await lead.press("console.more")
    for kind in ("md", "csv", "json"):
        text = (await plays.fetch(lead, f"console.file.{kind}", kind, tmp_path)).read_text(encoding="utf-8")
        assert told[0] in text
        assert told[2] not in text
    said = plays.pdf_text(await plays.fetch(lead, "console.file.pdf", "pdf", tmp_path))
    assert told[0] in said
    assert told[2] not in said
