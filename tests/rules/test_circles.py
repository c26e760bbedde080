"""R43: circles of a map are found from its links, told in one order, named by people, and shown with their notes."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from board_schema import fold as folding
from board_schema import wire
from board_schema.decide.copies import copy
from board_schema.events import Entry
from board_schema.method import Method
from board_schema.method_file import parse
from board_schema.rules.circles import named, strong_parts, way_round
from board_schema.view import audience, view
from server.export.reading import read
from server.export.texts import comma_separated, javascript_object, markdown
from tests.rules import checks
from tests.rules.files import changed, refusal
from tests.rules.linked import check_circles_R43_V18
from tests.rules.play import Table
from tests.rules.story import STORIES, STORY, Told, circles, file_of, records_of, story

NODES = [f"note-{letter}" for letter in "abcdefgh"]
LINKS = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda pair: pair[0] != pair[1]))


def graph(links: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for one, other in links:
        found.setdefault(one, set()).add(other)
    return {one: tuple(sorted(others)) for one, others in sorted(found.items())}


def reached(links: list[tuple[str, str]], start: str) -> set[str]:
    """All that a note leads to, over one link or more."""
    found: set[str] = set()
    todo = [start]
    while todo:
        one = todo.pop()
        new = {other for first, other in links if first == one} - found
        found |= new
        todo += new
    return found


@settings(max_examples=300, deadline=None)
@given(LINKS)
def test_R43_a_circle_is_all_notes_of_which_each_leads_to_each_other_one(links: list[tuple[str, str]]) -> None:
    to = {one: reached(links, one) for one in NODES}
    due = {frozenset(other for other in NODES if other in to[one] and one in to[other]) for one in NODES}
    assert set(strong_parts(graph(links))) == {part for part in due if len(part) > 1}


@settings(max_examples=300, deadline=None)
@given(LINKS)
def test_R43_the_way_round_is_made_of_links_and_closes_and_begins_at_the_smallest(links: list[tuple[str, str]]) -> None:
    for part in strong_parts(graph(links)):
        way = way_round(graph(links), part)
        assert way[0] == min(part)
        assert len(way) == len(set(way)) >= 2
        assert set(way) <= part
        assert all(pair in links for pair in zip(way, (*way[1:], way[0]), strict=True))


@settings(max_examples=300, deadline=None)
@given(st.permutations(NODES))
def test_R43_a_ring_is_told_whole(ring: list[str]) -> None:
    links = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    at = ring.index(min(ring))
    assert way_round(graph(links), frozenset(ring)) == tuple(ring[at:] + ring[:at])


@settings(max_examples=40, deadline=None)
@given(LINKS, st.randoms(use_true_random=False))
def test_R43_circles_are_the_same_in_whatever_order_links_were_made(
    links: list[tuple[str, str]], chance: random.Random
) -> None:
    def found(made: list[tuple[str, str]]) -> dict[str, Any]:
        told = Told(story(), dict.fromkeys(NODES, "strains"))
        for one, other in made:
            told.link(one, other)
        return circles(told.table)

    links = list(dict.fromkeys(links))[:12]
    mixed = list(links)
    chance.shuffle(mixed)
    assert found(links) == found(mixed)


@settings(max_examples=300, deadline=None)
@given(st.sets(st.integers(0, 40), min_size=2), st.data())
def test_R43_a_name_stays_while_fewer_than_half_of_the_notes_come_or_go(notes: set[int], data: st.DataObject) -> None:
    part = frozenset(map(str, notes))
    fewer = (len(part) - 1) // 2
    gone = data.draw(st.sets(st.sampled_from(sorted(part)), max_size=min(fewer, len(part) - 2)))
    come = data.draw(st.sets(st.sampled_from([f"new{n}" for n in range(40)]), max_size=fewer - len(gone)))
    now = frozenset((part - gone) | come)
    assert named([now], {"its-name": part}) == ["its-name"]
    others = {"another": frozenset(come | {"x"}), "its-name": part, "third": frozenset(gone | {"y"})}
    assert named([now], others) == ["its-name"]


def test_R43_a_name_belongs_to_one_circle_and_a_circle_has_one_name() -> None:
    whole, half, other = frozenset("abcdef"), frozenset("abc"), frozenset("def")
    assert named([half, other], {"n": whole}) == ["n", ""], "that with the greater share, or the first"
    assert named([half], {"m": whole, "n": half}) == ["n"], "the closer one"
    assert named([whole], {"n": frozenset("ab")}) == [""], "less than half of the circle"
    assert named([frozenset("ab")], {"n": whole}) == [""], "less than half of what it was given to"
    assert named([whole], {"n": frozenset()}) == [""]


def test_R43_600_points_with_800_links_are_searched_in_less_than_ten_milliseconds() -> None:
    chance = random.Random(600)
    ids = [f"{chance.getrandbits(80):020x}" for _ in range(600)]
    links = [tuple(chance.sample(ids, 2)) for _ in range(800)]
    whole = graph([(one, other) for one, other in links])

    def search() -> float:
        began = perf_counter()
        for part in strong_parts(whole):
            way_round(whole, part)
        return perf_counter() - began

    assert min(search() for _ in range(5)) < 0.010


def test_R43_a_chain_of_thousands_is_no_circle_and_needs_no_deep_stack() -> None:
    ids = [f"{n:05}" for n in range(5_000)]
    assert strong_parts(graph(list(pairwise(ids)))) == []
    assert len(strong_parts(graph(list(zip(ids, [*ids[1:], ids[0]], strict=True))))) == 1


def test_R43_a_circle_comes_with_the_link_that_closes_it_and_goes_with_it_and_undo() -> None:
    told = Told(story(), {"note-a": "strains", "note-b": "strains", "note-c": "supports"})
    table = told.table
    told.link("note-a", "note-b")
    told.link("note-b", "note-c")
    assert circles(table) == {}
    told.link("note-c", "note-a")
    a, b, c = (told.ids[one] for one in ("note-a", "note-b", "note-c"))
    assert circles(table) == {
        a: {"sheet": "story", "notes": [a, b, c], "loop": 3, "name": "", "proposed": "mixed"},
    }
    table.do("P1", "undo")
    assert circles(table) == {}
    told.link("note-c", "note-a")
    table.do("F", "move", note=c, lane="strains", spot=300_700)
    assert circles(table)[a]["proposed"] == "bad"
    table.do("F", "delete", note=b)
    assert circles(table) == {}
    table.do("F", "restore", note=b)
    assert circles(table)[a]["loop"] == 3
    table.do("F", "move", note=b, lane="circles")
    assert circles(table) == {}, "no link leads on from there"
    promised(table)


def test_R43_what_slows_makes_no_circle() -> None:
    told = Told(story(), {"note-a": "strains", "note-b": "supports"})
    told.link("note-a", "note-b")
    told.link("note-b", "note-a", kind="slows")
    assert circles(told.table) == {}


def test_R43_people_name_a_circle_and_say_which_way_it_turns() -> None:
    told = Told(story(), {"note-a": "strains", "note-b": "strains", "note-c": "strains"})
    table, (a, b, c) = told.table, told.ids.values()
    told.ring("note-a", "note-b", "note-c")
    name = told.name("Den ene fører til den anden", "note-a", "note-b", "note-c", turn="bad")
    assert circles(table) == {
        name: {"sheet": "story", "notes": [a, b, c], "loop": 3, "name": name, "proposed": "bad"},
    }
    table.do("F", "delete", note=name)
    assert list(circles(table)) == [a]
    promised(table)


def test_V18_R43_a_circle_is_shown_only_where_all_that_it_is_made_of_is() -> None:
    told = Told(story(), {"note-a": "strains", "note-b": "strains"})
    told.ring("note-a", "note-b")
    table = told.table
    for reach in ("own", "team", "group"):
        one = replace(table.note(told.ids["note-b"]), reach=reach, group="g9")
        table.board = replace(table.board, notes={**table.board.notes, one.id: one})
        table.show()
        assert circles(table) == circles(table, "P1") == circles(table, "L1") == {}, reach
        assert bool(circles(table, "F")) == (reach != "own"), reach
        check_circles_R43_V18(table)


def test_R14_R36_R43_circles_are_there_after_sealing_and_in_a_copy() -> None:
    told = Told(story(), {"note-a": "strains", "note-b": "strains"})
    told.ring("note-a", "note-b")
    name = told.name("Frem og tilbage", "note-a", "note-b", turn="bad")
    table = told.table
    before = circles(table)
    table.do("F", "close")
    events = copy(table.board, table.method, board_id="b2", seed="s" * 32, pid="pid2", seat="seat2", keep=1)
    table.tidy(later=11 * 60_000)
    assert table.board.sealed
    assert circles(table) == before
    second = folding.fold(folding.Board(), 1, Entry(events=tuple(events), pid="pid2"))
    shown = view(second, table.method, audience(second, table.actors["W"]))
    (found,) = [record for key, record in shown.items() if key.startswith("circle:")]
    assert shown[f"note:{found['name']}"]["text"] == table.note(name).text
    assert {shown[f"note:{one}"]["text"] for one in found["notes"]} == {"note-a", "note-b"}


def test_R43_a_spot_on_a_map_is_a_place_and_what_goes_up_has_none() -> None:
    told = Told(story(), {"note-a": "strains", "note-b": "strains", "note-c": "strains"})
    assert {note.spot for note in told.table.board.notes.values()} == {0}
    told.table.do("F", "move", note=told.ids["note-b"], lane="strains", spot=999_999)
    assert told.table.screens["W"].shown[f"note:{told.ids['note-b']}"]["spot"] == 999_999
    fourth = told.table.write("F", sheet="story", lane="strains")
    assert told.table.note(fourth).spot == 0


def test_V12_R43_exports_tell_circles_as_sentences() -> None:
    told = Told(story(), dict.fromkeys(("Hård tone", "Folk rejser.", "Resten får travlt", "Aflyste møder"), "strains"))
    told.link("Hård tone", "Folk rejser.")
    told.link("Folk rejser.", "Resten får travlt")
    told.link("Resten får travlt", "Hård tone")
    told.link("Resten får travlt", "Aflyste møder")
    told.link("Aflyste møder", "Resten får travlt")
    told.name("Tonen får folk til at rejse", "Hård tone", "Folk rejser.", "Resten får travlt", turn="bad")
    board = told.table.board
    shown = dict(view(board, told.table.method, audience(board, told.table.actors["W"])))
    danish, english = (read(shown, lang=lang) for lang in ("da", "en"))
    ways = (
        "Hård tone fører til Folk rejser, som fører til Resten får travlt, som igen fører til Hård tone.",
        "Folk rejser fører til Resten får travlt, som fører til Hård tone, som igen fører til Folk rejser.",
        "Resten får travlt fører til Hård tone, som fører til Folk rejser, som igen fører til Resten får travlt.",
    )
    (circle,) = danish.sheets[0].circles
    way = circle.line.partition(" Med i cirklen")[0]
    assert way in ways or "Aflyste møder" in way
    text = markdown(danish).decode()
    assert f"### Cirkler\n\n- **Ond cirkel: Tonen får folk til at rejse** {circle.line}\n" in text
    assert f";Ond cirkel;cirkel;Tonen får folk til at rejse;;{circle.line};" in comma_separated(danish).decode()
    data = javascript_object(english).decode()
    assert '"circles": [' in data
    assert english.sheets[0].circles[0].line.count(", which again leads to ") == 1


@pytest.mark.parametrize("name", STORIES)
def test_R43_the_stories_that_screens_are_tested_with_are_what_the_rules_make(name: str) -> None:
    """`python -m tests.rules.story` writes them again."""
    assert json.loads(file_of(name).read_text(encoding="utf-8")) == records_of(name)


def test_R43_a_map_survives_its_log_and_a_snapshot() -> None:
    told = Told(story(), dict.fromkeys(NODES, "strains"))
    told.ring(*NODES)
    board = told.table.board
    assert told.table.replayed() == board
    again = wire.unpack_board(wire.pack_board(board))
    assert view(again, told.table.method, audience(again, told.table.actors["W"])) == told.table.screens["W"].shown


def promised(table: Table) -> None:
    for check in (*checks.STEP, *checks.SOMETIMES):
        check(table)


LEADS = 'most = 12\nsign = "plus"\n'


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('place = "centre"\n', ""), "lanes[1].place: write place = "),
        (('place = "left"', 'place = "centre"'), "lanes[2].place: `centre` is a lane above already"),
        (('place = "left"', 'place = "west"'), "`west` may not stand here; write one of: "),
        (('form = "map"', 'form = "columns"'), "a columns has no places: leave it out"),
        (('form = "map"', 'form = "map"\nper_group = true'), "a map is one for everybody: leave it out"),
        ((LEADS, LEADS.replace("plus", "more")), "`more` may not stand here; write one of: "),
        (("most = 60", "most = 61"), "write at most 60"),
        (("most = 60", 'most = 60\nsign = "plus"'), "links[2].sign: leads from the name of a circle to its notes"),
        (
            ('from = ["circles"]\nto = ["supports", "strains"]', 'from = ["circles"]'),
            "links[2].to: leads from the name of a circle",
        ),
        (('from = ["supports", "strains"]\n', ""), "links[0].from: `circles` holds names of circles"),
        (('from = ["circles"]', 'from = ["circles", "strains"]'), "write one [[sheets.links]] with from = "),
        (('reveal = "on_write"', 'reveal = "on_round"'), "rounds[0].reveal: what is written on a map is up at once"),
        (('move = ["facilitator"', 'place = ["own"]\nmove = ["facilitator"'), "rounds[0].place: what is written on a"),
    ],
)
def test_M1_R43_a_wrong_map_is_refused_with_its_line_and_what_to_write(change: tuple[str, str], says: str) -> None:
    refusal(changed(STORY, change), says)


def test_M1_R43_a_map_without_one_of_its_sides_is_refused() -> None:
    refusal(changed(STORY, ('place = "left"', 'place = "tray"'), ('place = "tray"', 'place = "names"')), "place")


def test_R43_a_map_without_names_finds_circles_all_the_same() -> None:
    lane = STORY[STORY.index('[[sheets.lanes]]\nid = "circles"') : STORY.index('[[sheets.links]]\nid = "leads"')]
    naming = STORY[STORY.index('[[sheets.links]]\nid = "through"') : STORY.index("[[sheets.marks]]")]
    marks = STORY[STORY.index("[[sheets.marks]]") : STORY.index('[[sheets]]\nid = "answers"')]
    text = changed(STORY, (lane, ""), (naming, ""), (marks, ""), (', "circles"]', "]"))
    text = changed(text, ('mark = { turn = ["facilitator", "scribe"] }\n', ""))
    method: Method = parse(text, file="story.toml")
    told = Told(method, {"note-a": "strains", "note-b": "strains"})
    told.ring("note-a", "note-b")
    assert [each["loop"] for each in circles(told.table).values()] == [2]
