"""What all layouts share: their arguments (`Job`), their results (`Part`), and notes in columns.

What may not live here: anything about years, rows or single forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from server.export.items import Box, Item, Ruler
from server.export.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of a sheet on one page, with its height."""

    items: tuple[Item, ...]
    height: float
    continued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Arguments of a layout.

    sizes    letter sizes to try, largest first
    room     height of a page's body in millimetres
    grow     make one page as high as needed, instead of several
    fill     let columns reach to the end of the page
    """

    ruler: Ruler
    lang: Lang
    width: float
    room: float
    sizes: Sequence[float]
    grow: bool = False
    fill: bool = True


def columnize(boxes: Sequence[Box], *, columns: int, gap: float, top: float, left: float) -> list[Box]:
    """Put each note in turn into the column that is shortest so far."""
    ends = [top] * columns
    placed = []
    for it in boxes:
        column = ends.index(min(ends))
        placed.append(replace(it, x=left + column * (it.w + gap), y=ends[column]))
        ends[column] += it.h + gap
    return placed
