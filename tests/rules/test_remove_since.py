"""R21: removing somebody together with everybody who came in after them."""

from __future__ import annotations

import random
from typing import Any

import pytest

from board_schema import decide, fold, wire
from board_schema import events as e
from board_schema.board import MAX_PEOPLE, Board
from board_schema.commands import Refused, parse
from board_schema.events import Entry
from board_schema.shares import shares_of
from tests.rules.play import Table
from tests.rules.promises import in_place, with_rows

PLACE = {"sheet": "timeline", "lane": "2020"}


def there(table: Table) -> set[str]:
    """The short names of those who have not been removed, but the facilitator and the wall."""
    return {who for who, actor in table.actors.items() if actor.pid and not table.board.people[actor.pid].gone} - {"F"}


def test_R21_all_who_came_in_since_are_removed_in_one_act_but_hosted_people() -> None:
    table = Table("historievaerksted", people=3, listeners=1, scribes=1)
    table.host("H")
    table.join("P4")
    events = table.do("F", "remove", seat=table.seat("P3"), since=True)
    assert there(table) == {"P1", "P2", "H"}
    assert [type(event) for event in events].count(e.PeopleGone) == 1
    assert all(table.board.people[table.pid(who)].name == "" for who in ("P3", "L1", "S1", "P4"))
    table.join("P5")
    assert table.person("P5").number == 8, "numbers are not used again"


def test_R21_their_drafts_are_deleted_and_what_is_up_stays() -> None:
    table = in_place(people=5)
    up = {who: table.placed(who) for who in ("P1", "P3", "P4", "P5")}
    drafts = {who: table.write(who, **PLACE) for who in ("P1", "P4", "P5")}
    table.do("F", "remove", seat=table.seat("P3"), since=True)
    assert set(table.board.notes) == {*up.values(), drafts["P1"]}
    assert table.board.shares == shares_of(table.board)


def test_R21_with_notes_what_they_put_up_is_taken_down_and_the_facilitator_can_bring_it_back() -> None:
    table = in_place(people=5)
    up = {who: table.placed(who) for who in ("P1", "P3", "P4", "P5")}
    table.do("F", "delete", note=table.placed("P4"))
    events = table.do("F", "remove", seat=table.seat("P3"), since=True, notes=True)
    assert set(table.board.notes) == {up["P1"]}
    assert table.board.shares == shares_of(table.board), "what was put up counts as it did"
    theirs = {up[who] for who in ("P3", "P4", "P5")}
    assert {key[4:] for key in table.screens["F"].shown if key.startswith("bin:")} == theirs
    assert len(events) <= 4, "one event for all notes"
    for note in theirs:
        table.do("F", "restore", note=note)
    assert theirs <= set(table.board.notes)
    assert table.refused("P1", "restore", note=up["P3"]) == "no_note"


@pytest.mark.parametrize("since", [False, True])
def test_V6_of_fewer_than_three_people_no_notes_are_taken_down(since: bool) -> None:
    """Otherwise it would tell the facilitator what one person wrote."""
    table = in_place(people=4)
    up = {who: table.placed(who) for who in ("P3", "P4")}
    table.do("F", "remove", seat=table.seat("P3"), since=since, notes=True)
    assert set(table.board.notes) == set(up.values())
    assert not table.board.bin


def test_R12_a_chosen_note_of_theirs_stays_and_so_does_its_row() -> None:
    table, notes = with_rows(people=6)
    rows = set(table.board.rows)
    table.do("F", "remove", seat=table.seat("P1"), since=True, notes=True)
    assert there(table) == set()
    assert set(table.board.rows) == rows
    assert set(notes.values()) & set(table.board.notes) == rows


def test_R23_they_are_out_of_every_queue_and_the_floor_is_the_nexts() -> None:
    table = in_place(people=6)
    table.take_turn("P5")
    before = table.board.turn("all")
    assert before is not None
    table.do("F", "remove", seat=table.seat("P4"), since=True)
    turn = table.board.turn("all")
    assert turn is not None
    left = [table.seat(who) for who in ("P1", "P2", "P3")]
    assert sorted([turn.holder, *turn.queue]) == sorted(left)
    assert turn.holder == next(seat for seat in before.queue if seat in left)


def test_R21_the_facilitator_is_never_removed_and_nobody_else_may() -> None:
    table = in_place(people=3)
    assert table.refused("F", "remove", seat=table.seat("F"), since=True) == "role"
    assert table.refused("P1", "remove", seat=table.seat("P2"), since=True) == "role"
    assert table.refused("F", "remove", seat="nobody", since=True) == "no_seat"
    assert there(table) == {"P1", "P2", "P3"}


def test_R21_since_a_hosted_person_they_stay_themselves() -> None:
    table = Table("historievaerksted", people=1)
    table.host("H")
    table.join("P2")
    table.do("F", "remove", seat=table.seat("H"), since=True)
    assert there(table) == {"P1", "H"}
    table.do("F", "remove", seat=table.seat("H"), since=True)
    assert there(table) == {"P1", "H"}


def test_O7_what_was_taken_down_with_them_cannot_be_undone_by_anybody() -> None:
    table = Table("fremtidsvaerksted", people=4)
    table.go("critique")
    note = table.write("P4", sheet="columns", lane="critique")
    table.do("F", "reveal", sheet="columns", lane="critique")
    table.do("F", "edit", note=note, text="rettet")
    table.do("F", "remove", seat=table.seat("P2"), since=True, notes=True)
    assert table.refused("F", "undo") == "nothing_to_undo"
    assert note in table.board.bin


def test_R21_one_act_is_the_same_as_one_removal_after_the_other() -> None:
    """Whatever the order of single removals, the board is the same but for its version."""
    rng = random.Random(8)
    for stem, to in (("historievaerksted", "place"), ("dilemmavaerksted", "write"), ("fremtidsvaerksted", "critique")):
        table = Table(stem, people=6)
        table.go(to)
        since = rng.randint(1, 6)
        gone = [f"P{number}" for number in range(since, 7)]
        at_once = _removed(table.board, table, [("remove", {"seat": table.seat(gone[0]), "since": True})])
        singly = _removed(table.board, table, [("remove", {"seat": table.seat(who)}) for who in reversed(gone)])
        assert {p.pid: p.gone for p in at_once.people.values()} == {p.pid: p.gone for p in singly.people.values()}
        assert at_once.notes == singly.notes
        assert {k: sorted([t.holder, *t.queue]) for k, t in at_once.turns.items()} == {
            k: sorted([t.holder, *t.queue]) for k, t in singly.turns.items()
        }


def _removed(board: Board, table: Table, ops: list[tuple[str, dict[str, object]]]) -> Board:
    lead = table.actors["F"]
    for name, args in ops:
        events = decide.decide(board, table.method, lead, parse(name, args), table.now)
        packed = wire.pack_entry(Entry(events=tuple(events), pid=lead.pid, at=table.now))
        board = fold.fold(board, board.version + 1, wire.unpack_entry(packed))
    return board


def test_R18_a_full_house_of_strangers_is_removed_in_one_act_and_people_come_in() -> None:
    table = Table("fremtidsvaerksted", people=1, show=False)
    board = table.board

    def join(board: Board, name: str) -> Board:
        seat = f"seat-{name}"
        who: dict[str, Any] = {"pid": name, "seat": seat, "name": name, "role": "participant", "remote": False}
        events = decide.join(board, table.method, **who, now=table.now)
        return fold.fold(board, board.version + 1, Entry(tuple(events), pid=name, at=table.now))

    for number in range(MAX_PEOPLE - len(board.people)):
        board = join(board, f"x{number}")
    with pytest.raises(Refused, match="full"):
        join(board, "Bo")
    board = _removed(board, table, [("remove", {"seat": "seat-x0", "since": True})])
    assert {person.name for person in join(board, "Bo").present()} == {"", "P1", "Bo"}
