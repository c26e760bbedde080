"""The command that answers a field of a note (R31)."""

import re
from calendar import monthrange

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import NO_DATE, Board, Person
from board_schema.commands import Refused, clean
from board_schema.decide.common import Events, asking, need, reachable, stands
from board_schema.method import Field, Method
from board_schema.rules import answers_of, fields_of

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
    others = {key: kept for key, kept in note.fields.items() if key != field.id}
    return [e.NotePut(replace(note, fields={**others, field.id: value} if value else others))]


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
