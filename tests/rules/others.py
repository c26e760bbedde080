"""The promise about somebody else's note (I1, R7): nobody changes it but as the round's file grants, kind by kind.

What may not live here: another promise (`checks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from board_schema.board import Board, Note, Person
from board_schema.forms.deck import PILES
from tests.rules.play import Table, raw_round


def check_comments_I1_R7(table: Table) -> None:
    """Where the round grants no comments there comes none, and nobody changes a note of somebody else."""
    if table.actor == "" or table.refusal or table.board.sealed:
        return
    before, board = table.before, table.board
    item = raw_round(table, before.round)
    pid = table.actors[table.actor].pid
    person = before.people[pid]
    own = {pid} | {p.pid for p in before.people.values() if p.hosted and person.role == "facilitator"}
    for note_id, note in board.notes.items():
        old = before.notes.get(note_id)
        if old is None and note_id not in before.bin and note.kind == "comment":
            assert item.get("comment"), "a comment in a round without comments"
        if old is not None and old.reach == "own" != note.reach:
            old = replace(old, spot=note.spot)  # a note that goes up gets its spot in its lane
        if old is None or old.author in own:
            continue
        if not old.author and replace(old, lane=note.lane, spot=note.spot) == note and note.lane in PILES:
            continue  # a card goes from pile to pile by whatever ends the talk about it (D4, D6)
        for what, grants in _asked(before, item, person, old, note):
            assert _granted(grants, person, note), f"{table.actor} changed another's {what} in round {before.round}"


def _granted(grants: list[str], person: Person, note: Note) -> bool:
    return (
        bool({person.role, *person.parts} & set(grants))
        or (person.role in ("participant", "scribe") and "all" in grants)
        or ("group" in grants and person.group == note.group != "")
    )


def _asked(
    before: Board, item: dict[str, Any], person: Person, old: Note, note: Note
) -> Iterator[tuple[str, list[str]]]:
    """What is changed of a note, each with what the round must grant for it."""
    also = "gather" if note.kind == "gathering" else "move" if old.author else "pick"
    changes = [*item.get("heading" if note.kind == "heading" else "move", []), *item.get(also, [])]
    if _lies(old) != _lies(note) or old.text != note.text:
        yield note.kind, changes
    if old.links != note.links:
        for kind in {kind for kind in old.links | note.links if old.links.get(kind) != note.links.get(kind)}:
            yield f"links {kind}", [*changes, *item.get("link", {}).get(kind, [])]
    marked = {kind for kind in old.marks | note.marks if old.marks.get(kind) != note.marks.get(kind)}
    if "chosen" in marked:
        marked = {"chosen"}  # what is said of a row goes and comes with its head (R12)
    for kind in marked:
        if kind == "chosen" and _chooses_late(before, person, note):
            continue
        moved = changes if old.lane != note.lane else []  # a word goes where the lane is not for it (R32)
        yield f"mark {kind}", [*moved, *item.get("mark", {}).get(kind, [])]


def _lies(note: Note) -> tuple[object, ...]:
    return note.sheet, note.lane, note.row, note.spot, note.until


def _chooses_late(before: Board, person: Person, note: Note) -> bool:
    """R12: a group that has no row may choose, and the facilitator for it."""
    rowless = all(head.group != note.group for head in before.rows.values())
    return rowless and (person.role == "facilitator" or person.group == note.group != "")
