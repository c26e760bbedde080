"""Hidden notes (drafts that a reveal would raise), and the counts of them that others are shown (V6).

The counts for everybody and the facilitator's list of lanes come from `count_hidden` alone. What may not live here:
anything that tells how much one person wrote, or shows a text.
"""

from typing import Literal, NamedTuple

from board_schema.board import Board, Note, Person, base_of
from board_schema.method import Method
from board_schema.rules.lanes import open_lanes, revealable_lanes

FLOOR = 3  # people who must have notes in a lane before the number of notes there is shown

LaneOf = tuple[str, str]  # sheet, lane
Until = Literal["own", "own_until_turn", "own_until_reveal"]


class Hidden(NamedTuple):
    """What others are shown of hidden notes.

    `wrote`: number of people who have written for this round. `piles`: number of notes, by sheet and lane. `reveal`:
    lanes (sheet, lane) that the facilitator may reveal now and is told to hold notes.
    """

    wrote: int
    piles: dict[str, dict[str, int]]
    reveal: tuple[LaneOf, ...]


def phones(board: Board) -> dict[str, Person]:
    """Participants present with a phone of their own, by pid: *people* in V6."""
    return {
        pid: person
        for pid, person in board.people.items()
        if person.role == "participant" and not (person.gone or person.hosted)
    }


def waits(board: Board, note: Note) -> bool:
    """True for a draft that a reveal of its lane would raise (R9). A listener's drafts stay drafts (R6)."""
    author = board.author(note)
    return note.reach == "own" and note.kind == "note" and author is not None and author.role != "listener"


def drafts_until(board: Board, method: Method) -> Until:
    """What raises the drafts that are written now: the first round, from the present one on, that raises any on its
    sheet; `own` where none does.
    """
    plan = method.plan(board.leader)
    item = method.round(board.round)
    for other in plan[plan.index(item) :] if item in plan else ():
        if other.sheet == item.sheet and other.reveal in ("on_turn", "by_facilitator"):
            return "own_until_turn" if other.reveal == "on_turn" else "own_until_reveal"
    return "own"


def count_hidden(board: Board, method: Method) -> Hidden:
    """Compute what V6 lets others know of hidden notes, in one pass over the notes."""
    item = method.round(board.round)
    opened = {(item.sheet, lane) for lane in ("", *open_lanes(board, method, item))}
    counted = phones(board)
    wrote: set[str] = set()
    sizes: dict[LaneOf, int] = {}
    writers: dict[LaneOf, set[str]] = {}
    in_hand: set[LaneOf] = set()
    for note in board.notes.values():
        if not waits(board, note):
            continue
        at = (note.sheet, note.lane)
        sizes[at] = sizes.get(at, 0) + 1
        author = base_of(note.author)
        if author in counted:
            writers.setdefault(at, set()).add(author)
            if at in opened:
                wrote.add(author)
        elif board.people[author].role != "scribe":
            in_hand.add(at)  # the facilitator wrote it, for themselves or a hosted person
    if not sizes:
        return Hidden(0, {}, ())
    many = {at for at, who in writers.items() if len(who) >= FLOOR}
    piles: dict[str, dict[str, int]] = {}
    for sheet, lane in sorted(many & opened):
        piles.setdefault(sheet, {})[lane] = sizes[sheet, lane]
    said = many | in_hand | (writers.keys() & opened)
    return Hidden(len(wrote), piles, tuple(sorted(said & revealable_lanes(board, method))))
