"""Dragging a note on a picture, with a real pointer, while the picture goes on being drawn, and what others see of it.

What may not live here: where a note may be put, and a drag that is cut off (test_offline.py).
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.screens import plays
from tests.screens.people import Crowd
from tests.screens.test_dense import Bench, bench
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

FV = Method("fremtidsvaerksted", "da")
MOVES = 10  # spots of a dragged note that others see
MOVABLE = "shown.notes.forEach((note) => { note.can = ['move']; });"
# The picture with some fields of a note changed, or without it.
REDRAW = """({ id, fields }) => {
  const stage = document.querySelector('board-stage');
  const notes = shown.notes.filter((note) => fields || note.id !== id)
    .map((note) => (note.id === id ? { ...note, ...fields } : note));
  window.shown = { ...shown, notes, note: (wanted) => notes.find((one) => one.id === wanted) ?? null };
  stage.view = { shown, picture: stage.picture };
}"""


async def picture(crowd: Crowd) -> Bench:
    """A picture of movable notes, which writes down the drags that it tells of."""
    at = await bench(crowd, 900, None)
    await at.draw("future", {"fit": "width", "interactive": True}, change=MOVABLE, critique=3, open=["critique"])
    await at.page.evaluate(
        "() => { window.dragged = [];"
        " document.querySelector('board-stage').picture.onDrag = (...told) => dragged.push(told); }"
    )
    return at


async def middle(note: Locator) -> tuple[float, float]:
    box = await note.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def ends(at: Bench) -> list[Any]:
    """The notes whose drag has ended."""
    found: list[Any] = await at.page.evaluate("dragged.filter(([, x]) => x === null).map(([id]) => id)")
    return found


async def test_a_carried_note_follows_the_pointer_while_it_is_drawn_anew(crowd: Crowd) -> None:
    at = await picture(crowd)
    note = at.page.locator("[data-note]").first
    x, y = await middle(note)
    await at.page.mouse.move(x, y)
    await at.page.mouse.down()
    await at.page.mouse.move(x + 60, y + 40)
    assert "is-carried" in (await note.get_attribute("class") or "")
    await at.page.evaluate(REDRAW, {"id": await note.get_attribute("data-note"), "fields": {"pending": True}})
    classes = (await note.get_attribute("class") or "").split()
    assert {"is-pending", "is-carried"} <= set(classes)
    await at.page.mouse.up()
    assert await ends(at) == [await note.get_attribute("data-note")]


async def test_a_drag_elsewhere_moves_the_note_without_a_new_layout(crowd: Crowd) -> None:
    at = await picture(crowd)
    note = at.page.locator("[data-note]").first
    before = await middle(note)
    kept = await at.page.evaluate(
        """() => {
          const stage = document.querySelector('board-stage');
          const { targets, picture } = stage;
          const drags = new Map([[document.querySelector('[data-note]').dataset.note, [0.9, 0.9]]]);
          stage.view = { shown: { ...shown, drags }, picture };
          return stage.targets === targets;
        }"""
    )
    assert kept
    assert (await middle(note))[0] > before[0] + 200


async def test_a_note_that_somebody_drags_moves_on_the_wall_without_a_new_drawing(crowd: Crowd) -> None:
    lead = await plays.start(crowd, FV)
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    anna = await crowd.phone("anna")
    await plays.join_by_code(anna, ways["code"], name="Anna")
    await plays.go_on(lead, FV.round("critique"))
    await plays.write(anna, "Vagtplanen")
    await lead.press("console.reveal", lane=FV.lane("critique").lower())
    note = lead.page.locator("[data-note]").filter(has_text="Vagtplanen")
    there = wall.page.locator("[data-note]").filter(has_text="Vagtplanen")
    for each in (note, there):
        await expect(each).to_be_visible()
        # It has come to rest.
        await each.evaluate(
            "async (el) => { for (const one of el.getAnimations()) await one.finished.catch(() => {}); }"
        )
    home = await there.evaluate("(el) => el.style.translate")
    await wall.page.evaluate("""() => {
      const stage = document.querySelector('board-stage');
      const draw = stage.draw;
      window.drawn = 0;
      stage.draw = () => { window.drawn += 1; draw.call(stage); };
      window.spots = new Set();
      const paper = document.querySelector('[data-note]');
      const note = () => window.spots.add(paper.style.translate);
      new MutationObserver(note).observe(paper, { attributeFilter: ['style'] });
    }""")
    await note.scroll_into_view_if_needed()
    x, y = await middle(note)
    await lead.page.mouse.move(x, y)
    await lead.page.mouse.down()
    for step in range(1, 200):
        await lead.page.mouse.move(x + step, y + step % 40)
        if await wall.page.evaluate("spots.size") > MOVES:
            break
    assert await wall.page.evaluate("spots.size") > MOVES
    assert "is-carried" in (await there.get_attribute("class") or "")
    # Only what else has changed meanwhile is drawn.
    assert await wall.page.evaluate("drawn") < MOVES / 2
    await lead.page.mouse.move(x, y)
    await lead.page.mouse.up()
    await wall.page.wait_for_function(
        "(home) => document.querySelector('[data-note]').style.translate === home", arg=home
    )
    assert "is-carried" not in (await there.get_attribute("class") or "")


async def test_a_drag_ends_when_its_note_is_taken_down_by_somebody_else(crowd: Crowd) -> None:
    at = await picture(crowd)
    note = at.page.locator("[data-note]").first
    name = await note.get_attribute("data-note")
    x, y = await middle(note)
    await at.page.mouse.move(x, y)
    await at.page.mouse.down()
    await at.page.mouse.move(x + 60, y + 40)
    await at.page.evaluate(REDRAW, {"id": name, "fields": None})
    # Far from the picture, where no event reaches it.
    await at.page.mouse.move(1000, 600)
    await at.page.mouse.up()
    assert await ends(at) == [name]


async def test_a_note_is_not_carried_by_a_pointer_that_was_released_outside_the_picture(crowd: Crowd) -> None:
    at = await picture(crowd)
    x, y = await middle(at.page.locator("[data-note]").first)
    await at.page.mouse.move(x, y)
    await at.page.mouse.down()
    await at.page.mouse.move(1000, 600)
    await at.page.mouse.up()
    await at.page.mouse.move(x + 30, y + 30)
    await at.page.mouse.move(x + 60, y + 60)
    assert await at.page.locator(".is-carried").count() == 0
    assert await at.page.evaluate("dragged") == []
