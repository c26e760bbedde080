"""The table of record kinds: all kinds of records, and what each depends on.

Whole views, renewed views, personal layers and whose layers a change concerns all follow from TABLE; a new kind of
record is one entry here. What may not live here: how a record is made (modules `*_records`).
"""

from collections.abc import Iterable, Iterator
from typing import Generic

from board_schema.board import CHOSEN, Board, Note, Person, Removed, Turn, base_of
from board_schema.handed import Handing
from board_schema.rules import names
from board_schema.view import board_records as of_board
from board_schema.view import card_records as of_cards
from board_schema.view import circle_records as of_circles
from board_schema.view import cycle_records as of_cycle
from board_schema.view import note_records as of_note
from board_schema.view import own_records as own
from board_schema.view import pad_records as of_pad
from board_schema.view import people_records as of_people
from board_schema.view import version_records as of_versions
from board_schema.view.differences import Differences
from board_schema.view.kinds import AudienceKind, Kind, OwnKind, Part, Touch, Touched, Viewer

BOARD_FIELDS = frozenset(Board.__struct_fields__)
ONE = ("",)  # the id of a kind with one record
OwnIds = Iterable[tuple[str, str | None]]


class Layer(Generic[Viewer, Touched]):
    """The kinds of one layer, and for each board field the kinds that depend on it.

    Raises ValueError for a kind that depends on an unknown field of the board.
    """

    def __init__(self, kinds: Iterable[Kind[Viewer, Touched]]) -> None:
        self.kinds = tuple(kinds)
        self.whole: dict[str, list[tuple[Kind[Viewer, Touched], Part | None]]] = {}
        self.each: dict[str, list[tuple[Kind[Viewer, Touched], Touch[Touched]]]] = {}
        for kind in self.kinds:
            if unknown := {*kind.on, *kind.part, *kind.each} - BOARD_FIELDS:
                raise ValueError(f"kind {kind.name}: a board has no field {', '.join(sorted(unknown))}")
            for name in kind.on:
                self.whole.setdefault(name, []).append((kind, None))
            for name, part in kind.part.items():
                self.whole.setdefault(name, []).append((kind, part))
            for name, touch in kind.each.items():
                self.each.setdefault(name, []).append((kind, touch))


class Table:
    """The kinds of the audience layer and of the personal layer."""

    def __init__(self, audience: Iterable[AudienceKind], personal: Iterable[OwnKind]) -> None:
        self.audience = Layer(audience)
        self.personal = Layer(personal)


# For a changed value in a map of the board: which records to make again.


def _key(since: Differences, key: str, old: object, new: object) -> tuple[str]:
    return (key,)


def _shown_or_hidden(since: Differences, key: str, old: Note | None, new: Note | None) -> tuple[str, ...]:
    """`board`: its scene and offers depend on what is up, its `reveal` on drafts that the facilitator sees."""
    if of_board.stands(old) != of_board.stands(new):
        return ONE
    note = new or old
    if note is None or of_board.hides(old) == of_board.hides(new):
        return ()
    author = since.board.people.get(base_of(note.author))
    return ONE if author is None or not author.joined else ()


def _writer(since: Differences, key: str, old: Person | None, new: Person | None) -> tuple[str, ...]:
    """`board`: its `reveal` and offers depend on who is hosted, on who is in a group, and on who has a part."""
    same = old is not None and new is not None and _as_writer(old) == _as_writer(new)
    return () if same else ONE


def _as_writer(person: Person) -> tuple[object, ...]:
    return person.role, person.gone, person.away, person.group, person.parts


def _parts(since: Differences, key: str, old: Person | None, new: Person | None) -> set[str]:
    """`part:P`: to whom it was handed. (Who loses the role or leaves loses their parts with it.)"""
    before, after = (frozenset(person.parts) if person is not None else frozenset() for person in (old, new))
    return set(before ^ after)


def _counted(since: Differences, key: str, old: Person | None, new: Person | None) -> tuple[str, ...]:
    """`progress` depends on who takes part and who is ready."""
    same = old is not None and new is not None and old.takes_part == new.takes_part and old.ready == new.ready
    return () if same else ONE


def _speaker(since: Differences, key: str, old: Person | None, new: Person | None) -> tuple[str, ...]:
    """`plan`, and the end of a round in `deck`, depend on the number of participants and the sizes of groups."""
    same = old is not None and new is not None and old.takes_part == new.takes_part and old.group == new.group
    return () if same else ONE


def _groups_of(since: Differences, key: str, old: Person | None, new: Person | None) -> Iterator[str]:
    """`group:G`: how many of its members are ready."""
    for person in (old, new):
        if person is not None and person.group in since.board.groups:
            yield person.group


def _seat(since: Differences, key: str, old: Person | None, new: Person | None) -> Iterator[str]:
    if old is not None:
        yield old.seat
    if new is not None:
        yield new.seat


def _scope(since: Differences, key: str, old: Turn | None, new: Turn | None) -> tuple[str]:
    return ((new or old or Turn("")).scope,)


def _claims(since: Differences, key: str, old: Note | None, new: Note | None) -> Iterable[str]:
    """`claim:SEAT`: whether the note is there, and face down."""
    return of_cards.claim_of(since.board, new or old)


def _claimer(since: Differences, key: str, old: Note | None, new: Note | None) -> OwnIds:
    """`me.card`: whether the note is there, and seen on this device."""
    same = old is not None and new is not None and old.reach == new.reach
    seats = () if same else of_cards.claim_of(since.board, new or old)
    yield from ((since.board.seats[seat], "") for seat in seats)


def _sitting(since: Differences, key: str, old: Person | None, new: Person | None) -> tuple[str, ...]:
    """`ring` depends on who takes part."""
    return () if of_cards.sits(old) == of_cards.sits(new) else ONE


def _taken_card(since: Differences, key: str, old: str | None, new: str | None) -> Iterator[str]:
    """`note:N`: whether it can be taken."""
    yield from (note for note in (old, new) if note)


def _row_of(since: Differences, key: str, old: Note | None, new: Note | None) -> Iterator[str]:
    """`row:R`: it is made of its head, and its open lanes depend on the notes that are up in the row (R10)."""
    if _heads(old) or _heads(new):
        yield key
    for note in (old, new):
        if note is not None and note.row and note.reach != "own":
            yield note.row


def _note_and_beneath(since: Differences, key: str, old: Note | None, new: Note | None) -> Iterator[str]:
    """`note:N`: a comment is shown while its note is, a heading while something lies under it, a link while both its
    ends are.
    """
    yield key
    yield from {note.under for note in (old, new) if note is not None and note.under}
    yield from _answered(since, old, new)
    yield from since.beneath(key, old, new)
    yield from since.linking(key, old, new)
    yield from _named(since, old, new)
    if _heads(old) != _heads(new):
        yield from _of_group(since, key, old, new)


def _named(since: Differences, old: Note | None, new: Note | None) -> Iterator[str]:
    """`note:N`: some are sent only while others name them (V20), and what is linked to those shows that link then."""
    for one in names(old) ^ names(new):
        yield one
        yield from since.linked_to(one)


def _told(since: Differences, key: str, old: Note | None, new: Note | None) -> tuple[str, ...]:
    """`cycle` counts and tells notes that are up."""
    return ONE if of_cycle.counted(old) or of_cycle.counted(new) else ()


def _answered(since: Differences, old: Note | None, new: Note | None) -> Iterator[str]:
    """`note:N`: whether its programmes have what a leader answered it (R38, R42)."""
    for note in (old, new):
        if note is not None and not note.author and since.board.handings:
            yield from (one for others in note.links.values() for one in others if one in since.board.notes)


def _handed(since: Differences, key: str, old: Handing | None, new: Handing | None) -> Iterator[str]:
    """`note:N`: which programmes have it (R42)."""
    for handing in (old, new):
        yield from (*handing.notes, *handing.answers) if handing is not None else ()


def _heads(note: Note | None) -> bool:
    return note is not None and CHOSEN in note.marks


def _of_group(since: Differences, key: str, old: Note | None, new: Note | None) -> Iterator[str]:
    """Other notes of a group whose note begins or ceases to head a row: whether it may choose them too (R12)."""
    head = new or old
    if head is not None:
        yield from (note.id for note in since.board.notes.values() if note.group == head.group and note.id != key)


def _author(since: Differences, key: str, old: Note | None, new: Note | None) -> OwnIds:
    note = new or old
    if note is not None:
        yield note.author, key
    for one in (*since.beneath(key, old, new), *since.linking(key, old, new)):
        yield since.board.notes[one].author, one
    for one in names(old) ^ names(new):  # sent only while it is named (V20): what drafts say of it is shown with it
        for each in (one, *since.linked_to(one), *since.about_it(one)):
            if each in since.board.notes:
                yield since.board.notes[each].author, each
    if _heads(old) != _heads(new):
        yield from _chosen_author(since, key, old, new)


def _chosen_author(since: Differences, key: str, old: Note | None, new: Note | None) -> OwnIds:
    """`mine:N`: the rights on a note depend on whether its group has chosen (R12); for a draft that of its author."""
    notes, head = since.board.notes, new or old
    yield from ((notes[one].author, one) for one in _of_group(since, key, old, new))
    for note in notes.values():
        author = since.board.author(note) if note.reach == "own" else None
        if author is not None and head is not None and (author.group == head.group or author.role == "facilitator"):
            yield note.author, note.id


def _removed_author(since: Differences, key: str, old: Removed | None, new: Removed | None) -> OwnIds:
    item = new or old
    return () if item is None else ((item.note.author, key),)


def _me(since: Differences, key: str, old: object, new: object) -> OwnIds:
    return ((key, ""),)


def _hosted(since: Differences, key: str, old: Person | None, new: Person | None) -> OwnIds:
    """`host:S`: who is hosted, and their parts."""
    person = new or old
    if person is not None and any(one is not None and one.hosted for one in (old, new)):
        yield key, person.seat


def _all_of(since: Differences, key: str, old: object, new: object) -> OwnIds:
    return ((key, None),)


TABLE = Table(
    audience=(
        AudienceKind(
            name="board",
            make=of_board.board_record,
            on=(
                "title", "venue", "lang", "round", "leader", "ticks", "door", "began",
                "ends_at", "underway", "closed", "sealed", "notice", "walk", "now", "briefing", "day", "ahead", "keep",
                "rehearsal", "origin", "visited", "counts", "turned", "at_share", "deck", "stack",
                "started_from", "handings", "sitting",
            ),
            part={
                "last_at": of_board.expires_on, "received_at": of_board.expires_on,
                "groups": of_board.known_groups, "notes": of_board.chosen_by,
                "bin": of_board.in_use, "pad": of_board.in_use, "pad_bin": of_board.in_use,
            },
            each={"notes": _shown_or_hidden, "people": _writer},
        ),
        AudienceKind(
            name="method", make=of_board.method_record, on=("leader", "ticks")
        ),
        AudienceKind(
            name="plan", make=of_board.plan_record, on=("leader", "groups"), each={"people": _speaker}
        ),
        AudienceKind(
            name="sheet",
            ids=of_board.sheet_ids,
            make=of_board.sheet_record,
            on=("round", "closed", "visited", "leader", "ticks"),
            part={"notes": of_board.chosen_by, "groups": of_board.known_groups},
        ),
        AudienceKind(
            name="deck",
            make=of_cards.deck_record,
            on=(
                "round", "leader", "closed", "deck", "stack", "card", "turns", "began", "underway", "visited", "groups",
            ),
            part={"notes": of_cards.open_card},
            each={"people": _speaker},
        ),
        AudienceKind(
            name="prepare", make=of_cards.prepare_record, on=("round", "leader", "closed", "deck", "sorting")
        ),
        AudienceKind(
            name="claim",
            ids=of_cards.claim_ids,
            make=of_cards.claim_record,
            each={"claims": _key, "notes": _claims, "people": _seat},
        ),
        AudienceKind(name="ring", make=of_cards.ring_record, on=("ring", "closed"), each={"people": _sitting}),
        AudienceKind(
            name="progress",
            make=of_board.progress_record,
            on=("round", "ticks", "counts"),
            each={"people": _counted},
        ),
        AudienceKind(
            name="seat", ids=of_people.seat_ids, make=of_people.seat_record, on=("round",), each={"people": _seat}
        ),
        AudienceKind(
            name="part", ids=of_people.part_ids, make=of_people.part_record, on=("closed",), each={"people": _parts}
        ),
        AudienceKind(
            name="group",
            ids=of_people.group_ids,
            make=of_people.group_record,
            on=("round",),
            each={"groups": _key, "people": _groups_of},
        ),
        AudienceKind(
            name="turn",
            ids=of_people.turn_ids,
            make=of_people.turn_record,
            on=("round", "closed", "groups"),
            each={"turns": _scope},
        ),
        AudienceKind(
            name="row",
            ids=of_note.row_ids,
            make=of_note.row_record,
            on=("round", "closed"),
            each={"notes": _row_of},
        ),
        AudienceKind(
            name="note",
            ids=of_note.note_ids,
            make=of_note.note_record,
            on=("round", "closed", "versions"),
            each={"notes": _note_and_beneath, "claims": _taken_card, "handings": _handed},
        ),
        AudienceKind(name="cycle", make=of_cycle.cycle_record, on=("versions",), each={"notes": _told}),
        AudienceKind(
            name="circle",
            ids=of_circles.circle_ids,
            make=of_circles.circle_record,
            on=("round", "versions"),
            part={"notes": of_circles.ties},
        ),
        AudienceKind(
            name="version",
            ids=of_versions.version_ids,
            make=of_versions.version_record,
            on=("round",),
            each={"versions": _key},
        ),
        AudienceKind(
            name="bin", ids=of_note.bin_ids, make=of_note.bin_record, on=("closed",), each={"bin": _key}
        ),
        AudienceKind(
            name="pad", ids=of_pad.pad_ids, make=of_pad.pad_record, on=("closed",), each={"pad": _key}
        ),
    ),
    personal=(
        OwnKind(
            name="me",
            make=own.me_record,
            on=("round", "leader", "closed", "turns", "ticks", "card", "stack", "claims", "ahead", "now"),
            part={"notes": of_board.chosen_by},
            each={"people": _me, "acts": _me, "notes": _claimer},
        ),
        OwnKind(
            name="host",
            ids=own.host_ids,
            make=own.host_record,
            on=("round", "leader", "closed"),
            part={"notes": of_board.chosen_by},
            each={"people": _hosted},
        ),
        OwnKind(
            name="mine",
            ids=own.mine_ids,
            make=own.mine_record,
            on=("round", "closed", "turns", "versions"),
            part={"groups": of_board.known_groups},
            each={"people": _all_of, "notes": _author},
        ),
        OwnKind(
            name="deleted",
            ids=own.removed_ids,
            make=own.deleted_record,
            on=("closed",),
            each={"people": _all_of, "bin": _removed_author},
        ),
        OwnKind(
            name="taken",
            ids=own.removed_ids,
            make=own.taken_record,
            on=(),
            each={"people": _all_of, "bin": _removed_author},
        ),
    ),
)  # fmt: skip
