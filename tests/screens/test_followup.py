"""A trial is followed up: one tap for those who lead, half a minute for everybody, and nothing is counted (R48).

What may not live here: what is refused (tests/rules/test_followup.py).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import DESK, PHONE, SMALL, Crowd, Person
from tests.screens.phones import BARS, COVERED, LOW
from tests.screens.test_map import METHOD, points
from tests.screens.test_offline import NOISE
from tests.screens.test_programme import begin, to
from tests.screens.test_trials import dialog, move

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOM = "Rolig overlevering i et fast rum, hvor ingen bliver forstyrret af telefoner"
BELL = "Feedback klokken 14 👂"
STRAIN = "Hård tone"
CALM = "Jeg går roligere hjem, når jeg har fået sagt det hele"
FRIDAY = "Rummet er optaget om fredagen مرحبا"
LEARNED = "Et fast klokkeslæt blev en pligt. Vi giver den nu, mens det sker."
FELT = {word["id"]: word["title"] for word in METHOD.raw["sheets"][3]["marks"][2]["words"]}


async def running(lead: Person, text: str, *, stop: date, about: str = "") -> None:
    """A trial on the console, from its proposal until it runs; in the round about trials."""
    await lead.field("console.note").fill(text)
    await lead.press("phone.save_all")
    if about:
        await lead.page.locator(".console-picture").get_by_text(text).first.click()
        await lead.page.locator(".about-pick summary").click()
        await lead.page.locator(".about-pick").get_by_role("button", name=about).click()
        await lead.press("console.let_go")
    await move(lead, text, "running")
    box = dialog(lead)
    for name, value in (("backing", "Aftenholdet"), ("routine", "Ved vagtskiftet"), ("who", "AMR")):
        await box.locator(f"[name={name}]").fill(value)
    await box.locator("[name=start]").fill((stop - timedelta(days=21)).isoformat())
    await box.locator("[name=none-until]").check()
    await box.locator("[name=stop]").fill(stop.isoformat())
    await lead.press("needed.save", within=box)
    await expect(box).to_have_count(0)


async def two_running(crowd: Crowd) -> Person:
    """The console of a programme at home, without a meeting: two trials run, and one is to be looked at today."""
    lead = await begin(crowd)
    await to(lead, "sort")
    await points(lead, "strains", STRAIN)
    await to(lead, "trials")
    today = datetime.now(UTC).astimezone().date()
    await running(lead, ROOM, stop=today, about=STRAIN)
    await running(lead, BELL, stop=today + timedelta(days=2))
    await home(lead)
    return lead


async def home(lead: Person) -> None:
    await lead.press("programme.home", round=METHOD.round("home"))
    await lead.reads("programme.about")


async def comes(crowd: Crowd, lead: Person, name: str, size: dict[str, int], lang: str = "da") -> Person:
    code = await plays.words_of_meeting(lead)
    person = await crowd.phone(name, size, lang=lang)
    if lang != "da":
        await person.page.goto("/join")
        await person.speak()
    await plays.join_by_code(person, code, name=name.capitalize())
    return person


async def step(lead: Person, at: int) -> None:
    await expect(lead.page.locator(".follow-over")).to_contain_text(lead.t("answer.at", n=at, all=5))


async def test_R48_three_phones_answer_and_what_was_learned_is_saved_with_the_decision(crowd: Crowd) -> None:
    lead = await two_running(crowd)
    await crowd.shot(lead)
    await lead.page.locator(".home-move").get_by_role("button", name=lead.t("follow.begin")).click()
    await lead.reads("sitting.on")
    await step(lead, 1)
    await lead.sees(STRAIN)
    sofie = await comes(crowd, lead, "sofie", SMALL)
    yusuf = await comes(crowd, lead, "yusuf", PHONE)
    anna = await comes(crowd, lead, "anna", PHONE, lang="en")
    for one in (sofie, yusuf, anna):
        await expect(one.page.locator("#heading")).to_have_text(ROOM)
    await crowd.shot(sofie, lead)
    assert await barriers(sofie, "a trial that is followed up") == []
    assert await barriers(lead, "what it was for") == []
    assert await sofie.overflow() <= 0
    await expect(sofie.button("answer.send")).to_have_attribute("aria-disabled", "true")

    # One choice, and own words or none.
    await lead.press("follow.on")
    await step(lead, 2)
    await lead.reads("follow.nothing_yet")
    await sofie.choose(FELT["adjust"]["da"])
    await sofie.page.locator("textarea").fill(CALM)
    await crowd.shot(sofie)
    await sofie.press("answer.send")
    await lead.sees(CALM)
    await yusuf.choose(FELT["sense"]["da"])
    await yusuf.press("answer.send")
    await yusuf.reads("answer.sent")
    await anna.choose(FELT["untried"]["en"])
    await anna.page.locator("textarea").fill(FRIDAY)
    await anna.press("answer.send")
    said = lead.page.locator(".follow-said")
    await expect(said).to_contain_text(FRIDAY)
    assert await said.locator("h2").all_inner_texts() == [FELT[one]["da"] for one in ("sense", "adjust", "untried")]
    assert await said.locator("blockquote").count() == 2, "who only chose is not quoted"
    for one in (lead, sofie, yusuf):
        assert not await one.page.locator(".follow-said, .answer-form").get_by_text("2", exact=True).count()
    await crowd.shot(lead, sofie, yusuf)
    assert await barriers(lead, "what was said") == []
    assert await barriers(sofie, "an answer that is sent") == []

    # What was sent is changed in its place.
    await sofie.choose(FELT["drop"]["da"])
    await sofie.page.locator("textarea").fill("Det blev en pligt")
    await sofie.press("answer.change")
    await lead.sees("Det blev en pligt")
    await lead.misses(CALM)
    await sofie.page.reload()
    await expect(sofie.page.get_by_role("radio", name=FELT["drop"]["da"])).to_be_checked()
    await expect(sofie.page.locator("textarea")).to_have_value("Det blev en pligt")

    # The decision and what was learned are saved together, or not at all.
    await lead.press("follow.on")
    await step(lead, 3)
    await lead.page.get_by_role("radio", name="Drop").check()
    await crowd.shot(lead)
    assert await barriers(lead, "what now") == []
    await lead.press("follow.on")
    await step(lead, 4)
    await expect(lead.button("follow.save")).to_have_attribute("aria-disabled", "true")
    await lead.page.locator("[name=learned]").fill(LEARNED)
    await lead.page.reload()
    await step(lead, 4)
    await expect(lead.page.locator("[name=learned]")).to_have_value(LEARNED)
    await crowd.shot(lead)
    await lead.press("follow.back")
    await expect(lead.page.get_by_role("radio", name="Drop")).to_be_checked()
    await lead.press("follow.on")
    await lead.press("follow.save")
    await step(lead, 5)
    await sofie.sees(LEARNED, "Droppet")
    await expect(sofie.page.locator(".answer-form")).to_have_count(0)
    await lead.page.get_by_role("radio", name="Lidt").check()
    await crowd.shot(lead, sofie)
    assert await barriers(lead, "whether the story holds") == []
    assert await barriers(sofie, "what was learned") == []

    # Who is still writing of one is not moved away to the next.
    await lead.press("follow.next", note=BELL)
    await step(lead, 1)
    await expect(yusuf.page.locator("#heading")).to_have_text(BELL)
    await yusuf.choose(FELT["sense"]["da"])
    await yusuf.page.locator("textarea").fill("Jeg var lige ved at")
    await lead.press("follow.on")
    await step(lead, 2)
    await lead.press("programme.home", round=METHOD.round("home"))
    await yusuf.sees(yusuf.t("follow.over"))
    await expect(yusuf.page.locator("textarea")).to_have_value("Jeg var lige ved at")
    await crowd.shot(yusuf, lead)
    await yusuf.press("stay.go")
    await yusuf.sees("Jeg var lige ved at")
    await expect(sofie.page.locator("#heading")).to_have_text(METHOD.round("home"))


async def test_R48_who_is_saying_something_when_it_is_decided_says_it_to_the_end(crowd: Crowd) -> None:
    lead = await two_running(crowd)
    await lead.page.locator(".home-move").get_by_role("button", name=lead.t("follow.begin")).click()
    await step(lead, 1)
    sofie = await comes(crowd, lead, "sofie", PHONE)
    yusuf = await comes(crowd, lead, "yusuf", SMALL)
    await sofie.choose(FELT["adjust"]["da"])
    await sofie.press("answer.send")
    await sofie.reads("answer.sent")
    await yusuf.choose(FELT["drop"]["da"])
    words = yusuf.page.locator("textarea")
    await words.fill(CALM)
    for at in (2, 3):
        await lead.press("follow.on")
        await step(lead, at)
    await lead.page.get_by_role("radio", name="Drop").check()
    await lead.press("follow.on")
    await lead.page.locator("[name=learned]").fill(LEARNED)
    await lead.press("follow.save")
    await step(lead, 5)

    # What they type stays under their fingers, beside what was decided.
    await yusuf.sees(yusuf.t("follow.decided"), LEARNED)
    await expect(words).to_have_value(CALM)
    await expect(words).to_be_focused()
    await crowd.shot(yusuf)
    assert await barriers(yusuf, "words about what is decided") == []
    assert await yusuf.overflow() <= 0
    await yusuf.press("answer.send")
    await expect(words).to_have_count(0)
    for at in (4, 3, 2):
        await lead.press("follow.back")
        await step(lead, at)
    await lead.sees(CALM)


async def test_R48_a_small_phone_sends_without_scrolling_and_is_told_it_is_sent_by_the_server_alone(
    crowd: Crowd,
) -> None:
    lead = await two_running(crowd)
    await lead.page.locator(".home-move").get_by_role("button", name=lead.t("follow.begin")).click()
    await step(lead, 1)
    sofie = await comes(crowd, lead, "sofie", LOW)
    await expect(sofie.page.locator("#heading")).to_have_text(ROOM)
    send = sofie.button("answer.send")
    await reached(sofie, send)
    assert await sofie.page.evaluate(BARS) <= 1 / 3
    await sofie.choose(FELT["sense"]["da"])
    await sofie.page.locator("textarea").focus()
    await crowd.shot(sofie)
    # A keyboard takes half of it: the box and the button are both in sight.
    await sofie.page.set_viewport_size({"width": 360, "height": 340})
    await reached(sofie, send)
    await reached(sofie, sofie.page.locator("textarea"))
    await crowd.shot(sofie)
    await sofie.page.set_viewport_size(LOW)

    crowd.expect_noise(*NOISE)
    await sofie.context.set_offline(True)
    await sofie.reads("line.away")
    announced = sofie.page.locator("#announce")
    await sofie.press("answer.send")
    await expect(announced).to_have_text(sofie.t("note.waits"))
    await expect(sofie.text(sofie.t("answer.sent"))).to_have_count(0)
    await expect(sofie.page.locator(".answer-sent")).to_contain_text(sofie.t("note.waits"))
    await reached(sofie, sofie.page.locator(".answer-sent"))
    await crowd.shot(sofie)
    await sofie.context.set_offline(False)
    await expect(announced).to_have_text(sofie.t("answer.sent"))
    await expect(sofie.page.locator(".answer-sent")).to_contain_text(sofie.t("answer.sent"))


async def reached(person: Person, what: Locator) -> None:
    """It is in sight as the page stands, and no bar lies over it."""
    await expect(what).to_be_in_viewport(ratio=1)
    assert await what.evaluate(COVERED) <= 0 or await what.evaluate("(el) => Boolean(el.closest('.phone-foot'))")


async def test_R48_what_one_who_leads_was_typing_is_not_lost_when_another_saves_the_decision(crowd: Crowd) -> None:
    lead = await two_running(crowd)
    await lead.field("members.label").fill("Mette (AMR)")
    await lead.press("console.link_make", within=lead.page.locator(".members-form"))
    link = await lead.page.get_by_label(lead.t("members.link"), exact=True).input_value()
    await lead.page.locator(".home-move").get_by_role("button", name=lead.t("follow.begin")).click()
    await step(lead, 1)
    sofie = await comes(crowd, lead, "sofie", PHONE)
    await sofie.choose(FELT["adjust"]["da"])
    await sofie.press("answer.send")
    await sofie.reads("answer.sent")
    mette = await crowd.enters("mette", DESK)
    await mette.page.goto(link)
    for one in (lead, mette):
        await step(one, 1)
        for at in (2, 3):
            await one.press("follow.on")
            await step(one, at)
        await one.page.get_by_role("radio", name="Drop").check()
        await one.press("follow.on")
        await step(one, 4)
    await mette.page.locator("[name=learned]").fill(CALM)
    await lead.page.locator("[name=learned]").fill(LEARNED)
    await lead.press("follow.save")
    await step(lead, 5)
    await mette.sees(LEARNED)
    await mette.reads("typed.over_note", text=CALM)
    assert not await lead.page.locator(".follow .banner").count()
    await crowd.shot(mette)
    await mette.press("lost.drop")
    await mette.misses(CALM)


@pytest.mark.parametrize("size", [SMALL, DESK], ids=["phone", "desk"])
async def test_R48_a_member_leads_it_by_phone_and_moves_trials_through_their_lanes(
    crowd: Crowd, size: dict[str, int]
) -> None:
    lead = await two_running(crowd)
    await lead.page.set_viewport_size(size)
    await lead.page.locator(".home-move").get_by_role("button", name=lead.t("follow.begin")).click()
    await step(lead, 1)
    for at in (2, 3):
        assert await lead.overflow() <= 0
        await lead.press("follow.on")
        await step(lead, at)
        await crowd.shot(lead)
    await lead.page.get_by_role("radio", name="Juster").check()
    await lead.press("follow.on")
    await lead.page.locator("[name=learned]").fill(LEARNED)
    # Nobody has answered by phone: what somebody says aloud is written down.
    await lead.reads("follow.no_answers")
    await crowd.shot(lead)
    await lead.press("follow.say_for")
    await lead.page.locator("dialog textarea").fill("Det skal være kortere")
    await lead.page.locator("dialog .button.main").click()
    await lead.press("follow.save_again")
    await step(lead, 5)
    await crowd.shot(lead)
    await lead.button("needed.again", lane=METHOD.lane("qualified")).click()
    box = dialog(lead)
    await box.locator("[name=text]").fill("Kort overlevering i et fast rum")
    for name, value in (("backing", "Aftenholdet"), ("routine", "Ved vagtskiftet")):
        await box.locator(f"[name={name}]").fill(value)
    await lead.press("console.save", within=box)
    await expect(box).to_have_count(0)
    if size == SMALL:
        await lead.press("console.tab.board")
    await lead.sees("Kort overlevering i et fast rum")
