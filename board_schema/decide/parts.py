"""Parts: handing one to somebody, taking or giving back one's own (R30).

What may not live here: who has which part now (`rules.parts`).
"""

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import Board, Person, base_of
from board_schema.commands import Refused
from board_schema.decide.common import Events, seated
from board_schema.method import Method, Part
from board_schema.rules import has_room, holders


def hand(board: Board, method: Method, person: Person, command: c.Hand) -> Events:
    """The events of a part that changes hands; `person` asks. A part that one person has moves to the next one."""
    part = method.part(command.part)
    if part is None or part.rest:
        raise Refused("no_part")
    to = seated(board, command.seat)
    has = part.id in to.parts
    if not _may_hand(person, to, part, on=command.on):
        raise Refused("role")
    if not to.takes_part:
        raise Refused("role")
    if has == command.on:
        return []
    if not command.on:
        return [e.PersonSet(_without(to, part))]
    own = base_of(person.pid)
    moves = person.role == "facilitator" and part.count[1] == 1
    givers = [p for p in holders(board, method, part) if moves or p.pid == own != to.pid]
    if not givers and not has_room(board, method, part):
        raise Refused("full")
    kept = () if part.alone else tuple(one for one in to.parts if not _alone(method, one))
    return [*(e.PersonSet(_without(giver, part)) for giver in givers), e.PersonSet(replace(to, parts=(*kept, part.id)))]


def _may_hand(person: Person, to: Person, part: Part, *, on: bool) -> bool:
    """The facilitator; who has it, to somebody else; somebody to themselves, while there is room for one more."""
    if person.role == "facilitator":
        return True
    own = to.seat == person.seat
    if part.id in person.parts:
        return "holder" in part.hand if on and not own else own and bool(part.hand)
    return own and "oneself" in part.hand and person.role == "participant"


def _without(person: Person, part: Part) -> Person:
    return replace(person, parts=tuple(one for one in person.parts if one != part.id))


def _alone(method: Method, part_id: str) -> bool:
    part = method.part(part_id)
    return part is not None and part.alone
