"""What a form is in an export: how a sheet's notes are ordered, and how they are laid out on a poster.

A form uses only a sheet of a Content. What may not live here: what a single form needs, and formats (poster.py,
texts.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from server.export.content import Note, Sheet
from server.export.job import Job, Part
from server.export.matrix import matrix


class Form:
    """Lanes side by side, rows under one another. Each form overrides what differs."""

    makes_rows = False  # whether rows are made of chosen notes: such a sheet comes first, and groups are not named

    def order(self, notes: Sequence[Note]) -> tuple[Note, ...]:
        """The notes of a sheet in their final order; `notes` are sorted by lane, row and spot, as on screens."""
        return tuple(notes)

    def width(self, sheet: Sheet) -> float:
        """The least width of a picture of the sheet, in millimetres of A3; 0: the width of a page."""
        return 0

    def lay_out(self, sheet: Sheet, job: Job) -> list[Part]:
        """The sheet as parts, one for each page; a single part if `job.grow`."""
        return matrix(sheet, job)
