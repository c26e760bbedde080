"""Everything that an export may say: the wall's view of a board as plain values in one language.

Every format is made from a Content and from nothing else, so what is not here cannot leave the house:
there are no people, seats, drafts or clock times, and no note id is shown.

What may not live here: any look at the board or a view (reading.py), any format, any form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from server.export.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note in an export.

    key      tells notes apart while a poster is made; it is never shown
    to       key of the note that it points at, or empty
    """

    key: str
    text: str
    lane: str
    row: str = ""
    side: str = ""
    to: str = ""
    chosen: bool = False
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading over the years `first` to `last`, both included."""

    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A place for notes.

    made     whether the form made it (a year of a timeline), rather than the method declared it
    scale    where a made lane stands on its form's scale: its year
    """

    id: str
    title: str
    color: str = ""
    made: bool = False
    scale: int = 0
    fates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A dilemma (its text is the title) or a group ("Gruppe 2")."""

    id: str
    title: str
    fate: str = ""
    is_group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One surface of the board, its notes in the order that its form gives them."""

    id: str
    title: str
    form: str
    lanes: tuple[Lane, ...]
    rows: tuple[Row, ...] = ()
    headings: tuple[Heading, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nobody has put anything on it."""
        return not (self.notes or self.headings or any(not row.is_group for row in self.rows))

    def at(self, lane: str, row: str = "") -> tuple[Note, ...]:
        """The notes of a lane in a row."""
        return tuple(note for note in self.notes if note.lane == lane and note.row == row)

    def cells(self, row: Row | None) -> Iterator[tuple[Lane, tuple[Note, ...]]]:
        """The lanes that hold something in a row (None: in no row), with what they hold."""
        for lane in self.lanes:
            notes = self.at(lane.id, row.id if row else "")
            if notes:
                yield lane, notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that an export may say.

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

    def note(self, key: str) -> Note | None:
        """The note with this key on any sheet."""
        return next((s for sheet in self.sheets for s in sheet.notes if s.key == key), None)
