"""Overleveringsdagen: what the catalogue says of it (K), each a test; and I11, by the bytes that travel."""

import pytest

from board_schema.decide import marks
from board_schema.method_file import parse
from tests.rules.checks import check_converged_P1
from tests.rules.files import changed_file
from tests.rules.others import check_comments_I1_R7
from tests.rules.play import Table


def day(people: int = 8, to: str = "tasks") -> Table:
    table = Table("overleveringsdagen", people=people, listeners=1)
    for item in table.method.plan(table.board.leader):
        table.go(item.id)
        if item.id == to:
            return table
    raise AssertionError(to)


def on_map(table: Table, who: str, lane: str) -> str:
    return table.write(who, sheet="map", lane=lane, row=table.group(who))


def test_K_the_department_works_in_four_groups() -> None:
    table = day(people=12)
    assert [len(table.members(group)) for group in sorted(table.board.groups)] == [3, 3, 3, 3]


@pytest.mark.parametrize("count", [2, 3, 8])
def test_R16_the_facilitator_may_have_another_number_of_groups(count: int) -> None:
    table = Table("overleveringsdagen", people=16)
    table.do("F", "groups", count=count)
    assert len(table.board.groups) == count
    assert table.screens["F"].shown["method"]["groups"] == [2, 4, 8]
    for wrong in (9, 50):
        assert table.refused("F", "groups", count=wrong) == "group_size"
    assert table.refused("F", "groups", count=4, size=4) == "bad_op"
    assert Table("historievaerksted").refused("F", "groups", count=2) == "group_size"


def test_K_each_group_has_a_map_of_its_own_and_puts_yellow_and_red_on_its_line() -> None:
    table = day()
    group = table.group("P1")
    assert table.screens["W"].shown["sheet:map"]["per_group"]
    for item, lanes in (("tasks", ["tasks"]), ("yellow", ["before", "during", "after"]),
                        ("red", ["before", "during", "after"])):  # fmt: skip
        table.go(item)
        me = table.me("P1")
        assert (me["scene"], me["write"]["lanes"], me["write"]["row"]) == ("group", lanes, group)
        note = on_map(table, "P1", lanes[0])
        assert (table.note(note).row, table.note(note).reach) == (group, "group")


def test_K_the_first_step_is_all_tasks_and_they_have_no_colour_yet() -> None:
    table = day()
    task = on_map(table, "P1", "tasks")
    assert (table.note(task).reach, table.note(task).marks) == ("group", {})
    early = on_map(table, "P1", "during")
    assert table.note(early).reach == "own", "where it works is asked afterwards"


def test_K_colour_means_yellow_where_it_goes_well_and_red_where_it_could_go_better() -> None:
    table = day(to="yellow")
    yellow = on_map(table, "P1", "during")
    table.go("red")
    red = on_map(table, "P1", "during")
    assert [table.note(each).marks for each in (yellow, red)] == [{"colour": "yellow"}, {"colour": "red"}]
    (kind,) = table.screens["P1"].shown["sheet:map"]["marks"]
    said = {word["id"]: (word["sign"], word["side"], word["title"]["da"]) for word in kind["words"]}
    assert said == {"yellow": ("+", "up", "går godt"), "red": ("△", "down", "kunne gå bedre")}, "never colour alone"
    assert "mark" not in table.screens["P1"].shown[f"note:{yellow}"]["can"], "the round says the colour, nobody else"


@pytest.mark.parametrize("at", ["red", "present"])
def test_R32_a_wrong_colour_is_put_right_by_the_facilitator_and_by_nobody_else(at: str) -> None:
    table = day(to="red")
    wrong = on_map(table, "P1", "during")
    table.go(at)
    if at == "present":
        table.do("F", "reveal", group=table.group("P1"))
    said = {"note": wrong, "kind": "colour", "word": "yellow"}
    for who in ("P1", "P2", "L1"):
        assert table.refused(who, "mark", **said) in ("locked", "role", "no_note")
    table.do("F", "mark", **said)
    assert (table.note(wrong).marks, table.note(wrong).reach) == (
        {"colour": "yellow"},
        "all" if at == "present" else "group",
    )
    check_converged_P1(table)


def test_nobody_is_offered_to_write_on_a_map_that_is_presented_where_no_note_can_go_up() -> None:
    table = day(to="present")
    assert [table.me(who)["write"] for who in ("F", "P1", "L1")] == [None, None, None]


def test_K_a_task_may_get_both_colours() -> None:
    table = day()
    on_map(table, "P1", "tasks")
    for colour in ("yellow", "red"):
        table.go(colour)
        note = table.write("P1", sheet="map", lane="during", row=table.group("P1"), text="Mundtlig overlevering")
        assert table.note(note).marks == {"colour": colour}


def test_K_the_line_is_the_hand_over_before_during_and_after() -> None:
    made = [lane for lane in day().screens["W"].shown["sheet:map"]["lanes"] if "scale" in lane]
    assert [lane["title"]["da"] for lane in made] == ["Før", "Under", "Efter"]


def test_K_each_group_presents_its_map_in_turn_and_the_others_have_the_three_questions() -> None:
    table = day(to="red")
    note = on_map(table, "P1", "after")
    table.go("present")
    first = table.group("P1")
    other = next(who for who in ("P2", "P3", "P4") if table.group(who) != first)
    assert table.screens["W"].note(note) is None
    table.do("F", "turn", act="give", seat=first, scope="groups")
    table.do("F", "reveal", group=first)
    assert table.screens["W"].note(note) is not None
    assert (table.me("P1")["scene"], table.me(other)["scene"]) == ("turn", "wait")
    for who in (other, "W", "L1"):
        item = next(each for each in table.screens[who].shown["method"]["rounds"] if each["id"] == "present")
        asked = [text["da"] for text in item["questions"]]
        assert len(asked) == 3
        for question, word in zip(asked, ("Hvorfor fungerer", "Hvorfor halter", "forbedring"), strict=True):
            assert word in question


def test_K_who_listens_to_a_group_asks_and_writes_nothing() -> None:
    table = day(to="red")
    note = on_map(table, "P1", "before")
    table.go("present")
    table.do("F", "reveal", group=table.group("P1"))
    comment = {
        "note": table.new_note(),
        "text": "x",
        "sheet": "map",
        "lane": "before",
        "kind": "comment",
        "under": note,
    }
    assert table.refused("P2", "write", **comment) == "locked"
    late = on_map(table, "P2", "before")
    assert table.note(late).reach == "own"


def test_K_the_questions_end_in_improvements_that_all_see_and_that_become_trials() -> None:
    table = day(to="improve")
    note = table.write(
        "P1", sheet="improvements", lane="improvement", text="Ved mødetid: først besked, når man er klar"
    )
    assert table.note(note).reach == "all"
    (lane,) = table.screens["W"].shown["sheet:improvements"]["lanes"]
    assert lane["becomes"] == "trial"
    check_converged_P1(table)


def test_I11_a_groups_notes_travel_to_nobody_but_the_group_and_the_facilitator_until_it_presents() -> None:
    table = day()
    said = {lane: table.secret() for lane in ("tasks", "before", "after")}
    table.write("P1", sheet="map", lane="tasks", row=table.group("P1"), text=said["tasks"])
    table.go("yellow")
    table.write("P1", sheet="map", lane="before", row=table.group("P1"), text=said["before"])
    table.go("red")
    table.write("P1", sheet="map", lane="after", row=table.group("P1"), text=said["after"])
    table.go("present")
    insiders = {"F", *table.members(table.group("P1"))}
    heard = {
        who
        for who, screen in table.screens.items()
        for text in said.values()
        if any(text.encode() in f for f in screen.frames)
    }
    assert heard == insiders
    table.do("F", "reveal", group=table.group("P1"))
    assert all(any(text.encode() in frame for frame in table.screens["W"].frames) for text in said.values())


def test_groups_whose_maps_all_have_seen_are_not_shuffled_again() -> None:
    table = day()
    table.write("P1", sheet="map", lane="tasks", row=table.group("P1"))
    table.go("present")
    table.do("F", "reveal", group=table.group("P1"))
    assert {n.reach for n in table.board.notes.values()} == {"all"}
    offers = table.screens["F"].shown["board"]["offers"]
    assert "groups" in offers
    assert "shuffle" not in offers
    assert table.refused("F", "groups", count=4) == "group_in_use"


def test_R20_M4_lanes_of_the_scale_are_not_those_beside_it_where_something_is_written_for_somebody() -> None:
    lane = '[[sheets.lanes]]\nid = "aside"\ntitle = { da = "Ved siden af", en = "Beside" }\n\n'
    file = changed_file("overleveringsdagen", ("[[sheets.lanes]]\n", lane + "[[sheets.lanes]]\n"))
    table = Table(parse(file, file="own.toml"), people=4)
    table.host("H1")
    table.go("yellow")
    on_scale, beside = table.new_note(), table.new_note()
    table.do("F", "write", note=on_scale, text="x", sheet="map", lane="during", **{"as": table.seat("H1")})
    refused = table.refused("F", "write", note=beside, text="x", sheet="map", lane="aside", **{"as": table.seat("H1")})
    assert refused == "role", "no round takes notes there"


def test_T2_I1_a_word_that_nobody_is_granted_is_noticed_on_a_note_that_may_be_moved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = day(to="yellow")
    first, second = [who for who in table.members(table.group("P1")) if who != "F"][:2]
    note = on_map(table, first, "before")
    table.do(second, "move", note=note, lane="before", spot=4, marks={"colour": "red"})
    check_comments_I1_R7(table)
    assert table.note(note).marks == {"colour": "yellow"}
    monkeypatch.setattr(marks, "may", lambda *_, **__: True)
    table.do(second, "move", note=note, lane="before", spot=5, marks={"colour": "red"})
    with pytest.raises(AssertionError, match="another's mark colour"):
        check_comments_I1_R7(table)
