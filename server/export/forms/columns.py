"""Columns in an export: lanes side by side, without those that a closed workshop left empty."""

from __future__ import annotations

from dataclasses import replace

from server.export.content import Sheet
from server.export.forms.form import Form
from server.export.job import Job, Part
from server.export.matrix import matrix


class Columns(Form):
    """Declared lanes; with `per_group`, a row for each group."""

    def lay_out(self, sheet: Sheet, job: Job) -> list[Part]:
        used = {note.lane for note in sheet.notes}
        held = tuple(lane for lane in sheet.lanes if lane.id in used or not lane.done)
        return matrix(replace(sheet, lanes=held or sheet.lanes), job)
