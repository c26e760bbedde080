"""Posters give notes the colours that they have on screens: the same vectors as tests/screens/look.test.mjs."""

from __future__ import annotations

import json
from pathlib import Path

from server.export.colors import CALM, COLORS, color_of

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "colors.json").read_text("utf-8"))
PAINTER = Path(__file__).parents[2] / "server" / "export" / "poster.typ"


def test_a_note_has_the_same_colour_as_on_screens() -> None:
    keys = [f"note-{at}" for at in range(40)]
    assert [color_of(key, lane="", calm=True) for key in keys] == VECTORS["calm"]
    assert [color_of(key, lane="", calm=False) for key in keys] == VECTORS["bright"]
    assert color_of("note-1", lane="sky", calm=True) == "sky"


def test_posters_can_paint_every_colour() -> None:
    painter = PAINTER.read_text("utf-8")
    assert all(f"  {color}: rgb(" in painter for color in {*COLORS, *CALM})
