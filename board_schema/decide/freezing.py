"""Versions (R44): ops `freeze` and `unfreeze`, and which version a note is about that is written in a round for it."""

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import DAY, Board, Note
from board_schema.commands import Refused
from board_schema.decide.common import Events
from board_schema.forms import form_of
from board_schema.method import Method
from board_schema.rules import as_it_stands, lane_about, latest
from board_schema.versions import MAX_NUMBER, MAX_STILL, MAX_VERSIONS, Version


def freeze(board: Board, method: Method, command: c.Freeze, now: int) -> Events:
    """The next version of a map; nothing where it stands as in the last one.

    Raises Refused(`no_lane`) for a sheet that is no map, `no_note` where nothing lies there, `full`.
    """
    sheet = method.sheet(command.sheet)
    if sheet is None or not form_of(sheet).places:
        raise Refused("no_lane")
    notes = as_it_stands(board, method, sheet)
    last = latest(board, sheet.id)
    if last is not None and last.notes == notes:
        return []
    if not notes:
        raise Refused("no_note")
    sizes = [len(each.notes) for versions in board.versions.values() for each in versions if each.notes]
    if len(sizes) >= MAX_VERSIONS or sum(sizes) + len(notes) > MAX_STILL:
        raise Refused("full")
    number = len(board.versions.get(sheet.id, ())) + 1
    if number > MAX_NUMBER:
        raise Refused("full")
    return [e.Frozen(sheet.id, Version(number=number, day=now // DAY * DAY, notes=notes))]


def unfreeze(board: Board, command: c.Unfreeze) -> Events:
    """A version is deleted for good. Raises Refused(`no_note`) where there is none of that number."""
    versions = board.versions.get(command.sheet, ())
    if not any(each.number == command.version and each.notes for each in versions):
        raise Refused("no_note")
    return [e.Unfrozen(command.sheet, command.version)]


def versioned(board: Board, method: Method, note: Note) -> Note:
    """A new note with the number of the version that it is about: the latest of the round's, where its lane may
    name elements of that sheet. One that names none is about the whole of it.
    """
    item = method.round(board.round)
    lane, last = lane_about(method, note), latest(board, item.version)
    if lane is None or last is None or item.version not in lane.about:
        return note
    return replace(note, version=last.number)
