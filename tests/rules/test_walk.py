"""Walls are led through a sheet, part by part (op `walk`)."""

from tests.rules.promises import in_groups, in_place


def test_walls_are_led_through_a_sheet_part_by_part_until_the_next_round() -> None:
    table = in_place(walls=1)
    seen = lambda who: table.screens[who].shown["board"]["walk"]  # noqa: E731
    assert seen("W") == {}
    table.do("F", "walk", sheet="timeline", part="2020")
    assert seen("W") == seen("P1") == seen("F") == {"sheet": "timeline", "part": "2020"}
    table.do("F", "walk", sheet="timeline", auto=True)
    assert seen("W") == {"sheet": "timeline", "since": table.now}
    table.do("F", "walk", sheet="timeline")
    assert seen("W") == {}
    table.do("F", "walk", sheet="timeline", part="2020")
    table.go("picture")
    assert seen("W") == {}
    assert table.refused("F", "walk", sheet="nowhere", part="2020") == "no_lane"
    assert table.refused("F", "walk", sheet="timeline", part="2020", auto=True) == "bad_op"
    assert table.refused("F", "walk", sheet="timeline", part="no spaces") == "bad_op"


def test_the_walk_through_one_groups_sheet_ends_when_another_group_has_the_floor() -> None:
    table = in_groups(stem="dilemmavaerksted", to="plenum")
    seen = lambda: table.screens["P1"].shown["board"]["walk"]  # noqa: E731
    table.do("F", "turn", act="give", seat="g1")
    table.do("F", "walk", sheet="grid", part="r1-2")
    table.do("F", "turn", act="give", seat="g1")
    assert seen() == {"sheet": "grid", "part": "r1-2"}, "the floor is still the same group's"
    table.do("F", "turn", act="done", scope="groups")
    assert seen() == {}
