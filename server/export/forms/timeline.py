"""The timeline in an export: years along the middle, notes of side `up` above, of side `down` below.

Notes never overlap. Letter sizes are tried from large to small until everything fits on one page; if nothing fits, the
years are spread over several pages.

What may not live here: painting, and texts of notes beyond their measures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

from server.export.content import Heading, Lane, Note, Sheet
from server.export.forms.form import Form
from server.export.items import (
    GAP,
    NOTE_WIDTH,
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
from server.export.job import Job, Part, columnize
from server.export.matrix import matrix
from server.export.words import SIGNS, say

Way = Literal["up", "down"]

SIDE_LABEL: Final = 9.0  # the width of the turned labels on the left
AXIS: Final = 13.0  # the height of the band of years
YEAR: Final = 12.0  # the least width of a year
YEAR_SIZE: Final = 14.0
BESIDE_YEARS: Final = 164.0  # of a picture's width: margins, labels at the side, panels
PICTURE_YEAR: Final = 22.0
PERIOD_SIZE: Final = 14.0
PERIOD_TEXT: Final = 46.0  # a heading's text may be wider than its years
PANEL_PAD: Final = 4.5
PANEL_GAP: Final = 6.0
PANEL_COLUMNS: Final = 3
OVERHANG: Final = 1.5  # a note may be this many times as wide as its year
COMFORT: Final = 12.0  # points: down to this size, equally wide years are preferred to larger letters


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Some years with their notes and headings, and the declared lanes beside them."""

    years: tuple[Lane, ...]
    notes: tuple[Note, ...]
    headings: tuple[Heading, ...] = ()
    panels: tuple[tuple[Lane, tuple[Note, ...]], ...] = ()


Columns = Mapping[str, tuple[float, float]]  # a year's left edge and width


class Timeline(Form):
    """Made lanes are years; declared lanes are panels beside them."""

    def width(self, sheet: Sheet) -> float:
        """A picture with very many years is wider than a page."""
        return BESIDE_YEARS + PICTURE_YEAR * sum(lane.made for lane in sheet.lanes)

    def lay_out(self, sheet: Sheet, job: Job) -> list[Part]:
        """All years on one page if they fit, else on several."""
        return _parts(sheet, job)


def _parts(sheet: Sheet, job: Job) -> list[Part]:
    lanes = [lane for lane in sheet.lanes if not lane.made]
    panels = tuple((lane, sheet.at(lane.id)) for lane in lanes if sheet.at(lane.id))
    years = tuple(lane for lane in sheet.lanes if lane.made)
    in_years = {lane.id for lane in years}
    stretch = _Stretch(
        years=years,
        notes=tuple(note for note in sheet.notes if note.lane in in_years),
        headings=sheet.headings,
        panels=panels,
    )
    parts = [_grown(stretch, job)] if job.grow else _pages(stretch, job)
    return [replace(part, continued=place > 0) for place, part in enumerate(parts)]


def _pages(stretch: _Stretch, job: Job) -> list[Part]:
    part = _fit(stretch, job)
    if part:
        return [part]
    if stretch.panels and (len(stretch.years) < 2 or not stretch.notes):
        return [*_pages(replace(stretch, panels=()), job), *_panel_pages(stretch, job)]
    first, second = _halves(stretch)
    return [*_pages(first, job), *_pages(second, job)]


def _halves(stretch: _Stretch) -> tuple[_Stretch, _Stretch]:
    """The stretch in two, each with about half of its notes."""
    if len(stretch.years) == 1:
        middle = (len(stretch.notes) + 1) // 2
        return (
            replace(stretch, notes=stretch.notes[:middle]),
            replace(stretch, notes=stretch.notes[middle:], headings=()),
        )
    sizes = [15 + sum(20 + len(note.text) for note in stretch.notes if note.lane == year.id) for year in stretch.years]
    cuts = range(1, len(sizes))
    cut = min(cuts, key=lambda i: abs(sum(sizes[:i]) - sum(sizes[i:])))
    return (
        _only(replace(stretch, panels=()), stretch.years[:cut]),
        _only(stretch, stretch.years[cut:]),
    )


def _only(stretch: _Stretch, years: tuple[Lane, ...]) -> _Stretch:
    ids = {year.id for year in years}
    first, last = years[0].scale, years[-1].scale
    return replace(
        stretch,
        years=years,
        notes=tuple(note for note in stretch.notes if note.lane in ids),
        headings=tuple(h for h in stretch.headings if h.first <= last and h.last >= first),
    )


def _panel_pages(stretch: _Stretch, job: Job) -> list[Part]:
    """Declared lanes with more notes than fit in a panel, on pages of their own."""
    lanes = tuple(lane for lane, _ in stretch.panels)
    notes = tuple(note for _, notes in stretch.panels for note in notes)
    sheet = Sheet(id="", title="", form="", lanes=lanes, notes=notes)
    return matrix(sheet, job)


def _grown(stretch: _Stretch, job: Job) -> Part:
    part = _fit(stretch, replace(job, sizes=[s for s in job.sizes if s >= 10] or job.sizes))
    size = min(job.sizes, key=lambda s: abs(s - 11))
    area = sum(_boxed(note, job, size).h for note in stretch.notes) * NOTE_WIDTH * size
    room = max(job.room, area / job.width)
    while part is None:
        room *= 1.15
        part = _fit(stretch, replace(job, sizes=[size], room=room))
    return part


def _fit(stretch: _Stretch, job: Job) -> Part | None:
    """The stretch on one page with the largest letters that fit; None if it does not fit."""
    sizes = _possible_sizes(stretch, job)
    calm = [(size, _even) for size in sizes if size >= COMFORT]
    rest = [(size, way) for size in sizes for way in (_even, _by_share, _by_need)]
    for size, spread in (*calm, *rest):
        panels = _panels(stretch, job, size)
        if panels is None:
            continue
        panel_items, panel_width = panels
        width = job.width - SIDE_LABEL - panel_width
        columns = spread(stretch, job, width, size)
        part = columns and _arrange(stretch, job, columns, width=width, size=size)
        if part:
            moved = tuple(i.moved(job.width - panel_width, 0) for i in panel_items)
            return replace(part, items=(*part.items, *moved))
    return None


def _possible_sizes(stretch: _Stretch, job: Job) -> list[float]:
    """The letter sizes with which the notes' total area is not larger than the page."""
    least = min(job.sizes)
    area = sum(_boxed(note, job, least).h for note in stretch.notes) * NOTE_WIDTH * least
    return [size for size in job.sizes if 0.9 * area * (size / least) ** 2 <= job.width * job.room]


def _even(stretch: _Stretch, _: Job, width: float, size: float) -> Columns | None:
    """All years equally wide; notes may be a little wider than their year. None if too narrow."""
    each = width / len(stretch.years)
    if each < YEAR or NOTE_WIDTH * size > OVERHANG * each:
        return None
    return {year.id: (i * each, each) for i, year in enumerate(stretch.years)}


def _by_share(stretch: _Stretch, job: Job, width: float, size: float) -> Columns | None:
    """Years with more notes wider than others; notes may be wider than their year. None if too narrow."""
    spare = width - YEAR * len(stretch.years)
    if spare < 0:
        return None
    area = [0.0] * len(stretch.years)
    place = {year.id: i for i, year in enumerate(stretch.years)}
    for note in stretch.notes:
        area[place[note.lane]] += _boxed(note, job, size).h
    total = sum(area) or 1.0
    return _edges(stretch, [YEAR + spare * each / total for each in area])


def _edges(stretch: _Stretch, widths: Sequence[float]) -> Columns:
    edges = [0.0]
    for each in widths:
        edges.append(edges[-1] + each)
    spans = zip(stretch.years, pairwise(edges), strict=True)
    return {year.id: (left, right - left) for year, (left, right) in spans}


def _by_need(stretch: _Stretch, job: Job, width: float, size: float) -> Columns | None:
    """Years as wide as their notes need in columns; None if that is wider than the page."""
    note_width, gap = NOTE_WIDTH * size, GAP * size
    room = job.room - AXIS - _periods_height(stretch, job, {}, width)
    boxes = [(note.lane, _way(note), _boxed(note, job, size).h) for note in stretch.notes]
    heights = {way: sum(h for _, w, h in boxes if w == way) for way in ("up", "down")}
    total = sum(heights.values()) or 1.0
    share = min(0.75, max(0.25, heights["up"] / total))
    rooms = {"up": room * share, "down": room * (1 - share)}
    widths: list[float] = []
    for year in stretch.years:
        needed = 0
        for way in ("up", "down"):
            mine = [h for lane, w, h in boxes if lane == year.id and w == way]
            needed = max(needed, _columns_for(mine, rooms[way], gap, len(mine)))
            if mine and max(mine) > rooms[way]:
                return None
        widths.append(max(YEAR, needed * (note_width + gap) + gap))
        if sum(widths) > width:
            return None
    spare = (width - sum(widths)) / len(widths)
    return _edges(stretch, [each + spare for each in widths])


def _columns_for(heights: Sequence[float], room: float, gap: float, most: int) -> int:
    """The least number of columns that hold notes of these heights."""
    for columns in range(1, most):
        tops = [0.0] * columns
        for height in heights:
            place = tops.index(min(tops))
            tops[place] += height + gap
        if max(tops) - gap <= room:
            return columns
    return most


def _arrange(stretch: _Stretch, job: Job, columns: Columns, *, width: float, size: float) -> Part | None:
    """Notes, axis and headings at their positions; None if they are higher than the page."""
    up = _stack(stretch, job, columns, way="up", width=width, size=size)
    down = _stack(stretch, job, columns, way="down", width=width, size=size)
    periods = _periods_height(stretch, job, columns, width)
    above = max((b.y + b.h for b in up), default=0.0)
    below = max((b.y + b.h for b in down), default=0.0)
    spare = job.room - periods - above - below - AXIS
    if spare < 0:
        return None
    # Free height is distributed, so that a few notes are not all at one edge of the page.
    axis = periods + above + spare * (0.5 if above or below else 0.45)
    air = min(spare * 0.12, 9.0)
    items: list[Item] = [*_axis(stretch, columns, y=axis + AXIS / 2, width=width)]
    items += _period_items(stretch, job, columns, width)
    items += [b.moved(SIDE_LABEL, axis - air - 2 * b.y - b.h) for b in up]
    items += [b.moved(SIDE_LABEL, axis + AXIS + air) for b in down]
    middle_up = periods + (axis - periods) / 2
    middle_down = axis + AXIS + (job.room - axis - AXIS) / 2
    items += [
        Label(x=3, y=middle_up, text=f"+ {say('up', job.lang)}", size=13, color="accent", turned=True),
        Label(x=3, y=middle_down, text=f"− {say('down', job.lang)}", size=13, color="strain", turned=True),
    ]
    return Part(items=tuple(items), height=job.room)


def _stack(stretch: _Stretch, job: Job, columns: Columns, *, way: Way, width: float, size: float) -> list[Box]:
    """The notes of one side; y is the distance from the axis, on either side."""
    note_width, gap = NOTE_WIDTH * size, GAP * size
    placed: list[Box] = []
    for note in _staggered(stretch, way):
        it = _boxed(note, job, size)
        left, each = columns[note.lane]
        spots = []
        for x in _spots(left, each, note_width=note_width, gap=gap, width=width):
            near = [b for b in placed if b.x < x + note_width + gap and x < b.x + note_width + gap]
            spots.append((_lowest(near, it.h, gap), x))
        y, x = min(spots)
        placed.append(replace(it, x=x, y=y))
    return placed


def _staggered(stretch: _Stretch, way: Way) -> list[Note]:
    """The notes of one side in the order of placing: every other year first.

    Placing year after year would put each year's notes above those of the year before, like a staircase.
    """
    turn = {year.id: place for place, year in enumerate(stretch.years)}
    seen: dict[str, int] = {}
    keyed = []
    for note in stretch.notes:
        if _way(note) == way:
            nth = seen[note.lane] = seen.get(note.lane, -1) + 1
            keyed.append(((nth, turn[note.lane] % 2, turn[note.lane]), note))
    return [note for _, note in sorted(keyed, key=lambda pair: pair[0])]


def _lowest(near: Iterable[Box], height: float, gap: float) -> float:
    """The free position nearest to the axis, given the notes that overlap in x."""
    y = 0.0
    for b in sorted(near, key=lambda b: b.y):
        if y + height + gap <= b.y:
            break
        y = max(y, b.y + b.h + gap)
    return y


def _spots(left: float, each: float, *, note_width: float, gap: float, width: float) -> list[float]:
    """The x positions for notes of a year: one in a narrow year, several columns in a wide one."""
    count = max(1, int((each + 0.01) // (note_width + gap)))
    start = left + (each - count * note_width - (count - 1) * gap) / 2
    spots = [start + i * (note_width + gap) for i in range(count)]
    return [min(max(0.0, spot), width - note_width) for spot in spots]


def _boxed(note: Note, job: Job, size: float) -> Box:
    return box(
        note,
        ruler=job.ruler,
        w=NOTE_WIDTH * size,
        size=size,
        color=note.color,
        sign=SIGNS.get(note.side, ""),
        chosen=say("chosen", job.lang) if note.chosen else "",
    )


def _way(note: Note) -> Way:
    # Notes of side `both` are put above.
    return "down" if note.side == "down" else "up"


def _axis(stretch: _Stretch, columns: Columns, *, y: float, width: float) -> list[Item]:
    """The years with a line between them; every fifth, the first and the last are bold."""
    items: list[Item] = []
    edge = 0.0
    last = len(stretch.years) - 1
    for place, year in enumerate(stretch.years):
        left, each = columns[year.id]
        center = left + each / 2
        half = 7.4
        if center - half - edge > 2:
            items.append(Line(x=SIDE_LABEL + edge, y=y, w=center - half - edge, thick=0.7))
        strong = place in (0, last) or (last - place) % 5 == 0
        items.append(
            Label(
                x=SIDE_LABEL + center - 10,
                y=y - YEAR_SIZE * 0.13,
                w=20,
                text=year.title,
                size=YEAR_SIZE if each >= 15 else YEAR_SIZE * 0.86,
                style="strong" if strong else "plain",
                align="center",
            )
        )
        edge = center + half
    if width - edge > 2:
        items.append(Line(x=SIDE_LABEL + edge, y=y, w=width - edge, thick=0.7))
    return items


def _panels(stretch: _Stretch, job: Job, size: float) -> tuple[list[Item], float] | None:
    """The declared lanes' panels from x = 0, and their width; None if they are too high.

    They are put below one another if there is room, else side by side with more columns.
    """
    if not stretch.panels:
        return [], 0.0
    low = [_panel(lane, notes, job, size, columns=1) for lane, notes in stretch.panels]
    spare = job.room - sum(height for _, height, _ in low) - PANEL_GAP * (len(low) - 1)
    items: list[Item] = []
    if spare >= 0:
        y = 0.0
        for inside, height, width in low:
            high = height + spare / len(low)
            items.append(Panel(x=PANEL_GAP, y=y, w=width, h=high, dashed=True))
            items += [item.moved(PANEL_GAP, y) for item in inside]
            y += high + PANEL_GAP
        return items, PANEL_GAP + low[0][2]
    x = 0.0
    for lane, notes in stretch.panels:
        tries = (_panel(lane, notes, job, size, columns=n + 1) for n in range(PANEL_COLUMNS))
        fitting = next((found for found in tries if found[1] <= job.room), None)
        if fitting is None:
            return None
        inside, _, width = fitting
        items.append(Panel(x=x + PANEL_GAP, y=0, w=width, h=job.room, dashed=True))
        items += [item.moved(x + PANEL_GAP, 0) for item in inside]
        x += PANEL_GAP + width
    return items, x


def _panel(
    lane: Lane, notes: Sequence[Note], job: Job, size: float, *, columns: int
) -> tuple[list[Item], float, float]:
    """The items of a panel, and its least height and width."""
    note_width, gap = NOTE_WIDTH * size, GAP * size
    inner = columns * note_width + (columns - 1) * gap
    text = breakable(lane.title)
    title = Label(x=PANEL_PAD, y=PANEL_PAD + 0.5, w=inner, text=text, size=12.5, color="ink2")
    boxes = [_boxed(note, job, size) for note in notes]
    top = title.y + label_height(title, job.ruler) + 4.5
    placed = columnize(boxes, columns=columns, gap=gap, top=top, left=PANEL_PAD)
    low = max(b.y + b.h for b in placed) + PANEL_PAD
    return [title, *placed], low, inner + 2 * PANEL_PAD


def _periods(
    stretch: _Stretch, job: Job, columns: Columns, width: float
) -> list[tuple[Heading, float, float, float, float, int]]:
    """For each heading: left edge and width of its bracket, those of its text, and its level."""
    order = [year.scale for year in stretch.years]
    ids = [year.id for year in stretch.years]
    even = width / len(order)
    taken: list[list[tuple[float, float]]] = []
    found = []
    for heading in stretch.headings:
        first, last = max(heading.first, order[0]), min(heading.last, order[-1])
        if first > last:
            continue
        a, b = order.index(first), order.index(last)
        left = columns[ids[a]][0] if columns else a * even
        right = sum(columns[ids[b]]) if columns else (b + 1) * even
        left, right = left + 1.5, right - 1.5
        wide = min(max(right - left, PERIOD_TEXT), width)
        start = min(max(0.0, (left + right - wide) / 2), width - wide)
        level = 0
        while level < len(taken) and any(x < start + wide + 2 and start < x + w + 2 for x, w in taken[level]):
            level += 1
        if level == len(taken):
            taken.append([])
        taken[level].append((start, wide))
        found.append((heading, left, right - left, start, wide, level))
    return found


def _period_levels(stretch: _Stretch, job: Job, columns: Columns, width: float) -> tuple[list[float], list[float]]:
    """For each level the height of its texts, and the y where it begins."""
    heights: list[float] = []
    for heading, _, _, _, wide, level in _periods(stretch, job, columns, width):
        heights += [0.0] * (level + 1 - len(heights))
        ask = Ask(text=breakable(heading.text), w=wide, size=PERIOD_SIZE, style="strong")
        heights[level] = max(heights[level], job.ruler.height(ask))
    tops, y = [], 0.0
    for height in heights:
        tops.append(y)
        y += height + 7.5
    return heights, [*tops, y]


def _periods_height(stretch: _Stretch, job: Job, columns: Columns, width: float) -> float:
    tops = _period_levels(stretch, job, columns, width)[1]
    return tops[-1] + 2 if len(tops) > 1 else 0.0


def _period_items(stretch: _Stretch, job: Job, columns: Columns, width: float) -> list[Item]:
    items: list[Item] = []
    heights, tops = _period_levels(stretch, job, columns, width)
    for heading, left, long, start, wide, level in _periods(stretch, job, columns, width):
        items.append(
            Label(
                x=SIDE_LABEL + start,
                y=tops[level],
                w=wide,
                text=breakable(heading.text),
                size=PERIOD_SIZE,
                color="accent",
                align="center",
            )
        )
        y = tops[level] + heights[level] + 1.6
        items.append(Bracket(x=SIDE_LABEL + left, y=y, w=long))
    return items
