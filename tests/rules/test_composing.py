"""Normalising costs little, whatever is sent: lengths are capped before, everywhere a text comes in (R17)."""

from __future__ import annotations

import contextlib
import unicodedata
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board_schema import composing, decide
from board_schema.board import DAY
from board_schema.commands import COMMANDS, Refused, clean
from tests.rules.play import Table, bundled
from tests.rules.test_commands import ARGS

MARKS = "a" + "\u0301\u0323" * 3_900  # to be sorted by class, which takes the square of its length
LENGTHS = (100, 159, 600, 990, 3_900, 7_800)


@pytest.fixture
def normalised(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that was given to Unicode's normalisation."""
    seen: list[str] = []

    def normalize(form: Any, text: str) -> str:
        seen.append(text)
        return unicodedata.normalize(form, text)

    counting = SimpleNamespace(normalize=normalize, combining=unicodedata.combining, category=unicodedata.category)
    monkeypatch.setattr(composing, "unicodedata", counting)
    return seen


def longest_run(text: str) -> int:
    longest = run = 0
    for letter in text:
        run = run + 1 if unicodedata.combining(letter) else 0
        longest = max(longest, run)
    return longest


def small(normalised: list[str]) -> bool:
    return all(len(text) <= 4_000 and longest_run(text) <= 30 for text in normalised)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("op", COMMANDS)
def test_R17_no_field_of_an_op_has_a_long_run_of_marks_sorted(op: str, length: int, normalised: list[str]) -> None:
    table = Table("historievaerksted", show=False)
    must, may = ARGS[op]
    args = {**must, **may}
    if op in ("write", "edit"):  # which clean a text once they know its lane
        written = {"note": table.new_note(), "text": "hej", "sheet": "timeline", "lane": "2020"}
        args = written if op == "write" else {"note": written["note"], "text": "hej"}
        for who in ("F", "P1") if op == "edit" else ():
            table.do(who, "write", **{**written, "note": table.new_note()})
            args["note"] = next(iter(table.board.notes))
    for field in [name for name, value in args.items() if isinstance(value, str)]:
        for who in ("F", "P1"):
            with contextlib.suppress(Refused):
                table.do(who, op, **{**args, field: MARKS[:length]})
    assert small(normalised)
    if length == 100 and op in ("write", "edit", "name", "setup", "person"):
        assert any(longest_run(text) == 30 for text in normalised)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("field", ["title", "venue", "name"])
def test_R17_no_field_of_a_body_has_a_long_run_of_marks_sorted(field: str, length: int, normalised: list[str]) -> None:
    def given() -> None:
        if field == "name":
            Table("historievaerksted", show=False).join("P9", name=MARKS[:length])
        else:
            texts: dict[str, Any] = {field: MARKS[:length]}
            decide.create(
                bundled("historievaerksted"),
                board_id="b", seed="s", pid="p", seat="seat", now=1, this_year=2026, keep=DAY, **texts,
            )  # fmt: skip

    if length > {"title": 640, "venue": 320, "name": 160}[field]:
        with pytest.raises(Refused, match="too_long"):
            given()
    else:
        given()
        assert longest_run(normalised[-1]) == 30
    assert small(normalised)


def test_R17_a_text_of_more_than_four_times_its_limit_is_not_normalised(normalised: list[str]) -> None:
    assert clean("e\u0301" * 40 + " " * 80, limit=40) == "é" * 40
    assert len(normalised) == 1
    with pytest.raises(Refused, match="too_long"):
        clean("é" + " " * 160, limit=40)
    assert len(normalised) == 1


def test_R17_marks_beyond_thirty_in_a_row_are_dropped_and_letters_are_not() -> None:
    assert clean("a" + "\u0301" * 900 + "b", limit=1_000) == "á" + "\u0301" * 29 + "b"
    thai = "ที่นี่ " * 100
    assert clean(thai, limit=1_000) == thai.strip()
    assert clean("нет " * 200, limit=1_000) == ("нет " * 200).strip()


def test_what_is_longer_than_any_text_is_not_normalised_at_all(normalised: list[str]) -> None:
    for form in (composing.composed, composing.folded):
        with pytest.raises(composing.TooLong):
            form("x" * (composing.LONGEST + 1))
    assert normalised == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="aqu\u0301\u0323\u0344\u0308\u01d6\u0f73\u1e09", max_size=120))
def test_R17_cutting_runs_of_marks_is_done_after_one_time(text: str) -> None:
    once = composing.composed(text)
    assert composing.composed(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert longest_run(once) <= 30
