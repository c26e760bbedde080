"""Links (R39): between which notes one stands, and what a note is linked to now.

What may not live here: permission itself (`permission`), and changes of a note's links (`decide`).
"""

from board_schema.board import Board, Note
from board_schema.method import LinkKind, Method, Sheet
from board_schema.under import orphaned


def starts(sheet: Sheet, kind: LinkKind, note: Note) -> bool:
    """Whether a link of this kind may lead from a note where it lies; from one without a lane it may."""
    return note.kind == "note" and note.sheet == sheet.id and (not note.lane or sheet.among(kind.starts, note.lane))


def joins(board: Board, sheet: Sheet, kind: LinkKind, note: Note, other: Note) -> bool:
    """Whether a link of this kind may lead from a note to another one, or to a heading of gathered ones, that
    is up, where the two lie.
    """
    if other.id == note.id or other.kind not in ("note", "gathering") or orphaned(board, other):
        return False
    there = other.reach != "own" and other.sheet == sheet.id and sheet.among(kind.ends, other.lane)
    return there and starts(sheet, kind, note)


def standing(board: Board, method: Method, note: Note) -> dict[str, list[Note]]:
    """The notes that a note is linked to, by kind, as far as they are there and the two lie where such a link leads.

    What was linked and does not stand now is kept with the note: it stands again when they lie there again.
    """
    sheet = method.sheet(note.sheet) if note.links else None
    if sheet is None:
        return {}
    found = {kind.id: _others(board, sheet, kind, note) for kind in sheet.links}
    return {kind: others for kind, others in found.items() if others}


def _others(board: Board, sheet: Sheet, kind: LinkKind, note: Note) -> list[Note]:
    there = (board.notes.get(one) for one in note.links.get(kind.id, ()))
    return [other for other in there if other is not None and joins(board, sheet, kind, note, other)]


def linked_ids(note: Note) -> set[tuple[str, str]]:
    """All that a note is linked to, whether it stands now or not: kinds and ids."""
    return {(kind, one) for kind, others in note.links.items() for one in others}
