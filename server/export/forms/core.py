"""The core figure in an export: the centre in a circle between two columns of sectors, as on screens.

The arrangement is that of static/js/forms/core/picture.js. Letter sizes are tried from large to small until everything
fits on one page; if nothing fits, the lanes stand side by side over several pages.

What may not live here: painting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from server.export.content import Lane, Note, Sheet
from server.export.forms.form import Form
from server.export.items import GAP, NOTE_WIDTH, Box, Item, Label, Line, Panel, Ruler, box, breakable, label_height
from server.export.job import Job, Part, columnize
from server.export.matrix import matrix

MIDDLE: Final = 0.2  # the middle's share of the width
BETWEEN: Final = 6.0
TITLE: Final = 14.0
AIR: Final = 2.5
LOWEST: Final = 0.4  # of a page's room, where other sheets follow on the same page


class Core(Form):
    """The first lane is the centre, the others are its sectors: the first half on the left."""

    def lay_out(self, sheet: Sheet, job: Job) -> list[Part]:
        """One page if everything fits, else lanes side by side."""
        if len(sheet.lanes) < 2:
            return matrix(sheet, job)
        for size in job.sizes:
            part = _figure(sheet, job, size, job.room)
            if part is not None:
                return [part if job.fill else _lowest(sheet, job, size, part)]
        if not job.grow:
            return matrix(sheet, job)
        size, room = min(job.sizes, key=lambda one: abs(one - 11)), job.room
        while (part := _figure(sheet, job, size, room)) is None:
            room *= 1.15
        return [part]


def _lowest(sheet: Sheet, job: Job, size: float, part: Part) -> Part:
    """The figure no higher than its notes need, in steps of an eighth."""
    room = job.room * LOWEST
    while room < part.height:
        lower = _figure(sheet, job, size, room)
        if lower is not None:
            return lower
        room *= 1.125
    return part


def _figure(sheet: Sheet, job: Job, size: float, room: float) -> Part | None:
    """The figure in this letter size; None if it is higher than the page."""
    centre, *sectors = sheet.lanes
    middle = job.width * MIDDLE
    side = (job.width - middle) / 2 - BETWEEN
    half = (len(sectors) + 1) // 2
    items: list[Item] = []
    spokes: list[tuple[float, float]] = []
    for lanes, left in ((sectors[:half], 0.0), (sectors[half:], job.width - side)):
        filled = [_sector(lane, sheet.at(lane.id), job, size, side) for lane in lanes]
        spare = room - sum(height for _, height in filled) - BETWEEN * (len(lanes) - 1)
        if spare < 0:
            return None
        y = 0.0
        for made, height in filled:
            tall = height + spare / len(lanes)
            items += [item.moved(left, y) for item in made]
            spokes.append((left + side if left == 0 else left, y + tall / 2))
            y += tall + BETWEEN
    across = min(middle * 0.96, room * 0.46)
    x, y = (job.width - across) / 2, (room - across) / 2
    beneath = _laid(sheet.at(centre.id), job, size, middle, top=y + across + AIR)
    if max((it.y + it.h for it in beneath), default=0) > room:
        return None
    items += [it.moved((job.width - middle) / 2, 0) for it in beneath]
    name = Label(x=x + across * 0.12, y=0, w=across * 0.76, text=breakable(centre.title), size=TITLE, align="center")
    while label_height(name, job.ruler) > across * 0.7 and name.size > 6:
        name = replace(name, size=name.size * 0.92)
    arms = [item for edge, at in spokes for item in _spoke(job.width / 2, room / 2, edge, at)]
    ring = Panel(x=x, y=y, w=across, h=across, radius=across / 2, fill="raised", stroke="accent", thick=0.9)
    title = replace(name, y=y + (across - label_height(name, job.ruler)) / 2)
    return Part(items=(*arms, ring, title, *items), height=room)


def _spoke(x: float, y: float, edge: float, at: float) -> list[Item]:
    """From the centre to a sector: across, up or down in the middle of the way, and across."""
    turn = (x + edge) / 2
    return [
        Line(x=min(x, turn), y=y, w=abs(turn - x), color="line", thick=0.6),
        Line(x=turn, y=min(y, at), h=abs(at - y), color="line", thick=0.6),
        Line(x=min(turn, edge), y=at, w=abs(edge - turn), color="line", thick=0.6),
    ]


def _sector(lane: Lane, notes: Sequence[Note], job: Job, size: float, w: float) -> tuple[list[Item], float]:
    """A sector's title with its notes at (0, 0), and their height."""
    name = Label(x=0, y=0, w=w, text=breakable(lane.title), size=TITLE)
    top = label_height(name, job.ruler) + AIR
    boxes = _laid(notes, job, size, w, top=top)
    under = Line(x=0, y=top - AIR / 2, w=w, color="line", thick=0.6)
    return [name, under, *boxes], max((it.y + it.h for it in boxes), default=top) + AIR


def _laid(notes: Sequence[Note], job: Job, size: float, w: float, *, top: float) -> list[Box]:
    """Notes in as many columns as the width has room for."""
    gap = GAP * size
    columns = max(1, int((w + gap) / (NOTE_WIDTH * size + gap)))
    each = min((w - gap * (columns - 1)) / columns, NOTE_WIDTH * size * 1.3)
    return columnize(_boxes(notes, job.ruler, size, each), columns=columns, gap=gap, top=top, left=0)


def _boxes(notes: Sequence[Note], ruler: Ruler, size: float, w: float) -> list[Box]:
    return [box(note, ruler=ruler, w=w, size=size, color=note.color) for note in notes]
