"""The forms a sheet may have, in an export: one file and one line in FORMS for each.

Everything in an export that depends on a sheet's form asks the form found here; no other module compares form names.
"""

from __future__ import annotations

from typing import Final

from server.export.forms.columns import Columns
from server.export.forms.core import Core
from server.export.forms.deck import Deck
from server.export.forms.form import Form
from server.export.forms.grid import Grid
from server.export.forms.map import Map
from server.export.forms.timeline import Timeline

FORMS: Final[dict[str, Form]] = {
    "timeline": Timeline(),
    "columns": Columns(),
    "grid": Grid(),
    "core": Core(),
    "deck": Deck(),
    "map": Map(),
}

__all__ = ["FORMS", "Form"]
