"""Hidden notes: what a reveal would raise, and what others are told of it (V6).

The counts that everybody sees and the facilitator's list of lanes come from `count_hidden` alone. Nothing here may tell
how much one person wrote, or show a text.
"""

from typing import Literal, NamedTuple

from board_schema.board import Board, Note, Person
from board_schema.method import Method
from board_schema.rules.lanes import open_lanes, revealable_lanes

FLOOR = 3  # people who must have notes in a lane before anything is said of how many notes there are

LaneOf = tuple[str, str]  # sheet, lane
Until = Literal["own", "own_until_turn", "own_until_reveal"]


class Hidden(NamedTuple):
    """What is said of hidden notes.

    `wrote`: how many people have written for this round. `piles`: how many notes lie in a lane, by sheet and lane.
    `reveal`: lanes (sheet, lane) that the facilitator may reveal now and that are said to hold something.
    """

    wrote: int
    piles: dict[str, dict[str, int]]
    reveal: tuple[LaneOf, ...]


def phones(board: Board) -> dict[str, Person]:
    """The participants who write on a phone of their own, by pid: those whose writing V6 protects."""
    return {
        pid: person
        for pid, person in board.people.items()
        if person.role == "participant" and not (person.gone or person.hosted)
    }


def waits(board: Board, note: Note) -> bool:
    """True for a draft that a reveal of its lane would raise (R9). A listener's drafts stay drafts (R6)."""
    author = board.people.get(note.author)
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
    """What V6 lets others know of hidden notes, in one pass over the notes."""
    item = method.round(board.round)
    opened = {(item.sheet, lane) for lane in open_lanes(board, method, item)}
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
        if note.author in counted:
            writers.setdefault(at, set()).add(note.author)
            if at in opened or at == (item.sheet, ""):
                wrote.add(note.author)
        elif board.people[note.author].role != "scribe":
            in_hand.add(at)  # the facilitator wrote it, for themselves or for a hosted person
    if not sizes:
        return Hidden(0, {}, ())
    many = {at for at, who in writers.items() if len(who) >= FLOOR}
    piles: dict[str, dict[str, int]] = {}
    for sheet, lane in sorted(many & opened):
        piles.setdefault(sheet, {})[lane] = sizes[sheet, lane]
    said = many | in_hand | (writers.keys() & opened)
    return Hidden(len(wrote), piles, tuple(sorted(said & revealable_lanes(board, method))))
