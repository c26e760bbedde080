"""Faults reported and not yet fixed; collected only when named."""

from board_schema.commands import Refused
from tests.rules.promises import with_rows
from tests.rules.test_found import in_dilemma
from tests.rules.play import Table


def test_31_O7_an_undo_of_choosing_asks_whether_the_round_still_lets_one_choose():
    table, notes = in_dilemma()
    table.go("choose")
    table.do("P1", "choose", note=notes["P1"], on=True)
    table.go("plenum")
    assert table.refused("P1", "undo") == "nothing_to_undo"
    assert notes["P1"] in table.board.rows


def test_32_a_group_made_in_plenum_gets_its_turn():
    table = Table("historievaerksted", people=8)
    table.go("plenum")
    table.do("F", "group", seat=table.seat("P1"), group="g3")
    turn = table.board.turn("groups")
    assert "g3" in (turn.holder, *turn.queue)
