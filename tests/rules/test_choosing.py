"""A group that chose nothing is in no dead end, and what it told and did not choose is not lost (R9, R12)."""

from __future__ import annotations

import pytest

from board_schema import commands
from tests.rules.play import Table, in_dilemma


def offers(table: Table) -> list[str]:
    return list(table.screens["F"].shown["board"]["offers"])


def of_group(table: Table, notes: dict[str, str], group: str) -> dict[str, str]:
    return {who: note for who, note in notes.items() if table.group(who) == group}


def can(table: Table, who: str, note: str) -> list[str]:
    shown = table.screens[who].note(note)
    assert shown is not None
    return list(shown["can"])


def open_marks(table: Table, who: str, note: str) -> list[str]:
    shown = table.screens[who].note(note)
    assert shown is not None
    return list(shown.get("marks_open", ()))


def test_R12_a_group_without_a_row_may_still_choose_and_the_facilitator_is_told() -> None:
    table, notes = in_dilemma()
    table.go("choose")
    (a, one), *_ = of_group(table, notes, "g1").items()
    (b, other), (c, third), *_ = of_group(table, notes, "g2").items()
    table.do(a, "mark", note=one, kind="chosen", word="chosen")
    assert "await_choice" in offers(table), "group 2 has not chosen"
    assert "chosen" in open_marks(table, "F", other)
    table.go("sides")
    assert "await_choice" in offers(table)
    assert table.refused(a, "mark", note=other, kind="chosen", word="chosen") == "no_note", "another group's note"
    for note in (other, third):
        assert "chosen" in open_marks(table, b, note)
    table.do(c, "mark", note=other, kind="chosen", word="chosen")
    assert other in table.board.rows
    assert "await_choice" not in offers(table)
    assert table.refused(b, "mark", note=third, kind="chosen", word="chosen") == "locked"
    assert "chosen" not in open_marks(table, b, third)
    # What is chosen late is worked on like any other.
    up = table.write(b, sheet="grid", lane="one", row=other)
    assert table.note(up).reach == "group"
    assert table.screens[c].note(up)


@pytest.mark.parametrize("to", ["choose", "plenum"])
def test_R12_the_facilitator_chooses_for_a_group_without_a_row(to: str) -> None:
    table, notes = in_dilemma()
    (_, one), (_, other), *_ = of_group(table, notes, "g1").items()
    assert table.refused("F", "mark", note=one, kind="chosen", word="chosen") == "locked", "they are still being told"
    table.go(to)
    table.do("F", "mark", note=one, kind="chosen", word="chosen")
    assert one in table.board.rows
    assert table.refused("F", "mark", note=other, kind="chosen", word="chosen") == "locked", (
        "the group has chosen by now"
    )


def in_sides_untold() -> tuple[Table, list[str]]:
    """A dilemma workshop where group 1 has told nothing and the others have chosen; the people of group 1."""
    table = Table("dilemmavaerksted", people=6)
    table.go("write")
    notes = {w: table.write(w, sheet="dilemmas", lane="dilemma") for w in table.actors if w.startswith("P")}
    table.go("present")
    silent = [who for who in notes if table.group(who) == "g1"]
    others = [who for who in notes if who not in silent]
    for who in others:
        table.take_turn(who)
        table.do(who, "place", note=notes[who], lane="dilemma")
    table.go("choose")
    for group in sorted({table.group(who) for who in others}):
        first = next(who for who in others if table.group(who) == group)
        table.do(first, "mark", note=notes[first], kind="chosen", word="chosen")
    table.go("sides")
    return table, silent


def drafts(table: Table, who: str) -> list[str]:
    return [note.id for note in table.board.notes.values() if note.reach == "own" and note.author == table.pid(who)]


def test_R12_a_group_that_told_nothing_may_still_tell_and_choose() -> None:
    table, (a, b, *_) = in_sides_untold()
    stranger = next(who for who in table.actors if who.startswith("P") and table.group(who) != "g1")
    assert table.me(a)["place"] == {"sheet": "dilemmas", "lanes": ["dilemma"], "row": "g1", "reach": "group"}
    assert table.me(stranger)["place"]["sheet"] == "grid", "their group has chosen"
    (draft,) = drafts(table, a)
    assert "place" in can(table, a, draft)
    table.do(a, "place", note=draft, lane="dilemma")
    told = table.note(draft)
    assert (told.sheet, told.row, told.group, told.reach) == ("dilemmas", "g1", "g1", "group")
    assert not table.screens[stranger].note(draft)
    table.do(b, "mark", note=draft, kind="chosen", word="chosen")
    assert "await_choice" not in offers(table)
    assert table.me(b)["place"]["sheet"] == "grid"
    (other,) = drafts(table, b)
    assert table.refused(b, "place", note=other, lane="dilemma") == "no_lane"


def test_R12_the_facilitator_tells_for_a_group_that_told_nothing() -> None:
    table, (a, *_) = in_sides_untold()
    note = table.write("F", sheet="dilemmas", lane="dilemma")
    assert table.refused("F", "place", note=note, lane="dilemma") == "no_group", "for whom?"
    assert table.refused("F", "place", note=note, lane="dilemma", row="g2") == "no_group", "they have chosen"
    table.do("F", "place", note=note, lane="dilemma", row="g1")
    assert table.note(note).group == "g1"
    assert table.screens[a].note(note)
    table.do("F", "mark", note=note, kind="chosen", word="chosen")
    late = table.write("F", sheet="dilemmas", lane="dilemma")
    assert "place" not in can(table, "F", late)
    assert table.refused("F", "place", note=late, lane="dilemma", row="g1") == "round"


def test_R12_a_group_may_still_tell_while_it_chooses_and_not_in_the_plenum() -> None:
    table, (a, b, *_) = in_sides_untold()
    (draft,), (other,) = drafts(table, a), drafts(table, b)
    table.go("plenum")
    assert "place" not in can(table, a, draft)
    assert table.refused(a, "place", note=draft, lane="dilemma") == "round"
    table.go("choose")
    table.do(a, "place", note=draft, lane="dilemma")
    assert table.note(draft).group == "g1"
    table.do(a, "mark", note=draft, kind="chosen", word="chosen")
    assert table.refused(b, "place", note=other, lane="dilemma") == "round", "the group has chosen"


def test_R9_a_group_makes_known_what_it_told_and_did_not_choose() -> None:
    table, notes = in_dilemma(listeners=1)
    group = of_group(table, notes, "g1")
    (a, one), (b, told), *_ = group.items()
    stranger = next(who for who in notes if table.group(who) != "g1")
    table.go("choose")
    table.do(a, "mark", note=one, kind="chosen", word="chosen")
    assert table.refused(a, "reveal", note=told) == "round", "they still choose"
    table.go("sides")
    text = table.note(told).text.encode()
    for who, reason in ((stranger, "no_note"), ("L1", "role"), ("F", "round")):
        assert table.refused(who, "reveal", note=told) == reason
    assert table.refused(a, "reveal", note=one) == "round", "the chosen one is shown with its row"
    assert "reveal" in can(table, b, told)
    assert "reveal" not in can(table, b, one)
    assert not any(text in frame for who in ("W", stranger, "L1") for frame in table.screens[who].frames)
    table.do(b, "reveal", note=told)
    assert table.note(told).reach == "all"
    for who in ("W", stranger, "L1", "F", a):
        assert table.screens[who].note(told)
    assert table.refused(a, "reveal", note=told) == "round", "it is known already"
    assert table.me(b)["can"].count("undo") == 0 or table.refused(b, "undo") == "nothing_to_undo", "V7"


@pytest.mark.parametrize("args", [{}, {"note": "n" * 12, "group": "g1"}, {"note": "n" * 12, "sheet": "s", "lane": "l"}])
def test_R9_a_reveal_names_one_thing(args: dict[str, str]) -> None:
    with pytest.raises(commands.Refused) as caught:
        commands.parse("reveal", args)
    assert caught.value.reason == "bad_op"
