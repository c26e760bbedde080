"""Programmes: a board that does not end (R40)."""

from __future__ import annotations

import pytest

from board_schema import decide
from board_schema.board import DAY, IDLE_CLOSE
from tests.rules.files import changed_file, refusal
from tests.rules.play import ENDING, PROGRAMMES, Table, bundled
from tests.rules.test_decide import turned_down

YEARS = 3 * 365


@pytest.mark.parametrize("stem", PROGRAMMES)
def test_R40_a_programme_is_closed_and_sealed_by_nobody(stem: str) -> None:
    table = Table(stem, people=2)
    assert "close" not in table.screens["F"].shown["board"]["can"]
    for op in ("close", "seal"):
        turned_down(table, "F", op, "programme")
        turned_down(table, "P1", op, "role")
    assert (table.board.closed, table.board.sealed) == (0, False)
    table.do("F", "round", to="sort")
    assert table.do("F", "reopen") == [], "an open board is open"


@pytest.mark.parametrize("stem", PROGRAMMES)
def test_R40_R15_a_programme_that_nobody_uses_stays_open_for_as_long_as_it_is_kept(stem: str) -> None:
    table = Table(stem)
    assert table.board.programme
    assert decide.due(table.board) == 0, "nothing is due by time"
    assert decide.tidy(table.board, table.now + YEARS * DAY) == []
    note = table.write("F", sheet="story", lane="tray")
    table.do("F", "delete", note=note)
    due = decide.due(table.board)
    assert table.now < due < table.now + IDLE_CLOSE, "what was deleted is due to be forgotten"
    table.now = due
    table.tidy()
    assert decide.due(table.board) == 0
    assert not table.board.bin


@pytest.mark.parametrize("stem", ENDING)
def test_R40_no_workshop_is_a_programme(stem: str) -> None:
    table = Table(stem)
    assert not table.board.programme
    assert decide.due(table.board) == table.board.last_at + IDLE_CLOSE


@pytest.mark.parametrize("stem", PROGRAMMES)
def test_R40_R37_a_programme_waits_for_no_day(stem: str) -> None:
    table = Table(stem)
    turned_down(table, "F", "setup", "programme", day=table.now + DAY)
    table.do("F", "setup", title="Kommunikation og læring", venue="Bosted Nord")
    assert table.board.title == "Kommunikation og læring"


@pytest.mark.parametrize("stem", PROGRAMMES)
def test_R40_whoever_leads_goes_to_any_round_at_any_time(stem: str) -> None:
    table = Table(stem, people=1)
    rounds = [item.id for item in bundled(stem).rounds]
    for to in (*reversed(rounds), *rounds):
        table.do("F", "round", to=to)
        assert table.board.round == to
        assert table.screens["F"].shown["board"]["scene"] != "end"


PROGRAMME, KEEP, FIRST = 'kind = "programme"', 'keep = "programme"', "[[rounds]]\n"


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        (PROGRAMME, 'kind = "forward"', "kind", 'kind = "programme" and keep = "programme"'),
        (KEEP, "", "keep", 'kind = "programme" and keep = "programme"'),
        (KEEP, 'keep = "days"', "keep", "or neither"),
        (KEEP, f'{KEEP}\nahead = "show"', "ahead", "leave it out"),
        ('sheet = "lifts"', 'sheet = "lifts"\ntake_home = true', "rounds[10].take_home", "no end"),
        ('sheet = "lifts"', 'sheet = "lifts"\nwhen_leader = ["told"]', "rounds[10].when_leader", "no end"),
        ('sheet = "lifts"', 'sheet = "lifts"\ngroup = true', "rounds[10].group", "groups are gone"),
        ('form = "columns"', 'form = "columns"\nper_group = true', "sheets[0].per_group", "groups are gone"),
    ],
    ids=["a kind", "no keep", "days", "a day", "an end", "the leader", "groups", "a sheet for groups"],
)
def test_R40_M1_a_file_says_what_a_programme_cannot_have(old: str, new: str, field: str, says: str) -> None:
    told = refusal(changed_file("forloeb", (old, new)), says)
    assert told.field == field
