"""The scribes' pad: where a line stands, who may write it, what takes it away, and that the file asks for it (R26)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from board_schema.board import MAX_PAD, PURGE_AFTER, PadLine
from board_schema.commands import Refused, parse
from tests.rules import checks
from tests.rules.files import changed_file, refusal
from tests.rules.play import Table
from tests.rules.promises import in_groups, in_place


def jot(table: Table, who: str = "S1", text: str = "sagt", **where: Any) -> str:
    line = table.new_note()
    table.do(who, "pad", act="write", line=line, text=text, **({"round": table.board.round} | where))
    checks.check_all(table)
    return line


def test_R26_a_line_stands_under_its_round_its_group_or_its_turn_and_stays_there() -> None:
    table = in_place(scribes=1)
    table.take_turn("P1")
    about_turn, about_round = jot(table, turn=1), jot(table)
    table.go("plenum")
    about_group, late = jot(table, group="g1"), jot(table, round="place", turn=1)
    shown = table.screens["S1"].shown
    places = {one: (line["round"], line["group"], line["turn"]) for one, line in table.screens["S1"].shown.items()
              if one.startswith("pad:") for line in [shown[one]]}  # fmt: skip
    assert places == {
        f"pad:{about_turn}": ("place", "", 1),
        f"pad:{about_round}": ("place", "", 0),
        f"pad:{about_group}": ("plenum", "g1", 0),
        f"pad:{late}": ("place", "", 1),
    }
    spots = [table.board.pad[one].spot for one in (about_turn, about_round, about_group, late)]
    assert spots == sorted(set(spots))


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ({"round": "plenum"}, "round"),
        ({"round": "nowhere"}, "round"),
        ({"group": "g1"}, "no_group"),
        ({"turn": 2}, "no_seat"),
        ({"round": "welcome", "turn": 1}, "no_seat"),
    ],
)
def test_R26_a_line_stands_only_under_what_there_was(where: dict[str, Any], reason: str) -> None:
    table = in_place(scribes=1)
    table.take_turn("P1")
    args = {"act": "write", "line": table.new_note(), "text": "sagt", "round": "place"} | where
    assert table.refused("S1", "pad", **args) == reason


@pytest.mark.parametrize(
    "args",
    [
        {"act": "write", "text": "x"},
        {"act": "write", "round": "place"},
        {"act": "write", "text": "x", "round": "place", "group": "g1", "turn": 1},
        {"act": "write", "text": "x", "round": "place", "from": "y"},
        {"act": "edit"},
        {"act": "edit", "text": "x", "round": "place"},
        {"act": "edit", "text": "x", "turn": 1},
        {"act": "delete", "text": "x"},
        {"act": "delete", "from": "x"},
        {"act": "restore"},
    ],
)
def test_R26_O1_a_field_that_the_act_lacks_or_has_no_use_for_is_bad_op(args: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        parse("pad", {"line": "line00000000", **args})
    assert caught.value.reason == "bad_op"


def test_R26_the_number_of_a_turn_says_which_turn_and_not_whose() -> None:
    """V15: the same person has the floor twice, in two turns; keeping the floor is one turn."""
    table = in_place(scribes=1)
    for who, number in (("P1", 1), ("P2", 2), ("P1", 3)):
        table.take_turn(who)
        assert table.screens["S1"].shown["turn:all"]["number"] == number
    for who in ("P2", "P3"):
        table.do("F", "turn", act="absent", seat=table.seat(who))
    table.do("P1", "turn", act="later")
    turn = table.screens["S1"].shown["turn:all"]
    assert (turn["holder"], turn["number"]) == (table.seat("P1"), 3), "nobody waits, so the floor is kept"
    jot(table, turn=3)
    fields = set(PadLine.__struct_fields__)
    assert fields == {"id", "text", "round", "group", "turn", "spot", "card"}


def test_R26_R25_any_scribe_edits_any_line_and_replaces_nothing_unseen() -> None:
    table = in_place(scribes=2)
    line = jot(table, "S1", "en uro")
    table.do("S2", "pad", act="edit", line=line, text="en stor uro", from_="en uro")
    edit = {"act": "edit", "line": line, "from_": "en uro"}
    assert table.refused("F", "pad", **edit, text="uro") == "changed"
    table.do("F", "pad", **edit, text="en stor uro")
    table.do("F", "pad", act="edit", line=line, text="uro")
    assert table.board.pad[line].text == "uro"
    checks.check_all(table)


def test_R26_O7_what_is_deleted_comes_back_by_undo_for_ten_minutes() -> None:
    table = in_place(scribes=2)
    line = jot(table, "S1", "en uro")
    table.do("S2", "pad", act="delete", line=line)
    checks.check_all(table)
    assert table.refused("S1", "undo") == "nothing_to_undo", "somebody else changed it since"
    assert table.refused("S1", "pad", act="edit", line=line, text="x") == "no_note"
    assert "undo" in table.me("S2")["can"]
    table.do("S2", "undo")
    assert table.board.pad[line].text == "en uro"
    table.do("S2", "pad", act="delete", line=line)
    table.tidy(later=PURGE_AFTER)
    checks.check_all(table)
    assert not table.board.pad_bin
    assert table.refused("S2", "undo") == "nothing_to_undo"
    checks.check_all(table)


def test_R26_O7_writing_and_editing_are_undone_while_the_pad_is_ones_own_to_keep() -> None:
    table = in_place(scribes=1)
    line = jot(table, text="en uro")
    table.do("S1", "pad", act="edit", line=line, text="uro")
    table.do("S1", "undo")
    assert table.board.pad[line].text == "en uro"
    table.do("F", "role", seat=table.seat("S1"), role="participant")
    assert table.refused("S1", "undo") == "nothing_to_undo"
    assert "pad" not in table.me("S1")["can"]
    table.do("F", "role", seat=table.seat("S1"), role="scribe")
    table.do("S1", "undo")
    assert table.board.pad == {}
    checks.check_all(table)


def test_R26_R18_a_full_pad_takes_no_more_and_says_so() -> None:
    table = in_place(scribes=1, show=False)
    line = PadLine(id="", text="x", round="place")
    pad = {f"line{i:08}": replace(line, id=f"line{i:08}", spot=i) for i in range(MAX_PAD)}
    table.board = replace(table.board, pad=pad)
    args = {"act": "write", "text": "sagt", "round": "place"}
    assert table.refused("S1", "pad", line=table.new_note(), **args) == "full"
    table.do("S1", "pad", act="delete", line="line00000000")
    assert table.refused("S1", "pad", line=table.new_note(), **args) == "full", "it can still be brought back"
    table.tidy(later=PURGE_AFTER)
    table.do("S1", "pad", line=table.new_note(), **args)


def test_R17_R26_a_line_is_cleaned_and_at_most_a_thousand_characters() -> None:
    table = in_place(scribes=1)
    line = jot(table, text="  en\u000buro \u202e ")
    assert table.board.pad[line].text == "en\nuro"
    write = {"act": "write", "line": table.new_note(), "round": "place"}
    assert table.refused("S1", "pad", **write, text="x" * 1_001) == "too_long"
    assert table.refused("S1", "pad", **write, text=" ") == "empty"


def test_R26_an_id_stands_for_one_note_or_line() -> None:
    table = in_place(scribes=1)
    draft, line = table.write("P1", sheet="timeline", lane="2020"), jot(table)
    args = {"act": "write", "text": "sagt", "round": "place"}
    assert table.refused("S1", "pad", line=draft, **args) == "taken"
    assert table.refused("P1", "write", note=line, text="x", sheet="timeline", lane="2020") == "taken"


def test_R26_while_lines_are_about_groups_people_are_not_shuffled() -> None:
    table = in_groups()
    table.do("F", "groups", size=4)
    line = table.new_note()
    table.do("F", "pad", act="write", line=line, text="sagt", round="strengths", group="g1")
    assert table.refused("F", "groups", size=3) == "group_in_use"
    table.do("F", "undo")
    assert table.refused("F", "groups", size=3) == "group_in_use", "it can still be brought back"


def test_R21_R26_lines_stay_when_their_scribe_is_removed_and_say_nothing_of_them() -> None:
    table = in_place(scribes=1)
    line = jot(table)
    table.do("F", "remove", seat=table.seat("S1"))
    checks.check_all(table)
    assert f"pad:{line}" in table.screens["F"].shown
    assert f"pad:{line}" not in table.screens["S1"].shown


def test_V15_R14_the_facilitator_alone_reads_a_sealed_pad() -> None:
    table = in_place(scribes=1, listeners=1)
    line, gone = jot(table), jot(table)
    table.do("S1", "pad", act="delete", line=gone)
    table.do("F", "close")
    assert table.refused("S1", "pad", act="delete", line=line) == "closed"
    assert table.screens["S1"].shown[f"pad:{line}"]["can"] == []
    table.do("F", "seal")
    checks.check_all(table)
    assert {who for who, s in table.screens.items() if f"pad:{line}" in s.shown} == {"F"}
    assert not table.board.pad_bin


def test_V6_R26_nobody_else_is_shown_anything_by_the_pad() -> None:
    table = in_place(scribes=1, listeners=1)
    line = jot(table)
    for act in ({"act": "edit", "text": "uro"}, {"act": "delete"}):
        table.do("S1", "pad", line=line, **act)
        assert {who for who, _ in table.fresh} <= {"F", "S1"}


def test_M1_a_round_asks_only_a_method_that_has_a_scribe() -> None:
    text = changed_file("historievaerksted", ("scribe = true\n", ""))
    told = refusal(text, "write scribe = true")
    assert told.field == "rounds[2].pad"
    assert text.split("\n")[told.line - 1].startswith("pad.da")


def test_M1_what_a_round_asks_of_scribes_is_said_in_both_languages() -> None:
    refusal(changed_file("historievaerksted", ("pad.en", "# pad.en")), "`en` is missing")
