"""What goes on paper: the wall's view of a board as plain values in one language.

Every form of export is made from a Paper and from nothing else, so what is not here cannot
leave the house: there are no people, seats, drafts or clock times, and no note id is shown.

What may not live here: any look at the board itself, any form of export.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from server.export.words import Lang, day_of, say

Record = Mapping[str, Any]
View = Mapping[str, Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A note on paper.

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
    """A place for notes; `year` is its year on a timeline, 0 for a declared lane."""

    id: str
    title: str
    color: str = ""
    year: int = 0
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
    """One surface of the board, its slips sorted by lane, row and place."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
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


def paper(view: View, *, lang: Lang) -> Paper:
    """Write down a view (SPEC 6, audience layer) in one language.

    The view must be the wall's: what stands in it is taken to be public.
    """
    board, method = view["board"], view["method"]
    # The grid is what a dilemma workshop is about: the dilemmas that were not chosen come after.
    sheets = sorted(_sheets(view), key=lambda sheet: (sheet.get("form") != "grid", _number(sheet.get("order"))))
    comments = _comments(view)
    return Paper(
        title=_plain(board.get("title")) or _text(method.get("title"), lang),
        venue=_plain(board.get("venue")),
        method_id=_plain(method.get("id")),
        method=_text(method.get("title"), lang),
        lang=lang,
        day=day_of(_number(board.get("began"))),
        deleted=day_of(_number(board.get("expires"))),
        sheets=tuple(_sheet(view, sheet, lang=lang, comments=comments) for sheet in sheets),
    )


def _sheet(view: View, sheet: Record, *, lang: Lang, comments: Mapping[str, list[str]]) -> Sheet:
    form = _plain(sheet.get("form"))
    on_sheet = {key: record for key, record in _kind(view, "note") if record.get("sheet") == sheet.get("id")}
    lanes = tuple(_lanes(sheet, lang=lang))
    rows = tuple(_rows(view, on_sheet.values(), grid=form == "grid", lang=lang))
    if form != "grid" and _has_grid(view):
        rows = ()
    lane_order = {lane.id: place for place, lane in enumerate(lanes)}
    row_order = {row.id: place for place, row in enumerate(rows)}
    chosen = {key for key, record in _kind(view, "row") if record.get("text")}
    slips = [
        (
            (
                lane_order[record["lane"]],
                row_order.get(_plain(record.get("row")), -1),
                _spot(record.get("spot")),
                key,
            ),
            _slip(key, record, rows=row_order, comments=comments.get(key, ())),
        )
        for key, record in on_sheet.items()
        # A chosen dilemma stands as its row's title: there it has the note's own id.
        if record.get("kind") == "note" and record.get("lane") in lane_order and key not in chosen
    ]
    return Sheet(
        id=_plain(sheet.get("id")),
        title=_text(sheet.get("title"), lang),
        form=form,
        lanes=lanes,
        rows=rows,
        headings=tuple(_headings(on_sheet.values())),
        slips=tuple(slip for _, slip in sorted(slips, key=lambda pair: pair[0])),
    )


def _sheets(view: View) -> list[Record]:
    return [{**record, "id": key} for key, record in _kind(view, "sheet")]


def _lanes(sheet: Record, *, lang: Lang) -> Iterator[Lane]:
    for lane in sheet.get("lanes", ()):
        yield Lane(
            id=_plain(lane.get("id")),
            title=_text(lane.get("title"), lang),
            color=_plain(lane.get("color")),
            year=_number(lane.get("scale")),
            fates=bool(lane.get("fates")),
        )


def _rows(view: View, notes: Iterable[Record], *, grid: bool, lang: Lang) -> Iterator[Row]:
    """A grid's dilemmas, or the groups that have notes on a sheet of theirs."""
    records = dict(_kind(view, "row"))
    numbers = {key: _number(record.get("number")) for key, record in _kind(view, "group")}
    used = {_plain(note.get("row")) for note in notes} - {""}
    wanted = used | {key for key, record in records.items() if grid and record.get("text")}
    found = []
    for key in wanted:
        record = records.get(key, {})
        title, group = _plain(record.get("text")), _plain(record.get("group")) or key
        found.append((numbers.get(group, 0), title, key, _plain(record.get("fate"))))
    unnamed = count(1)
    for number, title, key, fate in sorted(found):
        if title:
            yield Row(id=key, title=title, fate=fate)
        else:
            name = f"{say('group', lang)} {number or next(unnamed)}"
            yield Row(id=key, title=name, fate=fate, is_group=True)


def _has_grid(view: View) -> bool:
    """Whether the board is about dilemmas: which group one came from is known in the room, and
    stays there."""
    return any(sheet.get("form") == "grid" for sheet in _sheets(view))


def _headings(notes: Iterable[Record]) -> Iterator[Heading]:
    found = [
        (_number(note.get("lane")), _number(note.get("until")), _plain(note.get("text")))
        for note in notes
        if note.get("kind") == "heading"
    ]
    for first, last, text in sorted(found):
        yield Heading(text=text, first=min(first, last or first), last=max(first, last))


def _slip(key: str, record: Record, *, rows: Mapping[str, int], comments: Iterable[str]) -> Slip:
    row = _plain(record.get("row"))
    return Slip(
        key=key,
        text=_plain(record.get("text")),
        lane=_plain(record.get("lane")),
        row=row if row in rows else "",
        side=_plain(record.get("side")),
        to=_plain(record.get("to")),
        chosen=bool(record.get("chosen")),
        comments=tuple(comments),
    )


def _comments(view: View) -> dict[str, list[str]]:
    """Comments by the note they are about; sorted by text, so that no order tells a story."""
    found: dict[str, list[str]] = {}
    for _, record in _kind(view, "note"):
        if record.get("kind") == "comment":
            found.setdefault(_plain(record.get("to")), []).append(_plain(record.get("text")))
    return {key: sorted(texts) for key, texts in found.items()}


def _kind(view: View, kind: str) -> Iterator[tuple[str, Record]]:
    """The records of a kind with the id that follows the colon, sorted by it."""
    for key in sorted(view):
        name, _, rest = key.partition(":")
        if name == kind and rest:
            yield rest, view[key]


def _text(value: object, lang: Lang) -> str:
    """A text of the method in this language."""
    if isinstance(value, Mapping):
        return _plain(value.get(lang) or value.get("da"))
    return _plain(value)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    match value:
        case bool():
            return 0
        case int() | float():
            return int(value)
        case str() if value.isdecimal():
            return int(value)
        case _:
            return 0


def _spot(value: object) -> tuple[float, ...]:
    """A note's place in its lane as something that sorts; what has none comes first."""
    match value:
        case bool():
            return ()
        case int() | float():
            return (float(value),)
        case list() | tuple():
            return tuple(float(part) for part in value if isinstance(part, int | float))
        case _:
            return ()
