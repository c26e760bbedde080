"""A programme on every screen: begun on the front page, its home, a sitting, its links (R40, R41, V19)."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Route, expect

from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import DESK, SMALL, WALL, Crowd, Person
from tests.screens.phones import phone_of
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

F = Method("forloeb")
TITLE = "Kommunikation, feedback og læring på tværs af dag-, aften- og nattevagter i hele huset"
FOUND, ANSWER = "Hård tone får folk til at rejse, og så får resten travlt 🌿", "Ja, men natten mangler مرحبا"


async def begin(crowd: Crowd, title: str = TITLE) -> Person:
    """A programme, begun on the front page."""
    lead = await crowd.enters("console", DESK)
    await lead.page.goto("/")
    await lead.page.locator(".programmes summary").click()
    await lead.field("programme.about_what").fill(title)
    await lead.field("start.venue").fill("Bosted Nord")
    await lead.press("programme.start")
    await lead.page.wait_for_url("**/console/*")
    await lead.reads("programme.about")
    return lead


async def to(lead: Person, round_id: str) -> None:
    """The console goes to a round: at once, while a sitting goes on after a look at it."""
    await lead.named(F.round(round_id)).first.click()
    await expect(lead.page.locator("#heading")).to_have_text(F.round(round_id))
    go = lead.button("console.go_here")
    if await go.count():
        await go.click()
        await expect(go).to_have_count(0)


async def test_R40_a_programme_is_begun_on_the_front_page_and_found_there_again(crowd: Crowd) -> None:
    lead = await begin(crowd)
    await lead.reads("programme.begin")
    await expect(lead.button("console.finish")).to_have_count(0)
    assert await barriers(lead, "a new programme") == []
    await lead.press("console.more")
    await expect(lead.dialog().get_by_text(lead.t("console.more.close"), exact=True)).to_have_count(0)
    await lead.press("console.shut", within=lead.dialog())
    await lead.page.goto("/")
    await lead.named(TITLE, "link").click()
    await lead.reads("programme.about")
    await lead.sees(TITLE)
    await crowd.shot(lead)


async def test_R41_colleagues_come_in_for_a_sitting_and_are_out_when_it_ends(crowd: Crowd) -> None:
    lead = await begin(crowd)
    code = await plays.meeting(lead)
    wall_link = None
    async with lead.context.expect_page() as opened:
        await lead.press("console.show_wall")
    wall_page = await opened.value
    wall_link = wall_page.url
    assert "/wall/" in wall_link
    sofie = await crowd.phone("sofie", SMALL)
    await sofie.page.goto("/")
    await sofie.field("code.label").fill(code)
    await sofie.press("code.go")
    # What is written stays, and it is not said that it is deleted on a day.
    await sofie.sees(sofie.t("join.forgets"))
    await sofie.misses(sofie.t("join.expires", day="|").partition("|")[0], sofie.t("join.leader_part"))
    await crowd.shot(sofie)
    await plays.join_by_code(sofie, code, name="Sofie")
    await sofie.sees(F.raw["stations"][0]["title"]["da"])
    assert await barriers(sofie, "home on a phone") == []
    assert await sofie.overflow() <= 0
    await to(lead, "centre")
    await lead.page.locator(".composer textarea").fill(FOUND)
    await lead.page.locator(".composer button[type=submit]").click()
    await lead.sees(FOUND)
    await to(lead, "show")
    await lead.press("versions.first")
    await sofie.sees(FOUND)
    await sofie.choose(F.lane("known"), exact=True)
    await sofie.page.locator("textarea").fill(ANSWER)
    await sofie.press("answer.send_next")
    await lead.sees(ANSWER)
    await crowd.shot(sofie, lead)
    await expect(lead.page.locator(".people")).to_be_visible()
    await expect(lead.page.locator(".pad-ask")).to_have_count(0)  # those who lead write themselves
    await lead.press("sitting.end")
    await lead.reads("sitting.over_2")
    await lead.press("sitting.end", within=lead.dialog())
    await sofie.reads("close.over")
    await lead.reads("sitting.off")
    await lead.sees(ANSWER)
    await lead.misses("Sofie")
    await crowd.shot(sofie)


async def test_R41_the_words_of_a_sitting_are_whole_in_every_size_and_at_large_zoom(crowd: Crowd) -> None:
    lead = await begin(crowd)
    await lead.press("sitting.begin")
    await lead.reads("sitting.on")
    await to(lead, "sort")
    for width, height in ((683, 384), (640, 360), (360, 640), (390, 844), (800, 600), (900, 700), (1366, 768)):
        await lead.page.set_viewport_size({"width": width, "height": height})
        words = lead.page.locator(":is(.sitting, .console-code) strong").filter(visible=True)
        await expect(words.first).to_be_visible()
        for one in await words.all():
            high = await one.evaluate("(el) => el.getBoundingClientRect().height")
            size = await one.evaluate("(el) => parseFloat(getComputedStyle(el).fontSize)")
            # Beside a QR in a narrow side each word may have a line of its own.
            assert high < (4.8 if 860 < width < 1180 else 2) * size, (width, height)
        assert await lead.overflow() <= 0, (width, height)
    # Nor do the tabs of a phone break their words, where one of them is long.
    await lead.page.set_viewport_size({"width": 360, "height": 640})
    await lead.page.evaluate("localStorage.setItem('tavle.lang', '\"en\"')")
    await lead.page.reload()
    tab = lead.page.locator(".console-tabs button")
    await expect(tab.first).to_have_text("Programme")
    for one in await tab.all():
        rows = await one.evaluate(
            "(el) => { const all = new Range(); all.selectNodeContents(el); return all.getClientRects().length; }"
        )
        assert rows == 1, await one.inner_text()
    assert await lead.overflow() <= 0


async def test_R40_V19_a_member_has_a_link_and_the_noticeboard_shows_what_was_found(crowd: Crowd) -> None:
    lead = await begin(crowd)
    await to(lead, "patterns")
    form = lead.page.locator(".composer")
    await form.locator("#where-lane").select_option(label=F.lane("circles"))
    await form.locator("textarea").fill(FOUND)
    await form.locator("button[type=submit]").click()
    await lead.sees(FOUND)
    await lead.page.get_by_role(
        "button", name=re.compile("^" + lead.t("programme.home", round=F.round("home")))
    ).click()
    await lead.sees(FOUND)
    await lead.field("members.label").fill("Mette (AMR)")
    await lead.press("console.link_make", within=lead.page.locator(".members-form"))
    link = await lead.page.get_by_label(lead.t("members.link"), exact=True).input_value()
    mette = await crowd.phone("mette", SMALL)
    await mette.page.goto(link)
    await mette.reads("programme.about")
    assert await barriers(mette, "a programme's console on a phone") == []
    assert await mette.overflow() <= 0
    await crowd.shot(lead, mette)

    notice_box = lead.page.locator(".home-links", has=lead.page.get_by_role("heading", name=lead.t("notice.name_long")))
    await lead.press("console.link_make", within=notice_box)
    board = await lead.page.get_by_label(lead.t("notice.link"), exact=True).input_value()
    for name, size in (("hall", DESK), ("reader", SMALL)):
        reader = await crowd.enters(name, size)
        await reader.page.goto(board)
        await reader.sees(FOUND, TITLE)
        await reader.misses("Mette")
        assert await barriers(reader, f"noticeboard, {name}") == []
        assert await reader.overflow() <= 0
        await crowd.shot(reader)
    await lead.press("members.withdraw", name="Mette (AMR)")
    await lead.press("console.withdraw_now")
    await mette.reads("programme.no_access")
    await lead.press("console.withdraw.notice")
    await lead.press("console.withdraw_now")
    await lead.reads("console.withdrawn.notice")
    crowd.expect_noise("403 .Forbidden")
    await reader.page.reload()
    await reader.reads("notice.withdrawn")


async def test_V19_a_noticeboard_with_all_that_it_can_hold_is_read_to_its_end_and_a_wall_from_its_beginning(
    crowd: Crowd,
) -> None:
    lead = await begin(crowd)
    notice_box = lead.page.locator(".home-links", has=lead.page.get_by_role("heading", name=lead.t("notice.name_long")))
    await lead.press("console.link_make", within=notice_box)
    link = await lead.page.get_by_label(lead.t("notice.link"), exact=True).input_value()
    async with lead.context.expect_page() as opened:
        await lead.press("console.show_wall")
    wall = await plays.wall(crowd, (await opened.value).url)
    line = {"text": f"{FOUND}. " * 8, "of": ANSWER, "until": "2026-12-03"}

    async def full(route: Route) -> None:
        answer = await route.fetch()
        notice = await answer.json()
        shows = [{**show, "lines": [line] * 6} for show in notice["cycle"]["shows"]]
        await route.fulfill(response=answer, json={**notice, "cycle": {**notice["cycle"], "shows": shows}})

    for name, size in (("laptop", {"width": 1366, "height": 660}), ("hall", WALL), ("reader", SMALL)):
        reader = await crowd.enters(name, size)
        await reader.page.route("**/notice", full)
        await reader.page.goto(link)
        told = reader.page.locator(".wall-told")
        await expect(told.locator("li")).to_have_count(18)
        assert await told.evaluate("el => el.scrollHeight <= el.clientHeight + 1"), f"{name}: lines are cut"
        foot = await reader.page.locator(".notice-foot").bounding_box()
        end = await told.locator("li").last.bounding_box()
        assert foot is not None
        assert end is not None
        assert end["y"] + end["height"] <= foot["y"] + 1, f"{name}: lines lie over the foot"
        assert await reader.overflow() <= 0
        await crowd.shot(reader)

    # What a common programme tells fits on a wall: two circles, a trial, and what was learned from two.
    told = wall.page.locator(".wall-told")
    await expect(told).to_be_visible()
    fits = """([el, shows]) => {
      const put = (into, name) => into.appendChild(document.createElement(name));
      el.replaceChildren();
      for (const [lines, of] of shows) {
        const section = put(el, 'section');
        section.className = 'cycle-told';
        put(section, 'h2').textContent = 'H';
        const list = put(section, 'ul');
        for (const text of lines) {
          const item = put(list, 'li');
          put(item, 'bdi').textContent = text;
          if (of) put(item, 'small').textContent = of;
        }
      }
      return el.scrollHeight <= el.clientHeight + 1;
    }"""
    common = [[[FOUND * 2, FOUND + ANSWER], ""], [[FOUND[:48]], ANSWER], [[FOUND * 2, FOUND + ANSWER], FOUND]]
    assert await wall.page.evaluate(fits, [await told.element_handle(), common]), "what is told is cut"

    # A wall cannot be scrolled: what does not fit is cut at its end, and the heading stands.
    beyond = await told.evaluate(
        """(el, text) => {
          const put = (into, name) => into.appendChild(document.createElement(name));
          el.replaceChildren();
          const section = put(el, 'section');
          section.className = 'cycle-told';
          put(section, 'h2').textContent = 'H';
          const list = put(section, 'ul');
          for (let at = 0; at < 18; at += 1) put(put(list, 'li'), 'bdi').textContent = text;
          const most = Math.max(...[...el.querySelectorAll('bdi')].map((one) => one.offsetHeight));
          const top = el.querySelector('h2').getBoundingClientRect().top - el.getBoundingClientRect().top;
          return [el.scrollHeight > el.clientHeight, top, most / el.clientHeight];
        }""",
        line["text"],
    )
    assert beyond[0], "the test's lines do not fill the wall"
    assert beyond[1] >= -1, "the heading is cut"
    assert beyond[2] < 0.3, "one long line takes the room of all"
    await crowd.shot(wall)


async def test_R40_a_programme_is_deleted_and_found_again_in_words_of_its_own(crowd: Crowd) -> None:
    lead = await begin(crowd)
    for item in ("console.more.erase.programme", "console.more.way_back", "console.more.help"):
        await lead.press("console.more")
        await expect(lead.dialog()).not_to_contain_text("ærkstedet")
        await lead.dialog().get_by_text(lead.t(item), exact=True).click()
        text = await lead.dialog().inner_text()
        assert not re.search("ærkstedet|→", text), text
        await lead.press("console.shut", within=lead.dialog())


async def test_R40_a_member_s_link_is_made_once_and_a_label_is_kept_until_it_is(crowd: Crowd) -> None:
    lead = await begin(crowd)
    label = lead.field("members.label")
    await lead.context.set_offline(True)
    crowd.expect_noise("ERR_INTERNET_DISCONNECTED", "WebSocket")
    await label.fill("Mette (AMR)")
    await label.press("Enter")
    await lead.reads("error.offline")
    await expect(label).to_have_value("Mette (AMR)")
    await lead.context.set_offline(False)
    await label.press("Enter")
    await label.press("Enter")
    await expect(lead.page.get_by_label(lead.t("members.link"), exact=True)).to_be_visible()
    await expect(label).to_have_value("")
    withdraw = lead.page.get_by_role("button", name=lead.t("members.withdraw", name="Mette (AMR)"))
    await expect(withdraw).to_have_count(1)


async def test_R40_a_phone_is_sent_to_no_empty_board_and_tells_what_a_word_answers(crowd: Crowd) -> None:
    """What those who lead keep to themselves is nothing to look at; "a little" alone says nothing (R32)."""
    trial = {
        "sheet": "trials",
        "lane": "decided",
        "text": "En fast makker",
        "about": ["p1"],
        "marks": {"decision": "drop", "shift": "little"},
    }
    point = {"sheet": "story", "lane": "strains", "text": "Natten står alene"}
    away = {"round": "diary", "scene": "look"}
    for lang in ("da", "en"):
        phone = await phone_of(
            crowd,
            F,
            name=f"phone-{lang}",
            lang=lang,
            board=away,
            me={"scene": "look"},
            records={"note:t1": trial, "note:p1": point},
        )
        await phone.reads("look.nothing")
        await expect(phone.button("look.board")).to_have_count(0)
        await crowd.shot(phone)
        await phone.press("phone.tab_board")
        shift = next(kind for kind in F.raw["sheets"][3]["marks"] if kind["id"] == "shift")
        word = next(word for word in shift["words"] if word["id"] == "little")
        await phone.named(F.raw["sheets"][3]["title"][lang]).click()
        await phone.sees(
            str(trial["text"]),
            phone.t("note.about", what=point["text"]),
            f"{shift['title'][lang]} {word['title'][lang]}",
        )
        await phone.misses(re.compile(rf"^{word['title'][lang]}$"))
        assert await barriers(phone, "what was decided, as a list") == []
        await crowd.shot(phone)
