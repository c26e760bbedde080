"""Checks that all parts of `decide` share: who acts, what they may know of, where a note may lie.

Nothing here makes an event; whether something is allowed is asked of `rules`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import HARD_LIMIT, MAX_PEOPLE, Board, Note, Person, Reach, base_of
from board_schema.commands import Refused, clean
from board_schema.forms import form_of
from board_schema.method import Lane, Method, Round, Sheet
from board_schema.rules import Action, digest, lanes_of, may, people_here, pids_acted_for, sees, who_is

NAME_LIMIT = 40
TITLE_LIMIT = 160
VENUE_LIMIT = 80
MAX_EVER = 4 * MAX_PEOPLE  # people of a board, including those who were removed

Events = list[e.AnyEvent]


def shuffled(board: Board, salt: str, items: Iterable[str]) -> tuple[str, ...]:
    """The items in an order that follows from the board's seed and `salt` (R19)."""
    return tuple(sorted(items, key=lambda item: digest(board, f"{salt}/{item}")))


def full(board: Board) -> bool:
    """Whether nobody more may join (R18). Removed people count towards MAX_EVER only."""
    return people_here(board) >= MAX_PEOPLE or len(board.people) >= MAX_EVER


def is_taken(board: Board, one: str) -> bool:
    """Whether a note or a line of the pad has that id, also one that can be brought back."""
    return one in board.notes or one in board.bin or one in board.pad or one in board.pad_bin


def known_notes(board: Board) -> Iterator[Note]:
    """All notes, also those that can be brought back."""
    yield from board.notes.values()
    yield from (kept.note for kept in board.bin.values())


def audience_of(note: Note) -> tuple[Reach, str]:
    """Who sees a note that is up: equal for notes that the same people see (V2)."""
    return note.reach, note.group if note.reach == "group" else ""


def stands(text: str, began: str | None, *, lines: bool = True) -> bool:
    """Whether a text is the one that an edit began from, cleaned as it is (R25); True if the edit does not say."""
    if began is None or began == text:
        return True
    try:
        return clean(began, limit=HARD_LIMIT, lines=lines) == text
    except Refused:
        return False


def changed(person: Person, **fields: Any) -> e.PersonSet:
    """The event of a change of a person, whichever of their devices it comes from."""
    return e.PersonSet(replace(person, pid=base_of(person.pid), **fields))


def acting(board: Board, person: Person, seat: str) -> Person:
    """The person an op is for: `person`, or the hosted person on `seat` whom the facilitator acts for (R20)."""
    if not seat or seat == person.seat:
        return person
    other = board.person(seat)
    if other is None:
        raise Refused("no_seat")
    if other.pid not in pids_acted_for(board, person):
        raise Refused("not_yours")
    return other


def asking(
    board: Board, method: Method, person: Person, owner: Person, action: Action, note: Note, *, kind: str = ""
) -> Person:
    """The person whose rights count for `action`: `person` if they may do it, else the hosted author `owner` (R20)."""
    return person if may(board, method, who_is(board, method, person), action, note, kind=kind) else owner


def reachable(board: Board, method: Method, person: Person, note_id: str) -> tuple[Note, Person]:
    """A note that the person may know of, and the person they act for on it.

    Raises Refused(`no_note`), also for a note that they may not see.
    """
    note = board.notes.get(note_id)
    if note is None:
        raise Refused("no_note")
    author = board.author(note)
    if author is not None and author.pid in pids_acted_for(board, person):
        return note, author
    if not sees(note, person, board, method):
        raise Refused("no_note")
    return note, person


def need(
    board: Board,
    method: Method,
    person: Person,
    action: Action,
    *,
    note: Note | None = None,
    kind: str = "",
    reason: c.Reason,
) -> None:
    """Raises Refused with this reason unless the person may do it (R1)."""
    if not may(board, method, who_is(board, method, person), action, note, kind=kind):
        raise Refused(reason)


def sheet_lane(
    board: Board, method: Method, sheet_id: str, lane_id: str, *, optional: bool = False
) -> tuple[Sheet, Lane | None]:
    """A sheet and its lane; None for a lane that is not declared, such as a year, and where `optional` for no lane.

    Raises Refused(`no_lane`).
    """
    sheet = method.sheet(sheet_id)
    if sheet is None or not (lane_id in lanes_of(board, sheet) or (optional and not lane_id)):
        raise Refused("no_lane")
    return sheet, sheet.lane(lane_id)


def reach_there(board: Board, item: Round, sheet: Sheet, row: str, group: str, *, team: bool) -> Reach:
    """The reach of a note that this round raises in this row for this group: at most the row's reach (V10).

    `own` where only a group would see it and there is none, or the team and its author is not of it (`team`): its
    author would not see it either.
    """
    if (item.see == "group" and not group) or (item.see == "team" and not team):
        return "own"
    if item.see != "all":
        return item.see
    return form_of(sheet).row_reach(board, sheet, row, plenum=item.show_groups)


def row_group(board: Board, method: Method, sheet: Sheet, person: Person, row: str) -> tuple[str, str]:
    """The row that a note gets, and its group; raises Refused(`no_row`, `no_group`)."""
    leads = person.role in ("facilitator", "scribe") and method.round(board.round).show_groups
    return form_of(sheet).row(board, sheet, person, row, any_group=leads)


def seated(board: Board, seat: str) -> Person:
    """The person on a seat. Raises Refused(`no_seat`)."""
    person = board.person(seat)
    if person is None:
        raise Refused("no_seat")
    return person


def person_name(name: str) -> str:
    """A name as it is stored; empty for a blank one. Raises Refused(`too_long`, `empty`)."""
    return clean(name, limit=NAME_LIMIT, lines=False) if name.strip() else ""


def smallest_group(board: Board) -> str:
    """The id of the group with the fewest people, the first of equal ones; empty where there are no groups (R16)."""
    if not board.groups:
        return ""
    sizes = dict.fromkeys(board.groups, 0)
    for person in board.people.values():
        if person.group in sizes and not person.gone:
            sizes[person.group] += 1
    return min(sizes, key=lambda g: (sizes[g], board.groups[g].number))
