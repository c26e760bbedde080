"""Planned minutes of rounds: one formula for the clock, the script and the screens (M5).

What may not live here: starting and stopping the clock (`decide`).
"""

import math
from collections.abc import Collection, Iterable
from typing import NamedTuple

from board_schema.board import MINUTE, Board, Person
from board_schema.method import Method, Round


class Crowd(NamedTuple):
    """The numbers that planned minutes depend on: participants present, groups, people in the largest group."""

    people: int
    groups: int
    largest: int


def crowd(people: Iterable[Person], groups: Collection[str]) -> Crowd:
    """Count the participants present (hosted ones too), and those of each existing group."""
    count = 0
    sizes = dict.fromkeys(groups, 0)
    for person in people:
        if person.takes_part:
            count += 1
            if person.group in sizes:
                sizes[person.group] += 1
    return Crowd(count, len(sizes), max(sizes.values(), default=0))


def planned(item: Round, there: Crowd) -> int:
    """The planned minutes of a round; with `minutes_each`, times the number of turns.

    Queues inside groups run at the same time, so the largest group counts.
    """
    if not item.minutes_each:
        return item.minutes
    match item.turn:
        case "groups":
            turns = there.groups
        case "in_group":
            turns = there.largest
        case _:
            turns = there.people
    return item.minutes * max(1, turns)


def more_minutes(board: Board, method: Method) -> int:
    """The minutes by which people above the advised number (`people` of the method) lengthen the workshop.

    In a round with one queue of people everybody needs the time that each of the advised number has.
    """
    most = method.people[1]
    above = max(0, crowd(board.people.values(), board.groups).people - most)
    each = [
        item.minutes if item.minutes_each else item.minutes / most
        for item in method.plan(board.leader)
        if item.turn == "people"
    ]
    return math.ceil(above * sum(each))


def planned_minutes(board: Board, method: Method) -> dict[str, int]:
    """The planned minutes of every round that is played with the present leader answer, by round id."""
    there = crowd(board.people.values(), board.groups)
    return {item.id: planned(item, there) for item in method.plan(board.leader)}


def round_ends_at(board: Board, method: Method) -> int:
    """When the present round ends by the plan of the workshop, ms: since the first round was left, the planned minutes
    count, whatever was done to the clock and however often a round was begun.

    A round that begins only after that (who prepared went on the evening before) has its own minutes.
    """
    plan, minutes = method.plan(board.leader), planned_minutes(board, method)
    at = next((at for at, item in enumerate(plan) if item.id == board.round), 0)
    ends = (board.underway or board.began) + sum(minutes[item.id] for item in plan[1 : at + 1]) * MINUTE
    left = any(item.id in board.visited for item in plan[at + 1 :])
    return ends if left or ends > board.began else board.began + minutes[board.round] * MINUTE
