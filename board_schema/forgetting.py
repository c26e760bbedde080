"""What sealing a board and removing a person do to every stored field.

Each table lists all fields of one stored struct; a field without a line fails a test, so that no new field about a
person is kept by oversight. `sealed` and `removed` apply the tables.

What may not live here: when a board is sealed or somebody is removed (decide).
"""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from board_schema import stacks
from board_schema.board import (
    Act,
    Board,
    Briefing,
    Device,
    Group,
    Note,
    Origin,
    PadLine,
    Person,
    Removed,
    Shares,
    Source,
    Tab,
    TakenLine,
    Turn,
    Walk,
    base_of,
)

T = TypeVar("T", bound=Struct)

Sealing = Literal[
    "kept",
    "forgotten",  # becomes empty
    "each",  # a map: each value is treated by the table of its type, and they are put in the order of their keys
    "raised",  # notes: drafts are deleted, the others are treated as by `each`
    "derived",  # computed again from what is left
]
Removal = Literal[
    "kept",
    "forgotten",  # becomes empty
    "each",  # a map: each value is treated by the table of its type
    "theirs",  # a map: values with a pid of the person's are treated by their table, the rest is kept
    "less",  # a map of notes: without the person's drafts and the notes that they took down
    "stacks",  # undo stacks: theirs is deleted, and in the others every act about a deleted note
    "seat",  # without the person's seat
    "seats",  # a map by seat: without the person's
    "gone",  # set: marks the person as removed
    "answered",  # of a tab: every number up to its highest counts as answered
    "derived",  # computed again from what is left
]


class Says(NamedTuple):
    """What happens to a field."""

    sealing: Sealing
    removal: Removal


Table = dict[str, Says]
KEPT = Says("kept", "kept")
ALONG = Says("forgotten", "kept")  # sealing deletes the whole map that holds this struct

TABLES: dict[type[Struct], Table] = {
    Board: {
        "version": KEPT,
        "id": KEPT,
        "seed": Says("forgotten", "kept"),
        "method": KEPT,
        "title": KEPT,
        "venue": KEPT,
        "lang": KEPT,
        "ticks": KEPT,
        "leader": KEPT,
        "round": KEPT,
        "visited": KEPT,
        "began": KEPT,
        "underway": KEPT,
        "ends_at": KEPT,
        "door": KEPT,
        "notice": KEPT,
        "walk": KEPT,
        "briefing": KEPT,
        "day": KEPT,
        "ahead": KEPT,
        "closed": KEPT,
        "sealed": KEPT,
        "made": KEPT,
        "last_at": KEPT,
        "keep": KEPT,
        "rehearsal": KEPT,
        "ephemeral": KEPT,
        "origin": KEPT,
        "withdrawals": KEPT,
        "joined": Says("forgotten", "kept"),
        "people": Says("forgotten", "theirs"),
        "seats": Says("forgotten", "kept"),  # a removed person's seat id is not used again
        "notes": Says("raised", "less"),
        "bin": Says("forgotten", "less"),
        "groups": Says("each", "each"),
        "turns": Says("forgotten", "each"),
        "writers": Says("forgotten", "kept"),  # counts do not tell that somebody is removed (V6)
        "counts": Says("forgotten", "kept"),
        "turned": KEPT,
        "at_share": Says("forgotten", "kept"),  # as the counts
        "deck": KEPT,
        "sorting": Says("forgotten", "kept"),
        "stack": Says("forgotten", "kept"),  # what nobody drew
        "card": KEPT,
        "claims": Says("forgotten", "seats"),
        "ring": Says("forgotten", "seat"),
        "pad": Says("each", "kept"),  # its lines say nothing of who wrote them
        "pad_bin": Says("forgotten", "kept"),
        "tabs": Says("forgotten", "theirs"),
        "acts": Says("forgotten", "stacks"),
        "holders": Says("derived", "derived"),
        "shares": Says("derived", "derived"),
    },
    Origin: {"title": KEPT, "day": KEPT},
    Walk: {"sheet": KEPT, "part": KEPT, "since": KEPT},
    Shares: {name: Says("derived", "derived") for name in Shares.__struct_fields__},
    Person: {
        "pid": ALONG,
        "seat": ALONG,
        "number": ALONG,
        "name": Says("forgotten", "forgotten"),
        "role": ALONG,
        "group": Says("forgotten", "forgotten"),
        "remote": Says("forgotten", "forgotten"),
        "hosted": Says("forgotten", "forgotten"),
        "ready": Says("forgotten", "kept"),  # they stay in the number of those who are ready (V6)
        "gone": Says("forgotten", "gone"),
        "away": Says("forgotten", "forgotten"),
        "returns": Says("forgotten", "forgotten"),
        "devices": Says("forgotten", "forgotten"),
        "read": Says("forgotten", "forgotten"),
        "leads": Says("forgotten", "forgotten"),
        "parts": Says("forgotten", "forgotten"),
    },
    Device: {"number": ALONG, "since": ALONG, "read": ALONG, "lent": ALONG},
    Note: {
        "id": KEPT,
        "author": Says("forgotten", "kept"),  # a random id; after removal nothing connects it with a person
        "kind": KEPT,
        "text": KEPT,
        "sheet": KEPT,
        "lane": KEPT,
        "row": KEPT,
        "spot": Says("forgotten", "kept"),  # it says who put up first
        "under": KEPT,
        "until": KEPT,
        "reach": KEPT,
        "group": KEPT,
        "of": Says("forgotten", "kept"),  # what was made of which note; `sources` keeps the numbers
        "sources": KEPT,
        "fields": KEPT,
        "marks": KEPT,
        "links": KEPT,
    },
    Briefing: {"teller": KEPT, "when": KEPT, "done": KEPT},  # a part and a day: nobody's name
    Source: {"sheet": KEPT, "lane": KEPT, "count": KEPT},
    Group: {"id": KEPT, "number": KEPT, "shown": KEPT},
    Turn: {
        "scope": ALONG,
        "holder": Says("forgotten", "seat"),
        "queue": Says("forgotten", "seat"),
        "later": Says("forgotten", "seat"),
        "done": Says("forgotten", "seat"),
        "absent": Says("forgotten", "seat"),
        "since": ALONG,
        "number": ALONG,
        "free": ALONG,
    },
    PadLine: {
        "id": KEPT,
        "text": KEPT,
        "round": KEPT,
        "group": KEPT,
        "turn": Says("forgotten", "kept"),  # who remembers the order of turns would know whose it was
        "spot": Says("forgotten", "kept"),  # the order of lines is that of turns
        "card": KEPT,
    },
    TakenLine: {"line": ALONG, "at": ALONG},
    Removed: {"note": ALONG, "by_author": ALONG, "at": ALONG},
    Act: {
        "id": ALONG,
        "note_before": ALONG,
        "note_after": ALONG,
        "by_author": ALONG,
        "line_before": ALONG,
        "line_after": ALONG,
        "about_line": ALONG,
    },
    Tab: {
        "pid": Says("forgotten", "kept"),
        "n": ALONG,
        "refused": ALONG,
        "digests": Says("forgotten", "forgotten"),
        "trusted": Says("forgotten", "answered"),
    },
}


class Gone(NamedTuple):
    """Who are removed, and which notes are deleted with them."""

    pids: frozenset[str]
    seats: frozenset[str]
    notes: frozenset[str]


def sealed(board: Board) -> Board:
    """R14: people, and everything that connects a text with one of them, are deleted; raised notes stay."""
    board = _when_sealed(board)
    return replace(board, holders=stacks.holders_of(board.acts))


def removed(board: Board, people: Iterable[Person]) -> Board:
    """R21: their raised notes stay; their drafts, the notes that they took down and their names are deleted."""
    seats = {person.pid: person.seat for person in people}
    drafts = {i for i, note in board.notes.items() if base_of(note.author) in seats and note.reach == "own"}
    taken_down = {i for i, kept in board.bin.items() if base_of(kept.note.author) in seats}
    board = _when_removed(board, Gone(frozenset(seats), frozenset(seats.values()), frozenset(drafts | taken_down)))
    return replace(board, holders=stacks.holders_of(board.acts))


def _when_sealed(thing: T) -> T:
    return replace(thing, **{name: _sealed(says.sealing, getattr(thing, name)) for name, says in _table(thing)})


def _when_removed(thing: T, gone: Gone) -> T:
    return replace(thing, **{name: _left(says.removal, thing, name, gone) for name, says in _table(thing)})


def _table(thing: Struct) -> list[tuple[str, Says]]:
    return list(TABLES[type(thing)].items())


def _sealed(word: Sealing, value: Any) -> Any:
    match word:
        case "kept" | "derived":
            return value
        case "forgotten":
            return type(value)()
        case "each":
            return {key: _when_sealed(value[key]) for key in sorted(value)}
        case "raised":
            return {key: _when_sealed(value[key]) for key in sorted(value) if value[key].reach != "own"}


def _left(word: Removal, thing: Any, name: str, gone: Gone) -> Any:
    value = getattr(thing, name)
    match word:
        case "kept" | "derived":
            return value
        case "forgotten":
            return type(value)()
        case "each":
            return {key: _when_removed(item, gone) for key, item in value.items()}
        case "theirs":
            theirs = {key: _when_removed(item, gone) for key, item in value.items() if base_of(item.pid) in gone.pids}
            return {key: theirs.get(key, item) for key, item in value.items()}
        case "less":
            return {key: item for key, item in value.items() if key not in gone.notes}
        case "stacks":
            others = {pid: stack for pid, stack in value.items() if base_of(pid) not in gone.pids}
            return stacks.without(others, set(gone.notes))
        case "seat" if isinstance(value, tuple):
            return tuple(seat for seat in value if seat not in gone.seats)
        case "seat":
            return "" if value in gone.seats else value
        case "seats":
            return {seat: item for seat, item in value.items() if seat not in gone.seats}
        case "gone":
            return True
        case "answered":
            return thing.n
