"""The promise about links (V18), judged from the board's plain values and from what lies on screens, after every step.

What may not live here: another promise (`checks`).
"""

from __future__ import annotations

from typing import Any

from board_schema.board import Note
from board_schema.method import MADE, Sheet
from tests.rules.play import Table


def check_links_V18(table: Table) -> None:
    """Every screen shows exactly the links of its notes whose other end it shows too, where such a link leads."""
    if not table.show_frames:
        return
    for who, screen in table.screens.items():
        person = table.board.people.get(table.actors[who].pid)
        if person is not None and person.gone:
            continue
        records = {
            key: record for layer in (screen.shown, screen.own) for key, record in layer.items() if "links" in record
        }
        for key, record in records.items():
            note = table.board.notes.get(key.partition(":")[2])
            if note is None:
                continue
            due = _shown(table, note, screen.shown)
            assert record["links"] == due, f"{who} {key}: {record['links']}, not {due}"


def _shown(table: Table, note: Note, shown: dict[str, Any]) -> dict[str, list[str]]:
    sheet = table.method.sheet(note.sheet)
    found: dict[str, list[str]] = {}
    for kind in sheet.links if sheet is not None and note.kind == "note" else ():
        others = (table.board.notes.get(one) for one in note.links.get(kind.id, ()) if f"note:{one}" in shown)
        assert sheet is not None
        if note.lane and not _named(sheet, kind.starts, note.lane):
            continue
        if ids := sorted(other.id for other in others if other and _named(sheet, kind.ends, other.lane)):
            found[kind.id] = ids
    return found


def _named(sheet: Sheet, lanes: tuple[str, ...], lane: str) -> bool:
    made = lane not in [declared.id for declared in sheet.lanes]
    return not lanes or lane in lanes or (made and MADE in lanes)
