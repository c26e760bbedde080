"""A story on the map in a real browser: linking by tap, tap, how; circles and their names; the list (R39, R43).

What may not live here: where papers and arrows lie (map.test.mjs), and how circles are found (tests/rules).
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import expect

from server.export.items import POINT, Paper
from server.export.maps import pictures
from server.export.painting import widths
from server.export.reading import read
from tests.screens import plays
from tests.screens.axe import barriers
from tests.screens.people import LAPTOP, Crowd, Person
from tests.screens.phones import phone_of
from tests.screens.test_dense import bench
from tests.screens.test_gather import paper
from tests.screens.test_programme import begin, to
from tests.screens.texts import ROOT, Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

METHOD = Method("forloeb")
STRAINS = ("Hård tone, »dem og os«", "Folk rejser", "Resten får travlt")
SUPPORTS = ("Fast supervision",)
NAME = "Hård tone får folk til at rejse, og så får resten travlt"


async def programme(crowd: Crowd) -> tuple[Person, Person]:
    """A programme in its round of new points, with its console and its wall."""
    lead = await begin(crowd)
    await plays.meeting(lead)
    wall = await plays.shown_wall(crowd, lead)
    await to(lead, "sort")
    return lead, wall


async def points(lead: Person, lane: str, *texts: str) -> None:
    for text in texts:
        await lead.page.locator("#where-lane").select_option(lane)
        await lead.field("console.note").fill(text)
        await lead.press("phone.save_all")
        await expect(paper(lead, text)).to_be_visible()


async def link(lead: Person, first: str, second: str) -> None:
    await paper(lead, first).click()
    await paper(lead, second).click()
    await lead.press("linking.do")


async def test_R43_points_are_linked_by_tap_tap_how_and_a_circle_is_told_before_it_closes(crowd: Crowd) -> None:
    lead, wall = await programme(crowd)
    await points(lead, "strains", *STRAINS)
    await points(lead, "supports", *SUPPORTS)
    await crowd.shot(lead, wall)
    await to(lead, "patterns")
    await lead.press("linking.begin")
    await link(lead, STRAINS[0], STRAINS[1])
    await link(lead, STRAINS[1], STRAINS[2])
    await paper(lead, STRAINS[2]).click()
    await paper(lead, STRAINS[0]).click()
    await lead.reads("linking.closes", n=3)
    await crowd.shot(lead)
    assert await barriers(lead, "linking") == []
    await lead.press("linking.do")
    await lead.press("linking.stop")

    # The circle is there at once, with what its sides propose, and gets its name.
    await expect(wall.page.locator("board-stage .map-band")).to_have_count(1)
    await wall.sees("Ond cirkel", wall.t.pattern("map.unnamed", n=3))
    await lead.field("circle.name").fill(NAME)
    await lead.press("circle.save")
    await wall.sees(NAME)
    await wall.misses(wall.t.pattern("map.unnamed", n=3))
    await crowd.shot(lead, wall)
    assert await barriers(wall, "a named circle") == []

    # Its name is changed, also while linking goes on: the form is above the picture, and has the focus.
    await lead.press("linking.begin")
    await lead.press("circle.rename")
    form = lead.page.locator(".console-board .note-tools textarea")
    await expect(form).to_be_focused()
    await expect(form).to_be_in_viewport()
    await form.fill(NAME + ".")
    await form.press("Tab")
    await lead.press("console.save")
    await wall.sees(NAME + ".")


async def test_R43_what_is_in_the_centre_stands_below_its_title_on_every_screen(crowd: Crowd) -> None:
    lead, wall = await programme(crowd)
    await points(lead, "strains", *STRAINS)
    await to(lead, "patterns")
    await points(lead, "centre", NAME)
    for person, size in ((lead, LAPTOP), (wall, {"width": 3840, "height": 2160})):
        await person.page.set_viewport_size(size)  # type: ignore[arg-type]
        words = person.page.locator("board-stage .map-centre .words")
        await expect(words).to_be_visible()
        title = person.page.locator(".map-label")
        await expect(title).to_be_visible()
        air = await title.evaluate(
            "(title, words) => words.getBoundingClientRect().top - title.getBoundingClientRect().bottom",
            await words.element_handle(),
        )
        assert air >= 0, (person.name, size, air)


async def test_R43_a_pasted_name_of_a_circle_that_is_too_long_is_kept_and_told_of(crowd: Crowd) -> None:
    lead, _ = await programme(crowd)
    await points(lead, "strains", *STRAINS[:2])
    await to(lead, "patterns")
    await lead.press("linking.begin")
    await link(lead, STRAINS[0], STRAINS[1])
    await link(lead, STRAINS[1], STRAINS[0])
    await lead.press("linking.stop")
    long = "Det ene fører til det andet. " * 10
    await lead.field("circle.name").fill(long)
    await lead.press("circle.save")
    await expect(lead.field("circle.name")).to_have_value(long)
    assert await lead.field("circle.name").evaluate("field => field.validity.customError")
    await lead.page.reload()
    await expect(lead.field("circle.name")).to_have_value(long)


async def test_R43_keys_alone_link_two_points_and_escape_lets_go(crowd: Crowd) -> None:
    lead, wall = await programme(crowd)
    await points(lead, "strains", *STRAINS[:2])
    await to(lead, "patterns")
    keys = lead.page.keyboard
    await lead.button("linking.begin").press("Enter")
    await paper(lead, STRAINS[0]).press("Enter")
    await lead.reads("linking.second")
    await keys.press("Escape")
    await lead.reads("linking.hint")
    await paper(lead, STRAINS[0]).press("Enter")
    await paper(lead, STRAINS[1]).press("Enter")
    how = lead.page.get_by_role("radio").first
    await expect(how).to_be_focused()
    await keys.press("ArrowRight")
    await expect(lead.page.locator(".linking-said")).to_contain_text("bremser")
    await keys.press("Enter")
    await expect(wall.page.locator("board-stage .map-bar")).to_have_count(1)
    await expect(paper(lead, STRAINS[1])).to_be_focused()


async def test_R43_a_point_is_put_nearer_or_on_the_other_side_and_no_other_moves(crowd: Crowd) -> None:
    lead, wall = await programme(crowd)
    await points(lead, "tray", *STRAINS, *SUPPORTS)
    await crowd.shot(lead, wall)
    where = "els => Object.fromEntries(els.map(el => [el.textContent.trim(), el.style.translate]))"
    for text in STRAINS:
        await paper(lead, text).click()
        await lead.page.get_by_role("button", name=f"Sæt sedlen her: Udfordrer, {lead.t('map.ring.1')}").press("Enter")
        await expect(wall.page.locator(".map-paper").filter(has_text="−")).to_have_count(STRAINS.index(text) + 1)
    await expect(wall.page.locator(".map-spoke")).to_have_count(3)
    before = await wall.page.locator(".map-paper").evaluate_all(where)
    await paper(lead, SUPPORTS[0]).click()
    await lead.page.get_by_role("button", name=f"Sæt sedlen her: Støtter, {lead.t('map.ring.0')}").click()
    await expect(wall.page.locator(".map-spoke")).to_have_count(4)
    after = await wall.page.locator(".map-paper").evaluate_all(where)
    assert {key: after[key] for key in before} == before
    await crowd.shot(lead, wall)
    assert await barriers(wall, "the star") == []


async def story_on_a_phone(crowd: Crowd, **more: Any) -> Person:
    """A phone that shows a story of two circles, and may link its points."""
    records = json.loads((ROOT / "tests" / "screens" / "story-small.json").read_text("utf-8"))
    told = {key: record for key, record in records.items() if not key.startswith("sheet:")}
    for key, record in told.items():
        if key.startswith("note:") and record["lane"] != "circles":
            record.update(can=["link"], links_open=["leads", "slows"])
        if key.startswith("note:") and record.get("version"):  # what was answered to earlier ones lies under them
            record.update(version=records["version:story"]["n"])
    return await phone_of(
        crowd, METHOD, board={"round": "patterns", "scene": "look"}, me={"scene": "look"}, records=told, **more
    )


async def test_R43_a_phone_lists_each_circle_as_sentences_in_order(crowd: Crowd) -> None:
    anna = await story_on_a_phone(crowd)
    await anna.press("phone.tab_board")
    circle = anna.page.locator(".told-links").filter(has_text=NAME)
    # Its answers are a list of their own, under the sentences.
    await expect(circle.locator(".given").get_by_role("listitem")).to_have_text(
        ["Det studser jeg over: Er det tonen, der kommer først?"]
    )
    await expect(circle.locator("ol").get_by_role("listitem")).to_have_text(
        [
            "Hård tone, »dem og os« fører til Folk rejser", "Folk rejser fører til Resten får travlt",
            "Resten får travlt fører til Teammøder aflyses", "Teammøder aflyses fører til Konflikter om dagens opgaver",
            f"Konflikter om dagens opgaver fører til Hård tone, »dem og os«, {anna.t('map.again')}",
        ]
    )  # fmt: skip
    await crowd.shot(anna)
    assert await barriers(anna, "the list of a story") == []
    assert await anna.overflow() <= 0


async def test_R43_a_phone_links_by_tap_tap_how_and_takes_a_link_away_again(crowd: Crowd) -> None:
    anna = await story_on_a_phone(crowd)
    await anna.press("phone.tab_board")
    await anna.press("linking.begin")
    grid = anna.page.locator(".linking-grid")
    tap = lambda text: grid.get_by_role("button", name=text).click()  # noqa: E731
    await tap("Folk rejser")
    await anna.reads("linking.second")
    await tap("Hyppige lederskift")
    await anna.reads("linking.closes", n=3)
    await crowd.shot(anna)
    assert await barriers(anna, "linking on a phone") == []
    assert await anna.overflow() <= 0
    await anna.press("linking.swap")
    await anna.reads("linking.do")
    await anna.press("linking.let_go")
    await tap("Folk rejser")
    await tap("Resten får travlt")
    await anna.press("linking.undo")
    sent = await anna.page.evaluate("window.sent")
    assert [name for name, _ in sent if name in {"link", "unlink"}] == ["unlink"]


# The story of a fixture in a picture; what lies over another paper, is higher or wider than its place, or too small.
SEEN = """async ({ records, picture, lanes, texts }) => {
  const { makeShown } = await import(`${window.root}sync/shown.js`);
  const t = (key, vars = {}) => {
    const form = typeof texts[key] === 'object' ? texts[key][vars.n === 1 ? 'one' : 'other'] : texts[key] ?? key;
    return form.replace(/\\{(\\w+)\\}/g, (_, name) => vars[name] ?? '');
  };
  const round = { id: 'r', title: {}, sheet: 'story', lanes, beside: [] };
  const board = { title: '', venue: '', lang: 'da', round: 'r', scene: 'look', walk: {}, closed: 0 };
  const shown = makeShown(new Map(Object.entries({ board, method: { rounds: [round] }, ...records })), new Map(), {
    version: 1, loaded: true, here: new Set(), drags: new Map(), returned: [], now: () => 0,
    connected: 'yes', lang: 'da', t,
  });
  const stand = document.getElementById('stand');
  window.render(window.boardPicture(shown, picture), stand);
  const stage = stand.querySelector('board-stage');
  while (!stage.querySelector('.note')) await new Promise(requestAnimationFrame);
  await document.fonts.ready;
  stage.draw();
  for (const one of stage.getAnimations({ subtree: true })) one.finish();
  const boxes = [...stage.querySelectorAll('.papers > .note')].map((el) => {
    const [x, y = '0'] = el.style.translate.split(' ');
    return { text: el.textContent.trim(), words: el.querySelector('.words').textContent.trim(),
      x: parseFloat(x), y: parseFloat(y), w: el.offsetWidth, h: el.offsetHeight,
      size: parseFloat(getComputedStyle(el).fontSize), given: parseFloat(el.style.minHeight), wide: el.scrollWidth };
  });
  const over = (a, b) => a.x < b.x + b.w - 1 && b.x < a.x + a.w - 1 && a.y < b.y + b.h - 1 && b.y < a.y + a.h - 1;
  return {
    boxes, papers: boxes.length, large: stage.large, least: Math.min(...boxes.map(({ size }) => size)),
    faults: boxes.flatMap((a, at) => [
      ...boxes.slice(at + 1).filter((b) => over(a, b)).map((b) => `${a.text} lies over ${b.text}`),
      ...(a.h > a.given + 1 ? [`${a.text} is higher than its place`] : []),
      ...(a.wide > a.w + 1 ? [`${a.text} is wider`] : []),
    ]),
  };
}"""
WALLS = (((1792, 833), 22), ((3584, 1666), 44))
CENTRE = "Hvordan vi taler sammen"


@pytest.mark.parametrize(("story", "whole"), [("small", True), ("many", False)])
async def test_R43_on_a_wall_every_paper_is_read_in_its_place_or_the_wall_walks(
    crowd: Crowd, story: str, whole: bool
) -> None:
    records = json.loads((ROOT / "tests" / "screens" / f"story-{story}.json").read_text("utf-8"))
    texts = {}
    for file in ("da", "room.da"):
        texts |= json.loads((ROOT / "static" / "text" / f"{file}.json").read_text("utf-8"))
    for (width, height), least in WALLS:
        on = await bench(crowd, width, height)
        for part in ("star", "dynamics"):
            picture = {"type": {"most": least * 1.7, "least": least}, "part": part}
            given = {"records": records, "picture": picture, "lanes": [], "texts": texts}
            seen = await on.page.evaluate(SEEN, given)
            assert seen["faults"] == [], (part, width)
            assert seen["least"] >= least, (part, width)
            assert (seen["large"] == "") is whole, (part, width)
        await on.page.context.close()


async def test_R43_where_a_star_has_no_room_for_spokes_all_of_it_still_stands_around_its_centre(crowd: Crowd) -> None:
    records = json.loads((ROOT / "tests" / "screens" / "story-small.json").read_text("utf-8"))
    texts = {}
    for file in ("da", "room.da"):
        texts |= json.loads((ROOT / "static" / "text" / f"{file}.json").read_text("utf-8"))
    strain = next(one for key, one in records.items() if key.startswith("note:") and one.get("lane") == "strains")
    more = ("Natten står alene med det sværeste", "Mange skift af leder, men nu en, der spørger", "نساعد بعضنا 🌙")
    for nth, text in enumerate(more):
        records[f"note:more{nth:08d}"] = {**strain, "text": text, "spot": 0, "links": {}}
    records["note:centre000000"] = {**strain, "text": CENTRE, "lane": "centre", "links": {}}
    for (width, height), least in WALLS:
        on = await bench(crowd, width, height)
        picture = {"type": {"most": least * 1.7, "least": least}, "part": "star"}
        seen = await on.page.evaluate(SEEN, {"records": records, "picture": picture, "lanes": [], "texts": texts})
        assert (seen["large"], seen["faults"]) == ("", [])
        assert seen["least"] >= least
        notes = [one for key, one in records.items() if key.startswith("note:") and one["sheet"] == "story"]
        assert seen["papers"] == len([one for one in notes if one["lane"] in {"supports", "strains", "centre"}])
        middle = next(box for box in seen["boxes"] if box["words"] == CENTRE)
        assert abs(middle["x"] + middle["w"] / 2 - width / 2) < 2
        await on.page.context.close()


async def test_R43_a_poster_is_arranged_as_the_wall_is(crowd: Crowd) -> None:
    records = json.loads((ROOT / "tests" / "screens" / "story-small.json").read_text("utf-8"))
    texts = {}
    for file in ("da", "room.da"):
        texts |= json.loads((ROOT / "static" / "text" / f"{file}.json").read_text("utf-8"))
    content = read({"board": {"lang": "da"}, "method": {"id": "own", "title": "Own"}, **records}, lang="da")
    sheet = next(each for each in content.sheets if each.mapped)
    on = await bench(crowd, 1792, 833)
    for kind in ("star", "dynamics"):
        picture = {"type": {"most": 38, "least": 22}, "part": kind}
        wall = await on.page.evaluate(SEEN, {"records": records, "picture": picture, "lanes": [], "texts": texts})
        # A pixel is a millimetre here.
        figure = pictures(sheet, kind=kind, width=1792, room=786, least=1, lang="da", measure=widths)[0]
        drawn = {item.text: item for item in figure.items if isinstance(item, Paper)}
        assert len(drawn) > 5
        for text, item in drawn.items():
            box = next(each for each in wall["boxes"] if each["words"] == text)
            for field in ("x", "y", "w", "h"):
                assert abs(getattr(item, field) - box[field]) <= 2, (kind, text, field, item, box)
            assert abs(item.size * POINT - box["size"]) < 0.1, (kind, text)


async def test_R43_the_story_is_taken_from_the_console_as_a_poster_of_one_of_its_pictures(crowd: Crowd) -> None:
    lead = await begin(crowd)
    posters = lead.page.locator(".taking").filter(has_text=lead.t("poster.title"))
    async with lead.page.expect_request("**/export/**") as asked, lead.page.expect_download():
        await posters.get_by_role("button").first.click()
    assert "picture=dynamics" in (await asked.value).url
    await posters.scroll_into_view_if_needed()
    await crowd.shot(lead)
