"""How many notes a board has room for: what is up, what all wrote for themselves, and each person's share (R18).

What may not live here: counting them (board_schema.shares).
"""

from typing import Literal

from board_schema.board import LEAD_SHARE, LEAST_SHARE, MAX_DRAFTS, MAX_KEPT, MAX_NOTES, SHARE, Board, Person


def share_of(person: Person) -> int:
    """How many notes a person may have: drafts, notes that are up, and those taken down that can still come back."""
    return LEAD_SHARE if person.role in ("facilitator", "scribe") else SHARE


def room_for(board: Board, notes: int = 1) -> bool:
    """Whether so many further notes may be up."""
    return board.shares.up + notes <= (MAX_KEPT if board.programme else MAX_NOTES)


def no_room(board: Board, person: Person, *, up: bool) -> Literal["full", "share"] | None:
    """Why a person can have no further note; None while they can. `up`: a note that is up at once.

    It depends on what is up, what the person has, and how many people are there: on nothing that others wrote for
    themselves (V6).
    """
    shares, pid = board.shares, person.pid
    if up and not room_for(board):
        return "full"
    if shares.notes.get(pid, 0) >= share_of(person):
        return "share"
    drafts = shares.drafts.get(pid, 0)
    if not up and drafts >= LEAST_SHARE and drafts >= MAX_DRAFTS // people_here(board):
        return "share"
    return None


def at_last(board: Board, person: Person) -> bool:
    """Whether the person's next note is the last one that they can have."""
    return board.shares.notes.get(person.pid, 0) + 1 >= share_of(person)


def people_here(board: Board) -> int:
    """How many people the cap of R18 counts."""
    return sum(not person.gone for person in board.people.values())
