"""What a form is: how one kind of sheet arranges its lanes, as the rules see it.

A form answers from a sheet, a board and the values it is given. It may not ask who may do what (`rules` does), and it
may not know a method's or a round's id. How a sheet is drawn is the screens' and the poster's matter.
"""

from collections.abc import Callable, Container
from typing import NamedTuple, get_args

from board_schema.board import Board, Fate, Person, Reach
from board_schema.commands import Reason, Refused
from board_schema.method import Lane, Sheet

Faults = list[tuple[str, str]]
FATES = tuple(word for word in get_args(Fate) if word)


class Mark(NamedTuple):
    """A word that a note (`side`) or a row (`fate`) of a sheet may carry."""

    id: str
    kind: str


class MadeLane(NamedTuple):
    """A lane that the form makes, such as a year. `scale` is its place on the form's scale."""

    id: str
    scale: int


class Form:
    """A sheet with declared lanes and nothing else. Each form overrides what differs."""

    name = ""
    makes_rows = False  # whether rows are made of chosen notes
    has_years = False  # whether its lanes are the board's years

    def made_lanes(self, board: Board) -> tuple[MadeLane, ...]:
        """The lanes that come before the declared ones."""
        return ()

    def spans(self, board: Board) -> tuple[str, ...]:
        """The lanes, in order, that a heading may span; empty where there are no headings."""
        return ()

    def marks(self, sheet: Sheet) -> tuple[Mark, ...]:
        """The words that notes and rows of the sheet may carry, in order."""
        return tuple(Mark(word, "fate") for word in FATES) if any(lane.fates for lane in sheet.lanes) else ()

    def side(self, asked: str, *, raised: bool) -> str:
        """The side a note gets when `asked` for one; `raised`: whether the note is up, not a draft."""
        return ""

    def years(self, sheet: Sheet, first: int, last: int, this_year: int) -> tuple[int, int]:
        """The first and last year of a board with this sheet; 0 stands for "not said". Raises Refused(`bad_op`)."""
        return 0, 0

    def years_used(self, lane: str, until: str) -> tuple[int, ...]:
        """The years that a note in this lane (a heading: up to `until`) needs."""
        return ()

    def needs_row(self, sheet: Sheet) -> Reason | None:
        """Why a note without a row may not be raised here; None where notes lie in no row."""
        return "no_group" if sheet.per_group else None

    def row(self, board: Board, sheet: Sheet, person: Person, row: str, *, any_group: bool) -> tuple[str, str]:
        """The row a note comes to lie in when `row` is asked for, and the group whose copy that is.

        `any_group`: whether this person writes on every group's copy. Raises Refused(`no_group`, `no_row`).
        """
        if not sheet.per_group:
            return "", person.group
        group = row if row and any_group else person.group
        if group and group not in board.groups:
            raise Refused("no_group")
        return group, group

    def row_reach(self, board: Board, sheet: Sheet, row: str, *, plenum: bool) -> Reach:
        """How far a row is seen, and so how far a note reaches at most that is put up in it.

        In plenum a group's copy is not for all before the group is revealed.
        """
        group = board.groups.get(row) if sheet.per_group and plenum else None
        return "all" if group is None or group.shown else "group"

    def row_exists(self, board: Board, row: str) -> bool:
        """False for a note whose row has been removed since."""
        return True

    def row_lanes(
        self, sheet: Sheet, opened: Container[str], waits: Callable[[Lane], bool]
    ) -> tuple[list[str], dict[str, str]]:
        """The lanes of one row of chosen notes that are open, and why each other one is not.

        `opened`: lanes that the round opens; `waits`: whether a lane must wait for others of its row (R10).
        """
        return [], {}

    def faults(self, sheet: Sheet) -> Faults:
        """What is wrong with a sheet of this form in a method file: field and what to write."""
        return [] if sheet.lanes else [("", "write at least one [[sheets.lanes]]")]
