"""Devices on which people came back with a return link: coming back, the message about it, shutting one out (R24).

What may not live here: the links themselves and their tokens (server.doors, server.store).
"""

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import MAX_DEVICES, Board, Person, base_of
from board_schema.commands import Refused
from board_schema.decide.common import Events
from board_schema.rules import later_devices, read_up_to


def come_back(board: Board, pid: str) -> Events:
    """The event of a person coming back with a return link: `Person.returns` + 1 is the number of their new device.

    Raises Refused(`no_seat`, `full`).
    """
    person = board.people.get(pid)
    if person is None or person.gone or not person.joined:
        raise Refused("no_seat")
    if len(person.devices) >= MAX_DEVICES:
        raise Refused("full")
    return [e.Returned(pid)]


def about_devices(person: Person, command: c.Devices) -> Events:
    """The events of op `devices`. Only later devices than the one in use can be shut out."""
    if command.act == "out":
        if all(device.number != command.number for device in later_devices(person)):
            raise Refused("no_seat")
        return [e.DeviceOut(base_of(person.pid), command.number)]
    number = min(command.number, person.returns)
    return [e.DevicesRead(person.pid, number)] if number > read_up_to(person) else []
