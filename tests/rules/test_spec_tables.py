"""The tables of SPEC 4 and 5 against `decide`: each row of the turn queue, and every reason that an op can be given."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from board_schema import commands, decide
from board_schema.board import EVERYBODY, Turn, turn_key
from board_schema.commands import COMMANDS, REASONS, Refused
from board_schema.events import TurnSet
from board_schema.rules import Who
from board_schema.view.board_records import offered
from board_schema.view.kinds import Context
from tests.rules.play import Table
from tests.rules.promises import in_place

SPEC = (Path(decide.__file__).parents[1] / "SPEC.md").read_text(encoding="utf-8")
STATES = ("holder", "waiting", "later", "done", "absent", "out")
ACTS = ("take", "done", "later", "pass", "give", "skip", "absent")


def rows(head: str) -> list[list[str]]:
    """The cells of a table of SPEC.md, found by its first line, without that line."""
    lines = SPEC[SPEC.index(head) :].splitlines()
    table = lines[2 : next((i for i, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


class Row(NamedTuple):
    """One case of the turn queue's table."""

    by: str
    act: str
    before: str
    word: str
    after: str
    then: str


def turn_rows() -> list[Row]:
    found = []
    for by, acts, before, word, after, then in rows("| by | act | state before |"):
        for act, state in product(re.findall(r"`(\w+)`", acts), before.split(", ")):
            words = ["theirs"] if state == "holder" else ["free", "another's"] if word == "any" else word.split(", ")
            found += [Row(by, act, state, each, after, then) for each in words]
    return found


def test_R22_the_table_has_every_act_in_every_state_once() -> None:
    cases = [(row.by, row.act, row.before, row.word) for row in turn_rows()]
    wanted = [
        (by, act, state, word)
        for by, act, state in product(("oneself", "facilitator"), ACTS, STATES)
        for word in (["theirs"] if state == "holder" else ["free", "another's"])
    ]
    assert sorted(cases) == sorted(wanted)


def queue(seat: str, other: str, third: str, fourth: str, row: Row) -> Turn:
    """A queue where `seat` stands as the row says, `other` may have the floor, `third` is next, `fourth` the last."""
    waits = row.before in ("waiting", "later")
    return Turn(
        scope=EVERYBODY,
        holder=seat if row.word == "theirs" else other if row.word == "another's" else "",
        queue=(third, seat, fourth) if waits else (third, fourth),
        later=(seat,) if row.before == "later" else (),
        done=(seat,) if row.before == "done" else (),
        absent=(seat,) if row.before == "absent" else (),
        since=1,
    )


def state_of(turn: Turn, seat: str) -> str:
    if turn.holder == seat:
        return "holder"
    if seat in turn.queue:
        end = ", as the first" if turn.queue[0] == seat else ", as the last" if turn.queue[-1] == seat else ""
        return ("later" if seat in turn.later else "waiting") + end
    return "done" if seat in turn.done else "absent" if seat in turn.absent else "out"


@pytest.mark.parametrize("row", turn_rows(), ids=lambda row: f"{row.by}-{row.act}-{row.before}-{row.word}")
def test_R22_R23_an_act_does_to_the_queue_what_its_row_says(row: Row) -> None:
    table = in_place(people=4, show=False)
    seat, other, third, fourth = (table.seat(who) for who in ("P1", "P2", "P3", "P4"))
    before = queue(seat, other, third, fourth, row)
    table.board = replace(table.board, turns={turn_key("place", EVERYBODY): before})
    who = "P1" if row.by == "oneself" else "F"
    args: dict[str, Any] = {"act": row.act} | ({"seat": seat} if who == "F" else {})
    command = commands.parse("turn", args)
    if row.after.startswith("refused"):
        with pytest.raises(Refused) as caught:
            decide.decide(table.board, table.method, table.actors[who], command, table.now)
        assert f"refused: `{caught.value.reason}`" == row.after
        return
    (event,) = decide.decide(table.board, table.method, table.actors[who], command, table.now)
    assert isinstance(event, TurnSet)
    after = event.turn
    if row.after == "as before":
        assert state_of(after, seat).partition(",")[0] == row.before
    else:
        assert state_of(after, seat) == row.after
    assert after.holder == {"theirs": seat, "as before": before.holder, "the next's": third}[row.then]
    seats = [after.holder, *after.queue, *after.done, *after.absent]
    assert len(seats) == len(set(seats)), "one state at a time"
    if row.word == "another's":
        kept = {"give": "first", "done": "done" if row.by == "facilitator" else ""}.get(row.act, "")
        assert not kept or (other in after.done if kept == "done" else after.queue[0] == other)
    assert (after.since == table.now) == (after.holder != before.holder), "since when the floor is theirs"


@pytest.mark.parametrize(("who", "act"), [("P1", "later"), ("F", "skip")])
def test_R23_a_holder_keeps_the_floor_while_nobody_waits(who: str, act: str) -> None:
    table = in_place(show=False)
    seat = table.seat("P1")
    table.board = replace(table.board, turns={turn_key("place", EVERYBODY): Turn(scope=EVERYBODY, holder=seat)})
    table.do(who, "turn", act=act)
    turn = table.board.turn(EVERYBODY)
    assert turn is not None
    assert (turn.holder, turn.queue, turn.later) == (seat, (), ())


def test_R23_a_seat_left_out_is_the_first_in_the_queue_or_the_holder() -> None:
    table = in_place()
    turn = table.board.turn(EVERYBODY)
    assert turn is not None
    first, second, _ = turn.queue
    table.do("F", "turn", act="give")
    assert table.board.turns[turn_key("place", EVERYBODY)].holder == first
    table.do("F", "turn", act="skip")
    turn = table.board.turns[turn_key("place", EVERYBODY)]
    assert (turn.holder, turn.later) == (second, (first,))
    table.do("F", "turn", act="absent")
    assert table.board.turns[turn_key("place", EVERYBODY)].absent == (second,)


def test_R22_who_has_no_group_has_no_place_in_a_queue_of_groups() -> None:
    table = Table("historievaerksted", people=8, show=False)
    table.go("plenum")
    person = replace(table.person("P1"), group="")
    table.board = replace(table.board, people={**table.board.people, person.pid: person})
    assert table.refused("P1", "turn", act="take") == "no_group"


def reasons() -> dict[str, set[str]]:
    """Of each reason: the ops that its row names; `any` stands for all."""
    found = {}
    for reason, ops, _ in rows("| reason | ops | meaning |"):
        named = set(re.findall(r"`(\w+)`", ops))
        found[reason.strip("`")] = set(COMMANDS) if ops.startswith("any") else named
    return found


def test_O1_the_table_of_reasons_names_each_reason_and_only_ops_there_are() -> None:
    table = reasons()
    assert list(table) == [reason for reason in table if reason in REASONS]
    assert set(table) == set(REASONS)
    assert set().union(*table.values()) <= set(COMMANDS)


def test_6_a_console_is_offered_what_it_has_a_use_for_in_the_order_of_SPEC() -> None:
    said = SPEC.partition("in this order; empty after closing.")[2].partition("- **Scene**")[0]
    words = [found[1] for each in said.split("; ") if (found := re.search(r"`(\w+)`", each))]
    table = Table("perspektivsamtale")
    context = Context(table.board, table.method)
    assert [word for word, _ in offered(context, Who(role="facilitator"))] == words
