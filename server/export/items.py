"""The items of a poster with their positions and sizes, and the measuring of texts.

Lengths are millimetres of an A3 page, letter sizes are points. What may not live here: layout.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar, Final, Literal, Self

from server.export.colors import steady
from server.export.content import Note

Style = Literal["note", "strong", "title", "plain", "paper", "name"]

POINT: Final = 0.3528  # millimetres
# A note's measures grow with its letters: millimetres for each point.
NOTE_WIDTH: Final = 3.0
GAP: Final = 0.2
PADDING: Final = 0.2
FLATTEST: Final = 0.36  # least height of a note, as a part of its width

_ENDLESS: Final = re.compile(r"\S{18,}")
_NO_HYPHEN: Final = re.compile(r"(.)\1{6,}|[^\Waeiouyæøåéöäü\d_]{9,}|[\W\d_]", re.IGNORECASE)
_LONGEST_WORD: Final = 70  # the longest Danish words that people make up are shorter


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item on a page; x and y are its upper left corner."""

    kind: ClassVar[str]

    x: float
    y: float

    def data(self) -> dict[str, Any]:
        """The item as JSON data for poster.typ."""
        return {"kind": self.kind, **asdict(self)}

    def moved(self, dx: float, dy: float) -> Self:
        """The same item, moved by dx and dy."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box(Item):
    """A note. `number` is shown on a note that others point at; `belongs` are the numbers of those it points at."""

    kind: ClassVar[str] = "note"

    w: float
    h: float
    text: str
    size: float
    pad: float
    color: str
    tilt: float
    comments: tuple[str, ...] = ()
    style: Style = "note"
    sign: str = ""
    chosen: str = ""
    number: int = 0
    belongs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Item):
    """A text that is no note. With `turned` it reads upwards and is centred on (x, y)."""

    kind: ClassVar[str] = "label"

    text: str
    size: float
    w: float = 0
    style: Style = "strong"
    color: str = "ink"
    align: Literal["left", "center", "right"] = "left"
    turned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel(Item):
    """A background panel."""

    kind: ClassVar[str] = "panel"

    w: float
    h: float
    radius: float = 3.2
    fill: str = "raised"
    stroke: str = "line"
    thick: float = 0.4
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Item):
    """A line from (x, y), `w` across and `h` down."""

    kind: ClassVar[str] = "line"

    w: float = 0
    h: float = 0
    color: str = "line"
    thick: float = 0.5
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket(Item):
    """The bracket under a period's heading."""

    kind: ClassVar[str] = "bracket"

    w: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread(Item):
    """A line from one note to a note that points at it."""

    kind: ClassVar[str] = "thread"

    w: float
    h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FateChip(Item):
    """A dilemma's fate: its word on a coloured background."""

    kind: ClassVar[str] = "fate"

    w: float
    h: float
    color: str
    text: str
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Item):
    """A paper on a map, of the size that its text was laid in, after its sign. `pale`: it is not what counts here."""

    kind: ClassVar[str] = "paper"

    w: float
    h: float
    text: str
    size: float
    color: str
    tilt: float
    sign: str = ""
    pale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Item):
    """Words in the middle of a box; `turns`: after the sign of a circle."""

    kind: ClassVar[str] = "said"

    w: float
    h: float
    text: str
    size: float
    style: Style = "name"
    color: str = "ink"
    align: Literal["left", "center", "right"] = "center"
    turns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing(Item):
    """Lines and faces as SVG without texts."""

    kind: ClassVar[str] = "drawing"

    w: float
    h: float
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A text whose height is asked for, given its width and letter size."""

    text: str
    w: float
    size: float
    style: Style
    comments: tuple[str, ...] = ()


@dataclass(slots=True)
class Ruler:
    """Heights of texts: measured ones, and guesses for texts that have not been measured yet.

    It collects the texts that it guessed. After `learn` the layout must be made again with the measured heights.
    """

    known: dict[Ask, float] = field(default_factory=dict)
    guessed: set[Ask] = field(default_factory=set)

    def height(self, ask: Ask) -> float:
        """The height in millimetres."""
        if ask in self.known:
            return self.known[ask]
        self.guessed.add(ask)
        return _guess(ask)

    def learn(self, heights: Mapping[Ask, float]) -> None:
        """Add measured heights."""
        self.known.update(heights)
        self.guessed.difference_update(heights)


def _guess(ask: Ask) -> float:
    letters = max(1.0, ask.w / (0.5 * ask.size * POINT))
    lines = sum(
        max(1, math.ceil(len(line) / letters)) for text in (ask.text, *ask.comments) for line in text.split("\n")
    )
    return lines * 1.22 * ask.size * POINT


def box(
    note: Note,
    *,
    ruler: Ruler,
    w: float,
    size: float,
    color: str,
    sign: str = "",
    chosen: str = "",
    number: int = 0,
    belongs: tuple[int, ...] = (),
) -> Box:
    """A note at (0, 0) with this width and the height that its text needs.

    `belongs`: the numbers of the notes that it is linked to; without them they are told in words.
    """
    pad = PADDING * size
    text = breakable(note.text) + (f" ({len(note.notes)})" if note.heads else "")
    linked = () if belongs else tuple(link.line for link in note.links)
    comments = tuple(breakable(line) for line in (*_said(note), *linked, *_below(note), *note.comments))
    style: Style = "strong" if note.heads else "note"
    ask = Ask(text=text, w=w - 2 * pad, size=size, style=style, comments=comments)
    sign = sign or note.sign
    foot = (1.4 if number or belongs else 0.75 if sign or chosen else 0) * size * POINT
    h = max(ruler.height(ask) + 2 * pad + foot, FLATTEST * min(w, NOTE_WIDTH * size))
    return Box(
        x=0,
        y=0,
        w=w,
        h=h,
        text=text,
        size=size,
        pad=pad,
        color=color,
        tilt=_tilt(note.key, w=w, h=h, size=size),
        comments=comments,
        style=style,
        sign=sign,
        chosen=chosen,
        number=number,
        belongs=belongs,
    )


def _said(note: Note) -> tuple[str, ...]:
    """The words and answers of a note, and what it is about; a side is said by its place, and by its sign."""
    words = (mark.text for mark in note.marks if not mark.side)
    return *words, *(element.line for element in note.about), *(answer.line for answer in note.answers)


def _below(heading: Note) -> Iterator[str]:
    """What lies under a heading, a line each, with its side and lane where they are others than the heading's."""
    for note in heading.notes:
        place = f"{note.place}:" if note.place else ""
        sign = "" if note.side == heading.side else note.sign
        yield " ".join(filter(None, (place, sign, note.text)))
        yield from _said(note)
        yield from (f"→ {comment}" for comment in note.comments)


def label_height(label: Label, ruler: Ruler) -> float:
    """The height of a label; its text must be made `breakable` before."""
    return ruler.height(Ask(text=label.text, w=label.w, size=label.size, style=label.style))


def bottom(items: Iterable[Item]) -> float:
    """The lowest edge of boxes and panels; 0 if there are none."""
    return max((item.y + item.h for item in items if isinstance(item, Box | Panel)), default=0)


def breakable(text: str, *, every: int = 10) -> str:
    """The text with possible line breaks in long strings that hyphenation does not break.

    A zero-width space is put after every so many characters of web addresses, rows of symbols and the like, so that
    they do not run out of their note. Ordinary words are left to hyphenation.
    """
    return _ENDLESS.sub(lambda found: _broken(found.group(), every), text)


def _broken(word: str, every: int) -> str:
    inner = word.strip(".,;:!?()\"'-–/")
    if len(word) <= _LONGEST_WORD and not _NO_HYPHEN.search(inner.replace("-", "")):
        return word
    return "\u200b".join(word[i : i + every] for i in range(0, len(word), every))


def _tilt(key: str, *, w: float, h: float, size: float) -> float:
    """A note's tilt in degrees: the same as on screens, but small enough to stay in the gap between notes."""
    part = (steady(f"{key}~") % 31 - 15) / 15
    return part * min(1.5, math.degrees(0.3 * GAP * size / max(w, h)))
