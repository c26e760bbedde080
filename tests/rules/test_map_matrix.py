"""R43, R44: every role by every grant: who says what a note is about and who freezes, said by a second pair of eyes."""

from __future__ import annotations

from contextlib import suppress

import pytest
from msgspec.structs import replace

from board_schema import commands, decide
from board_schema.board import Actor
from board_schema.commands import Refused
from board_schema.method import GRANTS, Method
from tests.rules.play import Table
from tests.rules.story import Told, story

GRANTED = {
    "": set(),
    "own": {"P1"},  # whose note it is
    "turn": set(),  # nobody has the floor
    "group": set(),  # there are none
    "all": {"P1", "P2", "S1"},
    "facilitator": {"F"},
    "scribe": {"S1"},
}
EVERYBODY = ("F", "P1", "P2", "S1", "L1", "W", "gone", "nobody")


def moving(grant: str) -> Method:
    """The story, in whose round for answers that grant says who changes what is up."""
    grants = (grant,) if grant else ()
    rounds = (replace(each, move=grants) if each.id == "show" else each for each in story().rounds)
    changed: Method = replace(story(), rounds=tuple(rounds))
    return changed


def shown(method: Method) -> tuple[Table, str, str, str]:
    """A table in the round for answers: a point, a draft of P1's and their answer that is up."""
    table = Told(method, {"note-a": "strains"}, scribes=1).table
    (point,) = table.board.notes
    draft = table.write("P1", sheet="answers", lane="known")
    table.go("show")
    table.join("gone")
    table.do("F", "remove", seat=table.seat("gone"))
    table.actors["nobody"] = Actor("no-such-pid", "participant")
    return table, point, draft, table.write("P1", sheet="answers", lane="known")


def done_by(table: Table, op: str, **args: object) -> set[str]:
    found = set()
    for who in EVERYBODY:
        with suppress(Refused):
            decide.decide(table.board, table.method, table.actors[who], commands.parse(op, args), table.now)
            found.add(who)
    return found


def offered(table: Table, who: str, note: str) -> set[str]:
    """What somebody's screen offers to do with a note."""
    screen = table.screens[who]
    return {*screen.shown[f"note:{note}"]["can"], *screen.own.get(f"mine:{note}", {"can": ()})["can"]}


def test_R1_R43_there_is_a_line_for_every_grant() -> None:
    assert set(GRANTED) == {"", *GRANTS}


@pytest.mark.parametrize("grant", GRANTED)
def test_R1_R43_who_may_edit_a_note_says_what_it_is_about_and_nobody_else(grant: str) -> None:
    table, point, draft, up = shown(moving(grant))
    assert done_by(table, "about", note=up, about=[point]) == GRANTED[grant]
    assert done_by(table, "about", note=draft, about=[point]) == {"P1"}
    assert {who for who in ("F", "P1", "P2", "S1") if "about" in offered(table, who, up)} == GRANTED[grant]
    table.do("F", "close")
    assert done_by(table, "about", note=up, about=[]) == done_by(table, "about", note=draft, about=[]) == set()


def test_R1_R44_who_leads_freezes_and_nobody_else() -> None:
    table, *_ = shown(story())
    assert done_by(table, "freeze", sheet="story") == {"F"}
    table.do("F", "colead", seat=table.seat("P2"), on=True)
    assert done_by(table, "freeze", sheet="story") == {"F"}, "a co-facilitator does so on the console"
    table.do("F", "close")
    assert done_by(table, "freeze", sheet="story") == set()
