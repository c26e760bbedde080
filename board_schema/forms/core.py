"""The core figure: a centre with sectors around it, such as the core of the work and what sets it in motion.

The first declared lane is the centre, the others are its sectors. What may not live here: where the sectors lie.
"""

from board_schema.forms.form import Form
from board_schema.forms.scales import Faults
from board_schema.method import Sheet

LEAST, MOST = 3, 6  # sectors


class Core(Form):
    """A centre lane and three to six sectors; one figure for everybody."""

    name = "core"

    def faults(self, sheet: Sheet) -> Faults:
        if not LEAST <= len(sheet.lanes) - 1 <= MOST:
            return [(".lanes", f"write the centre first, and then {LEAST} to {MOST} sectors")]
        if sheet.per_group:
            return [(".per_group", "the figure is one for everybody: leave it out")]
        return []
