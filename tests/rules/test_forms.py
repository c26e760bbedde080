"""A form is one file in the rules and one registry line; nothing else asks for a form's name."""

import re
from pathlib import Path

import pytest

from board_schema import forms, method_file
from board_schema.board import Board
from board_schema.forms.form import Form
from board_schema.forms.scales import MadeLane
from board_schema.method import Sheet
from tests.rules.checks import check_converged_P1
from tests.rules.files import changed_file, refusal
from tests.rules.play import Table, in_dilemma

WITH_LADDER = changed_file("historievaerksted", ('form = "timeline"', 'form = "ladder"'))
RULES = Path(forms.__file__).parent.parent


class Ladder(Form):
    """Three steps that the form makes, then the declared lanes; headings span steps; notes have a side."""

    name = "ladder"
    has_sides = True

    def makes_lanes(self, sheet: Sheet) -> bool:
        return True

    def made_lanes(self, sheet: Sheet, board: Board) -> tuple[MadeLane, ...]:
        title = lambda step: {"da": step, "en": step}  # noqa: E731
        return tuple(MadeLane(step, at, title(step)) for at, step in enumerate(self.spans(sheet, board), 1))

    def spans(self, sheet: Sheet, board: Board) -> tuple[str, ...]:
        return ("low", "middle", "high")


def ladder(monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setitem(forms.FORMS, "ladder", Ladder())
    return Table(method_file.parse(WITH_LADDER, file="own.toml"))


def test_a_form_that_was_registered_is_played_by_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    table = ladder(monkeypatch)
    assert table.board.ticks == (0, 0, 0)
    sheet = table.screens["P1"].shown["sheet:timeline"]
    assert [(lane["id"], lane.get("scale")) for lane in sheet["lanes"]] == [
        ("low", 1), ("middle", 2), ("high", 3), ("elsewhere", None),
    ]  # fmt: skip
    assert [word["side"] for word in sheet["marks"][0]["words"]] == ["up", "both", "down"]
    table.go("place")
    draft = table.write("P1", sheet="timeline", lane="middle")
    assert table.note(draft).marks == {}
    assert table.refused("P1", "write", note=table.new_note(), text="x", sheet="timeline", lane="2020") == "no_lane"
    table.take_turn("P1")
    assert table.me("P1")["place"]["lanes"] == ["low", "middle", "high", "elsewhere"]
    assert table.refused("P1", "place", note=draft, lane="2020") == "no_lane"
    table.do("P1", "place", note=draft, lane="high")
    assert table.screens["W"].shown[f"note:{draft}"]["lane"] == "high"
    assert table.screens["W"].shown[f"note:{draft}"]["marks"] == {"effect": "both"}
    assert table.screens["W"].shown[f"note:{draft}"]["side"] == "both"
    table.go("picture")
    heading = {"kind": "heading", "sheet": "timeline", "text": "Op ad"}
    table.do("F", "write", note=table.new_note(), lane="low", until="high", **heading)
    assert table.refused("F", "write", note=table.new_note(), lane="high", until="low", **heading) == "no_lane"
    check_converged_P1(table)


def test_M1_a_form_that_is_not_registered_is_refused_with_the_words_that_are() -> None:
    told = refusal(WITH_LADDER)
    assert told.field == "sheets[0].form"
    assert WITH_LADDER.split("\n")[told.line - 1] == 'form = "ladder"'
    assert told.problem == "`ladder` may not stand here; write one of: timeline, columns, grid, core, map, deck"


def test_a_forms_own_faults_are_said_with_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(forms.FORMS, "ladder", Ladder())
    lanes = WITH_LADDER.index("[[sheets.lanes]]")
    bare = WITH_LADDER[:lanes] + WITH_LADDER[WITH_LADDER.index("[[sheets]]", lanes) :]
    refusal(bare, "sheets[0]: write at least one [[sheets.lanes]]")


@pytest.mark.parametrize("name", forms.FORMS)
def test_a_form_is_registered_under_its_own_name(name: str) -> None:
    assert forms.FORMS[name].name == name


def test_nothing_but_the_registry_asks_for_a_forms_name() -> None:
    words = "|".join(forms.FORMS)
    asked = re.compile(rf"\.form\s*(==|!=|in\b)|case [\"']({words})[\"']|[=!]= ?[\"']({words})[\"']")
    files = [path for path in RULES.rglob("*.py") if "forms" not in path.relative_to(RULES).parts]
    assert [path.name for path in files if asked.search(path.read_text(encoding="utf-8"))] == []


def test_what_goes_up_later_stands_after_what_is_up_and_moves_nothing() -> None:
    """SPEC 4, `spot`: the notes of one reveal get the same, so that it does not tell who wrote first."""
    table = Table("fremtidsvaerksted", people=2)
    table.go("critique")
    spots = lambda: {n.id: n.spot for n in table.board.notes.values()}  # noqa: E731
    first = [table.write(who, sheet="columns", lane="critique") for who in ("P1", "P2", "P1")]
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert spots() == dict.fromkeys(first, 0)
    late = [table.write(who, sheet="columns", lane="critique") for who in ("P2", "P1")]
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert spots() == {**dict.fromkeys(first, 0), **dict.fromkeys(late, 1)}

    group, notes = in_dilemma(people=2)
    group.go("choose")
    row = notes["P1"]
    group.do("P1", "mark", note=row, kind="chosen", word="chosen")
    group.go("sides")
    written = [group.write(who, sheet="grid", lane="one", row=row) for who in ("P1", "P2", "P1")]
    assert [group.board.notes[note].spot for note in written] == [0, 1, 2]
