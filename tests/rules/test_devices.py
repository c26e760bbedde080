"""Devices that came back with a return link (R24): what they share with the person, and what they do not."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from board_schema import decide, fold, forgetting, view, wire
from board_schema.board import MAX_DEVICES, SHARE, Actor, Board, base_of, device_pid, number_of
from board_schema.commands import Refused, parse
from board_schema.forms.deck import JOKERS
from board_schema.rules import GRID, sight
from board_schema.shares import shares_of
from board_schema.view import Since
from tests.rules.checks import check_converged_P1
from tests.rules.mutants import Mutant, planted
from tests.rules.play import Table
from tests.rules.promises import in_place, with_rows
from tests.rules.test_cards import at_the_table

PLACE = {"sheet": "timeline", "lane": "2020"}


def comes_back(table: Table, who: str, named: str) -> None:
    """`who` comes back with a return link, on a device called `named`."""
    pid = base_of(table.pid(who))
    table.append(decide.come_back(table.board, pid), pid=pid)
    number = table.board.people[pid].returns
    table.sit(named, Actor(device_pid(pid, number), table.board.people[pid].role))
    table.show()


def own(table: Table, who: str, kind: str) -> set[str]:
    """The ids of one kind in somebody's personal layer, which patches alone have made."""
    return {key.partition(":")[2] for key in table.screens[who].own if key.startswith(f"{kind}:")}


def test_R24_a_device_that_came_back_has_no_draft_and_no_mine_of_what_was_written_before() -> None:
    table = in_place()
    draft, down, up = (table.write("P1", **PLACE) for _ in range(3))
    table.do("P1", "delete", note=down)
    table.take_turn("P1")
    table.do("P1", "place", note=up, lane="2020")
    taken = table.placed("P1")
    table.do("F", "delete", note=taken)
    comes_back(table, "P1", "D")
    assert (own(table, "P1", "mine"), own(table, "P1", "deleted"), own(table, "P1", "taken")) == (
        {draft, up},
        {down},
        {taken},
    )
    assert not own(table, "D", "mine") | own(table, "D", "deleted") | own(table, "D", "taken")
    later = table.write("P1", **PLACE)
    assert later in own(table, "P1", "mine")
    assert not own(table, "D", "mine")
    seen = b"".join(table.screens["D"].frames)
    assert draft.encode() not in seen
    assert later.encode() not in seen
    assert table.note(draft).text.encode() not in seen


def test_R24_it_is_the_same_person_in_everything_else() -> None:
    table, _ = with_rows()
    table.go("present")
    table.take_turn("P1")
    comes_back(table, "P1", "D")
    first, device = table.me("P1"), table.me("D")
    alike = ("seat", "name", "role", "group", "ready", "turn", "scope", "who_sees", "write", "place", "scene")
    assert {key: first[key] for key in alike} == {key: device[key] for key in alike}
    assert view.audience(table.board, table.actors["P1"]) == view.audience(table.board, table.actors["D"])
    table.do("D", "name", name="Anna")
    assert table.me("P1")["name"] == table.me("D")["name"] == "Anna"
    assert set(table.board.people) == {base_of(actor.pid) for actor in table.actors.values() if actor.pid}
    table.do("D", "turn", act="done")
    assert table.me("P1")["turn"] == "done"
    table.go("write")
    table.do("D", "ready", on=True)
    assert table.me("P1")["ready"]
    assert all(person.pid == pid for pid, person in table.board.people.items())
    assert table.replayed() == table.board


def test_R24_the_persons_own_devices_have_all_of_what_a_device_wrote() -> None:
    table = in_place()
    comes_back(table, "P1", "D")
    one, two, three = (table.write("D", **PLACE) for _ in range(3))
    assert own(table, "D", "mine") == own(table, "P1", "mine") == {one, two, three}
    table.do("P1", "edit", note=one, text="rettet")
    table.do("P1", "delete", note=two)
    assert own(table, "P1", "deleted") == own(table, "D", "deleted") == {two}
    table.do("P1", "restore", note=two)
    table.take_turn("P1")
    table.do("P1", "place", note=three, lane="2021")
    assert table.note(three).reach == "all"
    assert table.note(three).author == table.pid("D")
    assert "delete" in table.screens["P1"].own[f"mine:{three}"]["can"]
    assert table.me("D")["can"].count("undo") == 0, "somebody else has changed them since"


@pytest.mark.parametrize(
    ("op", "more"),
    [("edit", {"text": "x"}), ("move", {"lane": "2021"}), ("delete", {}), ("place", {"lane": "2020"}), ("restore", {})],
)
@pytest.mark.parametrize("state", ["draft", "down", "up", "taken"])
def test_R24_what_was_written_elsewhere_is_answered_like_anybody_elses(
    op: str, more: dict[str, Any], state: str
) -> None:
    """So no refusal tells a device which notes the person wrote: it is that of a stranger in the same place."""
    table = in_place()
    note = table.write("P1", **PLACE) if state in ("draft", "down") else table.placed("P1")
    if state in ("down", "taken"):
        table.do("P1" if state == "down" else "F", "delete", note=note)
    comes_back(table, "P1", "D")
    table.take_turn("P1")
    mine = table.refused("D", op, note=note, **more)
    table.take_turn("P2")
    assert mine == table.refused("P2", op, note=note, **more)
    assert table.refused("D", "undo") == "nothing_to_undo"


def test_R24_each_device_undoes_its_own_last_act_alone() -> None:
    table = in_place()
    first = table.write("P1", **PLACE)
    comes_back(table, "P1", "D")
    assert "undo" not in table.me("D")["can"]
    second = table.write("D", **PLACE)
    table.do("P1", "undo")
    assert first not in table.board.notes
    assert second in table.board.notes
    table.do("D", "undo")
    assert second not in table.board.notes


def test_R24_the_person_is_told_on_every_screen_until_it_is_read_there() -> None:
    table = in_place()
    comes_back(table, "P1", "D")
    since = table.now
    told = [{"number": 1, "since": since, "read": False}]
    assert table.screens["P1"].own["me"]["devices"] == told
    assert table.me("D")["devices"] == []
    table.now += 5_000
    comes_back(table, "P1", "E")
    assert [one["number"] for one in table.me("P1")["devices"]] == [1, 2]
    assert [one["number"] for one in table.screens["D"].own["me"]["devices"]] == [2], (
        "it may be the person's own by now"
    )
    for who in ("D", "E"):
        table.do(who, "devices", act="read", number=9)
    assert [one["read"] for one in table.me("D")["devices"]] == [True]
    assert [one["read"] for one in table.me("P1")["devices"]] == [False, False], "nobody reads it for them"
    table.do("P1", "devices", act="read", number=1)
    assert [one["read"] for one in table.me("P1")["devices"]] == [True, False]
    table.do("P1", "devices", act="read", number=2)
    assert [one["read"] for one in table.me("P1")["devices"]] == [True, True]
    assert "devices" not in str(view.view(table.board, table.method, view.Audience("facilitator")))
    assert table.replayed() == table.board


def test_R24_a_later_device_can_be_shut_out_and_an_earlier_one_cannot() -> None:
    table = in_place()
    comes_back(table, "P1", "D")
    comes_back(table, "P1", "E")
    note = table.write("E", **PLACE)
    assert table.refused("E", "devices", act="out", number=1) == "no_seat"
    assert table.refused("D", "devices", act="out", number=1) == "no_seat"
    assert table.refused("P2", "devices", act="out", number=1) == "no_seat"
    table.do("D", "devices", act="out", number=2)
    board = table.board
    assert board.by_pid(table.pid("E")) is None
    assert view.personal(board, table.method, table.actors["E"]) == {}
    with pytest.raises(Refused, match="role"):
        decide.decide(board, table.method, table.actors["E"], parse("ready", {"on": True}), table.now)
    assert note in own(table, "P1", "mine"), "what was written on it is the person's"
    table.take_turn("P1")
    table.do("P1", "place", note=note, lane="2020")
    assert board.by_pid(table.pid("D")) is not None
    comes_back(table, "P1", "G")
    assert number_of(table.pid("G")) == 3, "a number is never used again"
    assert board.by_pid(table.pid("E")) is None


@pytest.mark.parametrize("state", ["listener", "closed", "scribe"])
def test_R24_in_every_role_and_after_closing_a_device_can_be_shut_out(state: str) -> None:
    table = in_place()
    comes_back(table, "P1", "D")
    if state == "closed":
        table.do("F", "close")
    else:
        table.do("F", "role", seat=table.seat("P1"), role=state)
    table.do("P1", "devices", act="read", number=1)
    table.do("P1", "devices", act="out", number=1)
    assert table.me("P1")["devices"] == []


def test_R24_only_who_has_a_phone_comes_back_and_at_most_twenty_devices_are_in() -> None:
    table = in_place()
    table.host("H1")
    table.join("gone")
    table.do("F", "remove", seat=table.seat("gone"))
    for who in ("F", "H1", "gone"):
        with pytest.raises(Refused, match="no_seat"):
            decide.come_back(table.board, table.pid(who))
    for i in range(MAX_DEVICES):
        comes_back(table, "P1", f"D{i}")
    with pytest.raises(Refused, match="full"):
        decide.come_back(table.board, table.pid("P1"))
    table.do("P1", "devices", act="out", number=7)
    assert decide.come_back(table.board, table.pid("P1"))


def test_R24_V6_counts_are_of_the_person() -> None:
    table = Table("fremtidsvaerksted", people=3)
    table.go("critique")
    comes_back(table, "P1", "D")
    comes_back(table, "P1", "E")
    for who in ("P1", "D", "E"):
        table.write(who, sheet="columns", lane="critique")
    assert table.board.writers["critique"].keys() == {table.pid("P1")}
    table.tidy(later=GRID)
    progress = table.screens["F"].shown["progress"]
    assert (progress["wrote"], progress["piles"]) == (0, {}), "three devices are not three people"
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert {note.reach for note in table.board.notes.values()} == {"all"}


def test_R24_R18_a_device_is_not_told_by_its_share_how_much_the_person_wrote() -> None:
    table = Table("fremtidsvaerksted", people=3)
    table.go("critique")
    comes_back(table, "P1", "D")
    own_note = table.write("P1", sheet="columns", lane="critique")
    mine = {f"nt{i:012}": replace(table.note(own_note), id=f"nt{i:012}") for i in range(SHARE)}
    table.board = replace(table.board, notes={**table.board.notes, **mine})
    table.board = replace(table.board, shares=shares_of(table.board))
    given = {"text": "x", "sheet": "columns", "lane": "critique"}
    assert table.refused("P1", "write", note=table.new_note(), **given) == "share"
    table.do("D", "write", note=table.new_note(), **given)
    theirs = {
        f"ntd{i:012}": replace(mine["nt000000000000"], id=f"ntd{i:012}", author=table.pid("D")) for i in range(SHARE)
    }
    table.board = replace(table.board, notes=theirs)
    table.board = replace(table.board, shares=shares_of(table.board))
    assert table.refused("D", "write", note=table.new_note(), **given) == "share"
    table.do("P1", "write", note=table.new_note(), **given)


def test_R24_R6_a_listeners_drafts_stay_drafts_whichever_device_wrote_them() -> None:
    table = Table("fremtidsvaerksted", people=3)
    table.go("critique")
    comes_back(table, "P1", "D")
    note = table.write("D", sheet="columns", lane="critique")
    table.do("F", "role", seat=table.seat("P1"), role="listener")
    assert table.screens["D"].own["me"]["role"] == "listener"
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert table.note(note).reach == "own"
    table.do("P1", "delete", note=note)
    table.do("D", "restore", note=note)


def test_R24_R21_who_is_removed_is_removed_with_all_their_devices() -> None:
    table = in_place()
    comes_back(table, "P1", "D")
    draft, down = table.write("D", **PLACE), table.write("D", **PLACE)
    table.do("D", "delete", note=down)
    up = table.write("D", **PLACE)
    table.take_turn("P1")
    table.do("D", "place", note=up, lane="2020")
    tab, device = table.tabs["D"][0], table.actors["D"]
    table.do("F", "remove", seat=table.seat("P1"))
    board = table.board
    person = board.by_pid(device.pid)
    assert person is not None
    assert person.gone
    assert (person.returns, person.devices, person.read) == (0, (), 0)
    assert draft not in board.notes
    assert down not in board.bin
    assert up in board.notes
    assert device.pid not in board.acts
    assert (board.tabs[tab].digests, board.tabs[tab].trusted) == ({}, board.tabs[tab].n)
    assert view.personal(board, table.method, device) == {}
    with pytest.raises(Refused, match="role"):
        decide.decide(board, table.method, device, parse("devices", {"act": "read", "number": 1}), table.now)


def test_R24_R14_sealing_leaves_nothing_of_devices() -> None:
    table = in_place()
    comes_back(table, "P1", "D")
    note = table.placed("D")
    table.do("F", "close")
    table.do("F", "seal")
    assert table.note(note).author == ""
    packed = wire.pack_board(table.board)
    assert base_of(table.pid("D")).encode() not in packed
    assert table.board.by_pid(table.pid("D")) is None


def test_R24_every_screen_of_a_person_ends_as_a_fresh_one_would() -> None:
    table = in_place()
    comes_back(table, "P1", "D")
    comes_back(table, "P2", "E")
    for i in range(40):
        who = table.rng.choice(["P1", "P2", "D", "E"])
        mine = sorted(own(table, who, "mine"))
        if mine and i % 3 == 0:
            table.do(who, "delete", note=table.rng.choice(mine))
        elif (back := sorted(own(table, who, "deleted"))) and i % 4 == 1:
            table.do(who, "restore", note=table.rng.choice(back))
        elif i % 7 == 2:
            table.do("F", "role", seat=table.seat("P1") if i % 2 else table.seat("P2"), role="scribe")
        else:
            table.write(who, **PLACE)
        check_converged_P1(table)


def test_R24_a_pid_that_no_board_has_given_is_nobodys() -> None:
    table = in_place()
    comes_back(table, "P1", "D")
    for pid in ("", device_pid(table.pid("P1"), 2), device_pid("pidstranger", 1), f"{table.pid('D')}~1"):
        assert table.board.by_pid(pid) is None


def test_R24_a_change_concerns_all_devices_of_its_person() -> None:
    table = in_place()
    comes_back(table, "P1", "D")
    first, device = table.pid("P1"), table.pid("D")
    for who, act in (("D", lambda: table.write("D", **PLACE)), ("P1", lambda: table.do("P1", "name", name="Ann"))):
        before = table.board
        act()
        touched = view.Since(before, table.board).touched()
        assert touched is not None
        assert {first, device} <= touched, who
        assert table.pid("P2") not in touched


BUGS = {
    "a device has what the person wrote": Mutant(
        "", sight.own_pids, "return {person.pid}\n", "return {person.pid, base_of(person.pid)}\n",
        test_R24_a_device_that_came_back_has_no_draft_and_no_mine_of_what_was_written_before,
    ),
    "the person has not what a device wrote": Mutant(
        "", sight.own_pids, "range(person.returns)", "range(0)",
        test_R24_the_persons_own_devices_have_all_of_what_a_device_wrote,
    ),
    "a device shuts out the ones before it": Mutant(
        "", sight.later_devices, "> number_of(person.pid)", "> 0",
        test_R24_a_later_device_can_be_shut_out_and_an_earlier_one_cannot,
    ),
    "a device that is shut out stays in": Mutant(
        "", Board.by_pid, "return person if known else None", "return person",
        test_R24_a_later_device_can_be_shut_out_and_an_earlier_one_cannot,
    ),
    "a device reads for the person": Mutant(
        "", fold._having_read, "if pid == person.pid:", "if True:",
        test_R24_the_person_is_told_on_every_screen_until_it_is_read_there,
    ),
    "a removed person's device keeps its drafts": Mutant(
        "", forgetting.removed, "base_of(note.author) in seats", "note.author in seats",
        test_R24_R21_who_is_removed_is_removed_with_all_their_devices,
    ),
    "devices count as people": Mutant(
        "", fold._written, "board.people.get(base_of(note.author))", "board.author(note)",
        test_R24_V6_counts_are_of_the_person,
    ),
    "a device hears nothing of its person": Mutant(
        "", Since.touched, "who.update(device_pid(", "set().update(device_pid(",
        test_R24_a_change_concerns_all_devices_of_its_person,
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
def test_T2_R24_the_planted_bug_is_noticed(bug: str) -> None:
    with planted(BUGS[bug]):
        try:
            BUGS[bug].caught_by()
        except (AssertionError, KeyError):
            return
    pytest.fail(f"nobody noticed: {bug}")


def test_R24_D5_a_device_that_came_back_is_told_of_a_joker_only_once_all_see_it() -> None:
    table = at_the_table(to="gallery")
    joker = table.write("P1", sheet="table", lane=JOKERS)
    comes_back(table, "P1", "D")
    table.do("P1", "claim", note=joker, on=True)
    check_converged_P1(table)
    assert (table.me("P1")["card"], table.me("D")["card"]) == (joker, "")
    assert joker.encode() not in b"".join(table.screens["D"].frames)
    table.go("tell")
    table.take_turn("P1")
    table.do("P1", "place", note=joker, lane=JOKERS)
    check_converged_P1(table)
    assert table.screens["D"].own["me"]["card"] == joker
