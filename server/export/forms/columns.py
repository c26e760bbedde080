"""Columns in an export: lanes side by side, as in `Form`."""

from __future__ import annotations

from server.export.forms.form import Form


class Columns(Form):
    """Declared lanes; with `per_group`, a row for each group."""
