"""R32: words on notes, declared in the method file and granted by kind."""

import pytest

from board_schema.method import Method
from board_schema.method_file import parse
from tests.rules.cast import Cast
from tests.rules.files import changed, changed_file, refusal
from tests.rules.play import Table

KINDS = """
[[sheets.marks]]
id = "weight"
title = { da = "Hvor tungt er det?", en = "How heavy is it?" }
lanes = ["critique", "dream"]
default = "light"
words = [
  { id = "light", title = { da = "let", en = "light" }, sign = "○" },
  { id = "heavy", title = { da = "tungt", en = "heavy" }, sign = "●", color = "lilac" },
]

[[sheets.marks]]
id = "color"
title = { da = "Farve", en = "Colour" }
words = [ { id = "red", title = { da = "rød", en = "red" } }, { id = "green", title = { da = "grøn", en = "green" } } ]

"""


def file(*, kinds: str = KINDS, critique: str = 'mark = { weight = ["own"] }\nfixed = { color = "red" }\n') -> str:
    one, two = 'lanes = ["critique"]', 'lanes = ["dream"]'
    return changed_file(
        "fremtidsvaerksted",
        ("[[sheets.lanes]]", f"{kinds}[[sheets.lanes]]"),
        (one, critique + one),
        (two, f'{two}\nmark = {{ weight = ["facilitator"] }}'),
    )


def method(**parts: str) -> Method:
    return parse(file(**parts), file="marks.toml")


def table() -> Table:
    made = Table(method(), people=2)
    made.go("critique")
    return made


def test_R32_a_draft_carries_what_its_author_says_and_what_the_round_fixes() -> None:
    made = table()
    note = made.write("P1", sheet="columns", lane="critique", marks={"weight": "heavy", "color": "green"})
    assert made.screens["P1"].own[f"mine:{note}"]["marks"] == {"weight": "heavy", "color": "red"}
    made.do("P1", "mark", note=note, kind="weight")
    assert made.board.notes[note].marks == {"color": "red"}


def test_R32_a_word_is_set_once_a_kind_and_undone() -> None:
    made = table()
    note = made.write("P1", sheet="columns", lane="critique")
    made.do("P1", "mark", note=note, kind="weight", word="heavy")
    made.do("P1", "mark", note=note, kind="weight", word="light")
    assert made.board.notes[note].marks["weight"] == "light"
    assert made.screens["P1"].own["me"]["undo"]["what"] == "mark"
    made.do("P1", "undo")
    assert made.board.notes[note].marks["weight"] == "heavy"


def test_R32_what_is_up_is_marked_by_whom_the_round_grants_it_and_the_record_says_so() -> None:
    made = table()
    note = made.write("P1", sheet="columns", lane="critique")
    made.do("F", "reveal", sheet="columns", lane="critique")
    shown = made.screens["P1"].note(note)
    assert shown is not None
    assert shown["marks_open"] == ["weight"]
    assert "mark" not in made.screens["P2"].shown[f"note:{note}"]["can"]
    assert made.refused("P2", "mark", note=note, kind="weight", word="heavy") == "locked"
    assert made.refused("P1", "mark", note=note, kind="color", word="green") == "locked"
    made.do("P1", "mark", note=note, kind="weight", word="heavy")
    assert made.screens["W"].shown[f"note:{note}"]["marks"] == {"color": "red", "weight": "heavy"}
    made.go("dream")
    assert made.refused("P1", "mark", note=note, kind="weight", word="light") == "locked"
    made.do("F", "mark", note=note, kind="weight", word="light")


def test_H8_R32_simulated_people_say_what_their_phones_ask_of_notes() -> None:
    cast = Cast(parse(file(critique='mark = { weight = ["own"], color = ["all"] }\n'), file="marks.toml"), seed=3)
    cast.table.go("critique")
    note = cast.table.write("P1", sheet="columns", lane="critique")
    cast.table.do("F", "reveal", sheet="columns", lane="critique")
    cast.go_on()
    assert cast.table.board.notes[note].marks["color"] in ("red", "green")
    assert not any("mark" in refusal for refusal in cast.refused)


@pytest.mark.parametrize(("kind", "word"), [("nokind", "heavy"), ("weight", "noword"), ("weight", "red")])
def test_R32_a_word_that_the_sheet_does_not_declare_is_no_mark(kind: str, word: str) -> None:
    made = table()
    note = made.write("P1", sheet="columns", lane="critique", marks={kind: word})
    assert made.board.notes[note].marks == {"color": "red"}
    assert made.refused("P1", "mark", note=note, kind=kind, word=word) == "no_mark"


def test_R32_a_kind_that_is_not_for_a_lane_is_lost_there() -> None:
    made = table()
    made.go("realise")
    note = made.write("P1", sheet="columns", lane="realise", marks={"weight": "heavy"})
    assert made.board.notes[note].marks == {}
    assert made.refused("P1", "mark", note=note, kind="weight", word="heavy") == "no_mark"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"critique": ""}, "no round can set it"),
        ({"critique": 'mark = { weight = [], color = ["own"] }\n'}, "grants `weight` to nobody"),
        ({"critique": 'mark = { size = ["own"] }\n'}, "has no marks `size`"),
        ({"critique": 'fixed = { color = "blue" }\n'}, "write one of: red, green"),
        ({"kinds": KINDS + KINDS}, "`weight` is used twice"),
        ({"kinds": KINDS.replace('id = "heavy"', 'id = "light"')}, "`light` is used twice"),
        ({"kinds": KINDS.replace('default = "light"', 'default = "huge"')}, "write one of: light, heavy"),
        ({"kinds": KINDS.replace('"critique", "dream"', '"critic"')}, "has no lane `critic`"),
        ({"kinds": KINDS.replace('sign = "○"', 'side = "up"')}, "has no sides"),
        ({"kinds": KINDS.replace(', en = "heavy" }', " }")}, "the text for `en` is missing"),
        ({"kinds": KINDS.replace('color = "lilac"', 'color = "pink"')}, "write one of:"),
    ],
)
def test_M1_R32_a_wrong_mark_is_refused_with_its_line_and_what_to_write(wrong: dict[str, str], says: str) -> None:
    assert refusal(file(**wrong), says).line > 1


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('lanes = ["wishes"]\nwords', 'lanes = ["wishes"]\ndefault = "chosen"\nwords', "default"),
        ('set = ["facilitator", "scribe"]', 'set = ["facilitator"]\nfixed = { choice = "chosen" }', "fixed"),
    ],
)
def test_M1_R32_no_note_begins_with_a_word_that_needs_an_answer(old: str, new: str, field: str) -> None:
    assert field in refusal(changed_file("fortids-og-fremtidsvaerksted", (old, new)), "needs an answer before").field


def test_M1_a_mark_fixed_only_where_no_note_may_carry_it_is_refused() -> None:
    marks = """[[sheets.marks]]
id = "heat"
title = { da = "Hvor varmt?", en = "How hot?" }
lanes = ["realise"]
words = [{ id = "hot", title = { da = "Varmt", en = "Hot" } }]

"""
    text = changed_file("fremtidsvaerksted", ("[[sheets.links]]", f"{marks}[[sheets.links]]"))
    critique, realise = (
        changed(text, (lane, f'{lane}\nfixed = {{ heat = "hot" }}'), after="[[rounds]]")
        for lane in ('lanes = ["critique"]', 'lanes = ["realise"]')
    )
    refusal(critique, "no round can set it")
    parse(realise, file="own.toml")
