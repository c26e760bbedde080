"""Versions (R44): what is frozen of a sheet, what a version shows, and what has changed since the one before.

What may not live here: who freezes a sheet, and when (`decide`).
"""

from collections.abc import Iterator
from typing import Any

from board_schema.board import Board, Note
from board_schema.method import Method, Sheet
from board_schema.rules.circles import Circle, circles
from board_schema.rules.links import standing
from board_schema.under import orphaned
from board_schema.versions import Still, Version

Change = dict[str, Any]


def as_it_stands(board: Board, method: Method, sheet: Sheet) -> tuple[Still, ...]:
    """The notes of a sheet that all are shown, but for those that are not sorted yet, in the order of their ids."""
    tray = sheet.placed("tray")
    notes = {
        note_id: note
        for note_id, note in sorted(board.notes.items())
        if note.sheet == sheet.id and note.kind == "note" and note.reach == "all" and not orphaned(board, note)
        if tray is None or note.lane != tray.id
    }
    return tuple(_still(board, method, note, notes) for note in notes.values())


def _still(board: Board, method: Method, note: Note, among: dict[str, Note]) -> Still:
    stands = standing(board, method, note)
    links = {kind: tuple(other.id for other in others if other.id in among) for kind, others in stands.items()}
    return Still(
        id=note.id,
        text=note.text,
        lane=note.lane,
        spot=note.spot,
        marks=note.marks,
        links={kind: others for kind, others in links.items() if others},
    )


def latest(board: Board, sheet_id: str) -> Version | None:
    """The latest version of a sheet that was not deleted, or None."""
    return next((version for version in reversed(board.versions.get(sheet_id, ())) if version.notes), None)


def circles_then(method: Method, sheet: Sheet, version: Version) -> list[Circle]:
    """The circles of a version, as they are found in what is up."""
    notes = {each.id: _as_note(sheet, each) for each in version.notes}
    return circles(Board(notes=notes), method, sheet, frozenset(notes))


def _as_note(sheet: Sheet, still: Still) -> Note:
    links = still.links
    return Note(
        id=still.id, author="", kind="note", text=still.text, sheet=sheet.id, lane=still.lane, links=links, reach="all"
    )


def changes(before: Version | None, after: Version) -> list[Change]:
    """What is different in a version; nothing is in the first one.

    Notes that came, went, were reworded or moved to another lane, and links that came or went between notes that are in
    both versions, or came with one of them.
    """
    if before is None:
        return []
    old, new = ({each.id: each for each in version.notes} for version in (before, after))
    return [*_of_notes(old, new), *_of_links(old, new)]


def _of_notes(old: dict[str, Still], new: dict[str, Still]) -> Iterator[Change]:
    yield from ({"what": "added", "note": one} for one in new if one not in old)
    gone = [note for one, note in old.items() if one not in new]
    yield from ({"what": "gone", "note": note.id, "text": note.text, "lane": note.lane} for note in gone)
    both = [(old[one], new[one]) for one in new if one in old]
    yield from ({"what": "reworded", "note": b.id, "text": a.text} for a, b in both if a.text != b.text)
    yield from ({"what": "moved", "note": b.id, "lane": a.lane} for a, b in both if a.lane != b.lane)


def _of_links(old: dict[str, Still], new: dict[str, Still]) -> Iterator[Change]:
    before, after = _links(old), _links(new)
    for what, found in (("linked", sorted(after - before)), ("unlinked", sorted(before - after))):
        for note, kind, other in found:
            if note in new and other in new:
                yield {"what": what, "note": note, "kind": kind, "other": other}


def _links(notes: dict[str, Still]) -> set[tuple[str, str, str]]:
    return {(one, kind, other) for one, note in notes.items() for kind, ids in note.links.items() for other in ids}
