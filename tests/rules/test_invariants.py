"""Invariants (I1..) in every method, round by round, among people who have written, told, drawn and gathered.

Those that hold after every act are checked in casts (test_rehearsed); what one op may do, in test_matrix.
"""

from itertools import pairwise

import pytest

from tests.rules.cast import METHODS, Cast, method_of
from tests.rules.play import Table

TRIED = {
    "name": {"name": "x"}, "ready": {"on": True}, "undo": {}, "turn": {"act": "take"}, "round": {"to": "close"},
    "timer": {"act": "stop"}, "close": {}, "door": {"open": False}, "draw": {}, "skip": {}, "free": {},
}  # fmt: skip


@pytest.mark.parametrize("stem", METHODS)
def test_I1_R7_no_comment_comes_through_in_any_round_that_has_none(stem: str) -> None:
    cast = Cast(method_of(stem), seed=7, people=6)
    table = cast.table

    def comments() -> None:
        if table.method.round(table.board.round).comment:
            return
        for note in [one for one in table.board.notes.values() if one.reach == "all" and one.kind == "note"][:6]:
            where = {"under": note.id, "sheet": note.sheet, "lane": note.lane, "row": note.row}
            for who in ("P1", "F"):
                given = {"note": table.new_note(), "text": "hm", "kind": "comment", **where}
                assert table.refused(who, "write", **given) == "locked", (who, table.board.round)

    cast.lead(comments)


def scopes(table: Table) -> list[str]:
    """Of the queues of the present round."""
    return [key[5:] for key in table.screens["F"].shown if key.startswith("turn:")]


@pytest.mark.parametrize("stem", METHODS)
def test_I4_R5_no_round_of_turns_is_left_before_everybody_has_had_the_floor_or_passed(stem: str) -> None:
    method = method_of(stem)
    table = Table(method, people=6)
    for item, after in pairwise(method.plan(table.board.leader)):
        table.go(item.id)
        if item.turn in ("none", "ring"):
            continue
        while waits := [t for t in map(table.board.turn, scopes(table)) if t is not None and (t.queue or t.holder)]:
            assert table.refused("F", "round", to=after.id) == "turns_left", item.id
            table.do("F", "turn", act="done" if waits[0].holder else "give", scope=waits[0].scope)
        table.do("F", "round", to=after.id)


@pytest.mark.parametrize("stem", METHODS)
def test_I5_R6_a_listener_and_a_wall_get_nothing_done_in_any_round_nor_after_closing(stem: str) -> None:
    cast = Cast(method_of(stem), seed=7, people=6)
    table = cast.table
    table.join("L9", role="listener")

    def tries() -> None:
        for who in ("L9", "W"):
            for op, args in TRIED.items():
                assert table.refused(who, op, **args) == "role", (who, op, table.board.round)
            for note in [*table.board.notes][:2]:
                assert table.refused(who, "delete", note=note) in ("role", "no_note"), (who, table.board.round)
            if table.method.sheets:
                sheet = table.method.sheets[0]
                given = {"note": table.new_note(), "text": "hej", "sheet": sheet.id, "lane": ""}
                assert table.refused(who, "write", **given) == "role"

    cast.lead(tries)
    cast.do("F", "close")
    tries()
