"""fold: version gaps, de-duplication, undo, purging, sealing; deterministic for every event."""

import msgpack
import pytest
from msgspec.structs import replace

from board_schema import decide, fold, wire
from board_schema import events as e
from board_schema.board import IDLE_CLOSE, MAX_TABS, MAX_UNDO, MINUTE, PURGE_AFTER, REOPEN_FOR, Board, Person
from board_schema.commands import Refused
from board_schema.events import Entry
from board_schema.fold import FoldError
from tests.rules.play import STEMS, Table
from tests.rules.promises import in_place
from tests.rules.test_played import play


@pytest.mark.parametrize("version", [-1, 0, 2, 99])
def test_S2_versions_are_gapless_from_one(version: int) -> None:
    with pytest.raises(FoldError):
        fold.fold(Board(), version, Entry(events=()))
    assert fold.fold(Board(), 1, Entry(events=())).version == 1


@pytest.mark.parametrize(
    "event",
    [
        e.NoteRemoved("nope"), e.NoteRestored("nope"), e.NotesRevealed(("nope",)),
        e.GroupRemoved("nope"), e.PersonGone("nope"), e.PeopleGone(("nope",)), e.NotesRemoved(("nope",)),
    ],
)  # fmt: skip
def test_O6_an_event_about_something_that_is_not_there_is_not_folded(event: e.AnyEvent) -> None:
    table = Table("historievaerksted")
    before = table.board
    with pytest.raises(FoldError):
        fold.fold(before, before.version + 1, Entry(events=(e.DoorSet(False), event), pid=table.pid("F"), at=1))
    assert table.board is before
    assert before.door, "a board is never changed in place"


def test_O2_seen_is_every_op_up_to_the_highest() -> None:
    table = Table("historievaerksted")
    tab, _ = table.tabs["P1"]
    assert not fold.seen(table.board, tab, 1)
    for i in range(3):
        table.do("P1", "name", name=f"n{i}")
    assert [fold.seen(table.board, tab, n) for n in (1, 2, 3, 4)] == [True, True, True, False]
    again = fold.fold(
        table.board,
        table.board.version + 1,
        Entry(events=(e.NoteRemoved("nope"),), pid=table.pid("P1"), tab=tab, n=2, at=9),
    )
    assert again == wire.unpack_board(wire.pack_board(again))
    assert again.people == table.board.people


def test_O2_a_person_has_a_handful_of_tabs_and_the_ones_in_use_stay() -> None:
    table = Table("historievaerksted")
    used = []
    for i in range(MAX_TABS + 5):
        table.tabs["P1"] = (f"tab{i:09d}", 0)
        table.do("P1", "name", name="a")
        used.append(table.tabs["P1"])
    mine = [tab for tab, state in table.board.tabs.items() if state.pid == table.pid("P1")]
    assert mine == [tab for tab, _ in used[-MAX_TABS:]]


def test_O3_refusals_are_kept_without_text_until_they_are_seen() -> None:
    table = Table("historievaerksted")
    secret = table.secret()
    table.refused("P1", "write", note=table.new_note(), text=secret, sheet="nope", lane="nope")
    assert secret.encode() not in table.log[-1]
    tab, n = table.tabs["P1"]
    assert fold.refusals(table.board, tab) == {n: "no_lane"}
    assert fold.refusals(table.board, "another-tab-") == {}


def test_undo_takes_back_one_act_after_another() -> None:
    table = Table("historievaerksted")
    table.go("write")
    note = table.write("P1", sheet="timeline", lane="2020", text="et")
    table.do("P1", "edit", note=note, text="to")
    table.do("P1", "move", note=note, lane="2021")
    table.do("P1", "delete", note=note)
    table.do("P1", "undo")
    assert table.note(note).lane == "2021"
    table.do("P1", "undo")
    assert (table.note(note).lane, table.note(note).text) == ("2020", "to")
    table.do("P1", "undo")
    assert table.note(note).text == "et"
    table.do("P1", "undo")
    assert note not in table.board.notes
    assert table.refused("P1", "undo") == "nothing_to_undo"


def test_undo_reaches_a_fixed_number_of_acts_back() -> None:
    table = Table("historievaerksted")
    table.go("write")
    for _ in range(MAX_UNDO + 5):
        table.write("P1", sheet="timeline", lane="2020")
    for _ in range(MAX_UNDO):
        table.do("P1", "undo")
    assert table.refused("P1", "undo") == "nothing_to_undo"
    assert len(table.board.notes) == 5


def test_O7_what_somebody_else_changed_since_is_not_undone() -> None:
    table = Table("historievaerksted", people=4)
    table.go("strengths")
    one, other = table.members("g1")[:2]
    note = table.write(one, sheet="groups", lane="strengths", row="g1", text="et")
    table.do(one, "edit", note=note, text="to")
    table.do(other, "edit", note=note, text="tre")
    assert table.refused(one, "undo") == "nothing_to_undo"
    table.do(other, "undo")
    assert table.note(note).text == "to"


def test_V8_what_was_deleted_is_forgotten_after_ten_minutes() -> None:
    table = in_place()
    secret = table.secret()
    note = table.placed("P1", text=secret)
    draft = table.write("P2", sheet="timeline", lane="2020")
    table.do("P1", "delete", note=note)
    assert decide.due(table.board) == table.now + PURGE_AFTER
    assert table.tidy(later=PURGE_AFTER - 1) == []
    assert [type(event) for event in table.tidy(later=1)] == [e.NotesPurged]
    assert secret.encode() not in wire.pack_board(table.board), "nor in what could be undone"
    assert table.refused("P1", "restore", note=note) == "no_note"
    assert table.refused("P1", "undo") == "nothing_to_undo"
    assert draft in table.board.notes


def test_V8_what_the_facilitator_took_down_is_not_forgotten() -> None:
    table = in_place()
    note = table.placed("P1")
    table.do("F", "delete", note=note)
    assert table.tidy(later=PURGE_AFTER) == []
    table.do("F", "restore", note=note)


def test_R15_a_board_idle_for_a_day_closes_and_is_sealed_ten_minutes_later() -> None:
    table = in_place()
    assert decide.due(table.board) == table.board.last_at + IDLE_CLOSE
    assert table.tidy(later=IDLE_CLOSE - 1) == []
    table.tidy(later=1)
    assert table.board.closed == table.now
    assert decide.due(table.board) == table.now + REOPEN_FOR
    table.do("F", "reopen")
    assert not table.board.closed
    table.tidy(later=IDLE_CLOSE)
    table.tidy(later=REOPEN_FOR)
    assert table.board.sealed
    assert decide.due(table.board) == 0
    assert table.tidy(later=IDLE_CLOSE) == []


def test_R15_what_the_system_does_is_no_use_of_the_board() -> None:
    table = in_place()
    note = table.write("P1", sheet="timeline", lane="2020")
    table.do("P1", "delete", note=note)
    at = table.board.last_at
    table.tidy(later=PURGE_AFTER)
    assert table.board.last_at == at
    assert table.board.expires() == at + table.board.keep


def test_R14_a_closed_board_is_read_only_and_can_be_reopened_for_ten_minutes() -> None:
    table = in_place()
    note = table.placed("P1")
    table.do("F", "close")
    for who, op, args in (
        ("P1", "name", {"name": "x"}), ("P1", "delete", {"note": note}), ("P1", "undo", {}),
        ("F", "round", {"to": "write"}), ("F", "setup", {"title": "x"}), ("F", "close", {}),
    ):  # fmt: skip
        assert table.refused(who, op, **args) == "closed"
    assert table.refused("P1", "reopen") == "role"
    assert table.screens["F"].shown["board"]["can"] == ["reopen", "seal"]
    with pytest.raises(Refused, match="closed"):
        table.join("P9")
    table.now += REOPEN_FOR - 60_000
    table.do("F", "reopen")
    table.do("P1", "name", name="igen")


def test_R8_a_turn_is_found_as_it_was_left() -> None:
    table = in_place()
    table.take_turn("P1")
    left = table.board.turn("all")
    table.go("write")
    table.go("place")
    assert table.board.turn("all") == left
    assert table.board.visited == ("welcome", "place", "write")


@pytest.mark.parametrize("stem", STEMS)
def test_S2_every_prefix_of_a_log_folds_and_folds_the_same(stem: str) -> None:
    table, _ = play(stem, "part", 3)
    one, two = Board(), Board()
    for version, data in enumerate(table.log, 1):
        entry = wire.unpack_entry(data)
        one = fold.fold(one, version, entry)
        two = fold.fold(wire.unpack_board(wire.pack_board(two)) if version % 7 == 0 else two, version, entry)
        assert one.version == version
    assert one == two == table.board


def test_a_board_finds_people_by_seat_until_they_are_removed() -> None:
    table = Table("historievaerksted")
    seat = table.seat("P1")
    assert isinstance(table.board.person(seat), Person)
    assert table.board.person("nope") is None
    table.do("F", "remove", seat=seat)
    assert table.board.person(seat) is None
    assert table.pid("P1") not in {p.pid for p in table.board.present()}
    assert [p.number for p in table.board.present()] == [0, 2, 3]
    assert table.board.people[table.pid("P1")].name == ""


def test_R11_the_clock_decides_nothing() -> None:
    table = in_place()
    assert table.board.ends_at
    table.now += 300 * MINUTE
    assert decide.tidy(table.board, table.now) == []
    table.write("P1", sheet="timeline", lane="2020")
    assert table.board.round == "place"


def test_O7_undo_says_that_the_last_act_cannot_be_taken_back_and_takes_back_no_older_one() -> None:
    table = Table("historievaerksted", people=4)
    table.go("strengths")
    one, other = table.members("g1")[:2]
    first = table.write(one, sheet="groups", lane="strengths", row="g1", text="et")
    table.do(one, "edit", note=first, text="ét")
    second = table.write(other, sheet="groups", lane="strengths", row="g1", text="to")
    table.do(one, "edit", note=second, text="to!")
    table.do(other, "edit", note=second, text="to?")
    assert "undo" not in table.me(one)["can"]
    assert table.refused(one, "undo") == "nothing_to_undo"
    assert table.note(first).text == "ét", "the act before was not taken back in its place"
    table.do(one, "edit", note=first, text="Et")
    assert "undo" in table.me(one)["can"]
    table.do(one, "undo")
    assert table.note(first).text == "ét"
    assert "undo" not in table.me(one)["can"]
    assert table.refused(one, "undo") == "nothing_to_undo"


def test_O7_after_an_act_that_cannot_be_undone_no_older_one_is() -> None:
    table = Table("historievaerksted")
    table.go("place")
    draft = table.write("P1", sheet="timeline", lane="2020", text="et")
    table.do("P1", "edit", note=draft, text="to")
    up = table.write("P1", sheet="timeline", lane="2020")
    table.take_turn("P1")
    table.do("P1", "place", note=up, lane="2020")
    assert "undo" not in table.me("P1")["can"]
    assert table.refused("P1", "undo") == "nothing_to_undo"
    assert table.note(draft).text == "to"
    table.do("P1", "delete", note=draft)
    table.do("P1", "restore", note=draft)
    assert table.refused("P1", "undo") == "nothing_to_undo", "nor after something was brought back"
    assert table.note(draft).text == "to"


def test_O7_an_undo_that_an_earlier_release_stored_takes_the_act_it_took_then() -> None:
    table = Table("historievaerksted")
    table.go("place")
    draft = table.write("P1", sheet="timeline", lane="2020", text="et")
    table.do("P1", "edit", note=draft, text="to")
    table.placed("P1")
    before = table.note(draft)
    table.append([e.NotePut(replace(before, text="et")), e.Undone()], pid=table.pid("P1"))
    (left,) = table.board.acts[table.pid("P1")]
    assert left[0].note_before is None, "the edit is taken back; the writing is left"


def test_O7_who_holds_an_act_is_made_again_from_the_stacks_when_a_snapshot_is_read() -> None:
    table = Table("historievaerksted")
    table.go("write")
    note = table.write("P1", sheet="timeline", lane="2020")
    assert table.board.holders == {note: frozenset({table.pid("P1")})}
    stored = msgpack.unpackb(wire.pack_board(table.board), strict_map_key=False)
    assert "holders" not in stored
    lying = msgpack.packb({**stored, "holders": {"elsewhere": ["nobody"]}})
    assert wire.unpack_board(lying) == wire.unpack_board(wire.pack_board(table.board)) == table.board
