"""Marks (R32): op `mark`, and the words that a note carries after it was written, placed or moved."""

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import CHOSEN, Board, Note, Person
from board_schema.commands import Refused
from board_schema.decide.common import Events, asking, need, reachable
from board_schema.decide.fields import entering
from board_schema.decide.following import said_elsewhere
from board_schema.forms import lanes_named
from board_schema.method import MarkKind, Method
from board_schema.rules import defaults, fixed, lasting, may, round_on, row_used, who_is


def mark(board: Board, method: Method, person: Person, command: c.Mark) -> Events:
    """Raises Refused(`no_note`, `no_mark`, `needs_left`, `locked`, `row_in_use`, `unanswered`, `answered`)."""
    note, owner = reachable(board, method, person, command.note)
    sheet = method.sheet(note.sheet)
    kind = sheet.mark(command.kind) if sheet is not None else None
    if kind is None or not kind.in_lane(note.lane) or (command.word and kind.word(command.word) is None):
        raise Refused("no_mark")
    if _unanswered(note, kind, command.word):
        raise Refused("needs_left")
    asker = asking(board, method, person, owner, "mark", note, kind=kind.id)
    need(board, method, asker, "mark", note=note, kind=kind.id, reason="locked")
    if note.marks.get(kind.id, "") == command.word:
        return []
    if kind.comments and command.word and said_elsewhere(board, owner, note, kind.id):
        raise Refused("answered")
    return put(board, method, note, entering(board, method, note, _with_word(note, kind.id, command.word)))


def put(board: Board, method: Method, note: Note, after: Note) -> Events:
    """The events that put a note anew; where it heads a row no longer, that goes with what it said of it (R12).

    Raises Refused(`row_in_use`).
    """
    if CHOSEN not in note.marks or CHOSEN in after.marks:
        return [e.NotePut(after)]
    if row_used(board, method, note.id):
        raise Refused("row_in_use")
    left = {kind: word for kind, word in after.marks.items() if not method.about_rows(kind)}
    return [e.NotePut(replace(after, marks=left)), e.RowRemoved(note.id)]


def _unanswered(note: Note, kind: MarkKind, word: str) -> bool:
    """Whether an answer is missing that the word needs."""
    declared = kind.word(word)
    return declared is not None and any(not note.fields.get(field) for field in declared.needs)


def _with_word(note: Note, kind: str, word: str) -> Note:
    """A note with that word of a kind; empty: none of it."""
    rest = {one: kept for one, kept in note.marks.items() if one != kind}
    return replace(note, marks={**rest, kind: word} if word else rest)


def marked(board: Board, method: Method, person: Person, note: Note, asked: dict[str, str], *, enters: bool) -> Note:
    """A note, where it lies now, with the words that are asked for and may be set.

    `enters`: it is written or placed now, and so carries what the round fixes and, up, the defaults. What may not be
    set is left out: no text is turned away for it (R3).
    """
    sheet = method.sheet(note.sheet)
    if sheet is None or not sheet.marks:
        return note
    asker = who_is(board, method, person)
    allowed = (note, replace(note, reach="own")) if enters else (note,)
    for one, word in asked.items():
        kind = sheet.mark(one)
        known = kind is not None and (not word or kind.word(word) is not None)
        if kind is None or _unanswered(note, kind, word):
            continue
        if known and any(may(board, method, asker, "mark", each, kind=one) for each in allowed):
            note = _with_word(note, one, word)
    found = lasting(sheet, note.lane, note.marks)
    item = round_on(board, method, asker, sheet.id)
    lanes = lanes_named(board, method, item)
    if enters and (not lanes or note.lane in lanes):
        found |= fixed(sheet, note.lane, item)
    if enters and note.reach != "own":
        found = {**defaults(sheet, note.lane), **found}
    return replace(note, marks=found)
