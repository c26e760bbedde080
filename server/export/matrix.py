"""Lays out lanes side by side, and rows (chosen notes, groups) one under another.

Notes are put in as many columns as a lane has room for and never overlap. Letter sizes are tried from large to small;
what does not fit on one page continues on the next, with the lanes' titles repeated. Higher rows are divided
between notes.

What may not live here: painting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from server.export.content import Lane, Mark, Note, Row, Sheet
from server.export.items import (
    GAP,
    NOTE_WIDTH,
    POINT,
    Ask,
    Box,
    FateChip,
    Item,
    Label,
    Line,
    Panel,
    Ruler,
    Thread,
    bottom,
    box,
    breakable,
    label_height,
)
from server.export.job import Job, Part, columnize
from server.export.words import made_of, say

ROW_HEAD: Final = 56.0  # the width of the column with the names of dilemmas or groups
INSET: Final = 4.0
LANE_GAP: Final = 5.0
ROW_GAP: Final = 5.0
LANE_SIZE: Final = 14.0
HEAD_SIZE: Final = 15.0
CHIP_SIZE: Final = 12.0
WIDEST: Final = 1.3  # a note is at most this many times as wide as its letter size suggests
FLOW: Final = 11.0  # the letter size when there are several pages anyway
EMPTY: Final = 0.6  # an empty lane's width relative to one with notes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Band:
    """A row to be laid out: its head and the notes of each column."""

    row: Row | None
    cells: tuple[tuple[Note, ...], ...]
    continued: bool = False
    wide: Lane | None = None  # the lane of a band that is a single cell of full width


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    lane: Lane
    x: float
    w: float


def matrix(sheet: Sheet, job: Job) -> list[Part]:
    """The sheet as parts, one for each page; a single part if `job.grow`."""
    return _Matrix(sheet, job).parts()


class _Matrix:
    """The layout of one sheet. Holds what does not depend on the letter size."""

    def __init__(self, sheet: Sheet, job: Job) -> None:
        self._sheet = sheet
        self._job = job
        self._ruler: Ruler = job.ruler
        self._head = ROW_HEAD if sheet.rows else 0.0
        self._lanes = _shown_lanes(sheet)
        self._columns = self._place_columns()
        self._bands = tuple(self._make_bands())
        self._numbers = _numbers(sheet)

    def parts(self) -> list[Part]:
        narrowest = min(column.w for column in self._columns) - 2 * INSET
        sizes = [s for s in self._job.sizes if NOTE_WIDTH * s <= narrowest * 1.1]
        sizes = sizes or [self._job.sizes[-1]]
        if not self._job.grow:
            for size in sizes:
                pages = self._pages(size, room=self._job.room)
                if len(pages) == 1:
                    return pages
        size = next((s for s in sizes if s <= FLOW), sizes[-1])
        if self._sheet.rows and not self._job.grow:
            # Smaller letters, as long as they are readable, are better than a divided row.
            room = self._job.room - self._lane_heads()[1]
            whole = (s for s in sizes if all(self._whole(b, s) <= room for b in self._bands))
            size = next(whole, size)
        if not self._job.grow:
            return self._pages(size, room=self._job.room)
        for bigger in sizes:
            pages = self._pages(bigger, room=self._job.room)
            if len(pages) == 1:
                return pages
        return self._pages(size, room=float("inf"))

    def _make_bands(self) -> Iterator[_Band]:
        rows: tuple[Row | None, ...] = self._sheet.rows or (None,)
        for row in rows:
            key = row.id if row else ""
            cells = tuple(self._sheet.at(c.lane.id, key) for c in self._columns)
            yield _Band(row=row, cells=cells)
        if not self._sheet.rows:
            return
        for lane in self._sheet.lanes:
            loose = self._sheet.at(lane.id)
            if loose:
                yield _Band(row=None, cells=(loose,), wide=lane)

    def _place_columns(self) -> tuple[_Column, ...]:
        filled = {note.lane for note in self._sheet.notes}
        rows = self._sheet.rows
        shares = [1.0 if lane.id in filled or lane.shows or not rows else EMPTY for lane in self._lanes]
        width = self._job.width - self._head - (LANE_GAP * (len(shares) - 1) if not rows else 0)
        edges = [self._head]
        for share in shares:
            gap = 0 if rows else LANE_GAP
            edges.append(edges[-1] + width * share / sum(shares) + gap)
        return tuple(
            _Column(lane=lane, x=left, w=right - left - (0 if rows else LANE_GAP))
            for lane, (left, right) in zip(self._lanes, pairwise(edges), strict=True)
        )

    # Pages

    def _pages(self, size: float, *, room: float) -> list[Part]:
        head, top = self._lane_heads()
        done: list[list[Item]] = [[]]
        y = top
        waiting = list(self._bands)
        while waiting:
            band = waiting.pop(0)
            items, height, rest = self._band(band, size, room=room - y)
            fresh = y == top
            if rest is not None and not fresh and self._whole(band, size) <= room - top:
                # It fits on the next page as a whole: do not divide it.
                items, height, rest = [], 0.0, band
            done[-1] += [item.moved(0, y) for item in items]
            y += height + ROW_GAP
            if rest is not None:
                waiting.insert(0, rest)
                done.append([])
                y = top
        return [self._page(items, head, top, room=room, continued=i > 0) for i, items in enumerate(done)]

    def _page(self, placed: list[Item], head: list[Item], top: float, *, room: float, continued: bool) -> Part:
        """The items of a page in painting order: panels, threads, the lanes' titles, notes."""
        low = bottom(placed)
        behind: list[Item] = [item for item in placed if isinstance(item, Panel)]
        before = [item for item in placed if not isinstance(item, Panel)]
        if not self._sheet.rows:
            low = max(low + INSET, self._job.room if self._job.fill and room == self._job.room else 0)
            behind = self._lane_panels(low, top)
        items = (*behind, *self._threads(placed), *head, *before)
        return Part(items=items, height=low, continued=continued)

    def _whole(self, band: _Band, size: float) -> float:
        return self._band(band, size, room=float("inf"))[1]

    def _lane_heads(self) -> tuple[list[Item], float]:
        """The lanes' titles, and where the notes begin under them."""
        inset = INSET
        labels = [
            Label(
                x=column.x + inset,
                y=3.2,
                w=column.w - 2 * inset,
                text=breakable(column.lane.title),
                size=LANE_SIZE if column.w > 60 else LANE_SIZE * 0.82,
            )
            for column in self._columns
        ]
        high = max(label_height(label, self._ruler) for label in labels)
        items: list[Item] = list(labels)
        for column in self._columns:
            items.append(
                Line(
                    x=column.x + inset,
                    y=0.7,
                    w=min(16.0, column.w - 2 * inset),
                    color=column.lane.color or "line",
                    thick=1.6,
                )
            )
        return items, 3.2 + high + (3.5 if self._sheet.rows else 4.5)

    def _lane_panels(self, low: float, top: float) -> list[Item]:
        return [Panel(x=c.x, y=top - 2, w=c.w, h=low - top + 2, stroke="line") for c in self._columns]

    # Bands

    def _band(self, band: _Band, size: float, *, room: float) -> tuple[list[Item], float, _Band | None]:
        """A band from y = 0, its height, and the rest of it that did not fit."""
        if band.wide:
            return self._wide(band, band.wide, size, room=room)
        inset = INSET if self._sheet.rows else 3.0
        items: list[Item] = self._row_head(band.row, continued=band.continued) if band.row else []
        low = max((_end(item, self._ruler) for item in items), default=0.0)
        rest = []
        for column, notes in zip(self._columns, band.cells, strict=True):
            across = column.w - 2 * inset
            boxes = self._boxes(notes, column.lane, size, width=across)
            top = inset
            if column.lane.shows and band.row and band.row.fate:
                chip = self._chip(band.row.fate, x=column.x + inset, y=inset, across=across)
                items.append(chip)
                top += chip.h + 3
                low = max(low, chip.y + chip.h)
            placed, left = self._fill(boxes, across=across, top=top, room=room - inset)
            items += [b.moved(column.x + inset, 0) for b in placed]
            low = max([low, *(b.y + b.h for b in placed)])
            rest.append(tuple(notes[len(notes) - left :]))
        height = low + inset
        if room < height and band.row:
            return [], 0.0, band
        unfinished = replace(band, cells=tuple(rest), continued=True) if any(rest) else None
        if unfinished is not None and not any(isinstance(item, Box) for item in items):
            return self._forced(band, size)
        if band.row:
            items = [*self._row_panel(height), *items]
        return items, height, unfinished

    def _forced(self, band: _Band, size: float) -> tuple[list[Item], float, _Band | None]:
        """Place one note of each column even if it is higher than a page: the page gets longer."""
        first = tuple(notes[:1] for notes in band.cells)
        rest = tuple(notes[1:] for notes in band.cells)
        items, height, _ = self._band(replace(band, cells=first), size, room=float("inf"))
        return items, height, replace(band, cells=rest, continued=True) if any(rest) else None

    def _wide(self, band: _Band, lane: Lane, size: float, *, room: float) -> tuple[list[Item], float, _Band | None]:
        title = Label(x=0, y=2, w=self._job.width, text=breakable(lane.title), size=LANE_SIZE)
        top = 2 + label_height(title, self._ruler) + 3
        boxes = self._boxes(band.cells[0], lane, size, width=self._job.width)
        placed, left = self._fill(boxes, across=self._job.width, top=top, room=room)
        if not placed and boxes:
            return [], 0.0, band
        notes = band.cells[0]
        rest = replace(band, cells=(notes[len(notes) - left :],)) if left else None
        return [title, *placed], max(b.y + b.h for b in placed), rest

    def _fill(self, boxes: Sequence[Box], *, across: float, top: float, room: float) -> tuple[list[Box], int]:
        """As many notes as fit into `room`, and how many are left."""
        if not boxes:
            return [], 0
        gap = GAP * boxes[0].size
        columns = max(1, int((across + gap + 0.01) // (boxes[0].w + gap)))
        columns = min(columns, len(boxes))
        placed = columnize(boxes, columns=columns, gap=gap, top=top, left=0)
        fits = next((i for i, b in enumerate(placed) if b.y + b.h > room), len(placed))
        return placed[:fits], len(boxes) - fits

    def _boxes(self, notes: Sequence[Note], lane: Lane, size: float, *, width: float) -> list[Box]:
        gap = GAP * size
        columns = max(1, int((width + gap) // (NOTE_WIDTH * size + gap)))
        each = min((width - (columns - 1) * gap) / columns, WIDEST * NOTE_WIDTH * size)
        each = max(each, min(width, NOTE_WIDTH * size))
        return [
            box(
                note,
                ruler=self._ruler,
                w=each,
                size=size,
                color=note.color,
                chosen=say("chosen", self._job.lang) if note.chosen else made_of(note.count, self._job.lang),
                number=self._numbers.get(note.key, 0),
                belongs=tuple(sorted({self._numbers[link.key] for link in note.links if link.key in self._numbers})),
            )
            for note in notes
        ]

    # Rows

    def _row_head(self, row: Row, *, continued: bool) -> list[Item]:
        more = f" ({say('continued', self._job.lang)})" if continued else ""
        title = Label(
            x=INSET + 1,
            y=INSET + 0.5,
            w=ROW_HEAD - 2 * INSET - 1,
            text=breakable(row.title) + more,
            size=HEAD_SIZE if len(row.title) < 110 else HEAD_SIZE * 0.82,
        )
        items: list[Item] = [title]
        if row.fate and not any(lane.shows for lane in self._lanes):
            y = title.y + label_height(title, self._ruler) + 3
            items.append(self._chip(row.fate, x=title.x, y=y, across=title.w))
        return items

    def _chip(self, fate: Mark, *, x: float, y: float, across: float) -> FateChip:
        """A fate's chip as wide as its word; if that is wider than the column, on several lines."""
        word = fate.title
        size = CHIP_SIZE if across > 40 else CHIP_SIZE * 0.85
        w = min(across, (len(word) * 0.56 + 2.4) * size * POINT)
        ask = Ask(text=word, w=w - size * POINT, size=size, style="strong")
        h = self._ruler.height(ask) + 1.1 * size * POINT
        return FateChip(x=x, y=y, w=w, h=h, color=fate.color or "white", text=word, size=size)

    def _row_panel(self, height: float) -> list[Item]:
        items: list[Item] = [Panel(x=0, y=0, w=self._job.width, h=height)]
        items += [Line(x=column.x, y=3, h=height - 6, thick=0.35) for column in self._columns]
        return items

    # Threads

    def _threads(self, items: Sequence[Item]) -> list[Item]:
        """Threads from each numbered note to those that point at it, or none if one of them would cross a note.

        The numbers show the same, and threads for only some notes would confuse.
        """
        boxes = [item for item in items if isinstance(item, Box)]
        targets: Mapping[int, Box] = {b.number: b for b in boxes if b.number}
        found: list[Item] = []
        for b in boxes:
            for target in (targets[number] for number in b.belongs if number in targets):
                thread = _thread(target, b)
                if any(_behind(thread, other) for other in boxes if other not in (target, b)):
                    return []
                found.append(thread)
        return found


def _thread(target: Box, it: Box) -> Thread:
    start, end = (target.x + target.w, it.x) if target.x < it.x else (target.x, it.x + it.w)
    y = target.y + target.h / 2
    return Thread(x=start, y=y, w=end - start, h=it.y + it.h / 2 - y)


def _behind(thread: Thread, other: Box) -> bool:
    """Whether the thread would be hidden behind a note."""
    left, right = sorted((thread.x, thread.x + thread.w))
    top, low = sorted((thread.y, thread.y + thread.h))
    return other.x < right and left < other.x + other.w and other.y < low and top < other.y + other.h


def _shown_lanes(sheet: Sheet) -> tuple[Lane, ...]:
    """All lanes; if there are rows, only those with notes in a row, unless there are none."""
    lanes = sheet.lanes
    if not sheet.rows:
        return lanes
    rows = {row.id for row in sheet.rows}
    held = {note.lane for note in sheet.notes if note.row in rows}
    fates = any(row.fate for row in sheet.rows)
    return tuple(x for x in lanes if x.id in held or (x.shows and fates)) or lanes


def _numbers(sheet: Sheet) -> dict[str, int]:
    """Numbers for the notes that others are linked to, in the order of notes.

    None where there are links of several kinds, which an arrow does not tell apart, or some that lead to a note without
    a place of its own: then the notes say in words what they are linked to.
    """
    links = [link for note in sheet.notes for link in note.links]
    keys = [note.key for note in sheet.notes if any(link.key == note.key for link in links)]
    if len({link.kind for link in links}) > 1 or {link.key for link in links} - {*keys}:
        return {}
    return {key: number for number, key in enumerate(keys, start=1)}


def _end(item: Item, ruler: Ruler) -> float:
    match item:
        case Label():
            return item.y + label_height(item, ruler)
        case FateChip():
            return item.y + item.h
        case _:
            return item.y
