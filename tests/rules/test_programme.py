"""Programmes: a board that does not end (R40), and the sittings in which people come in to it (R41)."""

from __future__ import annotations

import msgspec
import pytest

from board_schema import decide
from board_schema.board import DAY, IDLE_CLOSE, IDLE_SITTING
from board_schema.commands import Refused
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
    table = Table(stem, people=0)
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
        ('id = "answers"', 'id = "answers"\nper_group = true', "sheets[2].per_group", "groups are gone"),
    ],
    ids=["a kind", "no keep", "days", "a day", "an end", "the leader", "groups", "a sheet for groups"],
)
def test_R40_M1_a_file_says_what_a_programme_cannot_have(old: str, new: str, field: str, says: str) -> None:
    told = refusal(changed_file("forloeb", (old, new)), says)
    assert told.field == field


# Sittings


def lived_in() -> Table:
    """A sitting in which P1 has left traces wherever a person can: P1 writes, S1 takes notes, L1 listens, P2 leads."""
    table = Table("forloeb", people=3, listeners=1, scribes=1)
    table.host("H1")
    table.do("P1", "name", name="cnry-name")
    table.do("F", "groups", size=2)
    table.do("F", "colead", seat=table.seat("P2"), on=True)
    table.go("sort")
    for who, lane, spot in (("S1", "tray", 300_200), ("F", "strains", 500_700)):
        note = table.write(who, text=f"cnry-of-{who}", sheet="story", lane=lane)
        table.do(who, "move", note=note, lane=lane, spot=spot)
    table.write("P1", text="cnry-draft", sheet="story", lane="tray")
    table.do("S1", "pad", act="write", line=table.new_note(), text="cnry-pad", round="sort")
    table.go("show")
    for n in range(3):
        table.write("P1", text=f"cnry-answer-{n}", sheet="answers", lane="known")
    gone = table.write("P1", text="cnry-deleted", sheet="answers", lane="known")
    table.do("P1", "delete", note=gone)
    table.refused("P1", "round", to="sort")
    return table


def texts(table: Table) -> set[str]:
    return {note.text for note in table.board.notes.values()}


def test_R41_without_a_sitting_nobody_comes_in_and_nobody_is_added() -> None:
    table = Table("forloeb", people=0)
    assert (table.board.door, table.board.sitting) == (False, 0)
    with pytest.raises(Refused, match="closed"):
        table.join("P1")
    turned_down(table, "F", "door", "no_sitting", open=True)
    turned_down(table, "F", "person", "no_sitting", seat="seat-hosted", name="Uden telefon")
    table.do("F", "sitting", on=True)
    assert table.screens["F"].shown["board"]["sitting"] == table.board.sitting == table.now
    began = table.now
    table.now += 60_000
    assert table.do("F", "sitting", on=True) == [], "one goes on already"
    assert table.board.sitting == began
    table.join("P1")
    turned_down(table, "P1", "sitting", "role", on=False)
    table.do("F", "door", open=False)
    with pytest.raises(Refused, match="closed"):
        table.join("P2")
    table.do("F", "sitting", on=False)
    assert table.do("F", "sitting", on=False) == [], "none goes on"


@pytest.mark.parametrize("stem", ENDING)
def test_R41_a_workshop_has_no_sittings(stem: str) -> None:
    table = Table(stem)
    turned_down(table, "F", "sitting", "no_sitting", on=True)
    assert "sitting" not in table.screens["F"].shown["board"]["can"]
    table.do("F", "door", open=True)


def test_R41_a_sitting_forgets_everybody_but_those_who_lead_and_who_wrote_what() -> None:
    table = lived_in()
    leader = table.pid("F")
    others = {person.pid for person in table.board.people.values()} - {leader}
    seats = {person.seat for person in table.board.people.values()} - {table.seat("F")}
    before = texts(table)
    assert len(others) == 6
    table.do("F", "sitting", on=False)
    assert set(table.board.people) == {leader}
    kept = repr(msgspec.to_builtins(table.board))
    left = {what for what in (*others, *seats, "cnry-name", "cnry-draft", "cnry-deleted", "cnry-pad") if what in kept}
    assert left == set()
    assert texts(table) == before - {"cnry-draft"}, "what was up stays"
    assert {note.author for note in table.board.notes.values()} == {""}
    assert list(table.board.notes) == sorted(table.board.notes), "no order of creation"
    emptied = ("groups", "acts", "bin", "pad", "turns", "writers", "ring")
    assert [name for name in emptied if getattr(table.board, name)] == []
    assert table.board.round == "show"
    table.show()
    assert table.screens["F"].shown["board"]["sitting"] == 0
    assert {key for key in table.screens["F"].shown if key.startswith(("seat:", "group:", "bin:"))} == {
        f"seat:{table.seat('F')}"
    }


def test_R41_whoever_leads_goes_on_and_their_drafts_stay() -> None:
    table = lived_in()
    table.go("home")
    draft = table.write("F", text="cnry-kladde", sheet="story", lane="tray")
    assert table.note(draft).reach == "own"
    table.do("F", "sitting", on=False)
    assert table.screens["F"].own[f"mine:{draft}"]["text"] == "cnry-kladde"
    table.go("sort")
    table.do("F", "edit", note=draft, text="cnry-rettet")
    first = next(note.id for note in table.board.notes.values() if note.text == "cnry-of-S1")
    table.do("F", "move", note=first, lane="strains")
    table.do("F", "sitting", on=True)
    table.join("P9")
    assert table.board.people[table.pid("P9")].number == 1, "numbers tell nothing of earlier sittings"


def test_R41_what_was_put_up_stands_in_no_order_of_creation_and_places_of_a_map_stay() -> None:
    table = lived_in()
    table.do("F", "sitting", on=False)
    spots = {note.text: note.spot for note in table.board.notes.values()}
    assert {spots[f"cnry-answer-{n}"] for n in range(3)} == {0}
    assert (spots["cnry-of-S1"], spots["cnry-of-F"]) == (300_200, 500_700)
    answers = sorted(note.id for note in table.board.notes.values() if note.sheet == "answers")
    table.do("F", "sitting", on=True)
    table.go("show")
    for spot, note in enumerate(answers):
        table.do("F", "move", note=note, lane="known", spot=9 - spot)
    table.join("P9")
    for n in range(2):
        table.write("P9", text=f"cnry-later-{n}", sheet="answers", lane="known")
    table.do("F", "sitting", on=False)
    assert [table.note(note).spot for note in answers] == [9, 8, 7], "the order that people gave them stays"
    assert {note.spot for note in table.board.notes.values() if note.text.startswith("cnry-later")} == {10}


def test_R41_a_sitting_that_nobody_uses_is_over_12_hours_later() -> None:
    table = lived_in()
    assert decide.due(table.board) <= table.board.last_at + IDLE_SITTING
    assert not table.tidy(later=IDLE_SITTING - 1) or table.board.sitting
    assert table.board.sitting
    table.tidy(later=1)
    assert (table.board.sitting, table.board.door) == (0, False)
    assert set(table.board.people) == {table.pid("F")}
    assert decide.due(table.board) == 0


def test_R41_an_op_of_who_leads_is_answered_once_also_when_it_ended_the_sitting() -> None:
    table = lived_in()
    tab = table.tabs["F"]
    table.do("F", "sitting", on=False)
    assert {kept.pid for kept in table.board.tabs.values()} == {table.pid("F")}
    assert table.tabs["F"] != tab
