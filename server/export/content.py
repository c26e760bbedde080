"""The content of an export: the wall's view of a board as plain values in one language.

All formats are made from a Content only, so what it lacks is in no export: people, seats, drafts and times of day. Note
ids are keys inside it and are not shown.

What may not live here: reading a board or a view (reading.py), formats, forms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.export.variants import MapPicture
from server.export.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A word that notes carry: its kind and its own id, its title and sign, and the side of a line that it says.

    `asked`: the title of its kind, which it answers.
    """

    kind: str
    word: str
    title: str
    asked: str = ""
    sign: str = ""
    color: str = ""
    side: str = ""

    @property
    def text(self) -> str:
        """The word with its sign."""
        return f"{self.sign} {self.title}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A note's answer to a field of its lane; `value` as it is stored, `words` as people read it."""

    field: str
    title: str
    value: str
    words: str

    @property
    def line(self) -> str:
        """The answer under its title."""
        return f"{self.title}: {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a note is linked to: the kind, its title, the other note's text, and its `key`, which is never shown."""

    kind: str
    title: str
    text: str
    key: str

    @property
    def line(self) -> str:
        """The other note under the title."""
        return f"{self.title}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note in an export.

    key      identifies the note while an export is made; never shown
    color    name of its colour, the same as on screens
    side     on which side of a line it lies, and `sign` the sign of that; empty where words say none
    count    of a picked note, how many notes it stands for
    heads    it is a heading, over `notes`
    notes    those that lie under it; they are in no list of their sheet beside that
    place    of a note under a heading that lies in another lane: the title of its own lane
    about    points and links of other sheets that it names, under the title "About"
    """

    key: str
    text: str
    lane: str
    color: str
    row: str = ""
    side: str = ""
    sign: str = ""
    chosen: bool = False
    marks: tuple[Mark, ...] = ()
    links: tuple[Link, ...] = ()
    about: tuple[Link, ...] = ()
    answers: tuple[Answer, ...] = ()
    count: int = 0
    comments: tuple[str, ...] = ()
    heads: bool = False
    notes: tuple[Note, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A circle of a map (SPEC R43).

    name    what people call it, and `marks` the words that its name carries; none where it has no name
    notes   texts, the first `loop` of them in the order in which they lead to one another
    line    that order as a sentence
    key     as `mapped` has it; never shown
    keys    what identifies these notes while an export is made; never shown
    """

    name: str
    marks: tuple[Mark, ...]
    proposed: str
    notes: tuple[str, ...]
    loop: int
    line: str
    keys: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading over the lanes `first` to `last`, both included, by their values on the scale; `names`: theirs."""

    text: str
    first: int
    last: int
    names: tuple[str, str] = ("", "")

    @property
    def name(self) -> str:
        """What it spans: "2019", "2019–2021"."""
        first, last = self.names
        return first if first == last else f"{first}–{last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A lane of a sheet.

    made     true for a lane made by the form (a step of a timeline), false for a declared one
    scale    of a made lane: its value on the form's scale (such as the year)
    shows    whether the fate of a row is shown here
    done     whether no note may come any more: the workshop is closed, and no answer is awaited here
    """

    id: str
    title: str
    color: str = ""
    made: bool = False
    scale: int = 0
    shows: bool = False
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A dilemma (`title` is its text; `fate`: the word that a lane shows) or a group (`title` such as "Gruppe 2")."""

    id: str
    title: str
    fate: Mark | None = None
    is_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What a poster of a map says under its picture: texts of notes of other sheets, with a day where they have one."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet, with its notes in the order of its form.

    sides    the words that say a side of its line
    key      the words that give notes their colour, where any note carries one: what the colours mean
    circles  those that are found on a map, the named ones first
    mapped   what a map is laid from (mapped.py), `picture` which one is wanted, and `told` what stands under it
    """

    id: str
    title: str
    form: str
    lanes: tuple[Lane, ...]
    sides: tuple[Mark, ...] = ()
    rows: tuple[Row, ...] = ()
    headings: tuple[Heading, ...] = ()
    notes: tuple[Note, ...] = ()
    key: tuple[Mark, ...] = ()
    circles: tuple[Circle, ...] = ()
    mapped: Mapping[str, Any] | None = None
    picture: MapPicture = ""
    told: tuple[Printed, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether it has no notes, headings or chosen rows."""
        return not (self.notes or self.headings or any(not row.is_group for row in self.rows))

    def every(self) -> Iterator[Note]:
        """All notes, those that lie under a heading after it."""
        for note in self.notes:
            yield from (note, *note.notes)

    def at(self, lane: str, row: str = "") -> tuple[Note, ...]:
        """The notes of a lane in a row."""
        return tuple(note for note in self.notes if note.lane == lane and note.row == row)

    def cells(self, row: Row | None) -> Iterator[tuple[Lane, tuple[Note, ...]]]:
        """The lanes that have notes in a row (None: notes without a row), each with those notes."""
        for lane in self.lanes:
            notes = self.at(lane.id, row.id if row else "")
            if notes:
                yield lane, notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that an export may hold.

    written   the language of the workshop, in which most texts of people are
    day       the workshop's day; None before its first round
    deleted   the day by which the board is deleted; None when unknown
    """

    title: str
    venue: str
    method_id: str
    method: str
    lang: Lang
    day: date | None
    deleted: date | None
    sheets: tuple[Sheet, ...]
    written: Lang = "da"
