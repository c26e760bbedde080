"""The grid: its rows are notes that were chosen by talk, its columns are the declared lanes.

Holds what differs from `Form`. What may not live here: who may choose a note, and when (`rules`).
"""

from collections.abc import Callable, Container

from board_schema.board import Board, Person, Reach
from board_schema.commands import Reason, Refused
from board_schema.forms.form import Form
from board_schema.method import Lane, Sheet


class Grid(Form):
    """Every note has a row, whose id is that of the note that heads it (R12).

    A lane with `after` opens after other lanes of the same row have notes (R10).
    """

    name = "grid"
    makes_rows = True
    stays_beside = False

    def needs_row(self, sheet: Sheet) -> Reason | None:
        return "no_row"

    def row(self, board: Board, sheet: Sheet, person: Person, row: str, *, any_group: bool) -> tuple[str, str]:
        if not row:
            return "", person.group
        kept = board.rows.get(row)
        if kept is None or not (kept.reach == "all" or person.role == "facilitator" or kept.group == person.group):
            raise Refused("no_row")
        return row, kept.group

    def row_reach(self, board: Board, sheet: Sheet, row: str, *, plenum: bool) -> Reach:
        kept = board.rows.get(row)
        return "all" if kept is None else kept.reach

    def row_exists(self, board: Board, row: str) -> bool:
        return not row or row in board.rows

    def row_lanes(
        self, sheet: Sheet, opened: Container[str], waits: Callable[[Lane], bool]
    ) -> tuple[list[str], dict[str, str]]:
        found: list[str] = []
        locked: dict[str, str] = {}
        for lane in sheet.lanes:
            if lane.id not in opened:
                locked[lane.id] = "lane_closed"
            elif waits(lane):
                locked[lane.id] = "depth_first"
            else:
                found.append(lane.id)
        return found, locked
