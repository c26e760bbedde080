"""Handing on (R42): three entries in two logs, each of which may be decided again and is not done twice."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace

from board_schema import decide, wire
from board_schema.board import DAY as DAY_MS
from board_schema.board import IDLE_SITTING, MAX_KEPT, MAX_PICKS, Board, Shares
from board_schema.commands import Refused
from board_schema.decide import LATE
from board_schema.decide import handing as of_handing
from board_schema.decide.copies import copy
from board_schema.events import Entry, HandedOn, NotePut, NoteRemoved, StartedFrom
from board_schema.fold import fold
from board_schema.handed import Handing
from board_schema.method_file import parse
from tests.rules import checks
from tests.rules.files import changed, refusal
from tests.rules.handings import (
    DAY,
    PROGRAMME,
    RECEIVING,
    hand_on,
    handed_over,
    lying,
    over,
    pick,
    programme,
    put,
    take_in,
    to_picking,
)
from tests.rules.play import Table, text_of


def workshop(*, picks: int = 2, **more: Any) -> tuple[Table, list[str]]:
    """A workshop with something picked, and the ids of that."""
    table = Table("fremtidsvaerksted", people=2, scribes=1, listeners=1, **more)
    critique = [put(table, sheet="columns", lane="critique") for _ in range(picks)]
    to_picking(table)
    return table, [pick(table, one, text=f"Punkt {i}") for i, one in enumerate(critique)]


def texts(there: Table) -> list[str]:
    return sorted(note.text for note in there.board.notes.values() if note.lane == "tray")


def test_R42_what_was_picked_lies_there_by_what_it_becomes_and_one_note_tells_of_the_workshop() -> None:
    table, _ = workshop()
    pick(table, lane="trials", text="Vi prøver")
    pick(table, lane="lifts", text="Til MED")
    pick(table, lane="sessions", text="Et dilemma")
    there = programme()
    handed_over(table, there)
    found = {note.lane: note for note in there.board.notes.values()}
    assert {lane: note.text for lane, note in found.items() if lane != "tray"} == {
        "trials": "Vi prøver",
        "lifts": "Til MED",
        "planned": "Et dilemma",
        "held": table.board.title,
    }
    assert texts(there) == ["Punkt 0", "Punkt 1"]
    (held,) = found["held"].sources
    assert (held.session, held.day, held.count) == (table.method.title["da"], DAY, 0)
    assert found["held"].fields == {"day": DAY, "points": "5"}
    assert all(note.author == "" and note.reach == "all" for note in there.board.notes.values())
    checks.check_all(there)


def test_R42_a_second_handing_brings_only_what_is_new_and_counts_it() -> None:
    table, _ = workshop()
    there = programme()
    handed_over(table, there)
    assert hand_on(table) is None, "nothing is new"
    pick(table, text="Punkt 2")
    handed_over(table, there)
    assert texts(there) == ["Punkt 0", "Punkt 1", "Punkt 2"]
    (held,) = lying(there, "held")
    assert held.fields["points"] == "3"


def test_R42_another_programme_gets_all_of_it() -> None:
    table, _ = workshop()
    first, second = programme(), programme(seed=78)
    handed_over(table, first)
    handed_over(table, second, to="programme0002")
    assert texts(first) == texts(second)
    assert not set(first.board.notes) & set(second.board.notes), "nobody can tell from an id that it is the same"


@pytest.mark.parametrize("order", sorted(set(permutations(("take", "take", "over", "over")))))
def test_R42_each_step_may_be_done_again_in_any_order(order: tuple[str, ...]) -> None:
    table, _ = workshop()
    there = programme()
    what = hand_on(table)
    assert what
    for step in order:
        if step == "take":
            assert take_in(there, what) == ""
        else:
            over(table, what)
    assert texts(there) == ["Punkt 0", "Punkt 1"]
    assert [each.state for each in table.board.handings.values()] == ["done"]
    assert lying(there, "held")[0].fields["points"] == "2"
    assert sum(isinstance(e, HandedOn) for packed in table.log for e in wire.unpack_entry(packed).events) == 1


def test_R42_what_the_programme_has_changed_or_deleted_since_does_not_come_again() -> None:
    table, _ = workshop()
    there = programme()
    what = hand_on(table)
    assert what
    assert take_in(there, what) == ""
    first, second = lying(there, "tray")
    there.do("F", "edit", note=first.id, text="Omskrevet")
    there.do("F", "delete", note=second.id)
    there.do("F", "move", note=first.id, lane="trials")
    assert take_in(there, what) == ""
    forgotten = replace(there.board, received=())  # an intent that a fail-over lost is made again
    assert not [e for e in of_handing.take_in(forgotten, there.method, what) if isinstance(e, NotePut)]
    assert texts(there) == []
    assert [note.text for note in lying(there, "trials")] == ["Omskrevet"]


def test_R42_the_note_about_a_workshop_does_not_come_again_when_the_programme_has_forgotten_that_it_deleted_it() -> (
    None
):
    table, _ = workshop()
    there = Table("forloeb", people=0, seed=77)
    there.do("F", "sitting", on=True)
    handed_over(table, there)
    (held,) = lying(there, "held")
    there.do("F", "delete", note=held.id)
    there.do("F", "sitting", on=False)
    assert held.id not in there.board.bin
    pick(table, text="Et punkt til")
    handed_over(table, there)
    assert lying(there, "held") == []
    assert texts(there) == ["Et punkt til", "Punkt 0", "Punkt 1"]


def test_R42_the_same_notes_have_the_same_ids_whenever_they_are_handed_on() -> None:
    table, _ = workshop()
    before = hand_on(table)
    assert before
    over(table, before, "full")
    table.do("F", "close")
    table.do("F", "seal")
    after = hand_on(table)
    assert after
    assert (after.id, [item.id for item in after.items]) == (before.id, [item.id for item in before.items])


def test_R42_a_programme_that_is_full_takes_nothing_and_the_notes_can_be_handed_on_later() -> None:
    table, picks = workshop()
    there = programme()
    what = hand_on(table)
    assert what
    room = there.board
    there.board = replace(room, shares=Shares(up=MAX_KEPT - 2))
    assert take_in(there, what) == "full"
    over(table, what, "full")
    assert table.screens["F"].shown["board"]["handings"] == [
        {"programme": PROGRAMME, "title": "Vores forløb", "count": 2, "state": "full"}
    ]
    assert table.screens["F"].shown[f"note:{picks[0]}"]["handed"] == []
    there.board = room
    handed_over(table, there)
    assert texts(there) == ["Punkt 0", "Punkt 1"]
    assert [each.state for each in table.board.handings.values()] == ["done"]


def test_R42_a_handing_that_was_thought_to_have_failed_and_had_not_is_done_and_nothing_is_twice() -> None:
    table, _ = workshop()
    there = programme()
    what = hand_on(table)
    assert what
    over(table, what, "full")
    assert take_in(there, what) == ""  # by another process, which found room
    over(table, what)
    assert [each.state for each in table.board.handings.values()] == ["done"]
    assert hand_on(table) is None
    over(table, what, "full")
    assert [each.state for each in table.board.handings.values()] == ["done"]


def test_R42_a_board_that_is_no_programme_and_one_that_is_closed_take_nothing() -> None:
    table, _ = workshop()
    what = hand_on(table)
    assert what
    other = Table("historievaerksted", people=0)
    assert take_in(other, what) == "no_lane"
    there = programme()
    with pytest.raises(Refused, match="closed"):
        of_handing.take_in(replace(there.board, closed=1), there.method, what)


@pytest.mark.parametrize("how", ["nothing", "rehearsal"])
def test_R42_what_keeps_nothing_hands_nothing_on(how: str) -> None:
    table, _ = workshop()
    table.board = replace(table.board, rehearsal=how == "rehearsal", ephemeral=how == "nothing")
    with pytest.raises(Refused, match="nothing_kept"):
        hand_on(table)


def test_R42_the_console_is_told_what_was_handed_and_nobody_else_is() -> None:
    table, picks = workshop()
    there = programme()
    what = hand_on(table)
    assert what
    checks.check_all(table)
    assert table.screens["F"].shown["board"]["handings"][0]["state"] == ""
    over(table, what)
    checks.check_all(table)
    assert take_in(there, what) == ""
    for who in ("F", "S1", "P1", "L1", "W"):
        shown = table.screens[who].shown
        assert ("handings" in shown["board"]) == (who == "F")
        assert shown[f"note:{picks[0]}"].get("handed") == ([PROGRAMME] if who == "F" else None)
    for who in ("F", "W"):
        note = there.screens[who].shown[f"note:{lying(there, 'tray')[0].id}"]
        (source,) = note["sources"]
        assert "told" not in source, "what was told beside it is asked for, by those who lead"
        assert source["session"] == table.method.title["da"]


def test_R42_it_is_nobodys_act_and_lengthens_the_programmes_life_alone() -> None:
    table, _ = workshop()
    there = programme()
    before = table.board.last_at, there.board.expires()
    table.now += DAY_MS
    there.now += DAY_MS
    handed_over(table, there)
    assert table.board.last_at == before[0]
    assert there.board.expires() == there.now + there.board.keep > before[1]
    assert there.me("F")["undo"] is None


@pytest.mark.parametrize("when", ["open", "closed", "sealed"])
def test_R42_a_workshop_with_something_under_way_is_due_soon_whatever_else_is(when: str) -> None:
    table, _ = workshop()
    if when != "open":
        table.do("F", "close")
    if when == "sealed":
        table.do("F", "seal")
        assert decide.due(table.board) == 0
    what = hand_on(table)
    assert what
    assert decide.due(table.board) == what.at + LATE
    over(table, what)
    assert decide.due(table.board) != what.at + LATE


def test_R42_R36_a_copy_knows_of_no_handing() -> None:
    table, _ = workshop()
    there = programme()
    handed_over(table, there)
    table.do("F", "close")
    events = copy(table.board, table.method, board_id="c", seed="another", pid="p", seat="seat-new", keep=DAY_MS)
    board = fold(Board(), 1, Entry(events=tuple(events), role="facilitator", at=table.now))
    assert (board.handings, board.received) == ({}, ())


def test_R42_what_was_handed_is_kept_small() -> None:
    table, _ = workshop(picks=20)
    there = programme()
    what = handed_over(table, there)
    kept = table.board.handings[what.id]
    assert isinstance(kept, Handing)
    assert (kept.items, kept.held) == ((), None)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('takes = "trial"', 'takes = "point"'), "one lane takes what is a `point`"),
        (('takes = "point"', ""), "let one lane take `point`"),
        (('form = "columns"', 'form = "columns"\nper_group = true'), "everybody's"),
        (('kind = "date"', 'kind = "date"\nrequired = true'), "leave `required` out"),
        (('takes = "point"', 'takes = "card"'), ""),
    ],
)
def test_R42_a_file_whose_lanes_cannot_take_what_they_say_is_refused(change: tuple[str, str], says: str) -> None:
    refusal(changed(RECEIVING, change), says)


@pytest.mark.parametrize("text", [RECEIVING, text_of("forloeb")], ids=["lanes that take", "a cycle"])
def test_R42_R40_a_workshop_which_is_deleted_soon_takes_nothing_and_has_no_cycle(text: str) -> None:
    workshop_now = (('kind = "programme"', 'kind = "forward"'), ('keep = "programme"\n', ""))
    found = refusal(changed(text, *workshop_now), "a programme has these")
    assert found.field in ("sheets[0].lanes[0].takes", "stations")


def test_R42_R41_a_programme_takes_a_handing_once_also_after_the_sitting_in_which_it_came() -> None:
    table, _ = workshop()
    there = Table("forloeb", people=0, seed=77)
    there.do("F", "sitting", on=True)
    what = hand_on(table)
    assert what
    assert take_in(there, what) == ""
    there.do("F", "sitting", on=False)
    assert take_in(there, what) == ""
    assert texts(there) == ["Punkt 0", "Punkt 1"]
    (held,) = lying(there, "held")
    assert held.fields == {"method": table.method.title["da"], "day": DAY, "points": "2"}
    checks.check_all(there)


def test_R42_R41_what_is_handed_on_to_a_programme_does_not_prolong_its_sitting() -> None:
    table, _ = workshop()
    there = Table("forloeb", people=1, seed=77)
    there.do("F", "sitting", on=True)
    ends = there.board.last_at + IDLE_SITTING
    there.now += IDLE_SITTING - 1
    handed_over(table, there)
    assert decide.due(there.board) == ends
    there.tidy(later=1)
    assert there.board.sitting == 0


def test_R42_a_workshop_with_all_that_may_be_picked_is_handed_on_in_one_entry() -> None:
    table = Table("fremtidsvaerksted", people=0, show=False)
    to_picking(table)
    for at in range(MAX_PICKS):
        pick(table, text=f"{at:04} {'x' * 230}")
    there = programme(show=False)
    what = handed_over(table, there)
    assert len(what.notes) == len(texts(there)) == MAX_PICKS
    assert len(there.log[-1]) < 512 * 1024


def planned_there(table: Table, there: Table, **more: Any) -> str:
    """A session that the programme has planned, and that this workshop was started as; the id of its note."""
    note = put(there, sheet="all", lane="planned", text="Om overgange", who="", **more)
    whose = replace(table.board.started_from, id=PROGRAMME, title="Vores forløb", planned=note)
    table.append([StartedFrom(whose)])
    return note


def test_R42_a_session_that_was_planned_becomes_the_one_that_was_held_and_there_is_no_second_note() -> None:
    table, _ = workshop()
    there = programme()
    note = planned_there(table, there, fields={"day": "2026-12-16"})
    handed_over(table, there)
    about = [each for each in there.board.notes.values() if each.lane in ("planned", "held")]
    assert [(each.id, each.lane, each.text) for each in about] == [(note, "held", table.board.title)]
    assert about[0].fields["day"] == DAY
    assert about[0].sources[0].session == table.method.title["da"]
    first = about[0].fields["points"]
    pick(table, lane="trials", text="Vi prøver")
    handed_over(table, there)
    (after,) = [each for each in there.board.notes.values() if each.lane in ("planned", "held")]
    assert (first, after.fields["points"]) == ("2", "3")
    checks.check_all(there)


def test_R42_a_session_that_was_held_keeps_what_people_said_of_its_note() -> None:
    words = 'words = [{ id = "yes", title = { da = "Ja", en = "Yes" } }]'
    marks = f'{{ id = "calm", title = {{ da = "Ro", en = "Calm" }}, {words} }}, '
    marks += f'{{ id = "soon", title = {{ da = "Snart", en = "Soon" }}, lanes = ["planned"], {words} }}'
    more = (
        f'form = "columns"\nmarks = [{marks}]\nlinks = [{{ id = "after", title = {{ da = "Efter", en = "After" }} }}]\n'
    )
    marked = 'mark = { calm = ["facilitator"], soon = ["facilitator"] }'
    granted = f'reveal = "on_write"\n{marked}\nlink = {{ after = ["facilitator"] }}'
    own = changed(RECEIVING, ('form = "columns"\n', more), ('reveal = "on_write"', granted))
    table, _ = workshop()
    there = Table(parse(own, file="own.toml"), people=0)
    other = put(there, sheet="all", lane="tray", who="")
    note = planned_there(table, there, marks={"calm": "yes", "soon": "yes"}, links={"after": (other,)})
    handed_over(table, there)
    held = there.note(note)
    assert (held.lane, held.text, held.marks) == ("held", table.board.title, {"calm": "yes"})
    assert held.links == {"after": (other,)}
    checks.check_all(there)


def test_R42_a_session_that_is_held_on_another_sheet_lies_there_by_itself() -> None:
    past = '[[sheets]]\nid = "past"\ntitle = { da = "Holdt", en = "Held" }\nform = "columns"\n\n'
    held = '[[sheets.lanes]]\nid = "held"'
    own = changed(
        RECEIVING, (held, past + held), ('reveal = "on_write"', 'reveal = "on_write"\ngather = ["facilitator"]')
    )
    table, _ = workshop()
    there = Table(parse(own, file="own.toml"), people=0)
    note = planned_there(table, there)
    heading, other = there.new_note(), put(there, sheet="all", lane="planned", who="")
    there.do("F", "gather", note=heading, notes=[note, other], text="Til efteråret")
    assert there.note(note).under == heading
    handed_over(table, there)
    moved = there.screens["W"].shown[f"note:{note}"]
    assert (moved["sheet"], moved["lane"], moved["under"]) == ("past", "held", "")
    assert there.note(other).under == heading


def test_R42_what_was_planned_and_is_gone_or_held_or_of_another_programme_is_left_alone() -> None:
    for how in ("deleted", "held", "moved back", "another"):
        table, _ = workshop()
        there = programme()
        note = planned_there(table, there)
        if how == "deleted":
            there.append([NoteRemoved(note, by_author=False)])
        elif how == "held":
            there.append([NotePut(replace(there.note(note), lane="held", fields={"day": "2026-11-01"}))])
        elif how == "another":
            whose = replace(table.board.started_from, id="programme0002")
            table.append([StartedFrom(whose)])
        handed_over(table, there)
        if how == "moved back":
            there.append([NotePut(replace(there.note(note), lane="planned"))])
            pick(table, lane="trials", text="Vi prøver")
            handed_over(table, there)
        found = {each.lane: each for each in there.board.notes.values() if each.lane in ("planned", "held")}
        lanes = {"deleted": {"held"}, "held": {"held"}, "moved back": {"planned"}, "another": {"planned", "held"}}[how]
        assert set(found) == lanes, how
        if how == "held":
            assert (found["held"].id, found["held"].text) == (note, "Om overgange")
            assert (found["held"].fields["day"], found["held"].fields["points"]) == ("2026-11-01", "2")
