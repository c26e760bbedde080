"""What a note is about (R43): op `about`, and the elements that a note names when it is written."""

from collections.abc import Iterable

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import Board, Note, Person
from board_schema.commands import Refused
from board_schema.decide.common import Events, asking, need, reachable
from board_schema.decide.fields import entering
from board_schema.method import Method
from board_schema.rules import is_there, lane_about, sees

MOST = 5


def about(board: Board, method: Method, person: Person, command: c.About) -> Events:
    """The note names these elements from now on. Raises Refused(`no_note`, `no_about`, `locked`, `unanswered`)."""
    note, owner = reachable(board, method, person, command.note)
    if lane_about(method, note) is None:
        raise Refused("no_about")
    asker = asking(board, method, person, owner, "edit", note)
    need(board, method, asker, "edit", note=note, reason="locked")
    found = _known(board, method, person, note, command.about)
    if len(found) < len(dict.fromkeys(command.about)):
        raise Refused("no_note")
    return [e.NotePut(entering(board, method, note, _naming(board, method, person, note, found)))]


def naming(board: Board, method: Method, person: Person, note: Note, asked: Iterable[str]) -> Note:
    """A new note that names those elements that are there: no text is turned away for the others (R3)."""
    found = _known(board, method, person, note, asked)
    return replace(note, about=tuple(found[:MOST])) if found else note


def _known(board: Board, method: Method, person: Person, note: Note, asked: Iterable[str]) -> list[str]:
    """Those elements, without repeats, that the note's lane lets it name and that this person sees."""
    lane = lane_about(method, note)
    if lane is None:
        return []
    return [
        one
        for one in dict.fromkeys(asked)
        if is_there(board, method, lane, one, lambda end: sees(end, person, board, method))
    ]


def _naming(board: Board, method: Method, person: Person, note: Note, found: list[str]) -> Note:
    """The note with these elements in place of those that the person sees; what is not there now stays, while there
    is room for it, and is shown again where it is.
    """
    kept = set(_known(board, method, person, note, note.about))
    away = [one for one in note.about if one not in kept and one not in found]
    return replace(note, about=(*found, *away)[: max(MOST, len(found))])
