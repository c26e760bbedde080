"""A story compared with how it stood, what was answered about it, and its earlier versions, on all screens (R44).

What may not live here: which parts there are (compared.test.mjs), and one colleague's answers (test_story_answers.py).
"""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

import pytest
from playwright.async_api import expect

from server.demo.client import Visitor, ask
from tests.screens.axe import barriers
from tests.screens.people import PHONE, Crowd, Person
from tests.screens.plays import join_by_code, meeting, words_of_meeting
from tests.screens.test_dense import bench
from tests.screens.test_gather import paper
from tests.screens.test_map import METHOD, NAME, STRAINS, SUPPORTS, points
from tests.screens.test_offline import NOISE
from tests.screens.test_programme import begin, to
from tests.screens.test_story_answers import CENTRE, WHY, at, chooses, told, words
from tests.screens.texts import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

LATE = "Vikarerne falder hurtigt til"
NEW_WORDS = "Makkerpar og fast supervision"
LANES = ("known", "puzzled", "missing")
SAID = (
    "Ja, især i weekenden", "Det er blevet bedre siden sommer", "نساعد بعضنا في الأيام الصعبة", "Nattevagterne 🌙",
    "Hvorfor står arbejdsmiljørepræsentanternes samarbejdsudvalgsmøde der ikke?", "",
)  # fmt: skip

# A picture of made-up records, and what is on it.
DRAWN = """async ({ records, picture, round, texts, lang }) => {
  const { makeShown } = await import(`${window.root}sync/shown.js`);
  const { asShownThen } = await import(`${window.root}notes/frozen.js`);
  const t = (key, vars = {}) => {
    const form = typeof texts[key] === 'object' ? texts[key][vars.n === 1 ? 'one' : 'other'] : texts[key] ?? key;
    return form.replace(/\\{(\\w+)\\}/g, (_, name) => vars[name] ?? '');
  };
  const board = { title: '', venue: '', lang: 'da', round: 'r', scene: 'look', walk: {}, closed: 0 };
  const method = { rounds: [{ id: 'r', title: {}, sheet: 'story', lanes: [], beside: [], ...round }] };
  const made = makeShown(new Map(Object.entries({ board, method, ...records })), new Map(), {
    version: 1, loaded: true, here: new Set(), drags: new Map(), returned: [], now: () => 0, connected: 'yes', lang, t,
  });
  const stand = document.getElementById('stand');
  window.render(window.boardPicture(asShownThen(made), { ...picture, sheet: 'story' }), stand);
  const stage = stand.querySelector('board-stage');
  while (!stage.querySelector('.note, .map-lines')) await new Promise(requestAnimationFrame);
  await document.fonts.ready;
  stage.draw();
  for (const one of stage.getAnimations({ subtree: true })) one.finish();
  const all = (selector) => [...stage.querySelectorAll(selector)];
  const boxes = all('.papers > .note').map((el) => {
    const [x, y = '0'] = el.style.translate.split(' ');
    return { text: el.querySelector('.words').textContent.trim(), x: parseFloat(x), y: parseFloat(y), w: el.offsetWidth,
      h: el.offsetHeight, size: parseFloat(getComputedStyle(el).fontSize), given: parseFloat(el.style.minHeight),
      wide: el.scrollWidth, mini: el.classList.contains('mini') };
  });
  const over = (a, b) => a.x < b.x + b.w - 1 && b.x < a.x + a.w - 1 && a.y < b.y + b.h - 1 && b.y < a.y + a.h - 1;
  const frames = all('.at:not(.note):not(.target)').filter((el) => !el.matches('.map-foot, .lane-hint'));
  const tall = stage.clientHeight;
  return {
    large: stage.large, height: tall,
    least: Math.min(...boxes.filter(({ mini }) => !mini).map(({ size }) => size)),
    tags: all('.paper-tag').map((el) => [el, el.parentElement.querySelector('.words')]).map((both) => both.map(
      (el) => el.textContent.replace(': ', '').trim())),
    gone: all('.map-gone .words').map((el) => el.textContent.trim()), signs: all('.map-sign').length,
    lines: all('.map-lines li').map((el) => el.textContent.trim()),
    linesize: Math.min(...all('.map-lines').map((el) => parseFloat(getComputedStyle(el).fontSize))),
    texts: boxes.map(({ text }) => text), minis: boxes.filter(({ mini }) => mini).length,
    faults: boxes.flatMap((a, at) => [
      ...boxes.slice(at + 1).filter((b) => over(a, b)).map((b) => `${a.text} lies over ${b.text}`),
      ...(a.h > a.given + 1 ? [`${a.text} is higher than its place`] : []),
      ...(a.wide > a.w + 1 ? [`${a.text} is wider`] : []),
      ...(a.y + a.h > tall + 1 ? [`${a.text} leaves the picture`] : []),
    ]).concat(frames.filter((el) => el.scrollHeight > parseFloat(el.style.minHeight || 'Infinity') + 6
      || el.scrollWidth > el.clientWidth + 2).map((el) => `${el.className} is too large: ${el.textContent}`)),
  };
}"""
WALLS = (((1792, 833), 22), ((3584, 1666), 44))


def fixture(name: str) -> dict[str, Any]:
    records: dict[str, Any] = json.loads((ROOT / "tests" / "screens" / f"story-{name}.json").read_text("utf-8"))
    about = {"marks": [], "links": [], "form": "columns", "order": 1, "title": {"da": "Svar", "en": "Answers"}}
    titles = {"known": "Det kender jeg", "puzzled": "Det studser jeg over", "missing": "Der mangler noget"}
    colors = dict(zip(LANES, ("sky", "lilac", "yellow"), strict=True))
    lanes = [
        {"id": lane, "title": {"da": titles[lane], "en": titles[lane]}, "about": ["story"], "color": colors[lane]}
        for lane in LANES
    ]
    return records | {"sheet:answers": {**about, "lanes": lanes}}


def answer(text: str, lane: str, about: str) -> dict[str, Any]:
    return {
        "kind": "note", "text": text, "sheet": "answers", "lane": lane, "row": "", "side": "", "spot": 0, "under": "",
        "until": "", "fields": {}, "marks": {}, "links": {}, "about": [about], "version": 2, "reach": "all", "can": [],
    }  # fmt: skip


def texts_of(lang: str = "da") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file in (lang, f"room.{lang}"):
        found |= json.loads((ROOT / "static" / "text" / f"{file}.json").read_text("utf-8"))
    return found


async def drawn(on: Any, records: dict[str, Any], part: str, least: float, **more: Any) -> dict[str, Any]:
    given = {
        "records": records, "picture": {"type": {"most": least * 1.7, "least": least}, "part": part},
        "round": {"version": "story"}, "texts": texts_of(), "lang": "da", **more,
    }  # fmt: skip
    seen: dict[str, Any] = await on.page.evaluate(DRAWN, given)
    return seen


async def test_R44_what_is_different_is_marked_where_it_lies_and_in_words_where_that_would_be_too_small(
    crowd: Crowd,
) -> None:
    small, many = fixture("small"), fixture("many")
    there = {key[5:]: note for key, note in many.items() if key.startswith("note:") and note["sheet"] == "story"}
    changes = [{"what": "added", "note": id} for id in sorted(there)[:40]]
    circles = {key[7:]: circle for key, circle in many.items() if key.startswith("circle:")}
    many["version:story"] = {"n": 2, "day": 0, "notes": there, "circles": circles, "changes": changes}
    for (width, height), least in WALLS:
        on = await bench(crowd, width, height)
        seen = await drawn(on, small, "changes", least)
        assert seen["faults"] == [], width
        assert seen["least"] >= least, width
        assert sorted(seen["tags"]) == [
            ["ikke med længere", "Rod i skabene"], ["nyt", "Stort fokus på borgerne"],
            ["sagt på en ny måde", "Makkerpar for nye"],
        ]  # fmt: skip
        assert seen["gone"] == ["Rod i skabene"]
        assert seen["signs"] == 2, "two new links"
        assert seen["large"] == "changes"
        await crowd.shot()
        english = await drawn(on, small, "changes", least, texts=texts_of("en"), lang="en")
        assert english["faults"] == [], width
        assert ["put differently", "Makkerpar for nye"] in english["tags"]
        plain = await drawn(on, small, "", least)
        assert (plain["tags"], plain["gone"], plain["signs"]) == ([], [], 0), "as it stands it has no marks"
        dense = await drawn(on, many, "changes", least)
        assert dense["faults"] == [], width
        assert dense["linesize"] >= least, width
        assert len(dense["lines"]) == 40, width
        await on.page.emulate_media(color_scheme="dark")
        await crowd.shot()
        await on.page.context.close()


async def test_R44_fifteen_answers_to_one_element_are_read_beside_it_on_a_wall(crowd: Crowd) -> None:
    records = fixture("small")
    ring = next(key[7:] for key in records if key.startswith("circle:"))
    for at_, text in enumerate(SAID * 3):
        lane = LANES[at_ % 3]
        title = records["sheet:answers"]["lanes"][at_ % 3]["title"]["da"]
        records[f"note:said{at_:012}"] = answer(text or title, lane, ring)
    for (width, height), least in WALLS:
        on = await bench(crowd, width, height)
        pages = [await drawn(on, records, part, least) for part in (f"said-{ring}", f"said-{ring}-2")]
        for seen in pages:
            assert seen["faults"] == [], width
            assert seen["least"] >= least, width
            assert seen["large"].startswith(f"said-{ring}"), width
        assert sum(seen["minis"] for seen in pages) == 3, "who only chose is a small paper"
        assert sum(len(seen["texts"]) for seen in pages) == len(SAID * 3), width
        await on.page.context.close()


async def test_R44_before_the_first_version_phones_and_walls_say_so(crowd: Crowd) -> None:
    lead = await begin(crowd)
    code = await meeting(lead)
    async with lead.context.expect_page() as opened:
        await lead.press("console.show_wall")
    wall = (await opened.value).url
    page = await crowd.enters("wall", {"width": 1920, "height": 1080})
    await page.page.goto(wall)
    sofie = await crowd.phone("sofie", PHONE)
    await join_by_code(sofie, code, name="Sofie")
    await to(lead, "sort")
    await points(lead, "strains", *STRAINS)
    await to(lead, "show")
    title = METHOD.raw["sheets"][1]["title"]["da"]
    await sofie.reads("answer.soon", title=title)
    await expect(sofie.page.locator("textarea")).to_have_count(0)
    await page.reads("answer.soon", title=title)
    await page.misses(STRAINS[0])
    await crowd.shot(sofie, page)
    await sofie.misses(STRAINS[0])
    assert await barriers(sofie, "nothing is shown yet") == []
    assert await barriers(page, "a wall before the first version") == []
    await lead.press("versions.first")
    await sofie.reads("answer.at", n=1, all=4)
    await page.sees(STRAINS[0])


async def leads(lead: Person, about: str) -> None:
    """The wall is led to the answers about this; of many the first ones."""
    ways = lead.page.get_by_label(lead.t("console.walk_said"))
    part = await ways.locator("option", has_text=about[:20]).first.get_attribute("value")
    await ways.select_option(part)


async def colleague(crowd: Crowd, code: str, number: int) -> Visitor:
    joined = await ask(crowd.base, "/api/join", body={"code": code, "name": f"Kollega {number}", "remote": False})
    who = Visitor(crowd.base, board=joined["board"], token=joined["token"], tab=secrets.token_hex(8))
    return await who.__aenter__()


async def answers(who: Visitor, number: int) -> None:
    """To each element of the version in turn, as a phone sends it."""
    version = who.view["version:story"]
    centre = [id for id, note in version["notes"].items() if note["lane"] == "centre"]
    for turn, element in enumerate([*centre, *version["circles"]]):
        text = SAID[(number + turn) % len(SAID)] or "Det kender jeg"
        lane = LANES[(number + turn) % 3]
        await who.do("write", note=secrets.token_hex(8), sheet="answers", lane=lane, text=text, about=[element])


async def test_R44_fifteen_colleagues_answer_and_walls_consoles_and_phones_look_back(crowd: Crowd) -> None:
    lead, wall, sofie = await told(crowd)
    code = await words_of_meeting(lead)
    mikkel = await crowd.phone("mikkel", PHONE, color_scheme="dark")
    await join_by_code(mikkel, code, name="Mikkel")
    others = await asyncio.gather(*(colleague(crowd, code, number) for number in range(12)))
    for who, lane in ((sofie, "puzzled"), (mikkel, "known")):
        await at(who, CENTRE)
        await chooses(who, lane)
    await words(sofie).fill(WHY)
    await asyncio.gather(*(answers(who, number) for number, who in enumerate(others)))
    # One of them goes, and somebody comes late.
    await others[0].leave()
    await sofie.press("answer.send_next")
    await mikkel.press("answer.send_next")
    late = await crowd.phone("late", {"width": 360, "height": 640})
    await join_by_code(late, code, name="Anna")
    await at(late, CENTRE)
    await chooses(late, "missing")
    await late.press("answer.send_next")
    await at(late, NAME)
    await crowd.shot(lead, wall, sofie, mikkel, late)

    # The console leads the wall to what was answered about the centre, then about the circle.
    await leads(lead, CENTRE)
    await wall.sees(METHOD.lane("puzzled"))
    await expect(wall.page.locator(".map-own-title")).to_have_text(CENTRE)
    await crowd.shot(wall, lead)
    assert await barriers(wall, "answers on a wall") == []
    assert await barriers(lead, "answers on a console") == []
    await leads(lead, NAME)
    await expect(wall.page.locator(".map-own-title")).to_have_text(NAME)
    await wall.sees(STRAINS[0])
    await crowd.shot(wall)
    await wall.page.emulate_media(forced_colors="active")
    await crowd.shot(wall)
    await wall.page.emulate_media(forced_colors="none", color_scheme="dark")
    await crowd.shot(wall)
    await wall.page.emulate_media(color_scheme="light")

    # The answers lie under their elements while the story is adjusted.
    await to(lead, "adjust")
    await expect(lead.page.locator(".said-list")).to_contain_text(WHY)
    await expect(lead.page.locator(".circle-one .given li").first).to_be_visible()
    await points(lead, "supports", LATE)
    await paper(lead, SUPPORTS[0]).click()
    await lead.press("console.edit")
    field = lead.page.locator(".note-tools textarea[name=text]")
    await field.fill(NEW_WORDS)
    await lead.press("console.save")
    await paper(lead, STRAINS[0]).click()
    await crowd.shot(lead, wall)
    await lead.named(lead.t("compare.part")).click()
    await wall.sees(lead.t("compare.since", n=2, version=1))
    await expect(wall.page.locator(".paper-tag")).to_have_count(2)
    await crowd.shot(wall, lead)

    # The next version: what is different stands on the wall, and the former one is looked back at.
    await to(lead, "show")
    await lead.press("versions.next")
    await lead.reads("versions.now", n=2)
    await wall.named(wall.t("compare.part")).click()
    await expect(wall.page.locator(".paper-tag")).to_have_count(2)
    await wall.sees(wall.t("compare.since_before", n=2))
    await crowd.shot(wall)
    assert await barriers(wall, "what is different on a wall") == []
    await wall.page.emulate_media(forced_colors="active")
    await crowd.shot(wall)
    await wall.page.emulate_media(forced_colors="none")
    version = lead.page.get_by_label(lead.t("console.walk_version"))
    await version.select_option(label=lead.t("cycle.version", n=1))
    await wall.sees(SUPPORTS[0])
    await wall.misses(LATE)
    await expect(wall.page.locator(".wall-kicker")).to_contain_text(wall.t("cycle.version", n=1))
    await expect(lead.page.locator(".console-picture")).not_to_contain_text(LATE)
    await crowd.shot(wall, lead)
    # Its answers are its own, and by keys one comes back to what stands now.
    await leads(lead, CENTRE)
    await expect(wall.page.locator(".map-own-title")).to_have_text(CENTRE)
    await wall.page.keyboard.press("Escape")
    await wall.sees(LATE)

    # A phone looks back by itself.
    await sofie.press("phone.tab_board")
    await sofie.sees(LATE)
    await sofie.page.get_by_label(sofie.t("board.version")).select_option("1")
    await sofie.sees(SUPPORTS[0])
    await sofie.misses(LATE)
    await crowd.shot(sofie)
    assert await barriers(sofie, "an earlier version on a phone") == []
    assert await sofie.overflow() <= 0
    for who in others[1:]:
        await who.leave()


async def test_R44_a_wall_goes_back_by_keys_and_a_phone_as_soon_as_it_is_connected(crowd: Crowd) -> None:
    lead, wall, sofie = await told(crowd)
    await to(lead, "adjust")
    await points(lead, "supports", LATE)
    await to(lead, "show")
    await lead.press("versions.next")
    await wall.sees(LATE)
    await wall.page.keyboard.press("ArrowLeft")
    await wall.misses(LATE)
    await wall.sees(NAME)
    await sofie.press("phone.tab_board")
    await expect(sofie.page.get_by_label(sofie.t("board.version"))).to_be_visible()
    await sofie.page.wait_for_load_state("networkidle")
    crowd.expect_noise(*NOISE)
    await sofie.context.set_offline(True)
    await sofie.page.get_by_label(sofie.t("board.version")).select_option("1")
    await sofie.sees(LATE)
    await sofie.context.set_offline(False)
    await sofie.misses(LATE)
