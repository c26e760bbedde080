"""The map in an export: its lanes side by side; which circles there are is said in words beside them."""

from __future__ import annotations

from server.export.forms.form import Form


class Map(Form):
    """Declared lanes, in the order of the file."""
