"""What somebody was sent, held against when they could first see it: T13 for runs that nobody wrote by hand.

It knows V2, V3, V10 and V15 in its own words, and asks neither `view` nor `rules`.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

import msgpack

from board_schema.board import Board, Note, PadLine, Person
from board_schema.events import Entry
from board_schema.fold import fold

Who = TypeVar("Who")


def since_when(
    entries: Iterable[Entry], pids: Mapping[Who, str], *, leading: Collection[str] = ()
) -> dict[Who, dict[bytes, int]]:
    """When (the log's milliseconds) each of some people could first see each text of a board.

    `leading`: the ids of the method's parts that may lead.
    """
    found: dict[Who, dict[bytes, int]] = {who: {} for who in pids}
    board = Board()
    for version, entry in enumerate(entries, 1):
        before, board = board, fold(board, version, entry)
        shapes: list[Note | PadLine] = [*board.notes.values(), *board.pad.values()]
        if board.people is before.people:
            held = (*before.notes.values(), *before.pad.values())
            known = {id(shape) for shape in held}
            shapes = [shape for shape in shapes if id(shape) not in known]
        for who, pid in pids.items():
            person = board.people.get(pid)
            leads = person is not None and person.role == "facilitator"
            group = person.group if person is not None and person.role in ("participant", "scribe") else ""
            for shape in shapes:
                if isinstance(shape, PadLine):
                    sees = leads or (person is not None and not person.gone and person.role == "scribe")
                else:
                    here = person is not None and not person.gone and not board.programme
                    team = leads or (person is not None and here and is_of_team(person, leading))
                    sees = (
                        (shape.reach == "team" and team)
                        or shape.reach == "all"
                        or (shape.reach == "group" and (leads or group == shape.group != ""))
                    )
                answers = shape.fields.values() if isinstance(shape, Note) else ()
                for text in (shape.text, *answers) if sees else ():
                    found[who].setdefault(text.encode(), entry.at)
    return found


def is_of_team(person: Person, leading: Collection[str]) -> bool:
    """V16: of a workshop scribes, and participants who lead, or have a part that does."""
    return person.role == "scribe" or (
        person.role == "participant" and (person.leads or any(part in leading for part in person.parts))
    )


def of_others(
    tape: Iterable[bytes], canary: re.Pattern[bytes], *, visible: Mapping[bytes, int], wrote: set[bytes]
) -> set[bytes]:
    """The texts of others in somebody's frames. Raises AssertionError for one that came too early, or at all."""
    heard: set[bytes] = set()
    for frame in tape:
        for text in set(canary.findall(frame)) - wrote:
            kind, version, *_ = msgpack.unpackb(frame)
            since = visible.get(text)
            assert since is not None, f"V2, V3: {text!r} was sent to somebody who never may see it"
            # In `mine`: an own note that somebody who may has edited, and that is down again.
            assert kind in ("patch", "mine")
            assert kind == "mine" or version >= since, f"V3: {text!r} was sent before its reveal"
            heard.add(text)
    return heard
