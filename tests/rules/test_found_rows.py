"""Faults found earlier, each fixed: rows, groups, and turn queues."""

import pytest

from board_schema.commands import Refused
from tests.rules.play import Table, in_dilemma
from tests.rules.promises import commented, with_a_row, with_rows


def test_V7_undo_does_not_take_a_row_back_from_all() -> None:
    table, _ = in_dilemma()
    who = "P1"
    table.go("plenum")
    group = table.group(who)
    table.do("F", "reveal", group=group)
    table.go("present")
    note = table.write(who, sheet="dilemmas", lane="dilemma")
    table.take_turn(who)
    table.do(who, "place", note=note, lane="dilemma")
    table.go("choose")
    table.do(who, "mark", note=note, kind="chosen", word="chosen")
    table.go("plenum")
    table.do("F", "reveal", group=group)
    assert table.board.rows[note].reach == "all"
    with pytest.raises(Refused):
        table.do("F", "undo")
    assert table.board.rows[note].reach == "all"


def test_V2_a_group_note_brought_back_after_new_groups_is_not_on_strangers_paper() -> None:
    table = Table("historievaerksted", people=8, seed=4)
    table.go("strengths")
    who = "P1"
    note = table.write(who, sheet="groups", lane="strengths", row=table.group(who))
    table.do(who, "delete", note=note)
    assert table.refused("F", "groups", size=2) == "group_in_use"


def test_R1_a_member_may_not_place_a_draft_on_another_groups_row() -> None:
    table, notes = in_dilemma()
    mine = "P1"
    other = next(w for w in notes if table.group(w) != table.group(mine))
    table.go("choose")
    table.do(other, "mark", note=notes[other], kind="chosen", word="chosen")
    table.go("plenum")
    table.do("F", "reveal", group=table.group(other))
    table.go("sides")
    draft = table.write(mine, sheet="grid", lane="")
    assert table.refused(mine, "place", note=draft, lane="one", row=notes[other])


def test_R16_who_is_moved_to_a_new_group_during_its_turn_round_gets_a_turn_there() -> None:
    table = Table("dilemmavaerksted", people=4)
    table.go("write")
    note = table.write("P1", sheet="dilemmas", lane="dilemma")
    table.go("present")
    new = f"g{len(table.board.groups) + 1}"
    table.do("F", "group", seat=table.seat("P1"), group=new)
    table.do("P1", "turn", act="take")
    table.do("P1", "place", note=note, lane="dilemma")


def test_R8_groups_made_anew_elsewhere_leave_no_stale_queue() -> None:
    table = Table("dilemmavaerksted", people=9)
    table.go("present")
    table.go("write")
    table.do("F", "groups", size=2)
    table.go("present")
    for who in [w for w in table.actors if w.startswith("P")]:
        turn = table.board.turn(table.group(who))
        assert turn is not None
        assert table.seat(who) in (turn.holder, *turn.queue)


def test_undo_of_a_deleted_dilemma_brings_note_and_row_back() -> None:
    table, notes = in_dilemma()
    table.go("choose")
    table.do("P1", "mark", note=notes["P1"], kind="chosen", word="chosen")
    table.do("P1", "delete", note=notes["P1"])
    table.do("P1", "undo")
    assert (notes["P1"] in table.board.rows) == (notes["P1"] in table.board.notes)


def test_a_note_is_not_restored_into_a_row_that_is_gone() -> None:
    table, notes = in_dilemma()
    table.go("choose")
    table.do("P1", "mark", note=notes["P1"], kind="chosen", word="chosen")
    table.go("sides")
    one = table.write("P1", sheet="grid", lane="one", row=notes["P1"])
    table.do("P1", "delete", note=one)
    table.go("choose")
    mate = next(who for who in table.members(table.group("P1")) if who != "P1")
    table.do(mate, "mark", note=notes["P1"], kind="chosen", word="")
    assert table.refused("P1", "restore", note=one) == "no_row"
    assert table.refused("P1", "undo") == "nothing_to_undo"


def test_the_word_is_never_given_to_somebody_who_was_removed() -> None:
    table = Table("historievaerksted")
    table.go("place")
    table.take_turn("P1")
    seat = table.seat("P1")
    table.do("P1", "turn", act="done")
    table.do("F", "remove", seat=seat)
    assert table.refused("F", "turn", act="give", seat=seat) == "no_seat"


def test_R3_a_draft_for_a_row_that_is_gone_is_kept() -> None:
    table, notes = in_dilemma()
    table.go("sides")
    note = table.new_note()
    table.do("P1", "write", note=note, text="sent for sent", sheet="grid", lane="one", row=notes["P1"])
    assert (table.note(note).reach, table.note(note).row) == ("own", "")


def test_O7_an_undo_of_choosing_asks_whether_the_round_still_lets_one_choose() -> None:
    table, notes = in_dilemma()
    table.go("choose")
    table.do("P1", "mark", note=notes["P1"], kind="chosen", word="chosen")
    table.go("plenum")
    assert table.refused("P1", "undo") == "nothing_to_undo"
    assert notes["P1"] in table.board.rows


def test_a_group_made_in_plenum_gets_its_turn() -> None:
    table = Table("historievaerksted", people=8)
    table.go("plenum")
    table.do("F", "group", seat=table.seat("P1"), group="g3")
    turn = table.board.turn("groups")
    assert turn is not None
    assert "g3" in (turn.holder, *turn.queue)


def test_R12_a_chosen_dilemma_that_is_rewritten_is_rewritten_in_the_grid() -> None:
    table, notes = with_rows()
    who = next(w for w, note in notes.items() if note in table.board.rows)
    table.go("present")
    table.take_turn(who)
    table.do(who, "edit", note=notes[who], text="uden navne")
    assert table.board.rows[notes[who]].text == "uden navne"


def test_R12_plenum_the_facilitator_can_rewrite_a_dilemma_in_plenum() -> None:
    table, _ = with_rows()
    note = next(iter(table.board.rows))
    table.go("plenum")
    table.do("F", "reveal", group=table.board.rows[note].group)
    table.do("F", "edit", note=note, text="uden navne")
    assert table.board.rows[note].text == "uden navne"


def test_R13_a_dilemma_whose_row_is_used_is_rewritten_not_taken_down() -> None:
    table, notes = with_rows()
    who = next(w for w, note in notes.items() if note in table.board.rows)
    table.go("sides")
    table.write(who, sheet="grid", lane="one", row=notes[who])
    assert table.refused(who, "delete", note=notes[who]) == "row_in_use"
    table.do(who, "edit", note=notes[who], text="uden navne")
    assert table.board.rows[notes[who]].text == "uden navne"


def test_R12_a_comment_alone_does_not_keep_a_row_from_being_unchosen() -> None:
    table, note, comment = commented()
    row = table.note(note).row
    table.do("F", "delete", note=note)
    assert table.note(comment).row == row
    table.go("choose")
    who = table.members(table.board.rows[row].group)[0]
    table.do(who, "mark", note=row, kind="chosen", word="")
    assert row not in table.board.rows


def test_V10_in_plenum_a_note_into_the_sheet_of_a_group_not_revealed_stays_with_that_group() -> None:
    table = Table("historievaerksted", people=8)
    table.go("strengths")
    table.go("plenum")
    note = table.write("F", sheet="groups", lane="strengths", row="g1")
    assert table.note(note).reach == "group"
    inside, outside = table.members("g1")[0], table.members("g2")[0]
    assert f"note:{note}" in table.screens[inside].shown
    assert f"note:{note}" in table.screens["F"].shown
    for who in (outside, "W"):
        assert f"note:{note}" not in table.screens[who].shown
    table.do("F", "reveal", group="g1")
    assert f"note:{note}" in table.screens[outside].shown
    later = table.write("F", sheet="groups", lane="strengths", row="g1")
    assert table.note(later).reach == "all"


def test_V10_in_plenum_a_note_into_a_row_not_revealed_stays_with_that_row() -> None:
    table, row, _ = with_a_row()
    table.go("plenum")
    note = table.write("F", sheet="grid", lane="one", row=row.id)
    assert table.note(note).reach == "group"
    assert f"note:{note}" not in table.screens["W"].shown
    table.do("F", "reveal", group=row.group)
    assert f"note:{note}" in table.screens["W"].shown


def test_V7_V10_what_all_can_see_is_not_moved_into_a_row_that_only_its_group_can_see() -> None:
    table, notes = with_rows()
    row = next(iter(table.board.rows.values()))
    table.go("plenum")
    table.do("F", "reveal", group=row.group)
    up = table.write("F", sheet="grid", lane="one", row=row.id)
    table.go("choose")
    who = table.members(row.group)[0]
    second = next(note for w, note in notes.items() if table.group(w) == row.group and note != row.id)
    table.do(who, "mark", note=second, kind="chosen", word="chosen")
    table.go("plenum")
    assert table.board.rows[second].reach == "group"
    assert table.refused("F", "move", note=up, lane="one", row=second) == "no_row"
    assert table.note(up).row == row.id


def with_two_rows_of_a_group() -> tuple[Table, str, str, str, str]:
    """A dilemma workshop in round `sides`; two of a group, and two rows of theirs."""
    table, notes = in_dilemma()
    who, other = table.members(table.group("P1"))[:2]
    table.go("choose")
    for each in (who, other):
        table.do(each, "mark", note=notes[each], kind="chosen", word="chosen")
    table.go("sides")
    return table, who, other, notes[who], notes[other]


def test_O7_undo_puts_no_note_into_a_row_that_is_gone() -> None:
    table, who, other, first, second = with_two_rows_of_a_group()
    note = table.write(who, sheet="grid", lane="one", row=first)
    table.do(who, "move", note=note, lane="one", row=second)
    table.go("choose")
    table.do(other, "mark", note=first, kind="chosen", word="")
    table.go("sides")
    assert "undo" not in table.me(who)["can"]
    assert table.refused(who, "undo") == "nothing_to_undo"
    assert table.note(note).row == second


def test_R7_a_comment_is_brought_back_to_where_its_note_lies_when_the_old_row_is_gone() -> None:
    table, who, _, first, second = with_two_rows_of_a_group()
    note = table.write(who, sheet="grid", lane="one", row=first)
    table.go("plenum")
    comment = table.write(who, sheet="grid", lane="one", kind="comment", under=note)
    table.do(who, "delete", note=comment)
    table.do("F", "move", note=note, lane="one", row=second)
    table.go("choose")
    table.do(who, "mark", note=first, kind="chosen", word="")
    table.do(who, "restore", note=comment)
    assert table.note(comment).row == second


def test_V2_R7_a_comment_on_a_note_that_is_taken_down_is_not_revealed_without_it() -> None:
    table, row, who = with_a_row()
    table.go("sides")
    note = table.write(who, sheet="grid", lane="one", row=row.id)
    table.go("plenum")
    comment = table.write(who, sheet="grid", lane="one", kind="comment", under=note)
    table.do(who, "delete", note=note)
    table.do("F", "reveal", group=row.group)
    table.do(who, "restore", note=note)
    assert (table.note(note).reach, table.note(comment).reach) == ("group", "group")
    table.do("F", "reveal", group=row.group)
    assert {f"note:{note}", f"note:{comment}"} <= set(table.screens["W"].shown)
