"""Phones for everybody: low and narrow windows, large text, long drafts, many dreams, groups, listeners, and questions
before a text is saved. Drawn from made-up records; whole workshops are played elsewhere.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.screens import plays
from tests.screens.people import DESK, PHONE, Crowd
from tests.screens.phones import BARS, COVERED, DILEMMA, FUTURE, HISTORY, LOW, opening, phone_of
from tests.screens.texts import Method, texts
from tests.screens.walls import NOTES, wall_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = (
    "Da ledelsen lagte de to afdelinger sammen uden at spørge os, forsvandt halvdelen af kollegerne,"
    " og vi måtte begynde helt forfra igen og mer."
)
DILEMMA_200 = (
    "Vi vil gerne give en grundig overlevering til de nye kolleger, men samtidig bliver der kaldt på os fra alle"
    " stuer, så den, der overleverer, når ikke at sige det, der betyder noget for natten og dagen."
)
AHEAD = Method("fortids-og-fremtidsvaerksted")
YEARS = [str(year) for year in range(2016, 2027)]
MINE = ["edit", "delete", "place"]


def writing(round_id: str, lane: str) -> dict[str, Any]:
    return {
        "board": {"round": round_id, "who_sees": "own_until_reveal"},
        "me": {"who_sees": "own_until_reveal", "write": opening(FUTURE, "columns", lane)},
    }


def dreams(count: int) -> dict[str, Any]:
    return {
        f"note:dream{at:010}": {"text": f"Drøm nummer {at}", "lane": "dream", "sheet": "columns"} for at in range(count)
    }


def in_turn(*drafts: str) -> dict[str, Any]:
    place = opening(HISTORY, "timeline", *YEARS)
    can = ["write", "place", "done", "later", "name"]
    return {
        "board": {"round": "place", "scene": "turn"},
        "me": {
            "scene": "turn", "turn": "holder", "scope": "all", "can": can, "write": place,
            "place": {**place, "reach": "all"},
        },
        "records": {"turn:all": queue("s1", "s2")},
        "own": {
            f"mine:draft{at:010}": {"text": text, "sheet": "timeline", "can": [*MINE, "mark"], "marks_open": ["effect"]}
            for at, text in enumerate(drafts)
        },
    }  # fmt: skip


def queue(holder: str, *then: str, scope: str = "all") -> dict[str, Any]:
    return {"scope": scope, "holder": holder, "queue": then, "later": [], "done": [], "absent": [], "since": 0}


def in_group(**more: Any) -> dict[str, Any]:
    row = {
        "group": "g1",
        "text": DILEMMA_200,
        "marks": {},
        "reach": "group",
        "open": ["one", "other"],
        "locked": {},
        "marks_open": [],
    }
    return {
        "board": {"round": "sides", "scene": "group"}, "groups": ["g1", "g2", "g3"],
        "seats": [{"group": f"g{at % 3 + 1}"} for at in range(6)],
        "me": {
            "group": "g1", "scene": "group", "who_sees": "group",
            "write": opening(DILEMMA, "grid", "one", "other", reach="group"),
        },
        "records": {"row:row1": row, "group:g1": {"people": 2, "ready": 1}, **more},
    }  # fmt: skip


async def covered(page: Page, selector: str) -> float:
    found: float = await page.locator(selector).first.evaluate(COVERED)
    return found


async def test_nothing_that_stays_at_the_bottom_covers_the_box_or_its_button(crowd: Crowd) -> None:
    anna = await phone_of(crowd, FUTURE, **writing("critique", "critique"))
    for part in ("textarea", "form [type=submit]", ".ready button"):
        assert await covered(anna.page, part) == 0, part
    # Far down, with a long question above: what stays in place is not the button that says ready.
    bo = await phone_of(crowd, DILEMMA, name="bo", **in_group())
    await bo.page.locator("form [type=submit]").scroll_into_view_if_needed()
    await expect(bo.page.locator(".ready")).to_have_css("position", "static")
    box, ready = [await bo.page.locator(one).bounding_box() for one in ("form [type=submit]", ".ready button")]
    assert box is not None
    assert ready is not None
    assert box["y"] + box["height"] <= ready["y"]


async def test_a_long_draft_leaves_the_question_its_place(crowd: Crowd) -> None:
    anna = await phone_of(crowd, HISTORY, **in_turn(LONG, "Kort"))
    for part in (".note.chosen", ".one-of", ".mini-line", ".stepper", ".segments.three"):
        assert await covered(anna.page, part) == 0, part
    await anna.page.evaluate("document.documentElement.style.fontSize = '150%'")
    assert await anna.page.locator(".note.chosen").evaluate("note => note.offsetHeight <= innerHeight * 0.35")
    await crowd.shot()


async def test_a_note_is_seen_to_be_saved_on_the_button_that_saved_it(crowd: Crowd) -> None:
    for name, method, given, keys in (
        ("alone", FUTURE, writing("critique", "critique"), ("phone.save", "phone.saved")),
        ("group", DILEMMA, in_group(), ("phone.save_group", "phone.saved_group")),
    ):
        anna = await phone_of(crowd, method, name=name, **given)
        save = anna.page.locator("form [type=submit]")
        await anna.page.get_by_role("textbox").fill("Ring til de pårørende")
        # It says so for a few seconds only.
        await save.evaluate(
            """(button) => {
              window.labels = [];
              const watch = new MutationObserver(() => window.labels.push(button.textContent.trim()));
              watch.observe(button, { childList: true, characterData: true, subtree: true });
            }"""
        )
        await save.click()
        await anna.page.wait_for_function("(words) => labels.includes(words)", arg=f"✓ {anna.t(keys[1])}")
        await crowd.shot(anna)
        await anna.page.get_by_role("textbox").fill("Ring")
        await expect(save).to_have_text(anna.t(keys[0]))
        await anna.page.get_by_role("textbox").fill("")
        await expect(save).to_have_text(anna.t(keys[0]), timeout=20_000)


async def test_a_word_on_an_own_note_is_broken_only_where_no_row_holds_it(crowd: Crowd) -> None:
    words = ("Medicindispenseringsdokumentation", "Ro", "Kort", "Plejehjemspersonaleplanlægning")
    mine = {
        f"mine:draft{at:010}": {"text": text, "lane": "critique", "sheet": "columns"} for at, text in enumerate(words)
    }
    anna = await phone_of(crowd, FUTURE, **writing("critique", "critique"), own=mine)
    heights = await anna.page.locator(".notes .words").evaluate_all("all => all.map((one) => one.offsetHeight)")
    assert len(heights) == 4
    assert len(set(heights)) == 1, "each word on one line"
    tops = await anna.page.locator(".notes > li").evaluate_all("all => all.map((one) => one.offsetTop)")
    assert tops[1] == tops[2], "short ones beside each other"
    endless = {"mine:draft0000000009": {**mine["mine:draft0000000000"], "text": "Æ" * 90}}
    await anna.page.evaluate("(mine) => change({}, mine)", endless)
    await expect(anna.page.locator(".notes .note")).to_have_count(5)
    assert await anna.overflow() <= 0


async def test_which_dream_is_a_list_that_folds_and_a_step_towards_none_is_asked_about(crowd: Crowd) -> None:
    anna = await phone_of(crowd, FUTURE, **writing("realise", "realise"), records=dreams(8))
    papers = anna.page.locator(".linking .note")
    await expect(papers).to_have_count(0)
    await anna.named(FUTURE.link("towards")).click()
    await expect(papers).to_have_count(8)
    lefts = await papers.evaluate_all("all => all.map((one) => one.getBoundingClientRect().left)")
    assert len(lefts) == 8, "one under another"
    assert len(set(lefts)) == 1, "one under another"
    await anna.page.get_by_role("textbox").fill("Ring til de pårørende")
    await expect(anna.page.get_by_role("textbox")).to_have_value("Ring til de pårørende")
    await anna.press("phone.save")
    await anna.reads("doubt.unlinked")
    assert await anna.page.evaluate("sent.length") == 0
    await anna.named(FUTURE.link("towards")).click()
    await expect(papers).to_have_count(0)
    await anna.press("doubt.choose")
    await papers.filter(has_text="Drøm nummer 3").click()
    await expect(papers).to_have_count(0)
    await anna.press("phone.save")
    assert await anna.page.evaluate("sent.map(([name, args]) => [name, args.links])") == [
        ["write", {"towards": ["dream0000000003"]}],
    ]
    await anna.named(re.compile("Drøm nummer 3")).click()
    await expect(papers).to_have_count(8)
    await expect(papers.filter(has_text="Drøm nummer 3")).to_have_attribute("aria-pressed", "true")


async def test_with_many_wishes_the_box_and_all_that_it_needs_are_in_sight_and_the_chosen_come_first(
    crowd: Crowd,
) -> None:
    lanes = ("individual", "group", "management", "organisation")
    wishes = {
        f"note:wish{at:011}": {
            "text": f"Ønske nummer {at}", "lane": "wishes", "sheet": "ahead",
            "marks": {"choice": "chosen"} if at in (5, 11) else {},
        }
        for at in range(17)
    }  # fmt: skip
    write = {"board": {"round": "actions"}, "me": {"who_sees": "all", "write": opening(AHEAD, "ahead", *lanes)}}
    anna = await phone_of(crowd, AHEAD, size={"width": 360, "height": 640}, **write, records=wishes)
    tabs = await anna.page.locator(".phone-tabs").evaluate("el => el.getBoundingClientRect().top")
    for needed in (
        anna.page.get_by_role("textbox"), anna.button("phone.save_all"), anna.named(AHEAD.link("towards")),
        anna.named(AHEAD.lane("organisation")),
    ):  # fmt: skip
        assert await needed.evaluate("el => el.getBoundingClientRect().bottom") <= tabs, needed
    await crowd.shot(anna)
    await anna.named(AHEAD.link("towards")).click()
    papers = anna.page.locator(".linking .note")
    assert [text.split("\n")[0] for text in await papers.all_inner_texts()] == ["Ønske nummer 5", "Ønske nummer 11"]
    await crowd.shot(anna)
    await anna.press("phone.other_notes", n=15)
    await expect(papers).to_have_count(17)
    await papers.filter(has_text="Ønske nummer 11").click()
    await crowd.shot(anna)


@pytest.mark.parametrize(
    ("text", "kind"), [("Borger 010180-1234 faldt", "cpr"), ("Ring 12 34 56 78", "phone"), ("anne@example.dk", "mail")]
)
async def test_I14_a_text_that_seems_to_name_somebody_is_asked_about_once(crowd: Crowd, text: str, kind: str) -> None:
    anna = await phone_of(crowd, FUTURE, **writing("critique", "critique"))
    await anna.page.get_by_role("textbox").fill(text)
    await anna.press("phone.save")
    await anna.reads(f"doubt.{kind}")
    assert await anna.page.evaluate("sent.length") == 0
    await anna.press("doubt.change")
    await expect(anna.page.get_by_role("textbox")).to_be_focused()
    await anna.press("phone.save")
    await anna.press("doubt.sure")
    assert await anna.page.evaluate("sent.map(([name, args]) => args.text)") == [text]


async def test_I14_a_dilemma_is_written_under_the_question_whether_anybody_could_be_recognised(crowd: Crowd) -> None:
    for lang in ("da", "en"):
        anna = await phone_of(crowd, DILEMMA, name=lang, lang=lang, **in_group())
        await anna.reads("who.unnamed") if lang == "en" else await anna.sees(texts("da")("who.unnamed"))
    bo = await phone_of(crowd, FUTURE, name="bo", **writing("critique", "critique"))
    await bo.misses(bo.t("who.unnamed"))


async def test_a_group_reads_its_number_its_members_its_questions_and_its_own_count(crowd: Crowd) -> None:
    anna = await phone_of(crowd, DILEMMA, **in_group())
    await anna.reads("group.yours", n=1)
    await anna.sees("Mette · Bo")
    await anna.reads("ready.count_group", n=1, of=2)
    for question in next(item for item in DILEMMA.raw["rounds"] if item["id"] == "sides")["questions"]:
        await anna.sees(question["da"])
    # While a member of the group has the floor, the others read the same.
    inside = in_group(**{"turn:g1": queue("s4", scope="g1")})
    inside["board"] = {"round": "present", "scene": "group"}
    inside["me"] |= {"scene": "wait", "scope": "g1", "turn": "done", "write": None}
    bo = await phone_of(crowd, DILEMMA, name="bo", **inside)
    await bo.reads("group.yours", n=1)
    await bo.sees("Mette · Bo")
    await crowd.shot()


async def test_who_listens_is_named_before_anything_is_written(crowd: Crowd) -> None:
    given = writing("critique", "critique")
    anna = await phone_of(crowd, FUTURE, **given, seats=[{}, {"role": "listener", "name": "Lene"}])
    await anna.reads("listen.names", n=1, names="Lene")
    welcome = {"board": {"round": "frame", "scene": "welcome"}, "me": {"scene": "welcome", "write": None}}
    bo = await phone_of(crowd, FUTURE, name="bo", **welcome, seats=[{}, {"role": "listener", "name": "Lene"}])
    await bo.reads("listen.names", n=1, names="Lene")


async def test_the_heading_is_in_the_readers_language_until_somebody_changes_it(crowd: Crowd) -> None:
    both = DILEMMA.raw["heading"]
    welcome = {"round": "welcome", "scene": "welcome", "lang": "da"}
    me = {"scene": "welcome", "write": None}
    anna = await phone_of(crowd, DILEMMA, lang="en", board={**welcome, "title": both["da"]}, me=me)
    await expect(anna.page.locator(".question")).to_have_text(both["en"])
    for name, typed, lang in (("bo", "Hvad er svært lige nu?", "da"), ("ali", "ما هو الصعب الآن؟", "und-Arab")):
        bo = await phone_of(crowd, DILEMMA, name=name, lang="en", board={**welcome, "title": typed}, me=me)
        await expect(bo.page.locator(".question")).to_have_text(typed)
        await expect(bo.page.locator(".question bdi")).to_have_attribute("lang", lang)


async def test_a_listener_reads_who_has_the_floor_and_is_not_asked_to_write(crowd: Crowd) -> None:
    lene = await phone_of(
        crowd, HISTORY, board={"round": "place", "scene": "turn"},
        me={"role": "listener", "scene": "listen", "can": [], "who_sees": "listen"},
        records={"turn:all": queue("s2", "s3")},
    )  # fmt: skip
    await lene.reads("turn.has")
    await lene.sees("Jonas")
    await lene.reads("turn.then", name="Anna")
    await lene.misses(HISTORY.round("place", "instruction"))


async def test_text_twice_as_large_fits_the_narrowest_phone(crowd: Crowd) -> None:
    states = {
        "critique": (FUTURE, writing("critique", "critique")), "turn": (HISTORY, in_turn(LONG, "Kort")),
        "group": (DILEMMA, in_group()), "realise": (FUTURE, {**writing("realise", "realise"), "records": dreams(3)}),
    }  # fmt: skip
    for name, (method, given) in states.items():
        anna = await phone_of(crowd, method, name=name, **given)
        await anna.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await anna.overflow() <= 0, name
        assert await anna.page.evaluate(BARS) <= 1 / 3, name
        outside = "all => all.filter((one) => one.getBoundingClientRect().right > innerWidth + 1).length"
        low = "all => all.filter((one) => one.offsetHeight < parseFloat(getComputedStyle(one).fontSize)).length"
        assert await anna.page.locator(".stepper button, .one-of button").evaluate_all(low) == 0, name
        assert await anna.page.locator(".phone-main :is(button, p, label, textarea)").evaluate_all(outside) == 0, name
        await crowd.shot(anna)


async def test_text_twice_as_large_fits_at_the_door_and_in_dialogs(crowd: Crowd) -> None:
    lead = await plays.start(crowd, HISTORY)
    code = (await plays.links(lead))["code"]
    anna = await crowd.phone("anna", LOW)

    async def fits(where: str) -> None:
        await anna.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await anna.overflow() <= 0, where
        outside = (
            "all => all.filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML)"
        )
        assert (
            await anna.page.locator("body :is(button, p, label, input, textarea, span)").evaluate_all(outside) == []
        ), where
        await crowd.shot(anna)

    await anna.page.goto("/")
    await expect(anna.page.locator(".workshop-row").first).to_be_visible()
    await fits("front")
    await anna.field("code.label").fill(code)
    await anna.press("code.go")
    await expect(anna.field("join.name")).to_be_visible()
    await fits("join")
    await anna.field("join.name").fill("Anna")
    await anna.press("join.go")
    await plays.go_on(lead, HISTORY.round("write"))
    await plays.write(anna, LONG)
    await fits("writing")
    await anna.page.get_by_role("button", name=LONG).click()
    await expect(anna.field("note.text")).to_be_focused()
    await fits("an own note")


async def test_with_a_keyboard_open_the_button_that_saves_is_in_reach(crowd: Crowd) -> None:
    for name, (method, given) in {
        "critique": (FUTURE, writing("critique", "critique")),
        "group": (DILEMMA, in_group()),
    }.items():
        anna = await phone_of(crowd, method, name=name, **given)
        await anna.page.get_by_role("textbox").focus()
        for size in ({"width": 360, "height": 330}, {"width": 844, "height": 190}):
            await anna.page.set_viewport_size(size)  # type: ignore[arg-type]
            await anna.page.wait_for_function(
                "() => { const box = document.querySelector('textarea').getBoundingClientRect();"
                " const save = document.querySelector('form [type=submit]').getBoundingClientRect();"
                " return box.top >= 0 && box.bottom <= save.top && save.bottom <= innerHeight; }"
            )
            # The tap saves, and one goes on writing: nothing moves away under the finger.
            await anna.page.get_by_role("textbox").fill("Ring til de pårørende")
            await anna.page.locator("form [type=submit]").tap()
            await expect(anna.page.get_by_role("textbox")).to_have_value("")
            await expect(anna.page.get_by_role("textbox")).to_be_focused()


async def test_own_notes_stand_as_they_were_written_on_the_phone_that_wrote_them(crowd: Crowd) -> None:
    given = writing("critique", "critique")
    anna = await phone_of(crowd, FUTURE, **given)
    for text in ("Først", "Så", "Til sidst"):
        await anna.page.get_by_role("textbox").fill(text)
        await anna.press("phone.save")
    # The server's ids say nothing of the order: here they are given the other way round.
    ids = await anna.page.evaluate("sent.map(([, args]) => args.note)")
    notes = dict(zip(ids, ("Først", "Så", "Til sidst"), strict=True))
    mine = {
        f"mine:{note}": {"text": text, "lane": "critique", "sheet": "columns"}
        for note, text in sorted(notes.items(), reverse=True)
    }
    await anna.page.evaluate("(mine) => change({}, mine)", mine)
    await expect(anna.page.locator(".notes .words")).to_have_text(["Først", "Så", "Til sidst"])


async def test_a_reveal_is_said_once_and_what_is_read_stays_where_it_is(crowd: Crowd) -> None:
    anna = await phone_of(
        crowd, HISTORY, **{**in_turn(), "me": {"scene": "wait", "can": ["write"]}}, size={"width": 360, "height": 640}
    )
    notes = {f"note:late{at:011}": {"text": f"Sent {at}", "lane": "2024", "side": "up"} for at in range(9)}
    await anna.page.evaluate("(notes) => change(notes)", notes)
    assert await anna.page.evaluate("said") == [anna.t("phone.revealed", n=9)]
    await anna.press("phone.tab_board")
    await anna.page.evaluate("said.length = 0")
    await anna.page.get_by_text("Sent 8").scroll_into_view_if_needed()
    top = (
        "() => [...document.querySelectorAll('.entry')].find((one) => one.textContent.includes('Sent 8'))"
        ".getBoundingClientRect().top"
    )
    before = await anna.page.evaluate(top)
    early = {f"note:early{at:010}": {"text": f"Tidligt {at}", "lane": "2017", "side": "down"} for at in range(4)}
    await anna.page.evaluate("(notes) => { change(notes); redraw(); redraw(); }", early)
    assert abs(await anna.page.evaluate(top) - before) <= 1
    assert await anna.page.evaluate("said") == [anna.t("phone.revealed", n=4)], "once, however often it is drawn"


async def test_every_field_and_choice_has_an_edge_in_forced_colours(crowd: Crowd) -> None:
    anna = await phone_of(crowd, DILEMMA, **in_group(), more={"forced_colors": "active"})
    bare = (
        "all => all.filter((one) => one.offsetWidth && parseFloat(getComputedStyle(one).borderTopWidth) < 1)"
        ".map((one) => one.className)"
    )
    fields = anna.page.locator(".note-box, .button, .segments, .segments button")
    assert await fields.evaluate_all(bare) == []
    assert (
        await anna.page.locator(".segments [aria-pressed=true]").evaluate("one => getComputedStyle(one).outlineStyle")
        == "solid"
    )


async def test_who_listens_is_named_on_the_wall(crowd: Crowd) -> None:
    page = await wall_of(crowd, notes=NOTES)
    await expect(page.locator(".wall-listening")).to_have_count(0)
    await page.evaluate(
        "change({ people: state.people.map((one) => one.id === 's3' ? { ...one, role: 'listener' } : one) })"
    )
    await expect(page.locator(".wall-listening")).to_have_text(texts("da")("wall.listening", names="Anna"))


async def test_who_has_no_phone_is_counted_and_their_note_is_at_hand_when_they_have_the_floor(crowd: Crowd) -> None:
    lead, _ = await plays.gather(crowd, HISTORY, anna=PHONE)
    await plays.host(lead, "Gerda")
    await lead.reads("console.participants", n=2)
    await lead.reads("console.hosted_n", n=1)
    await plays.go_on(lead, HISTORY.round("write"))
    await lead.sees(lead.t("console.ready_phones", n=0, all=1))
    await lead.field("console.note").fill("Fælles frokost hver fredag")
    await lead.press("console.save_note")
    await plays.go_on(lead, HISTORY.round("place"), confirm=True)
    await plays.give_word(lead, "Gerda")
    put_up = lead.button("console.place", within=lead.page.locator(".turn-box"))
    await expect(put_up).to_be_in_viewport()
    await lead.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await expect(put_up).to_be_in_viewport(ratio=1)
    await crowd.shot(lead)
    await lead.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    await plays.open_door(lead)
    await lead.text(lead.t("console.listen_show_qr")).click()
    await expect(lead.page.get_by_role("img", name=lead.t("console.listen_qr"))).to_be_visible()
    await crowd.shot(lead)


async def test_the_way_in_forgives_what_people_type_and_back_leads_in_again(crowd: Crowd) -> None:
    crowd.expect_noise("404")
    lead = await plays.start(crowd, HISTORY)
    code = (await plays.links(lead))["code"]
    anna = await crowd.phone("anna")
    await anna.page.goto("/join")
    await anna.field("code.label").fill("sol fjordd lampe")
    await anna.press("code.go")
    await anna.reads("error.no_word", word="fjordd")
    await anna.field("code.label").fill("".join(letter for letter in code if letter.isalpha()).upper())
    await anna.press("code.go")
    await anna.field("join.name").fill("Anna")
    await anna.press("join.go")
    await anna.page.wait_for_url("**/b/*")
    await anna.sees(HISTORY.heading)
    await anna.page.go_back()
    await anna.page.get_by_role("link", name=anna.t("join.back")).click()
    await anna.page.wait_for_url("**/b/*")
    await anna.reads("phone.you_are", name="Anna")


async def test_who_looks_at_the_board_when_it_closes_is_told_that_it_is_over(crowd: Crowd) -> None:
    anna = await phone_of(crowd, FUTURE, **writing("critique", "critique"))
    await anna.press("phone.tab_board")
    over = anna.page.locator(".phone-head .over").locator("visible=true").first
    await expect(over).to_contain_text(FUTURE.round("critique"))
    await anna.page.evaluate("change({ board: { closed: 1 } })")
    await expect(over).to_contain_text(anna.t("end.title"))
    await expect(over).not_to_contain_text(FUTURE.round("critique"))
