"""Lanes: which lanes a sheet has, which a round opens, why a lane is closed, and which may be revealed.

What may not live here: what depends on the form (`forms`), and hidden notes (`hidden`).
"""

from typing import Literal

from board_schema.board import Board, Note
from board_schema.commands import Reason
from board_schema.forms import form_of, lanes_named
from board_schema.method import Lane, Method, Round, Sheet
from board_schema.rules.permission import Who, granted, round_on, tells_late

Why = Literal["", "closed", "round", "lane_closed", "role"]


def lanes_of(board: Board, sheet: Sheet) -> tuple[str, ...]:
    """All lane ids of a sheet: first those that its form makes, then the declared ones (M4)."""
    made = tuple(lane.id for lane in form_of(sheet).made_lanes(sheet, board))
    return made + tuple(lane.id for lane in declared_lanes(board, sheet))


def declared_lanes(board: Board, sheet: Sheet) -> tuple[Lane, ...]:
    """The declared lanes that are there now; one for a leader's answers from the close on, or while it holds some."""

    def there(lane: Lane) -> bool:
        if not lane.answers or board.closed:
            return True
        held = board.notes.values()
        return any((n.sheet, n.lane, n.author, n.reach) == (sheet.id, lane.id, "", "all") for n in held)

    return tuple(lane for lane in sheet.lanes if there(lane))


def open_lanes(board: Board, method: Method, item: Round) -> tuple[str, ...]:
    """The lanes of a round's sheet that are open for new notes in it."""
    sheet = method.sheet(item.sheet)
    if sheet is None:
        return ()
    answers = {lane.id for lane in sheet.lanes if lane.answers}
    return lanes_named(board, method, item) or tuple(lane for lane in lanes_of(board, sheet) if lane not in answers)


def ahead_round(board: Board, method: Method) -> Round | None:
    """The round for which people may write private notes now, while the workshop waits for its day (R37)."""
    if not board.ahead or board.closed or not method.ahead:
        return None
    return next((item for item in method.plan(board.leader) if item.id == method.ahead), None)


def why_closed(board: Board, method: Method, asker: Who, sheet: Sheet) -> dict[str, Why]:
    """For each lane of a sheet, why nobody of this audience may add a note now; "" where somebody may.

    `closed`: the workshop is closed; `round`: the present round is about another sheet, or grants writing and placing
    to nobody; `lane_closed`: it opens other lanes of this sheet; `role`: it grants them to others than this audience.
    """
    item = round_on(board, method, asker, sheet.id)
    lanes = lanes_of(board, sheet)
    if board.closed:
        return dict.fromkeys(lanes, "closed")
    if tells_late(board, method, asker) == sheet:
        return dict.fromkeys(lanes, "")
    if item.sheet != sheet.id or not (item.write or item.place):
        return dict.fromkeys(lanes, "round")
    opened = frozenset(open_lanes(board, method, item))
    why: Why = "" if takes_from(item, asker) else "role"
    return {lane: why if lane in opened else "lane_closed" for lane in lanes}


def takes_from(item: Round, asker: Who) -> bool:
    """Whether a round grants somebody of this audience to write or place notes."""
    some = Who(role=asker.role, group=asker.group, holder=True, parts=asker.parts)
    return granted(item.write, some, own=True, group=asker.group) or (
        item.see != "own" and granted(item.place, some, own=True, group=asker.group)
    )


def opened_so_far(board: Board, method: Method, sheet: Sheet) -> frozenset[str]:
    """The lanes of a sheet that were opened by the present round or by one that was begun before."""
    played = {board.round, *board.visited}
    found: set[str] = set()
    for item in method.plan(board.leader):
        if item.sheet == sheet.id and item.id in played and _takes_notes(item):
            found.update(open_lanes(board, method, item))
    return frozenset(found)


def _takes_notes(item: Round) -> bool:
    """Whether notes come up in a round, or are written in it."""
    return bool(item.private or item.group or item.pick or item.reveal != "none" or item.draw or item.claim)


def limit_of(method: Method, lane: Lane | None) -> int:
    """The greatest number of characters of a note in this lane (R17)."""
    return lane.limit if lane is not None and lane.limit is not None else method.limit


def depth_missing(board: Board, lane: Lane | None, sheet: str, row: str) -> bool:
    """True while a lane named in `after` has no note in that row, and the row's head carries no word that opens the
    lane all the same (R10).
    """
    if lane is None or not lane.after:
        return False
    head = board.rows.get(row)
    if head is not None and lane.unless in head.marks:
        return False
    filled = {
        n.lane
        for n in board.notes.values()
        if n.sheet == sheet and n.row == row and n.reach != "own" and n.kind == "note"
    }
    return not filled.issuperset(lane.after)


def revealable_lanes(board: Board, method: Method) -> set[tuple[str, str]]:
    """Every (sheet, lane) that may be revealed now: of `by_facilitator` rounds that have been begun (R9)."""
    played = {board.round, *board.visited}
    return {
        (item.sheet, lane)
        for item in method.plan(board.leader)
        if item.reveal == "by_facilitator" and item.id in played
        for lane in open_lanes(board, method, item)
    }


def missing(board: Board, method: Method, note: Note) -> Reason | None:
    """The reason why a note cannot be put back to its position: its row or lane no longer exists. None if it can.

    A comment can always be put back: its position is that of its note (R7).
    """
    sheet = method.sheet(note.sheet)
    if sheet is None or note.kind == "comment":
        return None
    if not form_of(sheet).row_exists(board, note.row):
        return "no_row"
    return None if {note.lane, note.until} - {""} <= set(lanes_of(board, sheet)) else "no_lane"


def row_used(board: Board, method: Method, row_id: str) -> bool:
    """True when the head of a row carries a word that a lane shows, or notes that are up lie in the row (comments do
    not count), so that it cannot be un-chosen (R12).

    Drafts do not count, or a refusal would tell that there are some (V6): they then lie without a row.
    """
    head = board.rows.get(row_id)
    shown = {lane.shows for sheet in method.sheets for lane in sheet.lanes if lane.shows}
    return bool(head and shown & head.marks.keys()) or any(
        n.row == row_id and n.kind != "comment" and n.reach != "own" for n in board.notes.values()
    )
