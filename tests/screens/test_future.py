"""The future workshop, played from the front page: hidden until shown, column by column, with a leader who listens.

What may not live here: anything a person in the room could not do.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.people import SMALL, Crowd, Person, all_see, none_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

FV = Method("fremtidsvaerksted")


async def reveal(lead: Person, lane: str) -> None:
    """Show a column's notes to all."""
    title = FV.lane(lane).lower()
    button = lead.button("console.reveal", lane=title).or_(lead.button("console.reveal_n", lane=title))
    await button.click()
    await expect(button).to_have_count(0)
    await expect(lead.button("console.reveal_again", lane=title)).to_be_visible()


async def only_listens(person: Person) -> None:
    """Nothing to write in and nothing to act with: a listener may look and leave."""
    await expect(person.page.get_by_role("textbox")).to_have_count(0)
    for key in ("phone.save", "ready.me", "board.comment", "note.change", "turn.take"):
        await expect(person.button(key)).to_have_count(0)


async def test_future_from_the_front_page_to_the_picture(crowd: Crowd, tmp_path: Path) -> None:
    # The leader question stands at "listens" by itself: that is what this method asks for.
    lead = await plays.start(crowd, FV)
    await lead.sees(FV.leader("listen"))
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    await wall.sees(FV.round("frame"), FV.heading, ways["code"])
    link = await plays.scan(crowd, wall)
    anna, bo, chief = await crowd.phone("anna"), await crowd.phone("bo", SMALL), await crowd.phone("chief")
    await plays.join_by_link(anna, link, name="Anna")
    await plays.join_by_code(bo, ways["code"])
    await plays.join_by_link(chief, ways["listen"], name="Lis")
    guest = lead.t("seat.guest", n=2)
    await lead.sees("Anna", guest, "Lis")
    await chief.reads("who.listen")
    everybody = ("console", "wall", "anna", "bo", "chief")
    await crowd.shot()

    # The other way to the wall: the button on the console.
    async with lead.context.expect_page() as opened:
        await lead.press("console.show_wall")
    window = await opened.value
    await expect(window.get_by_role("heading", name=FV.heading)).to_be_visible()
    await window.close()

    # -- critique: each alone, then all at once --
    await plays.go_on(lead, FV.round("critique"))
    ann_1 = crowd.leaks.canary("Vi bliver ikke hørt", "anna")
    bo_1 = crowd.leaks.canary("Aftaler holder ikke", "bo")
    await plays.write(anna, ann_1.text)
    await plays.write(bo, bo_1.text)
    await anna.reads("who.own_until_reveal")
    await bo.press("ready.me")
    await wall.reads("wall.ready", n=1)
    await only_listens(chief)
    await none_see(ann_1.word, wall, lead, bo, chief)
    await none_see(bo_1.word, wall, lead, anna, chief)
    await crowd.shot()
    crowd.leaks.may_know(ann_1, *everybody)
    crowd.leaks.may_know(bo_1, *everybody)
    await expect(wall.page.locator(".wall-ready")).to_have_count(1)
    await reveal(lead, "critique")
    # Once the notes are up nobody is waited for.
    await expect(wall.page.locator(".wall-ready")).to_have_count(0)
    await plays.look(anna, bo)
    for canary in (ann_1, bo_1):
        await all_see(canary.word, wall, lead, anna, bo, chief)
    await crowd.shot()
    # Somebody who came late to a thought: it is hidden too, until it is shown.
    await plays.back_to_mine(anna, bo)
    late = crowd.leaks.canary("Ingen synlig leder", "anna")
    await plays.write(anna, late.text)
    await anna.sees(late.word)

    # -- dream --
    await plays.go_on(lead, FV.round("dream"))
    await anna.sees(FV.round("dream", "instruction"))
    dream = crowd.leaks.canary("Flow i dagen", "anna")
    await plays.write(anna, dream.text)
    await none_see(dream.word, wall, lead, bo, chief)
    await only_listens(chief)
    # Half a thought stands on Bo's phone while the workshop goes back and forth.
    await bo.page.get_by_role("textbox").locator("visible=true").first.fill("Vi følger patienten")
    await plays.go_back(lead, FV.round("critique"))
    await bo.reads("stay.moved", round=FV.round("critique"))
    await expect(bo.page.get_by_role("textbox").locator("visible=true").first).to_have_value("Vi følger patienten")
    for canary in (ann_1, bo_1):
        await all_see(canary.word, wall, lead, chief)
    await none_see(dream.word, wall, lead, bo, chief)
    crowd.leaks.may_know(late, *everybody)
    await lead.press("console.reveal_again", lane=FV.lane("critique").lower())
    await all_see(late.word, wall, lead, chief)
    # One hidden dream is not told of from another round, so nothing here is unfinished.
    await plays.go_on(lead, FV.round("dream"))
    await expect(bo.page.get_by_role("textbox").locator("visible=true").first).to_have_value("Vi følger patienten")
    await bo.press("phone.save")
    crowd.leaks.may_know(dream, *everybody)
    await reveal(lead, "dream")
    await plays.look(bo)
    await all_see(dream.word, wall, lead, bo, chief)
    await all_see("Vi følger patienten", wall, lead, bo, chief)
    await plays.back_to_mine(bo)
    await crowd.shot()

    # -- first steps, each towards a dream --
    await plays.go_on(lead, FV.round("realise"))
    await anna.named(FV.link("towards")).click()
    await anna.page.locator(".linking .note", has_text=dream.word).click()
    step = crowd.leaks.canary("Stuegang planlægges bedre", "anna")
    await crowd.shot(anna)
    await plays.write(anna, step.text)
    await anna.sees(step.word)
    await none_see(step.word, wall, lead, bo, chief)
    crowd.leaks.may_know(step, *everybody)
    await reveal(lead, "realise")
    await all_see(step.word, wall, lead, chief)
    # The wall says which dream it helps along.
    paper = wall.page.get_by_role("listitem").filter(has_text=step.word)
    await expect(paper).to_contain_text(dream.text[:12])
    await only_listens(chief)
    await crowd.shot()

    # -- taking it home; the leader may too --
    await plays.go_on(lead, FV.round("close"))
    await chief.reads("end.take")
    plays.real_picture(await plays.fetch(chief, "file.png", "png", tmp_path))
    said = plays.pdf_text(await plays.fetch(bo, "file.pdf", "pdf", tmp_path))
    for canary in (ann_1, bo_1, late, dream, step):
        assert canary.word in said
    assert "Anna" not in said
    await plays.close(lead)
    await anna.reads("end.closed")
    await wall.reads("wall.closed_line")
    await crowd.shot()
