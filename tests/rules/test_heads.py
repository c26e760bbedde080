"""Heads of rows (R12): what makes a note one, what it carries, and how rows of earlier releases become that."""

from __future__ import annotations

import pytest

from board_schema.method_file import parse, parse_stored
from board_schema.schema import raise_entry
from tests.rules.files import changed_file, refusal
from tests.rules.play import text_of
from tests.rules.promises import with_a_row, with_rows


def test_R12_what_is_said_of_a_row_stands_on_its_head_and_goes_with_it() -> None:
    table, row, who = with_a_row()
    table.go("actions")
    table.do(who, "mark", note=row.id, kind="depth", word="enough")
    assert table.board.notes[row.id].marks == {"chosen": "chosen", "depth": "enough"}
    table.go("choose")
    table.do(who, "mark", note=row.id, kind="chosen")
    assert table.board.notes[row.id].marks == {}
    table.do(who, "undo")
    assert table.board.notes[row.id].marks == {"chosen": "chosen", "depth": "enough"}


def test_R12_only_heads_carry_what_is_said_of_rows() -> None:
    table, notes = with_rows()
    other = next(note for note in notes.values() if note not in table.board.rows)
    table.go("plenum")
    assert table.refused("F", "mark", note=other, kind="fate", word="solved") == "locked"


def test_R12_R9_the_head_of_a_row_is_shown_with_it() -> None:
    table, row, _ = with_a_row()
    table.go("plenum")
    wall = table.screens["W"].shown
    assert f"row:{row.id}" not in wall
    assert f"note:{row.id}" not in wall
    table.do("F", "reveal", group=row.group)
    wall = table.screens["W"].shown
    assert wall[f"row:{row.id}"]["text"] == wall[f"note:{row.id}"]["text"]


def older() -> str:
    """The file of the dilemma workshop with the keys of the release before."""
    text = text_of("dilemmavaerksted")
    start = text.index("[[sheets.marks]]")
    text = text[:start] + text[text.index("[[sheets]]", start) :]
    for new, old in (
        ('mark = { chosen = ["group"] }', 'choose = ["group"]'),
        ('mark = { fate = ["facilitator", "scribe"] }', 'fate = ["facilitator", "scribe"]'),
        ('mark = { depth = ["group"] }\n', ""),
        ('unless = "depth"\n', ""),
        ('shows = "fate"', "fates = true"),
    ):
        assert new in text
        text = text.replace(new, old)
    return text


def test_M3_a_boards_older_method_has_the_floors_of_rows() -> None:
    raised, now = parse_stored(older(), file="older.toml"), parse(text_of("dilemmavaerksted"), file="now.toml")
    assert raised.heads == now.heads == {"depth": "grid", "fate": "grid"}
    assert [item.mark for item in raised.rounds] == [item.mark for item in now.rounds]
    mine, theirs = (method.sheet("dilemmas") for method in (raised, now))
    assert mine is not None
    assert theirs is not None
    assert [[word.id for word in kind.words] for kind in mine.marks] == [
        [word.id for word in kind.words] for kind in theirs.marks
    ]
    assert [(lane.unless, lane.shows) for sheet in raised.sheets for lane in sheet.lanes] == [
        (lane.unless, lane.shows) for sheet in now.sheets for lane in sheet.lanes
    ]


@pytest.mark.parametrize(
    ("key", "instead"), [("choose", "mark = { chosen"), ("fate", "mark = { fate"), ("fates", "shows = ")]
)
def test_M1_a_new_file_with_an_older_key_is_told_what_to_write(key: str, instead: str) -> None:
    new = {"choose": 'mark = { chosen = ["group"] }', "fate": 'mark = { fate = ["facilitator", "scribe"] }'}
    old = {"choose": 'choose = ["group"]', "fate": 'fate = ["facilitator"]', "fates": "fates = true"}[key]
    wrong = changed_file("dilemmavaerksted", (new.get(key, 'shows = "fate"'), old))
    refusal(wrong, f"{key}: is written {instead}")


def test_S4_an_event_about_a_row_becomes_one_about_its_head() -> None:
    row = {"id": "n", "group": "g1", "text": "x", "fate": "solved", "deep": True, "reach": "all"}
    events = [{"e": "row", "row": row}, {"e": "row_removed", "id": "n"}]
    raised = raise_entry({"schema": 4, "events": events})
    none = {"chosen": "", "fate": "", "depth": ""}
    assert raised["events"] == [
        {"e": "marked", "id": "n", "marks": {"chosen": "chosen", "fate": "solved", "depth": "enough"}},
        {"e": "revealed", "ids": ["n"]},
        {"e": "marked", "id": "n", "marks": none},
        {"e": "row_removed", "id": "n"},
    ]


@pytest.mark.parametrize(
    ("new", "wrong", "says"),
    [
        ('unless = "depth"', 'unless = "depth"\nshows = "fame"', "no marks `fame`"),
        ('id = "chosen"\ntitle', 'id = "chosen"\ndefault = "chosen"\ntitle', "people say this of a row"),
        ('mark = { chosen = ["group"] }', 'fixed = { chosen = "chosen" }', "said of rows by people"),
    ],
)
def test_M1_rows_that_could_not_be_played_are_refused(new: str, wrong: str, says: str) -> None:
    refusal(changed_file("dilemmavaerksted", (new, wrong)), says)
