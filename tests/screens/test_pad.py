"""The scribe's pad in a history workshop: a scribe is asked for, named, writes under each turn, and loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import PHONE, SMALL, Crowd, Person, all_see, none_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

HV = Method("historievaerksted")
KEPT = {"scribe", "console"}


def box(person: Person) -> Locator:
    return person.page.locator(".note-box textarea")


async def pads_turn(lead: Person, scribe: Person, name: str) -> None:
    """The facilitator passes the floor on; the scribe sees whose turn it is."""
    await lead.page.locator(".turn-next").click()
    await expect(scribe.page.locator(".pad-about")).to_have_text(scribe.t("pad.has_word", name=name))


async def test_R26_V15_a_scribe_is_asked_for_and_keeps_a_pad(crowd: Crowd, tmp_path: Path) -> None:
    lead = await plays.start(crowd, HV)
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    anna, bo = await crowd.phone("anna"), await crowd.phone("bo", SMALL)
    scribe = await crowd.phone("scribe", {**PHONE, "height": 640})
    for person, name in ((anna, "Anna"), (bo, "Bo"), (scribe, "Kit")):
        await plays.join_by_code(person, ways["code"], name=name)
    # -- asked for, on phones and console, until there is one --
    await all_see(anna.t("pad.wanted"), anna, bo, scribe)
    await lead.reads("console.scribe_wanted")
    await crowd.shot(lead, anna)
    await lead.page.get_by_role("combobox", name=lead.t("console.scribe_choose")).select_option(label="Kit")
    await lead.press("console.scribe_make")
    await scribe.reads("pad.you_are")
    await expect(scribe.page.get_by_role("heading", name=scribe.t("pad.title"), level=1)).to_be_visible()
    await none_see(anna.t("pad.wanted"), anna, bo, scribe)
    await none_see(lead.t("console.scribe_wanted"), lead)
    # -- under each turn; what is begun stays where it was begun, over a reload and the next turn --
    await plays.go_on(lead, HV.round("write"))
    await plays.go_on(lead, HV.round("place"), confirm=True)
    await scribe.sees(HV.round("place", "pad"))
    first = "Anna" if await lead.page.locator(".turn-next", has_text="Anna").count() else "Bo"
    second = "Bo" if first == "Anna" else "Anna"
    await pads_turn(lead, scribe, first)
    said, half, whole = (
        crowd.leaks.canary(text, "scribe") for text in ("Uro efter flytningen", "Savner mandagsmødet", "Alle nikker")
    )
    for line in (said, half, whole):
        line.knows |= KEPT
    await box(scribe).fill(said.text)
    await scribe.press("phone.save_pad")
    await all_see(said.word, lead, scribe)
    await box(scribe).fill(half.text)
    await scribe.page.reload()
    await expect(box(scribe)).to_have_value(half.text)
    await lead.page.locator(".turn-next").click()
    await scribe.sees(scribe.t("pad.has_word", name=second))
    await expect(scribe.page.locator(".pad-about")).to_have_text(scribe.t("pad.turn", n=1))
    await crowd.shot(scribe, lead)
    await scribe.press("pad.save_go")
    await expect(scribe.page.locator(".pad-about")).to_have_text(scribe.t("pad.has_word", name=second))
    await expect(box(scribe)).to_have_value("")
    turn = scribe.page.locator("section", has=scribe.page.get_by_role("heading", name=HV.round("place")))
    await expect(turn.locator(".pad-head")).to_have_text([scribe.t("pad.turn", n=1)])
    await expect(turn.locator(".pad-line")).to_have_count(2)
    # -- corrected, deleted, brought back; the facilitator reads and writes along --
    await scribe.page.locator(".pad-line", has_text=half.word).click()
    await scribe.dialog().get_by_role("textbox").fill(f"{half.text}, siger flere")
    await scribe.press("note.save", within=scribe.dialog())
    await lead.page.locator(".pad-box summary").click()
    await lead.sees("siger flere")
    await scribe.page.locator(".pad-line", has_text=half.word).click()
    await scribe.press("note.delete", within=scribe.dialog())
    await expect(scribe.page.locator(".pad-line")).to_have_count(1)
    await scribe.press("phone.undo")
    await expect(scribe.page.locator(".pad-line")).to_have_count(2)
    await lead.page.locator(".pad-form textarea").fill(whole.text)
    await lead.press("phone.save_pad")
    await scribe.sees(whole.word)
    await crowd.shot(scribe, lead)
    assert await barriers(scribe, "the pad") + await barriers(lead, "the pad") == []
    # In a low window the console's panes scroll, and the window does not: its head stays where it is.
    await lead.page.set_viewport_size({"width": 1366, "height": 600})
    assert await lead.page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
    # -- nobody else --
    await none_see(said.word, anna, bo, wall)
    assert await scribe.overflow() <= 0
    # -- saved as a text, without names --
    async with scribe.page.expect_download() as coming:
        await scribe.press("pad.get")
    file = tmp_path / "pad.txt"
    await (await coming.value).save_as(file)
    text = file.read_bytes().decode()
    assert all(line.text in text for line in (said, half, whole))
    assert not any(name in text for name in ("Anna", "Bo", "Kit"))
    # -- no scribe any more: what was begun can still be copied --
    await box(scribe).fill("halvt skrevet")
    await lead.page.locator(".person", has_text="Kit").click()
    await lead.choose(lead.t("console.role.participant"))
    await scribe.sees("halvt skrevet")
    await scribe.button("typed.copy").wait_for()
    await none_see(said.word, scribe)
    await crowd.shot(scribe)


async def test_R26_a_closed_workshop_asks_nobody_for_lines(crowd: Crowd) -> None:
    lead = await plays.start(crowd, HV)
    ways = await plays.links(lead)
    scribe = await crowd.phone("scribe")
    await plays.join_by_code(scribe, ways["code"], name="Kit")
    await lead.page.get_by_role("combobox", name=lead.t("console.scribe_choose")).select_option(label="Kit")
    await lead.press("console.scribe_make")
    await plays.go_on(lead, HV.round("write"))
    await plays.go_on(lead, HV.round("place"))
    await all_see(HV.round("place", "pad"), lead, scribe)
    await lead.press("console.more")
    await lead.press("console.more.close", starts=True, within=lead.dialog())
    await lead.press("console.close_now")
    await lead.reads("console.closed")
    await lead.reads("console.pad_who")
    await none_see(HV.round("place", "pad"), lead, scribe)
