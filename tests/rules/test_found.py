"""Faults that these tests found; each stays fixed."""

import pytest
from msgspec.structs import replace

from board_schema import commands, decide, fold, method_file, wire
from board_schema.board import IDLE_CLOSE, REOPEN_FOR, Board
from board_schema.commands import Refused
from tests.rules.play import Table, bundled, text_of
from tests.rules.promises import with_rows


def in_dilemma(people: int = 6, **more: int) -> tuple[Table, dict[str, str]]:
    table = Table("dilemmavaerksted", people=people, **more)
    table.go("write")
    notes = {w: table.write(w, sheet="dilemmas", lane="dilemma") for w in table.actors if w.startswith("P")}
    table.go("present")
    for who, note in notes.items():
        table.take_turn(who)
        table.do(who, "place", note=note, lane="dilemma")
    return table, notes


def test_V8_the_facilitators_undo_does_not_bring_back_what_its_author_deleted() -> None:
    table = Table("historievaerksted")
    table.go("place")
    note = table.placed("P1")
    table.do("F", "delete", note=note)
    table.do("F", "restore", note=note)
    table.do("P1", "delete", note=note)
    with pytest.raises(Refused):
        table.do("F", "undo")
    assert note not in table.board.notes


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
    table.do(who, "choose", note=note, on=True)
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
    table.do(other, "choose", note=notes[other], on=True)
    table.go("plenum")
    table.do("F", "reveal", group=table.group(other))
    table.go("sides")
    draft = table.write(mine, sheet="grid", lane="")
    assert table.refused(mine, "place", note=draft, lane="one", row=notes[other])


def test_O1_the_op_that_seals_is_answered_and_so_is_what_comes_after() -> None:
    table = Table("historievaerksted")
    table.do("F", "close")
    table.do("F", "seal")
    tab, n = table.tabs["F"]
    assert fold.seen(table.board, tab, n)


def test_O3_a_refusal_after_sealing_is_remembered_with_reason_sealed() -> None:
    table = Table("historievaerksted")
    table.do("F", "close")
    table.do("F", "seal")
    assert table.refused("P1", "name", name="x") == "sealed"
    tab, n = table.tabs["P1"]
    assert fold.seen(table.board, tab, n)


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
    table.do("P1", "choose", note=notes["P1"], on=True)
    table.do("P1", "delete", note=notes["P1"])
    table.do("P1", "undo")
    assert (notes["P1"] in table.board.rows) == (notes["P1"] in table.board.notes)


def test_a_note_is_not_restored_into_a_row_that_is_gone() -> None:
    table, notes = in_dilemma()
    table.go("choose")
    table.do("P1", "choose", note=notes["P1"], on=True)
    table.go("sides")
    one = table.write("P1", sheet="grid", lane="one", row=notes["P1"])
    table.do("P1", "delete", note=one)
    table.go("choose")
    mate = next(who for who in table.members(table.group("P1")) if who != "P1")
    table.do(mate, "choose", note=notes["P1"], on=False)
    assert table.refused("P1", "restore", note=one) == "no_row"
    assert table.refused("P1", "undo") == "nothing_to_undo"


def test_a_comment_does_not_outlive_its_note() -> None:
    table, notes = in_dilemma()
    table.go("plenum")
    table.do("F", "reveal", group=table.group("P1"))
    comment = table.new_note()
    table.do(
        "P2", "write", note=comment, text="genkendt", sheet="dilemmas", lane="dilemma", to=notes["P1"], kind="comment"
    )
    table.do("P1", "delete", note=notes["P1"])
    assert f"note:{comment}" not in table.screens["W"].shown


def test_R14_after_ten_minutes_the_workshop_cannot_be_reopened() -> None:
    table = Table("historievaerksted")
    table.do("F", "close")
    table.now += REOPEN_FOR
    assert table.refused("F", "reopen") in ("closed", "sealed")


def test_R17_a_name_from_the_door_can_always_be_stored() -> None:
    table = Table("historievaerksted")
    table.join("P9", name="a\ud800b")
    assert table.person("P9").name == "ab"


def test_M1_a_method_that_has_no_round_for_an_answer_is_refused() -> None:
    text = text_of("fremtidsvaerksted").replace("[[rounds]]\nid = ", '[[rounds]]\nwhen_leader = ["told"]\nid = ')
    text = text.replace('when_leader = ["told"]\n\n', "\n").rstrip()
    text = text.removesuffix('when_leader = ["told"]')
    with pytest.raises(method_file.MethodError):
        method_file.parse(text, file="own.toml")


def test_M1_a_wrong_language_names_the_field_and_line() -> None:
    text = text_of("historievaerksted").replace("pitch.en =", "pitch.de =")
    with pytest.raises(method_file.MethodError) as caught:
        method_file.parse(text, file="own.toml")
    assert caught.value.field.startswith("pitch")
    assert caught.value.line in (6, 7)


def test_M1_a_wrong_word_says_which_words_may_stand_there() -> None:
    text = text_of("historievaerksted").replace('reveal = "on_turn"', 'reveal = "turn"')
    with pytest.raises(method_file.MethodError) as caught:
        method_file.parse(text, file="own.toml")
    assert "on_turn" in caught.value.problem


def test_M1_an_unknown_key_is_the_field_and_has_its_line() -> None:
    text = text_of("historievaerksted").replace("minutes = 120", "minuts_total = 120\nminutes = 120")
    with pytest.raises(method_file.MethodError) as caught:
        method_file.parse(text, file="own.toml")
    assert (caught.value.field, caught.value.line) == (
        "minuts_total",
        1 + text[: text.index("minuts_total")].count("\n"),
    )


def test_R17_a_cleaned_text_is_composed_and_cleaning_it_again_changes_nothing() -> None:
    once = commands.clean("e\u2060\u0301", limit=10)
    assert commands.clean(once, limit=10) == once == "\u00e9"


def test_R4_a_mere_undo_does_not_change_what_one_may_not_move_now() -> None:
    table = Table("historievaerksted")
    table.go("place")
    note = table.placed("P1")
    table.do("P1", "move", note=note, lane="2021")
    table.take_turn("P2")
    assert table.refused("P1", "undo") == "nothing_to_undo"


def test_a_person_who_was_moved_does_not_undo_on_a_paper_they_no_longer_see() -> None:
    table = Table("historievaerksted", people=8)
    table.go("strengths")
    mates = table.members("g1")
    note = table.write(mates[0], sheet="groups", lane="strengths", row="g1")
    table.do(mates[1], "edit", note=note, text="andet")
    table.do("F", "group", seat=table.seat(mates[1]), group="g2")
    with pytest.raises(Refused):
        table.do(mates[1], "undo")


def test_me_offers_undo_only_when_there_is_something_to_undo() -> None:
    table = Table("historievaerksted")
    table.go("place")
    table.placed("P1")
    assert "undo" not in table.me("P1")["can"]
    table.write("P1", sheet="timeline", lane="2020")
    assert "undo" in table.me("P1")["can"]
    table.do("P1", "undo")


def test_a_heading_stands_over_years_only() -> None:
    table = Table("historievaerksted")
    table.go("picture")
    assert table.refused(
        "F", "write", note=table.new_note(), text="x", sheet="groups", lane="strengths", kind="heading"
    )
    table = Table("historievaerksted")
    table.go("picture")
    assert table.refused(
        "F", "write", note=table.new_note(), text="x", sheet="timeline", lane="elsewhere", kind="heading"
    )


def test_M4_years_have_four_digits_and_bounds() -> None:
    with pytest.raises(Refused):
        decide.create(
            bundled("historievaerksted"),
            board_id="b",
            seed="s",
            pid="p",
            seat="seat",
            now=1,
            this_year=2026,
            keep=1,
            first_year=1,
            last_year=30,
        )


def test_the_word_is_never_given_to_somebody_who_was_removed() -> None:
    table = Table("historievaerksted")
    table.go("place")
    table.take_turn("P1")
    seat = table.seat("P1")
    table.do("P1", "turn", act="done")
    table.do("F", "remove", seat=seat)
    assert table.refused("F", "turn", act="give", seat=seat) == "no_seat"


def test_O2_a_tab_in_use_is_not_forgotten_for_nine_others() -> None:
    table = Table("historievaerksted")
    table.do("P1", "name", name="a")
    first = table.tabs["P1"]
    for _ in range(8):
        table.tabs["P1"] = (f"tab{table.hex(12)}", 0)
        table.do("P1", "name", name="b")
        if fold.seen(table.board, *first):
            table.tabs["P1"] = first
            table.do("P1", "name", name="c")
            first = table.tabs["P1"]
    assert fold.seen(table.board, *first)


def test_a_comment_cannot_be_moved_away_from_its_note() -> None:
    table, notes = in_dilemma()
    table.go("plenum")
    table.do("F", "reveal", group=table.group("P1"))
    comment = table.new_note()
    table.do(
        "P2", "write", note=comment, text="genkendt", sheet="dilemmas", lane="dilemma", to=notes["P1"], kind="comment"
    )
    own = table.screens["P2"].own[f"mine:{comment}"]
    assert "move" not in own["can"]


def test_R3_a_draft_for_a_row_that_is_gone_is_kept() -> None:
    table, notes = in_dilemma()
    table.go("sides")
    note = table.new_note()
    table.do("P1", "write", note=note, text="sent for sent", sheet="grid", lane="one", row=notes["P1"])
    assert (table.note(note).reach, table.note(note).row) == ("own", "")


def test_due_and_tidy_agree_when_the_board_is_new() -> None:
    table = Table("historievaerksted")
    at = decide.due(table.board)
    assert at == table.board.last_at + IDLE_CLOSE
    assert decide.tidy(table.board, at)
    assert not decide.tidy(table.board, at - 1)


def test_an_empty_board_and_entry_survive_the_wire() -> None:
    assert wire.unpack_board(wire.pack_board(Board())) == Board()


def test_O7_an_undo_of_choosing_asks_whether_the_round_still_lets_one_choose() -> None:
    table, notes = in_dilemma()
    table.go("choose")
    table.do("P1", "choose", note=notes["P1"], on=True)
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


def commented() -> tuple[Table, str, str]:
    """A dilemma workshop in plenum: a note in a revealed row, and a comment on it."""
    table, notes = with_rows()
    row, who = next((row, who) for who, note in notes.items() if (row := note) in table.board.rows)
    table.go("sides")
    note = table.write(who, sheet="grid", lane="one", row=row)
    table.go("plenum")
    table.do("F", "reveal", group=table.board.rows[row].group)
    comment = table.new_note()
    table.do("P2", "write", note=comment, text="genkendt", sheet="grid", lane="one", to=note, kind="comment")
    return table, note, comment


def test_R7_a_comment_lies_where_its_note_lies_also_after_the_note_moves() -> None:
    table, note, comment = commented()
    table.do("F", "move", note=note, lane="other")
    assert table.note(comment).lane == "other"
    assert table.screens["W"].shown[f"note:{comment}"]["lane"] == "other"
    table.do("F", "undo")
    assert table.note(comment).lane == "one"
    assert table.replayed() == table.board


def test_R7_O7_a_comment_can_be_taken_back_after_its_note_moved() -> None:
    table, note, comment = commented()
    table.do("P2", "edit", note=comment, text="genkendt igen")
    table.do("F", "move", note=note, lane="other")
    table.do("P2", "undo")
    assert (table.note(comment).text, table.note(comment).lane) == ("genkendt", "other")
    table.do("P2", "undo")
    assert comment not in table.board.notes


def test_R7_a_comment_that_comes_back_lies_where_its_note_is_by_now() -> None:
    table, note, comment = commented()
    table.do("P2", "delete", note=comment)
    table.do("F", "move", note=note, lane="other")
    table.do("P2", "restore", note=comment)
    assert table.note(comment).lane == "other"
    table.do("P2", "delete", note=comment)
    table.do("F", "delete", note=note)
    table.do("P2", "restore", note=comment)
    assert table.note(comment).lane == "other", "also while its note is taken down"


def test_R12_a_comment_alone_does_not_keep_a_row_from_being_unchosen() -> None:
    table, note, comment = commented()
    row = table.note(note).row
    table.do("F", "delete", note=note)
    assert table.note(comment).row == row
    table.go("choose")
    who = table.members(table.board.rows[row].group)[0]
    table.do(who, "choose", note=row, on=False)
    assert row not in table.board.rows


def test_R9_two_sheets_may_share_a_lane_id_and_one_of_them_is_revealed() -> None:
    text = text_of("fremtidsvaerksted")
    lane = text[text.index("[[sheets.lanes]]") : text.index("[[sheets.lanes]]", text.index("[[sheets.lanes]]") + 1)]
    sheet = '[[sheets]]\nid = "second"\ntitle = { da = "To", en = "Two" }\nform = "columns"\n\n' + lane
    twice = text.replace("[[rounds]]", sheet + "[[rounds]]", 1)
    start = twice.index('[[rounds]]\nid = "critique"')
    item = twice[start : twice.index("[[rounds]]", start + 1)]
    other = item.replace('id = "critique"', 'id = "again"').replace('sheet = "columns"', 'sheet = "second"')
    table = Table(method_file.parse(twice.replace(item, item + other), file="own.toml"))
    table.go("critique")
    first, *_ = [table.write(who, sheet="columns", lane="critique") for who in ("P1", "P2", "P3")]
    table.go("again")
    second = table.write("P1", sheet="second", lane="critique")
    table.do("F", "reveal", sheet="second", lane="critique")
    assert (table.note(first).reach, table.note(second).reach) == ("own", "all")
    assert table.screens["F"].shown["board"]["reveal"] == [{"sheet": "columns", "lane": "critique"}]


def test_R6_a_listener_sees_and_takes_away_own_drafts_and_none_of_them_is_revealed() -> None:
    table = Table("fremtidsvaerksted")
    table.go("critique")
    kept, away = (table.write("P1", sheet="columns", lane="critique") for _ in range(2))
    other = table.write("P2", sheet="columns", lane="critique")
    table.do("F", "role", seat=table.seat("P1"), role="listener")
    assert {f"mine:{kept}", f"mine:{away}"} <= table.screens["P1"].own.keys()
    table.do("P1", "delete", note=away)
    table.do("P1", "restore", note=away)
    table.do("P1", "delete", note=away)
    for op, args in (("edit", {"text": "x"}), ("move", {"lane": ""}), ("place", {"lane": "critique"})):
        assert table.refused("P1", op, note=kept, **args) == "role"
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert (table.note(kept).reach, table.note(other).reach) == ("own", "all")
    assert table.screens["F"].shown["board"]["reveal"] == []
    assert table.screens["W"].shown["progress"]["piles"] == {}
    table.do("F", "role", seat=table.seat("P1"), role="participant")
    assert table.screens["F"].shown["board"]["reveal"] == [{"sheet": "columns", "lane": "critique"}]
    table.do("P1", "edit", note=kept, text="som før")
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert table.note(kept).reach == "all"


def test_R6_who_came_as_a_listener_and_was_made_a_participant_takes_part() -> None:
    table = Table("historievaerksted", listeners=1)
    table.go("write")
    table.do("F", "role", seat=table.seat("L1"), role="participant")
    note = table.write("L1", sheet="timeline", lane="2020")
    assert f"mine:{note}" in table.screens["L1"].own


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
    table, _ = with_rows()
    row = next(iter(table.board.rows.values()))
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
    table.do(who, "choose", note=second, on=True)
    table.go("plenum")
    assert table.board.rows[second].reach == "group"
    assert table.refused("F", "move", note=up, lane="one", row=second) == "no_row"
    assert table.note(up).row == row.id


def test_R3_R10_what_is_written_before_depth_is_a_draft_in_whatever_round() -> None:
    table, notes = with_rows()
    row = next(iter(table.board.rows.values()))
    who = next(w for w in notes if table.group(w) == row.group)
    drafts = []
    for to in ("depth", "actions"):
        table.go(to)
        drafts.append(table.write(who, sheet="grid", lane="actions", row=row.id))
    assert [table.note(note).reach for note in drafts] == ["own", "own"]
    assert table.refused(who, "place", note=drafts[0], lane="actions", row=row.id) == "depth_first"
    table.do(who, "deep", row=row.id)
    for note in drafts:
        table.do(who, "place", note=note, lane="actions", row=row.id)


def pointing() -> tuple[Table, str, str]:
    """A future workshop in its third round: a dream that is up, and the note of another lane."""
    table = Table("fremtidsvaerksted")
    table.go("critique")
    critique = table.write("P1", sheet="columns", lane="critique")
    table.do("F", "reveal", sheet="columns", lane="critique")
    table.go("dream")
    dream = table.write("P1", sheet="columns", lane="dream")
    table.do("F", "reveal", sheet="columns", lane="dream")
    table.go("realise")
    return table, dream, critique


def test_O1_to_points_at_a_note_of_the_lane_that_is_named_and_at_nothing_else() -> None:
    table, dream, critique = pointing()
    step = table.write("P2", sheet="columns", lane="realise", to=dream)
    assert table.note(step).to == dream
    for wrong in (critique, step, "there-is-none"):
        late = table.write("P2", sheet="columns", lane="realise", to=wrong)
        assert table.note(late).to == "", "R3: nothing written is turned away"
        assert table.refused("P2", "edit", note=step, text="x", to=wrong) == "no_note"
    others = {
        "comment": replace(table.note(dream), id="comment-on-it", kind="comment", to=dream),
        "other-sheet": replace(table.note(dream), id="other-sheet-1", sheet="elsewhere"),
        "draft": replace(table.note(dream), id="draft-of-mine", author=table.pid("P2"), reach="own"),
    }
    table.board = replace(table.board, notes={**table.board.notes, **{n.id: n for n in others.values()}})
    for name, note in others.items():
        assert table.refused("P2", "edit", note=step, text="x", to=note.id) == "no_note", name


def test_O1_a_pointer_is_let_go_where_its_note_may_point_at_nothing() -> None:
    table, dream, _ = pointing()
    step = table.write("P2", sheet="columns", lane="realise", to=dream)
    table.do("P2", "move", note=step, lane="")
    assert table.note(step).to == dream, "a draft without a lane yet keeps it"
    table.do("P2", "move", note=step, lane="critique")
    assert table.note(step).to == ""


def test_O7_undo_and_restore_put_no_note_into_a_year_that_is_gone() -> None:
    table = Table("historievaerksted")
    table.go("place")
    moved, deleted = table.placed("P1", lane="2018"), table.placed("P1", lane="2019")
    table.do("P1", "delete", note=deleted)
    table.do("P1", "move", note=moved, lane="2024")
    table.do("F", "setup", from_=2020, to=2026)
    assert "undo" not in table.me("P1")["can"]
    assert table.refused("P1", "undo") == "nothing_to_undo"
    assert table.refused("P1", "restore", note=deleted) == "no_lane"
    table.do("F", "setup", from_=2018)
    table.do("P1", "restore", note=deleted)
    assert table.note(moved).lane == "2024"


def test_O7_an_undo_of_taking_down_puts_no_note_into_a_year_that_is_gone() -> None:
    table = Table("historievaerksted")
    table.go("place")
    note = table.placed("P1", lane="2018")
    table.do("F", "delete", note=note)
    table.do("F", "setup", from_=2020, to=2026)
    assert table.refused("F", "undo") == "nothing_to_undo"
    assert table.refused("F", "restore", note=note) == "no_lane"


def with_two_rows_of_a_group() -> tuple[Table, str, str, str, str]:
    """A dilemma workshop in round `sides`; two of a group, and two rows of theirs."""
    table, notes = in_dilemma()
    who, other = table.members(table.group("P1"))[:2]
    table.go("choose")
    for each in (who, other):
        table.do(each, "choose", note=notes[each], on=True)
    table.go("sides")
    return table, who, other, notes[who], notes[other]


def test_O7_undo_puts_no_note_into_a_row_that_is_gone() -> None:
    table, who, other, first, second = with_two_rows_of_a_group()
    note = table.write(who, sheet="grid", lane="one", row=first)
    table.do(who, "move", note=note, lane="one", row=second)
    table.go("choose")
    table.do(other, "choose", note=first, on=False)
    table.go("sides")
    assert "undo" not in table.me(who)["can"]
    assert table.refused(who, "undo") == "nothing_to_undo"
    assert table.note(note).row == second


def test_R7_a_comment_is_brought_back_to_where_its_note_lies_when_the_old_row_is_gone() -> None:
    table, who, _, first, second = with_two_rows_of_a_group()
    note = table.write(who, sheet="grid", lane="one", row=first)
    table.go("plenum")
    comment = table.write(who, sheet="grid", lane="one", kind="comment", to=note)
    table.do(who, "delete", note=comment)
    table.do("F", "move", note=note, lane="one", row=second)
    table.go("choose")
    table.do(who, "choose", note=first, on=False)
    table.do(who, "restore", note=comment)
    assert table.note(comment).row == second
