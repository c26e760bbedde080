"""V6: `wrote`, piles and the facilitator's list of lanes are consistent."""

from typing import Any

from tests.rules.play import Table

CRITIQUE = {"sheet": "columns", "lane": "critique"}


def said(table: Table) -> tuple[int, dict[str, Any], list[dict[str, str]]]:
    """What travels: how many have written, the piles, and the lanes to reveal."""
    progress = table.screens["F"].shown["progress"]
    assert all(screen.shown["progress"] == progress for screen in table.screens.values())
    return progress["wrote"], progress["piles"], table.screens["F"].shown["board"]["reveal"]


def future(**more: Any) -> Table:
    table = Table("fremtidsvaerksted", people=4, **more)
    table.go("critique")
    assert said(table) == (0, {}, [])
    return table


def test_V6_one_persons_note_in_the_rounds_lane_is_counted_and_listed_alike() -> None:
    table = future()
    note = table.write("P1", sheet="columns", lane="critique")
    assert said(table) == (1, {}, [CRITIQUE])
    table.write("P1", sheet="columns", lane="critique")
    assert said(table) == (1, {}, [CRITIQUE]), "how much one person wrote leaves no trace"
    table.do("P1", "edit", note=note, text="rettet")
    assert said(table) == (1, {}, [CRITIQUE])
    for who in ("P2", "P3"):
        table.write(who, sheet="columns", lane="critique")
    assert said(table) == (3, {"columns": {"critique": 4}}, [CRITIQUE])


def test_V6_a_note_without_a_lane_is_written_and_in_no_lane() -> None:
    table = future()
    table.write("P1", sheet="columns", lane="")
    assert said(table) == (1, {}, [])


def test_V6_a_scribes_note_alone_is_neither_counted_nor_listed_and_can_be_revealed() -> None:
    table = future(scribes=1)
    note = table.write("S1", sheet="columns", lane="critique")
    assert said(table) == (0, {}, [])
    table.do("F", "reveal", **CRITIQUE)
    assert table.note(note).reach == "all"


def test_V6_what_the_facilitator_wrote_for_others_tells_the_facilitator_nothing_new() -> None:
    table = future()
    table.host("H1")
    table.write("F", sheet="columns", lane="critique", as_=table.seat("H1"))
    assert said(table) == (0, {}, [CRITIQUE])
    table.write("P1", sheet="columns", lane="critique")
    assert said(table) == (1, {}, [CRITIQUE])


def test_V6_a_pile_is_not_counted_while_the_facilitator_could_subtract_all_but_one_persons_notes() -> None:
    table = future()
    for host in ("H1", "H2"):
        table.host(host)
        table.write("F", sheet="columns", lane="critique", as_=table.seat(host))
    for who in ("P1", "P1", "P2"):
        table.write(who, sheet="columns", lane="critique")
    assert said(table) == (2, {}, [CRITIQUE])
    table.write("P3", sheet="columns", lane="critique")
    assert said(table) == (3, {"columns": {"critique": 6}}, [CRITIQUE]), "a pile is what a reveal would raise"


def test_V6_a_late_note_in_another_rounds_lane_is_not_listed_before_there_are_three_people() -> None:
    table = future()
    table.go("dream")
    notes = []
    for count, who in enumerate(("P1", "P2", "P3"), 1):
        notes.append(table.write(who, sheet="columns", lane="critique"))
        assert said(table) == (0, {}, [CRITIQUE] if count == 3 else [])
    table.do("P3", "delete", note=notes[-1])
    assert said(table) == (0, {}, [])
    table.go("critique")
    assert said(table) == (2, {}, [CRITIQUE]), "in its own round it is counted, and so listed"
    table.go("dream")
    table.do("F", "reveal", **CRITIQUE)
    assert {table.note(note).reach for note in notes[:2]} == {"all"}


def test_V6_nothing_is_said_of_a_lane_that_may_not_be_revealed_yet() -> None:
    table = future()
    for who in ("P1", "P2", "P3"):
        table.write(who, sheet="columns", lane="dream")
    assert said(table) == (0, {}, [])


def test_V6_R6_what_somebody_wrote_before_they_listened_is_neither_counted_nor_listed() -> None:
    table = future()
    table.write("P1", sheet="columns", lane="critique")
    table.do("F", "role", seat=table.seat("P1"), role="listener")
    assert said(table) == (0, {}, [])


def test_V6_a_second_note_of_the_same_person_changes_nothing_that_others_are_sent() -> None:
    table = future()
    table.write("P1", sheet="columns", lane="critique")
    table.write("P1", sheet="columns", lane="critique")
    assert {who for who, _ in table.fresh} == {"P1"}


def test_V6_notes_without_a_lane_make_a_pile_too_once_three_people_wrote_one() -> None:
    table = Table("historievaerksted", people=3)
    table.go("write")
    for who in ("P1", "P1", "P2"):
        table.write(who, sheet="timeline", lane="")
    assert said(table) == (2, {}, [])
    table.write("P3", sheet="timeline", lane="")
    assert said(table) == (3, {"timeline": {"": 4}}, [])
    table.go("strengths")
    assert said(table)[1] == {}
