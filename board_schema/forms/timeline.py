"""The timeline: a lane for each step of its scale, declared lanes beside them, headings over spans of steps.

Holds what differs from `Form`. What may not live here: the scales (`scales`), and how a line is drawn.
"""

from board_schema.board import Board
from board_schema.forms.form import Form
from board_schema.forms.scales import Faults, MadeLane, Scale, scale_of
from board_schema.method import Sheet


class Timeline(Form):
    """The steps of the sheet's scale are lanes, before the declared ones (M4)."""

    name = "timeline"
    has_sides = True
    gathers = True

    def makes_lanes(self, sheet: Sheet) -> bool:
        return True

    def made_lanes(self, sheet: Sheet, board: Board) -> tuple[MadeLane, ...]:
        return scale_of(sheet).lanes(sheet, board)

    def scale(self, sheet: Sheet) -> Scale | None:
        scale = scale_of(sheet)
        return scale if scale.kept else None

    def spans(self, sheet: Sheet, board: Board) -> tuple[str, ...]:
        # A heading is for all: on a sheet of which every group has its own copy there are none.
        return () if sheet.per_group else tuple(lane.id for lane in self.made_lanes(sheet, board))

    def faults(self, sheet: Sheet) -> Faults:
        return scale_of(sheet).faults(sheet)
