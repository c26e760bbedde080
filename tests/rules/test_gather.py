"""Gathering notes under a heading, and taking them apart again (R35)."""

import contextlib
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from board_schema import method_file, wire
from board_schema.board import MAX_NOTES, PURGE_AFTER
from board_schema.commands import Refused
from tests.rules import chance
from tests.rules.checks import check_all, check_step
from tests.rules.files import changed_file, refusal
from tests.rules.play import Table, bundled

MIXED = (Path(__file__).parent / "rehearsed.toml").read_text(encoding="utf-8")


def table_of(round_id: str = "answer", *, people: int = 4, **more: Any) -> Table:
    """A board in the round that lets everybody gather: a note of each of the first three in a year of its own."""
    table = Table(method_file.parse(MIXED, file="rehearsed.toml"), people=people, **more)
    table.go("shout")
    for nth in range(3):
        table.write(f"P{nth + 1}", sheet="line", lane=str(2023 + nth), marks={"effect": "up"})
    table.go(round_id)
    return table


def up(table: Table) -> list[str]:
    notes = (note for note in table.board.notes.values() if note.kind == "note" and note.reach != "own")
    return [note.id for note in sorted(notes, key=lambda note: note.lane)]


def gathered(table: Table, who: str, notes: list[str], text: str = "") -> str:
    head = table.new_note()
    table.do(who, "gather", note=head, notes=notes, text=text or table.secret("Samlet"))
    return head


def shown(table: Table, note: str, who: str = "W") -> dict[str, Any]:
    found = table.screens[who].note(note)
    assert found is not None
    return found


def test_R35_notes_are_laid_under_a_heading_that_nobody_wrote_and_nothing_is_lost() -> None:
    table = table_of()
    before = {note: table.note(note) for note in up(table)}
    head = gathered(table, "P4", up(table)[:2], "Ny ledelse")
    check_all(table)
    assert table.note(head).author == ""
    assert (shown(table, head)["text"], shown(table, head)["lane"]) == ("Ny ledelse", "2023")
    for note in up(table)[:2]:
        assert table.note(note) == replace(before[note], under=head)
        assert shown(table, note)["under"] == head
    assert shown(table, up(table)[2])["under"] == ""
    assert table.refused("F", "delete", note=head) == "not_yours"
    table.do("P1", "gather", note=head, notes=[up(table)[2]])
    assert {table.note(note).under for note in up(table)} == {head}


def test_R35_O7_one_tap_takes_a_gathering_apart_and_one_undo_brings_it_back() -> None:
    table = table_of()
    before = dict(table.board.notes)
    head = gathered(table, "P4", up(table))
    assert table.me("P4")["undo"] == {"what": "gather", "text": table.note(head).text}
    laid = dict(table.board.notes)
    table.do("P4", "apart", note=head)
    assert table.board.notes == before
    assert table.me("P4")["undo"]["what"] == "apart"
    assert not table.screens["F"].shown.keys() & {f"bin:{head}", f"note:{head}"}
    table.do("P4", "undo")
    assert table.board.notes == laid
    table.do("P4", "undo")
    assert table.board.notes == before
    check_all(table)


def test_R35_a_note_is_taken_out_alone_and_the_last_one_takes_the_heading_with_it() -> None:
    table = table_of()
    one, two, three = up(table)
    head = gathered(table, "P1", [one, two])
    assert table.refused("P1", "apart", note=three) == "no_note"
    table.do("P2", "apart", note=one)
    assert (shown(table, one)["under"], shown(table, two)["under"]) == ("", head)
    table.do("P2", "apart", note=two)
    assert head not in table.board.notes
    first = gathered(table, "P1", [one, two])
    gathered(table, "P3", [one, two, three])
    assert first not in table.board.notes, "nothing lies under it any more"
    check_all(table)


def test_R35_R13_V8_a_gathered_note_is_taken_down_and_comes_back_under_its_heading() -> None:
    table = table_of()
    one, two, _ = up(table)
    head = gathered(table, "P4", [one, two])
    table.do("P1", "delete", note=one)
    table.do("F", "delete", note=two)
    assert f"note:{head}" not in table.screens["W"].shown, "nothing lies under it now"
    table.do("F", "restore", note=two)
    assert shown(table, head)["can"] == []
    assert shown(table, two)["under"] == head
    table.do("P1", "restore", note=one)
    table.do("P3", "apart", note=head)
    assert {shown(table, note)["under"] for note in (one, two)} == {""}
    check_all(table)


def test_R35_a_heading_is_moved_and_reworded_and_its_notes_keep_their_own_place() -> None:
    table = table_of()
    head = gathered(table, "P4", up(table)[:2])
    table.do("P2", "edit", note=head, text="Ny\nledelse")
    table.do("P2", "move", note=head, lane="2025")
    assert (shown(table, head)["text"], shown(table, head)["lane"]) == ("Ny ledelse", "2025")
    assert [table.note(note).lane for note in up(table)] == ["2023", "2024", "2025"]
    assert table.refused("P2", "edit", note=head, text="x" * 61) == "too_long"


def test_R32_R35_a_heading_lies_on_the_side_of_what_is_under_it_as_its_record_says() -> None:
    table = table_of()
    one, two, _ = up(table)
    assert (shown(table, one)["marks"], shown(table, one)["side"]) == ({"effect": "up"}, "up")
    head = gathered(table, "P4", [one, two])
    assert (shown(table, head)["marks"], shown(table, head)["side"]) == ({}, "up")
    table.go("shout")
    table.do("P1", "mark", note=one, kind="effect", word="down")
    assert (shown(table, one)["side"], shown(table, head)["side"]) == ("down", "both")
    table.do("P1", "mark", note=one, kind="effect")
    assert shown(table, one)["side"] == ""
    table.do("P1", "undo")
    assert shown(table, one)["side"] == "down"
    check_all(table)


def test_R35_what_cannot_be_gathered_is_refused_with_its_reason() -> None:
    table = table_of()
    one, two, three = up(table)
    draft = table.write("P1", sheet="line", lane="2024")
    head = gathered(table, "P1", [one, two])
    new = {"note": table.new_note(), "text": "Samlet"}
    assert table.refused("P2", "gather", **new, notes=[three, draft]) == "no_note"
    assert table.refused("P1", "gather", **new, notes=[three, draft]) == "round"
    assert table.refused("P1", "gather", **new, notes=[three, head]) == "locked"
    assert table.refused("P1", "gather", note=two, notes=[three]) == "locked"
    assert table.refused("P1", "gather", note=head, notes=[three, one], text="Igen") == "taken"
    assert table.refused("P1", "gather", note=table.new_note(), notes=[three]) == "no_note"
    assert table.refused("P1", "gather", note=table.new_note(), notes=[three], text="Alene") == "bad_op"
    assert table.refused("P1", "gather", **{**new, "text": "\u200b"}, notes=[three, one]) == "empty"
    assert table.refused("P1", "gather", **{**new, "text": "x" * 61}, notes=[three, one]) == "too_long"
    assert table.refused("P1", "gather", note=table.new_note(), notes=[]) == "bad_op"
    table.board = replace(table.board, shares=replace(table.board.shares, up=MAX_NOTES))
    assert table.refused("P1", "gather", **new, notes=[three, one]) == "full"


def test_V7_only_what_the_same_people_see_is_gathered_and_the_heading_is_seen_by_them() -> None:
    table = table_of("alone", people=4)
    drafts = {
        who: table.write(who, sheet="papers", lane="likes", text=table.secret("")[:20])
        for who in ("P1", "P2", "P3", "P4")
    }
    table.go("tell")
    for who, draft in drafts.items():
        table.take_turn(who)
        table.do(who, "place", note=draft, lane="likes", row=table.group(who))
    table.go("choose")
    first = table.members("g1")[0]
    own = [draft for who, draft in drafts.items() if table.group(who) == "g1"]
    other = [draft for who, draft in drafts.items() if table.group(who) == "g2"]
    new = {"note": table.new_note(), "text": "Samlet"}
    assert table.refused(first, "gather", **new, notes=[own[0], other[0]]) == "no_note"
    head = gathered(table, first, own)
    assert {who for who in table.screens if f"note:{head}" in table.screens[who].shown} == {"F", *table.members("g1")}
    check_all(table)


def test_R35_R14_a_gathering_is_kept_when_the_board_is_sealed() -> None:
    table = table_of()
    head = gathered(table, "P4", up(table)[:2])
    table.do("F", "close")
    table.do("F", "seal")
    assert [table.note(note).under for note in up(table)[:2]] == [head, head]
    assert wire.unpack_board(wire.pack_board(table.board)) == table.board
    check_all(table)


def test_I10_nothing_is_gathered_in_the_first_part_of_a_history_workshop() -> None:
    table = Table("historievaerksted", people=4)
    for item in bundled("historievaerksted").rounds:
        assert not item.gather, item.id
    table.go("place")
    notes = [table.placed(who) for who in ("P1", "P2")]
    for item in table.method.plan("part"):
        table.go(item.id)
        for who in ("P1", "F"):
            new = {"note": table.new_note(), "notes": notes, "text": "Samlet"}
            assert table.refused(who, "gather", **new) == "round", item.id


def test_M1_a_grid_whose_notes_would_be_gathered_is_refused_with_what_to_write() -> None:
    refusal(changed_file("dilemmavaerksted", ("mark = { fate", 'gather = ["all"]\nmark = { fate')), "gather")


@pytest.mark.parametrize("seed", range(12))
def test_R35_whatever_is_tried_with_gatherings_the_promises_hold(seed: int) -> None:
    table = table_of(seed=seed, people=5, scribes=1, listeners=1)
    rng = Random(seed)
    for _ in range(60):
        who = rng.choice([name for name in table.screens if name != "W"])
        person = table.person(who)
        name, args = chance.op(rng, table.board, table.method, person, table.new_note(), table.secret())
        if rng.random() < 0.5:
            name = rng.choice(["gather", "apart", "undo", "delete", "restore"])
            args = chance._ARGS[name](rng, table.board, table.method, person, table.new_note(), table.secret())
        with contextlib.suppress(Refused):
            table.do(who, name, **args)
        check_step(table)
    check_all(table)


def test_R18_headings_that_were_taken_apart_count_until_they_cannot_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("board_schema.decide.gather"), "MAX_GATHERINGS", 3)
    table = table_of()
    for _ in range(3):
        table.do("P1", "apart", note=gathered(table, "P1", up(table)[:2]))
    assert table.refused("P1", "gather", note=table.new_note(), notes=up(table)[:2], text="Igen") == "full"
    table.tidy(later=PURGE_AFTER)
    gathered(table, "P1", up(table)[:2])


def test_O7_a_heading_under_which_somebody_else_has_laid_a_note_is_not_undone() -> None:
    table = table_of()
    first, second, third = up(table)
    head = gathered(table, "P4", [first, second])
    table.do("P1", "gather", note=head, notes=[third])
    check_all(table)
    assert "undo" not in table.me("P4")["can"]
    assert table.refused("P4", "undo") == "nothing_to_undo"
    table.do("P1", "undo")
    assert [table.note(note).under for note in (first, second, third)] == [head, head, ""]
