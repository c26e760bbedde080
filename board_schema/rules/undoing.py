"""What a person can undo: their last act, while nobody else has changed the note since (O7).

What may not live here: the events that undo it (`decide`), and the undo stacks (`stacks`).
"""

from board_schema import stacks
from board_schema.board import CHOSEN, Act, Board, Note, Person
from board_schema.method import Method
from board_schema.rules.lanes import missing, row_used
from board_schema.rules.links import linked_ids
from board_schema.rules.permission import Action, may, who_is
from board_schema.rules.sight import pids_acted_for, sees
from board_schema.under import beside


def undoable(board: Board, method: Method, person: Person) -> tuple[Act, ...]:
    """A person's last act on notes, if it can be undone now; empty otherwise (O7).

    The note must be as the act left it, visible to the person, and of a kind that the round lets them change. An
    older act is never undone instead.
    """
    last = stacks.last(board.acts.get(person.pid, ()))
    return last if last and all(_reversible(board, method, person, act) for act in last) else ()


def undo_says(act: tuple[Act, ...]) -> tuple[str, str]:
    """What undoing an act would take back, in a word of SPEC 6 (`me.undo`), and the text of what it was done to."""
    for change in act:
        before, after = change.note_before, change.note_after
        if known := after or before:
            return _what(before, after), known.text
    lines = (change.line_after or change.line_before for change in act)
    return "line", next((line.text for line in lines if line is not None), "")


def _what(before: Note | None, after: Note | None) -> str:
    if before is None or after is None:
        gathers = "gathering" in [note.kind for note in (before, after) if note is not None]
        made, gone = ("gather", "apart") if gathers else ("write", "delete")
        return made if before is None else gone
    if before.under != after.under:
        return "gather" if after.under else "apart"
    if before.text != after.text:
        return "edit"
    if before.links != after.links:
        return "link" if linked_ids(after) - linked_ids(before) else "unlink"
    if before.about != after.about:
        return "about"
    if before.of != after.of:
        return "count"
    if before.fields != after.fields:
        return "set"
    if _where(before) != _where(after) or before.marks == after.marks:
        return "move"
    if _word(before, CHOSEN) != _word(after, CHOSEN):
        return "choose" if _word(after, CHOSEN) else "unchoose"
    return "mark"


def _reversible(board: Board, method: Method, person: Person, act: Act) -> bool:
    if act.about_line:
        there = board.pad_bin.get(act.id) if act.line_after is None else None
        same = board.pad.get(act.id) == act.line_after and (act.line_after is not None or there is not None)
        return same and may(board, method, who_is(board, method, person), "pad")
    if not _as_left(board.notes.get(act.id), act.note_after):
        return False
    before, after = act.note_before, act.note_after
    if after is None:
        kept = board.bin.get(act.id)
        if kept is None or kept.by_author != act.by_author or not sees(kept.note, person, board, method):
            return False
        return missing(board, method, kept.note) is None
    if not sees(after, person, board, method):
        return False
    if before is not None and missing(board, method, before):
        return False
    if CHOSEN in after.marks and (before is None or CHOSEN not in before.marks) and row_used(board, method, act.id):
        return False
    owner = board.author(after)
    asker = who_is(board, method, owner if owner is not None and owner.pid in pids_acted_for(board, person) else person)
    if after.kind == "gathering" and before is None:
        return may(board, method, asker, "gather", after)
    if before is None or after.reach == "own":
        return may(board, method, asker, "delete" if before is None else "edit", after)
    edited = (before.text, before.of, before.about) != (after.text, after.of, after.about)
    moved = _where(before) != _where(after)
    answered, gathered = before.fields != after.fields, before.under != after.under
    changes: tuple[tuple[bool, Action], ...] = (
        (edited, "edit"),
        (moved, "move"),
        (answered, "set"),
        (gathered, "gather"),
    )
    # What a move took off or put on goes with it.
    marked = [] if moved else [kind for kind in before.marks | after.marks if _word(before, kind) != _word(after, kind)]
    # So does what a head of a row carried, with the row.
    marked = [CHOSEN] if CHOSEN in marked else marked
    linked = [kind for kind in before.links | after.links if before.links.get(kind) != after.links.get(kind)]
    kinds: list[tuple[Action, str]] = [*(("mark", kind) for kind in marked), *(("link", kind) for kind in linked)]
    return all(may(board, method, asker, action, after) for changed, action in changes if changed) and all(
        may(board, method, asker, action, after, kind=kind) for action, kind in kinds
    )


def _word(note: Note, kind: str) -> str:
    return note.marks.get(kind, "")


def _as_left(note: Note | None, left: Note | None) -> bool:
    """True while a note is as an act left it; a comment may have moved with its note."""
    return note == left if note is None or left is None else note == beside(left, note)


def _where(note: Note) -> tuple[str, str, int, str]:
    return note.lane, note.row, note.spot, note.until
