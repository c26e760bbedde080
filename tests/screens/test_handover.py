"""The hand-over day on the screens: a group maps, presents while the others have the questions, and is picked from."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import SMALL, Crowd, all_see, none_see
from tests.screens.texts import Method
from tests.screens.walls import box, settled

pytestmark = pytest.mark.asyncio(loop_scope="session")

OV = Method("overleveringsdagen")
ARABIC = "نتعلم من بعضنا البعض كل يوم"
TASKS = ["Møde ind", "Finde en plads", "Læse op", "Ringe til pårørende", "Gå hjem"]
RED = ["Støj på gangen", "Tiden er knap", "Tvivlen følger med hjem"]
WRONG = "Kaffe sammen"
STAGE = OV.raw["sheets"][0]["stages"][0]["title"]["da"]
PRESENT = next(item for item in OV.raw["rounds"] if item["id"] == "present")
WORDS = [word["title"]["da"] for word in OV.raw["sheets"][0]["marks"][0]["words"]]


async def test_a_group_maps_its_hand_over_presents_it_and_its_places_are_said_in_words(crowd: Crowd) -> None:
    lead, anna, bo = await plays.gather(crowd, OV, anna=SMALL, bo=SMALL)
    wall = await plays.wall(crowd, (await plays.links(lead))["wall"])
    await plays.go_on(lead, OV.round("tasks"))
    await all_see(OV.round("tasks", "instruction"), wall, anna, bo)
    # Two people are one group: no other number stands out as if it were theirs.
    counts = lead.page.get_by_role("button", name=lead.t.pattern("console.of_count"))
    await expect(counts.first).to_be_visible()
    await expect(
        lead.page.locator(".box .acts .button.main").filter(has_text=lead.t.pattern("console.of_count"))
    ).to_have_count(0)
    await lead.reads("console.groups_now", n=1)
    for text in TASKS:
        await plays.write(anna, text, save="phone.save_group")
    await lead.reads("console.groups_move", n=1)
    await plays.go_on(lead, OV.round("yellow"), confirm=True)
    await plays.write(anna, "Plads til at spørge", save="phone.save_group")
    # What the group wrote stands in its order, to be read through and taken from.
    await bo.page.locator(".take summary").click()
    await expect(bo.page.locator(".take .chip")).to_have_text(TASKS)
    await plays.go_on(lead, OV.round("red"), confirm=True)
    await plays.write(anna, ARABIC, save="phone.save_group")
    await lead.sees("Plads til at spørge", ARABIC)
    await none_see("Plads til at spørge", wall)
    for text in (*RED, WRONG):
        await plays.write(bo, text, save="phone.save_group")
    # What got the wrong colour is put right by the facilitator, whom nothing asks to colour notes.
    await expect(lead.page.locator(".to-board")).to_have_count(0)
    await lead.page.locator(".console-board .note").filter(has_text=WRONG).click()
    await lead.page.locator(".note-tools .mark-chip").filter(has_text=WORDS[0]).click()
    # Yellow is read before red, as on the line.
    mine = bo.page.locator("section.stack").filter(has_text="Plads til at spørge").locator(".note .words")
    await expect(mine).to_have_text(["Plads til at spørge", WRONG, ARABIC, *RED])
    await lead.press("console.let_go")
    assert await barriers(lead, "the groups' maps") == []

    # -- presented: yellow above, red below; a sign beside the words whichever way they run; the questions for all --
    await plays.go_on(lead, OV.round("present"), confirm=True)
    await expect(lead.page.locator(".composer")).to_have_count(0)
    await lead.page.locator(".turn-next").click()
    await wall.sees("Plads til at spørge")
    await settled(wall.page)
    well, better = (
        wall.page.locator(".note.yellow").filter(has_text="Plads"),
        wall.page.locator(".note.coral").filter(has_text=ARABIC),
    )
    above, below = (
        await box(wall.page, '.note.yellow:has-text("Plads")'),
        await box(wall.page, f'.note.coral:has-text("{ARABIC}")'),
    )
    assert above["bottom"] < below["top"]
    for paper, side in ((well, "right"), (better, "left")):
        at = await paper.evaluate("el => el.getBoundingClientRect().toJSON()")
        sign = await paper.locator(".mark").evaluate("el => el.getBoundingClientRect().toJSON()")
        assert abs(sign[side] - at[side]) < at["width"] / 4, f"the sign stands where the text's last line ends: {side}"
    await wall.sees(*WORDS, *(question["da"] for question in PRESENT["questions"]))
    assert await barriers(wall, "presented") == []

    # -- picked: where a note lies is said in words --
    await plays.go_through(lead, OV, "improve", "close", "harvest", confirm=("improve",))
    await expect(lead.page.locator(".pick-row").filter(has_text=ARABIC)).to_contain_text(f"{STAGE}, {WORDS[1]}")
    await crowd.shot()
