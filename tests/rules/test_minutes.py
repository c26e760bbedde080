"""Planned minutes: one formula, on the clock and in the record `plan`."""

import pytest

from board_schema import method_file
from board_schema.board import MINUTE
from tests.rules.play import STEMS, Table, text_of


def each(stem: str, round_id: str) -> str:
    """A method whose round of that id counts its minutes for each."""
    text = text_of(stem).replace("minutes_each = true\n", "")
    return text.replace(f'[[rounds]]\nid = "{round_id}"\n', f'[[rounds]]\nid = "{round_id}"\nminutes_each = true\n')


def left(table: Table) -> int:
    """Minutes until the clock ends, from the op that set it."""
    return (table.board.ends_at - table.now) // MINUTE


@pytest.mark.parametrize("stem", STEMS)
def test_M5_the_clock_shows_what_the_plan_says_in_every_round(stem: str) -> None:
    table = Table(stem, people=5)
    plan = table.method.plan(table.board.leader)
    assert set(table.screens["W"].shown["plan"]["minutes"]) == {item.id for item in plan}
    for item in plan[1:]:
        table.go(item.id)
        minutes = table.screens["W"].shown["plan"]["minutes"][item.id]
        assert (left(table) if table.board.ends_at else 0) == minutes
        table.do("F", "timer", act="start")
        assert left(table) == (minutes or 5)


def test_M5_minutes_for_each_are_counted_for_those_who_will_have_the_floor() -> None:
    table = Table(method_file.parse(each("historievaerksted", "place"), file="own.toml"), people=0, listeners=1)
    per = table.method.round("place").minutes
    assert table.screens["F"].shown["plan"]["minutes"]["place"] == per, "at least once"
    for count in (1, 2, 3):
        table.join(f"P{count}")
        assert table.screens["F"].shown["plan"]["minutes"]["place"] == per * count
    table.host("H1")
    assert table.screens["L1"].shown["plan"]["minutes"]["place"] == per * 4, "hosted people speak, too"
    table.do("F", "remove", seat=table.seat("P1"))
    assert table.screens["F"].shown["plan"]["minutes"]["place"] == per * 3


def test_M5_queues_inside_groups_run_side_by_side_and_groups_are_counted_once_each() -> None:
    inside = Table(method_file.parse(each("dilemmavaerksted", "present"), file="own.toml"), people=6)
    inside.go("present")
    sizes = [len(inside.members(group)) for group in inside.board.groups]
    minutes = inside.method.round("present").minutes * max(sizes)
    assert inside.screens["W"].shown["plan"]["minutes"]["present"] == minutes == left(inside)
    plenum = Table(method_file.parse(each("dilemmavaerksted", "plenum"), file="own.toml"), people=6)
    plenum.go("plenum")
    minutes = plenum.method.round("plenum").minutes * len(plenum.board.groups)
    assert plenum.screens["W"].shown["plan"]["minutes"]["plenum"] == minutes == left(plenum)


def test_M5_the_plan_counts_from_when_the_first_round_was_left_for_the_first_time() -> None:
    table = Table("historievaerksted", people=3)

    def underway() -> int:
        since: int = table.screens["F"].shown["board"]["underway"]
        return since

    assert underway() == 0, "how long people take to come is not the plan's"
    table.go("write")
    since = underway()
    assert since == table.board.began
    table.go("welcome")
    table.go("write")
    table.go("place")
    assert underway() == since, "going back and on again does not start it anew"
    assert table.board.began > since
    assert "underway" not in table.screens["P1"].shown["board"], "only the console has a use for it"


def test_M5_people_above_the_advised_number_add_what_each_of_the_others_has() -> None:
    table = Table("historievaerksted", people=15)
    most = table.method.people[1]
    assert most == 15
    assert table.screens["F"].shown["plan"]["more"] == 0
    table.host("H1")
    table.join("P16")
    assert table.screens["F"].shown["plan"]["more"] == 2 * table.method.round("place").minutes
    assert table.screens["F"].shown["progress"]["present"] == 17, "hosted people are there, too"
    assert table.screens["F"].shown["progress"]["people"] == 16


def test_R8_the_first_who_joins_starts_the_first_clock() -> None:
    table = Table("historievaerksted", people=0)
    table.now += 5 * 60 * MINUTE
    table.host("Gerda")
    assert table.board.ends_at == 0, "whoever prepares in the morning has used no time"
    table.now += 60 * MINUTE
    table.join("P1")
    assert left(table) == table.method.round("welcome").minutes
    ends = table.board.ends_at
    table.now += 3 * MINUTE
    table.join("P2")
    assert table.board.ends_at == ends, "who comes later begins nothing anew"
    table.do("F", "timer", act="stop")
    table.join("P3")
    assert table.board.ends_at == 0, "the facilitator stopped it"


def test_R8_a_clock_that_the_facilitator_started_is_left_alone() -> None:
    early = Table("historievaerksted", people=0)
    early.do("F", "timer", act="start", minutes=30)
    early.join("P1")
    assert left(early) == 30
    begun = Table("historievaerksted", people=0)
    begun.go("write")
    begun.do("F", "timer", act="stop")
    begun.join("P1")
    assert begun.board.ends_at == 0
