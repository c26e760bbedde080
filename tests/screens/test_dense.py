"""Dense boards in a real browser: everything can be read where it belongs, and it stays where it is.

Boards of the size of a wall (1080p and 4K), of a console's middle and of a phone, drawn from records (dense.js).
What may not live here: how timelines look (timeline.test.mjs), and playing (test_dilemma.py, test_future.py).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import Page, Route

from tests.screens.people import DESK, Crowd
from tests.screens.texts import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

DENSE = (ROOT / "tests" / "screens" / "dense.js").read_text("utf-8")
TEXTS = (ROOT / "static" / "text" / "room.da.json").read_text("utf-8")
# The board of a wall at 1080p: what head and foot leave.
WALL = (1792, 833)
TYPE = {"most": 38, "least": 22}
SHOWN = """({ kind, options, change }) => {
  const shown = window.dense[kind]({ ...options, texts: window.texts });
  if (change) Function('shown', change)(shown);
  window.shown = shown;
}"""
DRAW = """async ({ picture, least }) => {
  const old = document.getElementById('stand');
  const stand = Object.assign(document.createElement('div'), { id: 'stand', style: old.style.cssText });
  old.replaceWith(stand);
  window.render(window.boardPicture(shown, picture), stand);
  const stage = stand.querySelector('board-stage');
  // A form's plan is imported when it is first asked for.
  while (!stage.querySelector('.note')) await new Promise(requestAnimationFrame);
  await document.fonts.ready;
  stage.draw();
  return window.dense.seen(stage, shown, least);
}"""


@dataclass
class Bench:
    """A page on which pictures are drawn from records."""

    page: Page

    async def draw(
        self, kind: str, picture: dict[str, Any] | None = None, *, least: float = 22, change: str = "", **options: Any
    ) -> Any:
        await self.page.evaluate(SHOWN, {"kind": kind, "options": options, "change": change})
        return await self.page.evaluate(DRAW, {"picture": {"type": TYPE, **(picture or {})}, "least": least})


async def bench(crowd: Crowd, width: int, height: int | None) -> Bench:
    """A page with a space of this size for a picture; without `height` the picture grows."""
    anna = await crowd.enters("anna", DESK)

    async def serve(route: Route) -> None:
        await route.fulfill(body=DENSE, content_type="text/javascript")

    await anna.context.route("**/js/dense.js", serve)
    await anna.page.goto("/")
    await anna.page.evaluate(
        """async ({ width, height, texts }) => {
          const root = document.querySelector('script[type=module]').src.replace('main.js', '');
          window.root = root;
          const styled = (name) => new Promise((loaded) => {
            const link = document.createElement('link');
            Object.assign(link, { rel: 'stylesheet', href: `${root}../css/${name}`, onload: loaded });
            document.head.append(link);
          });
          await styled('boards.css');
          window.dense = await import(`${root}dense.js`);
          window.texts = texts;
          window.boardPicture = (await import(`${root}board/boards.js`)).boardPicture;
          window.render = (await import(`${root}../lib/lit-html.js`)).render;
          const stand = Object.assign(document.createElement('div'), { id: 'stand' });
          document.body.replaceChildren(stand);
          stand.style.width = `${width}px`;
          if (height) stand.style.height = `${height}px`;
        }""",
        {"width": width, "height": height, "texts": json.loads(TEXTS)},
    )
    return Bench(anna.page)


def ids(shown: list[dict[str, Any]]) -> dict[str, tuple[float, ...]]:
    """Where each note lies."""
    return {box["id"]: (box["x"], box["y"], box["w"], box["h"]) for box in shown}


# What lies under a heading is read on it.
LYING = "shown.notes.filter(({ under }) => !under).map(({ id }) => id)"
REASON = "Fordi de, der møder ind om natten, ellers hører det sidst, og fordi vi kan begynde på det på mandag"
LEVELS = ["individual", "group", "management", "organisation"]
BOARDS: list[tuple[str, dict[str, Any]]] = [
    ("future", {"critique": 30, "piles": {"dream": 9}}),
    ("future", {"critique": 30, "dream": 14, "realise": 9, "open": ["realise"]}),
    ("future", {"critique": 30, "dream": 20, "realise": 12, "open": [], "odd": True}),
    ("future", {"critique": 60, "odd": True, "open": ["critique"]}),
    ("future", {"critique": 150, "odd": True, "long": True, "open": ["critique"]}),
    ("dilemmas", {"groups": 2}),
    ("dilemmas", {"groups": 5, "empty": 1}),
    ("dilemmas", {"groups": 5, "long": True}),
    ("dilemmas", {"groups": 6, "odd": True}),
    ("dilemmas", {"groups": 8, "odd": True}),
    ("dilemmas", {"groups": 1, "locked": True, "fates": False}),
    ("wishes", {"wishes": 17, "themed": 4, "odd": True}),
    ("wishes", {"wishes": 17, "themed": 4, "chosen": 4}),
    ("wishes", {"wishes": 17, "chosen": 11}),
    ("wishes", {"wishes": 17, "themed": 4, "chosen": 8, "reason": REASON}),
    ("wishes", {"wishes": 60, "odd": True, "chosen": 40, "reason": REASON}),
    ("wishes", {"wishes": 60, "chosen": 3}),
    ("wishes", {"wishes": 17, "themed": 4, "chosen": 4, "actions": 5, "open": LEVELS}),
    ("wishes", {"wishes": 17, "themed": 4, "chosen": 4, "actions": 16, "open": LEVELS}),
    ("wishes", {"wishes": 17, "themed": 4, "chosen": 4, "actions": 5, "open": []}),
    ("own", {"groups": 3, "odd": True}),
    ("own", {"groups": 8, "each": 6}),
]


@pytest.mark.parametrize("scale", [1, 2], ids=["1080p", "4K"])
async def test_nothing_on_a_dense_wall_is_hidden_too_small_or_out_of_its_lane(crowd: Crowd, scale: int) -> None:
    at = await bench(crowd, WALL[0] * scale, WALL[1] * scale)
    sizes = {"type": {name: size * scale for name, size in TYPE.items()}}
    for kind, options in BOARDS:
        told = f"{kind} {options}"
        seen = await at.draw(kind, sizes, least=22 * scale - 0.1, **options)
        assert seen["faults"] == [], told
        every = sorted(note for note in await at.page.evaluate(LYING))
        if not seen["walking"]:
            assert seen["drawn"] == every, told
            continue
        # What cannot all be read is walked through: every note is in one part, large.
        large = set()
        for part in await at.page.evaluate(
            """async () => {
              const { formOf } = await import(`${window.root}forms/index.js`);
              return formOf(shown.sheets[0]).parts(shown, shown.sheets[0]).map(({ id }) => id);
            }"""
        ):
            seen = await at.draw(kind, {**sizes, "part": part}, least=22 * scale - 0.1, **options)
            assert seen["faults"] == [], f"{told}: {part}"
            assert seen["walking"] == part
            large |= {box["id"] for box in seen["boxes"] if not box["small"]}
        assert sorted(large) == every, told


async def test_a_dense_wall_is_the_same_after_a_reload_a_round_and_in_any_order(crowd: Crowd) -> None:
    at = await bench(crowd, *WALL)
    for kind, options in BOARDS:
        told = f"{kind} {options}"
        before = ids((await at.draw(kind, **options))["boxes"])
        turned = ids((await at.draw(kind, change="shown.notes.reverse()", **options))["boxes"])
        assert turned == before, told
        # Another round in which the same lanes are open.
        later = "shown.round = { ...shown.round, id: 'another' }; shown.board = { ...shown.board, round: 'another' };"
        assert ids((await at.draw(kind, change=later, **options))["boxes"]) == before, told


async def test_a_new_note_moves_no_other_on_a_dense_wall(crowd: Crowd) -> None:
    at = await bench(crowd, *WALL)
    for count in (6, 30, 44):
        before = ids((await at.draw("future", critique=count, open=["critique"]))["boxes"])
        after = ids((await at.draw("future", critique=count + 1, open=["critique"]))["boxes"])
        assert len(after) == count + 1
        assert {note: after[note] for note in before} == before, count


async def test_choosing_moves_nothing_and_what_is_chosen_is_read_large_beside_it_with_its_reason(crowd: Crowd) -> None:
    at = await bench(crowd, *WALL)
    before = ids((await at.draw("wishes", themed=4))["boxes"])
    listed = at.page.locator("#stand .chosen-list li")
    for chosen in (1, 2, 4):
        seen = await at.draw("wishes", themed=4, chosen=chosen)
        assert ids(seen["boxes"]) == before, chosen
        assert await listed.count() == chosen
        assert "Derfor: Det savnede vi sidst" in await listed.last.inner_text()
        assert await at.page.locator("#stand .papers .is-picked-out").count() == chosen
    assert await at.page.locator("#stand .papers .extra-answer").count() == 0, "the reason stands in one place"
    # A word that says that something waits moves nothing either.
    later = "shown.notes.at(-1).marks = { choice: 'later' }"
    assert ids((await at.draw("wishes", themed=4, change=later))["boxes"]) == before


async def test_however_many_are_chosen_for_long_reasons_no_note_moves_and_what_has_no_room_is_counted(
    crowd: Crowd,
) -> None:
    at = await bench(crowd, *WALL)
    before = ids((await at.draw("wishes", wishes=20, themed=4, odd=True))["boxes"])
    listed = at.page.locator("#stand .chosen-list li")
    whole = at.page.locator("#stand .chosen-list div > span:not(.sr-only)")
    told = at.page.locator("#stand .chosen-more")
    for chosen in range(1, 17):
        seen = await at.draw("wishes", wishes=20, themed=4, odd=True, chosen=chosen, reason=REASON)
        assert ids(seen["boxes"]) == before, chosen
        assert seen["faults"] == [], chosen
        assert await at.page.locator("#stand .papers .extra-answer").count() == 0
        said = [int(re.search(r"\d+", line)[0]) for line in await told.all_inner_texts()]  # type: ignore[index]
        left = {"notes": chosen - await listed.count(), "reasons": await listed.count() - await whole.count()}
        assert said == [count for count in left.values() if count], (chosen, left)
        if chosen <= 8:
            assert left["notes"] == 0, "eight wishes are read in full"


async def test_actions_on_four_levels_are_read_side_by_side_with_the_chosen_wishes(crowd: Crowd) -> None:
    at = await bench(crowd, *WALL)
    for open_lanes in (LEVELS, []):
        seen = await at.draw("wishes", themed=4, chosen=4, actions=5, open=open_lanes)
        assert not seen["walking"], open_lanes
        small = {box["id"] for box in seen["boxes"] if box["small"]}
        if open_lanes:
            assert small, "the wishes that wait are folded"
        assert not [note for note in small if not note.startswith("wish")]
        assert "theme000" not in small
    # With more than the wall holds at once one level is large, and another is read beside it.
    seen = await at.draw("wishes", themed=4, chosen=4, actions=14, open=LEVELS)
    assert seen["walking"] == "individual"
    lanes = {box["id"].rstrip("0123456789") for box in seen["boxes"] if not box["small"]}
    assert len(lanes - {"theme", "wish"}) >= 2, lanes


async def test_what_opens_later_shares_one_column_on_a_console(crowd: Crowd) -> None:
    at = await bench(crowd, 700, None)
    await at.draw("wishes", {"fit": "width", "type": {"most": 15, "least": 15}, "interactive": True}, least=12)
    wide = at.page.locator("[data-box='lane:wishes']")
    assert await wide.evaluate("el => el.offsetWidth") > 700 * 0.75
    left = "all => all.map((el) => el.getBoundingClientRect().left)"
    lefts = await at.page.locator(".lane-closed").evaluate_all(left)
    assert len(lefts) == 4
    assert len(set(lefts)) == 1


async def test_below_the_last_line_of_an_action_there_is_no_empty_line(crowd: Crowd) -> None:
    at = await bench(crowd, *WALL)
    await at.draw(
        "wishes", wishes=3, chosen=1, actions=3, open=LEVELS, change="shown.note('wish000').text = 'Én, man kan spørge'"
    )
    papers = at.page.locator("#stand .papers .note:not(.line, .mini)")
    empty = await papers.evaluate_all(
        """all => all.map((el) => {
          const feet = [...el.querySelectorAll('.words, .extra')].map((one) => one.offsetTop + one.offsetHeight);
          const foot = Math.max(...feet);
          return (el.offsetHeight - foot) / parseFloat(getComputedStyle(el).fontSize);
        })"""
    )
    assert len(empty) >= 12
    assert max(empty) < 1.2, empty


async def test_a_folded_lane_is_a_sheet_of_lines_and_the_open_one_has_the_room(crowd: Crowd) -> None:
    at = await bench(crowd, *WALL)
    await at.draw("future", critique=30, dream=3, open=["dream"])
    lines = await at.page.locator("#stand .note.line").count()
    assert lines == 30
    shades = "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    some = await at.page.locator("#stand .note.line").evaluate_all(shades)
    assert some[0] != some[1], "every other line has its lane's colour"
    assert some[:2] == some[2:4]
    wide = {lane: await at.page.locator(f"[data-box='lane:{lane}']").evaluate("el => el.offsetWidth") for lane in
            ("critique", "dream", "realise")}  # fmt: skip
    assert wide["dream"] > wide["critique"] > wide["realise"]
    assert await at.page.locator("#stand .note.line").first.evaluate("el => el.offsetHeight") <= 28


async def test_hidden_dreams_lie_face_down_and_all_alike(crowd: Crowd) -> None:
    at = await bench(crowd, *WALL)
    await at.draw("future", {"piles": True}, critique=9, piles={"dream": 9})
    backs = at.page.locator("#stand .backs-spread .back-paper")
    assert await backs.count() == 9
    assert len(set(await backs.evaluate_all("all => all.map((one) => one.getAttribute('d'))"))) == 1


@pytest.mark.parametrize("width", [350, 700])
async def test_pictures_that_grow_show_all_in_full(crowd: Crowd, width: int) -> None:
    at = await bench(crowd, width, None)
    for kind, options in BOARDS:
        told = f"{kind} {options}"
        wish = {"fit": "width", "type": {"most": 19, "least": 12} if width < 400 else {"most": 15, "least": 15}}
        seen = await at.draw(kind, {**wish, "interactive": True, "piles": True}, least=12, **options)
        assert seen["faults"] == [], told
        assert seen["drawn"] == sorted(await at.page.evaluate(LYING)), told
        assert not any(box["small"] for box in seen["boxes"]), told
        assert seen["height"] > 200, told
