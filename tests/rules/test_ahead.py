"""A workshop that waits for its day, and private notes for it days ahead (R37)."""

from __future__ import annotations

import pytest

from board_schema import decide
from board_schema.board import DAY, IDLE_CLOSE, MINUTE, MOST_AHEAD
from tests.rules.checks import check_all
from tests.rules.files import changed_file, refusal
from tests.rules.play import ENDING, STEMS, Table, bundled

WITH = [stem for stem in STEMS if bundled(stem).ahead]
PREPARED = "skrevet hjemme"


def invited(stem: str, *, days: int = 20) -> Table:
    """A workshop that waits for a day, and nobody but its facilitator."""
    table = Table(stem, people=0)
    table.do("F", "setup", day=table.now + days * DAY)
    return table


def test_R37_the_workshops_with_private_notes_may_be_prepared() -> None:
    assert WITH == ["dilemmavaerksted", "fortids-og-fremtidsvaerksted", "fremtidsvaerksted", "historievaerksted"]


@pytest.mark.parametrize("stem", ENDING)
def test_R37_a_workshop_is_open_until_a_day_after_its_day_and_kept_from_then_on(stem: str) -> None:
    table = invited(stem)
    day = table.board.day
    table.now = day + IDLE_CLOSE - 1
    assert not decide.tidy(table.board, table.now)
    assert decide.due(table.board) == day + IDLE_CLOSE
    assert decide.tidy(table.board, day + IDLE_CLOSE)
    assert table.board.expires() == day + table.board.keep
    shown = table.screens["F"].shown["board"]
    assert (shown["day"], shown["ahead"]) == (day, True)


@pytest.mark.parametrize("stem", WITH)
def test_R37_who_writes_ahead_finds_the_notes_in_the_round_and_nobody_else_is_sent_a_byte_of_them(stem: str) -> None:
    table = invited(stem)
    table.join("P1")
    table.join("P2")
    me = table.screens["P1"].own["me"]
    assert me["scene"] == "write"
    opened = me["write"]
    item = table.method.round(table.method.ahead)
    assert (opened["sheet"], opened["reach"]) == (item.sheet, "own")
    lane = item.lanes[0] if item.lanes else ""
    note = table.write("P1", sheet=opened["sheet"], lane=lane, row=opened["row"], text=PREPARED)
    assert table.board.notes[note].reach == "own"
    assert table.board.notes[note].lane == lane
    table.now = table.board.day
    table.do("F", "round", to=item.id, confirm=True)
    mine = table.screens["P1"].own[f"mine:{note}"]
    assert (mine["text"], mine["draft"]) == (PREPARED, True)
    for other in ("F", "P2", "W"):
        assert not [frame for frame in table.screens[other].frames if PREPARED.encode() in frame], other
    assert not table.board.ahead


@pytest.mark.parametrize("stem", WITH)
def test_R37_without_a_day_nobody_is_invited_to_write_before_the_round(stem: str) -> None:
    table = Table(stem)
    assert table.screens["P1"].own["me"]["write"] is None


def test_R37_who_listens_writes_nothing_ahead() -> None:
    table = invited("fremtidsvaerksted")
    table.join("L1", role="listener")
    assert table.screens["L1"].own["me"]["write"] is None


def test_R37_coming_early_starts_no_clock_and_beginning_does() -> None:
    table = invited("historievaerksted")
    table.join("P1")
    assert table.board.ends_at == 0
    table.now = table.board.day
    table.do("F", "round", to=table.board.round)
    assert table.board.ends_at == table.now + table.method.round(table.board.round).minutes * MINUTE
    assert not table.board.ahead
    assert table.board.day, "files still tell the day"


def test_R37_setting_the_day_once_more_makes_it_wait_again_and_none_ends_the_waiting() -> None:
    table = invited("dilemmavaerksted")
    day = table.board.day
    table.do("F", "round", to="write")
    assert not table.board.ahead
    table.do("F", "setup", title="Nyt")
    assert (table.board.day, table.board.ahead) == (day, False), "another setting leaves it as it is"
    table.do("F", "setup", day=day)
    assert table.board.ahead
    table.do("F", "setup", day=0)
    assert (table.board.day, table.board.ahead) == (0, False)


def test_R37_a_closed_workshop_waits_no_longer() -> None:
    table = invited("dilemmavaerksted", days=60)
    table.do("F", "close")
    assert table.board.expires() == table.board.last_at + table.board.keep


def test_R37_a_day_is_to_come_and_not_too_far() -> None:
    table = Table("dilemmavaerksted")
    assert table.refused("F", "setup", day=table.now - 1) == "day_past"
    assert table.refused("F", "setup", day=table.now + MOST_AHEAD + DAY) == "day_far"
    assert table.refused("P1", "setup", day=table.now + DAY) == "role"
    assert table.board.day == 0


def test_R37_what_keeps_nothing_has_no_day() -> None:
    table = Table("check-in")
    assert table.refused("F", "setup", day=table.now + DAY) == "nothing_kept"


@pytest.mark.parametrize(
    ("named", "says"),
    [("writ", "there is no round `writ`"), ("welcome", "nobody writes for themselves")],
)
def test_R37_a_method_that_may_be_written_for_names_a_round_of_private_notes(named: str, says: str) -> None:
    text = changed_file("dilemmavaerksted", ('\nahead = "write"', f'\nahead = "{named}"'))
    told = refusal(text, says)
    assert (told.field, told.line) == ("ahead", text[: text.index("ahead =")].count("\n") + 1)


def come_home(stem: str, people: int = 5) -> Table:
    """A workshop that waits for its day, for which all have written a note at home."""
    table = invited(stem)
    opened: dict[str, str] = {}
    for at in range(1, people + 1):
        table.join(f"P{at}")
        opened = table.me(f"P{at}")["write"]
        item = table.method.round(table.method.ahead)
        table.write(f"P{at}", sheet=opened["sheet"], lane=item.lanes[0] if item.lanes else "", row=opened["row"])
    table.now = table.board.day
    return table


def begins(table: Table, here: set[str], **to: object) -> None:
    """The day begins while only these are connected, as the machine tells `decide`."""
    table.here = {table.seat(who) for who in here}
    table.do("F", "round", to=table.board.round, confirm=True, **to)
    check_all(table)


def queued(table: Table) -> set[str]:
    return {
        table.named(seat)
        for key, turn in table.screens["F"].shown.items()
        if key.startswith("turn:") and turn["scope"] != "groups"
        for seat in (turn["holder"], *turn["queue"])
        if seat
    }


@pytest.mark.parametrize("stem", WITH)
def test_R37_who_wrote_ahead_and_does_not_come_is_in_no_queue_group_or_count_and_keeps_what_was_written(
    stem: str,
) -> None:
    table = come_home(stem)
    begins(table, {"P1", "P2", "P3"})
    for item in table.method.plan(table.board.leader):
        table.go(item.id)
        check_all(table)
        progress = table.screens["F"].shown["progress"]
        assert (progress["people"], progress["present"]) == (3, 3)
        assert queued(table) <= {"P1", "P2", "P3"}
        assert not [table.person(who).group for who in ("P4", "P5") if table.person(who).group]
        for lane in table.screens["F"].shown["board"]["reveal"]:
            table.do("F", "reveal", sheet=lane["sheet"], lane=lane["lane"])
        for who in ("P1", "W"):
            for absent in ("P4", "P5"):
                assert f"seat:{table.seat(absent)}" not in table.screens[who].shown
    seats = table.screens["F"].shown
    assert [seats[f"seat:{table.seat(who)}"]["away"] for who in ("P1", "P4")] == [False, True]
    theirs = [note for note in table.board.notes.values() if note.author in (table.pid("P4"), table.pid("P5"))]
    assert [note.reach for note in theirs] == ["own", "own"]


@pytest.mark.parametrize("stem", WITH)
def test_R37_who_comes_late_on_the_day_takes_part_and_finds_what_was_written(stem: str) -> None:
    table = come_home(stem)
    begins(table, {"P1", "P2", "P3"})
    turns = [item.id for item in table.method.plan(table.board.leader) if item.turn in ("people", "in_group")]
    table.go(turns[0] if turns else table.method.ahead)
    table.arrive("P4")
    check_all(table)
    assert table.screens["W"].shown["progress"]["people"] == 4
    assert f"seat:{table.seat('P4')}" in table.screens["P1"].shown
    assert [note for note in table.screens["P4"].own.values() if note.get("draft")]
    if turns:
        assert "P4" in queued(table), "as the last in a queue, in the smallest group"
    before = table.board
    table.arrive("P4")
    assert table.board is before, "who is there already comes once"


def test_R37_where_all_are_there_nobody_is_waited_for_and_a_hosted_person_never_is() -> None:
    table = come_home("historievaerksted", people=2)
    table.host("Uden telefon")
    begins(table, {"P1", "P2"})
    assert table.screens["W"].shown["progress"]["present"] == 3
    assert not [person for person in table.board.people.values() if person.away]


def test_R37_who_is_waited_for_is_put_into_no_group_and_not_given_the_floor() -> None:
    table = come_home("dilemmavaerksted")
    begins(table, {"P1", "P2", "P3", "P4"})
    table.go("present")
    assert table.refused("F", "group", seat=table.seat("P5"), group="g1") == "role"
    assert table.refused("F", "turn", act="give", seat=table.seat("P5"), scope="g1") == "no_seat"
    table.do("F", "role", seat=table.seat("P5"), role="listener")
    table.do("F", "role", seat=table.seat("P5"), role="participant")
    assert table.person("P5").group == ""
    table.do("F", "remove", seat=table.seat("P5"))
    check_all(table)


def test_R37_R30_the_part_of_who_is_waited_for_is_anybody_elses() -> None:
    table = invited("trio-forandringsdialog")
    for who in ("P1", "P2"):
        table.join(who)
    table.do("F", "hand", part="trio", seat=table.seat("P1"))
    table.now = table.board.day
    begins(table, {"P2"})
    assert table.screens["P2"].shown["part:trio"]["holders"] == []
    assert table.refused("F", "hand", part="trio", seat=table.seat("P1")) == "role"
    table.do("F", "hand", part="trio", seat=table.seat("P2"))
    assert table.screens["W"].shown["part:trio"]["holders"] == [table.seat("P2")]
