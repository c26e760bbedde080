"""What all layouts share: the job they are given, the parts they make, notes in columns.

What may not live here: anything that knows years, rows or what a sheet is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from server.export.items import Box, Item, Ruler
from server.export.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a sheet that stands on one page, as high as it is."""

    items: tuple[Item, ...]
    height: float
    continued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a sheet is laid out with.

    sizes    letters to try, largest first
    room     height of a page's body in millimetres
    grow     one page as high as it needs to be, instead of several
    fill     columns reach down to the end of the page
    """

    ruler: Ruler
    lang: Lang
    width: float
    room: float
    sizes: Sequence[float]
    grow: bool = False
    fill: bool = True


def columnize(boxes: Sequence[Box], *, columns: int, gap: float, top: float, left: float) -> list[Box]:
    """The notes one after another, each in the column that is shortest so far."""
    ends = [top] * columns
    placed = []
    for it in boxes:
        column = ends.index(min(ends))
        placed.append(replace(it, x=left + column * (it.w + gap), y=ends[column]))
        ends[column] += it.h + gap
    return placed
