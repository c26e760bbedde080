"""V6: counts of hidden notes are of people, in steps, on a grid, and nothing that is done afterwards moves them."""

from typing import Any

import pytest

from board_schema import decide, wire
from board_schema.rules import GRID, STEPS
from tests.rules.checks import check_converged_P1
from tests.rules.play import Table

CRITIQUE = {"sheet": "columns", "lane": "critique"}
TOLD = CRITIQUE | {"again": False}
AGAIN = CRITIQUE | {"again": True}


def said(table: Table) -> tuple[int, dict[str, Any], list[dict[str, Any]]]:
    """What travels: how many have written, the piles, and the lanes to reveal."""
    progress = table.screens["F"].shown["progress"]
    assert all(screen.shown["progress"] == progress for screen in table.screens.values())
    return progress["wrote"], progress["piles"], table.screens["F"].shown["board"]["reveal"]


def future(people: int = 4, **more: Any) -> Table:
    table = Table("fremtidsvaerksted", people=people, **more)
    table.go("critique")
    assert said(table) == (0, {}, [TOLD])
    return table


def written(table: Table, *who: str, lane: str = "critique") -> list[str]:
    """A note of each of them, and the counts of the next moment of the grid."""
    notes = [table.write(one, sheet="columns", lane=lane) for one in who]
    table.tidy(later=GRID)
    return notes


def pile(n: int) -> dict[str, Any]:
    return {"columns": {"critique": n}} if n else {}


def test_V6_two_people_are_not_counted_and_their_lane_is_listed_as_it_was_before() -> None:
    table = future()
    written(table, "P1", "P1", "P1", "P2")
    assert said(table) == (0, {}, [TOLD])


def test_V6_counts_are_of_people_and_go_in_steps() -> None:
    table = future(people=12)
    for i in range(12):
        written(table, *[f"P{i + 1}"] * (1 + i % 3))
        step = max(step for step in STEPS if step <= i + 1)
        assert said(table) == (step, pile(step), [TOLD])


def test_V6_a_count_grows_at_a_moment_of_the_grid_and_counts_who_wrote_before_it() -> None:
    table = future()
    began = table.board.began
    for who in ("P1", "P2", "P3"):
        table.write(who, **CRITIQUE)
    due = decide.count_due(table.board)
    assert (due - began) % GRID == 0
    assert table.now < due <= table.now + GRID
    table.now = due - 1
    assert table.tidy() == []
    assert said(table) == (0, {}, [TOLD])
    table.now = due
    table.tidy()
    assert said(table) == (3, pile(3), [TOLD])
    assert decide.count_due(table.board) == 0, "no step is passed: nothing to append"
    assert table.tidy(later=GRID) == []


def test_V6_who_writes_after_a_moment_of_the_grid_is_counted_at_the_next_however_late_the_server_is() -> None:
    table = future()
    began = table.board.began
    table.write("P1", **CRITIQUE)
    table.write("P2", **CRITIQUE)
    table.now = began + 2 * GRID + 1
    table.write("P3", **CRITIQUE)
    assert table.now < began + 3 * GRID
    assert decide.tidy(table.board, table.now) == []
    assert decide.count_due(table.board) == began + 3 * GRID


def test_V6_a_note_without_a_lane_is_written_and_lies_beside_the_lanes() -> None:
    table = future()
    written(table, "P1", "P2", "P3", lane="")
    assert said(table) == (3, {"columns": {"": 3}}, [TOLD])


def test_V6_scribes_the_facilitator_and_hosted_people_are_not_counted() -> None:
    table = future(scribes=1)
    table.host("H1")
    for _ in range(3):
        table.write("F", **CRITIQUE, as_=table.seat("H1"))
        table.write("F", **CRITIQUE)
    written(table, "S1", "P1", "P2")
    assert said(table) == (0, {}, [TOLD])


def test_V6_a_scribes_note_alone_can_be_revealed() -> None:
    table = future(scribes=1)
    note = table.write("S1", **CRITIQUE)
    table.do("F", "reveal", **CRITIQUE)
    assert table.note(note).reach == "all"


@pytest.mark.parametrize("deed", ["remove", "listener", "scribe", "back", "delete", "move", "again"])
def test_V6_no_count_moves_by_what_is_done_to_a_person_or_a_note(deed: str) -> None:
    """Whether somebody had written, or was ready, must not show when they are removed or made something else."""
    shown = []
    for wrote in (True, False):
        table = future(people=7)
        notes = written(table, "P2", "P3", "P4", "P5")
        extra = table.write("P1" if wrote else "P6", **CRITIQUE)
        table.do("P1" if wrote else "P6", "ready", on=True)
        table.do("P2", "ready", on=True)
        table.tidy(later=GRID)
        assert said(table)[:2] == (5, pile(5))
        assert table.screens["W"].shown["progress"]["ready"] == 2
        match deed:
            case "remove":
                table.do("F", "remove", seat=table.seat("P1"))
            case "listener" | "scribe":
                table.do("F", "role", seat=table.seat("P1"), role=deed)
            case "back":
                table.do("F", "role", seat=table.seat("P1"), role="listener")
                table.do("F", "role", seat=table.seat("P1"), role="participant")
                assert table.me("P1")["ready"] is wrote, "what they said stands"
            case "delete":
                table.do("P1" if wrote else "P6", "delete", note=extra)
                table.do("P2", "delete", note=notes[0])
            case "move":
                table.do("P1" if wrote else "P6", "move", note=extra, lane="dream")
            case _:
                table.do("F", "remove", seat=table.seat("P1"))
                table.go("dream")
                table.go("critique")
        table.tidy(later=GRID)
        after = [said(table), table.screens["W"].shown["progress"]["ready"]]
        for late in ("P7", *(() if deed == "remove" else ("P3",))):
            written(table, late)
            after.append(said(table))
        shown.append(after)
        check_converged_P1(table)
    assert shown[0] == shown[1]


def test_V6_ready_is_never_more_than_the_people_there_are() -> None:
    table = future(people=3)
    for who in ("P1", "P2", "P3"):
        table.do(who, "ready", on=True)
    table.do("F", "remove", seat=table.seat("P1"))
    assert table.screens["W"].shown["progress"]["ready"] == 2
    table.go("dream")
    assert table.screens["W"].shown["progress"]["ready"] == 0


def test_V6_what_wrote_says_is_never_more_than_the_people_there_are() -> None:
    table = future(people=6)
    written(table, *(f"P{i}" for i in range(1, 7)))
    for i in range(1, 4):
        table.do("F", "remove", seat=table.seat(f"P{i}"))
    assert said(table)[:2] == (3, pile(5))


def test_V6_a_reveal_begins_a_lanes_count_again_and_says_that_it_was_revealed() -> None:
    table = future(people=6)
    first = written(table, "P1", "P2", "P3")
    table.do("F", "reveal", **CRITIQUE)
    assert said(table) == (3, {}, [AGAIN])
    late = written(table, "P4", "P5")
    assert said(table) == (5, {}, [AGAIN]), "what little came later is not told, and can be revealed"
    late += written(table, "P6")
    assert said(table) == (5, pile(3), [TOLD])
    table.do("F", "reveal", **CRITIQUE)
    assert {table.note(note).reach for note in (*first, *late)} == {"all"}


def test_V6_a_lane_of_an_earlier_round_is_listed_by_its_count_or_by_what_the_facilitator_wrote() -> None:
    table = future()
    table.host("H1")
    table.go("dream")
    dream = {"sheet": "columns", "lane": "dream", "again": False}
    notes = written(table, "P1", "P2")
    assert said(table)[2] == [dream]
    notes += written(table, "P3")
    assert said(table)[2] == [TOLD, dream]
    table.do("P3", "delete", note=notes[-1])
    assert said(table)[2] == [TOLD, dream], "nothing is told of a note that is taken away"
    table.do("F", "reveal", **CRITIQUE)
    assert {table.note(note).reach for note in notes[:2]} == {"all"}
    assert said(table)[2] == [dream]
    table.write("F", **CRITIQUE, as_=table.seat("H1"))
    assert said(table)[2] == [TOLD, dream]


def test_V6_nothing_is_said_of_a_lane_that_may_not_be_revealed_yet() -> None:
    table = future()
    written(table, "P1", "P2", "P3", lane="dream")
    assert said(table) == (3, {}, [TOLD])
    table.go("dream")
    table.tidy(later=GRID)
    assert said(table)[1] == {"columns": {"dream": 3}}, "what was written ahead lies there"


def test_V6_nobodys_note_changes_anything_that_others_are_sent() -> None:
    table = future()
    for who in ("P1", "P1", "P2", "P3", "P4"):
        table.write(who, **CRITIQUE)
        assert {one for one, _ in table.fresh} == {who}


def test_V6_while_people_have_the_floor_in_turn_no_pile_is_shown() -> None:
    table = Table("historievaerksted", people=4)
    table.go("write")
    for who in ("P1", "P2", "P3"):
        table.write(who, sheet="timeline", lane="elsewhere")
    table.tidy(later=GRID)
    assert said(table) == (3, {"timeline": {"elsewhere": 3}}, [])
    table.go("place")
    assert said(table)[1] == {}
    table.go("picture")
    table.go("write")
    assert said(table) == (3, {}, []), "its lanes' counts began again when the turn was over"


def test_V6_S4_what_is_counted_is_in_a_snapshot() -> None:
    table = future()
    written(table, "P1", "P2", "P3")
    board = wire.unpack_board(wire.pack_board(table.board))
    assert (board.writers, board.counts) == (table.board.writers, table.board.counts)
