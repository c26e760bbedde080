"""Commands on rows of a grid: choose, fate, deep."""

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import Board, Person, Row
from board_schema.commands import Refused
from board_schema.decide.common import Events, need
from board_schema.forms import sheet_of_rows
from board_schema.method import Method
from board_schema.rules import Action, may, row_used, sees, who_is


def choose(board: Board, method: Method, person: Person, command: c.Choose) -> Events:
    note = board.notes.get(command.note)
    if note is None or not sees(note, person, board, method):
        raise Refused("no_note")
    need(board, method, person, "choose", note=note, reason="round")
    if sheet_of_rows(method) is None:
        raise Refused("round")
    if command.on:
        return (
            []
            if note.id in board.rows
            else [
                e.RowPut(
                    Row(
                        id=note.id,
                        group=note.group,
                        text=note.text,
                        reach="all" if note.reach == "all" else "group",
                    )
                )
            ]
        )
    if note.id not in board.rows:
        return []
    if row_used(board, note.id):
        raise Refused("row_in_use")
    return [e.RowRemoved(note.id)]


def change_row(board: Board, method: Method, person: Person, command: c.SetFate | c.Deep) -> Events:
    row = board.rows.get(command.row)
    if row is None or not (row.reach == "all" or person.role == "facilitator" or person.group == row.group):
        raise Refused("no_row")
    action: Action = "fate" if isinstance(command, c.SetFate) else "deep"
    if not may(board, method, who_is(board, method, person), action, row=row):
        raise Refused("round")
    if isinstance(command, c.SetFate):
        return [e.RowPut(replace(row, fate=command.fate))]
    return [e.RowPut(replace(row, deep=True))]
