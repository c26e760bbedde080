"""Fortids- og fremtidsværksted: what the catalogue says of it (methods.md 2.4), as a group plays it."""

import pytest

from tests.rules.play import Table, bundled

STEM = "fortids-og-fremtidsvaerksted"
IGLO = ["individual", "group", "management", "organisation"]


def wished(people: int = 3) -> tuple[Table, str]:
    """A workshop where the wishes are to be chosen from, with one wish."""
    table = Table(STEM, people=people, scribes=1)
    table.go("wishes")
    wish = table.write("P1", sheet="ahead", lane="wishes")
    table.go("choose")
    return table, wish


def test_K_changes_go_up_on_the_line_of_years_one_person_at_a_time_with_a_reason_that_the_scribe_keeps() -> None:
    table = Table(STEM, people=3, scribes=1)
    table.go("write")
    note = table.write("P1", sheet="changes", lane="2020")
    table.go("place")
    assert table.refused("P1", "place", note=note, lane="2020") == "turn"
    assert (
        table.screens["S1"]
        .shown["method"]["rounds"][table_index(table)]["pad"]["en"]
        .startswith("Take down the reasons")
    )
    table.take_turn("P1")
    table.do("P1", "place", note=note, lane="2020")
    assert table.screens["W"].shown[f"note:{note}"]["lane"] == "2020"
    assert table.refused("P2", "write", note=table.new_note(), text="x", kind="comment", under=note,
                         sheet="changes", lane="2020") == "locked"  # fmt: skip


def table_index(table: Table) -> int:
    rounds = table.screens["S1"].shown["method"]["rounds"]
    return next(at for at, item in enumerate(rounds) if item["id"] == table.board.round)


def test_K_a_wish_is_seen_by_all_at_once_and_nobody_comments_on_it() -> None:
    table = Table(STEM, people=3)
    table.go("wishes")
    wish = table.write("P1", sheet="ahead", lane="wishes")
    assert f"note:{wish}" in table.screens["P2"].shown
    assert "comment" not in table.screens["P2"].shown[f"note:{wish}"]["can"]


def test_K_wishes_come_in_the_light_of_what_happened_and_none_is_turned_down() -> None:
    item = bundled(STEM).round("wishes")
    assert "tidslinjen" in item.say["da"]
    assert "Alle ønsker er velkomne" in item.instruction["da"]
    assert "Ingen siger nej" in item.say["da"]


def test_K_a_wish_is_chosen_by_talk_with_a_reason_and_by_no_vote() -> None:
    table, wish = wished()
    assert "mark" not in table.screens["P1"].shown[f"note:{wish}"]["can"], "people talk; nobody taps for themselves"
    assert table.refused("F", "mark", note=wish, kind="choice", word="chosen") == "needs_left"
    table.do("F", "mark", note=wish, kind="choice", word="later")
    table.do("S1", "set", note=wish, field="reason", value="Det rammer os alle")
    table.do("F", "mark", note=wish, kind="choice", word="chosen")
    shown = table.screens["W"].shown[f"note:{wish}"]
    assert (shown["marks"], shown["fields"]) == ({"choice": "chosen"}, {"reason": "Det rammer os alle"})


def test_R32_R35_a_theme_is_chosen_with_its_reason_as_a_wish_is() -> None:
    table, wish = wished()
    table.go("themes")
    other = table.write("P2", sheet="ahead", lane="wishes")
    table.do("P2", "place", note=other, lane="wishes")
    theme = table.new_note()
    table.do("S1", "gather", note=theme, notes=[wish, other], text="Oplæring")
    table.go("choose")
    assert table.screens["P1"].shown[f"note:{theme}"]["can"] == []
    assert table.screens["S1"].shown[f"note:{theme}"]["marks_open"] == ["choice"]
    assert table.refused("P1", "mark", note=theme, kind="choice", word="later") == "locked"
    assert table.refused("F", "mark", note=theme, kind="choice", word="chosen") == "needs_left"
    table.do("S1", "set", note=theme, field="reason", value="Det rammer os alle")
    table.do("F", "mark", note=theme, kind="choice", word="chosen")
    shown = table.screens["W"].shown[f"note:{theme}"]
    assert (shown["marks"], shown["fields"]) == ({"choice": "chosen"}, {"reason": "Det rammer os alle"})
    # The wishes under it carry nothing; taken apart and undone, it is chosen again.
    assert table.screens["W"].shown[f"note:{wish}"]["marks"] == {}
    table.go("themes")
    table.do("S1", "apart", note=theme)
    table.do("S1", "undo")
    assert table.screens["W"].shown[f"note:{theme}"]["marks"] == {"choice": "chosen"}


def test_R32_R35_on_which_side_a_gathering_lies_nobody_says() -> None:
    table = Table(STEM, people=3, scribes=1)
    table.go("place")
    notes = []
    for who, word in (("P1", "up"), ("P2", "up")):
        notes.append(table.write(who, sheet="changes", lane="2020"))
        table.take_turn(who)
        table.do(who, "place", note=notes[-1], lane="2020", marks={"effect": word})
    table.go("gather")
    head = table.new_note()
    table.do("S1", "gather", note=head, notes=notes, text="Fusion")
    assert table.refused("F", "mark", note=head, kind="effect", word="down") == "locked"
    assert table.screens["W"].shown[f"note:{head}"]["side"] == "up"


def test_K_actions_stand_by_IGLO_each_linked_to_its_wish_and_split_where_two_levels_act() -> None:
    table, wish = wished()
    table.go("actions")
    assert list(table.method.round("actions").lanes) == IGLO
    for lane in ("group", "management"):
        action = table.write("P2", sheet="ahead", lane=lane, links={"towards": [wish]})
        assert table.screens["W"].shown[f"note:{action}"]["links"] == {"towards": [wish]}
    titles = [table.method.sheets[1].lane(lane).title["da"] for lane in IGLO]  # type: ignore[union-attr]
    assert titles == ["Individ", "Gruppe", "Ledelse", "Organisation"]


@pytest.mark.parametrize(("round_id", "before", "sheet", "lane"), [
    ("gather", "place", "changes", "2020"), ("themes", "wishes", "ahead", "wishes"),
])  # fmt: skip
def test_K_alike_ones_are_gathered_under_a_heading_and_taken_apart_again(
    round_id: str, before: str, sheet: str, lane: str
) -> None:
    table = Table(STEM, people=3, scribes=1)
    table.go(before)
    notes = []
    for who in ("P1", "P2"):
        note = table.write(who, sheet=sheet, lane=lane)
        if before == "place":
            table.take_turn(who)
            table.do(who, "place", note=note, lane=lane)
            table.do(who, "turn", act="done")
        notes.append(note)
    table.go(round_id)
    heading = table.new_note()
    table.do("F", "gather", note=heading, notes=notes, text="Det samme")
    assert [table.screens["W"].shown[f"note:{note}"]["under"] for note in notes] == [heading, heading]
    table.do("S1", "apart", note=heading)
    assert [table.screens["W"].shown[f"note:{note}"]["under"] for note in notes] == ["", ""]
    assert table.screens["W"].shown[f"note:{notes[0]}"]["text"] == table.board.notes[notes[0]].text


@pytest.mark.parametrize("lane", IGLO)
def test_K_what_comes_out_of_it_is_a_trial_action_or_is_taken_further_up(lane: str) -> None:
    sheet = Table(STEM, show=False).method.sheets[1]
    found = sheet.lane(lane)
    assert found is not None
    assert found.becomes == ("lift" if lane == "organisation" else "trial")
