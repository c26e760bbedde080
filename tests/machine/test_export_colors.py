"""Posters give notes the colours that they have on screens: the same vectors as tests/screens/look.test.mjs."""

from __future__ import annotations

import json
from pathlib import Path

from server.export.colors import CALM, COLORS, color_of
from server.export.items import Label, Panel
from server.export.poster import lay_out
from tests.machine.test_export import board, note
from tests.machine.test_export_forms import content

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "colors.json").read_text("utf-8"))
PAINTER = Path(__file__).parents[2] / "server" / "export" / "drawn.typ"


def test_a_note_has_the_same_colour_as_on_screens() -> None:
    keys = [f"note-{at}" for at in range(40)]
    assert [color_of(key, lane="", calm=True) for key in keys] == VECTORS["calm"]
    assert [color_of(key, lane="", calm=False) for key in keys] == VECTORS["bright"]
    assert color_of("note-1", lane="sky", calm=True) == "sky"


def test_posters_can_paint_every_colour() -> None:
    painter = PAINTER.read_text("utf-8")
    assert all(f"  {color}: rgb(" in painter for color in {*COLORS, *CALM})


def test_what_the_colours_of_words_mean_stands_on_the_poster_with_colour_sign_and_word() -> None:
    mapped = note("a", "Plads til at spørge", sheet="map", lane="before", row="g1", marks={"colour": "yellow"})
    told = content(board("overleveringsdagen", mapped))
    for one in (True, False):
        items = [item for page in lay_out(told, one=one) for item in page.items]
        words = [
            item for item in items if isinstance(item, Label) and item.text in ("+ goes well", "△ could go better")
        ]
        panels = [item for item in items if isinstance(item, Panel) and item.fill in ("yellow", "coral")]
        assert [label.text for label in words] == ["+ goes well", "△ could go better"]
        assert [panel.fill for panel in panels] == ["yellow", "coral"]
        assert all(0 < label.x - panel.x < 15 for label, panel in zip(words, panels, strict=True))


def test_a_heading_has_the_colour_of_the_word_that_it_carries_and_else_none() -> None:
    told = content(
        board(
            "fortids-og-fremtidsvaerksted",
            note("h", "Oplæring", sheet="ahead", lane="wishes", kind="gathering", marks={"choice": "chosen"}),
            note("a", "Tid til at øve", sheet="ahead", lane="wishes", under="h-canary-id"),
            note("i", "Besked", sheet="ahead", lane="wishes", kind="gathering"),
            note("b", "I god tid", sheet="ahead", lane="wishes", under="i-canary-id"),
        )
    )
    (ahead,) = [sheet for sheet in told.sheets if sheet.id == "ahead"]
    assert {one.text: one.color for one in ahead.notes} == {"Oplæring": "mint", "Besked": "raised"}


def test_a_sheet_without_such_words_has_no_key() -> None:
    told = content(board("fremtidsvaerksted", note("a", "Støj", sheet="columns", lane="critique")))
    assert not any(sheet.key for sheet in told.sheets)
