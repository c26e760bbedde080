"""What lies under a note (SPEC R28): comments under what they are about. One relation, and its one cascade.

A comment has no place of its own: it lies where its note lies, also after that one moves, and is shown while that one
is. What may not live here: who may put a note under another (`rules`).
"""

from collections.abc import Iterable

from msgspec.structs import replace

from board_schema.board import Board, Note


def beside(note: Note, above: Note) -> Note:
    """A note that has no place of its own, where the note above it lies: same sheet, lane, row and side."""
    if note.kind != "comment":
        return note
    return replace(note, sheet=above.sheet, lane=above.lane, row=above.row, side=above.side)


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


def orphaned(board: Board, note: Note) -> bool:
    """True for a comment whose note is taken down: it is not shown until that one is brought back."""
    return note.kind == "comment" and note.under not in board.notes
