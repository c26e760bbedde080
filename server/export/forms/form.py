"""What a form is in an export: how a sheet's notes are ordered, and how they are laid out on a poster.

A form sees its sheet as a Content has it, and nothing else. What may not live here: what one form alone needs, and
formats: texts ask the same sheet for its lanes, rows and notes as the poster does.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.export.content import Note, Sheet
from server.export.job import Job, Part
from server.export.matrix import matrix


class Form:
    """Lanes side by side, rows under one another. Each form overrides what differs."""

    makes_rows = False  # whether rows are made of chosen notes: such a sheet comes first, and groups are not told

    def order(self, notes: Sequence[Note]) -> tuple[Note, ...]:
        """The notes of a sheet in their final order; they come sorted by lane, row and spot.

        In a lane's row those that point at the same note stand together, in the order of what they point at.
        """
        targets = {note.key: place for place, note in enumerate(notes)}
        cells: dict[tuple[str, str], list[Note]] = {}
        for note in notes:
            cells.setdefault((note.lane, note.row), []).append(note)
        return tuple(
            note
            for cell in cells.values()
            for note in sorted(cell, key=lambda note: targets.get(note.to, len(targets)))
        )

    def width(self, sheet: Sheet) -> float:
        """How wide a picture of the sheet is at least, in millimetres of A3; 0 for as wide as a page."""
        return 0

    def lay_out(self, sheet: Sheet, job: Job) -> list[Part]:
        """The sheet as parts, one a page; a single one where the job may grow."""
        return matrix(sheet, job)
