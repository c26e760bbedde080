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
class Slip:
    """A note in an export.

    key      tells notes apart while a poster is made; it is never shown
    to       key of the slip that it points at, or empty
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
    """One surface of the board, its slips in the order that its form gives them."""

    id: str
    title: str
    form: str
    lanes: tuple[Lane, ...]
    rows: tuple[Row, ...] = ()
    headings: tuple[Heading, ...] = ()
    slips: tuple[Slip, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nobody has put anything on it."""
        return not (self.slips or self.headings or any(not row.is_group for row in self.rows))

    def at(self, lane: str, row: str = "") -> tuple[Slip, ...]:
        """The slips of a lane in a row."""
        return tuple(slip for slip in self.slips if slip.lane == lane and slip.row == row)

    def cells(self, row: Row | None) -> Iterator[tuple[Lane, tuple[Slip, ...]]]:
        """The lanes that hold something in a row (None: in no row), with what they hold."""
        for lane in self.lanes:
            slips = self.at(lane.id, row.id if row else "")
            if slips:
                yield lane, slips


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

    def slip(self, key: str) -> Slip | None:
        """The slip with this key on any sheet."""
        return next((s for sheet in self.sheets for s in sheet.slips if s.key == key), None)
