"""Fields: the further answers of a note, what its lane needs (R45), and what a round's notes still lack (R31).

What may not live here: checks of a new answer (`decide.fields`), and who may give one (`permission`).
"""

from typing import NamedTuple

from board_schema.board import NO_DATE, Board, Note
from board_schema.method import ABOUT, COMMENTS, Field, Method, Round
from board_schema.rules.about import about


class Lack(NamedTuple):
    """What a round needs and has not: a note in a lane, or (`note`, `field`) a required answer of one that is up."""

    sheet: str
    lane: str
    note: str = ""
    field: str = ""


def fields_of(method: Method, note: Note) -> tuple[Field, ...]:
    """The fields that a note, or a heading over gathered ones, has in its lane."""
    sheet = method.sheet(note.sheet) if note.kind in ("note", "gathering") else None
    lane = sheet.lane(note.lane) if sheet is not None else None
    return lane.fields if lane is not None else ()


def answers_of(method: Method, note: Note) -> dict[str, str]:
    """A note's answers to the fields of its lane, in their order. It keeps others, for when it is moved back."""
    return {field.id: note.fields[field.id] for field in fields_of(method, note) if note.fields.get(field.id)}


def unmet(board: Board, method: Method, note: Note) -> tuple[str, ...]:
    """What the lane of a note needs before the note lies there, and the note has not (R45)."""
    sheet = method.sheet(note.sheet) if note.kind == "note" else None
    lane = sheet.lane(note.lane) if sheet is not None else None
    if lane is None or not lane.needs:
        return ()
    has = {field for field, value in note.fields.items() if value and lane.field(field)} | note.marks.keys()
    if COMMENTS in lane.needs and any(one.kind == "comment" and one.under == note.id for one in board.notes.values()):
        has |= {COMMENTS}
    if ABOUT in lane.needs and about(board, method, note, lambda end: True):
        has |= {ABOUT}
    return tuple(name for name in lane.needs if name not in has)


def unsaid(method: Method, note: Note) -> set[tuple[str, str]]:
    """Words that a note carries, each with an answer that it needs (R32) and the note has not."""
    sheet = method.sheet(note.sheet)
    carried = [(kind, kind.word(note.marks.get(kind.id, ""))) for kind in (sheet.marks if sheet is not None else ())]
    return {(kind.id, field) for kind, word in carried if word for field in word.needs if not note.fields.get(field)}


def disordered(method: Method, note: Note) -> Field | None:
    """A field of which the date lies before the one that it is not to lie before, or None (R45)."""
    answers = answers_of(method, note)
    for field in fields_of(method, note):
        first, then = answers.get(field.not_before, ""), answers.get(field.id, "")
        if first and then and NO_DATE not in (first, then) and then < first:
            return field
    return None


def lacking(board: Board, method: Method, item: Round) -> list[Lack]:
    """What a round still needs, lane by lane; nothing for a round without `needs`."""
    found: list[Lack] = []
    for lane in item.needs:
        up = [
            note
            for note in board.notes.values()
            if (note.sheet, note.lane, note.kind) == (item.sheet, lane, "note") and note.reach != "own"
        ]
        if not up:
            found.append(Lack(item.sheet, lane))
        for note in sorted(up, key=lambda one: (one.spot, one.id)):
            given = answers_of(method, note)
            missed = (field.id for field in fields_of(method, note) if field.required and field.id not in given)
            found += [Lack(item.sheet, lane, note.id, field_id) for field_id in missed]
    return found
