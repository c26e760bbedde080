"""How many notes a board has room for: what is up, what all wrote for themselves, and each person's share (R18).

What may not live here: counting them (board_schema.shares).
"""

from typing import Literal

from board_schema.board import LEAD_SHARE, LEAST_SHARE, MAX_DRAFTS, MAX_NOTES, SHARE, Board, Person, base_of


def share_of(person: Person) -> int:
    """How many notes a person may have: drafts, notes that are up, and those taken down that can still come back."""
    return LEAD_SHARE if person.role in ("facilitator", "scribe") else SHARE


def no_room(board: Board, person: Person, *, up: bool) -> Literal["full", "share"] | None:
    """Why a person can have no further note; None while they can. `up`: a note that is up at once.

    Of others' drafts it tells nothing, but to somebody who wrote more of them than most while there are too many.
    """
    shares, pid = board.shares, person.pid
    if up and shares.up >= MAX_NOTES:
        return "full"
    if shares.notes.get(pid, 0) >= share_of(person):
        return "share"
    if not up and (total := sum(shares.drafts.values())) >= MAX_DRAFTS:
        fair = max(LEAST_SHARE, total // len(shares.drafts))
        return "share" if shares.drafts.get(pid, 0) >= fair else None
    return None


def somebody_at_share(board: Board) -> bool:
    """Whether anybody present can have no further note."""
    for pid, number in board.shares.notes.items():
        if number >= SHARE:
            person = board.people.get(base_of(pid))
            if person is not None and not person.gone and number >= share_of(person):
                return True
    return False
