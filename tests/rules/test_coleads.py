"""Co-facilitators (R27): what they may do, what they see, and that it ends."""

from __future__ import annotations

import pytest

from board_schema import decide, events
from board_schema.board import Actor, device_pid
from board_schema.commands import Refused
from tests.rules.play import Table
from tests.rules.promises import in_place
from tests.rules.test_decide import turned_down

PLACE = {"sheet": "timeline", "lane": "2020"}


def opens(table: Table, who: str, named: str) -> None:
    """Co-facilitator `who` opens the console, on a device called `named`."""
    happened = decide.lend(table.board, table.pid(who))
    table.append(happened, pid=table.pid(who))
    leader = table.pid("F")
    table.sit(named, Actor(device_pid(leader, table.board.people[leader].returns), "facilitator"))
    table.show()


def named(people: int = 3, **more: int) -> Table:
    """A history workshop in its turn round, where P1 has the console too, on G."""
    table = in_place(people, **more)
    table.do("F", "colead", seat=table.seat("P1"), on=True)
    opens(table, "P1", "G")
    return table


def test_R27_a_co_facilitator_keeps_their_seat_and_drafts_and_leads() -> None:
    table = in_place()
    draft = table.write("P1", **PLACE)
    before = table.me("P1")
    table.do("F", "colead", seat=table.seat("P1"), on=True)
    opens(table, "P1", "G")
    after = table.me("P1")
    assert {**before, "leads": True} == after
    assert f"mine:{draft}" in table.screens["P1"].own
    assert f"mine:{draft}" not in table.screens["G"].own
    assert table.me("G")["lent"] == table.seat("P1")
    assert table.me("F")["lent"] == ""
    assert all(screen.shown[f"seat:{table.seat('P1')}"]["leads"] for screen in table.screens.values())
    table.do("G", "round", to="picture", confirm=True)
    assert table.board.round == "picture"
    assert table.screens["G"].shown == table.screens["F"].shown


def test_R27_V3_neither_sees_the_others_drafts() -> None:
    table = named()
    theirs, mine = table.write("G", **PLACE), table.write("F", **PLACE)
    for who, note, other in (("F", theirs, "G"), ("G", mine, "F")):
        assert f"mine:{note}" in table.screens[other].own
        assert f"mine:{note}" not in table.screens[who].own
        assert table.note(note).text.encode() not in b"".join(table.screens[who].frames)
        turned_down(table, who, "delete", "no_note", note=note)


def test_R27_both_write_for_somebody_without_a_phone() -> None:
    table = named()
    table.do("F", "person", seat="gerdaseat", name="Gerda")
    note = table.write("F", **PLACE, **{"as": "gerdaseat"})
    assert f"mine:{note}" in table.screens["G"].own
    table.do("G", "turn", act="give", seat="gerdaseat")
    table.do("G", "place", note=note, lane="2020", **{"as": "gerdaseat"})
    assert table.note(note).reach == "all"


def test_R27_a_co_facilitator_names_nobody() -> None:
    table = named()
    assert "colead" in table.me("F")["can"]
    assert "colead" not in table.me("G")["can"]
    for on in (True, False):
        for who in ("P1", "P2"):
            turned_down(table, "G", "colead", "role", seat=table.seat(who), on=on)
    turned_down(table, "P1", "colead", "role", seat=table.seat("P2"), on=True)
    turned_down(table, "G", "devices", "no_seat", act="out", number=1)


@pytest.mark.parametrize("ending", ["named", "listener", "removed"])
def test_R27_it_ends_at_once(ending: str) -> None:
    table = named()
    seat = table.seat("P1")
    match ending:
        case "named":
            table.do("F", "colead", seat=seat, on=False)
        case "listener":
            table.do("G", "role", seat=seat, role="listener")
        case _:
            table.do("F", "remove", seat=seat)
    assert table.board.by_pid(table.actors["G"].pid) is None
    assert not table.board.people[table.pid("F")].devices
    turned_down(table, "G", "round", "role", to="picture", confirm=True)
    with pytest.raises(Refused, match="role"):
        decide.lend(table.board, table.actors["P1"].pid)


def test_R27_a_scribe_may_and_a_listener_and_somebody_hosted_may_not() -> None:
    table = in_place(listeners=1, scribes=1)
    table.do("F", "person", seat="gerdaseat", name="Gerda")
    table.do("F", "colead", seat=table.seat("S1"), on=True)
    for seat in (table.seat("L1"), "gerdaseat", table.seat("F")):
        turned_down(table, "F", "colead", "role", seat=seat, on=True)
    turned_down(table, "F", "colead", "no_seat", seat="nobody", on=True)


def test_R27_a_co_facilitator_has_one_console_at_a_time() -> None:
    table = named()
    old = table.actors["G"].pid
    happened = decide.lend(table.board, table.pid("P1"))
    assert [type(event) for event in happened] == [events.DeviceOut, events.Lent]
    opens(table, "P1", "H")
    assert table.board.by_pid(old) is None
    assert table.replayed() == table.board


def test_R27_nobody_opens_a_console_of_a_closed_workshop() -> None:
    table = named()
    table.do("F", "close")
    with pytest.raises(Refused, match="closed"):
        decide.lend(table.board, table.pid("P1"))
