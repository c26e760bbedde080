"""R18: what one person writes takes nothing of what others may write, and nobody learns of anybody's drafts by it."""

from typing import Any

import pytest
from msgspec.structs import replace

from board_schema import shares
from board_schema.board import LEAD_SHARE, LEAST_SHARE, MAX_DRAFTS, MAX_KEPT, MAX_NOTES, SHARE, Note
from board_schema.commands import Refused
from board_schema.view import Audience
from tests.rules.play import Table
from tests.rules.promises import in_place

CRITIQUE = {"sheet": "columns", "lane": "critique"}


def future(people: int = 3, **more: Any) -> Table:
    table = Table("fremtidsvaerksted", people=people, show=False, **more)
    table.go("critique")
    return table


def fill(table: Table, count: int, pid: str, reach: Any = "own") -> None:
    """Notes of somebody on the board, as if written one by one."""
    number = len(table.board.notes)
    more = {
        f"fill{number + i}": Note(
            id=f"fill{number + i}", author=pid, kind="note", text="x", sheet="columns", lane="critique", reach=reach
        )
        for i in range(count)
    }
    board = replace(table.board, notes={**table.board.notes, **more})
    table.board = replace(board, shares=shares.shares_of(board))


def told(table: Table) -> bool:
    """What the facilitator is told."""
    return bool(table.view(Audience("facilitator"))["board"]["at_share"])


def test_R18_who_fills_their_share_is_refused_and_nobody_else_is() -> None:
    table = future()
    fill(table, SHARE - 1, table.pid("P1"))
    assert not told(table)
    last = table.write("P1", **CRITIQUE)
    assert told(table), "the facilitator hears that somebody is at their share"
    with pytest.raises(Refused, match="share"):
        table.write("P1", **CRITIQUE)
    for lane in ("dream", ""):
        with pytest.raises(Refused, match="share"):
            table.write("P1", sheet="columns", lane=lane)
    for who in ("P2", "P3", "F"):
        table.write(who, **CRITIQUE)
    table.do("P1", "edit", note=last, text="rettet")
    table.do("P1", "delete", note=last)
    assert table.refused("P1", "write", note=table.new_note(), text="x", **CRITIQUE) == "share", "it can come back"
    table.do("P1", "restore", note=last)
    table.do("P1", "delete", note=last)
    table.tidy(later=10 * 60_000)
    table.write("P1", **CRITIQUE)
    table.do("P1", "undo")
    assert told(table)
    table.go("critique")
    assert not told(table), "a round begins with nobody said to be there"


def test_R18_what_was_raised_stays_in_its_authors_share() -> None:
    table = future()
    fill(table, SHARE, table.pid("P1"))
    table.do("F", "reveal", **CRITIQUE)
    assert table.refused("P1", "write", note=table.new_note(), text="x", **CRITIQUE) == "share"


def test_R18_the_facilitator_and_scribes_have_a_larger_share_and_each_hosted_person_an_own_one() -> None:
    table = future(scribes=1)
    table.host("H1")
    for who in ("F", "S1"):
        fill(table, LEAD_SHARE - 1, table.pid(who))
        table.write(who, **CRITIQUE)
        assert table.refused(who, "write", note=table.new_note(), text="x", **CRITIQUE) == "share"
    fill(table, SHARE - 1, table.pid("H1"))
    seat = table.seat("H1")
    table.write("F", **CRITIQUE, as_=seat)
    assert table.refused("F", "write", note=table.new_note(), text="x", **CRITIQUE, as_=seat) == "share"


@pytest.mark.parametrize("act", ["remove", "role"])
def test_R18_V6_nothing_that_is_done_to_somebody_tells_whether_it_is_they_who_are_at_their_share(act: str) -> None:
    for who in ("P1", "P2"):
        table = future()
        fill(table, SHARE - 1, table.pid("P1"))
        table.write("P1", **CRITIQUE)
        assert told(table)
        more = {"role": "scribe"} if act == "role" else {}
        table.do("F", act, seat=table.seat(who), **more)
        assert told(table)


def test_R18_V6_a_smaller_share_by_another_role_is_told_to_nobody_else() -> None:
    table = future()
    table.do("F", "role", seat=table.seat("P1"), role="scribe")
    fill(table, SHARE, table.pid("P1"))
    table.do("F", "role", seat=table.seat("P1"), role="participant")
    assert not told(table)


def test_R18_V6_drafts_of_a_flood_leave_room_for_everybody_and_full_counts_what_is_up() -> None:
    """120 seats write all they can into a lane that is not open: nobody else notices."""
    table = future(people=122)
    for i in range(3, 123):
        fill(table, SHARE if sum(table.board.shares.drafts.values()) < MAX_DRAFTS else 0, table.pid(f"P{i}"))
    assert sum(table.board.shares.drafts.values()) == MAX_DRAFTS
    for _ in range(LEAST_SHARE + 5):
        table.write("P1", **CRITIQUE)
    fresh = table.write("F", **CRITIQUE)
    table.do("F", "reveal", **CRITIQUE)
    assert table.note(fresh).reach == "all", "a reveal raises everything"


@pytest.mark.parametrize("others", [0, 1, 100, 199])
def test_R18_V6_how_many_drafts_one_may_have_depends_on_how_many_are_there_and_not_on_what_they_wrote(
    others: int,
) -> None:
    """An attacker who has all seats but one fills them up, and learns nothing of the last one's drafts."""
    people = 60
    table = future(people=people)
    each = MAX_DRAFTS // (people + 1)
    for i in range(2, people + 1):
        fill(table, each - 1, table.pid(f"P{i}"))
    fill(table, others, table.pid("P1"))
    for i in range(2, people + 1):
        table.write(f"P{i}", **CRITIQUE)
        assert table.refused(f"P{i}", "write", note=table.new_note(), text="x", **CRITIQUE) == "share"
    table.do("F", "reveal", **CRITIQUE)
    table.write("P2", **CRITIQUE)


def test_R18_everybody_may_have_some_drafts_however_many_are_there() -> None:
    table = future(people=MAX_DRAFTS // LEAST_SHARE + 10)
    fill(table, LEAST_SHARE - 1, table.pid("P1"))
    table.write("P1", **CRITIQUE)
    assert table.refused("P1", "write", note=table.new_note(), text="x", **CRITIQUE) == "share"


def test_R18_what_would_go_up_is_full_and_a_draft_is_not() -> None:
    table = in_place(show=False)
    table.take_turn("P1")
    draft = table.write("P1", sheet="timeline", lane="2020")
    fill(table, MAX_NOTES, "x", "all")
    assert table.refused("P1", "place", note=draft, lane="2020") == "full"
    table.write("P1", sheet="timeline", lane="2020")
    table.do("F", "delete", note="fill5")
    assert table.refused("P1", "place", note=draft, lane="2020") == "full", "the facilitator can put it up again"
    table.go("picture")
    given = {"kind": "heading", "sheet": "timeline", "lane": "2018", "until": "2019"}
    assert table.refused("F", "write", note=table.new_note(), text="Tid", **given) == "full"


def test_R18_a_programme_has_room_for_years() -> None:
    table = Table("forloeb", people=1)
    table.go("trials")
    table.show_frames = False
    fill(table, MAX_KEPT - 1, "", "all")
    trial = {"sheet": "trials", "lane": "proposed", "text": "Rolig overlevering"}
    table.do("F", "write", note=table.new_note(), **trial)
    assert table.refused("F", "write", note=table.new_note(), **trial) == "full"


def test_R18_the_numbers_are_those_of_the_notes_there_are() -> None:
    table = future()
    notes = [table.write(who, **CRITIQUE) for who in ("P1", "P1", "P2", "P3")]
    table.do("P1", "delete", note=notes[0])
    table.do("F", "reveal", **CRITIQUE)
    table.do("F", "delete", note=notes[2])
    table.do("P3", "delete", note=notes[3])
    found = table.board.shares
    assert found == shares.shares_of(table.board)
    assert found.notes == {table.pid("P1"): 2, table.pid("P2"): 1, table.pid("P3"): 1}
    assert (found.drafts, found.up) == ({table.pid("P1"): 1}, 2)
    table.do("F", "remove", seat=table.seat("P1"))
    assert table.board.shares == shares.shares_of(table.board)
