"""The record of the learning cycle: `cycle`, of a method with stations (R40).

What may not live here: today's date. Which day is near is for screens to say, by their own clock.
"""

from board_schema.board import NO_DATE, Note
from board_schema.cycle import Places, Shown
from board_schema.rules import Who, latest
from board_schema.view.kinds import Context, Lying, Record
from board_schema.view.note_records import reaches

MOST_NEXT = 12  # days that come next
MOST_SHOWN = 6  # texts under one heading


def cycle_record(context: Context, asker: Who, _: str) -> Record | None:
    """The stations with their numbers, what comes next, and what is told of each; None where there are no stations."""
    method = context.method
    if not method.stations:
        return None
    lying = _shown(context, asker)
    coming = [
        {
            "station": station.id,
            "note": note.id,
            "day": _day(note, dated.field),
            "title": dated.title,
            "text": note.text,
            "who": note.fields.get(dated.who, ""),
            "within": dated.within,
        }
        for station in method.stations
        for dated in station.dates
        for note in _in(lying, dated)
        if _day(note, dated.field)
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
             "until": _day(note, until)}
            for note in notes
        ]  # fmt: skip
        if told := [line for line in lines if line["text"]]:
            return told[:MOST_SHOWN]
    return []


def _day(note: Note, field: str) -> str:
    """The day that a note has in a field; empty where it has none, or says that there is none."""
    value = note.fields.get(field, "")
    return "" if value == NO_DATE else value


def _shown(context: Context, asker: Who) -> Lying:
    """The notes that this audience may see (V2), also where they are not sent now (V20), by sheet and lane."""
    if context.lying is None:
        context.lying = _lying(context)
    shown, some = context.lying
    if seen := [note for note in some if reaches(asker, note.reach, note.group)]:
        shown = {place: notes.copy() for place, notes in shown.items()}
        for note in seen:
            shown.setdefault((note.sheet, note.lane), []).append(note)
    return shown


def _lying(context: Context) -> tuple[Lying, list[Note]]:
    """The notes that are up where the record tells of them: those of which all know, and the others."""
    method = context.method
    of_stations = [each for station in method.stations for each in (*station.counts, *station.dates)]
    places = {(each.sheet, lane) for each in (*of_stations, *method.shows) for lane in each.lanes}
    shown: Lying = {}
    some: list[Note] = []
    for note in context.board.notes.values():
        if (note.sheet, note.lane) not in places or not counted(note) or note.under:
            continue
        if note.reach == "all":
            shown.setdefault((note.sheet, note.lane), []).append(note)
        else:
            some.append(note)
    return shown, some


def _in(lying: Lying, places: Places) -> list[Note]:
    return [note for lane in places.lanes for note in lying.get((places.sheet, lane), ())]
