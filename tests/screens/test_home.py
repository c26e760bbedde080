"""A programme's home on the console (R49): what is planned and held, the leaders' questions, and who they are."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.machine.talk import new_workshop
from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import DESK, SMALL, Crowd, Person
from tests.screens.test_handing import box
from tests.screens.test_picking import FV, take
from tests.screens.test_programme import F, begin

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = (
    "Perspektivsamtale om overgange mellem vagterne, og om hvem der egentlig har ansvaret, "
    "når medicinskabet bliver talt op om natten 🌙"
)
ARABIC = "نتعلم من بعضنا البعض"
ANSWER = "Mette inviterer, Jonas skriver ned, og Anne kommer til sidst"


def part(lead: Person, lane: str) -> Locator:
    """The list of a lane."""
    return lead.page.get_by_role("region", name=F.lane(lane), exact=True)


def asks(lead: Person) -> Locator:
    return lead.page.locator(".asks")


async def add(lead: Person, lane: str, text: str, day: str = "", who: str = "") -> None:
    await lead.press("home.add_to", lane=F.lane(lane))
    form = part(lead, lane).locator("form")
    await form.locator("textarea").fill(text)
    if day:
        await form.locator("input[type=date]").fill(day)
    if who:
        await form.locator("input[name$=who]").fill(who)
    await lead.press("console.save", within=form)
    await expect(lead.page.locator(".home-next").filter(has_text=text[:40]).first).to_be_visible()


def questions_of(lane: str) -> list[str]:
    """What the method file asks in a lane of the diary."""
    (diary,) = [sheet for sheet in F.raw["sheets"] if sheet["id"] == "diary"]
    (found,) = [each for each in diary["lanes"] if each["id"] == lane]
    return [option["title"]["da"] for option in found["fields"][0]["options"]]


async def turn(lead: Person, key: str, question: str) -> None:
    """To the next question, or the one before."""
    await lead.press(key)
    await expect(asks(lead).locator(".asks-question")).to_have_text(question)


async def asked(lead: Person, lane: str) -> None:
    await asks(lead).locator("select[name=asks-lane]").select_option(label=F.lane(lane))


async def test_R49_those_who_lead_add_dialogues_and_take_their_questions_one_by_one_from_home(crowd: Crowd) -> None:
    lead = await begin(crowd)
    for label in ("Anne (leder)", "Jonas (TR)", "Mette (AMR) 🌿"):
        await lead.field("members.label").fill(label)
        await lead.press("console.link_make", within=lead.page.locator(".members-form"))
        await expect(lead.page.locator(".console-team")).to_contain_text(label)
    await expect(lead.page.locator(".console-team")).to_contain_text("TRIO: Anne (leder), Jonas (TR) og Mette (AMR)")
    await add(lead, "planned", LONG, "2026-12-16", "Jonas")
    await add(lead, "planned", ARABIC)
    await expect(lead.page.locator(".home-next").first).to_contain_text(LONG[:40])
    await expect(lead.page.locator(".home-next").first).to_contain_text("Jonas")
    await expect(part(lead, "planned").locator("li")).to_have_text([re.compile(ARABIC)])

    # -- what is asked once, then what is asked about a dialogue --
    box = asks(lead)
    await expect(box).to_contain_text(lead.t("asks.lock", team="TRIO"))
    first = questions_of("together")
    await expect(box.locator(".asks-question")).to_have_text(first[0])
    await asked(lead, "before")
    questions = questions_of("before")
    await expect(box.locator(".asks-question")).to_have_text(questions[0])
    await turn(lead, "asks.next", questions[1])
    await box.locator("textarea").fill("half a thought")
    await turn(lead, "asks.next", questions[2])
    await expect(box.locator("textarea")).to_have_value("")
    await turn(lead, "asks.back", questions[1])
    await expect(box.locator("textarea")).to_have_value("half a thought")
    await box.locator("textarea").fill(ANSWER)
    await lead.press("console.save", within=box)
    await expect(box.locator("blockquote")).to_have_text(ANSWER)
    await expect(box.locator("textarea")).to_have_value("")
    await expect(box).to_contain_text(lead.t("asks.place", n=2, of=len(questions)))
    await expect(box).to_contain_text(lead.t("asks.answered", n=1))
    await box.locator("select[name=asks-about]").select_option(label=ARABIC)
    await expect(box).to_contain_text(lead.t("asks.answered", n=0))
    await box.locator("select[name=asks-about]").select_option(label=LONG)
    await expect(box).to_contain_text(lead.t("asks.answered", n=1))
    assert await barriers(lead, "home with dialogues and questions") == []
    await crowd.shot(lead)
    await lead.page.reload()
    await lead.reads("programme.about")
    await asked(lead, "before")
    await expect(box).to_contain_text(lead.t("asks.answered", n=1))

    # -- on a small screen, where home's lists are a tab with a name of their own --
    await lead.page.set_viewport_size({"width": 360, "height": 640})
    await expect(lead.button("console.tab.script.programme")).to_be_visible()
    await lead.press("console.tab.people.programme")
    await expect(part(lead, "planned")).to_be_visible()
    assert await lead.overflow() <= 0
    assert await barriers(lead, "home's lists on a phone") == []
    await box.scroll_into_view_if_needed()
    await crowd.shot(lead)
    await lead.page.set_viewport_size(DESK)

    # -- nobody of a sitting sees any of it but what is planned --
    code = await plays.meeting(lead)
    sofie = await crowd.phone("sofie", SMALL)
    await plays.join_by_code(sofie, code, name="Sofie")
    await sofie.sees(LONG[:40])
    await sofie.misses(ANSWER)

    # -- it was held --
    await lead.press("home.was_held_this", text=LONG)
    await expect(part(lead, "held")).to_contain_text(LONG[:40])
    await asked(lead, "after")
    await expect(box.locator("select[name=asks-about]")).to_have_value(await note_id(box, LONG))


async def test_R49_whoever_is_at_a_question_stays_there_when_another_who_leads_answers_it(crowd: Crowd) -> None:
    lead = await begin(crowd)
    await lead.field("members.label").fill("Mette (AMR)")
    await lead.press("console.link_make", within=lead.page.locator(".members-form"))
    mette = await crowd.enters("mette", DESK)
    await mette.page.goto(await lead.page.get_by_label(lead.t("members.link"), exact=True).input_value())
    first, second, *_ = questions_of("together")
    for one in (lead, mette):
        await expect(asks(one).locator(".asks-question")).to_have_text(first)
    words = asks(lead).locator("textarea")
    await words.fill("half a thought")
    await asks(mette).locator("textarea").fill(ANSWER)
    await mette.press("console.save", within=asks(mette))
    await expect(asks(lead).locator("blockquote")).to_have_text(ANSWER)
    await expect(asks(lead).locator(".asks-question")).to_have_text(first)
    await expect(words).to_be_focused()
    await expect(words).to_have_value("half a thought")
    # At an end, the keyboard stays at the button that leads no further.
    await turn(lead, "asks.next", second)
    back = lead.button("asks.back")
    await back.focus()
    await back.press("Enter")
    await expect(asks(lead).locator(".asks-question")).to_have_text(first)
    await expect(back).to_have_attribute("aria-disabled", "true")
    await expect(back).to_be_focused()
    await back.press("Enter")
    await expect(asks(lead).locator(".asks-question")).to_have_text(first)


async def test_R49_what_was_not_saved_at_home_stands_in_its_boxes_again(crowd: Crowd) -> None:
    lead = await begin(crowd)
    title = lead.t("home.add_to", lane=F.lane("planned"))
    # The text is longer than the lane takes, which only the server says.
    long = "Vi mangler tid til overlevering. " * 8
    await lead.page.get_by_role("button", name=title).click()
    form = part(lead, "planned").locator("form")
    await form.locator("textarea").evaluate("(box) => { delete box.dataset.most; }")
    await form.locator("textarea").fill(long)
    await form.locator("input[type=date]").fill("2026-12-16")
    await form.locator("input[name$=who]").fill("Jonas")
    await lead.press("console.save", within=form)
    await lead.reads("refused.too_long")
    await expect(form.locator("textarea")).to_have_value(long.strip())
    await expect(form.locator("input[type=date]")).to_have_value("2026-12-16")
    await expect(form.locator("input[name$=who]")).to_have_value("Jonas")
    await form.locator("textarea").fill(ARABIC)
    await lead.press("console.save", within=form)
    await expect(part(lead, "planned").or_(lead.page.locator(".home-next")).first).to_contain_text(ARABIC)
    await expect(lead.page.get_by_role("button", name=title)).to_be_focused()


async def note_id(box: Locator, text: str) -> str:
    value = await box.locator("select[name=asks-about] option", has_text=text[:40]).get_attribute("value")
    return value or ""


async def test_R42_R49_a_workshop_that_is_started_from_a_planned_dialogue_stands_there_as_held(crowd: Crowd) -> None:
    made = await new_workshop(crowd.base, "forloeb", title="Godt at gå på arbejde")
    lead = await crowd.enters("console", DESK)
    there = f"{crowd.base}/console/{made['board']}"
    await lead.page.goto(f"{there}#k={made['token']}")
    await lead.page.wait_for_function("() => localStorage.getItem('tavle.keys')?.includes('\"keep\":\"programme\"')")
    await add(lead, "planned", LONG, "2026-12-16", "Jonas")
    await add(lead, "planned", ARABIC)
    await lead.press("home.start_this", text=LONG)
    await lead.page.wait_for_url(lambda url: "/console/" not in url)
    await expect(lead.page.locator(".planned")).to_contain_text(LONG[:40])
    await plays.choose(lead, FV)
    await expect(lead.page.get_by_label(lead.t("start.programme"))).to_have_value(made["board"])
    assert await barriers(lead, "a planned dialogue to start") == []
    await crowd.shot(lead)
    await lead.press("start.go")
    await lead.page.wait_for_url(lambda url: "/console/" in url and made["board"] not in url)
    await lead.sees(LONG[:40])
    anna = await crowd.phone("anna", SMALL)
    await plays.join_by_code(anna, (await plays.links(lead))["code"], name="Anna")
    await plays.go_on(lead, FV.round("critique"))
    await plays.write(anna, "Vi mangler tid")
    lane = FV.lane("critique").lower()
    await plays.reveal(lead, lane)
    await lead.sees("Vi mangler tid")
    await plays.go_through(lead, FV, "dream", "realise", "close", "harvest", confirm=("realise", "close"))
    await take(lead, "Vi mangler tid")
    await lead.press("hand.do", n=1, within=box(lead))
    await expect(box(lead)).to_contain_text(lead.t("hand.all"))
    await lead.page.goto(there)
    await expect(part(lead, "held").locator("li")).to_have_count(1)
    await expect(part(lead, "held")).to_contain_text(LONG[:40])
    await expect(part(lead, "held")).to_contain_text(FV.title)
    await expect(part(lead, "held")).to_contain_text(lead.t("home.count", n=1))
    await expect(part(lead, "planned").locator("li")).to_have_count(1)
    await expect(part(lead, "planned")).to_contain_text(ARABIC)
    await crowd.shot(lead)
    await lead.page.goto("/")
    await expect(lead.page.locator(".planned")).to_have_count(0)


async def test_R49_R29_the_leader_who_is_told_afterwards_is_told_by_somebody_on_a_day(crowd: Crowd) -> None:
    made = await new_workshop(crowd.base, "forloeb", title="Godt at gå på arbejde", leader="told")
    lead = await crowd.enters("console", DESK)
    await lead.page.goto(f"{crowd.base}/console/{made['board']}#k={made['token']}")
    await lead.page.locator("select[name=brief-teller]").select_option(label=lead.t("console.teller.union"))
    day = lead.page.locator("input[name=brief-when]")
    await day.fill("2026-12-18")
    await day.press("Enter")
    done = lead.page.get_by_label(lead.t("console.brief_done"))
    await done.check()
    await lead.page.reload()
    await expect(done).to_be_checked()
    await expect(day).to_have_value("2026-12-18")
    # The next time is agreed: it has not happened yet.
    await lead.page.locator("select[name=brief-teller]").select_option(label=lead.t("console.teller.safety"))
    await expect(done).not_to_be_checked()
    assert await barriers(lead, "who tells the leader") == []
    await crowd.shot(lead)


async def test_R49_a_planned_dialogue_without_a_day_is_what_comes_next_and_starts_from_home_and_from_its_note(
    crowd: Crowd,
) -> None:
    made = await new_workshop(crowd.base, "forloeb", title="Godt at gå på arbejde")
    lead = await crowd.enters("console", DESK)
    await lead.page.goto(f"{crowd.base}/console/{made['board']}#k={made['token']}")
    await lead.reads("programme.begin")
    await add(lead, "planned", ARABIC)
    move = lead.page.locator(".home-move")
    await expect(move).to_contain_text(ARABIC)
    await expect(move.locator(".button.main")).to_have_text(lead.t("home.start"))
    await lead.press("programme.go", within=move, round=F.round("dialogues"))
    await lead.page.locator(".console-board").get_by_role("button", name=ARABIC).first.click()
    await crowd.shot(lead)
    await lead.press("home.start_this", within=lead.page.locator(".note-tools"), text=ARABIC)
    await expect(lead.page.locator(".planned")).to_contain_text(ARABIC)
