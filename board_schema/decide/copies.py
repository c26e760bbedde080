"""A copy of a closed workshop: a new one with what was shown to all, and nothing that tells of anybody (R36)."""

from collections.abc import Iterator

from msgspec.structs import replace

from board_schema import events as e
from board_schema.board import DAY, Board, Note, Origin, Person
from board_schema.decide.common import Events
from board_schema.forms import sheet_of_cards
from board_schema.method import Method
from board_schema.rules import digest
from board_schema.rules.about import BETWEEN
from board_schema.under import orphaned


def copy(board: Board, method: Method, *, board_id: str, seed: str, pid: str, seat: str, keep: int) -> Events:
    """The first entry's events of a copy, with a new facilitator.

    `seed` is random and secret: the ids of notes are made from it, so that nobody knows theirs again. Raises
    ValueError for a workshop that is not closed, and for one of which nothing is kept.
    """
    if not board.closed or board.rehearsal or board.ephemeral:
        raise ValueError("only a closed workshop that is kept is copied")
    created = e.Created(
        id=board_id,
        seed=seed,
        method=board.method,
        title=board.title,
        venue=board.venue,
        ticks=board.ticks,
        leader=board.leader,
        round=method.plan(board.leader)[0].id,
        ends_at=0,
        keep=keep,
        lang=board.lang,
        facilitator=Person(pid=pid, seat=seat, number=0, name="", role="facilitator"),
    )
    shown = dict(_shown(board, method))
    ids = _new_ids(seed, set(shown))
    origin = Origin(board.title, (board.underway or board.made) // DAY * DAY)
    groups = [e.GroupPut(group) for group in board.groups.values()]
    notes = [e.NotePut(_anew(note, ids)) for note in shown.values()]
    # What lies under another comes after it; else the order of ids, which tells nothing.
    notes.sort(key=lambda put: (put.note.kind == "comment", put.note.kind != "gathering", put.note.id))
    return [created, e.Copied(origin), *groups, *notes]


def _new_ids(seed: str, old: set[str]) -> dict[str, str]:
    """A new id for each, in the same order: notes of equal spots stand as they stood on the sealed board."""
    new = Board(seed=seed)
    return dict(zip(sorted(old), sorted(digest(new, f"copy/{one}")[:20] for one in old), strict=True))


def _shown(board: Board, method: Method) -> Iterator[tuple[str, Note]]:
    """The notes that all were shown, by id. Cards, and what lies under them, are left out: they are dealt anew."""
    sheet = sheet_of_cards(method)
    texts = {text for deck in method.decks for card in deck.cards for text in (card.da, card.en)}
    # A sealed board no longer knows which of its notes were cards: there they are known by their texts.
    cards = {n.id for n in board.notes.values() if sheet is not None and n.sheet == sheet.id and n.text in texts}
    for note_id, note in board.notes.items():
        over = board.notes.get(note.under)
        loose = note.kind == "comment" and (over is None or over.reach != "all" or over.id in cards)
        if note.reach == "all" and not loose and not orphaned(board, note) and note_id not in cards:
            yield note_id, note


def _anew(note: Note, ids: dict[str, str]) -> Note:
    """A note under its new id, without what may tell who wrote it, when, or what was made of it."""
    return replace(
        note,
        id=ids[note.id],
        author="",
        row=ids.get(note.row, note.row),
        spot=0,
        under=ids.get(note.under, ""),
        links=_anew_links(note, ids),
        about=tuple(_anew_about(note, ids)),
        version=0,
        of=(),
        sources=(),
    )


def _anew_about(note: Note, ids: dict[str, str]) -> Iterator[str]:
    """The elements that a note names, as far as the copy has them."""
    for element in note.about:
        parts = element.split(BETWEEN)
        parts[::2] = [ids.get(one, "") for one in parts[::2]]
        if all(parts):
            yield BETWEEN.join(parts)


def _anew_links(note: Note, ids: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """What a note is linked to, as far as the copy has it."""
    kept = {kind: tuple(sorted(ids[one] for one in others if one in ids)) for kind, others in note.links.items()}
    return {kind: others for kind, others in kept.items() if others}
