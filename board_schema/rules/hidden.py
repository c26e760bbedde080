"""Hidden notes (drafts that a reveal would raise), and what others are told of them: coarse counts of people (V6).

What is counted is who wrote in a lane or round, as `fold` notes it: not the notes that there are. So nothing that is
done to a note or a person afterwards moves a count. What may not live here: anything that tells how much one person
wrote, or shows a text.
"""

from bisect import bisect_right
from itertools import pairwise
from typing import Literal, NamedTuple

from board_schema.board import Board, Note, Person, base_of, lane_key
from board_schema.method import Method
from board_schema.rules.lanes import open_lanes, revealable_lanes

STEPS = (0, 3, 5, 10, 15, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480, 640, 960, 1_200)
FLOOR = STEPS[1]  # people who must have written in a lane before anything is said of it
GRID = 10_000  # milliseconds between the moments, counted from the round's beginning, at which counts may grow
_FURTHER = dict(pairwise(STEPS))

Until = Literal["own", "own_until_turn", "own_until_reveal"]


class Revealable(NamedTuple):
    """A lane that the facilitator may reveal now. `again`: it was revealed, and nothing is said to be there since."""

    sheet: str
    lane: str
    again: bool


def phones(board: Board) -> dict[str, Person]:
    """Participants present with a phone of their own, by pid: *people* in V6."""
    return {pid: person for pid, person in board.people.items() if person.takes_part and not person.hosted}


def waits(board: Board, note: Note) -> bool:
    """True for a draft that a reveal of its lane would raise (R9).

    A listener's drafts stay drafts (R6), and so do those of somebody who is waited for (R37).
    """
    author = board.author(note)
    if note.reach != "own" or note.kind != "note" or author is None:
        return False
    return author.role != "listener" and not author.away


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


def step_of(people: int) -> int:
    """The largest step that is not above a number of people."""
    return STEPS[bisect_right(STEPS, people) - 1]


def counted(board: Board, now: int) -> dict[str, int]:
    """The counts that have passed a further step at the last moment of the grid up to `now`, with that step."""
    moment = board.began + (now - board.began) // GRID * GRID
    if moment <= board.began:
        return {}
    found: dict[str, int] = {}
    for place, times in _grown(board):
        step = step_of(sum(at < moment for at in times.values()))
        if step > board.counts.get(place, 0):
            found[place] = step
    return found


def next_count(board: Board) -> int:
    """The first moment of the grid at which a count has passed a further step (ms); 0 while none has.

    Called about once a second for each open board: its time depends on the number of lanes, unless a step is passed.
    """
    due = [sorted(times.values())[_FURTHER[board.counts.get(place, 0)] - 1] for place, times in _grown(board)]
    if not due:
        return 0
    return board.began + ((max(min(due), board.began) - board.began) // GRID + 1) * GRID


def _grown(board: Board) -> list[tuple[str, dict[str, int]]]:
    """The lanes and rounds where more people wrote than the next step, with the times."""
    return [
        (place, times)
        for place, times in board.writers.items()
        if len(times) >= _FURTHER.get(board.counts.get(place, 0), len(times) + 1)
    ]


def wrote(board: Board, people: int) -> int:
    """How many people at least have written in the present round; never more than the `people` there are."""
    return step_of(min(board.counts.get(board.round, 0), people))


def piles(board: Board, method: Method) -> dict[str, dict[str, int]]:
    """How many people at least have written in each lane of the present round, by sheet and lane.

    Only while people write for themselves or the facilitator reveals: in a turn, notes are raised one by one.
    """
    item = method.round(board.round)
    if not (item.private and item.turn == "none") and item.reveal != "by_facilitator":
        return {}
    lanes = ("", *open_lanes(board, method, item))
    found = {lane: n for lane in lanes if (n := board.counts.get(lane_key(item.sheet, lane), 0))}
    return {item.sheet: found} if found else {}


def may_be_revealed(board: Board, method: Method) -> list[Revealable]:
    """The lanes that the facilitator is offered to reveal, in order of sheet and lane.

    All of the present round's, whether or not anything is there; of earlier rounds those with a count, and those where
    the facilitator has a draft, their own or a hosted person's.
    """
    item = method.round(board.round)
    now = {lane_key(item.sheet, lane) for lane in open_lanes(board, method, item)}
    hands = in_hand(board)
    drafts = [note for note in board.notes.values() if base_of(note.author) in hands and waits(board, note)]
    theirs = {lane_key(note.sheet, note.lane) for note in drafts}
    found: list[Revealable] = []
    for sheet, lane in sorted(revealable_lanes(board, method)):
        key = lane_key(sheet, lane)
        said = key in theirs or key in board.counts
        if said or (item.reveal == "by_facilitator" and key in now):
            found.append(Revealable(sheet, lane, again=not said and key in board.turned))
    return found


def in_hand(board: Board) -> set[str]:
    """The pids whose drafts the facilitator sees: their own and those of hosted people."""
    return {pid for pid, person in board.people.items() if not (person.joined or person.gone)}
