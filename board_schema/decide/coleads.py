"""Co-facilitators: naming them, the console on their own device, and its end (R27).

What may not live here: tokens (server.doors), and what a facilitator may do (`lead`).
"""

from collections.abc import Container

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import MAX_DEVICES, Board, Person, base_of
from board_schema.commands import Refused
from board_schema.decide.common import Events, seated
from board_schema.rules import WRITERS, names_coleaders


def colead(board: Board, person: Person, command: c.Colead) -> Events:
    """The events of naming a co-facilitator or ending it; `person` asks."""
    if not names_coleaders(person):
        raise Refused("role")
    other = seated(board, command.seat)
    if other.hosted or other.role not in WRITERS:
        raise Refused("role")
    if other.leads == command.on:
        return []
    events: Events = [e.PersonSet(replace(other, leads=command.on))]
    return events if command.on else [*events, *taken_back(board, {other.seat})]


def lend(board: Board, pid: str) -> Events:
    """The events of a co-facilitator who opens the console: `returns` + 1 of the facilitator numbers the new device.

    They have one at a time: an earlier one is shut out. Raises Refused(`role`, `closed`, `full`).
    """
    person = board.people.get(base_of(pid))
    leader = facilitator(board)
    if person is None or person.gone or not person.leads or leader is None:
        raise Refused("role")
    if board.closed:
        raise Refused("closed")
    events = taken_back(board, {person.seat})
    if len(leader.devices) - len(events) >= MAX_DEVICES:
        raise Refused("full")
    return [*events, e.Lent(leader.pid, person.seat)]


def facilitator(board: Board) -> Person | None:
    """The person who leads, on whose devices co-facilitators act; None on a sealed board."""
    return next((person for person in board.people.values() if person.role == "facilitator"), None)


def taken_back(board: Board, seats: Container[str]) -> Events:
    """The events that shut out the consoles of these co-facilitators."""
    leader = facilitator(board)
    if leader is None:
        return []
    return [e.DeviceOut(leader.pid, device.number) for device in leader.devices if device.lent and device.lent in seats]
