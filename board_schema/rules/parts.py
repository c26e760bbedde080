"""Parts: what somebody is in this workshop beside participant, who has which, and who may hand them on (R30).

What may not live here: what a part's grants allow (`permission`).
"""

from collections.abc import Iterable

from board_schema.board import Board, Person, number_of
from board_schema.method import Method, Part, Text


def parts_of(method: Method, person: Person) -> tuple[str, ...]:
    """The parts that a person has now: those that were handed to them, else the one of all others."""
    return () if person.role != "participant" or person.gone else parts_with(method, person.parts)


def parts_with(method: Method, handed: Iterable[str]) -> tuple[str, ...]:
    """The parts of a participant to whom these were handed: these, or the one of all others."""
    known = frozenset(handed)
    return tuple(part.id for part in method.parts if part.id in known) or tuple(
        part.id for part in method.parts if part.rest
    )


def holders(board: Board, method: Method, part: Part) -> list[Person]:
    """Who has a part, in the order in which they came in."""
    return [person for person in board.present() if part.id in parts_of(method, person)]


def has_room(board: Board, method: Method, part: Part) -> bool:
    """Whether one more may have a part."""
    return not part.rest and len(holders(board, method, part)) < part.count[1]


def is_wanted(board: Board, method: Method, part: Part) -> bool:
    """Whether fewer than needed have a part."""
    return len(holders(board, method, part)) < part.count[0]


def words_for(board: Board, method: Method, part_id: str) -> tuple[Text, ...]:
    """The words that who has this part may show to all now: the present round's, else those of the last round before
    it that has some. What was shown may stay while people talk on.
    """
    if board.closed:
        return ()
    plan = method.plan(board.leader)
    at = next((i for i, item in enumerate(plan) if item.id == board.round), -1)
    said = (item.prompts[part_id].words for item in (plan[at::-1] if at >= 0 else ()) if part_id in item.prompts)
    return next((words for words in said if words), ())


def may_show(board: Board, method: Method, seat: str) -> tuple[Text, ...]:
    """The words that somebody may show to all now, from all of their parts; empty: they may show none (R34)."""
    person = board.person(seat)
    parts = parts_of(method, person) if person is not None else ()
    return tuple(word for part in parts for word in words_for(board, method, part))


def lent_to(person: Person) -> str:
    """Of a facilitator: the seat of the co-facilitator whose device is in use; empty on the facilitator's own (R27)."""
    mine = number_of(person.pid)
    return next((device.lent for device in person.devices if device.number == mine), "")


def in_team(method: Method, *, role: str, leads_too: bool, parts: Iterable[str]) -> bool:
    """Whether somebody sees what has reach `team`: those who lead the workshop, and scribes (V16).

    `leads_too`: they are a co-facilitator, or a facilitator on the device of one; `parts`: those that were handed to
    them. In a programme only those who lead it are: everybody else is there for one sitting, and what the team wrote is
    of years.
    """
    if method.endless:
        return role == "facilitator" and not leads_too
    if role in ("facilitator", "scribe"):
        return True
    return role == "participant" and (leads_too or leads(method, parts))


def person_in_team(method: Method, person: Person) -> bool:
    """As `in_team`, of a person."""
    too = person.leads or bool(lent_to(person))
    return not person.gone and in_team(method, role=person.role, leads_too=too, parts=person.parts)


def leads(method: Method, parts: Iterable[str]) -> bool:
    """Whether one of these parts lets its holder go on to other rounds."""
    return any("lead" in part.may for part in map(method.part, parts) if part is not None)
