"""What lies under a note (R28): a comment under what it is about, a gathered note under its heading.

One relation, and its one cascade.

A comment has no place of its own: it lies where its note lies, also after that one moves, and is shown while that one
is. A gathered note keeps its own place, and has it again when its heading goes.

What may not live here: who may put a note under another (`rules`).
"""

from collections.abc import Iterable

from msgspec.structs import replace

from board_schema.board import Board, Note


def beside(note: Note, above: Note) -> Note:
    """A note that has no place of its own, where the note above it lies: same sheet, lane and row."""
    if note.kind != "comment":
        return note
    return replace(note, sheet=above.sheet, lane=above.lane, row=above.row)


def above(board: Board, note: Note) -> Note | None:
    """The note that a note lies under, also one that was taken down; None where it lies under none."""
    found = board.notes.get(note.under)
    if found is None and note.under in board.bin:
        found = board.bin[note.under].note
    return found


def beneath(board: Board, ids: Iterable[str]) -> list[str]:
    """These notes and all that lie under them, directly or not, in the order of their ids."""
    found = set(ids)
    while more := {n.id for n in board.notes.values() if n.under in found and n.id not in found}:
        found |= more
    return sorted(found)


def gathered(board: Board, note: Note) -> bool:
    """Whether a note lies under a heading now; one whose heading is gone lies by itself."""
    over = board.notes.get(note.under)
    return note.kind == "note" and over is not None and over.kind == "gathering"


def orphaned(board: Board, note: Note) -> bool:
    """True for what is not shown by itself: a comment whose note is taken down, a heading under which nothing lies."""
    if note.kind == "gathering":
        return note.id not in board.laid
    return note.kind == "comment" and note.under not in board.notes
