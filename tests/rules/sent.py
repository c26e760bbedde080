"""What is sent to whom of a programme (V20), in other words than `rules.in_sight`: by the method file's raw ones."""

from __future__ import annotations

from collections.abc import Iterator

from board_schema.board import Note, base_of
from tests.rules.play import Table, raw_round


def sheets_sent(table: Table, who: str) -> set[str] | None:
    """The sheets of which somebody is sent all that they may see; None: all sheets."""
    kept = table.board.people.get(table.actors[who].pid)
    role = "wall" if who == "W" else "listener" if kept is None or kept.gone else kept.role
    if not table.board.programme or role not in ("participant", "listener"):
        return None
    item = raw_round(table, table.board.round)
    sheets = {item["sheet"]} if "sheet" in item else set()
    return sheets | ({one["sheet"] for one in item.get("beside", [])} - ({frozen_now(table)}))


def frozen_now(table: Table) -> str:
    """The sheet whose version people are shown in this round; empty: none."""
    sheet: str = raw_round(table, table.board.round).get("version", "")
    return sheet if any(each.notes for each in table.board.versions.get(sheet, ())) else ""


def not_sent_V20(table: Table, who: str) -> Iterator[str]:
    """The texts of notes that somebody may know of, and is not sent in this round (own ones are, but for comments)."""
    sheets = sheets_sent(table, who)
    if sheets is None:
        return
    board, actor = table.board, table.actors[who]
    kept = board.by_pid(actor.pid)
    takes_part = kept is not None and not kept.gone and kept.role == "participant"  # who listens now may have written
    up = [note for note in board.notes.values() if note.reach != "own"]
    named = {part for note in up if note.sheet in sheets for one in note.about for part in one.split(">")[::2]}
    frozen = frozen_now(table)
    last = max((each.number for each in board.versions.get(frozen, ()) if each.notes), default=0)

    def sent(note: Note) -> bool:
        earlier = note.version and last and note.version != last
        return bool(not earlier and (note.sheet in sheets or (note.id in named and note.sheet != frozen)))

    for note in up:
        own = takes_part and base_of(note.author) == base_of(actor.pid) and note.kind == "note"
        if not sent(note) and not own:
            yield from (note.text, *note.fields.values())
