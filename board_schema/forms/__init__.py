"""The forms a sheet may have: one file and one line in FORMS for each.

Everything in the rules that depends on a sheet's form asks the form found here; no other module compares form names.
"""

from board_schema.forms.columns import Columns
from board_schema.forms.form import FATES, FATES_BECOME, Form, MadeLane, Mark
from board_schema.forms.grid import Grid
from board_schema.forms.timeline import Timeline
from board_schema.method import Method, Sheet

FORMS: dict[str, Form] = {
    "timeline": Timeline(),
    "columns": Columns(),
    "grid": Grid(),
}


def form_of(sheet: Sheet) -> Form:
    """The form of a sheet. Raises KeyError for an unknown name, which no parsed method has."""
    return FORMS[sheet.form]


def sheet_of_rows(method: Method) -> Sheet | None:
    """The sheet whose rows are made of chosen notes, or None."""
    return next((sheet for sheet in method.sheets if form_of(sheet).makes_rows), None)


def sheet_of_years(method: Method) -> Sheet | None:
    """The first sheet that has the board's years, or None."""
    return next((sheet for sheet in method.sheets if form_of(sheet).has_years), None)


__all__ = ["FATES", "FATES_BECOME", "FORMS", "Form", "MadeLane", "Mark", "form_of", "sheet_of_rows", "sheet_of_years"]
