"""Schema numbers of stored entries and snapshots, and the migration of older ones to the present schema.

A step changes what schema n wrote into what schema n + 1 writes. It changes plain decoded maps in place, before they
become Entry or Board. Maps without a number were written with schema 1.

What may not live here: bytes (wire.py), and what an event does (fold.py).
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from board_schema.method_older import BELONGS, EFFECT

NUMBER: Final = 7
KEY: Final = "schema"

Raw = dict[str, Any]


class NewerSchema(ValueError):
    """Written by a later release. It is not folded, since what this release does not know would be lost."""

    def __init__(self, found: int) -> None:
        super().__init__(
            f"this board was stored with schema {found}, and this release reads {NUMBER} and older: "
            "run the release that wrote it, or a later one"
        )


class Step(NamedTuple):
    """The migration of an entry and of a snapshot from one schema to the next."""

    entry: Callable[[Raw], None]
    board: Callable[[Raw], None]


def raise_entry(raw: Any) -> Any:
    """A decoded entry in the present schema; raises NewerSchema, or ValueError for what is no entry."""
    return _raised(raw, [step.entry for step in STEPS])


def raise_board(raw: Any) -> Any:
    """A decoded snapshot in the present schema; raises NewerSchema, or ValueError for what is no snapshot."""
    return _raised(raw, [step.board for step in STEPS])


def _raised(raw: Any, steps: list[Callable[[Raw], None]]) -> Any:
    if not isinstance(raw, dict):
        raise ValueError("not a map")
    found = raw.pop(KEY, 1)
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise ValueError(f"no such schema: {found!r}")
    if found > NUMBER:
        raise NewerSchema(found)
    for step in steps[found - 1 :]:
        try:
            step(raw)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"does not fit schema {found}") from error
    return raw


def _entry_1(raw: Raw) -> None:
    """The workshop's location was called `place`."""
    for event in raw["events"]:
        if event.get("e") in ("created", "setup") and "place" in event:
            event["venue"] = event.pop("place")


def _board_1(raw: Raw) -> None:
    """The workshop's location was called `place`, comments did not move with their note, tabs had no digests of ops."""
    raw["venue"] = raw.pop("place", "")
    notes = raw.get("notes", {})
    taken_down = {note_id: kept["note"] for note_id, kept in raw.get("bin", {}).items()}
    for note in (*notes.values(), *taken_down.values()):
        target = notes.get(note["to"]) or taken_down.get(note["to"])
        if note["kind"] == "comment" and target:
            note.update({field: target[field] for field in ("sheet", "lane", "row")})
    for tab in raw.get("tabs", {}).values():
        tab["trusted"] = tab["n"]


def _entry_2(raw: Raw) -> None:
    """Schema 3 has new kinds of events."""


def _board_2(raw: Raw) -> None:
    """Nobody had come back with a return link of schema 3. Who had written was not stored, nor which lanes had been
    revealed: it is read from the notes that there are. Sealed boards kept answers of tabs, and an order of creation.
    """
    if raw.get("sealed"):
        raw["tabs"] = {}
        for field in ("notes", "rows"):
            raw[field] = dict(sorted(raw.get(field, {}).items()))
    people = raw.get("people", {})
    writers: dict[str, dict[str, int]] = {}
    turned: dict[str, None] = {}
    for note in raw.get("notes", {}).values():
        if note["kind"] != "note":
            continue
        lane = f"{note['sheet']}/{note['lane']}"
        if note["reach"] != "own":
            turned[lane] = None
            continue
        author = people.get(note["author"])
        if author and author["role"] == "participant" and not author["hosted"]:
            for place in (lane, raw["round"]):
                writers.setdefault(place, {})[note["author"]] = 0
    raw["writers"] = writers
    raw["turned"] = list(turned)


def _entry_3(raw: Raw) -> None:
    """A queue did not count who had had the floor."""
    for event in raw["events"]:
        if event.get("e") == "turn":
            _count(event["turn"])


def _board_3(raw: Raw) -> None:
    """A queue did not count who had had the floor, and there was no pad."""
    for turn in raw.get("turns", {}).values():
        _count(turn)


def _count(turn: Raw) -> None:
    turn["number"] = len(turn.get("done", ())) + bool(turn.get("holder"))


def _entry_4(raw: Raw) -> None:
    """A comment's note was what it pointed at, a note of a timeline had a side, a timeline had years, and rows were
    stored. Schema 5 has new kinds of events.
    """
    raw["events"] = [each for event in raw["events"] for each in _of_rows(event)]
    for event in raw["events"]:
        if event.get("e") == "note":
            _note_4(event["note"])
            event["keeps"] = ROW_KINDS
        if event.get("e") in ("created", "setup"):
            _ticks(event)


def _board_4(raw: Raw) -> None:
    """The same, in what is stored now. What else is new in schema 5 begins empty."""
    _ticks(raw)
    _rows_of(raw)
    for note in _all_notes(raw):
        _note_4(note)


def _ticks(raw: Raw) -> None:
    first, last = raw.pop("first_year", 0), raw.pop("last_year", 0)
    raw["ticks"] = [first, last, 1 if first else 0]


def _note_4(note: Raw) -> None:
    side = note.pop("side", "")
    if note["kind"] == "comment":
        note["under"], note["to"] = note["to"], ""
    elif side:
        note["marks"] = {**note.get("marks", {}), EFFECT: side}


# A row said what its note says now: by words of these kinds (`method_older` declares them).
ROW_KINDS: Final = ("chosen", "fate", "depth")


def _words_of(row: Raw | None) -> dict[str, str]:
    """What the head of a row carries; for none what a note carries that heads no row."""
    words = ("", "", "") if row is None else ("chosen", row.get("fate", ""), "enough" if row.get("deep") else "")
    return dict(zip(ROW_KINDS, words, strict=True))


def _of_rows(event: Raw) -> list[Raw]:
    """An event; of one about a row, what it says of the row's head."""
    if event.get("e") == "row_removed":
        return [{"e": "marked", "id": event["id"], "marks": _words_of(None)}, event]
    if event.get("e") != "row":
        return [event]
    row = event["row"]
    shown = [{"e": "revealed", "ids": [row["id"]]}] if row.get("reach") == "all" else []
    return [{"e": "marked", "id": row["id"], "marks": _words_of(row)}, *shown]


def _rows_of(raw: Raw) -> None:
    """Rows become words on their notes, also in what can be undone."""
    rows, notes = raw.pop("rows", {}), raw.get("notes", {})
    for row_id, row in rows.items():
        if note := notes.get(row_id):
            _head(note, row)
            note["reach"] = row.get("reach", "group") if note["reach"] == "group" else note["reach"]
    for stack in raw.get("acts", {}).values():
        for act in stack:
            act[:] = [each for change in act if (each := _changed(change, rows, notes)) is not None]


def _head(note: Raw, row: Raw | None) -> None:
    note["marks"] = {kind: word for kind, word in _words_of(row).items() if word}


def _changed(change: Raw, rows: dict[str, Raw], notes: dict[str, Raw]) -> Raw | None:
    """A change of an act; of a row, as one of its note. None where the note itself says all of it, or is gone."""
    before, after, about = change.pop("row_before", None), change.pop("row_after", None), change.pop("about_row", False)
    row, note = rows.get(change["id"]), notes.get(change["id"])
    if not about:
        for state in (change.get("note_before"), change.get("note_after")):
            if row is not None and note is not None and state is not None:
                _head(state, row)
                state["reach"] = note["reach"]
        return change
    if note is None or _words_of(before) == _words_of(after):
        return None
    states = {"note_before": dict(note), "note_after": dict(note)}
    _head(states["note_before"], before)
    _head(states["note_after"], after)
    return change | states


def _entry_5(raw: Raw) -> None:
    """A note pointed at one other, and was not linked to others."""
    for event in raw["events"]:
        if event.get("e") == "note":
            _note_5(event["note"])
        for note in event.get("notes", ()) if event.get("e") == "cards" else ():
            _note_5(note)


def _board_5(raw: Raw) -> None:
    """The same, in what is stored now."""
    for note in _all_notes(raw):
        _note_5(note)


def _note_5(note: Raw) -> None:
    if to := note.pop("to", ""):
        note["links"] = {BELONGS: [to]}


def _entry_6(raw: Raw) -> None:
    """Schema 7 has new kinds of events, and no board of an earlier one is a programme."""


def _board_6(raw: Raw) -> None:
    """What is new in schema 7 begins empty."""


def _all_notes(raw: Raw) -> Iterator[Raw]:
    """Every stored state of a note: up or not, taken down, and in what can be undone."""
    yield from raw.get("notes", {}).values()
    yield from (taken["note"] for taken in raw.get("bin", {}).values())
    acts = (change for stack in raw.get("acts", {}).values() for act in stack for change in act)
    changed = (change.get(field) for change in acts for field in ("note_before", "note_after"))
    yield from (note for note in changed if note is not None)


STEPS: Final = (
    Step(_entry_1, _board_1), Step(_entry_2, _board_2), Step(_entry_3, _board_3), Step(_entry_4, _board_4),
    Step(_entry_5, _board_5), Step(_entry_6, _board_6),
)  # fmt: skip
