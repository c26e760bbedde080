"""The grid in an export: a row for each note that was chosen by talk."""

from __future__ import annotations

from server.export.forms.form import Form


class Grid(Form):
    """Lanes side by side; rows are chosen notes, each with what became of it."""

    makes_rows = True
