"""Reads the wall's view, with what `gathering` put beside it, into a Report in one language.

What may not live here: formats, and what belongs to an edition (gathering.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Any

from server.export.content import Content, Note, Sheet
from server.export.reading import read, words_on
from server.export.records import Record, View, of_kind, one_line, plain, text_in, whole
from server.export.report.content import (
    Chain,
    Coming,
    Lift,
    Line,
    Lying,
    Pile,
    Register,
    Report,
    Shown,
    Station,
    Story,
    Version,
)
from server.export.words import NO_DATE, Lang, day_of, made_of, say, spell

# Places of a map: where circles get their names, where what is not sorted lies, and what it revolves around.
NAMES = "names"
TRAY = "tray"
CENTRE = "centre"


def read_report(view: View, *, lang: Lang, offset: int | None = None) -> Report:
    """A view with the record `report` (gathering.py) as a Report in one language."""
    about = view["report"]
    rest: View = {key: record for key, record in view.items() if key != "report"}
    content = read(rest, lang=lang, offset=offset)
    reader = _Reader(rest, about, content, lang)
    cycle = about["cycle"]
    changed = day_of(whole(about["changed"]), offset=0)
    sources = {key: tuple(_source(each, lang) for each in told) for key, told in about["sources"].items()}
    return Report(
        what=plain(about["what"]),
        content=content,
        began=day_of(whole(about["began"]), offset=0),
        changed=changed,
        stations=tuple(_stations(cycle, lang, changed)),
        told=tuple(reader.told(cycle)),
        coming=tuple(_coming(cycle, lang)),
        parts=tuple(reader.parts()),
        sources={key: tuple(filter(None, said)) for key, said in sources.items()},
        learned=frozenset(one["field"] for one in about["shows"] if one["field"]),
        lift=reader.lift(plain(about["note"])) if about["what"] == "lift" else None,
    )


class _Reader:
    """Reads the sheets of one view."""

    def __init__(self, view: View, about: Record, content: Content, lang: Lang) -> None:
        self._view = view
        self._about = about
        self._content = content
        self._lang = lang
        self._records = {key: {**record, "id": key} for key, record in of_kind(view, "sheet")}
        self._quoted = _quotes(view, self._records, lang)

    def parts(self) -> Iterator[Story | Register]:
        """The sheets in the order of the file: maps as stories, others by lane."""
        told: set[str] = set()
        versions = self._about["versions"]
        stories = {
            sheet.id: self._story(sheet, versions[sheet.id], told)
            for sheet in self._content.sheets
            if sheet.id in versions
        }
        for sheet in sorted(self._content.sheets, key=lambda one: whole(self._records[one.id].get("order"))):
            # What was said of a version stands there.
            part = stories.get(sheet.id) or self._register(sheet, told)
            if part.filled:
                yield part

    def told(self, cycle: Record) -> Iterator[Shown]:
        """What is told beside the cycle; of what was learned all of it."""
        for shown, of in zip(cycle.get("shows", ()), self._about["shows"], strict=False):
            if of["field"]:
                lines = tuple(self._lessons(of["sheet"], of["lanes"], of["field"]))
            else:
                lines = tuple(
                    Line(text=plain(one["text"]), of=plain(one["of"]), until=_date(one["until"]))
                    for one in shown["lines"]
                )
            if lines:
                yield Shown(title=text_in(shown["title"], self._lang), lines=lines, learned=bool(of["field"]))

    def lift(self, key: str) -> Lift:
        """The note of that key, with what the meeting is to fill in: what a word of its lane waits for."""
        sheet, note = next((one, note) for one in self._content.sheets for note in one.every() if note.key == key)
        record = self._records[sheet.id]
        lane = next(one for one in record["lanes"] if one["id"] == note.lane)
        words = [
            word
            for kind in record.get("marks", ())
            if not kind.get("lanes") or note.lane in kind["lanes"]
            for word in kind["words"]
        ]
        wanted = {field for word in words for field in word.get("needs", ())} - {one.field for one in note.answers}
        asked = [one for one in lane.get("fields", ()) if one["id"] in wanted and one.get("kind") == "text"]
        return Lift(
            note=note,
            whom=text_in(lane.get("title"), self._lang),
            sheet=sheet.title,
            asked=tuple(text_in(one.get("title"), self._lang) for one in asked),
            marks=note.marks,
        )

    def _lessons(self, sheet_id: str, lanes: Iterable[str], field: str) -> Iterator[Line]:
        """The answers to a field of all notes that have one there."""
        order = list(lanes)
        for sheet in self._content.sheets:
            notes = (note for note in sheet.every() if sheet.id == sheet_id and note.lane in order)
            for note in sorted(notes, key=lambda one: order.index(one.lane)):
                yield from (Line(text=one.words, of=note.text) for one in note.answers if one.field == field)

    # Maps

    def _story(self, sheet: Sheet, versions: Iterable[Record], told: set[str]) -> Story:
        tray = next((one for one in self._records[sheet.id]["lanes"] if one.get("place") == TRAY), None)
        unsorted = sheet.at(tray["id"]) if tray is not None else ()
        pile = Pile(id=tray["id"], title=text_in(tray["title"], self._lang), notes=unsorted) if tray else None
        return Story(
            id=sheet.id,
            title=sheet.title,
            versions=tuple(self._version(sheet.id, version, told) for version in versions),
            unsorted=pile if unsorted else None,
        )

    def _version(self, sheet_id: str, version: Record, told: set[str]) -> Version:
        frozen = {
            f"note:{key}": {"kind": "note", "sheet": sheet_id, "row": "", **note}
            for key, note in version["notes"].items()
        }
        circles = {f"circle:{key}": circle for key, circle in version["circles"].items()}
        kept = ("board", "method", f"sheet:{sheet_id}")
        made: View = {**{key: self._view[key] for key in kept}, **frozen, **circles}
        (sheet,) = read(made, lang=self._lang).sheets
        lanes = self._records[sheet_id]["lanes"]
        named = {circle.name for circle in sheet.circles}
        places = {lane["id"]: lane.get("place") for lane in lanes}
        piles = [
            Pile(
                id=lane.id,
                title=say("circles_gone", self._lang) if places[lane.id] == NAMES else lane.title,
                notes=tuple(n for n in sheet.at(lane.id) if places[lane.id] != NAMES or n.text not in named),
                central=places[lane.id] == CENTRE,
            )
            for lane in sorted(sheet.lanes, key=lambda one: places[one.id] != CENTRE)
        ]
        number = whole(version["n"])
        return Version(
            number=number,
            day=day_of(whole(version["day"]), offset=0),
            sheet=sheet,
            piles=tuple(pile for pile in piles if pile.notes),
            links=tuple(_others(sheet, places)),
            changes=tuple(self._changes(sheet_id, version)),
            answers=tuple(self._answers(sheet_id, number, told)),
        )

    def _changes(self, sheet_id: str, version: Record) -> Iterator[str]:
        """What is different, in the words of screens (static/js/forms/map/changes.js)."""
        record = self._records[sheet_id]
        lanes = {lane["id"]: lane for lane in record["lanes"]}
        kinds = {kind["id"]: kind for kind in record.get("links", ())}
        notes = version["notes"]

        def title(lane: object) -> str:
            return text_in(lanes.get(plain(lane), {}).get("title"), self._lang)

        def text(key: object) -> str:
            return one_line(plain(notes.get(key, {}).get("text")))

        for change in version["changes"]:
            note, kind = notes.get(change["note"], {}), plain(change.get("kind"))
            if kind and lanes.get(plain(note.get("lane")), {}).get("place") == NAMES:
                continue  # what a name goes through is told by its circle
            how = text_in(kinds.get(kind, {}).get("title"), self._lang)
            yield say(
                f"change_{change['what']}",
                self._lang,
                text=one_line(plain(change.get("text"))) if change["what"] == "gone" else text(change["note"]),
                before=one_line(plain(change.get("text"))),
                lane=title(change.get("lane")),
                to=title(note.get("lane")),
                how=how[:1].lower() + how[1:],
                other=text(change.get("other")),
            )

    def _answers(self, sheet_id: str, number: int, told: set[str]) -> Iterator[Pile]:
        """What was said of a version; `told` gets the notes that were."""
        answering = {key for key, of in self._about["answers"].items() if of == sheet_id}
        for sheet in self._content.sheets:
            for lane in sheet.lanes if sheet.id in answering and number else ():
                said = tuple(
                    note for note in sheet.at(lane.id) if whole(self._view[f"note:{note.key}"].get("version")) == number
                )
                told.update(note.key for note in said)
                if said:
                    yield Pile(id=lane.id, title=lane.title, notes=said)

    # Other sheets

    def _register(self, sheet: Sheet, told: set[str]) -> Register:
        chains = list(self._chains(sheet, told))
        lanes = (
            Lying(id=lane.id, title=lane.title, chains=tuple(one for one in chains if one.notes[-1].lane == lane.id))
            for lane in sheet.lanes
        )
        return Register(
            id=sheet.id,
            title=sheet.title,
            lanes=tuple(lane for lane in lanes if lane.chains),
            lifts=sheet.id == self._about["lifts"],
        )

    def _chains(self, sheet: Sheet, told: set[str]) -> Iterator[Chain]:
        """Notes with the versions that they build on; each stands once, in the first chain that comes to it."""
        again = {
            plain(word["again"]["link"])
            for kind in self._records[sheet.id].get("marks", ())
            for word in kind["words"]
            if word.get("again")
        }
        notes = {note.key: replace(note, comments=self._quoted.get(note.key, ())) for note in sheet.every()}
        former = {key: next((link.key for link in note.links if link.kind in again), "") for key, note in notes.items()}
        later = {before: key for key, before in reversed(former.items()) if before}
        for start in chain((key for key in notes if former[key] not in notes), notes):
            row: list[Note] = []
            key = start
            while key in notes and key not in told:
                told.add(key)
                links = tuple(link for link in notes[key].links if not (row and link.key == row[-1].key))
                row.append(replace(notes[key], links=links))
                key = later.get(key, "")
            if row:
                yield Chain(notes=tuple(row))


def _others(sheet: Sheet, places: Mapping[str, Any]) -> Iterator[str]:
    """What leads to what, as sentences, but for what a circle tells and what its name goes through."""
    rounds = [circle.keys[: circle.loop] for circle in sheet.circles]
    along = {(one, other) for keys in rounds for one, other in zip(keys, (*keys[1:], *keys[:1]), strict=True)}
    for note in sheet.notes:
        for link in note.links if places[note.lane] != NAMES else ():
            if (note.key, link.key) not in along:
                how = link.title[:1].lower() + link.title[1:]
                yield f"{one_line(note.text).rstrip('.')} {how} {one_line(link.text)}"


def _quotes(view: View, sheets: Mapping[str, Record], lang: Lang) -> dict[str, tuple[str, ...]]:
    """What was said of notes, by note, sorted by text: the same words stand once, so that nobody counts them."""
    found: dict[str, set[str]] = {}
    for _, record in of_kind(view, "note"):
        if record.get("kind") == "comment":
            text = plain(record.get("text"))
            words = [word.title for word in words_on(sheets.get(plain(record.get("sheet")), {}), record, lang=lang)]
            said = ": ".join((*(word for word in words if word != text), text))
            found.setdefault(plain(record.get("under")), set()).add(said)
    return {key: tuple(sorted(texts)) for key, texts in found.items()}


def _stations(cycle: Record, lang: Lang, day: date | None) -> Iterator[Station]:
    """The stations with their numbers as screens say them on that day: with what was near then (SPEC 2, `within`)."""
    for station in cycle.get("stations", ()):
        numbers = [whole(one["count"]) for one in station["counts"]]
        numbers[0] += sum(_near(one, day) for one in cycle.get("next", ()) if one["station"] == station["id"])
        counts = tuple(
            (number, text_in((one.get("one") if number == 1 else "") or one["title"], lang))
            for number, one in zip(numbers, station["counts"], strict=True)
        )
        yield Station(id=plain(station["id"]), title=text_in(station["title"], lang), counts=counts)


def _near(dated: Record, day: date | None) -> bool:
    on, within = _date(dated["day"]), whole(dated["within"])
    return bool(on and day and within and (on - day).days <= within)


def _coming(cycle: Record, lang: Lang) -> Iterator[Coming]:
    for one in cycle.get("next", ()):
        if (day := _date(one["day"])) is not None:
            yield Coming(day=day, title=text_in(one["title"], lang), text=plain(one["text"]))


def _source(source: Record, lang: Lang) -> str:
    """Where a note comes from: "Historieværksted, 3. marts 2026: Ønsker (ud fra 4 sedler)"."""
    day = _date(source.get("day"))
    session = ", ".join(filter(None, (plain(source.get("session")), spell(day, lang) if day else "")))
    count = made_of(whole(source.get("count")), lang)
    kind = " ".join(filter(None, (plain(source.get("kind")), f"({count})" if count else "")))
    return ": ".join(filter(None, (session, kind)))


def _date(value: object) -> date | None:
    day = plain(value)
    return date.fromisoformat(day) if day and day != NO_DATE else None
