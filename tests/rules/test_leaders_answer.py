"""A leader's answers to what was picked: from the close on, by nobody, beside what they answer (R38)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from board_schema.board import DAY, Board
from board_schema.decide.copies import copy
from board_schema.events import Entry
from board_schema.fold import fold
from tests.rules import checks
from tests.rules.files import changed_file, refusal
from tests.rules.play import Table
from tests.rules.test_picking import harvest, picked, up

SAID = "Én person tager telefonen til kl. 9"


def answer(table: Table, point: str, text: str = SAID, *, began: str | None = "", **fields: str) -> str:
    """The leader answers, with every promise checked; the reason of a refusal, or empty."""
    reason = table.answer(point, text, began=began, **fields)
    if not reason:
        checks.check_all(table)
    return reason


def closed(*, sealed: bool = False) -> tuple[Table, str]:
    table = harvest()
    point = picked(table, of=up(table))
    table.do("F", "close")
    if sealed:
        table.do("F", "seal")
    return table, point


def lanes(table: Table, who: str) -> list[str]:
    return [lane["id"] for lane in table.screens[who].shown["sheet:yield"]["lanes"]]


@pytest.mark.parametrize("sealed", [False, True])
def test_R38_every_screen_shows_an_answer_beside_what_it_answers_before_and_after_sealing(sealed: bool) -> None:
    table, point = closed(sealed=sealed)
    kept_until = table.board.last_at
    assert answer(table, point, outcome="done", when="2027-02-01") == ""
    for who in ("F", "P1", "L1", "W"):
        shown = table.screens[who].shown
        (record,) = [one for one in shown.values() if one.get("lane") == "answer"]
        assert (record["text"], record["links"], record["reach"]) == (SAID, {"answer": [point]}, "all")
        assert record["fields"] == {"outcome": "done", "when": "2027-02-01"}
        assert record["can"] == []
        assert "sources" not in record
        assert "answer" in lanes(table, who)
    (note,) = [one for one in table.board.notes.values() if one.lane == "answer"]
    assert note.author == ""
    assert table.board.last_at == kept_until, "it does not lengthen how long the workshop is kept"


def test_R38_I5_until_the_close_there_is_no_lane_and_no_answer() -> None:
    table = harvest()
    point = picked(table, of=up(table))
    assert "answer" not in lanes(table, "W")
    assert answer(table, point) == "round"
    for who in ("F", "S1", "L1", "P1"):
        new = table.new_note()
        assert table.refused(who, "pick", note=new, text=SAID, lane="answer", of=[]) in ("no_lane", "role", "round")
        assert table.refused(who, "move", note=point, lane="answer") in ("no_lane", "role", "locked")
    assert all(note.lane != "answer" for note in table.board.notes.values())
    table.do("F", "close")
    assert "answer" in lanes(table, "W"), "from the close on the column says that an answer is to come"


def test_R38_R25_an_answer_is_changed_from_the_text_that_stands() -> None:
    table, point = closed()
    assert answer(table, point) == ""
    assert answer(table, point, "Noget andet") == "changed", "somebody else answered meanwhile"
    assert answer(table, point) == "", "the same answer again changes nothing"
    assert answer(table, point, "Noget andet", began=SAID, outcome="not") == ""
    (note,) = [one for one in table.board.notes.values() if one.lane == "answer"]
    assert (note.text, note.fields) == ("Noget andet", {"outcome": "not"})


@pytest.mark.parametrize(
    ("text", "fields", "reason"),
    [
        (" ", {}, "empty"),
        ("a" * 401, {}, "too_long"),
        (SAID, {"when": "2027-02-30"}, "bad_value"),
        (SAID, {"outcome": "maybe"}, "bad_value"),
        (SAID, {"who": "mig"}, "no_field"),
    ],
)
def test_R38_what_cannot_be_an_answer_is_refused(text: str, fields: dict[str, str], reason: str) -> None:
    table, point = closed()
    assert answer(table, point, text, **fields) == reason


def test_R38_only_picked_notes_of_the_named_lanes_are_answered() -> None:
    table = harvest()
    step = table.new_note()
    table.do("F", "pick", note=step, text="Vi prøver selv", lane="trials", of=[])
    raw = up(table)[0]
    table.do("F", "close")
    assert [answer(table, one) for one in (raw, step, "nothing-there")] == ["no_note"] * 3


@pytest.mark.parametrize("sealed", [False, True])
def test_R38_R36_a_copy_has_the_answers_and_their_lane(sealed: bool) -> None:
    table, point = closed(sealed=sealed)
    assert answer(table, point) == ""
    events = copy(table.board, table.method, board_id="c", seed="another", pid="p", seat="seat-new", keep=DAY)
    board = fold(Board(), 1, Entry(events=tuple(events), role="facilitator", at=table.now))
    (note,) = [one for one in board.notes.values() if one.lane == "answer"]
    ((about,),) = note.links.values()
    assert board.notes[about].text == "Tiden er knap"
    assert note.id.isalnum()


def test_R38_a_reopened_workshop_keeps_what_was_answered_and_nobody_writes_there() -> None:
    table, point = closed()
    assert answer(table, point) == ""
    table.do("F", "reopen")
    assert "answer" in lanes(table, "P1")
    assert table.refused("F", "move", note=point, lane="answer") == "lane_closed"
    assert table.refused("F", "pick", note=table.new_note(), text="Mere", lane="answer", of=[]) == "no_lane"
    assert answer(table, point, "Mere", began=SAID) == "round"


def test_R38_an_answer_that_was_deleted_in_a_reopened_workshop_does_not_come_back_over_the_next_one() -> None:
    table, point = closed()
    assert answer(table, point) == ""
    table.do("F", "reopen")
    (first,) = [note.id for note in table.board.notes.values() if note.lane == "answer"]
    table.do("F", "delete", note=first)
    table.do("F", "close")
    assert answer(table, point, "Mere") == ""
    table.do("F", "reopen")
    assert table.refused("F", "restore", note=first) == "no_note"
    assert table.refused("F", "undo") == "nothing_to_undo"
    assert [note.text for note in table.board.notes.values() if note.lane == "answer"] == ["Mere"]


def test_R38_no_answers_are_there_where_a_method_declares_none() -> None:
    table = harvest()
    point = picked(table, of=up(table))
    table.do("F", "close")
    picks = table.method.picks
    assert picks
    bare = replace(picks, lanes=tuple(lane for lane in picks.lanes if not lane.answers))
    table.method = replace(table.method, sheets=(table.method.sheets[0], bare))
    assert answer(table, point) == "no_note"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'answers = ["points", "lifts"]',
            'answers = ["points", "wishes"]',
            "`wishes` may not stand here",
        ),
        ('answers = ["points", "lifts"]', 'answers = ["answer"]', "`answer` may not stand here"),
        ('color = "mint"\nbecomes', 'answers = ["critique"]\nbecomes', "write it in a lane of `yield`"),
        (
            'from = ["answer"]',
            'from = ["trials"]',
            'write one [[sheets.links]] with from = ["answer"] and to = ["points"',
        ),
        ('to = ["points", "lifts"]', 'to = ["points"]', "answers are linked to what they answer"),
        ('limit = 240\nbecomes = "lift"', 'limit = 240\nanswers = ["points"]', "one lane is enough"),
        ('pick = ["facilitator"', 'lanes = ["answer"]\npick = ["facilitator"', "is opened by the close"),
    ],
)
def test_R38_M1_nonsense_in_a_method_file_is_told_with_its_line(old: str, new: str, says: str) -> None:
    refusal(changed_file("fremtidsvaerksted", (old, new)), says)
