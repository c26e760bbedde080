"""Links (R39): ops `link` and `unlink`, and the links of a note that is written.

Who changes the links of a kind changes those that they see. One to a note that others alone see stays as it is, counts
for nothing, and is told by no refusal (V18).
"""

from collections.abc import Iterable

from msgspec.structs import replace

from board_schema import commands as c
from board_schema import events as e
from board_schema.board import Board, Note, Person
from board_schema.commands import Refused
from board_schema.decide.common import Events, asking, audience_of, need, reachable
from board_schema.method import LinkKind, Method, Sheet
from board_schema.rules import joins, sees, standing


def link(board: Board, method: Method, person: Person, command: c.Link) -> Events:
    """Raises Refused(`no_note`, `no_link`, `itself`, `locked`, `linked`, `links_full`)."""
    note, kind, other = _ends(board, method, person, command)
    there = _seen(board, method, person, note, kind)
    if other.id in there:
        raise Refused("linked")
    if not _seen_as_widely(note, other):
        raise Refused("no_link")
    if kind.most == 1:
        there = []  # it takes the place of the one that was
    if len(there) >= kind.most:
        raise Refused("links_full")
    return [e.NotePut(_linked(board, method, person, note, kind, [*there, other.id]))]


def unlink(board: Board, method: Method, person: Person, command: c.Unlink) -> Events:
    """Raises Refused(`no_note`, `no_link`, `itself`, `locked`)."""
    note, kind, other = _ends(board, method, person, command)
    there = _seen(board, method, person, note, kind)
    if other.id not in there:
        raise Refused("no_link")
    left = [one for one in there if one != other.id]
    return [e.NotePut(_linked(board, method, person, note, kind, left))]


def _ends(board: Board, method: Method, person: Person, command: c.Link | c.Unlink) -> tuple[Note, LinkKind, Note]:
    """The two notes and the kind, where this person may link them so. Raises Refused."""
    note, owner = reachable(board, method, person, command.note)
    other, _ = reachable(board, method, person, command.other)
    sheet, kind = _kind(method, note, command.kind)
    if note.id == other.id:
        raise Refused("itself")
    if not joins(board, sheet, kind, note, other):
        raise Refused("no_link")
    asker = asking(board, method, person, owner, "link", note, kind=kind.id)
    need(board, method, asker, "link", note=note, kind=kind.id, reason="locked")
    return note, kind, other


def _kind(method: Method, note: Note, name: str) -> tuple[Sheet, LinkKind]:
    sheet = method.sheet(note.sheet)
    kind = sheet.link(name) if sheet is not None else None
    if sheet is None or kind is None:
        raise Refused("no_link")
    return sheet, kind


def named(board: Board, method: Method, person: Person, note: Note, asked: dict[str, tuple[str, ...]]) -> Note:
    """A new note with the links that are asked for. What may not be linked, or is gone, is left out: no text is turned
    away for it (R3).
    """
    sheet = method.sheet(note.sheet)
    for name, others in asked.items():
        kind = sheet.link(name) if sheet is not None else None
        if sheet is None or kind is None:
            continue
        there = (board.notes.get(one) for one in dict.fromkeys(others))
        known = [one for one in there if one is not None and sees(one, person, board, method)]
        found = [one.id for one in known if joins(board, sheet, kind, note, one) and _seen_as_widely(note, one)]
        note = _linked(board, method, person, note, kind, found[: kind.most])
    return note


def _seen_as_widely(note: Note, other: Note) -> bool:
    """Whether all who see a note see the other one too."""
    return note.reach == "own" or other.reach == "all" or audience_of(note) == audience_of(other)


def _seen(board: Board, method: Method, person: Person, note: Note, kind: LinkKind) -> list[str]:
    """What a note is linked to now, as far as this person sees it."""
    there = standing(board, method, note).get(kind.id, [])
    return [other.id for other in there if sees(other, person, board, method)]


def _linked(board: Board, method: Method, person: Person, note: Note, kind: LinkKind, others: Iterable[str]) -> Note:
    """A note with these links of a kind, in the place of those that this person sees.

    Those to notes that were taken down or moved away stay while there is room for them. In the order of ids, which does
    not tell which was made first (V5).
    """
    now = set(others)
    hidden: set[str] = set()
    away: list[str] = []
    stands = {other.id: other for other in standing(board, method, note).get(kind.id, [])}
    for one in note.links.get(kind.id, ()):
        if one not in stands:
            away += [one] if one not in now else []
        elif not sees(stands[one], person, board, method):
            hidden.add(one)
    kept = away[: max(0, kind.most - len(now))]
    rest = {name: ids for name, ids in note.links.items() if name != kind.id}
    mine = tuple(sorted({*now, *hidden, *kept}))
    return replace(note, links={**rest, kind.id: mine} if mine else rest)
