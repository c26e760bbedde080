"""Words on posters are broken at the same places as on screens (hyphens.test.mjs has the same vectors)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from server.export.hyphens import SOFT_HYPHEN, hyphens, pieces, softened
from server.export.items import Ask
from server.export.painting import POSTER, painter, poster_data
from server.export.poster import _asked

VECTORS: dict[str, str] = json.loads((Path(__file__).parents[1] / "vectors" / "hyphens.json").read_text("utf-8"))


def letters(word: str) -> float:
    return float(len(word))


@pytest.mark.parametrize("word", VECTORS)
def test_words_are_broken_as_on_screens(word: str) -> None:
    cuts = {cut.at: "=" if cut.seam else "-" for cut in hyphens("da").breaks(word)}
    assert "".join(cuts.get(at, "") + letter for at, letter in enumerate(word)) == VECTORS[word]


def test_a_compound_is_broken_between_its_parts_and_only_when_it_is_too_wide() -> None:
    assert pieces("sygeplejersker", 14, letters, "da") == ["sygeplejersker"]
    assert pieces("sygeplejersker", 13, letters, "da") == ["syge", "plejersker"]
    assert pieces("medarbejderudviklingssamtale", 13, letters, "da") == ["medarbejder", "udviklings", "samtale"]
    assert pieces("xxxxxxxxxxxxxxxx", 5, letters, "da") == ["xxxxxxxxxxxxxxxx"]
    assert softened("Nye sygeplejersker,\nja", 13, letters, "da") == f"Nye syge{SOFT_HYPHEN}plejersker,\nja"
    assert softened("trio-samarbejde", 11, letters, "da") == "trio-samarbejde"
    assert SOFT_HYPHEN in softened("administration", 9, letters, "en")


def test_a_word_of_any_length_is_broken_without_measuring_it_over_and_over() -> None:
    measured = 0

    def counted(text: str) -> float:
        nonlocal measured
        measured += len(text)
        return letters(text)

    word = "medarbejderudviklingssamtale" * 15
    parts = pieces(word, 13, counted, "da")
    assert "".join(parts) == word
    assert all(len(part) < 13 for part in parts[:-1])
    assert measured < 100 * len(word)


def test_a_poster_breaks_a_word_where_it_has_a_soft_hyphen_and_nowhere_else() -> None:
    narrow = Ask(text="sygeplejersker", w=20, size=10, style="note")
    wide = Ask(text="sygeplejersker", w=60, size=10, style="note")
    asks = [_asked(ask, "da") for ask in (narrow, wide)]
    assert [ask["text"] for ask in asks] == [f"syge{SOFT_HYPHEN}plejersker", "sygeplejersker"]
    unbroken = {**asks[0], "text": "sygeplejersker"}
    measured = painter(POSTER, poster_data(asks=[*asks, unbroken]))
    tall, low, whole = json.loads(measured.query("<heights>", field="value", one=True))
    assert tall > 1.7 * low
    assert whole == pytest.approx(low)
