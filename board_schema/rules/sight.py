"""Which notes a person may know of, and for whom they may act.

What may not live here: what may be done with a note (`permission`), and what an audience is shown (`view`).
"""

from board_schema.board import Board, Device, Note, Person, base_of, device_pid, number_of
from board_schema.method import Method
from board_schema.rules.parts import lent_to, person_in_team


def own_pids(person: Person) -> set[str]:
    """The pids whose notes are a person's own (R24).

    On a device that came in by a return link, what was written on it; on the person's others what they wrote anywhere.
    The facilitator's other devices are co-facilitators' (R27).
    """
    if person.pid != base_of(person.pid) or person.role == "facilitator":
        return {person.pid}
    return {person.pid, *(device_pid(person.pid, number + 1) for number in range(person.returns))}


def pids_acted_for(board: Board, person: Person) -> set[str]:
    """The pids that a person may act for: their own, and for the facilitator those of hosted people (R20)."""
    own = own_pids(person)
    if person.role != "facilitator":
        return own
    return own | {p.pid for p in board.people.values() if p.hosted and not p.gone}


def later_devices(person: Person) -> list[Device]:
    """The person's devices that came in after the one in use: those that its user may shut out (R24)."""
    return [device for device in person.devices if device.number > number_of(person.pid) and not device.lent]


def names_coleaders(person: Person) -> bool:
    """Whether a person may name co-facilitators: the facilitator, not on a lent device (R27)."""
    return person.role == "facilitator" and not lent_to(person)


def read_up_to(person: Person) -> int:
    """Up to which number the message about later devices was confirmed on the device in use."""
    mine = number_of(person.pid)
    return next((device.read for device in person.devices if device.number == mine), person.read)


def sees(note: Note, person: Person, board: Board, method: Method) -> bool:
    """True when a person may know of a note: it reaches them, or they may act for its author (V2, V3)."""
    match note.reach:
        case "all":
            return True
        case "group":
            return person.role == "facilitator" or person.group == note.group != ""
        case "team" if person_in_team(method, person):
            return True
        case _:
            return note.author in pids_acted_for(board, person)
