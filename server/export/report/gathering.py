"""Gathers what a report needs beside the wall's view, and takes out of that what a report never tells (R50).

It runs where the board is. What may not live here: words, languages and formats.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from board_schema.board import DAY, Board
from board_schema.forms import form_of, sheet_of_lifts
from board_schema.method import Method, Sheet
from board_schema.rules import Who, as_it_stands, latest
from board_schema.versions import Version
from board_schema.view.cycle_records import cycle_record
from board_schema.view.kinds import Context
from board_schema.view.version_records import told_since, version_of
from server.export.variants import Edition

WALL = Who(role="wall", group="")
Found = dict[str, dict[str, Any]]


def gathered(board: Board, method: Method, found: Found, *, edition: Edition) -> Found:
    """What a report needs: of the wall's view `found` what belongs to the edition, and the record `report`."""
    maps = [sheet for sheet in method.sheets if form_of(sheet).places]
    versions = {sheet.id: list(_versions(board, method, sheet)) for sheet in maps}
    # A note about a workshop says itself where it comes from.
    held = {(sheet.id, lane.id) for sheet in method.sheets for lane in sheet.lanes if lane.takes == "held"}
    sources = {
        key.removeprefix("note:"): record["sources"]
        for key, record in found.items()
        if key.startswith("note:") and record.get("sources") and (record["sheet"], record["lane"]) not in held
    }
    kept = _without_names(method, found)
    if edition.what == "leader":
        # The leaders have what all were shown last; what is not sorted yet, and what colleagues said, stays with TRIO.
        versions = {sheet: _shown_last(each) for sheet, each in versions.items()}
        shown = {note for each in versions.values() for version in each for note in version["notes"]}
        sources = {note: each for note, each in sources.items() if note in shown}
        kept = _for_leaders(board, method, kept, maps)
    if edition.what == "lift":
        kept = _of_one(kept, edition.note)
        versions, sources = {}, {edition.note: sources.get(edition.note, [])}
    lifts = sheet_of_lifts(method)
    kept["report"] = {
        "what": edition.what,
        "note": edition.note,
        "began": board.made // DAY * DAY,
        "changed": max(board.last_at, board.received_at) // DAY * DAY,
        "cycle": {} if edition.what == "lift" else _cycle(board, method),
        "versions": versions,
        "answers": {} if edition.what == "leader" else {one.sheet: one.version for one in method.rounds if one.version},
        "shows": [{"sheet": one.sheet, "lanes": list(one.lanes), "field": one.field} for one in method.shows],
        "lifts": "" if lifts is None else lifts.id,
        "sources": sources,
    }
    return kept


def _versions(board: Board, method: Method, sheet: Sheet) -> Iterator[dict[str, Any]]:
    """The versions of a map, and, where it stands otherwise now, how it stands: that one has no number."""
    for version in board.versions.get(sheet.id, ()):
        if (record := version_of(board, method, sheet.id, version.number)) is not None:
            yield record
    last = latest(board, sheet.id)
    now = as_it_stands(board, method, sheet)
    if now and (last is None or last.notes != now):
        yield told_since(method, sheet, last, Version(0, 0, now))


def _shown_last(versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The latest version; how it stands now where there is none. What is different in it is not told."""
    last = next((one for one in reversed(versions) if one["n"]), None) or next(iter(versions), None)
    return [] if last is None else [{**last, "changes": []}]


def _cycle(board: Board, method: Method) -> dict[str, Any]:
    """The learning cycle without who sees to what."""
    record = cycle_record(Context(board, method), WALL, "") or {}
    return {**record, "next": [{**each, "who": ""} for each in record.get("next", ())]}


def _without_names(method: Method, found: Found) -> Found:
    """The same without answers that name somebody."""
    named = {
        (sheet.id, lane.id): {field.id for field in lane.fields if field.stays}
        for sheet in method.sheets
        for lane in sheet.lanes
    }

    def kept(record: dict[str, Any]) -> dict[str, Any]:
        out = named.get((record["sheet"], record["lane"]), set())
        return {**record, "fields": {key: value for key, value in record["fields"].items() if key not in out}}

    return {key: kept(record) if key.startswith("note:") else record for key, record in found.items()}


def _for_leaders(board: Board, method: Method, found: Found, maps: list[Sheet]) -> Found:
    answering = {one.sheet for one in method.rounds if one.version}
    frozen = {sheet.id for sheet in maps if latest(board, sheet.id) is not None}
    trays = {(sheet.id, tray.id) for sheet in maps if (tray := sheet.placed("tray")) is not None}

    def belongs(key: str, record: dict[str, Any]) -> bool:
        kind = key.partition(":")[0]
        if kind == "note":
            sheet, lane = record["sheet"], record["lane"]
            said = record["kind"] == "comment" or sheet in answering
            return not (said or sheet in frozen or (sheet, lane) in trays)
        return not (kind == "circle" and record["sheet"] in frozen)

    kept = {key: record for key, record in found.items() if belongs(key, record)}
    return {key: record for key, record in kept.items() if key.partition(":")[0] != "circle" or _stands(record, kept)}


def _stands(circle: dict[str, Any], kept: Found) -> bool:
    return all(f"note:{key}" in kept for key in (*circle["notes"], *filter(None, [circle["name"]])))


def _of_one(found: Found, note: str) -> Found:
    """One note, and what it is about."""
    ends = {note, *(end for each in found[f"note:{note}"].get("about", ()) for end in each.split(">"))}
    kept: Found = {}
    for key, record in found.items():
        kind, _, rest = key.partition(":")
        if kind in ("board", "method", "sheet") or (kind == "note" and rest in ends):
            kept[key] = record
        elif kind == "version":
            kept[key] = {"notes": {one: still for one, still in record["notes"].items() if one in ends}}
    return kept
