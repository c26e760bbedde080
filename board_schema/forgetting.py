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
    LAST_SPOT,
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
    Tab,
    TakenLine,
    Turn,
    Walk,
    base_of,
    cell_of,
)
from board_schema.handed import Handing, Item, Programme, Source, Told
from board_schema.versions import Still, Version

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


Sitting = Literal[
    "sealed",  # as sealing does
    "kept",
    "forgotten",  # becomes empty
    "leads",  # a map of people, seats or tabs: those who lead stay, and what is nobody's
    "raised",  # notes: those that are up stay without an author, and drafts of those who lead as they are
]


class Says(NamedTuple):
    """What happens to a field: when the board is sealed, when somebody is removed, when a sitting ends (R41)."""

    sealing: Sealing
    removal: Removal
    sitting: Sitting = "sealed"


Table = dict[str, Says]
KEPT = Says("kept", "kept")
ALONG = Says("forgotten", "kept")  # sealing deletes the whole map that holds this struct

TABLES: dict[type[Struct], Table] = {
    Board: {
        "version": KEPT,
        "id": KEPT,
        "seed": Says("forgotten", "kept", "kept"),
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
        "ends_at": Says("kept", "kept", "forgotten"),
        "door": Says("kept", "kept", "forgotten"),
        "notice": Says("kept", "kept", "forgotten"),
        "walk": KEPT,
        "now": Says("kept", "kept", "forgotten"),
        "briefing": KEPT,
        "day": KEPT,
        "ahead": KEPT,
        "closed": KEPT,
        "sealed": KEPT,
        "made": KEPT,
        "last_at": KEPT,
        "received_at": KEPT,
        "keep": KEPT,
        "rehearsal": KEPT,
        "ephemeral": KEPT,
        "programme": KEPT,
        "sitting": Says("kept", "kept", "forgotten"),
        "places": KEPT,
        "origin": KEPT,
        "started_from": KEPT,
        "handings": KEPT,
        "received": KEPT,
        "withdrawals": KEPT,
        "joined": Says("forgotten", "kept"),
        "people": Says("forgotten", "theirs", "leads"),
        "seats": Says("forgotten", "kept", "leads"),  # a removed person's seat id is not used again
        "notes": Says("raised", "less", "raised"),
        "bin": Says("forgotten", "less"),
        "groups": Says("each", "each", "forgotten"),
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
        "pad": Says("each", "kept", "forgotten"),  # its lines say nothing of who wrote them
        "pad_bin": Says("forgotten", "kept"),
        "tabs": Says("forgotten", "theirs", "leads"),
        "versions": KEPT,  # texts as all were shown them
        "acts": Says("forgotten", "stacks"),
        "holders": Says("derived", "derived"),
        "shares": Says("derived", "derived"),
    },
    Version: {"number": KEPT, "day": KEPT, "notes": KEPT},
    Still: dict.fromkeys(Still.__struct_fields__, KEPT),
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
        "spot": Says("forgotten", "kept"),  # it says who put up first; after a sitting see `_after_sitting`
        "under": KEPT,
        "until": KEPT,
        "reach": KEPT,
        "group": Says("kept", "kept", "forgotten"),
        "of": Says("forgotten", "kept"),  # what was made of which note; `sources` keeps the numbers
        "sources": KEPT,
        "fields": KEPT,
        "marks": KEPT,
        "links": KEPT,
        "about": KEPT,
        "version": KEPT,
    },
    Briefing: {"teller": KEPT, "when": KEPT, "done": KEPT},  # a part and a day: nobody's name
    Source: dict.fromkeys(Source.__struct_fields__, KEPT),  # words, numbers and a day
    Told: dict.fromkeys(Told.__struct_fields__, KEPT),  # what all were shown, and lines that say nobody's name
    Item: dict.fromkeys(Item.__struct_fields__, KEPT),  # picked, so without an author
    Handing: dict.fromkeys(Handing.__struct_fields__, KEPT),
    Programme: dict.fromkeys(Programme.__struct_fields__, KEPT),
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


def after_sitting(board: Board) -> Board:
    """R41: as sealing forgets people and who wrote what, but for those who lead; the board goes on."""
    leads = frozenset(pid for pid, person in board.people.items() if person.role == "facilitator")
    after = replace(board, **{name: _sat(says, board, name, leads) for name, says in _table(board)})
    return replace(after, holders=stacks.holders_of(after.acts))


def _sat(says: Says, board: Board, name: str, leads: frozenset[str]) -> Any:
    value = getattr(board, name)
    match says.sitting:
        case "leads":
            return {key: _alone(item) for key, item in value.items() if _pid(item) in ("", *leads)}
        case "raised":
            return _anonymous(board, leads)
        case _:
            return _plain(says, value)


def _plain(says: Says, value: Any) -> Any:
    match says.sitting:
        case "kept":
            return value
        case "forgotten":
            return type(value)()
        case _:
            return _sealed(says.sealing, value)


def _pid(item: Person | Tab | str) -> str:
    """Whose it is; of a device that is lent to a co-facilitator the device's own pid, which leads nowhere then."""
    return item if isinstance(item, str) else item.pid


def _alone(item: T | str) -> T | str:
    """What is kept of somebody who leads: nothing of those to whom a device was lent (R27)."""
    if not isinstance(item, Person):
        return item
    return replace(item, devices=tuple(device for device in item.devices if not device.lent))


def _anonymous(board: Board, leads: frozenset[str]) -> dict[str, Note]:
    """The notes in the order of their ids, without authors. Spots that are an order would tell who wrote first: notes
    that were put up since the last sitting stand together, behind the others.
    """
    last: dict[tuple[str, str, str], int] = {}
    for note in board.notes.values():
        if not note.author and note.reach != "own":
            last[cell_of(note)] = max(last.get(cell_of(note), 0), note.spot + 1)
    kept: dict[str, Note] = {}
    for note_id, note in sorted(board.notes.items()):
        if note.reach == "own":
            kept |= {note_id: note} if note.author in leads else {}
            continue
        spot = (
            note.spot if not note.author or note.sheet in board.places else min(last.get(cell_of(note), 0), LAST_SPOT)
        )
        words = {name: _plain(says, getattr(note, name)) for name, says in _table(note)}
        kept[note_id] = replace(note, **words | {"spot": spot})
    return kept


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
