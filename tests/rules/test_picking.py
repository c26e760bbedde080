"""Picked notes: what a workshop takes with it, without authors, with the numbers of what it stands for (R29)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from board_schema import commands, decide
from board_schema.board import REOPEN_FOR, Note
from board_schema.events import NotePut
from board_schema.handed import Source
from board_schema.method import MarkKind, Word
from board_schema.rules import becomes
from tests.rules import checks
from tests.rules.files import changed_file, refusal
from tests.rules.play import Table


def harvest(stem: str = "fremtidsvaerksted") -> Table:
    """A workshop with a note of each of two people and their drafts, in a round that grants `pick`."""
    table = Table(stem, people=3, scribes=1, listeners=1)
    table.go("critique")
    for who in ("P1", "P2"):
        table.write(who, sheet="columns", lane="critique", text="For lidt tid")
        table.write(who, sheet="columns", lane="", text="kun mit")
    table.do("F", "reveal", sheet="columns", lane="critique")
    table.go("harvest")
    return table


def up(table: Table) -> list[str]:
    return sorted(note.id for note in table.board.notes.values() if note.reach == "all" and note.author)


def picked(table: Table, who: str = "F", text: str = "Tiden er knap", **more: Any) -> str:
    note = table.new_note()
    table.do(who, "pick", note=note, text=text, lane="points", **more)
    checks.check_all(table)
    return note


@pytest.mark.parametrize("who", ["F", "S1"])
def test_R29_a_picked_note_has_no_author_and_says_how_many_it_stands_for(who: str) -> None:
    table = harvest()
    note = picked(table, who, of=up(table))
    kept = table.board.notes[note]
    assert (kept.author, kept.reach, kept.sources) == ("", "all", (Source("columns", "critique", 2),))
    for each in ("F", "S1", "P1", "L1", "W"):
        record = table.screens[each].shown[f"note:{note}"]
        assert record["sources"] == [{"sheet": "columns", "lane": "critique", "count": 2}]
        assert ("of" in record) == (each in ("F", "S1"))
        assert f"mine:{note}" not in table.screens[each].own
        assert ("edit" in record["can"]) == (each in ("F", "S1"))


@pytest.mark.parametrize("who", ["P1", "L1", "W"])
def test_R29_nobody_else_picks_changes_or_counts(who: str) -> None:
    table = harvest()
    note = picked(table, of=up(table)[:1])
    for op, args in (
        ("pick", {"note": table.new_note(), "text": "x", "lane": "points"}),
        ("count", {"note": note, "of": []}),
        ("edit", {"note": note, "text": "x"}),
        ("move", {"note": note, "lane": "trials"}),
        ("delete", {"note": note}),
    ):
        assert table.refused(who, op, **args) in ("round", "locked", "not_yours", "role"), op


def test_R29_drafts_and_picked_notes_are_not_picked() -> None:
    table = harvest()
    note = picked(table)
    drafts = [each.id for each in table.board.notes.values() if each.reach == "own"]
    for one in (*drafts, note, "nonote000000"):
        asks = {"note": table.new_note(), "text": "x", "lane": "points", "of": [one]}
        assert table.refused("F", "pick", **asks) == "no_note"
        assert table.refused("F", "count", note=note, of=[one]) == "no_note"


def test_R29_it_is_reworded_moved_counted_and_taken_down_by_whoever_picks_and_undone() -> None:
    table = harvest()
    first, second = up(table)
    note = picked(table, "S1", of=[first])
    table.do("F", "edit", note=note, text="Vi mangler tid")
    table.do("F", "move", note=note, lane="trials")
    table.do("F", "count", note=note, of=[first, second])
    assert table.screens["F"].own["me"]["undo"] == {"what": "count", "text": "Vi mangler tid"}
    table.do("F", "undo")
    assert table.board.notes[note].of == (first,)
    table.do("S1", "delete", note=note)
    assert "restore" in table.screens["F"].shown[f"bin:{note}"]["can"]
    table.do("S1", "undo")
    assert table.board.notes[note].lane == "trials"
    again = picked(table, "S1")
    table.do("S1", "undo")
    assert again not in table.board.notes
    assert table.board.notes[first].text == "For lidt tid"
    checks.check_all(table)


def test_R29_those_who_pick_are_told_what_a_note_would_become() -> None:
    table = harvest()
    one = up(table)[0]
    assert table.screens["F"].shown[f"note:{one}"]["becomes"] == "point"
    assert table.screens["S1"].shown[f"note:{one}"]["becomes"] == "point"
    assert "becomes" not in table.screens["P1"].shown[f"note:{one}"]
    assert table.screens["F"].shown["board"]["scene"] == table.screens["S1"].own["me"]["scene"] == "pick"
    assert table.screens["W"].shown["board"]["scene"] == table.screens["P1"].own["me"]["scene"] == "look"


def test_R29_R14_sealing_keeps_texts_and_numbers_and_forgets_of_which_notes() -> None:
    table = harvest()
    note = picked(table, of=up(table))
    table.do("F", "close")
    table.tidy(later=REOPEN_FOR)
    kept = table.board.notes[note]
    assert table.board.sealed
    assert (kept.text, kept.of, kept.sources) == ("Tiden er knap", (), (Source("columns", "critique", 2),))


@pytest.mark.parametrize(
    ("old", "new", "field", "word"),
    [
        ('with us" }\nform = "columns"', 'with us" }\nform = "grid"', "sheets[1].form", "columns"),
        ("pick = [", 'write = ["all"]\npick = [', "write", "pick"),
        ("pick = [", 'choose = ["all"]\npick = [', "choose", "mark"),
        ("pick = [", 'gather = ["all"]\npick = [', "gather", "pick"),
        ('limit = 240\nbecomes = "trial"', 'limit = 240\nbecomes = "idea"', "becomes", "trial"),
        ('pick = ["facilitator", "scribe"]', 'pick = ["boss"]', "pick", "scribe"),
    ],
)
def test_R29_M1_a_file_is_told_what_a_sheet_for_picked_notes_needs(old: str, new: str, field: str, word: str) -> None:
    told = refusal(changed_file("fremtidsvaerksted", (old, new)))
    assert field in told.field
    assert word in told.problem


def test_R29_who_tells_the_leader_is_a_part_and_a_day_and_stays_when_names_are_forgotten() -> None:
    table = Table("fremtidsvaerksted", leader="told")
    for to in ("harvest", "briefing"):
        table.go(to)
        assert ("brief" in table.screens["F"].shown["board"]["offers"]) == (to == "briefing")
    table.do("F", "brief", teller="safety", when="2026-12-04")
    table.do("F", "brief", teller="safety", when="2026-12-04", done=True)
    said = {"teller": "safety", "when": "2026-12-04", "done": True}
    assert table.screens["F"].shown["board"]["briefing"] == said
    assert all("briefing" not in table.screens[who].shown["board"] for who in ("P1", "W"))
    assert table.refused("P1", "brief", teller="trio") == "role"
    table.do("F", "close")
    table.tidy(later=REOPEN_FOR)
    assert table.screens["F"].shown["board"]["briefing"] == said


@pytest.mark.parametrize(
    "args", [{"teller": "Anna"}, {"when": "2026-02-30"}, {"when": "i morgen"}, {"when": "٢٠٢٦-١٢-٠٤"}]
)
def test_R29_no_name_and_no_day_that_there_is_not(args: dict[str, Any]) -> None:
    assert Table("fremtidsvaerksted").refused("F", "brief", **args) == "bad_op"


def test_R29_a_heading_counts_what_is_gathered_under_it_and_a_word_says_what_a_note_becomes() -> None:
    table = harvest()
    heading = Note(
        id="heading00001", author="", kind="gathering", text="Tid", sheet="columns", lane="critique", reach="all"
    )
    moved = {one: replace(table.board.notes[one], under=heading.id) for one in up(table)}
    board = replace(table.board, notes={**table.board.notes, **moved, heading.id: heading})
    args = {"note": "picked000001", "text": "Tid", "lane": "points", "of": [heading.id]}
    (event,) = decide.decide(board, table.method, table.actors["F"], commands.parse("pick", args), table.now)
    assert isinstance(event, NotePut)
    assert event.note.sources == (Source("columns", "critique", 2),)
    word = Word(id="up", title={"da": "Op", "en": "Up"}, becomes="lift")
    kind = MarkKind(id="level", title={"da": "Niveau", "en": "Level"}, words=(word,))
    sheets = tuple(replace(s, marks=(kind,)) if s.id == "columns" else s for s in table.method.sheets)
    method = replace(table.method, sheets=sheets)
    assert becomes(method, replace(heading, marks={"level": "up"})) == "lift"
    assert becomes(method, heading) == "point"


def test_R18_picked_notes_that_were_taken_down_count_while_they_can_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("board_schema.decide.picks.MAX_PICKS", 2)
    table = harvest()
    for _ in range(2):
        table.do("S1", "delete", note=picked(table, "S1"))
    assert table.refused("S1", "pick", note=table.new_note(), text="x", lane="points") == "full"
