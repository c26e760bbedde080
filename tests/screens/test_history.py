"""The history workshop, played from the front page to the picture on the wall: six screens at once.

What may not live here: anything a person in the room could not do.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.screens import plays
from tests.screens.people import LAPTOP, PHONE, SMALL, Crowd, Person, all_see, none_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

HV = Method("historievaerksted")
YEAR = date.today().year  # noqa: DTZ011 - the browser's own year is what the timeline ends with


async def no_comments(*people: Person) -> None:
    """There is no way to comment on a note (promise of the turn round: we hold our comments)."""
    for person in people:
        await expect(person.button("board.comment")).to_have_count(0)
        await expect(person.button("console.comment")).to_have_count(0)


async def test_history_from_the_front_page_to_the_picture(crowd: Crowd, tmp_path: Path) -> None:
    # -- before: started in two taps, the leader only listens --
    lead = await plays.start(crowd, HV, leader="listen", venue="Sengeafsnit 4")
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    await wall.sees(HV.round("welcome"), HV.heading, ways["code"])
    link = await plays.scan(crowd, wall)
    await plays.shows_qr(wall, link)

    anna = await crowd.phone("anna")
    bo = await crowd.phone("bo", SMALL)
    freja = await crowd.enters("freja", LAPTOP)
    chief = await crowd.phone("chief")
    await plays.join_by_link(anna, link, name="Anna")
    first, second, third = ways["code"].split("·")
    await plays.join_by_code(bo, ways["code"], name="Bo", typed=f" {first.upper()} - {second},{third} ")
    await plays.join_by_link(freja, link, name="Freja", home=True)
    await plays.join_by_link(chief, ways["listen"], name="Lis")
    await plays.host(lead, "Gerda")
    await all_see(HV.round("welcome", "instruction"), anna, bo, freja, wall)
    for name in ("Anna", "Bo", "Freja", "Gerda", "Lis"):
        await lead.sees(name)
    await lead.reads("console.participants", n=4)
    await wall.reads("wall.are_here", n=4)
    await chief.reads("who.listen")
    await crowd.shot()

    # -- writing alone --
    await plays.go_on(lead, HV.round("write"))
    await wall.sees(HV.round("write", "instruction"))
    await wall.reads("wall.only_you")
    ann_1 = crowd.leaks.canary("Ny leder igen", "anna")
    ann_2 = crowd.leaks.canary("Onsdagsmøde hver uge", "anna")
    bo_1 = crowd.leaks.canary("To afdelinger lagt sammen", "bo")
    bo_kept = crowd.leaks.canary("Det siger jeg ikke højt", "bo")
    fre_1 = crowd.leaks.canary("Mange nye sygeplejersker", "freja")
    ger_1 = crowd.leaks.canary("Covid-19 æøå", "console")
    await plays.write(anna, ann_1.text)
    # Anna thinks better of her words before anybody has seen them: the first ones are nobody's business.
    first_words = crowd.leaks.canary("Det møde, ingen gider", "anna")
    await plays.write(anna, first_words.text)
    await anna.page.get_by_role("button", name=re.compile(f"^{re.escape(first_words.text)}")).click()
    await anna.field("note.text").fill(ann_2.text)
    await anna.press("note.save", within=anna.dialog())
    await anna.sees(ann_2.word)
    await plays.write(bo, bo_1.text)
    await plays.write(bo, bo_kept.text)
    await plays.write(freja, fre_1.text)
    await freja.page.reload()
    await freja.sees(fre_1.word)
    await anna.reads("phone.mine", n=2)
    await anna.reads("who.own_until_turn")
    await lead.field("console.note").fill(ger_1.text)
    await lead.press("console.save_note")
    await lead.sees(ger_1.text)
    # A slip of the finger: deleted, and brought back.
    await bo.page.get_by_role("button", name=re.compile(f"^{re.escape(bo_kept.text)}")).click()
    await bo.press("note.delete")
    await bo.press("phone.undo")
    await bo.sees(bo_kept.text)
    await anna.press("ready.me")
    await freja.press("ready.me")
    for person in (anna, bo, freja):
        await person.reads("ready.count", n=2)
    await wall.reads("wall.ready", n=2)
    await anna.press("ready.more")
    await wall.reads("wall.ready", n=1)
    # One more minute, seen by all.
    await anna.reads("time.left", n=5)
    await lead.press("console.add_minute")
    await anna.reads("time.left", n=6)
    await expect(chief.page.get_by_role("textbox")).to_have_count(0)
    await chief.sees(chief.t("listen.write"))
    for canary, author in ((ann_1, anna), (ann_2, anna), (bo_1, bo), (fre_1, freja)):
        await none_see(canary.word, *{wall, lead, anna, bo, freja, chief} - {author})
    crowd.leaks.check()
    await crowd.shot()

    # -- putting up in turn --
    everybody = ("console", "wall", "anna", "bo", "freja", "chief")
    await plays.go_on(lead, HV.round("place"), confirm=True)
    await all_see(HV.round("place"), wall, bo)
    await anna.press("turn.take")
    await anna.reads("turn.yours")
    await wall.reads("wall.has_word")
    await all_see("Anna", wall, bo, freja)
    await crowd.shot()
    crowd.leaks.may_know(ann_1, *everybody)
    await plays.take_up(anna, ann_1.text)
    await plays.put_up(anna, earlier=2, side="down")
    await all_see(ann_1.word, wall, lead, freja, chief)
    # It is told: large at the front and on the screen at home, as long as Anna has the floor.
    for person in (wall, freja):
        await expect(person.page.locator(".told-words")).to_have_text(ann_1.text)
    # Only the one who has the floor may place; nobody may comment; the banner asks for patience.
    await expect(bo.page.locator(".mini-line")).to_have_count(0)
    await lead.press("console.notice")
    await wall.reads("wall.notice")
    await bo.reads("turn.no_comments")
    await plays.look(bo)
    await bo.sees(ann_1.word)
    await no_comments(anna, bo, freja, chief, lead)
    await plays.back_to_mine(bo)
    await crowd.shot()
    # Anna lets somebody else go first.
    await anna.press("turn.later")
    await plays.is_now(lead, "Anna", "console.turn.later")
    await plays.skip_to(lead, "Bo")
    await bo.reads("turn.yours")
    crowd.leaks.may_know(bo_1, *everybody)
    await plays.take_up(bo, bo_1.text)
    await plays.put_up(bo, earlier=1, side="up")
    await all_see(bo_1.word, wall, lead, freja, chief)
    # Undo: the note goes back to the year it was put at.
    up = bo.page.get_by_role("button", name=re.compile(f"^{re.escape(bo_1.text)}"))
    placed = await up.inner_text()
    await up.click()
    await bo.press("turn.step_before.years", within=bo.dialog())
    await bo.press("note.close", within=bo.dialog())
    await expect(up).not_to_have_text(placed, use_inner_text=True)
    await bo.press("undo.move")  # a long text is cut on the button
    await expect(up).to_have_text(placed, use_inner_text=True)
    await wall.sees(bo_1.word)
    await bo.press("turn.done")
    await bo.reads("turn.you_done")
    await plays.is_now(lead, "Bo", "console.turn.done")
    # Freja is skipped once, comes again, and is at home.
    await plays.skip_to(lead, "Freja")
    await freja.reads("turn.yours")
    await lead.press("console.turn.skip")
    await expect(freja.page.locator(".mini-line")).to_have_count(0)
    await plays.is_now(lead, "Freja", "console.turn.later")
    await plays.skip_to(lead, "Freja")
    await freja.reads("turn.yours")
    crowd.leaks.may_know(fre_1, *everybody)
    await plays.put_up(freja, earlier=5, side="both")
    await all_see(fre_1.word, wall, lead, chief)
    await freja.press("turn.done")
    await plays.is_now(lead, "Freja", "console.turn.done")
    # The facilitator puts up for Gerda, who has no phone.
    await plays.skip_to(lead, "Gerda")
    await wall.sees("Gerda")
    crowd.leaks.may_know(ger_1, *everybody)
    await lead.press("console.place")
    await lead.page.get_by_role("button", name=lead.t.pattern("boards.place_here")).first.click()
    await all_see(ger_1.word, wall, freja, chief)
    await lead.press("console.turn.give_next", name="Anna")
    # Anna again, with what she had left. The console would not have gone on without her.
    await anna.reads("turn.yours")
    crowd.leaks.may_know(ann_2, *everybody)
    await plays.put_up(anna, side="up")
    await all_see(ann_2.word, wall, lead, freja, chief)
    await lead.press("console.next", title=HV.round("picture"))
    await lead.reads("console.stay")
    await crowd.shot(lead)
    await lead.press("console.stay")
    await anna.press("turn.done")
    await wall.reads("wall.all_done")
    await none_see(bo_kept.word, wall, lead, anna, freja, chief)
    await crowd.shot()

    # -- the whole picture --
    await plays.go_on(lead, HV.round("picture"))
    await lead.field("console.heading_from").select_option(str(YEAR - 5))
    await lead.field("console.heading_to").select_option(str(YEAR - 2))
    await lead.field("console.heading_text").fill("De urolige år")
    await lead.press("console.heading_add")
    await all_see("De urolige år", wall, lead, freja, chief)
    await no_comments(anna, bo, freja, chief, lead)
    # What Freja is reminded of by the others may still go up.
    late = crowd.leaks.canary("Flytning til nyt hus", "freja")
    await freja.press("phone.afterthought")
    await plays.write(freja, late.text)
    await freja.named(f"{freja.t('turn.put_up')}: {late.text}").click()
    crowd.leaks.may_know(late, *everybody)
    await freja.press("turn.step_after.years", within=freja.dialog())
    hers = Method("historievaerksted", freja.t.lang)
    await expect(freja.named(hers.asks_side)).to_have_attribute("aria-disabled", "true")
    await freja.choose(hers.side("both"), exact=True)
    await freja.press("turn.put_up_in.years", within=freja.dialog())
    await all_see(late.word, wall, lead, chief)
    await crowd.shot()

    # -- in groups --
    await plays.go_on(lead, HV.round("strengths"))
    await anna.reads("group.yours")
    await crowd.shot(lead, anna, wall)
    mine = re.compile(anna.t.pattern("group.yours").pattern.replace(".*?", r"(\d+)"))
    where = {}
    for person in (anna, bo, freja):
        found = mine.search((await person.text(mine).first.inner_text()).strip())
        assert found
        where[person.name] = found[1]
    apart = where["anna"] != where["bo"]
    if not apart:
        # Two tables: Bo moves to one of his own.
        await lead.named("Bo", "button").first.click()
        await lead.press("console.new_group", name="Bo")
        await bo.reads("group.yours", n=2)
    with_anna = ["freja"] if where["freja"] == where["anna"] else []
    strength = crowd.leaks.canary("Vi griner sammen", "anna", "console", *with_anna)
    challenge = crowd.leaks.canary("Vagtplanen laves om", "bo", "console")
    await plays.write(anna, strength.text, save="phone.save_group")
    await bo.page.get_by_role("button", name=HV.lane("challenges"), exact=True).click()
    await plays.write(bo, challenge.text, save="phone.save_group")
    await lead.sees(strength.word, challenge.word)
    await anna.reads("who.group")
    await anna.press("ready.me")
    await wall.reads("wall.ready", n=1)
    await none_see(strength.word, wall, bo, chief)
    await none_see(challenge.word, wall, anna, freja, chief)
    await crowd.shot()

    # -- back and forth: nothing is lost --
    await plays.go_back(lead, HV.round("picture"))
    await all_see(ann_1.word, wall, lead, freja, chief)
    await plays.go_back(lead, HV.round("place"))
    await wall.reads("wall.all_done")
    await all_see(ger_1.word, wall, lead)
    await plays.go_on(lead, HV.round("picture"))
    await wall.sees("De urolige år")
    await plays.go_on(lead, HV.round("strengths"))
    await anna.sees(strength.word)
    await bo.sees(challenge.word)

    # -- wishes, then the groups share one by one --
    await plays.go_on(lead, HV.round("wishes"), confirm=True)
    wish = crowd.leaks.canary("Faste personalemøder", "bo", "console")
    await bo.sees(HV.round("wishes"))
    await plays.write(bo, wish.text, save="phone.save_group")
    await lead.sees(wish.word)
    await plays.go_on(lead, HV.round("plenum"), confirm=True)
    await wall.reads("wall.groups_next")
    await none_see(strength.word, wall, bo, chief)
    crowd.leaks.may_know(strength, *everybody)
    await lead.press("console.turn.give_show", name=lead.t("boards.group", n=1))
    await all_see(strength.word, wall, chief, freja)
    await none_see(challenge.word, wall, anna, freja, chief)
    await none_see(wish.word, wall, anna, freja, chief)
    await crowd.shot(wall, lead, chief, bo)
    crowd.leaks.may_know(challenge, *everybody)
    crowd.leaks.may_know(wish, *everybody)
    await lead.press("console.turn.next_show", name=lead.t("boards.group", n=2))
    await all_see(challenge.word, wall, chief, freja)
    await all_see(wish.word, wall, chief, freja)
    await lead.press("console.turn.last_done")
    await wall.reads("wall.all_done")
    await crowd.shot(wall, lead)

    # -- taking it home --
    await plays.go_on(lead, HV.round("close"))
    await anna.reads("end.take")
    plays.real_picture(await plays.fetch(anna, "file.png", "png", tmp_path))
    said = plays.pdf_text(await plays.fetch(anna, "file.pdf", "pdf", tmp_path))
    assert ann_1.word in said
    assert bo_kept.word not in said
    for name in ("Anna", "Bo ", "Freja", "Gerda"):
        assert name not in said
    plays.real_picture(await plays.fetch(lead, "console.file.png", "png", tmp_path))
    await crowd.shot()

    # -- closed, opened again within ten minutes, closed, sealed --
    await plays.close(lead)
    await anna.reads("end.closed")
    await wall.reads("wall.closed_line")
    await lead.press("console.reopen")
    await lead.sees(HV.round("harvest", "say"))
    await wall.misses(wall.t("wall.closed_line"))
    await bo.page.get_by_text(bo.t.pattern("phone.kept")).click()
    await bo.sees(bo_kept.word)
    await plays.close(lead)
    await lead.press("console.seal")
    await lead.reads("console.sealed_say")
    await expect(lead.button("console.reopen")).to_have_count(0)
    await none_see("Gerda", lead, wall)
    await anna.page.reload()
    await anna.reads("end.closed")
    await plays.look(anna)
    # Nothing was picked: at the end all look at the picture of the workshop. What the groups wrote hangs as well.
    await wall.named(HV.sheet("groups")).click()
    await wall.sees(strength.word)
    await wall.named(HV.sheet("timeline")).click()
    await wall.misses(strength.word)
    await all_see(ann_1.word, anna, wall, lead, freja)
    await crowd.shot()


async def test_giving_the_floor_to_another_takes_nobodys_turn(crowd: Crowd) -> None:
    lead = await plays.start(crowd, HV)
    for name in ("Gerda", "Hans", "Inge"):
        await plays.host(lead, name)
        await lead.sees(name)
    await plays.go_on(lead, HV.round("write"))
    await plays.go_on(lead, HV.round("place"))
    await plays.give_word(lead, "Gerda")
    await plays.give_word(lead, "Hans")
    await expect(plays.row(lead, "Gerda")).not_to_contain_text(lead.t("console.turn.done"))
    await plays.skip_to(lead, "Inge")
    await lead.press("console.next", title=HV.round("picture"))
    await lead.reads("console.left.turns", n=3)
    await lead.press("console.stay")
    await expect(lead.dialog()).to_be_hidden()


async def test_who_has_the_floor_without_a_phone_is_written_for_beside_the_queue(crowd: Crowd) -> None:
    lead = await plays.start(crowd, HV)
    await lead.page.set_viewport_size({"width": 1366, "height": 768})
    for name in ("Gerda", "Hans"):
        await plays.host(lead, name)
        await lead.sees(name)
    await plays.go_on(lead, HV.round("write"))
    await plays.go_on(lead, HV.round("place"))
    for name in ("Hans", "Gerda"):
        await plays.give_word(lead, name)
        composer = lead.page.locator(".composer")
        await expect(composer.get_by_role("heading").first).to_have_text(lead.t("console.write_as", name=name))
        queue, below = lead.page.locator(".turn-box"), lead.page.locator(".ask")
        tops = [await found.evaluate("el => el.getBoundingClientRect().top") for found in (queue, composer, below)]
        assert tops == sorted(tops), "between the queue and the questions"
        await expect(composer).to_contain_text(lead.t("console.hosted_hint_now"))
        await composer.get_by_role("textbox").fill(f"Sagt af {name}")
        await lead.press("console.save_note", within=composer)
        # The note goes up from where one wrote it, and the page's head stays where it is.
        await lead.press("console.place", within=queue)
        await lead.page.get_by_role("button", name=re.compile("2016")).last.wait_for()
        assert await lead.page.evaluate("document.scrollingElement.scrollHeight - innerHeight") <= 0
        await expect(lead.button("console.more")).to_be_in_viewport()


async def test_the_question_whether_to_go_on_follows_what_happens_meanwhile(crowd: Crowd) -> None:
    lead, anna = await plays.gather(crowd, HV, anna=PHONE)
    await lead.sees("Anna")
    await plays.go_on(lead, HV.round("write"))
    await lead.press("console.next", title=HV.round("place"))
    await lead.reads("console.left.ready", n=1)
    await anna.press("ready.me")
    await lead.reads("console.dialog.next_done")
    await lead.misses(lead.t("console.dialog.next"))
    # Somebody goes on at another screen of the facilitator's: there is nothing left to ask.
    other = await crowd.meets("other", lead.context)
    await other.page.goto(lead.page.url)
    await plays.go_on(other, HV.round("place"))
    await expect(lead.dialog()).to_be_hidden()


async def test_after_a_note_is_put_up_the_next_one_is_in_sight(crowd: Crowd) -> None:
    lead, anna = await plays.gather(crowd, HV, anna=SMALL)
    await plays.go_on(lead, HV.round("write"))
    texts = ("Ny leder", "Vi flyttede", "Kaffemaskinen kom", "Nye vagter", "Flere elever")
    for text in texts:
        await plays.write(anna, text)
    await anna.reads("phone.mine", n=len(texts))
    await plays.go_on(lead, HV.round("place"), confirm=True)
    await anna.press("turn.take")
    # They come in the order in which they were written.
    await expect(anna.page.locator(".big-note")).to_have_text(texts[0])
    which = anna.text(anna.t.pattern("turn.one_of"))
    await expect(which).to_be_in_viewport()
    await anna.page.mouse.wheel(0, 2_000)
    await expect(which).not_to_be_in_viewport()
    # Nothing is chosen beforehand: the button says what is missing; one tap on the small line chooses year and side.
    await anna.page.mouse.wheel(0, -2_000)
    nothing = f"{anna.t('turn.pick_step.years')}. {HV.asks_side}"
    await expect(anna.named(nothing)).to_have_attribute("aria-disabled", "true")
    await expect(anna.page.get_by_role("radio", checked=True)).to_have_count(0)
    line = anna.page.locator(".mini-line")
    wide = await line.evaluate("el => el.clientWidth")
    await line.click(position={"x": wide - 5, "y": 30})
    await expect(anna.page.get_by_role("radio", name=HV.side("up"), exact=True)).to_be_checked()
    await anna.press("turn.put_up_in.years", step=YEAR)
    await expect(anna.page.locator(".big-note")).to_have_text(texts[1])
    await expect(which).to_be_in_viewport()
    await anna.page.mouse.wheel(0, 2_000)
    await expect(which).not_to_be_in_viewport()
    await anna.press("turn.done")
    await expect(anna.page.get_by_role("heading", name=HV.round("place"), exact=True)).to_be_in_viewport()


async def test_the_console_says_that_a_file_is_being_fetched_and_asks_for_it_once(crowd: Crowd) -> None:
    lead = await plays.start(crowd, HV)
    asked: list[Route] = []

    async def hold(route: Route) -> None:
        asked.append(route)

    await lead.page.route("**/export/**", hold)
    await lead.press("console.more")
    pdf = lead.button("console.file.pdf", starts=True, within=lead.dialog())
    await pdf.click()
    fetching = lead.button("end.fetching", starts=True, within=lead.dialog())
    await expect(fetching).to_be_disabled()
    await fetching.click(force=True)
    await lead.press("console.file.png", starts=True, within=lead.dialog())
    while not asked:
        await lead.page.evaluate("new Promise(requestAnimationFrame)")
    async with lead.page.expect_download():
        await asked[0].continue_()
    await expect(pdf).to_be_enabled()
    assert len(asked) == 1
