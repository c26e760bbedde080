"""The grid in an export: a row for each chosen note."""

from __future__ import annotations

from server.export.forms.form import Form


class Grid(Form):
    """Lanes side by side; rows are chosen notes, each with its fate."""

    makes_rows = True
