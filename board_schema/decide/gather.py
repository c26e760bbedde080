"""Commands on gatherings: notes are laid under a heading, and taken apart again (R35).

What may not live here: who may gather (`rules`), and what is shown of a gathering (`view`).
"""

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import HEADING_LIMIT, MAX_GATHERINGS, Board, Note, Person
from board_schema.commands import Refused, clean
from board_schema.decide.common import Events, audience_of, is_taken, known_notes, need
from board_schema.method import Method
from board_schema.rules import room_for, sees
from board_schema.under import gathered


def gather(board: Board, method: Method, person: Person, command: c.Gather) -> Events:
    """Notes lie under a heading from now on: a new one, or one that is there."""
    head = _known(board, method, person, command.note) if not command.text else None
    if head is None and is_taken(board, command.note):
        raise Refused("taken")
    notes = [_known(board, method, person, note_id) for note_id in dict.fromkeys(command.notes)]
    if any(note.kind != "note" for note in notes) or (head is not None and head.kind != "gathering"):
        raise Refused("locked")
    # All who see one of them see the others (V7).
    if len({(note.sheet, note.row, audience_of(note)) for note in (*notes, *([head] if head else []))}) > 1:
        raise Refused("no_row")
    events: Events = []
    if head is None:
        heads = sum(note.kind == "gathering" for note in known_notes(board))
        if heads >= MAX_GATHERINGS or not room_for(board):
            raise Refused("full")
        head = _heading(command, notes[0])
        events.append(e.NotePut(head))
    moved = [note for note in notes if note.under != head.id]
    events += [e.NotePut(replace(note, under=head.id)) for note in moved]
    return events + _emptied(board, moved)


def apart(board: Board, method: Method, person: Person, command: c.Apart) -> Events:
    """A heading goes, and its notes lie by themselves again; or one note is taken out from under its heading."""
    note = _known(board, method, person, command.note)
    if note.kind != "gathering":
        if not gathered(board, note):
            raise Refused("no_note")
        return [e.NotePut(replace(note, under="")), *_emptied(board, [note])]
    under = sorted((one for one in board.notes.values() if one.under == note.id and one.kind == "note"), key=_id)
    return [e.NoteRemoved(note.id, by_author=True), *(e.NotePut(replace(one, under="")) for one in under)]


def _known(board: Board, method: Method, person: Person, note_id: str) -> Note:
    note = board.notes.get(note_id)
    if note is None or not sees(note, person, board, method):
        raise Refused("no_note")
    need(board, method, person, "gather", note=note, reason="round")
    return note


def _heading(command: c.Gather, first: Note) -> Note:
    """A heading without an author, where the note that was named first lies."""
    return Note(
        id=command.note,
        author="",
        kind="gathering",
        text=clean(command.text, limit=HEADING_LIMIT, lines=False),
        sheet=first.sheet,
        lane=first.lane,
        row=first.row,
        spot=first.spot,
        reach=first.reach,
        group=first.group,
    )


def _emptied(board: Board, moved: list[Note]) -> Events:
    """The headings go under which nothing lies when these notes have left them."""
    gone = {note.id for note in moved}
    heads = {note.under for note in moved if gathered(board, note)}
    left = {note.under for note in board.notes.values() if note.kind == "note" and note.id not in gone}
    return [e.NoteRemoved(head, by_author=True) for head in sorted(heads - left)]


def _id(note: Note) -> str:
    return note.id
