"""The typeface that the build makes for screens and posters."""

from __future__ import annotations

from typing import Any

import pytest
from fontTools.pens.areaPen import AreaPen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from tests.screens.texts import ROOT

FONTS = ROOT / "static" / "lib" / "fonts"
SCREENS = FONTS / "atkinson-hyperlegible-next-latin-wght-normal.woff2"
POSTERS = sorted(FONTS.glob("*.ttf"))


def shape(font: Any, letter: str) -> tuple[tuple[float, ...], float]:
    """A letter's bounds and its inked area."""
    glyphs = font.getGlyphSet()
    name = font.getBestCmap()[ord(letter)]
    bounds, area = BoundsPen(glyphs), AreaPen(glyphs)
    glyphs[name].draw(bounds)
    glyphs[name].draw(area)
    return bounds.bounds, abs(area.value)


def has_plain_zero(font: Any) -> None:
    table = font["glyf"]
    assert table["zero"].numberOfContours == 2, "a ring: no stroke cuts its counter"
    coordinates, ends, _ = table["zero"].getCoordinates(table)
    inner = coordinates[ends[0] + 1 :]
    across, up = ({point[axis] for point in inner} for axis in (0, 1))
    (left, low, right, high), ink = shape(font, "0")
    assert abs(min(across) - left - (right - max(across))) <= 2, "its stems are alike"
    assert abs(min(up) - low - (high - max(up))) <= 2
    # As heavy as the O beside it, for its size.
    (o_left, _, o_right, _), o_ink = shape(font, "O")
    assert ink / o_ink == pytest.approx((right - left) / (o_right - o_left), abs=0.13)


@pytest.mark.parametrize("weight", [400, 520, 600, 700])
def test_the_zero_on_screens_has_no_slash_at_any_weight(weight: int) -> None:
    font = instancer.instantiateVariableFont(TTFont(SCREENS), {"wght": weight})
    has_plain_zero(font)
    shared = font["glyf"]["zero.tf"]
    assert [part.glyphName for part in shared.components] == ["zero"], "figures of one width have the same zero"


@pytest.mark.parametrize("file", POSTERS, ids=lambda file: file.stem)
def test_the_zero_on_posters_has_no_slash(file: Any) -> None:
    has_plain_zero(TTFont(file))
