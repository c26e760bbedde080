"""Records of circles: `circle:K` (R43).

What may not live here: how circles are found (`rules.circles`), and which changes require a new record (`table`).
"""

from collections.abc import Iterable

from board_schema.board import Board
from board_schema.rules import Circle, Who, circles
from board_schema.view.kinds import Context, Record
from board_schema.view.note_records import is_shown


def circle_ids(context: Context, asker: Who) -> Iterable[str]:
    return _circles(context, asker)


def circle_record(context: Context, asker: Who, key: str) -> Record | None:
    """A circle among what this audience is shown (V18)."""
    return _circles(context, asker).get(key)


def ties(board: Board) -> object:
    """What of the notes circles depend on."""
    return board.tied


def _circles(context: Context, asker: Who) -> dict[str, Record]:
    board, method = context.board, context.method
    if not board.tied:
        return {}
    sight = asker.sight
    # Of a sheet of which only some notes are sent (V20) a circle would be a part of one.
    tied = [one for one in board.tied if sight is None or board.notes[one].sheet in sight.sheets]
    shown = frozenset(one for one in tied if is_shown(board, board.notes[one], asker))
    if shown not in context.circles:
        sheets = [sheet for sheet in method.sheets if any(kind.sign for kind in sheet.links)]
        found = [each for sheet in sheets for each in circles(board, method, sheet, shown)]
        context.circles[shown] = {each.key: record_of(each) for each in found}
    return context.circles[shown]


def record_of(circle: Circle) -> Record:
    """A circle as a record."""
    return {
        "sheet": circle.sheet,
        "notes": list(circle.notes),
        "loop": circle.loop,
        "name": circle.name,
        "proposed": circle.proposed,
    }
