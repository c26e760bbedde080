"""What colleagues' phones are sent of a programme (V20): what the present round is about, and not years of notes.

It hides nothing: who may know of a note is V2's matter (`sight`). What may not live here: records (`view`).
"""

from typing import NamedTuple

from board_schema.board import Board, Note
from board_schema.method import Method
from board_schema.rules.about import named_notes
from board_schema.rules.freezing import latest


class InSight(NamedTuple):
    """What is sent: the notes of `sheets`, and of others those `named`, by their ids; the latest version of the sheet
    `frozen` (empty: none). Its number is `version`: answers to earlier ones are not sent.
    """

    sheets: frozenset[str]
    named: frozenset[str]
    frozen: str
    version: int

    def holds(self, note: Note) -> bool:
        """Whether a note is sent."""
        there = note.sheet in self.sheets or note.id in self.named
        return there and not (note.version and self.version and note.version != self.version)


def in_sight(board: Board, method: Method, *, role: str) -> InSight | None:
    """What somebody of this role is sent in the present round; None: all that they may see.

    The round's sheet and those beside it, and what their notes name. Where the round shows a version, that takes the
    place of what stands on its sheet now.
    """
    if not board.programme or role not in ("participant", "listener"):
        return None
    item = method.round(board.round)
    version = latest(board, item.version)
    frozen = "" if version is None else item.version
    sheets = frozenset({item.sheet, *(each.sheet for each in item.beside)} - {"", frozen}) | ({item.sheet} - {""})
    number = 0 if version is None else version.number
    lanes = (lane for sheet in map(method.sheet, sheets) if sheet is not None for lane in sheet.lanes)
    if {name for lane in lanes for name in lane.about} <= {*sheets, frozen}:
        return InSight(sheets, frozenset(), frozen, number)
    abouts = (note for note in board.notes.values() if note.about and note.sheet in sheets)
    named = frozenset(one for note in abouts for one in names(note) if _lies_elsewhere(board, one, frozen))
    return InSight(sheets, named, frozen, number)


def names(note: Note | None) -> set[str]:
    """The ids of the notes that are sent because a note names them: those of one that is up."""
    return named_notes(note.about) if note is not None and note.about and note.reach != "own" else set()


def _lies_elsewhere(board: Board, one: str, frozen: str) -> bool:
    note = board.notes.get(one)
    return note is not None and note.sheet != frozen
