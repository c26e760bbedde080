"""Sealing and removal: every stored field says what happens to it, and nothing else about a person is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from msgspec import Struct

from board_schema import forgetting, wire
from board_schema.board import Act, Board, Device, Person, Removed, Tab, Turn
from tests.rules.play import Table
from tests.rules.promises import in_place, with_rows


def stored_structs(found: type[Struct] = Board) -> set[type[Struct]]:
    """Every struct that a snapshot can hold, found by its type alone."""

    def inside(annotation: Any) -> Iterator[type[Struct]]:
        if isinstance(annotation, type) and issubclass(annotation, Struct):
            yield from stored_structs(annotation)
        for part in get_args(annotation):
            yield from inside(part)

    return {found} | {kind for annotation in get_type_hints(found).values() for kind in inside(annotation)}


def undeclared(kind: type[Struct], tables: dict[type[Struct], forgetting.Table]) -> set[str]:
    """Fields of a struct that its table does not name, and names of the table that are no field."""
    return set(kind.__struct_fields__) ^ set(tables.get(kind, {}))


def test_R14_R21_every_stored_field_says_what_sealing_and_removal_do_to_it() -> None:
    kinds = stored_structs()
    assert len(kinds) == 22
    assert kinds == set(forgetting.TABLES)
    assert {
        kind.__name__: undeclared(kind, forgetting.TABLES) for kind in kinds if undeclared(kind, forgetting.TABLES)
    } == {}


def test_R14_R21_a_field_that_says_nothing_is_found() -> None:
    class Diary(Struct, frozen=True):
        pid: str = ""
        thoughts: str = ""

    assert undeclared(Diary, {Diary: {"pid": forgetting.KEPT}}) == {"thoughts"}
    assert undeclared(Diary, {}) == {"pid", "thoughts"}


FIELDS = {field for kind in forgetting.TABLES for field in kind.__struct_fields__}


def paths(value: Any, wanted: str, at: str = "") -> Iterator[str]:
    """Where a text occurs in a snapshot: `*` stands for the keys of maps of things."""
    if isinstance(value, dict):
        for key, item in value.items():
            named = key in Board.__struct_fields__ or (
                at.count("/") > 1 and isinstance(key, str) and key.isidentifier()
            )
            step = f"{at}/{key}" if named and key != wanted else f"{at}/*"
            if key == wanted:
                yield f"{step} (key)"
            yield from paths(item, wanted, step)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from paths(item, wanted, f"{at}[]")
    elif isinstance(value, str) and wanted in value:
        yield at


def lived_in() -> Table:
    """A dilemma workshop where P1 has left traces wherever a person can."""
    table, _ = with_rows()
    table.go("present")
    table.take_turn("P1")
    table.do("P1", "turn", act="later")
    mine = [table.write("P1", sheet="dilemmas", lane="dilemma", text=f"cnry-draft-{i} text") for i in range(3)]
    table.do("P1", "edit", note=mine[0], text="cnry-edited text")
    table.do("P1", "delete", note=mine[1])
    table.take_turn("P1")
    table.do("P1", "place", note=mine[2], lane="dilemma")
    mate = next(who for who in table.members(table.group("P1")) if who != "P1")
    table.take_turn(mate)
    table.refused("P1", "round", to="write")
    table.do("P1", "name", name="cnry-name")
    return table


def test_R21_of_who_is_removed_nothing_is_left_but_what_is_said_here() -> None:
    table = lived_in()
    pid, seat = table.pid("P1"), table.seat("P1")
    before = msgspec.to_builtins(table.board)
    assert {"/acts/* (key)", "/tabs/*/pid", "/people/*/name", "/bin/*/note/author"} <= {
        found for wanted in (pid, "cnry") for found in paths(before, wanted)
    }
    table.do("F", "remove", seat=seat)
    after = msgspec.to_builtins(table.board)
    assert set(paths(after, pid)) == {
        *("/people/* (key)", "/people/*/pid", "/seats/*", "/notes/*/author", "/tabs/*/pid"),
        "/shares/notes/* (key)",
        "/writers/*/* (key)",  # that they wrote, so that no count tells that they did (V6)
    }
    assert set(paths(after, seat)) == {"/people/*/seat", "/seats/* (key)"}
    assert set(paths(after, "cnry-name")) == set()
    assert set(paths(after, "cnry-edited")) == set(), "drafts, and what could be undone about them"
    assert set(paths(after, "cnry-draft-1")) == set(), "what they took down"
    assert set(paths(after, "cnry-draft-2")) == {"/notes/*/text"}, "what they raised stays"
    tab = table.board.tabs[table.tabs["P1"][0]]
    assert (tab.digests, tab.trusted) == ({}, tab.n)
    gone = table.board.people[pid]
    assert (gone.gone, gone.name, gone.group, gone.remote, gone.hosted, gone.ready) == (
        True,
        "",
        "",
        False,
        False,
        False,
    )


def test_R14_of_a_sealed_boards_people_nothing_is_left() -> None:
    table = lived_in()
    people = list(table.board.people.values())
    table.do("F", "close")
    table.do("F", "seal")
    packed = wire.pack_board(table.board)
    for person in people:
        for trace in (person.pid, person.seat, person.name):
            assert not trace or trace.encode() not in packed
    for tab, _ in table.tabs.values():
        assert tab.encode() not in packed
    for text in (b"cnry-edited", b"cnry-draft-1", b"cnry-name"):
        assert text not in packed
    assert b"cnry-draft-2" in packed, "what was raised stays"
    assert not any((table.board.seed, table.board.turns, table.board.acts, table.board.holders))


@pytest.mark.parametrize("name", ["Board", "Note", "Group"])
def test_R14_sealing_does_to_each_field_what_its_table_says(name: str) -> None:
    table = lived_in()
    board = table.board
    things: dict[str, Struct] = {
        "Board": board,
        "Note": next(iter(board.notes.values())),
        "Group": next(iter(board.groups.values())),
    }
    before = things[name]
    after = forgetting._when_sealed(before)
    for field, says in forgetting.TABLES[type(before)].items():
        if says.sealing in ("each", "raised"):
            assert list(getattr(after, field)) == sorted(getattr(after, field)), "no order of creation is kept"
        if says.sealing == "kept":
            assert getattr(after, field) == getattr(before, field), field
        if says.sealing == "forgotten":
            assert not getattr(after, field), field


def test_R14_people_turns_bins_and_undo_stacks_are_forgotten_whole() -> None:
    says = forgetting.TABLES[Board]
    assert {says[field].sealing for field in ("people", "turns", "bin", "acts", "tabs", "writers")} == {"forgotten"}
    for kind in (Person, Device, Turn, Removed, Act, Tab):
        assert {field.sealing for field in forgetting.TABLES[kind].values()} == {"forgotten"}


def test_R21_a_hosted_or_remote_person_is_no_longer_said_to_be_one() -> None:
    table = in_place()
    table.host("H1")
    note = table.new_note()
    seat = table.board.people[table.pid("H1")].seat
    table.do("F", "write", note=note, text="x", sheet="timeline", lane="2020", as_=seat)
    table.do("F", "remove", seat=seat)
    assert not table.board.people[table.pid("H1")].hosted
    assert note not in table.board.notes
    assert (
        table.refused("F", "write", note=table.new_note(), text="x", sheet="timeline", lane="2020", as_=seat)
        == "no_seat"
    )
