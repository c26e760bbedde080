"""may: refuses by default, and depends on roles, rounds and a note's author only."""

from itertools import product
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from board_schema import rules
from board_schema.board import Note
from board_schema.forms import sheet_of_rows
from board_schema.rules import Action, Who, granted, may
from tests.rules.play import STEMS, Table, bundled
from tests.rules.promises import in_place, with_rows

ACTIONS: tuple[Any, ...] = get_args(Action)
ROLES = ("participant", "scribe", "listener", "facilitator", "wall")


def things() -> list[Note | None]:
    notes = [
        Note(id="n", author=author, kind=kind, text="x", sheet=sheet, lane="2020", reach=reach, group=group)
        for author, kind, sheet, reach, group in product(
            ("me", "other", ""),
            ("note", "comment", "heading"),
            ("timeline", "groups"),
            ("own", "group", "all"),
            ("g1", ""),
        )
    ]
    return [None, *notes]


@pytest.mark.parametrize("stem", STEMS)
def test_R6_a_wall_a_listener_and_a_stranger_may_nothing_in_any_round(stem: str) -> None:
    table = Table(stem, show=False)
    for item in bundled(stem).rounds:
        board = replace(table.board, round=item.id)
        for role, action in product(("wall", "listener", "", "admin"), ACTIONS):
            for note in things():
                if role in ("wall", "listener") or note is None or note.author != "me":
                    asker = Who(role=role, pid="me", group="g1", holder=True)
                    allowed = may(board, table.method, asker, action, note)
                    if (role, action) == ("listener", "delete") and note is not None and note.reach == "own":
                        assert allowed == (note.author == "me"), "an own draft may be taken away"
                        continue
                    assert not allowed or (role in ("", "admin") and action in ("name", "undo")), (role, action, note)


@pytest.mark.parametrize("stem", STEMS)
def test_R14_a_closed_board_lets_nobody_do_anything_but_the_facilitator_lead(stem: str) -> None:
    table = Table(stem, show=False)
    for item in bundled(stem).rounds:
        board = replace(table.board, round=item.id, closed=1)
        for role, action, note in product(ROLES, ACTIONS, things()[:20]):
            asker = Who(role=role, pid="me", group="g1", holder=True)
            leads = (role, action) == ("facilitator", "lead")
            assert may(board, table.method, asker, action, note) == leads


def test_R1_an_audience_has_only_the_rights_that_all_of_its_kind_have() -> None:
    for stem in STEMS:
        table = Table(stem, show=False)
        for item in bundled(stem).rounds:
            board = replace(table.board, round=item.id)
            for role, action, note in product(ROLES, ACTIONS, things()[:40]):
                if may(board, table.method, Who(role=role, group="g1"), action, note):
                    other = Who(role=role, pid="somebody", group="g1")
                    assert may(board, table.method, other, action, note), (stem, item.id, role, action)


def test_an_empty_pid_owns_nothing() -> None:
    table = in_place(show=False)
    nobodys = Note(id="n", author="", kind="note", text="x", sheet="timeline", lane="2020", reach="all")
    for role in ROLES:
        assert not may(table.board, table.method, Who(role=role, holder=True), "move", nobodys)
        assert may(table.board, table.method, Who(role=role), "delete", nobodys) == (role == "facilitator")


@pytest.mark.parametrize(
    ("grants", "role", "own", "group", "holder", "held"),
    [
        ((), "facilitator", True, "g1", True, False),
        (("own",), "participant", True, "", False, True),
        (("own",), "participant", False, "", True, False),
        (("own",), "facilitator", True, "", False, False),
        (("own",), "scribe", True, "", False, True),
        (("own",), "listener", True, "", True, False),
        (("turn",), "participant", True, "", True, True),
        (("turn",), "participant", True, "", False, False),
        (("turn",), "participant", False, "", True, False),
        (("turn",), "facilitator", True, "", True, False),
        (("group",), "participant", False, "g1", False, True),
        (("group",), "participant", False, "g2", False, False),
        (("group",), "participant", True, "", False, False),
        (("all",), "participant", False, "", False, True),
        (("all",), "scribe", False, "", False, True),
        (("all",), "facilitator", False, "", False, False),
        (("all",), "listener", False, "", False, False),
        (("all",), "wall", False, "", False, False),
        (("facilitator",), "facilitator", False, "", False, True),
        (("facilitator",), "participant", True, "g1", True, False),
        (("scribe",), "scribe", False, "", False, True),
        (("scribe",), "facilitator", False, "", False, False),
        (("own", "facilitator"), "facilitator", False, "", False, True),
    ],
)
def test_a_grant_covers_whom_the_page_says(
    grants: Any, role: str, own: bool, group: str, holder: bool, held: bool
) -> None:
    assert granted(grants, Who(role=role, pid="me", group="g1", holder=holder), own=own, group=group) is held


def test_R10_what_waits_opens_when_what_comes_before_is_filled_or_the_group_says_so() -> None:
    table, _ = with_rows()
    lane = sheet_of_rows(table.method).lane("actions")  # type: ignore[union-attr]
    row = next(iter(table.board.rows.values()))
    board = table.board
    assert rules.depth_missing(board, lane, "grid", row.id)
    for i, before in enumerate(("experience", "relations", "conditions", "history")):
        note = Note(id=before, author="x", kind="note", text="x", sheet="grid", lane=before, row=row.id, reach="group")
        drafted = replace(board, notes={**board.notes, before: replace(note, reach="own")})
        assert rules.depth_missing(drafted, lane, "grid", row.id), "a draft fills nothing"
        board = replace(board, notes={**board.notes, before: note})
        assert rules.depth_missing(board, lane, "grid", row.id) == (i < 3)
    assert rules.depth_missing(board, lane, "grid", "another")
    opened = replace(row, marks=row.marks | {"depth": "enough"})
    deep = replace(table.board, notes={**table.board.notes, row.id: opened})
    assert not rules.depth_missing(deep, lane, "grid", row.id)
    assert not rules.depth_missing(deep, None, "grid", row.id)


def test_M4_a_timelines_lanes_are_its_years_and_then_the_declared_ones() -> None:
    table = Table("historievaerksted")
    sheet = table.method.sheets[0]
    assert rules.lanes_of(table.board, sheet) == (*(str(year) for year in range(2016, 2027)), "elsewhere")
    assert rules.lanes_of(table.board, table.method.sheets[1]) == ("strengths", "challenges", "wishes")


def test_R9_a_lane_can_be_revealed_from_its_round_on() -> None:
    table = Table("fremtidsvaerksted")

    def may_be_revealed() -> set[str]:
        found = rules.revealable_lanes(table.board, table.method)
        assert {sheet for sheet, _ in found} <= {"columns"}
        return {lane for _, lane in found}

    assert may_be_revealed() == set()
    table.go("dream")
    assert may_be_revealed() == {"dream"}, "the round of critique was passed over"
    table.go("critique")
    table.go("close")
    assert may_be_revealed() == {"dream", "critique"}


def test_R20_the_facilitator_has_the_hands_of_everybody_hosted_and_of_nobody_else() -> None:
    table = Table("historievaerksted")
    table.host("H1")
    assert rules.pids_acted_for(table.board, table.person("F")) == {table.pid("F"), table.pid("H1")}
    assert rules.pids_acted_for(table.board, table.person("P1")) == {table.pid("P1")}
    table.do("F", "remove", seat=table.seat("H1"))
    assert rules.pids_acted_for(table.board, table.person("F")) == {table.pid("F")}
