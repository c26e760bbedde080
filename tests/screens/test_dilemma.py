"""The dilemma workshop, played from the front page: in groups, chosen by talk, depth first, shown group by group.

What may not live here: anything a person in the room could not do.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.people import PHONE, SMALL, Crowd, Person, all_see, none_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

DV = Method("dilemmavaerksted")


async def test_a_group_that_told_nothing_tells_and_chooses_while_the_others_work(crowd: Crowd) -> None:
    """SPEC R12: nobody steps back for it, and going on says which group it is."""
    lead, anna, bo = await plays.gather(crowd, DV, anna=PHONE, bo=SMALL)
    await plays.go_on(lead, DV.round("write"))
    await plays.write(anna, "Kort eller langt?")
    await plays.go_on(lead, DV.round("present"), confirm=True)
    await plays.go_on(lead, DV.round("choose"), confirm=True)
    await lead.press("console.next", title=DV.round("sides"))
    await expect(lead.dialog()).to_contain_text(lead.t("console.left.choice", n=1, groups="1"))
    await lead.press("console.next_anyway", title=DV.round("sides"))
    await bo.reads("group.still_tell")
    await plays.write(bo, "Ro eller hast?", save="phone.save_group")
    await all_see("Ro eller hast?", anna, lead)
    await anna.press("group.choose")
    await expect(step(bo, "one")).to_be_visible()
    await expect(lead.text(lead.t("console.choice"))).to_have_count(0)


def step(person: Person, lane: str) -> Locator:
    """A column of the group's dilemma, as a step on the phone."""
    steps = person.page.get_by_role("group", name=person.t("group.steps"))
    return steps.get_by_role("button", name=re.compile(re.escape(DV.lane(lane))))


async def fill_step(person: Person, lane: str, text: str) -> None:
    """Write in a column, for the group."""
    await step(person, lane).click()
    await plays.write(person, text, save="phone.save_group")
    await person.sees(text)


async def test_dilemma_from_the_front_page_to_the_picture(crowd: Crowd, tmp_path: Path) -> None:
    lead = await plays.start(crowd, DV)
    await lead.sees(DV.leader("told"), DV.round("briefing"))
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    await wall.sees(DV.round("welcome"), ways["code"])
    link = await plays.scan(crowd, wall)
    anna, bo, chief = await crowd.phone("anna"), await crowd.phone("bo", SMALL), await crowd.phone("chief")
    await plays.join_by_link(anna, link, name="Anna")
    await plays.join_by_code(bo, ways["code"], name="Bo", typed=ways["code"].replace("·", " "))
    await plays.join_by_link(chief, ways["listen"], name="Lis")
    await lead.sees("Anna", "Bo", "Lis")
    everybody = ("console", "wall", "anna", "bo", "chief")

    # -- each writes a dilemma: nobody else sees it --
    await plays.go_on(lead, DV.round("write"))
    ann_1 = crowd.leaks.canary("Dokumentation eller nærvær", "anna")
    ann_2 = crowd.leaks.canary("Følge instruksen eller ej", "anna")
    bo_1 = crowd.leaks.canary("Kort overlevering eller det hele", "bo")
    await plays.write(anna, ann_1.text)
    await plays.write(anna, ann_2.text)
    await plays.write(bo, bo_1.text)
    await bo.press("ready.me")
    await anna.press("ready.me")
    await wall.reads("wall.ready", n=2)
    for canary in (ann_1, ann_2, bo_1):
        await none_see(canary.word, wall, lead, chief)
    await crowd.shot()

    # -- told in turn, inside the group --
    await plays.go_on(lead, DV.round("present"))
    await lead.reads("console.turn.in_groups")
    await anna.press("turn.take")
    await anna.reads("turn.yours")
    crowd.leaks.may_know(ann_1, "console", "bo")
    await plays.take_up(anna, ann_1.text)
    await anna.press("turn.show_group")
    await bo.sees(ann_1.word)
    await lead.sees(ann_1.word)
    await none_see(ann_1.word, wall, chief)
    await none_see("Har ordet", chief)
    await crowd.shot()
    await anna.press("turn.done")
    await bo.reads("turn.yours")
    crowd.leaks.may_know(bo_1, "console", "anna")
    await bo.press("turn.show_group")
    await anna.sees(bo_1.word)
    await bo.press("turn.done")
    await none_see(ann_2.word, wall, lead, bo, chief)

    # -- chosen by talk: one of them taps --
    await plays.go_on(lead, DV.round("choose"))
    await bo.sees(ann_1.word, bo_1.word)
    paper = bo.page.get_by_role("listitem").filter(has_text=ann_1.word)
    await bo.press("group.choose", within=paper)
    await anna.reads("group.unchoose")
    await expect(anna.page.get_by_role("listitem").filter(has_text=ann_1.word)).to_contain_text(anna.t("group.chosen"))
    await crowd.shot()

    # -- the two sides, then depth; actions stay locked until there is depth --
    await plays.go_on(lead, DV.round("sides"))
    await all_see(ann_1.word, anna, bo)
    await fill_step(anna, "one", "Krav udefra")
    await fill_step(bo, "other", "Tid til patienten")
    await all_see("Tid til patienten", anna, lead)
    await none_see("Tid til patienten", wall, chief)
    await plays.go_on(lead, DV.round("depth"), confirm=True)
    await fill_step(anna, "experience", "Vi skynder os")
    # Forward too early: the actions are locked, and say why.
    await plays.go_on(lead, DV.round("actions"), confirm=True)
    await expect(step(bo, "actions")).to_have_attribute("aria-disabled", "true")
    await bo.reads("locked.depth_first")
    await crowd.shot()
    await plays.go_back(lead, DV.round("depth"))
    await anna.sees("Vi skynder os")
    await fill_step(anna, "relations", "Pårørende og ledelse forventer nærvær")
    await fill_step(anna, "conditions", "For lidt kontortid")
    await fill_step(bo, "history", "Reglerne skifter")
    await plays.go_on(lead, DV.round("actions"), confirm=True)
    action = crowd.leaks.canary("Prøv tavlemøde uden skærm", "bo", "anna", "console")
    await bo.sees(DV.round("actions"))
    await plays.write(bo, action.text, save="phone.save_group")
    await anna.sees(action.word)
    await lead.sees(action.word)
    await none_see(action.word, wall, chief)
    await crowd.shot()

    # -- together: the group shows its row, the others comment, the fate is set by talk --
    await plays.go_on(lead, DV.round("plenum"), confirm=True)
    await wall.reads("wall.groups_next")
    await expect(lead.button("console.reveal_group", n=1)).to_have_count(0)
    for canary in (ann_1, action):
        crowd.leaks.may_know(canary, *everybody)
    await lead.press("console.turn.give_show", name=lead.t("boards.group", n=1))
    for words in (ann_1.word, action.word, "Krav udefra", "Reglerne skifter"):
        await all_see(words, wall, lead, chief)
    await plays.look(bo)
    # The list names the group with a text that a phone has: those of the picture come only with the picture.
    row = bo.page.get_by_role("heading", name=re.compile(ann_1.word))
    await expect(row).to_contain_text(bo.t("group.name", n=1))
    note = bo.page.get_by_role("article").filter(has_text="Vi skynder os")
    await bo.press("board.comment", within=note)
    await bo.dialog().get_by_label(bo.t("board.comment_text"), exact=True).fill("Sådan er det også i aftenvagten")
    await bo.press("note.save", within=bo.dialog())
    await all_see("Sådan er det også i aftenvagten", wall, lead, bo, chief)
    await expect(chief.button("board.comment")).to_have_count(0)
    fates = lead.page.get_by_role("group", name=re.compile(ann_1.word))
    await fates.get_by_role("button", name="Paradoks").click()
    fate = wall.page.locator(".fate").first
    await expect(fate).to_contain_text("Paradoks")
    await expect(fate.locator("svg.sign")).to_be_attached()
    await crowd.shot()

    # -- taking it home; then the leader, who was not there, is thought of --
    await lead.press("console.turn.last_done")
    await wall.reads("wall.all_done")
    await plays.go_on(lead, DV.round("close"))
    await anna.reads("end.take")
    plays.real_picture(await plays.fetch(lead, "console.file.png", "png", tmp_path))
    said = plays.pdf_text(await plays.fetch(anna, "file.pdf", "pdf", tmp_path))
    assert action.word in said
    assert ann_2.word not in said
    assert "Anna" not in said
    await plays.go_on(lead, DV.round("harvest"))
    await plays.go_on(lead, DV.round("briefing"))
    await anna.sees(DV.round("briefing", "instruction"))
    await plays.close(lead)
    await anna.reads("end.closed")
    await crowd.shot()
