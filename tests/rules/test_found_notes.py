"""Faults found earlier, each fixed: notes, comments, pointers, undo, and listeners."""

import pytest

from board_schema import method_file
from board_schema.commands import Refused
from board_schema.rules import GRID
from tests.rules.play import Table, in_dilemma, text_of
from tests.rules.promises import commented, with_rows


def commented_dilemma() -> tuple[Table, str, str]:
    """A dilemma workshop in plenum: P1's dilemma, which all see, and P2's comment on it."""
    table, notes = in_dilemma()
    table.go("plenum")
    table.do("F", "reveal", group=table.group("P1"))
    note, comment = notes["P1"], table.new_note()
    table.do("P2", "write", note=comment, text="genkendt", sheet="dilemmas", lane="dilemma", under=note, kind="comment")
    return table, note, comment


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


def test_a_comment_does_not_outlive_its_note() -> None:
    table, note, comment = commented_dilemma()
    table.do("P1", "delete", note=note)
    assert f"note:{comment}" not in table.screens["W"].shown


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


def test_a_comment_cannot_be_moved_away_from_its_note() -> None:
    table, _, comment = commented_dilemma()
    own = table.screens["P2"].own[f"mine:{comment}"]
    assert "move" not in own["can"]


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
    listed = {(at["sheet"], at["lane"], at["again"]) for at in table.screens["F"].shown["board"]["reveal"]}
    assert listed == {("second", "critique", True)}
    table.tidy(later=GRID)
    listed = {(at["sheet"], at["lane"], at["again"]) for at in table.screens["F"].shown["board"]["reveal"]}
    assert listed == {("columns", "critique", False), ("second", "critique", True)}


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
    assert table.screens["W"].shown["progress"]["piles"] == {}
    table.do("F", "role", seat=table.seat("P1"), role="participant")
    table.do("P1", "edit", note=kept, text="som før")
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert table.note(kept).reach == "all"


def test_R6_who_came_as_a_listener_and_was_made_a_participant_takes_part() -> None:
    table = Table("historievaerksted", listeners=1)
    table.go("write")
    table.do("F", "role", seat=table.seat("L1"), role="participant")
    note = table.write("L1", sheet="timeline", lane="2020")
    assert f"mine:{note}" in table.screens["L1"].own


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
    table.do(who, "mark", note=row.id, kind="depth", word="enough")
    for note in drafts:
        table.do(who, "place", note=note, lane="actions", row=row.id)


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
