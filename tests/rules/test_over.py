"""Sheets that are drawn over a map (R47): what a method file says of them, and what screens are told."""

import pytest

from tests.rules.files import changed_file, refusal
from tests.rules.play import Table


@pytest.mark.parametrize(
    ("old", "new", "field", "word"),
    [
        ('over = "story"', 'over = "tale"', "sheets[3].over", "is no map"),
        ('over = "story"', 'over = "lifts"', "sheets[3].over", "is no map"),
        ('over = "story"\n', "", "lanes[2].span", "write `over` there"),
        ('id = "local"\n', 'id = "local"\ntells = "answer"\n', "sheets[4].lanes[1].tells", "write `over` there"),
        ('form = "columns"\nover = "story"', 'form = "core"\nover = "story"', "sheets[3].over", "only columns"),
        ('id = "diary"\n', 'id = "diary"\nover = "story"\n', "sheets[5].over", "no note of the sheet names"),
        ('span = ["start", "stop"]', 'span = ["start"]', "lanes[2].span", "two dates"),
        ('span = ["start", "stop"]', 'span = ["stop", "stop"]', "lanes[2].span", "two dates"),
        ('span = ["start", "stop"]', 'span = ["start", "who"]', "lanes[2].span", "two dates"),
        ('tells = "learned"', 'tells = "start"', "lanes[4].tells", "no text `start`"),
        ('tells = "learned"', 'tells = "wisdom"', "lanes[4].tells", "no text `wisdom`"),
        ('done = { da = "Droppet", en = "Dropped" }', 'done = { da = "Droppet" }', "words[2].done", "`en` is missing"),
    ],
)  # fmt: skip
def test_M1_R47_what_cannot_be_drawn_over_a_map_is_refused_with_what_to_write(
    old: str, new: str, field: str, word: str
) -> None:
    told = refusal(changed_file("forloeb", (old, new), after="# Small actions"))
    assert field in told.field
    assert word in told.problem


def test_R47_screens_are_told_what_lies_over_which_map_and_what_became_of_it() -> None:
    table = Table("forloeb", people=1)
    sheet = table.screens["W"].shown["sheet:trials"]
    lanes = {lane["id"]: lane for lane in sheet["lanes"]}
    assert sheet["over"] == "story"
    assert table.screens["W"].shown["sheet:lifts"]["over"] == ""
    assert [name for name, lane in lanes.items() if lane["span"]] == ["running", "stopped"]
    assert (lanes["running"]["span"], lanes["decided"]["tells"]) == (["start", "stop"], "learned")
    words = {word["id"]: word for word in sheet["marks"][0]["words"]}
    assert [name for name, word in words.items() if word["cancels"]] == ["drop"]
    assert words["drop"]["done"] == {"da": "Droppet", "en": "Dropped"}
