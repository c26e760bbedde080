"""A whole programme by hand, in browsers: from two workshops to a story, trial actions, what was learned, and a report.

What each step shows and refuses is tested elsewhere; here stands that the steps lead on to one another.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import PHONE, SMALL, Crowd, Person, all_see, none_see
from tests.screens.test_core import METHOD as CHANGE
from tests.screens.test_core import put
from tests.screens.test_followup import FELT, step
from tests.screens.test_gather import paper
from tests.screens.test_handing import box as handing
from tests.screens.test_map import METHOD, link, points
from tests.screens.test_picking import FV, take
from tests.screens.test_programme import begin, to
from tests.screens.test_trials import dialog, go_to, move

pytestmark = pytest.mark.asyncio(loop_scope="session")

TITLE = "Sådan taler vi sammen – på dagen, om aftenen og om natten 🌙"
MEETINGS, TALK = "Teammøderne ryger først, når der er travlt", "Ti minutter til en svær situation"
TONE, LEAVE = "Tonen er hård, når der er travlt", "Erfarne kolleger rejser"
TOGETHER, THREAD = "Vi hjælper hinanden مرحبا", "En tråd på telefonen i stedet for mødet"
CENTRE, NIGHT = "Hvordan vi taler sammen", "Natten står alene med det sværeste"
CIRCLE = "Tonen får folk til at rejse, og så er der ingen til at holde møderne"
PLAN = {"backing": "Aftenholdet", "routine": "Tirsdag", "start": "2026-11-03", "who": "AMR"}
LEARNED = {TALK: "Ti minutter er nok, når døren er lukket", THREAD: "Det svære skal siges ansigt til ansigt"}
LIFT, ANSWER = "Vi beder om supervision for alle tre hold", "Ja, fra næste vagtplan"


async def test_a_programme_from_its_first_workshop_to_what_was_learned(crowd: Crowd, tmp_path: Path) -> None:
    lead = await begin(crowd, TITLE)
    home = lead.page.url
    sofie = await crowd.phone("sofie", SMALL)
    jonas = await crowd.phone("jonas", PHONE, color_scheme="dark")

    # -- two workshops of different methods, each started from the programme and handed on to it --
    await workshop(lead, FV.title, sofie, jonas)
    await plays.go_on(lead, FV.round("critique"))
    await plays.write(sofie, MEETINGS)
    await plays.write(jonas, TONE)
    await show_lane(lead, FV.lane("critique"))
    await plays.go_through(lead, FV, "dream", "realise", confirm=("realise",))
    await plays.write(jonas, TALK)
    await show_lane(lead, FV.lane("realise"))
    await plays.go_through(lead, FV, "close", "harvest")
    await hands_on(lead, MEETINGS, TONE, TALK)

    await lead.page.goto(home)
    await workshop(lead, CHANGE.title, sofie, jonas)
    await plays.go_through(lead, CHANGE, "start", "explore", confirm=("explore",))
    await put(sofie, CHANGE, "colleagues", LEAVE)
    await plays.go_on(lead, CHANGE.round("weigh"))
    await put(jonas, CHANGE, "strengths", TOGETHER)
    await plays.go_on(lead, CHANGE.round("summary"))
    await points(lead, "steps", THREAD)
    await plays.go_through(lead, CHANGE, "close", "harvest", confirm=("close",))
    await hands_on(lead, LEAVE, TOGETHER, THREAD)

    # -- what was handed on is the programme's, and nobody's: a meeting, and the first version of the story --
    await lead.page.goto(home)
    await lead.sees(TITLE)
    wall = await meets(crowd, lead, sofie, jonas)
    await to(lead, "sort")
    for text in (MEETINGS, TONE, LEAVE):
        await lays(lead, text, "strains")
    await lays(lead, TOGETHER, "supports")
    await all_see(TONE, wall)
    await to(lead, "patterns")
    await points(lead, "centre", CENTRE)
    await lead.press("linking.begin")
    await link(lead, TONE, LEAVE)
    await link(lead, LEAVE, MEETINGS)
    await lead.press("linking.stop")
    await to(lead, "show")
    await lead.press("versions.first")
    await lead.reads("versions.now", n=1)

    # -- colleagues answer it, element by element --
    for person, lane, words in ((sofie, "known", "Ja, især om aftenen"), (jonas, "missing", NIGHT)):
        await expect(person.page.locator("#heading")).to_have_text(CENTRE)
        await person.choose(METHOD.lane(lane), exact=True)
        await person.page.locator(".answer-text").fill(words)
        await person.press("answer.send_next")
        await lead.sees(words)
    await crowd.shot()

    # -- the second version: what was missing, and a circle that closes and gets its name --
    await to(lead, "adjust")
    await points(lead, "strains", NIGHT + ".")
    await lead.press("linking.begin")
    await link(lead, MEETINGS, TONE)
    await lead.press("linking.stop")
    await lead.field("circle.name").fill(CIRCLE)
    await lead.press("circle.save")
    await wall.sees(CIRCLE)
    await to(lead, "show")
    await lead.press("versions.next")
    await lead.reads("versions.now", n=2)
    await wall.sees(wall.t("cycle.version", n=2))
    await sofie.reads("answer.news")
    await crowd.shot()

    # -- two trial actions, one of them about the circle --
    await go_to(lead, "trials")
    await paper(lead, TALK).click()
    await lead.page.locator(".about-pick summary").click()
    await lead.page.locator(".about-pick").get_by_role("button", name=CIRCLE).click()
    await lead.press("console.let_go")
    today = datetime.now(UTC).date()
    for text, stop in ((TALK, today - timedelta(days=1)), (THREAD, today)):
        await move(lead, text, "running")
        for name, value in {**PLAN, "stop": stop.isoformat()}.items():
            await dialog(lead).locator(f"[name={name}]").fill(value)
        await dialog(lead).locator("[name=none-until]").check()
        await lead.press("needed.save", within=dialog(lead))
        await expect(dialog(lead)).to_have_count(0)
    await crowd.shot(wall, sofie)

    # -- the follow-up: colleagues say how it went; one is adjusted, one is dropped --
    await follows(lead)
    await follow_up(lead, TALK, {sofie: "sense", jonas: "adjust"}, decision="Juster", save="follow.save_again")
    await wall.sees(LEARNED[TALK])
    await crowd.shot()
    await lead.button("needed.again", lane=METHOD.lane("qualified")).click()
    for name, value in (("text", f"{TALK}, også om natten"), ("backing", "Alle"), ("routine", "Kl. 22.45")):
        await dialog(lead).locator(f"[name={name}]").fill(value)
    await lead.press("console.save", within=dialog(lead))
    await expect(dialog(lead)).to_have_count(0)
    await follows(lead)
    await follow_up(lead, THREAD, {sofie: "drop", jonas: "untried"}, decision="Drop", save="follow.save")
    await wall.sees(LEARNED[THREAD])
    await crowd.shot()

    # -- what others have to decide, and their answer --
    await go_to(lead, "lifts")
    await points(lead, "trio", LIFT)
    await move(lead, LIFT, "local")
    await paper(lead, LIFT).click()
    tools = lead.page.locator(".note-tools")
    await tools.get_by_label("Det svarede de").fill(ANSWER)
    await tools.get_by_label("Det svarede de").press("Tab")
    await wall.sees(ANSWER)
    await tools.get_by_role("button", name="Besvaret").click()
    page = (await plays.fetch(lead, "lift.md", "md", tmp_path)).read_text(encoding="utf-8")
    assert LIFT in page
    assert ANSWER in page
    await lead.press("console.let_go")
    await wall.sees("Besvaret")

    # -- at home all of it is told; when the meeting ends nobody's name is left, and the files have none --
    await go_to(lead, "home")
    await all_see(CIRCLE, lead, wall)
    await all_see(LEARNED[THREAD], lead, wall)
    await crowd.shot()
    for person in (lead, wall, sofie, jonas):
        assert await barriers(person, "home") == []
        assert await person.overflow() <= 0
    await lead.press("sitting.end")
    await lead.press("sitting.end", within=lead.dialog())
    for person in (sofie, jonas):
        await person.reads("close.over")
    file = await plays.fetch(lead, "report.md", "md", tmp_path)
    text = file.read_text(encoding="utf-8")
    for words in (CIRCLE, NIGHT, *LEARNED.values(), LIFT, ANSWER):
        assert words in text, words
    await none_see("Sofie", lead, wall)
    assert "Sofie" not in text
    report = plays.pdf_text(await plays.fetch(lead, "report.pdf", "pdf", tmp_path))
    assert LEARNED[THREAD] in report


async def workshop(lead: Person, title: str, *people: Person) -> None:
    """Start a workshop from the programme, and let people in."""
    there = lead.page.url
    await lead.page.goto("/")
    row = lead.page.locator(".workshop-row").filter(has=lead.page.get_by_text(title, exact=True))
    await row.click()
    await lead.page.get_by_label(lead.t("start.programme")).select_option(label=TITLE)
    await lead.press("start.go")
    await lead.page.wait_for_url(lambda url: "/console/" in url and url != there)
    code = (await plays.links(lead))["code"]
    for person in people:
        await plays.join_by_code(person, code, name=person.name.title())


async def show_lane(lead: Person, title: str) -> None:
    await (
        lead.button("console.reveal", lane=title.lower())
        .or_(lead.button("console.reveal_n", lane=title.lower()))
        .click()
    )


async def hands_on(lead: Person, *texts: str) -> None:
    """Pick these notes, and hand them on to the programme from which the workshop was started."""
    for text in texts:
        await take(lead, text)
    await lead.press("hand.do", n=len(texts), within=handing(lead))
    await expect(handing(lead)).to_contain_text(lead.t("hand.all"))


async def meets(crowd: Crowd, lead: Person, *people: Person) -> Person:
    """A meeting begins: colleagues come in, and the wall hangs."""
    code = await plays.meeting(lead)
    wall = await plays.shown_wall(crowd, lead)
    for person in people:
        await plays.join_by_code(person, code, name=person.name.title())
    return wall


async def lays(lead: Person, text: str, lane: str) -> None:
    """Tap a point, then a side of the map."""
    await paper(lead, text).click()
    place = f"{METHOD.lane(lane)}, {lead.t('map.ring.1')}"
    await lead.page.get_by_role("button", name=lead.t("boards.place_here", place=place)).press("Enter")
    await expect(paper(lead, text)).to_be_visible()


async def follows(lead: Person) -> None:
    """From home, by one tap: the trial whose day was first."""
    await go_to(lead, "home")
    await lead.page.locator(".home-move").get_by_role("button", name=lead.t("follow.begin")).click()


async def follow_up(lead: Person, trial: str, felt: dict[Person, str], *, decision: str, save: str) -> None:
    """Through the steps of a trial's follow-up; each colleague chooses a word, and says it in words of their own."""
    await step(lead, 1)
    for person, word in felt.items():
        await expect(person.page.locator("#heading")).to_have_text(trial)
        await person.choose(FELT[word]["da"])
        await person.page.locator("textarea").fill(f"Sådan var det, siger en af os: {word} 🙂")
        await person.press("answer.send")
        await person.reads("answer.sent")
    for at in (2, 3):
        await lead.press("follow.on")
        await step(lead, at)
    await lead.page.get_by_role("radio", name=decision).check()
    await lead.press("follow.on")
    await lead.page.locator("[name=learned]").fill(LEARNED[trial])
    await lead.press(save)
    await step(lead, 5)
