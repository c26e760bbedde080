"""The map in an export: its picture as on the wall, and under it its circles in prose and what is told of other sheets.

What is on no picture, or is more than a text, stands in lanes side by side on the pages after it. Where nothing lays
pictures, the lanes are all there is, with the circles in prose.

What may not live here: the layout of the picture (maps.py), and painting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from server.export.content import Note, Sheet
from server.export.forms.form import Form
from server.export.items import Item, Label, Line, Panel, breakable, label_height
from server.export.job import Job, Part
from server.export.maps import Figure, pictures, turn_word
from server.export.matrix import matrix
from server.export.painting import widths
from server.export.words import Lang, say

AIR: Final = 7.0
BETWEEN: Final = 9.0
COLUMNS: Final = 4
SIZES: Final = (12.5, 11.5, 10.5, 9.5, 8.5)
HEAD: Final = 1.18  # how much larger headings are
KEY: Final = 8.0  # the height of the line that says what colours mean
GAP: Final = 0.2  # millimetres for each point, between a heading and its lines
MOST: Final = 6  # lines of what is told of another sheet


class Map(Form):
    """Declared lanes, in the order of the file."""

    def lay_out(self, sheet: Sheet, job: Job) -> list[Part]:
        """The picture with what is said under it, then what is on no picture."""
        drawn = pictures(
            sheet,
            kind=sheet.picture,
            width=job.width,
            room=job.room - KEY,
            least=min(job.sizes),
            lang=job.lang,
            measure=widths,
        )
        parts = [_first(sheet, drawn[0], job)] if drawn else matrix(_in_lanes(sheet), job)
        blocks = tuple(_blocks(sheet, job.lang, numbered=len(drawn) > 1))
        at = 1 if drawn else len(parts)
        parts = [*parts[: at - 1], *_told(parts[at - 1], blocks, job), *parts[at:]]
        parts += [_alone(sheet, figure, job) for figure in drawn[1:]]
        rest = [note for note in sheet.notes if not _is_told(note, sheet, drawn)]
        if drawn and rest and not sheet.picture:
            lanes = tuple(lane for lane in sheet.lanes if any(note.lane == lane.id for note in rest))
            parts += matrix(replace(sheet, lanes=lanes, notes=tuple(rest)), job)
        return [_joined(parts)] if job.grow and len(parts) > 1 else parts


def _in_lanes(sheet: Sheet) -> Sheet:
    """The sheet without what is said of it in prose, and without what a star does not show."""
    notes = tuple(note for note in sheet.notes if not _names_a_circle(note, sheet))
    if sheet.picture == "star":
        notes = tuple(replace(note, links=()) for note in notes)
    lanes = tuple(lane for lane in sheet.lanes if any(note.lane == lane.id for note in notes))
    return replace(sheet, lanes=lanes or sheet.lanes, notes=notes)


def _is_told(note: Note, sheet: Sheet, drawn: Sequence[Figure]) -> bool:
    """Whether all that a note holds stands on a picture, or as the name of a circle."""
    more = note.comments or note.answers or note.about or note.notes
    return not more and (any(note.key in figure.keys for figure in drawn) or _names_a_circle(note, sheet))


def _names_a_circle(note: Note, sheet: Sheet) -> bool:
    """Whether a note is the name of a circle that is there: a point may say the same."""
    places = {lane["id"]: lane.get("place") for lane in (sheet.mapped or {"sheet": {"lanes": ()}})["sheet"]["lanes"]}
    return places.get(note.lane) == "names" and any(note.text == circle.name for circle in sheet.circles)


def _first(sheet: Sheet, figure: Figure, job: Job) -> Part:
    """The first picture under the line that says what its colours mean."""
    return Part(items=(*_key(sheet, figure, job), *_under(figure)), height=figure.height + KEY)


def _under(figure: Figure) -> Iterator[Item]:
    yield from (item.moved(0, KEY) for item in figure.items)


def _key(sheet: Sheet, figure: Figure, job: Job) -> Iterator[Item]:
    """The colours of both sides with their signs and words, at the right; the star says them itself."""
    if figure.kind == "star":
        return
    colors = {lane.id: (lane.color, lane.title) for lane in sheet.lanes}
    x = job.width
    for sign, place in (("−", "right"), ("+", "left")):
        lane = next((lane for lane in (sheet.mapped or {})["sheet"]["lanes"] if lane.get("place") == place), None)
        if lane is None:
            continue
        color, title = colors[lane["id"]]
        w = widths([title])[0] * 12 * 0.3528 * 1.08 + 2
        x -= w
        yield Label(x=x, y=0.4, w=w, text=title, size=12)
        yield Panel(x=x - 8, y=0, w=6.4, h=5.2, radius=0.6, fill=color or "raised", stroke="")
        yield Label(x=x - 8, y=0.2, w=6.4, text=sign, size=13, style="title", align="center")
        x -= 15


def _alone(sheet: Sheet, figure: Figure, job: Job) -> Part:
    """A circle on a page of its own, with its number on the picture of all."""
    text = f"{say('circle', job.lang)} {_number(sheet, figure.circle)}"
    label = Label(x=0, y=0, w=job.width, text=text, size=13, color="ink2")
    return Part(items=(label, *_under(figure)), height=figure.height + KEY)


def _number(sheet: Sheet, circle: str) -> int:
    """The number of a circle on the picture of all, as on a wall."""
    return sorted(each.key for each in sheet.circles).index(circle) + 1


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading with its lines."""

    title: str
    color: str
    lines: tuple[str, ...]


def _blocks(sheet: Sheet, lang: Lang, *, numbered: bool) -> Iterator[_Block]:
    colors = {"bad": "strain", "good": "accent"}
    for circle in sorted(sheet.circles, key=lambda each: each.key) if numbered else sheet.circles:
        said = circle.marks[0] if circle.marks else None
        kind = said.title if said else turn_word(circle.proposed, lang)
        color = colors.get(said.word if said else circle.proposed, "ink")
        kind = f"{_number(sheet, circle.key)}. {kind}" if numbered else kind
        title = f"{kind}: {circle.name}" if circle.name else kind
        yield _Block(" ".join(title.split()), color, (circle.line,))
    for each in sheet.told:
        more = len(each.lines) - MOST
        lines = (*each.lines[:MOST], say("and_more", lang, n=more)) if more > 0 else each.lines
        yield _Block(each.title, "ink", lines)


def _told(above: Part, blocks: Sequence[_Block], job: Job) -> list[Part]:
    """A part with these words under it, in the largest letters in which they fit; else the rest on pages after it."""
    room = float("inf") if job.grow else job.room - above.height - AIR
    sizes = [size for size in SIZES if size >= min(job.sizes)] or [min(job.sizes)]
    for size in sizes:
        words, count = _set(blocks, size, room, job)
        if count == len(blocks):
            return [_below(above, words)] if blocks else [above]
    size = sizes[len(sizes) // 2]
    words, count = _set(blocks, size, room, job)
    parts = [_below(above, words) if count else above]
    while left := blocks[count:]:
        words, more = _set(left, size, job.room, job, least=1)
        parts.append(words)
        count += more
    return parts


def _set(blocks: Sequence[_Block], size: float, room: float, job: Job, *, least: int = 0) -> tuple[Part, int]:
    """As many blocks, in order, as columns of this height have room for, `least` whatever it takes; and how many."""
    w = (job.width - BETWEEN * (COLUMNS - 1)) / COLUMNS
    ends = [0.0] * COLUMNS
    items: list[Item] = []
    count = 0
    for block in blocks:
        labels = [Label(x=0, y=0, w=w, text=breakable(block.title), size=size * HEAD, color=block.color)]
        labels += [Label(x=0, y=0, w=w, text=breakable(line), size=size, style="plain") for line in block.lines]
        heights = [label_height(label, job.ruler) + size * GAP for label in labels]
        column = ends.index(min(ends))
        if ends[column] + sum(heights) > room and count >= least:
            break
        y = ends[column]
        for label, height in zip(labels, heights, strict=True):
            items.append(label.moved(column * (w + BETWEEN), y))
            y += height
        ends[column] = y + size * 0.4
        count += 1
    return Part(items=tuple(items), height=max(ends)), count


def _below(above: Part, words: Part) -> Part:
    """Words under a picture, with a line between."""
    line = Line(
        x=0, y=above.height + AIR / 2 - 1, w=max((item.x + getattr(item, "w", 0) for item in above.items), default=0)
    )
    return Part(
        items=(*above.items, line, *(item.moved(0, above.height + AIR) for item in words.items)),
        height=above.height + AIR + words.height,
    )


def _joined(parts: Sequence[Part]) -> Part:
    """Parts under one another."""
    items: list[Item] = []
    y = 0.0
    for part in parts:
        items += [item.moved(0, y) for item in part.items]
        y += part.height + AIR * 1.5
    return Part(items=tuple(items), height=y)
