"""Follow-ups (R48): op `now`, and the word that a comment carries, which somebody chose."""

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import MINUTE, Board, Note, Person
from board_schema.commands import Refused
from board_schema.decide.common import Events
from board_schema.method import Method
from board_schema.rules import may, own_pids, who_is


def follow_up(board: Board, method: Method, command: c.SetNow, now: int) -> Events:
    """A note is followed up from now on, or none is; its clock starts, and ends with it.

    Raises Refused(`round`, `no_note`, `lane_closed`).
    """
    item = method.round(board.round)
    if item.follow is None:
        raise Refused("round")
    if command.note == board.now:
        return []
    if not command.note:
        return [e.NowSet(""), e.TimerSet(0)]
    note = board.notes.get(command.note)
    if note is None or note.kind != "note" or note.reach != "all" or note.sheet != item.sheet:
        raise Refused("no_note")
    if note.lane not in (*item.follow.lanes, item.follow.to):
        raise Refused("lane_closed")
    minutes = item.follow.minutes
    return [e.NowSet(note.id), e.TimerSet(now + minutes * MINUTE if minutes else 0)]


def chosen(board: Board, method: Method, person: Person, comment: Note, asked: dict[str, str]) -> Note:
    """A new comment with the words that are asked for and may be set on it; what may not be is left out (R3).

    Raises Refused(`answered`) where the person has said a word of that kind of the same note.
    """
    sheet = method.sheet(comment.sheet)
    asker = who_is(board, method, person)
    for one, word in asked.items():
        kind = sheet.mark(one) if sheet is not None else None
        if kind is None or kind.word(word) is None or not may(board, method, asker, "mark", comment, kind=one):
            continue
        if said_elsewhere(board, person, comment, one):
            raise Refused("answered")
        comment = replace(comment, marks={**comment.marks, one: word})
    return comment


def said_elsewhere(board: Board, person: Person, comment: Note, kind: str) -> bool:
    """Whether a person has said a word of a kind of the same note in another comment (R48)."""
    mine = own_pids(person)
    return any(
        other.under == comment.under and other.author in mine and kind in other.marks
        for other in board.notes.values()
        if other.kind == "comment" and other.id != comment.id
    )


def brought_back(board: Board, comment: Note) -> Note:
    """A comment that was taken down, without words that its author has said again since (R48)."""
    author = board.author(comment)
    if author is None:
        return comment
    kept = {kind: word for kind, word in comment.marks.items() if not said_elsewhere(board, author, comment, kind)}
    return replace(comment, marks=kept)
