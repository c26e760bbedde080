"""Faults reported and not yet fixed; collected only when named."""

from tests.rules.promises import with_rows


def test_37_a_chosen_dilemma_that_is_rewritten_is_rewritten_in_the_grid() -> None:
    table, notes = with_rows()
    who = next(w for w, note in notes.items() if note in table.board.rows)
    table.go("present")
    table.take_turn(who)
    table.do(who, "edit", note=notes[who], text="uden navne")
    assert table.board.rows[notes[who]].text == "uden navne"


def test_38_the_facilitator_can_rewrite_a_dilemma_in_plenum() -> None:
    table, _ = with_rows()
    note = next(iter(table.board.rows))
    table.go("plenum")
    table.do("F", "reveal", group=table.board.rows[note].group)
    table.do("F", "edit", note=note, text="uden navne")
    assert table.board.rows[note].text == "uden navne"


def test_39_R13_an_author_takes_down_an_own_dilemma_even_when_its_row_is_used() -> None:
    table, notes = with_rows()
    who = next(w for w, note in notes.items() if note in table.board.rows)
    table.go("sides")
    table.write(who, sheet="grid", lane="one", row=notes[who])
    table.do(who, "delete", note=notes[who])
