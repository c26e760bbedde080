"""The timeline: a lane for each year of the board, declared lanes beside them, headings over spans of years.

Holds what differs from `Form`. What may not live here: how years are drawn.
"""

from board_schema.board import Board
from board_schema.commands import Refused
from board_schema.forms.form import Faults, Form, MadeLane, Mark
from board_schema.method import Sheet

SIDES = ("up", "both", "down")
FIRST, LAST, LONGEST = 1900, 2200, 60  # years


class Timeline(Form):
    """The years `first_year` to `last_year` of the board are lanes, before the declared ones (M4)."""

    name = "timeline"
    has_years = True

    def made_lanes(self, board: Board) -> tuple[MadeLane, ...]:
        return tuple(MadeLane(str(year), year) for year in board.years())

    def spans(self, board: Board) -> tuple[str, ...]:
        return tuple(str(year) for year in board.years())

    def marks(self, sheet: Sheet) -> tuple[Mark, ...]:
        return (*(Mark(side, "side") for side in SIDES), *super().marks(sheet))

    def side(self, asked: str, *, raised: bool) -> str:
        return asked or ("both" if raised else "")

    def years(self, sheet: Sheet, first: int, last: int, this_year: int) -> tuple[int, int]:
        last = last or this_year
        first = first or last - sheet.back
        if not (1 <= last - first <= LONGEST and first >= FIRST and last <= LAST):
            raise Refused("bad_op")
        return first, last

    def years_used(self, lane: str, until: str) -> tuple[int, ...]:
        return tuple(int(year) for year in (lane, until) if year.isdigit())

    def faults(self, sheet: Sheet) -> Faults:
        return []
