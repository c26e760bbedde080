"""Answers to the fields of a note (R31), and what a note needs before it lies in a lane (R45)."""

import re
from calendar import monthrange

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import NO_DATE, Board, Note, Person
from board_schema.commands import Refused, clean
from board_schema.decide.common import Events, asking, need, reachable, stands
from board_schema.method import Field, Method
from board_schema.rules import answers_of, disordered, fields_of, unmet, unsaid

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


def set_field(board: Board, method: Method, person: Person, command: c.SetField) -> Events:
    note, owner = reachable(board, method, person, command.note)
    field = next((one for one in fields_of(method, note) if one.id == command.field), None)
    if field is None:
        raise Refused("no_field")
    asker = asking(board, method, person, owner, "set", note)
    need(board, method, asker, "set", note=note, reason="locked")
    value = checked(field, command.value)
    now = answers_of(method, note).get(field.id, "")
    if value == now:
        return []
    if not stands(now, command.began):
        raise Refused("changed")
    return [e.NotePut(entering(board, method, note, _with_answer(note, field.id, value)))]


def answered(method: Method, note: Note, given: dict[str, str], *, now: dict[str, str]) -> Note:
    """A note, where it lies now, with further answers. `now`: those that were shown where it lay before.

    Raises Refused(`no_field`, `bad_value`, `empty`, `too_long`), and `changed` for an answer that somebody gave
    meanwhile (R25).
    """
    fields = {field.id: field for field in fields_of(method, note)}
    for name, said in given.items():
        if name not in fields:
            raise Refused("no_field")
        value = checked(fields[name], said)
        if value and now.get(name, value) != value:
            raise Refused("changed")
        note = _with_answer(note, name, value) if value else note
    return note


def entering(board: Board, method: Method, before: Note, after: Note) -> Note:
    """The note as it is to be, if it may lie there so: what its lane and its words need is not missing, and was not
    taken away.

    Nothing is asked of a draft, nor of what was missing before in the same lane. Raises Refused(`unanswered`,
    `day_order`).
    """
    if disordered(method, after) is not None:
        raise Refused("day_order")
    if after.reach == "own":
        return after
    stayed = before.reach != "own" and before.lane == after.lane
    if set(unmet(board, method, after)) - set(unmet(board, method, before) if stayed else ()):
        raise Refused("unanswered")
    if unsaid(method, after) - unsaid(method, before):
        raise Refused("unanswered")
    return after


def _with_answer(note: Note, field: str, value: str) -> Note:
    others = {key: kept for key, kept in note.fields.items() if key != field}
    return replace(note, fields={**others, field: value} if value else others)


def checked(field: Field, value: str) -> str:
    """An answer as it is stored; empty for none. Raises Refused."""
    if not value.strip():
        return ""
    if field.kind == "text":
        return clean(value, limit=field.limit)
    if field.kind == "choice":
        if value not in {option.id for option in field.options}:
            raise Refused("bad_value")
        return value
    if value == NO_DATE and field.none_word:
        return value
    found = _ISO.fullmatch(value)
    year, month, day = map(int, found.groups()) if found else (0, 0, 0)
    if not (year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        raise Refused("bad_value")
    return value
