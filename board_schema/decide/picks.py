"""Picked notes: what a workshop takes with it, without authors (R29)."""

from collections.abc import Iterable

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import MAX_PICKS, Board, Note, Person, next_spot
from board_schema.commands import Refused, clean
from board_schema.decide.common import Events, is_taken, known_notes, need
from board_schema.handed import Source
from board_schema.method import Method
from board_schema.rules import is_picked, limit_of, place_shown_to_all, room_for, stands_for


def pick(board: Board, method: Method, person: Person, command: c.Pick) -> Events:
    """A new picked note. Raises Refused(`round`, `taken`, `no_lane`, `no_note`, `too_long`, `empty`, `full`)."""
    if is_taken(board, command.note):
        raise Refused("taken")
    sources = _sources(board, method, command.of)
    need(board, method, person, "pick", reason="round")
    sheet = method.sheet(method.round(board.round).sheet)
    lane = sheet.lane(command.lane) if sheet is not None else None
    if sheet is None or lane is None or lane.answers:
        raise Refused("no_lane")
    text = clean(command.text, limit=limit_of(method, lane))
    picked = sum(is_picked(method, note) for note in known_notes(board))
    if picked >= MAX_PICKS or not room_for(board):
        raise Refused("full")
    note = Note(
        id=command.note,
        author="",
        kind="note",
        text=text,
        sheet=sheet.id,
        lane=lane.id,
        reach="all",
        of=tuple(dict.fromkeys(command.of)),
        sources=sources,
    )
    return [e.NotePut(replace(note, spot=next_spot(board, note)))]


def count(board: Board, method: Method, person: Person, command: c.Count) -> Events:
    """A picked note stands for other notes. Raises Refused(`no_note`, `locked`)."""
    note = board.notes.get(command.note)
    if note is None or not is_picked(method, note):
        raise Refused("no_note")
    sources = _sources(board, method, command.of)
    need(board, method, person, "edit", note=note, reason="locked")
    return [e.NotePut(replace(note, of=tuple(dict.fromkeys(command.of)), sources=sources))]


def _sources(board: Board, method: Method, of: Iterable[str]) -> tuple[Source, ...]:
    """How many of these notes and rows lie in which lane. Raises Refused(`no_note`) for one that not all are shown."""
    numbers: dict[tuple[str, str], int] = {}
    for one in dict.fromkeys(of):
        place = place_shown_to_all(board, method, one)
        if place is None:
            raise Refused("no_note")
        numbers[place] = numbers.get(place, 0) + stands_for(board, one)
    return tuple(Source(sheet=sheet, lane=lane, count=number) for (sheet, lane), number in sorted(numbers.items()))
