"""Which notes a person may know of, and for whom they may act.

What may not live here: what may be done with a note (`permission`), and what an audience is shown (`view`).
"""

from board_schema.board import Board, Note, Person


def pids_acted_for(board: Board, person: Person) -> set[str]:
    """The pids that a person may act for: their own, and for the facilitator those of hosted people (R20)."""
    if person.role != "facilitator":
        return {person.pid}
    return {person.pid} | {p.pid for p in board.people.values() if p.hosted and not p.gone}


def sees(note: Note, person: Person, board: Board) -> bool:
    """True when a person may know of a note: it reaches them, or they may act for its author (V2, V3)."""
    match note.reach:
        case "all":
            return True
        case "group":
            return person.role == "facilitator" or person.group == note.group != ""
        case _:
            return note.author in pids_acted_for(board, person)
