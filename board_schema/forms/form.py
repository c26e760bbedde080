"""What a form is: how one kind of sheet arranges its lanes, as the rules see it.

A form computes from the sheet, the board and the arguments it is given. What may not live here: permissions (`rules`),
ids of methods or rounds, and drawing (static/js/forms, server/export/forms).
"""

from collections.abc import Callable, Container

from board_schema.board import Board, Person, Reach
from board_schema.commands import Reason, Refused
from board_schema.forms.scales import Faults, MadeLane, Scale
from board_schema.method import Lane, Sheet


class Form:
    """A sheet with declared lanes and nothing else. Each form overrides what differs."""

    name = ""
    makes_rows = False  # whether rows are made of chosen notes
    has_sides = False  # whether notes lie on one side of a line or the other
    takes_picks = False  # whether picked notes may lie on it (R29)
    gathers = False  # whether its notes can be gathered under a heading
    stays_beside = True  # whether a note of a lane says by itself what it is about (V17)
    has_cards = False  # whether the cards of a deck lie on it
    lies_over = False  # whether its notes may be drawn over a map (R47)
    places = False  # whether its lanes have places in a picture, and a spot is one too, not an order (R43)

    def makes_lanes(self, sheet: Sheet) -> bool:
        """Whether a sheet has lanes that are not declared."""
        return False

    def made_lanes(self, sheet: Sheet, board: Board) -> tuple[MadeLane, ...]:
        """The lanes that come before the declared ones."""
        return ()

    def scale(self, sheet: Sheet) -> Scale | None:
        """The scale whose ticks the board keeps for this sheet; None for a sheet that needs none."""
        return None

    def spans(self, sheet: Sheet, board: Board) -> tuple[str, ...]:
        """The lanes, in order, that a heading may span; empty where there are no headings."""
        return ()

    def needs_row(self, sheet: Sheet) -> Reason | None:
        """The reason to refuse raising a note without a row; None where notes have no row."""
        return "no_group" if sheet.per_group else None

    def row(self, board: Board, sheet: Sheet, person: Person, row: str, *, any_group: bool) -> tuple[str, str]:
        """The row that a note gets when `row` is requested, and the group whose copy of the sheet that is.

        `any_group`: whether this person may write on every group's copy. Raises Refused(`no_group`, `no_row`).
        """
        if not sheet.per_group:
            return "", person.group
        group = row if row and any_group else person.group
        if group and group not in board.groups:
            raise Refused("no_group")
        return group, group

    def row_reach(self, board: Board, sheet: Sheet, row: str, *, plenum: bool) -> Reach:
        """The reach of a row, which is the greatest reach of a note in it.

        `plenum`: the round has `show_groups`. Then a group's copy has reach `group` until the group is revealed.
        """
        group = board.groups.get(row) if sheet.per_group and plenum else None
        return "all" if group is None or group.shown else "group"

    def row_exists(self, board: Board, row: str) -> bool:
        """False for a note whose row has been removed since."""
        return True

    def row_lanes(
        self, sheet: Sheet, opened: Container[str], waits: Callable[[Lane], bool]
    ) -> tuple[list[str], dict[str, str]]:
        """The open lanes of one row of chosen notes, and the reason why each other lane is closed.

        `opened`: lanes that the round opens; `waits`: whether a lane needs notes in other lanes of its row first (R10).
        """
        return [], {}

    def faults(self, sheet: Sheet) -> Faults:
        """Faults of a sheet of this form in a method file: pairs of field and what to write."""
        return [] if sheet.lanes else [("", "write at least one [[sheets.lanes]]")]
