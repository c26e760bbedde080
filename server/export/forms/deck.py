"""The deck in an export: its piles side by side, without those that hold no card."""

from __future__ import annotations

from dataclasses import replace

from server.export.content import Sheet
from server.export.forms.form import Form
from server.export.job import Job, Part
from server.export.matrix import matrix


class Deck(Form):
    """What was talked about, what was chosen, what people wrote, and what nobody talked about."""

    def lay_out(self, sheet: Sheet, job: Job) -> list[Part]:
        held = tuple(lane for lane in sheet.lanes if sheet.at(lane.id))
        return matrix(replace(sheet, lanes=held or sheet.lanes), job)
