"""decide: every op, and every reason for which it can be refused."""

import ast
import contextlib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from board_schema import commands, decide
from board_schema.board import DAY, MAX_NOTES, MAX_PEOPLE, SHARE, Person
from board_schema.commands import COMMANDS, REASONS, Refused
from board_schema.forms.scales import Asked
from tests.rules.play import Table, bundled, in_dilemma
from tests.rules.promises import in_groups, in_place, with_rows
from tests.rules.test_links import dreaming
from tests.rules.test_spec_tables import reasons

# Reasons that parse or the machine give, never `decide`.
ELSEWHERE = {"no_part", "nothing_kept", "unknown_op", "bad_op", "bad_text", "store_away", "fault", "out_of_order"}
ELSEWHERE |= {"day_past", "day_far"}  # test_ahead.py
ELSEWHERE |= {"programme", "no_sitting"}  # test_programme.py
ELSEWHERE |= {"answered"}  # test_followup.py
GIVEN: set[str] = set()
SAID = reasons()


def turned_down(table: Table, who: str, op: str, reason: str, **args: Any) -> None:
    assert table.refused(who, op, **args) == reason
    assert op in SAID[reason], f"SPEC 5 does not say that {op} can be refused with {reason}"
    GIVEN.add(reason)


def new(table: Table, **more: Any) -> dict[str, Any]:
    return {"note": table.new_note(), "text": "hej", "sheet": "timeline", "lane": "2020", **more}


def test_role_and_sealed_and_closed() -> None:
    table = in_place(listeners=1)
    led = ("round", "timer", "reveal", "notice", "walk", "setup", "door", "groups", "group", "role", "person", "remove")
    for op in led:
        args: dict[str, Any] = {
            "round": {"to": "write"}, "timer": {"act": "start"}, "reveal": {"sheet": "x", "lane": "x"},
            "notice": {"show": True}, "walk": {"sheet": "timeline"},
            "door": {"open": True}, "groups": {"size": 3}, "group": {"seat": "x", "group": "g1"},
            "role": {"seat": "x", "role": "scribe"}, "person": {"seat": "seatx", "name": ""}, "remove": {"seat": "x"},
        }.get(op, {})  # fmt: skip
        turned_down(table, "P1", op, "role", **args)
        turned_down(table, "L1", op, "role", **args)
    turned_down(table, "P1", "turn", "role", act="give", seat=table.seat("P2"))
    turned_down(table, "F", "remove", "role", seat=table.seat("F"))
    turned_down(table, "F", "role", "role", seat=table.seat("F"), role="listener")
    turned_down(table, "F", "group", "role", seat=table.seat("L1"), group="g1")
    for op in ("close", "seal", "reopen"):
        turned_down(table, "P1", op, "role")
    table.do("F", "close")
    turned_down(table, "P1", "name", "closed", name="x")
    table.do("F", "seal")
    for who in ("P1", "F"):
        turned_down(table, who, "name", "sealed", name="x")
    turned_down(table, "L1", "name", "sealed", name="x")
    turned_down(table, "W", "name", "role", name="x")


def test_round_and_turns_left() -> None:
    table = in_place()
    for to in ("nope", "briefing", ""):
        turned_down(table, "F", "round", "round", to=to)
    turned_down(table, "F", "round", "turns_left", to="picture")
    table.do("F", "round", to="write")
    turned_down(table, "P1", "turn", "round", act="take")
    turned_down(table, "F", "turn", "round", act="give", seat=table.seat("P1"))
    draft = table.write("P1", sheet="timeline", lane="2020")
    turned_down(table, "P1", "place", "round", note=draft, lane="2020")
    turned_down(table, "P1", "write", "round", **new(table, kind="heading"))
    turned_down(table, "F", "reveal", "round", sheet="timeline", lane="elsewhere")
    turned_down(table, "F", "reveal", "bad_op")


def test_turn_and_seats() -> None:
    table = in_place()
    table.take_turn("P1")
    turned_down(table, "P2", "turn", "turn", act="done")
    table.do("P2", "turn", act="pass")
    for act in ("later", "pass"):
        turned_down(table, "P2", "turn", "turn", act=act)
    draft = table.write("P2", sheet="timeline", lane="2020")
    turned_down(table, "P2", "place", "turn", note=draft, lane="2020")
    for act in ("give", "skip", "absent"):
        turned_down(table, "F", "turn", "no_seat", act=act, seat="nobody")
    turned_down(table, "F", "turn", "no_seat", act="give", scope="g7")
    turned_down(table, "F", "remove", "no_seat", seat="nobody")
    turned_down(table, "F", "role", "no_seat", seat="nobody", role="scribe")
    turned_down(table, "F", "group", "no_seat", seat="nobody", group="g1")
    turned_down(table, "F", "write", "no_seat", **new(table, as_="nobody"))


def test_not_yours_and_no_note() -> None:
    table = in_place()
    up = table.placed("P1")
    draft = table.write("P1", sheet="timeline", lane="2020")
    turned_down(table, "P2", "delete", "not_yours", note=up)
    turned_down(table, "P2", "write", "not_yours", **new(table, as_=table.seat("P1")))
    turned_down(table, "F", "write", "not_yours", **new(table, as_=table.seat("P1")))
    turned_down(table, "P2", "place", "not_yours", note=up, lane="2020")
    for op, args in (("edit", {"text": "x"}), ("move", {"lane": "2020"}), ("delete", {}), ("place", {"lane": "2020"})):
        for who in ("P2", "F"):
            turned_down(table, who, op, "no_note", note=draft, **args)
            turned_down(table, who, op, "no_note", note="there-is-none", **args)
    turned_down(table, "P2", "restore", "no_note", note=draft)
    turned_down(table, "P2", "mark", "no_note", note=draft, kind="chosen", word="chosen")
    turned_down(table, "P2", "write", "no_note", **new(table, kind="comment", under=draft))
    turned_down(table, "P1", "place", "taken", note=up, lane="2020")


def test_no_lane_and_lane_closed() -> None:
    table = in_place()
    for more in ({"sheet": "nope"}, {"lane": "1850"}, {"lane": "strengths"}, {"sheet": "groups", "lane": "2020"}):
        turned_down(table, "P1", "write", "no_lane", **new(table, **more))
    draft = table.write("P1", sheet="timeline", lane="2020")
    table.take_turn("P1")
    turned_down(table, "P1", "place", "no_lane", note=draft, lane="nope")
    turned_down(table, "P1", "move", "no_lane", note=draft, lane="strengths")
    table.go("picture")
    turned_down(table, "F", "write", "no_lane", **new(table, kind="heading", lane="2020", until="2019"))
    table, _ = with_rows()
    row, who = next((r, table.members(r.group)[0]) for r in table.board.rows.values())
    table.go("sides")
    draft = table.write(who, sheet="grid", lane="experience", row=row.id)
    turned_down(table, who, "place", "lane_closed", note=draft, lane="experience", row=row.id)
    up = table.write(who, sheet="grid", lane="one", row=row.id)
    turned_down(table, who, "move", "lane_closed", note=up, lane="experience")


def test_R25_an_edit_that_began_from_another_text_replaces_nobodys_words() -> None:
    table, notes = in_dilemma()
    who, note = next(iter(notes.items()))
    began = table.note(note).text
    table.take_turn(who)
    table.do(who, "edit", note=note, text="a first wording", from_=began)
    turned_down(table, who, "edit", "changed", note=note, text="a second wording", from_=began)
    assert table.note(note).text == "a first wording"
    table.do(who, "edit", note=note, text="a first wording", from_=began)  # the same words are no conflict
    table.do(who, "edit", note=note, text="a  second\u000bwording", from_="a first wording")
    # As it was sent, and not as it is kept.
    table.do(who, "edit", note=note, text="a third one", from_="a  second\u000bwording ")
    table.do(who, "edit", note=note, text="the last one wins without from")
    turned_down(table, who, "edit", "changed", note=note, text="x", from_="")


def test_locked() -> None:
    table = in_place()
    note = table.placed("P1")
    table.go("picture")
    for who in ("P1", "P2", "F"):
        turned_down(table, who, "edit", "locked", note=note, text="x")
        turned_down(table, who, "move", "locked", note=note, lane="2021")
        turned_down(table, who, "write", "locked", **new(table, kind="comment", under=note))


def test_R17_too_long_and_empty() -> None:
    table = in_place()
    turned_down(table, "P1", "write", "too_long", **new(table, text="x" * 141))
    note = table.write("P1", sheet="timeline", lane="2020", text="x" * 140)
    turned_down(table, "P1", "edit", "too_long", note=note, text="x" * 141)
    for text in ("", "  ", "\u200b"):
        turned_down(table, "P1", "write", "empty", **new(table, text=text))
        turned_down(table, "P1", "edit", "empty", note=note, text=text)
    turned_down(table, "P1", "name", "too_long", name="x" * 41)
    turned_down(table, "F", "setup", "too_long", title="x" * 161)
    turned_down(table, "F", "setup", "too_long", venue="x" * 81)
    turned_down(table, "F", "setup", "empty", title=" ")
    table.go("picture")
    turned_down(table, "F", "write", "too_long", **new(table, kind="heading", text="x" * 61))
    table = Table("dilemmavaerksted")
    table.go("write")
    text = "x" * 200
    long = table.write("P1", sheet="dilemmas", lane="dilemma", text=text)
    assert table.note(long).text == text
    turned_down(table, "P1", "move", "too_long", note=long, lane="")


def test_R18_full_of_notes_and_a_persons_share() -> None:
    table = in_place(show=False)
    draft = table.write("P1", **{key: value for key, value in new(table).items() if key in ("sheet", "lane")})
    table.take_turn("P1")
    table.board = replace(table.board, shares=replace(table.board.shares, up=MAX_NOTES))
    turned_down(table, "P1", "place", "full", note=draft, lane="2020")
    table.board = replace(table.board, shares=replace(table.board.shares, notes={table.pid("P1"): SHARE}))
    turned_down(table, "P1", "write", "share", **new(table))
    table.go("picture")
    turned_down(table, "F", "write", "full", **new(table, kind="heading"))


def test_R18_full_of_people() -> None:
    table = in_place(show=False)
    crowd = {
        f"pid{i}": Person(pid=f"pid{i}", seat=f"s{i}", number=i, name="", role="listener") for i in range(MAX_PEOPLE)
    }
    table.board = replace(table.board, people={**table.board.people, **crowd})
    turned_down(table, "F", "person", "full", seat="seat9999", name="x")
    with pytest.raises(Refused, match="full"):
        table.join("P9")


def test_R10_depth_first_and_R12_rows() -> None:
    table, notes = with_rows()
    row, who = next((r, table.members(r.group)[0]) for r in table.board.rows.values())
    stranger = next(w for w in notes if table.group(w) != row.group)
    table.go("actions")
    given = {"sheet": "grid", "lane": "actions", "row": row.id}
    early = table.write(who, **given)
    assert table.note(early).reach == "own", "nothing written is turned away (R3)"
    draft = table.write(who, sheet="grid", lane="one", row=row.id)
    turned_down(table, who, "place", "depth_first", note=draft, lane="actions", row=row.id)
    turned_down(table, who, "place", "no_row", note=draft, lane="actions", row="nope")
    turned_down(table, who, "place", "no_row", note=draft, lane="actions")
    turned_down(table, stranger, "mark", "no_note", note=row.id, kind="depth", word="enough")
    turned_down(table, who, "mark", "locked", note=row.id, kind="fate", word="solved")
    table.do(who, "mark", note=row.id, kind="depth", word="enough")
    note = table.write(who, sheet="grid", lane="actions", row=row.id)
    assert table.note(note).reach == "group"
    table.go("choose")
    turned_down(table, who, "mark", "row_in_use", note=row.id, kind="chosen", word="")
    table.go("plenum")
    for bad in ("nope", ""):
        turned_down(table, "F", "mark", "no_note", note=bad, kind="fate", word="solved")
    table.do("F", "mark", note=row.id, kind="fate", word="paradox")
    assert table.board.rows[row.id].marks["fate"] == "paradox"
    table.do("F", "mark", note=row.id, kind="fate", word="")


def test_groups() -> None:
    table = in_groups()
    turned_down(table, "F", "group", "no_group", seat=table.seat("P1"), group="g9")
    turned_down(table, "F", "reveal", "no_group", group="g9")
    table.write("P1", sheet="groups", lane="strengths", row=table.group("P1"))
    turned_down(table, "F", "groups", "group_in_use", size=2)
    table.go("plenum")
    scribe = Table("historievaerksted", people=4, scribes=1)
    scribe.go("strengths")
    draft = scribe.write("S1", sheet="groups", lane="strengths")
    assert scribe.note(draft).reach == "own"
    table = Table("dilemmavaerksted", people=4, scribes=1)
    table.go("present")
    turned_down(table, "S1", "turn", "role", act="take")


def test_taken_and_not_ready_here_and_nothing_to_undo() -> None:
    table = in_place()
    note = table.write("P1", sheet="timeline", lane="2020")
    turned_down(table, "P2", "write", "taken", **new(table, note=note))
    table.do("P1", "delete", note=note)
    turned_down(table, "P2", "write", "taken", **new(table, note=note))
    turned_down(table, "F", "person", "taken", seat=table.seat("P1"), name="x")
    turned_down(table, "P1", "ready", "not_ready_here", on=True)
    turned_down(table, "F", "seal", "not_ready_here")
    turned_down(table, "P3", "undo", "nothing_to_undo")
    with pytest.raises(Refused, match="taken"):
        decide.join(
            table.board,
            table.method,
            pid="x",
            seat=table.seat("P1"),
            name="",
            role="participant",
            remote=False,
            now=table.now,
        )


def test_years_in_use_and_bad_years() -> None:
    table = in_place()
    table.placed("P1", lane="2018")
    turned_down(table, "F", "setup", "years_in_use", from_=2019)
    turned_down(table, "F", "setup", "years_in_use", to=2017, from_=2000)
    assert table.refused("F", "setup", from_=2026, to=2016) == "bad_op"
    table.do("F", "setup", from_=2010, to=2018)
    assert list(table.board.ticks.all()) == list(range(2010, 2019))


def test_setup_keeps_what_is_not_named() -> None:
    table = Table("historievaerksted")
    before = table.board
    table.do("F", "setup", venue="Stuen")
    assert table.board.venue == "Stuen"
    assert (table.board.title, table.board.leader) == (before.title, before.leader)
    table.do("F", "setup", venue="")
    assert table.board.venue == ""
    table.do("F", "setup", leader="told")
    table.go("briefing")
    turned_down(table, "F", "setup", "round", leader="part")


def test_no_group_where_nobody_has_one() -> None:
    table = in_groups(stem="dilemmavaerksted", to="present")
    table.board = replace(table.board, people={pid: replace(p, group="") for pid, p in table.board.people.items()})
    turned_down(table, "P1", "turn", "no_group", act="take")


def test_R16_groups_larger_than_the_method_says_are_refused_with_a_word() -> None:
    table = in_place()
    assert table.method.group_size == (3, 4)
    turned_down(table, "F", "groups", "group_size", size=5)
    table.do("F", "groups", size=4)


def test_R31_what_a_field_does_not_take() -> None:
    from tests.rules.test_fields import table_with

    table = table_with()
    table.go("realise")
    note = table.write("P1", sheet="columns", lane="realise")
    turned_down(table, "P1", "set", "no_field", note=note, field="color", value="red")
    turned_down(table, "P1", "set", "bad_value", note=note, field="back", value="2027-13-01")
    turned_down(table, "F", "round", "needs_left", to="close")


def test_R45_what_a_note_needs_and_the_order_of_its_days() -> None:
    table = Table("forloeb")
    table.go("trials")
    note = table.write("F", sheet="trials", lane="proposed")
    turned_down(table, "F", "move", "unanswered", note=note, lane="running")
    given = {"start": "2026-11-12", "stop": "2026-11-11"}
    turned_down(table, "F", "move", "day_order", note=note, lane="stopped", fields=given)


def test_R32_a_word_that_is_not_declared_is_no_mark() -> None:
    table = Table("fremtidsvaerksted")
    table.go("critique")
    note = table.write("P1", sheet="columns", lane="critique")
    turned_down(table, "P1", "mark", "no_mark", note=note, kind="nokind", word="noword")


def test_R39_what_is_no_link_and_one_too_many() -> None:
    table, critique, dream, other = dreaming()
    ask = {"note": dream, "kind": "leads", "other": other}
    turned_down(table, "P3", "link", "no_note", **{**ask, "other": "nonote000000"})
    turned_down(table, "P3", "link", "no_link", **{**ask, "kind": "towards"})
    turned_down(table, "P3", "unlink", "no_link", **ask)
    turned_down(table, "P3", "about", "no_about", note=dream, about=[other])
    turned_down(table, "P3", "link", "itself", **{**ask, "other": dream})
    turned_down(table, "P3", "link", "locked", note=critique, kind="leads", other=dream)
    for one in (other, critique):
        table.do("P3", "link", **{**ask, "other": one})
    turned_down(table, "P3", "link", "linked", **ask)
    third = table.write("P1", sheet="columns", lane="dream")
    table.do("F", "reveal", sheet="columns", lane="dream")
    turned_down(table, "P3", "link", "links_full", **{**ask, "other": third})


def test_D1_there_is_no_such_theme() -> None:
    turned_down(Table("perspektivsamtale"), "F", "deck", "no_card", deck="ingen")


def test_zz_every_reason_that_decide_can_give_has_been_given(request: pytest.FixtureRequest) -> None:
    """Runs last in this file: the tests above have met every reason written in `decide`."""
    written: set[str] = set()
    for path in Path(decide.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in REASONS:
                written.add(node.value)
    possible = (written | {"too_long", "empty", "share"}) & (set(REASONS) - ELSEWHERE)
    assert possible == set(REASONS) - ELSEWHERE, "a reason that nobody gives"
    ran = {item.name.partition("[")[0] for item in request.session.items if item.path == Path(__file__)}
    if not {name for name in globals() if name.startswith("test_")} <= ran:
        pytest.skip("run the whole file")
    assert set(REASONS) - ELSEWHERE - GIVEN == set()


@pytest.mark.parametrize("op", COMMANDS)
def test_R1_every_op_is_decided_for_a_stranger_without_a_crash(op: str) -> None:
    from tests.rules.test_commands import ARGS

    table = Table("historievaerksted", show=False)
    for who in ("P1", "F"):
        for stranger in (table.actors[who], replace(table.actors[who], pid="pidnobody")):
            command = commands.parse(op, ARGS[op][0])
            with contextlib.suppress(Refused):
                assert isinstance(decide.decide(table.board, table.method, stranger, command, table.now), list)


def test_R5_create_and_join() -> None:
    item = bundled("historievaerksted")
    given: dict[str, Any] = {
        "board_id": "b", "seed": "s", "pid": "p", "seat": "seat", "now": 1_000, "this_year": 2026, "keep": DAY,
    }  # fmt: skip
    (made,) = decide.create(item, **given)
    assert (made.ticks, made.leader, made.round) == ((2016, 2026, 1), "part", "welcome")
    assert made.title == item.heading["da"]
    (made,) = decide.create(item, **given, lang="en", asked=Asked(2000, 2010), leader="told", venue=" Stuen ")
    assert (made.title, made.venue, made.ticks.first) == (item.heading["en"], "Stuen", 2000)
    for years in ((2010, 2000), (1900, 2000), (2010, 2010)):
        with pytest.raises(Refused, match="bad_op"):
            decide.create(item, **given, asked=Asked(*years))
    with pytest.raises(Refused, match="too_long"):
        decide.create(item, **given, title="x" * 161)


def test_R16_late_comers_get_the_smallest_group_and_a_place_in_the_queue() -> None:
    table = in_groups(people=5, stem="dilemmavaerksted", to="present")
    sizes = {g: len(table.members(g)) for g in table.board.groups}
    smallest = min(sizes, key=lambda g: (sizes[g], g))
    table.join("late")
    assert table.group("late") == smallest
    turn = table.board.turn(smallest)
    assert turn is not None
    assert turn.queue[-1] == table.seat("late")


@pytest.mark.parametrize("people", range(2, 16))
def test_R16_groups_are_even_and_nobody_is_alone(people: int) -> None:
    table = in_groups(people=people, stem="dilemmavaerksted", to="present")
    sizes = [len(table.members(g)) for g in table.board.groups]
    assert sum(sizes) == people
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= 4
    assert min(sizes) >= 2


def test_R19_the_queue_comes_from_the_seed_and_not_from_who_came_first() -> None:
    orders = set()
    for seed in range(6):
        table = in_place(people=6, seed=seed)
        turn = table.board.turn("all")
        assert turn is not None
        orders.add(tuple(table.named(seat) for seat in turn.queue))
        assert table.board.turn("all") == table.replayed().turn("all")
    assert len(orders) > 3


def test_R4_the_floor_goes_round() -> None:
    table = in_place()
    turn = table.board.turn("all")
    assert turn is not None
    first, second, third = (table.named(seat) for seat in turn.queue)
    assert [table.me(w)["turn"] for w in (first, second, third)] == ["next", "waiting", "waiting"]
    table.do(first, "turn", act="take")
    table.do(second, "turn", act="later")
    table.do(first, "turn", act="done")
    assert [table.me(w)["turn"] for w in (first, second, third)] == ["done", "next", "holder"]
    table.do(third, "turn", act="pass")
    assert table.me(second)["turn"] == "holder"
    table.do("F", "turn", act="absent", seat=table.seat(second))
    turn = table.board.turn("all")
    assert turn is not None
    assert turn.over
    assert turn.absent == (table.seat(second),)
    table.do(second, "turn", act="take")
    assert table.me(second)["turn"] == "holder"
    table.do("F", "turn", act="give", seat=table.seat(first))
    assert [table.me(w)["turn"] for w in (first, second)] == ["holder", "next"], "who was interrupted is next"
    table.do("F", "turn", act="skip", seat=table.seat(first))
    assert [table.me(w)["turn"] for w in (first, second)] == ["next", "holder"]
    table.do(second, "turn", act="done")
    table.do("F", "turn", act="skip", seat=table.seat(first))
    assert table.me(first)["turn"] == "holder", "nobody else is waiting"


def test_O7_a_person_is_told_what_undo_would_take_back_and_nobody_else_is() -> None:
    table = in_groups(stem="dilemmavaerksted", to="write")
    said = lambda who: table.me(who)["undo"]  # noqa: E731
    assert said("P1") is None
    note = table.write("P1", sheet="dilemmas", lane="dilemma", text="Kort eller langt?")
    assert said("P1") == {"what": "write", "text": "Kort eller langt?"}
    table.do("P1", "edit", note=note, text="Kort eller helt?")
    assert said("P1") == {"what": "edit", "text": "Kort eller helt?"}
    assert said("P2") is said("F") is None
    table.do("P1", "undo")
    assert said("P1") == {"what": "write", "text": "Kort eller langt?"}
    table.do("P1", "delete", note=note)
    assert said("P1") == {"what": "delete", "text": "Kort eller langt?"}
    table.do("P1", "undo")
    table.go("present")
    table.take_turn("P1")
    table.do("P1", "place", note=note, lane="dilemma")
    assert said("P1") is None, "what was raised stays up (V7)"
    table.go("choose")
    table.do("P1", "mark", note=note, kind="chosen", word="chosen")
    assert said("P1") == {"what": "choose", "text": "Kort eller langt?"}
    table.do("F", "close")
    assert said("P1") is None


def test_timer_and_notice_and_door() -> None:
    table = in_place()
    table.do("F", "timer", act="start", minutes=5)
    assert table.board.ends_at == table.now + 5 * 60_000
    at = table.board.ends_at
    table.do("F", "timer", act="add", minutes=2)
    assert table.board.ends_at == at + 2 * 60_000
    table.do("F", "timer", act="stop")
    assert table.board.ends_at == 0
    table.do("F", "notice", show=True)
    assert table.screens["P1"].shown["board"]["notice"] is True
    table.go("picture")
    assert table.screens["P1"].shown["board"]["notice"] is False
    table.do("F", "door", open=False)
    assert table.board.door is False
