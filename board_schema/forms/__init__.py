"""The forms a sheet may have: one file and one line in FORMS for each.

Everything in the rules that depends on a sheet's form asks the form found here; no other module compares form names.
"""

from board_schema.board import Board
from board_schema.forms.columns import Columns
from board_schema.forms.core import Core
from board_schema.forms.deck import DeckForm
from board_schema.forms.form import Form
from board_schema.forms.grid import Grid
from board_schema.forms.map import Map
from board_schema.forms.scales import MadeLane
from board_schema.forms.timeline import Timeline
from board_schema.method import MADE, Method, Round, Sheet

FORMS: dict[str, Form] = {
    "timeline": Timeline(),
    "columns": Columns(),
    "grid": Grid(),
    "core": Core(),
    "map": Map(),
    "deck": DeckForm(),
}


def form_of(sheet: Sheet) -> Form:
    """The form of a sheet. Raises KeyError for an unknown name, which no parsed method has."""
    return FORMS[sheet.form]


def lanes_named(board: Board, method: Method, item: Round) -> tuple[str, ...]:
    """The ids of the lanes that a round names; empty where it names none, and so means all of its sheet."""
    sheet = method.sheet(item.sheet)
    if sheet is None or MADE not in item.lanes:
        return item.lanes
    made = tuple(lane.id for lane in form_of(sheet).made_lanes(sheet, board))
    return tuple(lane.id for lane in sheet.lanes if lane.id in item.lanes) + made


def sheet_of_lifts(method: Method) -> Sheet | None:
    """The sheet whose notes are lifts, each a page to bring to a meeting (R50): where lifts are taken; or None."""
    return next((sheet for sheet in method.sheets if any(lane.takes == "lift" for lane in sheet.lanes)), None)


def sheet_of_rows(method: Method) -> Sheet | None:
    """The sheet whose rows are made of chosen notes, or None."""
    return next((sheet for sheet in method.sheets if form_of(sheet).makes_rows), None)


def sheet_of_ticks(method: Method) -> Sheet | None:
    """The first sheet whose scale begins and ends where the board says, or None."""
    return next((sheet for sheet in method.sheets if form_of(sheet).scale(sheet)), None)


def sheet_of_cards(method: Method) -> Sheet | None:
    """The first sheet on which the cards of a deck lie, or None."""
    return next((sheet for sheet in method.sheets if form_of(sheet).has_cards), None)


__all__ = [
    "FORMS",
    "MADE",
    "Form",
    "MadeLane",
    "form_of",
    "lanes_named",
    "sheet_of_cards",
    "sheet_of_rows",
    "sheet_of_ticks",
]
