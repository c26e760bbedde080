"""Which kinds of marks and links somebody may set on a note now, and which words it carries where it lies (R32).

What may not live here: permission itself (`permission`).
"""

from typing import Literal

from board_schema.board import Board, Note
from board_schema.method import MarkKind, Method, Round, Sheet
from board_schema.rules.permission import Who, may


def kinds_open(board: Board, method: Method, asker: Who, note: Note, action: Literal["mark", "link"]) -> list[str]:
    """The kinds of marks, or of links (R39), of a note that this asker, or all of this audience, may set now."""
    sheet = method.sheet(note.sheet)
    kinds = () if sheet is None else sheet.marks if action == "mark" else sheet.links
    return [kind.id for kind in kinds if may(board, method, asker, action, note, kind=kind.id)]


def lasting(sheet: Sheet, lane: str, marks: dict[str, str]) -> dict[str, str]:
    """Of these marks those that a note in this lane may carry."""
    return {one: word for one, word in marks.items() if (kind := sheet.mark(one)) is not None and kind.in_lane(lane)}


def fixed(sheet: Sheet, lane: str, item: Round) -> dict[str, str]:
    """What a note carries that is written or placed in this lane of the sheet in a round."""
    return lasting(sheet, lane, item.fixed) if item.sheet == sheet.id else {}


def side_of(board: Board, method: Method, note: Note) -> str:
    """The side of the line on which a note lies: as a word that it carries says, else none.

    A heading lies on the side of all that is gathered under it; where that is on several, on both.
    """
    sheet = method.sheet(note.sheet)
    kind = sheet.sided if sheet is not None else None
    if kind is None:
        return ""
    if note.kind != "gathering":
        return _side(kind, note)
    under = {_side(kind, one) for one in board.laid.get(note.id, ())}
    return under.pop() if len(under) == 1 else "both"


def _side(kind: MarkKind, note: Note) -> str:
    word = kind.word(note.marks.get(kind.id, ""))
    return word.side if word is not None else ""


def defaults(sheet: Sheet, lane: str) -> dict[str, str]:
    """What a note carries that goes up in this lane without a word of its own."""
    return lasting(sheet, lane, {kind.id: kind.default for kind in sheet.marks if kind.default})
