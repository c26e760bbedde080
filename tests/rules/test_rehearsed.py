"""Rehearsals without a server: simulated people who know only what their screens show play any method to its end."""

from collections import defaultdict
from collections.abc import Iterator
from random import Random
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields, replace

from board_schema.board import Lang
from board_schema.forms import FORMS
from board_schema.method import GRANTS, Round, Sheet
from server.rehearsal.rehearsals import people_for
from server.rehearsal.words import Words
from tests.rules.cast import METHODS, MIXED, OWN, Cast, play
from tests.rules.play import EVERY, PROGRAMMES, bundled

CASTS = 4  # of each method; `python3 tests casts` plays 200


@pytest.mark.parametrize("stem", METHODS)
def test_I2_I3_I6_I7_I11_I12_I13_I15_simulated_people_play_any_method_and_every_promise_holds(stem: str) -> None:
    """Drafts, what groups and the team see, and face-down cards are searched for in every byte that anybody is sent."""
    for seed in range(CASTS if stem in EVERY else CASTS // 2):
        try:
            play(stem, seed)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}") from broken


def structs(item: Any) -> Iterator[Struct]:
    """A method, and all that it holds."""
    if isinstance(item, Struct):
        yield item
        for field in fields(item):
            yield from structs(getattr(item, field.name))
    elif isinstance(item, tuple | dict):
        for one in item.values() if isinstance(item, dict) else item:
            yield from structs(one)


def words_of(kind: Any) -> set[Any]:
    """The words that a value of this type may be, or hold as one of a list; none where any text may stand."""
    if get_origin(kind) is Literal:
        return set(get_args(kind))
    return set() if get_origin(kind) is dict else set().union(*map(words_of, get_args(kind)))


def test_M1_the_methods_for_tests_use_every_key_of_a_method_file_and_every_word_of_each() -> None:
    """So that casts play whatever a method of the house's own may have; no cast plays a programme."""
    used: defaultdict[tuple[type[Struct], str], list[Any]] = defaultdict(list)
    for one in (one for method in (*OWN, *map(bundled, PROGRAMMES)) for one in structs(method)):
        for field in fields(one):
            value = getattr(one, field.name)
            used[type(one), field.name] += [value, *(value if isinstance(value, tuple) else ())]
    unused, grants = [], set()
    for kind in {kind for kind, _ in used}:
        for field in fields(kind):
            found, hint = used[kind, field.name], get_type_hints(kind)[field.name]
            default = field.default if field.default_factory is NODEFAULT else field.default_factory()
            if all(value == default for value in found):
                unused.append(f"{kind.__name__}.{field.name}")
            alike = [value for (_, name), values in used.items() if name == field.name for value in values]
            unused += [f"{kind.__name__}.{field.name} = {word}" for word in words_of(hint) if word not in alike]
            if kind is Round:
                grants |= {word for word in found if isinstance(word, str)}
    unused += [f"Sheet.form = {form}" for form in FORMS if form not in used[Sheet, "form"]]
    unused += sorted(set(GRANTS) - grants)
    assert not unused, " · ".join(unused)


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
