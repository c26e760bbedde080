"""Faults found earlier, each fixed: sealing, names, method files, tabs, and the wire format."""

import pytest

from board_schema import commands, decide, fold, wire
from board_schema.board import IDLE_CLOSE, REOPEN_FOR, Board
from board_schema.commands import Refused
from board_schema.forms.scales import Asked
from tests.rules.files import changed_file, refusal
from tests.rules.play import Table, bundled, text_of


def test_R14_O1_what_comes_after_sealing_is_refused_and_leaves_no_tab() -> None:
    """That the op that seals is answered: tests/machine/test_submissions.py."""
    table = Table("historievaerksted")
    table.do("F", "close")
    table.do("F", "seal")
    assert table.refused("P1", "name", name="x") == "sealed"
    assert table.board.tabs == {}


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
    refusal(text)


def test_M1_a_wrong_language_names_the_field_and_line() -> None:
    text = changed_file("historievaerksted", ("pitch.en =", "pitch.de ="))
    told = refusal(text)
    assert told.field.startswith("pitch")
    assert text.split("\n")[told.line - 1].startswith("pitch.")


def test_M1_a_wrong_word_says_which_words_may_stand_there() -> None:
    refusal(changed_file("historievaerksted", ('reveal = "on_turn"', 'reveal = "turn"')), "on_turn")


def test_M1_an_unknown_key_is_the_field_and_has_its_line() -> None:
    text = changed_file("historievaerksted", ("minutes = 120", "minuts_total = 120\nminutes = 120"))
    told = refusal(text)
    assert (told.field, told.line) == ("minuts_total", 1 + text[: text.index("minuts_total")].count("\n"))


def test_R17_a_cleaned_text_is_composed_and_cleaning_it_again_changes_nothing() -> None:
    once = commands.clean("e\u2060\u0301", limit=10)
    assert commands.clean(once, limit=10) == once == "\u00e9"


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
            asked=Asked(1, 30),
        )


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


def test_due_and_tidy_agree_when_the_board_is_new() -> None:
    table = Table("historievaerksted")
    at = decide.due(table.board)
    assert at == table.board.last_at + IDLE_CLOSE
    assert decide.tidy(table.board, at)
    assert not decide.tidy(table.board, at - 1)


def test_an_empty_board_and_entry_survive_the_wire() -> None:
    assert wire.unpack_board(wire.pack_board(Board())) == Board()
