"""The content of a report: a programme as plain values in one language (R50).

Every format is made from it only. What may not live here: reading a view (reading.py), and how anything looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from server.export.content import Content, Mark, Note, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Notes under one title. `central`: they are what a map revolves around."""

    id: str
    title: str
    notes: tuple[Note, ...]
    central: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A map as it stood on a day.

    number   0: as it stands now, which nobody was shown as a version
    sheet    what stood there, with its circles
    piles    its notes by place, without those that name a circle
    links    what leads to what beside the circles, as sentences
    changes  what is different since the version before, as sentences
    answers  what people said of it
    """

    number: int
    day: date | None
    sheet: Sheet
    piles: tuple[Pile, ...]
    links: tuple[str, ...]
    changes: tuple[str, ...]
    answers: tuple[Pile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A map with its versions, the first one first, and what lies there and is not sorted yet."""

    id: str
    title: str
    versions: tuple[Version, ...]
    unsorted: Pile | None

    @property
    def filled(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.versions or self.unsorted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A note with the versions that it builds on, the first one first."""

    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """What lies in a lane: chains by where their last note lies."""

    id: str
    title: str
    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A sheet of notes that have lanes: each with what was said of it. `lifts`: they are lifts."""

    id: str
    title: str
    lanes: tuple[Lying, ...]
    lifts: bool = False

    @property
    def filled(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.lanes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A station of the learning cycle with what it counts, in words."""

    id: str
    title: str
    counts: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A text that is told; `of`: what it belongs to; `until`: a day that is said beside it."""

    text: str
    of: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Texts under one title. `learned`: they are what was learned."""

    title: str
    lines: tuple[Line, ...]
    learned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A day that comes, or came: what it is for."""

    day: date
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that a report may hold.

    what       report, leader (for leaders who were not there) or lift (one note)
    content    title, place and languages; its sheets are told in `parts`
    began      the day on which the programme was made; changed: that of its last use
    sources    of a note, by its key: where it comes from, in words
    learned    ids of the fields whose answers are what was learned
    lift       of a lift: the note, the title of its lane, and what the meeting is to fill in, by title
    """

    what: str
    content: Content
    began: date | None
    changed: date | None
    stations: tuple[Station, ...]
    told: tuple[Shown, ...]
    coming: tuple[Coming, ...]
    parts: tuple[Story | Register, ...]
    sources: dict[str, tuple[str, ...]]
    learned: frozenset[str]
    lift: Lift | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """One lift: what is asked, of whom, and what is to be filled in at the meeting."""

    note: Note
    whom: str
    sheet: str
    asked: tuple[str, ...]
    marks: tuple[Mark, ...]
