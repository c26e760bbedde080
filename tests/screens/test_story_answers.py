"""Colleagues answer a story as it was frozen, one element a screen (R44).

What may not live here: which elements there are (answer.test.mjs), and what an answer may name
(tests/rules/test_about.py).
"""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import SMALL, Crowd, Person
from tests.screens.phones import opening, phone_of
from tests.screens.test_gather import paper
from tests.screens.test_map import METHOD, NAME, STRAINS, SUPPORTS, link, points
from tests.screens.test_offline import NOISE
from tests.screens.test_programme import begin, to
from tests.screens.texts import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

CENTRE = "Kommunikation"
LATE = "Kom til, efter at den blev vist"
WHY = "Er det tonen, der kommer først?"
MISSES = "Nattevagterne hører ikke, hvad der er aftalt مرحبا 🌙"


async def told(crowd: Crowd) -> tuple[Person, Person, Person]:
    """A story with a centre, a named circle of three and a point by itself; the console, the wall, and a phone."""
    lead = await begin(crowd)
    code = await plays.meeting(lead)
    wall = await plays.shown_wall(crowd, lead)
    sofie = await crowd.phone("sofie", SMALL)
    await plays.join_by_code(sofie, code, name="Sofie")
    await to(lead, "sort")
    await points(lead, "strains", *STRAINS)
    await points(lead, "supports", *SUPPORTS)
    await to(lead, "patterns")
    await points(lead, "centre", CENTRE)
    await lead.press("linking.begin")
    for one, other in zip(STRAINS, (*STRAINS[1:], STRAINS[0]), strict=True):
        await link(lead, one, other)
    await lead.press("linking.stop")
    await lead.field("circle.name").fill(NAME)
    await lead.press("circle.save")
    await wall.sees(NAME)
    await to(lead, "show")
    await lead.reads("versions.none")
    await lead.press("versions.first")
    await lead.reads("versions.now", n=1)
    return lead, wall, sofie


async def at(person: Person, title: str) -> None:
    await expect(person.page.locator("#heading")).to_have_text(title)


async def chooses(person: Person, lane: str) -> None:
    await person.choose(METHOD.lane(lane), exact=True)


def words(person: Person) -> Locator:
    return person.page.locator(".answer-text")


async def test_R44_a_colleague_takes_the_frozen_story_element_by_element(crowd: Crowd) -> None:
    lead, wall, sofie = await told(crowd)
    await at(sofie, CENTRE)
    await sofie.reads("answer.at", n=1, all=4)
    await sofie.sees(sofie.t("answer.no_name"))
    await wall.sees(wall.t("cycle.version", n=1))
    await expect(wall.page.locator("board-stage .map-band")).to_have_count(1)
    await crowd.shot(sofie, lead, wall)
    assert await barriers(sofie, "the centre") == []
    assert await barriers(lead, "a version on the console") == []
    assert await barriers(wall, "a version on the wall") == []
    assert await sofie.overflow() <= 0

    # Who only taps has said something, too.
    await chooses(sofie, "known")
    await sofie.press("answer.send_next")
    await lead.sees(lead.t("note.about", what=CENTRE))
    await at(sofie, NAME)
    await expect(sofie.page.locator("#heading")).to_be_focused()
    await expect(sofie.page.locator(".answer-notes li")).to_have_count(3)
    await chooses(sofie, "puzzled")
    await words(sofie).fill(WHY)
    await crowd.shot(sofie)
    assert await barriers(sofie, "a circle") == []
    assert await sofie.overflow() <= 0
    await sofie.press("answer.send_next")
    await lead.sees(WHY)

    # What was sent is seen, and changed.
    await at(sofie, SUPPORTS[0])
    await sofie.press("answer.before")
    await at(sofie, NAME)
    await sofie.reads("answer.sent")
    await expect(words(sofie)).to_have_value(WHY)
    await chooses(sofie, "missing")
    await words(sofie).fill(MISSES)
    await sofie.press("answer.change")
    await lead.sees(MISSES)
    await lead.misses(WHY)

    # What is begun waits at its element; what is skipped is not answered.
    await at(sofie, SUPPORTS[0])
    await chooses(sofie, "known")
    await words(sofie).fill("Ja, men")
    await sofie.press("answer.skip")
    await at(sofie, sofie.t("answer.whole"))
    await sofie.page.reload()
    await at(sofie, sofie.t("answer.whole"))
    await sofie.reads("answer.none")
    await crowd.shot(sofie)
    await sofie.press("answer.before")
    await expect(sofie.page.locator("#heading")).to_have_text(SUPPORTS[0])
    await chooses(sofie, "known")
    await expect(words(sofie)).to_have_value("Ja, men")
    await words(sofie).fill("")
    await sofie.press("answer.send_next")
    await at(sofie, sofie.t("answer.whole"))
    await chooses(sofie, "missing")
    await words(sofie).fill("Vikarerne")
    assert await barriers(sofie, "the whole") == []
    await sofie.press("answer.send")
    await lead.sees("Vikarerne")
    await sofie.sees("Vikarerne")
    await crowd.shot(sofie, lead, wall)


async def test_R44_what_is_changed_meanwhile_is_shown_with_the_next_version(crowd: Crowd) -> None:
    lead, wall, sofie = await told(crowd)
    await at(sofie, CENTRE)
    await sofie.press("answer.skip")
    await at(sofie, NAME)
    await chooses(sofie, "known")
    await sofie.press("answer.send_next")
    await at(sofie, SUPPORTS[0])
    await to(lead, "adjust")
    await expect(lead.page.locator(".circle-one .given")).to_contain_text(METHOD.lane("known"))
    await points(lead, "supports", LATE)
    await crowd.shot(lead)
    await to(lead, "show")
    await sofie.reads("answer.at", all=4)
    await wall.sees(NAME)
    await wall.misses(LATE)
    await sofie.misses(LATE)
    await lead.press("versions.next")
    await lead.reads("versions.now", n=2)
    await wall.sees(LATE)
    await sofie.reads("answer.at", all=5)
    await expect(lead.page.locator(".versions details").first).to_contain_text(LATE)
    # The new version is answered anew.
    await at(sofie, CENTRE)
    await sofie.reads("answer.news", n=1)
    await crowd.shot(sofie, wall)


async def test_R44_P4_without_a_connection_an_answer_waits_and_arrives(crowd: Crowd) -> None:
    lead, _, sofie = await told(crowd)
    await at(sofie, CENTRE)
    crowd.expect_noise(*NOISE)
    await sofie.context.set_offline(True)
    await sofie.reads("line.away")
    await chooses(sofie, "puzzled")
    await words(sofie).fill(WHY)
    await sofie.press("answer.send_next")
    await at(sofie, NAME)
    await sofie.press("answer.before")
    await sofie.reads("note.waits")
    await crowd.shot(sofie)
    # Changed before it was sent: both arrive in order.
    await chooses(sofie, "known")
    await sofie.press("answer.change")
    await sofie.context.set_offline(False)
    await expect(paper(lead, WHY)).to_be_visible()
    await sofie.press("answer.before")
    await sofie.reads("answer.sent")
    await expect(sofie.named(METHOD.lane("known"), "radio")).to_be_checked()


async def test_R44_a_text_that_was_begun_is_kept_when_the_round_goes_on(crowd: Crowd) -> None:
    lead, _, sofie = await told(crowd)
    await at(sofie, CENTRE)
    await chooses(sofie, "puzzled")
    await words(sofie).fill(WHY)
    await to(lead, "adjust")
    await sofie.reads("stay.moved")
    await expect(sofie.page.locator(".note-box textarea")).to_have_value(WHY)
    await to(lead, "show")
    await at(sofie, CENTRE)
    await expect(words(sofie)).to_have_value(WHY)
    await sofie.press("answer.send_next")
    await lead.sees(WHY)


async def test_R44_many_elements_fit_a_small_phone_in_both_languages(crowd: Crowd) -> None:
    records = json.loads((ROOT / "tests" / "screens" / "story-many.json").read_text("utf-8"))
    parts = {
        kind: {key.partition(":")[2]: record for key, record in records.items() if key.startswith(kind)}
        for kind in ("note:", "circle:")
    }
    version = {"n": 3, "day": 0, "notes": parts["note:"], "circles": parts["circle:"], "changes": []}
    lanes = opening(METHOD, "answers", "known", "puzzled", "missing", reach="all")
    for lang, more in (("da", {}), ("en", {"color_scheme": "dark"})):
        phone = await phone_of(
            crowd, METHOD, name=f"phone-{lang}", size={"width": 360, "height": 640}, lang=lang, more=more,
            board={"round": "show", "scene": "look"}, me={"scene": "write", "write": lanes, "who_sees": "all"},
            records={"version:story": version},
        )  # fmt: skip
        while not await phone.page.locator(".answer-ring").count():
            await phone.press("answer.skip")
        await phone.page.get_by_role("radio").nth(1).check()
        await crowd.shot(phone)
        assert await barriers(phone, "a circle of a large story") == []
        assert await phone.overflow() <= 0
        count = int(str(await phone.page.locator(".answer-long").get_attribute("max")))
        while await phone.button("answer.skip").count():
            await phone.press("answer.skip")
        await phone.reads("answer.at", n=count, all=count)
        await crowd.shot(phone)
        assert await phone.overflow() <= 0
