"""The record of the learning cycle: `cycle`, of a method with stations (R40).

What may not live here: today's date. Which day is near is for screens to say, by their own clock.
"""

from msgspec.structs import replace

from board_schema.board import NO_DATE, Note
from board_schema.cycle import Places, Shown
from board_schema.rules import Who, latest
from board_schema.view.kinds import Context, Record
from board_schema.view.note_records import is_shown

Lying = dict[tuple[str, str], list[Note]]
MOST_NEXT = 12  # days that come next
MOST_SHOWN = 6  # texts under one heading


def cycle_record(context: Context, asker: Who, _: str) -> Record | None:
    """The stations with their numbers, what comes next, and what is told of each; None where there are no stations."""
    method = context.method
    if not method.stations:
        return None
    lying = _shown(context, replace(asker, sight=None))
    coming = [
        {
            "station": station.id,
            "note": note.id,
            "day": note.fields[dated.field],
            "title": dated.title,
            "text": note.text,
            "who": note.fields.get(dated.who, ""),
            "within": dated.within,
        }
        for station in method.stations
        for dated in station.dates
        for note in _in(lying, dated)
        if note.fields.get(dated.field, NO_DATE) not in ("", NO_DATE)
    ]
    return {
        "stations": [
            {
                "id": station.id,
                "title": station.title,
                "round": station.round,
                "version": 0 if (of := latest(context.board, station.counts[0].sheet)) is None else of.number,
                "counts": [
                    {"title": each.title, "one": each.one, "count": len(_in(lying, each))} for each in station.counts
                ],
            }
            for station in method.stations
        ],
        "next": sorted(coming, key=lambda each: (each["day"], each["note"]))[:MOST_NEXT],
        "shows": [{"title": shown.title, "lines": _lines(context, lying, shown)} for shown in method.shows],
    }


def counted(note: Note | None) -> bool:
    """Whether the record may depend on a note."""
    return note is not None and note.kind == "note" and note.reach != "own"


def _lines(context: Context, lying: Lying, shown: Shown) -> list[Record]:
    """What lies in the first of the lanes that holds anything: the texts of notes, or of their field."""
    field, until = shown.field, shown.until
    version = latest(context.board, shown.sheet)
    for lane in shown.lanes:
        if version is not None and not field:
            # As all were shown it last, and not as it is being changed since (R44).
            still = sorted((each for each in version.notes if each.lane == lane), key=lambda each: each.id)
            if still:
                return [{"text": each.text, "of": "", "until": ""} for each in still[:MOST_SHOWN]]
            continue
        notes = sorted(lying.get((shown.sheet, lane), ()), key=lambda note: (note.spot, note.id))
        lines = [
            {"text": note.fields.get(field, "") if field else note.text, "of": note.text if field else "",
             "until": note.fields.get(until, "") if until else ""}
            for note in notes
        ]  # fmt: skip
        if told := [line for line in lines if line["text"]]:
            return told[:MOST_SHOWN]
    return []


def _shown(context: Context, asker: Who) -> dict[tuple[str, str], list[Note]]:
    """The notes that this audience is shown (V2), by sheet and lane."""
    found: dict[tuple[str, str], list[Note]] = {}
    for note in context.board.notes.values():
        if counted(note) and not note.under and is_shown(context.board, note, asker):
            found.setdefault((note.sheet, note.lane), []).append(note)
    return found


def _in(lying: Lying, places: Places) -> list[Note]:
    return [note for lane in places.lanes for note in lying.get((places.sheet, lane), ())]
