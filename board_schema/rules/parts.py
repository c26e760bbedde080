"""Parts: what somebody is in this workshop beside participant, who has which, and who may hand them on (R30).

What may not live here: what a part's grants allow (`permission`).
"""

from collections.abc import Iterable

from board_schema.board import Board, Person
from board_schema.method import Method, Part


def parts_of(method: Method, person: Person) -> tuple[str, ...]:
    """The parts that a person has now: those that were handed to them, else the one of all others."""
    if not method.parts or person.role != "participant" or person.gone:
        return ()
    handed = tuple(part.id for part in method.parts if part.id in person.parts)
    return handed or tuple(part.id for part in method.parts if part.rest)


def holders(board: Board, method: Method, part: Part) -> list[Person]:
    """Who has a part, in the order in which they came in."""
    return [person for person in board.present() if part.id in parts_of(method, person)]


def has_room(board: Board, method: Method, part: Part) -> bool:
    """Whether one more may have a part."""
    return not part.rest and len(holders(board, method, part)) < part.count[1]


def is_wanted(board: Board, method: Method, part: Part) -> bool:
    """Whether fewer than needed have a part."""
    return len(holders(board, method, part)) < part.count[0]


def leads(method: Method, parts: Iterable[str]) -> bool:
    """Whether one of these parts lets its holder go on to other rounds."""
    return any("lead" in part.may for part in map(method.part, parts) if part is not None)
