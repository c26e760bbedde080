"""Rehearsals without a server: simulated people who know only what their screens show play any method to its end."""

from random import Random

import pytest
from msgspec.structs import replace

from board_schema.board import Lang
from server.rehearsal.rehearsals import people_for
from server.rehearsal.words import Words
from tests.rules.cast import METHODS, MIXED, Cast, play
from tests.rules.play import EVERY, bundled

CASTS = 4  # of each method; `python3 tests casts` plays 200


@pytest.mark.parametrize("stem", METHODS)
def test_I2_I3_I6_I7_I11_I12_I13_I15_simulated_people_play_any_method_and_every_promise_holds(stem: str) -> None:
    """Drafts, what groups and the team see, and face-down cards are searched for in every byte that anybody is sent."""
    for seed in range(CASTS if stem in EVERY else CASTS // 2):
        try:
            play(stem, seed)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}") from broken


def test_what_is_asked_without_being_done_uses_up_no_text() -> None:
    cast = Cast(bundled("fremtidsvaerksted"), seed=1, people=1)
    cast.table.go("critique")
    wishes = [cast.wish("P1") for _ in range(50)]
    assert {wish.key for wish in wishes if wish} == {("write", "critique", 0)}
    examples = {example.da for example in cast.table.method.sheets[0].lanes[0].examples}
    assert wishes[0] is not None
    assert wishes[0].args()["text"] in examples


def test_people_write_the_methods_examples_first_and_then_general_sentences_that_fit() -> None:
    cast = Cast(MIXED, seed=2)
    cast.lead()
    texts = [note.text for note in cast.table.board.notes.values() if note.kind == "note"]
    assert {"Noget, der gav luft", "Noget, der tog luft"} <= set(texts)
    assert any("»Foran os«" in text for text in texts)
    sides = {note.text: note.marks.get("effect") for note in cast.table.board.notes.values()}
    assert (sides["Noget, der gav luft"], sides["Noget, der tog luft"]) == ("up", "down")
    assert all(len(note.text) <= 20 for note in cast.table.board.notes.values() if note.lane == "likes")


@pytest.mark.parametrize("lang", ["da", "en"])
def test_of_four_or_more_people_two_have_one_name(lang: Lang) -> None:
    for count in range(1, 40):
        names = Words(MIXED, lang=lang, rng=Random(count)).names(count)
        assert len(names) == count
        assert len(set(names[:18])) >= min(count, 18) - 1
        assert (names[-1] == names[0]) == (count >= 4 or count == 1)


def test_how_many_come_is_what_the_method_advises_and_never_too_many() -> None:
    for low, high, wanted in ((3, 9, (8, 9)), (2, 5, (5, 5)), (10, 15, (10, 15)), (1, 1, (1, 1)), (300, 900, (16, 16))):
        assert people_for(replace(MIXED, people=(low, high))) == wanted
