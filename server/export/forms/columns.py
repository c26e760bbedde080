"""Columns in an export: lanes side by side, as in `Form`."""

from __future__ import annotations

from server.export.forms.form import Form


class Columns(Form):
    """Declared lanes; on a sheet that each group has a copy of, a row for each group."""
