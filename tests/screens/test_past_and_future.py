"""Wishes are chosen with a reason, and become actions that point to them (R31, R32), on console, phones and wall.

What may not live here: gathering (test_gather.py), and how a timeline is filled (test_history.py).
"""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import DESK, Crowd
from tests.screens.test_gather import FFV, paper
from tests.screens.test_picking import take

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOW = {"width": 360, "height": 640}
WISHES = ("Besked i god tid", "Tid til at øve det nye")
REASON = "Det savnede vi sidst"


async def test_R32_a_wish_is_chosen_only_with_its_reason_and_all_see_both(crowd: Crowd) -> None:
    lead, anna, bo = await plays.gather(crowd, FFV, anna=LOW, bo=LOW)
    wall = await plays.wall(crowd, (await plays.links(lead))["wall"])
    await plays.go_through(lead, FFV, "write", "place", "gather", "wishes", confirm=("place", "gather"))
    await asyncio.gather(
        *(plays.write(one, wish, save="phone.save_all") for one, wish in zip((anna, bo), WISHES, strict=True))
    )
    await wall.sees(*WISHES)
    await plays.go_through(lead, FFV, "themes", "choose")

    await paper(lead, WISHES[0]).click()
    chosen = lead.page.get_by_role("button", name="Valgt")
    await chosen.click(force=True)
    await expect(wall.page.locator("board-stage")).not_to_contain_text("Valgt")
    reason = lead.page.get_by_label("Derfor")
    await reason.fill(REASON)
    await reason.press("Tab")
    await wall.sees(REASON)
    await chosen.click()
    await expect(wall.page.locator("board-stage .note", has_text=WISHES[0])).to_contain_text("Valgt")
    assert await barriers(lead, "choose") == []
    assert await barriers(wall, "choose") == []
    await plays.go_on(lead, FFV.round("actions"))
    assert await barriers(anna, "actions") == []
    await crowd.shot(lead, wall, anna, bo)


async def test_R32_R35_a_theme_is_chosen_with_its_reason_from_the_console_and_nothing_on_the_wall_moves(
    crowd: Crowd,
) -> None:
    lead, anna = await plays.gather(crowd, FFV, anna=LOW)
    wall = await plays.wall(crowd, (await plays.links(lead))["wall"])
    await plays.go_through(lead, FFV, "write", "place", "gather", "wishes", confirm=("place", "gather"))
    for wish in (*WISHES, "Et navn at gå til"):
        await plays.write(anna, wish, save="phone.save_all")
    await plays.go_on(lead, FFV.round("themes"))
    await lead.press("console.gather")
    for wish in WISHES:
        await paper(lead, wish).click()
    gather = lead.page.get_by_role("form", name=lead.t("console.gather"))
    await gather.get_by_role("textbox").fill("Sagt og øvet")
    await lead.button("console.gather_do", within=gather).click()
    await wall.sees("Sagt og øvet")
    await plays.go_on(lead, FFV.round("choose"))

    # The console says what is to be done, where one looks first, and leads there.
    way = lead.page.locator(".to-board")
    await expect(way).to_be_in_viewport()
    await expect(way).to_contain_text("»Valgt«")
    await lead.press("console.to_board")
    await expect(lead.page.locator(".console-picture")).to_be_in_viewport()
    lie = "() => [...document.querySelectorAll('board-stage .note')].map((one) => one.style.translate)"
    before = await wall.page.evaluate(lie)
    await paper(lead, "Sagt og øvet").click()
    reason = lead.page.get_by_label("Derfor")
    await reason.fill(REASON)
    await reason.press("Tab")
    await lead.page.get_by_role("button", name="Valgt").click()
    listed = wall.page.locator(".chosen-list .is-on")
    await expect(listed).to_contain_text("Sagt og øvet")
    await expect(listed).to_contain_text(REASON)
    assert await wall.page.evaluate(lie) == before
    await plays.look(anna)
    await expect(anna.page.locator("section.gathered")).to_contain_text("Valgt")
    await expect(anna.page.locator("section.gathered")).to_contain_text(REASON)
    await crowd.shot(lead, wall, anna)


async def test_wishes_are_chosen_one_after_another_by_taps_and_no_tap_moves_a_note(crowd: Crowd) -> None:
    lead, anna = await plays.gather(crowd, FFV, anna=LOW)
    wall = await plays.wall(crowd, (await plays.links(lead))["wall"])
    await plays.go_through(lead, FFV, "write", "place", "gather", "wishes", confirm=("place", "gather"))
    wishes = (*WISHES, "Et navn at gå til", "Ro til at prøve")
    for wish in wishes:
        await plays.write(anna, wish, save="phone.save_all")
    await plays.go_through(lead, FFV, "themes", "choose")
    lie = "() => [...document.querySelectorAll('board-stage .note')].map((el) => [el.dataset.note, el.style.translate])"
    await expect(wall.page.locator("board-stage .note")).to_have_count(len(wishes))
    before = await wall.page.evaluate(lie)
    for at, wish in enumerate(wishes[:3], 1):
        await paper(lead, wish).click()
        await expect(lead.page.locator(".note-tools")).to_contain_text(wish)
        await lead.page.get_by_label("Derfor").fill(REASON)
        await lead.page.get_by_label("Derfor").press("Tab")
        await lead.page.get_by_role("button", name="Valgt").click()
        await expect(wall.page.locator(".chosen-list .is-on")).to_have_count(at)
        assert await wall.page.evaluate(lie) == before, wish
    await crowd.shot(lead, wall)


async def test_R29_of_several_lists_to_pick_from_a_long_one_is_folded_so_that_each_is_reached(crowd: Crowd) -> None:
    lead, anna = await plays.gather(crowd, FFV, anna=LOW)
    await plays.go_through(lead, FFV, "write", "place", "gather", "wishes", confirm=("place", "gather"))
    wishes = [f"Tid til at øve del {part}" for part in "ABCDEFGHI"]
    for wish in wishes:
        await plays.write(anna, wish, save="phone.save_all")
    await plays.go_through(lead, FFV, "themes", "choose", "actions")
    await anna.named(FFV.lane("group")).click()
    await anna.named(FFV.link("towards")).click()
    await anna.page.locator(".linking .note", has_text=wishes[0]).click()
    await plays.write(anna, "Vi øver to og to", save="phone.save_all")
    await plays.go_through(lead, FFV, "close", "harvest")
    rows = lead.page.locator(".pick-row")
    await expect(rows.filter(has_text="Vi øver to og to")).to_be_visible()
    await expect(rows.filter(has_text=wishes[0])).to_be_hidden()
    await lead.page.locator(".pick-section summary", has_text=FFV.lane("wishes")).click()
    await take(lead, wishes[0])
    await expect(rows.filter(has_text=wishes[8])).to_be_visible()
    await crowd.shot(lead)


async def test_R25_an_answer_that_is_being_typed_is_not_replaced_by_somebody_elses(crowd: Crowd) -> None:
    lead, anna = await plays.gather(crowd, FFV, anna=LOW)
    await plays.go_through(lead, FFV, "write", "place", "gather", "wishes", confirm=("place", "gather"))
    await plays.write(anna, WISHES[0], save="phone.save_all")
    await plays.go_through(lead, FFV, "themes", "choose")
    # The same facilitator at another computer.
    other = await crowd.enters("other", DESK)
    await other.page.goto("/")
    keys = await lead.page.evaluate("localStorage.getItem('tavle.keys')")
    await other.page.evaluate("keys => localStorage.setItem('tavle.keys', keys)", keys)
    await other.page.goto(lead.page.url)
    for person in (lead, other):
        await paper(person, WISHES[0]).click()
    mine, theirs = (person.page.get_by_label("Derfor") for person in (lead, other))
    # A second page of the same browser has what is typed there for itself.
    twin = await lead.page.context.new_page()
    await twin.goto(lead.page.url)
    await twin.locator(".console-picture").get_by_role("button", name=re.compile(WISHES[0])).click()
    beside = twin.get_by_label("Derfor")
    await expect(beside).to_have_value("")
    await mine.press_sequentially("Det savnede vi")
    await beside.press_sequentially("Fordi")
    await twin.get_by_role("button", name=lead.t("console.add_minute")).click()
    await expect(beside).to_have_value("Fordi")
    await expect(mine).to_have_value("Det savnede vi")
    await beside.fill("")
    await twin.close()
    await mine.press_sequentially("!")
    await mine.press("Backspace")
    await theirs.fill("Vi var de sidste")
    await theirs.press("Tab")
    await lead.reads("field.changed")
    await expect(mine).to_have_value("Det savnede vi")
    await expect(lead.page.get_by_role("alert").filter(has_text="Vi var de sidste")).to_be_visible()
    assert await barriers(lead, "two answers") == []
    await crowd.shot(lead)
    # What is typed is there again after a reload, until one of the two is chosen.
    await lead.page.reload()
    await paper(lead, WISHES[0]).click()
    await expect(mine).to_have_value("Det savnede vi")
    await lead.press("note.use_mine")
    await other.sees("Derfor: Det savnede vi")
