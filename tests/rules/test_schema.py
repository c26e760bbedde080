"""Schema numbers (S8): older entries and snapshots are migrated, newer ones refused."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest
from msgspec.structs import replace

from board_schema import decide, schema, wire
from board_schema.board import Board, Note, Ticks, Turn
from board_schema.events import AccessWithdrawn, Counted, Entry, NotePut, SetupDone
from board_schema.fold import fold
from board_schema.method_file import parse
from board_schema.method_older import BELONGS
from board_schema.rules import GRID
from board_schema.wire import BadFrame, NewerRelease
from tests.rules.play import Table, text_of
from tests.rules.promises import commented, in_place, with_rows

SETUP = {"e": "setup", "title": "t", "place": "Stuen", "first_year": 0, "last_year": 0, "leader": "part"}


def stored(value: Any) -> bytes:
    packed: bytes = msgpack.packb(value)
    return packed


def as_schema_1(board: Board) -> dict[str, Any]:
    """A snapshot as the release before schema numbers wrote it."""
    raw: dict[str, Any] = msgpack.unpackb(wire.pack_board(board), strict_map_key=False)
    raw["place"] = raw.pop("venue")
    return without_3(raw)


def without_3(raw: dict[str, Any]) -> dict[str, Any]:
    """A snapshot without the fields that schema 3 has more."""
    for field in ("writers", "counts", "turned"):
        del raw[field]
    return without_4(raw)


def notes_of(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """Every state of a note in a snapshot."""
    acts = (change for stack in raw["acts"].values() for act in stack for change in act)
    changed = [change.get(field) for change in acts for field in ("note_before", "note_after")]
    found = (*raw["notes"].values(), *(kept["note"] for kept in raw["bin"].values()), *changed)
    return [note for note in found if note is not None]


def without_6(raw: dict[str, Any]) -> dict[str, Any]:
    """A snapshot as schema 5 wrote it: a note pointed at one other."""
    del raw[schema.KEY]
    for note in notes_of(raw):
        _pointing(note)
    return raw


def _pointing(note: dict[str, Any]) -> None:
    """A note with `to` in place of its links."""
    others = [one for ids in note.pop("links", {}).values() for one in ids]
    note["to"] = others[0] if others else ""


def without_5(raw: dict[str, Any]) -> dict[str, Any]:
    """A snapshot as schema 4 wrote it: a comment pointed at its note."""
    without_6(raw)
    for note in notes_of(raw):
        if under := note.pop("under", ""):
            note["to"] = under
    return raw


def without_4(raw: dict[str, Any]) -> dict[str, Any]:
    """A snapshot without the fields that schema 4 has more."""
    without_5(raw)
    for field in ("pad", "pad_bin"):
        del raw[field]
    for turn in raw["turns"].values():
        del turn["number"]
    for stack in raw["acts"].values():
        for change in (change for act in stack for change in act):
            for field in ("line_before", "line_after", "about_line"):
                change.pop(field, None)
    return raw


def uncounted(board: Board) -> dict[str, Turn]:
    """The queues but for their counts of turns: what schema 3 kept says only who is done."""
    return {key: replace(turn, number=0) for key, turn in board.turns.items()}


def test_S8_what_is_written_carries_the_present_number() -> None:
    assert msgpack.unpackb(wire.pack_entry(Entry(events=())))[schema.KEY] == schema.NUMBER
    assert msgpack.unpackb(wire.pack_board(Board()))[schema.KEY] == schema.NUMBER
    assert len(schema.STEPS) == schema.NUMBER - 1, "one step from each number to the next"


def test_S8_an_entry_without_a_number_is_one_of_schema_1() -> None:
    entry = wire.unpack_entry(stored({"events": [SETUP], "pid": "p", "at": 7}))
    assert entry.events == (SetupDone(title="t", venue="Stuen", ticks=Ticks(), leader="part"),)
    assert (entry.pid, entry.at) == ("p", 7)


def test_S8_withdrawn_access_is_stored_under_the_name_that_earlier_releases_gave_it() -> None:
    entry = Entry(events=(AccessWithdrawn(),))
    assert msgpack.unpackb(wire.pack_entry(entry))["events"] == [{"e": "links"}]
    raw = msgpack.unpackb(wire.pack_board(fold(Board(), 1, entry)), strict_map_key=False)
    assert raw["links"] == 1
    assert wire.unpack_board(stored(raw)).withdrawals == 1


def test_S8_a_snapshot_without_a_number_is_one_of_schema_1() -> None:
    table, _ = with_rows()
    table.do("F", "setup", venue="Stuen")
    raw = as_schema_1(table.board)
    assert "venue" not in raw
    board = wire.unpack_board(stored(raw))
    assert uncounted(board) == uncounted(table.board)
    for field in ("writers", "turned", "turns"):
        board = replace(board, **{field: getattr(table.board, field)})
    assert board == table.board


def test_S8_R26_a_queue_of_schema_3_counts_who_has_had_the_floor() -> None:
    table = in_place(scribes=1)
    for who in ("P1", "P2"):
        table.take_turn(who)
        table.do(who, "turn", act="done")
    table.take_turn("P3")
    entry = msgpack.unpackb(table.log[-1], strict_map_key=False)
    del entry["events"][0]["turn"]["number"]
    (event,) = wire.unpack_entry(stored(entry | {"schema": 3})).events
    raw = without_4(msgpack.unpackb(wire.pack_board(table.board), strict_map_key=False))
    table.board = wire.unpack_board(stored(raw | {"schema": 3}))
    turn = table.board.turn("all")
    assert turn is not None
    assert turn.number == len(turn.done) + 1 == event.turn.number
    line = table.new_note()
    table.do("S1", "pad", act="write", line=line, text="sagt", round="place", turn=turn.number)
    assert table.board.pad[line].turn == turn.number


def test_S8_R14_a_board_sealed_before_schema_3_loses_its_tabs_and_its_order_of_creation() -> None:
    table, _ = with_rows()
    table.do("F", "close")
    table.do("F", "seal")
    raw = without_3(msgpack.unpackb(wire.pack_board(table.board), strict_map_key=False))
    tabs = {"0123abcd": {"pid": "", "n": 9, "refused": {}, "digests": {}, "trusted": 9}}
    raw |= {"schema": 2, "tabs": tabs, "notes": dict(reversed(raw["notes"].items()))}
    board = wire.unpack_board(stored(raw))
    assert board.tabs == {}
    assert list(board.notes) == sorted(board.notes)
    assert board.notes


def test_S8_V6_who_wrote_and_what_was_revealed_before_schema_3_is_read_from_the_notes() -> None:
    table = Table("fremtidsvaerksted", people=5, scribes=1)
    table.go("critique")
    for who in ("P1", "P1", "P2", "S1", "F"):
        table.write(who, sheet="columns", lane="critique")
    table.do("F", "reveal", sheet="columns", lane="critique")
    for who in ("P3", "P3", "P4", "P5", "S1", "F"):
        table.write(who, sheet="columns", lane="critique")
    raw = without_3(msgpack.unpackb(wire.pack_board(table.board), strict_map_key=False))
    board = wire.unpack_board(stored(raw | {"schema": 2}))
    assert {place: set(times) for place, times in board.writers.items()} == {
        place: {table.pid(who) for who in ("P3", "P4", "P5")} for place in ("columns/critique", "critique")
    }
    assert board.turned == ("columns/critique",)
    assert board.counts == {}
    assert decide.tidy(board, board.began + GRID) == [Counted({"columns/critique": 3, "critique": 3})]


def test_S8_a_comment_of_schema_1_is_raised_to_where_its_note_is() -> None:
    table = Table("historievaerksted")
    up = Note(id="n", author="p", kind="note", text="x", sheet="timeline", lane="2021", reach="all")
    gone = Note(id="gone", author="p", kind="note", text="x", sheet="timeline", lane="2019", reach="all")
    comment = Note(id="c", author="q", kind="comment", text="y", sheet="timeline", lane="2020", reach="all")
    raw = as_schema_1(table.board)
    plain = [{**{f: getattr(n, f) for f in Note.__struct_fields__}, "to": ""} for n in (up, comment, comment)]
    plain[1] |= {"to": "n"}
    plain[2] |= {"id": "d", "to": "gone"}
    raw["notes"] = {n["id"]: n for n in plain}
    down = {f: getattr(gone, f) for f in Note.__struct_fields__} | {"to": ""}
    raw["bin"] = {"gone": {"note": down, "by_author": True, "at": 1}}
    board = wire.unpack_board(stored(raw))
    assert board.notes["c"].lane == "2021"
    assert board.notes["d"].lane == "2019"


def test_S8_R28_a_comment_of_schema_4_lies_under_the_note_that_it_pointed_at() -> None:
    table, note, comment = commented()
    table.do("P2", "edit", note=comment, text="set igen")
    raw = without_5(msgpack.unpackb(wire.pack_board(table.board), strict_map_key=False))
    assert raw["notes"][comment]["to"] == note
    assert wire.unpack_board(stored(raw | {"schema": 4})) == table.board
    written = next(entry for entry in map(_unpacked, table.log) if _puts(entry, comment))
    put = written["events"][0]["note"]
    put["to"] = put.pop("under")
    (event, *_) = wire.unpack_entry(stored(written | {"schema": 4})).events
    assert isinstance(event, NotePut)
    assert (event.note.under, event.note.links) == (note, {})


def test_S8_R39_what_a_note_of_schema_5_pointed_at_it_is_linked_to() -> None:
    text = text_of("fremtidsvaerksted").replace('id = "towards"', f'id = "{BELONGS}"')
    table = Table(parse(text, file="own.toml"))
    table.go("dream")
    dream = table.write("P1", sheet="columns", lane="dream")
    table.do("F", "reveal", sheet="columns", lane="dream")
    table.go("realise")
    step, other = (table.write("P2", sheet="columns", lane="realise", links={BELONGS: [dream]}) for _ in range(2))
    table.do("P2", "edit", note=step, text="et skridt")
    table.do("P2", "delete", note=other)
    raw = without_6(msgpack.unpackb(wire.pack_board(table.board), strict_map_key=False))
    assert raw["notes"][step]["to"] == raw["bin"][other]["note"]["to"] == dream
    assert wire.unpack_board(stored(raw | {"schema": 5})) == table.board
    written = next(entry for entry in map(_unpacked, table.log) if _puts(entry, step))
    _pointing(written["events"][0]["note"])
    (event, *_) = wire.unpack_entry(stored(written | {"schema": 5})).events
    assert isinstance(event, NotePut)
    assert event.note.links == {BELONGS: (dream,)}


def _unpacked(entry: bytes) -> dict[str, Any]:
    raw: dict[str, Any] = msgpack.unpackb(entry, strict_map_key=False)
    return raw


def _puts(entry: dict[str, Any], note: str) -> bool:
    return any(event["e"] == "note" and event["note"]["id"] == note for event in entry["events"])


@pytest.mark.parametrize("read", [wire.unpack_entry, wire.unpack_board])
def test_S8_what_a_later_release_wrote_is_refused_with_a_sentence(read: Any) -> None:
    with pytest.raises(NewerRelease, match=rf"schema {schema.NUMBER + 1}, and this release reads {schema.NUMBER}"):
        read(stored({"schema": schema.NUMBER + 1, "events": []}))


@pytest.mark.parametrize("read", [wire.unpack_entry, wire.unpack_board])
@pytest.mark.parametrize("number", [0, -1, True, "2", None, 1.0])
def test_S8_a_number_that_is_none_is_a_damaged_store(read: Any, number: Any) -> None:
    with pytest.raises(BadFrame) as caught:
        read(stored({"schema": number, "events": []}))
    assert not isinstance(caught.value, NewerRelease)


@pytest.mark.parametrize("raw", [{"events": 3}, {"events": [3]}, {}, {"events": [None]}, [], None, 7])
def test_S8_what_does_not_fit_schema_1_is_a_damaged_store(raw: Any) -> None:
    with pytest.raises(BadFrame):
        wire.unpack_entry(stored(raw))
