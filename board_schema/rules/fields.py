"""Fields: the further answers of a note, and what a round's notes still lack before it is left (R31).

What may not live here: checks of a new answer (`decide.fields`), and who may give one (`permission`).
"""

from typing import NamedTuple

from board_schema.board import Board, Note
from board_schema.method import Field, Method, Round


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
