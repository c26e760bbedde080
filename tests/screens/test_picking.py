"""What a workshop takes with it: picked by console and scribe at once, seen on the wall, read by the leader."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import DESK, SMALL, Crowd, Person, all_see, none_see
from tests.screens.phones import phone_of
from tests.screens.texts import Method, texts

pytestmark = pytest.mark.asyncio(loop_scope="session")

FV = Method("fremtidsvaerksted")


def found(person: Person, text: str) -> Locator:
    """The row of a note that may be picked."""
    return person.page.locator(".pick-row").filter(has_text=text)


async def take(person: Person, text: str) -> None:
    await found(person, text).get_by_role("button").click()
    await expect(found(person, text)).to_contain_text(person.t("pick.taken"))


async def test_R29_console_and_scribe_pick_at_once_and_the_leader_reads_that_and_nothing_else(crowd: Crowd) -> None:
    lead = await plays.start(crowd, FV, leader="told")
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    anna, other, scribe = [await crowd.phone(name, SMALL) for name in ("anna", "other", "scribe")]
    for person, name in ((anna, "Anna"), (other, "Anna"), (scribe, "Kit")):
        await plays.join_by_code(person, ways["code"], name=name)
    await plays.row(lead, "Kit").click()
    await lead.choose(lead.t.pattern("console.role.scribe", starts=True))
    await lead.page.keyboard.press("Escape")
    await scribe.reads("pad.you_are")
    await plays.go_on(lead, FV.round("critique"))
    await plays.write(anna, "Vi mangler tid")
    await plays.write(other, "vi mangler TID!")
    await plays.write(anna, "Telefonen ringer")
    await plays.write(other, "نتعلم من بعضنا البعض")
    lane = FV.lane("critique").lower()
    await plays.reveal(lead, lane)
    await wall.sees("Telefonen ringer")
    await plays.go_through(lead, FV, "dream", "realise", "close", "harvest", confirm=("realise", "close"))

    # -- the scribe is led from the pad to what is to be picked; the others listen --
    await expect(scribe.page.get_by_role("heading", name=FV.round("harvest"), level=1)).to_be_visible()
    await expect(found(lead, "Vi mangler tid")).to_contain_text(lead.t("pick.alike", n=2))
    await none_see(lead.t("pick.take"), anna, other)
    assert await barriers(lead, "nothing picked") == []

    # -- both pick at once, and see each other's --
    await take(lead, "Vi mangler tid")
    await expect(found(scribe, "Vi mangler tid")).to_contain_text(scribe.t("pick.taken"))
    await take(scribe, "بعضنا")
    await scribe.page.get_by_role("button", name=f"{scribe.t('note.change')}: Vi mangler tid").click()
    await scribe.field("pick.reword").fill("Tid til hinanden")
    await scribe.press("note.save")
    await all_see("Tid til hinanden", lead, wall)
    await all_see("بعضنا", lead, wall)
    await lead.field("pick.own").fill("Ring til Mette på 20 12 34 56")
    await lead.press("pick.take", within=lead.page.locator(".pick-form"))
    await lead.sees(lead.t("doubt.phone"))
    await lead.field("pick.own").fill("En fast makker")
    await lead.page.locator(".pick-form select").select_option(label=FV.lane("lifts"))
    await lead.press("pick.take", within=lead.page.locator(".pick-form"))
    await all_see("En fast makker", scribe, wall)
    for person in (lead, scribe, wall):
        assert await person.overflow() <= 0
        assert await barriers(person, "picked") == []
    await crowd.shot()

    # -- who tells the leader, and the edition by a link that can be withdrawn --
    await plays.go_on(lead, FV.round("briefing"))
    await lead.page.get_by_label(lead.t("console.brief_who")).select_option(label=lead.t("console.teller.scribe"))
    assert await barriers(lead, "briefing") == []
    await lead.press("console.link_make")
    link = await lead.page.get_by_label(lead.t("console.leader_link"), exact=True).input_value()
    chief = await crowd.enters("chief", DESK)
    await chief.page.goto(link)
    await chief.sees("Tid til hinanden", "En fast makker", "بعضنا")
    await chief.misses("Telefonen ringer", "Vi mangler tid", "Anna", "Kit")
    # Nothing is in the lane before it, and it has its colour of the wall all the same.
    await expect(chief.page.locator("section").filter(has_text="En fast makker")).to_have_class("lilac")
    assert await barriers(chief, "leader edition") == []
    await chief.page.set_viewport_size({"width": 360, "height": 640})
    assert await chief.overflow() <= 0
    await crowd.shot(chief, lead)
    crowd.expect_noise("40[134]")
    await lead.press("console.withdraw.leader")
    await lead.press("console.withdraw_now")
    await lead.reads("console.withdrawn.leader")
    await chief.page.reload()
    await chief.reads("leader_page.withdrawn")
    await chief.misses("Tid til hinanden")


async def test_corrections_that_are_begun_are_kept_beside_each_other_and_over_a_reload(crowd: Crowd) -> None:
    lead, anna = await plays.gather(crowd, FV, anna=SMALL)
    await plays.go_on(lead, FV.round("critique"))
    for text in ("Vi mangler tid", "Telefonen ringer"):
        await plays.write(anna, text)
    lane = FV.lane("critique").lower()
    await plays.reveal(lead, lane)
    await plays.go_through(lead, FV, "dream", "realise", "close", "harvest", confirm=("realise", "close"))
    fields = lead.page.get_by_label(lead.t("pick.reword"))
    for at, (text, half) in enumerate((("Vi mangler tid", "Tid til"), ("Telefonen ringer", "Ro til"))):
        await take(lead, text)
        # The keyboard stays at the row, and goes into the text that is to be corrected.
        await expect(found(lead, text).get_by_role("checkbox")).to_be_focused()
        await lead.page.get_by_role("button", name=f"{lead.t('note.change')}: {text}").click()
        await expect(fields).to_have_count(at + 1)
        await expect(fields.nth(at)).to_be_focused()
        await fields.nth(at).fill(half)
    await lead.page.reload()
    await expect(fields).to_have_count(2)
    assert sorted([await fields.nth(at).input_value() for at in range(2)]) == ["Ro til", "Tid til"]
    await fields.first.press("Tab")
    await lead.press("note.save", within=lead.page.locator(".pick-one").first)
    await expect(fields).to_have_count(1)
    await lead.press("pick.cancel")
    await expect(fields).to_have_count(0)


async def test_R29_what_is_too_much_for_one_point_is_said_and_not_dropped(crowd: Crowd) -> None:
    t = texts()
    notes = {
        f"note:n{at:015}": {"text": f"Seddel {at}", "lane": "critique", "sheet": "columns", "becomes": "lift"}
        for at in range(62)
    }
    me = {"role": "scribe", "scene": "pick", "can": ["pick"]}
    scribe = await phone_of(crowd, FV, board={"round": "harvest", "scene": "pick"}, me=me, records=notes)
    page = scribe.page
    boxes = page.get_by_role("checkbox")
    await expect(boxes).to_have_count(62)
    for at in range(62):
        await boxes.nth(at).check()
    own = page.locator("[name=pick]")
    await own.fill("Det hele")
    await expect(page.get_by_text(t("pick.too_many", most=60, n=2))).to_be_visible()
    await own.scroll_into_view_if_needed()
    await crowd.shot(scribe)
    await own.press("Tab")
    take_all = page.locator(".pick-form").get_by_role("button", name=t("pick.take"))
    await take_all.click()
    assert await page.evaluate("sent") == []
    await boxes.nth(0).uncheck()
    await boxes.nth(1).uncheck()
    await own.fill("x" * 1_000 + "æøå")
    await expect(page.get_by_text(t("phone.too_long", n=763))).to_be_visible()
    await take_all.click()
    assert await page.evaluate("sent") == []
    await own.fill("Det hele")
    await take_all.click()
    [(op, args)] = await page.evaluate("sent")
    assert (op, args["text"], len(args["of"])) == ("pick", "Det hele", 60)


async def test_what_people_chose_is_the_first_to_be_picked_and_says_so(crowd: Crowd) -> None:
    ahead = Method("fortids-og-fremtidsvaerksted")
    notes: dict[str, dict[str, Any]] = {
        f"note:wish{at:011}": {"text": f"Ønske nummer {at}", "lane": "wishes", "sheet": "ahead", "becomes": "point"}
        for at in range(5)
    }
    notes["note:wish00000000003"] |= {"marks": {"choice": "chosen"}, "fields": {"reason": "Det savnede vi"}}
    notes["note:wish00000000001"] |= {"marks": {"choice": "later"}}
    me = {"role": "scribe", "scene": "pick", "can": ["pick"]}
    scribe = await phone_of(crowd, ahead, board={"round": "harvest", "scene": "pick"}, me=me, records=notes)
    rows = scribe.page.locator(".pick-row")
    await expect(rows).to_have_count(5)
    first = [text.split("\n")[0] for text in await rows.all_inner_texts()]
    assert first == [f"Ønske nummer {at}" for at in (3, 1, 0, 2, 4)]
    await expect(rows.first).to_contain_text("✓ Valgt")


async def test_the_leader_edition_speaks_the_workshops_language_until_another_is_chosen(crowd: Crowd) -> None:
    english = Method("fremtidsvaerksted", "en")
    lead = await plays.start(crowd, english, leader="told")
    rounds = ("critique", "dream", "realise", "close", "harvest")
    await plays.go_through(lead, english, *rounds, confirm=("dream", "realise", "close"))
    await lead.field("pick.own").fill("A buddy for the first three months")
    await lead.press("pick.take", within=lead.page.locator(".pick-form"))
    await plays.go_on(lead, english.round("briefing"))
    await lead.press("console.link_make")
    link = await lead.page.get_by_label(lead.t("console.leader_link"), exact=True).input_value()
    chief = await crowd.enters("chief", DESK, lang="en")
    await chief.page.goto(link)
    await chief.reads("leader_page.what")
    await chief.sees(english.title)
    await expect(chief.page.locator("html")).to_have_attribute("lang", "en")
    await chief.named("Dansk").click()
    await chief.sees(Method("fremtidsvaerksted").title)
    await chief.page.reload()
    await chief.sees(Method("fremtidsvaerksted").title)
