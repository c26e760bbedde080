"""What is promised about links and circles (V18, R43), judged from the board's plain values and from what screens hold.

What may not live here: another promise (`checks`).
"""

from __future__ import annotations

from typing import Any

from board_schema.board import Note
from board_schema.method import MADE, Sheet
from tests.rules.play import Table
from tests.rules.sent import sheets_sent


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
            if note is None or (key.startswith("mine:") and not record.get("draft")):
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


def check_circles_R43_V18(table: Table) -> None:
    """Every screen shows exactly the circles of the notes and links that it shows, and each way round is one."""
    if not table.show_frames:
        return
    for who, screen in table.screens.items():
        notes = {key.partition(":")[2]: each for key, each in screen.shown.items() if key.startswith("note:")}
        if (sheets := sheets_sent(table, who)) is not None:
            notes = {one: each for one, each in notes.items() if each["sheet"] in sheets}
        circles = {key: each for key, each in screen.shown.items() if key.startswith("circle:")}
        kinds = {
            (key.partition(":")[2], kind["id"])
            for key, sheet in screen.shown.items()
            if key.startswith("sheet:")
            for kind in sheet["links"]
            if kind["sign"] == "plus"
        }
        leads = {
            one: {other for kind, others in note["links"].items() if (note["sheet"], kind) in kinds for other in others}
            for one, note in notes.items()
        }
        found = _each_leading_to_each(leads)
        assert {frozenset(each["notes"]) for each in circles.values()} == found, f"{who}: {circles}"
        for key, each in circles.items():
            way = each["notes"][: each["loop"]]
            assert len(way) > 1, key
            assert all(other in leads[one] for one, other in zip(way, [*way[1:], way[0]], strict=True)), key
            assert key == f"circle:{each['name'] or min(each['notes'])}"
            assert not each["name"] or each["name"] in notes


def _each_leading_to_each(leads: dict[str, set[str]]) -> set[frozenset[str]]:
    """By the definition: from every note all that it leads to, over one link or more."""
    to: dict[str, set[str]] = {}
    for one, others in leads.items():
        reached, todo = set(others), list(others)
        while todo:
            new = leads.get(todo.pop(), set()) - reached
            reached |= new
            todo += new
        to[one] = reached
    return {frozenset(other for other in to[one] if one in to.get(other, ())) for one in to if one in to[one]}


def check_about_R43_V18(table: Table) -> None:
    """Every screen shows of what a note is about just what it shows elsewhere, and nothing more than was named."""
    if not table.show_frames:
        return
    for who, screen in table.screens.items():
        layers = ((screen.shown, "note:"), (screen.own, "mine:"))
        records = [(key, each) for layer, head in layers for key, each in layer.items() if key.startswith(head)]
        for key, record in records:
            note = table.board.notes.get(key.partition(":")[2])
            if note is None or "text" not in record or (key.startswith("mine:") and not record.get("draft")):
                continue
            sheet = table.method.sheet(note.sheet)
            lane = sheet.lane(note.lane) if sheet is not None and note.kind == "note" else None
            due = [one for one in note.about if lane is not None and _is_shown(one, lane.about, screen.shown)]
            assert record.get("about") == (due if lane is not None and lane.about else None), f"{who} {key}: {record}"


def _is_shown(element: str, sheets: tuple[str, ...], shown: dict[str, Any]) -> bool:
    one, kind, other = (*element.split(">"), "", "")[:3]
    frozen = [shown[f"version:{sheet}"]["notes"] for sheet in sheets if f"version:{sheet}" in shown]
    there = [notes[one] for notes in frozen if one in notes]
    first = shown.get(f"note:{one}")
    if first is not None and first["sheet"] in sheets:
        there.append(first)
    return any(not kind or other in each["links"].get(kind, ()) for each in there)
