"""The timeline in an export: equal columns, one a lane, as on the wall; notes of side `up` and `both` above the line.

The arrangement is that of static/js/forms/timeline/line.js: every note is inside its own lane's column, stacked away
from the line in the order of the sheet; a long note in a narrow column takes two columns on the outermost row, carries
its lane's name, and has a line to its own lane. Letter sizes are tried from large to small until everything fits on one
page; if nothing fits, the lanes are spread over several pages.

What may not live here: painting, and texts of notes beyond their measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from server.export.content import Heading, Lane, Mark, Note, Sheet
from server.export.forms.form import Form
from server.export.items import (
    GAP,
    POINT,
    Ask,
    Box,
    Bracket,
    Item,
    Label,
    Line,
    Panel,
    box,
    breakable,
    label_height,
)
from server.export.job import Job, Part
from server.export.matrix import matrix
from server.export.words import say

Way = Literal["up", "down"]

SIDE_LABEL: Final = 9.0  # the width of the turned labels on the left
AXIS: Final = 13.0  # the least height of the band of years
YEAR_SIZE: Final = 14.0
LANE_SIZE: Final = 11.0
BESIDE_LANES: Final = 60.0  # of a picture's width: margins and labels at the side
PICTURE_LANE: Final = 25.0
PERIOD_SIZE: Final = 14.0
PERIOD_TEXT: Final = 46.0  # a heading's text may be wider than its years
LONG: Final = 7  # a text of more lines takes two columns
LINE: Final = 1.2  # the height of a line of text, in em
# In em of the notes: notes side by side in a lane are so wide where they fit so, else as narrow as the second; in a
# narrower column than the third none can be read.
COMFORT, NARROW, READABLE = 8.5, 6.1, 6.1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Some lanes, from left to right, with their notes and headings."""

    lanes: tuple[Lane, ...]
    notes: tuple[Note, ...]
    headings: tuple[Heading, ...] = ()
    sides: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """The columns' measures for one letter size: `per` notes side by side, each `w` wide."""

    size: float
    column: float
    per: int
    w: float
    gap: float

    def left(self, lane: int, place: int = 0) -> float:
        """The left edge of a note in a column's n-th place."""
        return lane * self.column + self.gap / 2 + place * (self.w + self.gap)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wide:
    """A note over two columns, and the edge of the columns that its line follows.

    `box.y` is its distance from the timeline.
    """

    box: Box
    lane: int
    edge: int


class Timeline(Form):
    """Declared lanes come first, then the made ones, the years."""

    def order(self, notes: Sequence[Note]) -> tuple[Note, ...]:
        """In each lane, notes below the line come last."""
        lanes = {lane: place for place, lane in enumerate(dict.fromkeys(note.lane for note in notes))}
        return tuple(sorted(notes, key=lambda note: (lanes[note.lane], _way(note) == "down")))

    def width(self, sheet: Sheet) -> float:
        """A picture with very many lanes is wider than a page."""
        return BESIDE_LANES + PICTURE_LANE * len(sheet.lanes)

    def lay_out(self, sheet: Sheet, job: Job) -> list[Part]:
        """All lanes on one page if they fit, else on several. The groups' own lines stand in rows below one another."""
        if sheet.rows:
            return matrix(replace(sheet, lanes=tuple(sorted(sheet.lanes, key=lambda lane: lane.made))), job)
        lanes = tuple(sorted(sheet.lanes, key=lambda lane: lane.made))
        known = {lane.id for lane in lanes}
        notes = tuple(note for note in sheet.notes if note.lane in known)
        stretch = _Stretch(lanes=lanes, notes=notes, headings=sheet.headings, sides=sheet.sides)
        parts = [_grown(stretch, job)] if job.grow else _pages(stretch, job)
        return [replace(part, continued=place > 0) for place, part in enumerate(parts)]


def _pages(stretch: _Stretch, job: Job) -> list[Part]:
    part = _fit(stretch, job)
    if part:
        return [part]
    first, second = _halves(stretch, job)
    return [*_pages(first, job), *_pages(second, job)]


def _halves(stretch: _Stretch, job: Job) -> tuple[_Stretch, _Stretch]:
    """The stretch in two, each with about half of its notes; or of its headings, where these take half of a page."""
    column = (job.width - SIDE_LABEL) / len(stretch.lanes)
    if len(stretch.headings) > 1 and _periods_height(stretch, job, column) > job.room / 2:
        middle = len(stretch.headings) // 2
        return (
            replace(stretch, notes=(), headings=stretch.headings[:middle]),
            replace(stretch, headings=stretch.headings[middle:]),
        )
    if len(stretch.lanes) == 1:
        middle = (len(stretch.notes) + 1) // 2
        return (
            replace(stretch, notes=stretch.notes[:middle]),
            replace(stretch, notes=stretch.notes[middle:], headings=()),
        )
    sizes = [15 + sum(20 + len(note.text) for note in stretch.notes if note.lane == lane.id) for lane in stretch.lanes]
    cuts = range(1, len(sizes))
    cut = min(cuts, key=lambda i: abs(sum(sizes[:i]) - sum(sizes[i:])))
    return _only(stretch, stretch.lanes[:cut]), _only(stretch, stretch.lanes[cut:])


def _only(stretch: _Stretch, lanes: tuple[Lane, ...]) -> _Stretch:
    ids = {lane.id for lane in lanes}
    notes = tuple(note for note in stretch.notes if note.lane in ids)
    return replace(stretch, lanes=lanes, notes=notes)


def _grown(stretch: _Stretch, job: Job) -> Part:
    part = _fit(stretch, replace(job, sizes=[s for s in job.sizes if s >= 10] or job.sizes))
    size = min(job.sizes, key=lambda s: abs(s - 11))
    room = job.room
    while part is None:
        room *= 1.15
        part = _fit(stretch, replace(job, sizes=[size], room=room))
    return part


def _fit(stretch: _Stretch, job: Job) -> Part | None:
    """The stretch on one page with the largest letters that fit; None if it does not fit."""
    for size in job.sizes:
        for grid in _grids(stretch, job, size):
            part = _arrange(stretch, job, grid)
            if part:
                return part
    return None


def _grids(stretch: _Stretch, job: Job, size: float) -> list[_Grid]:
    """Columns for this letter size, with ever more notes side by side; none if the columns are too narrow."""
    em = size * POINT
    column = (job.width - SIDE_LABEL) / len(stretch.lanes)
    gap = min(GAP * size, column * 0.09)
    inner = column - gap
    if inner < READABLE * em and len(stretch.lanes) > 1:
        return []
    few, many = (max(1, int((inner + gap) / (wide * em + gap))) for wide in (COMFORT, NARROW))
    return [
        _Grid(size=size, column=column, per=per, w=(inner - gap * (per - 1)) / per, gap=gap)
        for per in range(few, many + 1)
    ]


def _arrange(stretch: _Stretch, job: Job, grid: _Grid) -> Part | None:
    """Notes, line and headings at their positions; None if they are higher than the page."""
    up, wide_up = _side(stretch, job, grid, "up")
    down, wide_down = _side(stretch, job, grid, "down")
    above = max((b.y + b.h for b in (*up, *(wide.box for wide in wide_up))), default=0.0)
    below = max((b.y + b.h for b in (*down, *(wide.box for wide in wide_down))), default=0.0)
    periods = _periods_height(stretch, job, grid.column)
    band = max(AXIS, *(label_height(_name(lane, grid.column), job.ruler) + 2 for lane in stretch.lanes))
    spare = job.room - periods - above - below - band
    if spare < 0:
        return None
    # Free height is distributed, so that a few notes are not all at one edge of the page.
    axis = periods + above + spare * (0.5 if above or below else 0.45)
    air = min(spare * 0.12, 9.0)
    line = axis + band / 2
    items: list[Item] = [*_axis(stretch, job, grid, y=line, band=band), *_period_items(stretch, job, grid.column)]
    for wide, way in (*((wide, -1) for wide in wide_up), *((wide, 1) for wide in wide_down)):
        items += _thread(wide, grid, y=line, far=band / 2 + air + wide.box.y, way=way)
    items += [b.moved(SIDE_LABEL, axis - air - 2 * b.y - b.h) for b in (*up, *(wide.box for wide in wide_up))]
    items += [b.moved(SIDE_LABEL, axis + band + air) for b in (*down, *(wide.box for wide in wide_down))]
    middle_up = periods + (axis - periods) / 2
    middle_down = axis + band + (job.room - axis - band) / 2
    for y, side, color in ((middle_up, "up", "accent"), (middle_down, "down", "strain")):
        said = [mark.text for mark in stretch.sides if mark.side == side]
        items += [Label(x=3, y=y, text=text, size=13, color=color, turned=True) for text in said]
    return Part(items=tuple(items), height=job.room)


def _side(stretch: _Stretch, job: Job, grid: _Grid, way: Way) -> tuple[list[Box], list[_Wide]]:
    """The notes of one side; y is the distance from the line, on either side."""
    placed: list[Box] = []
    long: list[tuple[int, Note]] = []
    depths: list[float] = []
    for at, lane in enumerate(stretch.lanes):
        ends = [0.0] * grid.per
        for note in stretch.notes:
            if note.lane != lane.id or _way(note) != way:
                continue
            it, span = _boxed(note, job, grid, grid.w), 1
            if _is_long(it, grid):
                if grid.per == 1 and len(stretch.lanes) > 1:
                    long.append((at, note))
                    continue
                if grid.per > 1:
                    it, span = _boxed(note, job, grid, 2 * grid.w + grid.gap), 2
            places = [i for i in _in_turn(grid.per) if i + span <= grid.per]
            first = min(places, key=lambda i: max(ends[i : i + span]))
            y = max(ends[first : first + span])
            ends[first : first + span] = [y + it.h + grid.gap] * span
            placed.append(replace(it, x=grid.left(at, first), y=y))
        depths.append(max(ends))
    return placed, _over_two(stretch, long, job, grid, depths)


def _over_two(
    stretch: _Stretch, long: Sequence[tuple[int, Note]], job: Job, grid: _Grid, depths: Sequence[float]
) -> list[_Wide]:
    """Long notes on two columns each, beyond what lies in either."""
    ends, wide = list(depths), [0.0] * len(depths)
    found: list[_Wide] = []
    for at, note in long:
        lane = stretch.lanes[at]
        it = _boxed(note, job, grid, 2 * grid.column - grid.gap, beside=lane.title if lane.made else "")
        pairs = [first for first in (at - 1, at) if first >= 0 and first + 1 < len(ends)]
        # The left pair, unless more long notes lie there than on the right one.
        first = min(pairs, key=lambda i: max(wide[i], wide[i + 1]))
        y = max(ends[first], ends[first + 1])
        ends[first] = ends[first + 1] = y + it.h + grid.gap
        for column in (first, first + 1):
            wide[column] += it.h + grid.gap
        edge = at + 1 if first < at else at
        found.append(_Wide(box=replace(it, x=grid.left(first), y=y), lane=at, edge=edge))
    return found


def _in_turn(count: int) -> list[int]:
    """Places side by side in the order in which they are taken: the middle, the right, the left, then outwards."""
    middle = (count - 1) // 2
    return [middle + (1 if i % 2 else -1) * ((i + 1) // 2) for i in range(count)]


def _is_long(it: Box, grid: _Grid) -> bool:
    return it.h > (LONG + 0.5) * LINE * grid.size * POINT + 2 * it.pad + 0.75 * grid.size * POINT


def _thread(wide: _Wide, grid: _Grid, *, y: float, far: float, way: int) -> list[Item]:
    """The line from a note over two columns to a dot on its own lane."""
    x = SIDE_LABEL + wide.edge * grid.column
    dot = x + (grid.gap if wide.edge == wide.lane else -grid.gap) * 1.2
    return [
        Line(x=x, y=min(y, y + way * far), h=far, color="ink2", thick=0.6),
        Line(x=min(x, dot), y=y, w=abs(dot - x), color="ink2", thick=0.6),
        Panel(x=dot - 1.3, y=y - 1.3, w=2.6, h=2.6, radius=1.3, fill="ink2", stroke=""),
    ]


def _boxed(note: Note, job: Job, grid: _Grid, w: float, *, beside: str = "") -> Box:
    """A note of this width; `beside`: what stands beside its sign."""
    return box(
        note,
        ruler=job.ruler,
        w=w,
        size=grid.size,
        color=note.color,
        sign=" ".join(filter(None, (beside, note.sign))),
        chosen=say("chosen", job.lang) if note.chosen else "",
    )


def _way(note: Note) -> Way:
    # Notes of both sides are put above, as on screens.
    return "down" if note.side == "down" else "up"


def _name(lane: Lane, column: float) -> Label:
    size = min(YEAR_SIZE, column * 0.9) if lane.made else LANE_SIZE
    text = lane.title if lane.made else breakable(lane.title)
    return Label(x=0, y=0, w=column - 1, text=text, size=size, color="ink" if lane.made else "ink2", align="center")


def _axis(stretch: _Stretch, job: Job, grid: _Grid, *, y: float, band: float) -> list[Item]:
    """The lanes' names with a line between them."""
    items: list[Item] = []
    edge = 0.0
    for place, lane in enumerate(stretch.lanes):
        name = _name(lane, grid.column)
        left = place * grid.column
        center = left + grid.column / 2
        half = min(grid.column / 2, (0.31 * len(lane.title) + 0.6) * name.size * POINT)
        if center - half - edge > 2:
            items.append(Line(x=SIDE_LABEL + edge, y=y, w=center - half - edge, thick=0.7))
        top = y - YEAR_SIZE * 0.13 if lane.made else y - label_height(name, job.ruler) / 2
        items.append(replace(name, x=SIDE_LABEL + left + 0.5, y=top))
        edge = center + half
    width = grid.column * len(stretch.lanes)
    if width - edge > 2:
        items.append(Line(x=SIDE_LABEL + edge, y=y, w=width - edge, thick=0.7))
    return items


def _periods(stretch: _Stretch, column: float) -> list[tuple[Heading, float, float, float, float, int]]:
    """For each heading: left edge and width of its bracket, those of its text, and its level."""
    years = {lane.scale: place for place, lane in enumerate(stretch.lanes) if lane.made}
    if not years:
        return []
    width = column * len(stretch.lanes)
    taken: list[list[tuple[float, float]]] = []
    found = []
    for heading in stretch.headings:
        first, last = max(heading.first, min(years)), min(heading.last, max(years))
        if first > last:
            continue
        left, right = years[first] * column + 1.5, (years[last] + 1) * column - 1.5
        wide = min(max(right - left, PERIOD_TEXT), width)
        start = min(max(0.0, left), width - wide)
        level = 0
        while level < len(taken) and any(x < start + wide + 2 and start < x + w + 2 for x, w in taken[level]):
            level += 1
        if level == len(taken):
            taken.append([])
        taken[level].append((start, wide))
        found.append((heading, left, right - left, start, wide, level))
    return found


def _period_levels(stretch: _Stretch, job: Job, column: float) -> tuple[list[float], list[float]]:
    """For each level the height of its texts, and the y where it begins."""
    heights: list[float] = []
    for heading, _, _, _, wide, level in _periods(stretch, column):
        heights += [0.0] * (level + 1 - len(heights))
        ask = Ask(text=breakable(heading.text), w=wide, size=PERIOD_SIZE, style="strong")
        heights[level] = max(heights[level], job.ruler.height(ask))
    tops, y = [], 0.0
    for height in heights:
        tops.append(y)
        y += height + 7.5
    return heights, [*tops, y]


def _periods_height(stretch: _Stretch, job: Job, column: float) -> float:
    tops = _period_levels(stretch, job, column)[1]
    return tops[-1] + 2 if len(tops) > 1 else 0.0


def _period_items(stretch: _Stretch, job: Job, column: float) -> list[Item]:
    items: list[Item] = []
    heights, tops = _period_levels(stretch, job, column)
    for heading, left, long, start, wide, level in _periods(stretch, column):
        items.append(
            Label(
                x=SIDE_LABEL + start,
                y=tops[level],
                w=wide,
                text=breakable(heading.text),
                size=PERIOD_SIZE,
                color="accent",
            )
        )
        y = tops[level] + heights[level] + 1.6
        items.append(Bracket(x=SIDE_LABEL + left, y=y, w=long))
    return items
