"""Whole workshops, from the first round to the sealed board, with every promise checked after every step."""

from collections import Counter

import pytest

from board_schema.board import REOPEN_FOR
from board_schema.commands import Refused
from board_schema.method import Leader
from board_schema.rules import GRID
from tests.rules import chance
from tests.rules.checks import check_all, check_step
from tests.rules.play import STEMS, Table, bundled


def attempt(table: Table, who: str, op: str, tally: Counter[str], **args: object) -> None:
    """Do it or be refused; the promises hold either way."""
    try:
        table.do(who, op, **args)
    except Refused as refused:
        tally[f"refused {refused.reason}"] += 1
    else:
        tally[op] += 1
    check_step(table)


def around(table: Table, tally: Counter[str], steps: int) -> None:
    """Some random ops of random people, allowed or not."""
    for _ in range(steps):
        who = table.rng.choice([w for w in table.screens if w != "W"])
        person = table.board.people.get(table.actors[who].pid)
        if person is None:
            continue
        name, args = chance.op(table.rng, table.board, table.method, person, table.new_note(), table.secret())
        attempt(table, who, name, tally, **args)
        if table.rng.random() < 0.3:
            table.now += table.rng.randrange(2 * GRID)
            if table.tidy():
                tally["counted"] += 1
                check_step(table)


def write_as_invited(table: Table, tally: Counter[str]) -> None:
    """Everybody writes where their phone says, as a person would."""
    for who in [w for w in table.screens if w != "W"]:
        me = table.screens[who].own.get("me")
        if not me or not me["write"] or me["role"] == "listener":
            continue
        write = me["write"]
        lane = table.rng.choice(write["lanes"]) if write["lanes"] else ""
        rows = [k[4:] for k, r in table.screens[who].shown.items() if k.startswith("row:") and lane in r["open"]]
        row = table.rng.choice(rows) if rows else write["row"]
        sheet = write["sheet"]
        attempt(table, who, "write", tally, note=table.new_note(), text=table.secret(), sheet=sheet, lane=lane, row=row)


def play_turns(table: Table, tally: Counter[str]) -> None:
    """Every queue runs to its end: each takes the floor, puts up what they have, and is done."""
    for _ in range(60):
        waiting = [w for w in table.screens if table.screens[w].own.get("me", {}).get("turn") in ("next", "holder")]
        if not waiting:
            return
        who = table.rng.choice(waiting)
        if table.me(who)["turn"] == "next":
            act = table.rng.choices(["take", "pass", "later"], [8, 1, 1])[0]
            attempt(table, who, "turn", tally, act=act)
            continue
        place = table.me(who)["place"]
        for key, record in list(table.screens[who].own.items()):
            if place and "place" in record.get("can", []) and key.startswith("mine:"):
                lane = table.rng.choice(place["lanes"])
                attempt(table, who, "place", tally, note=key[5:], lane=lane, row=place["row"])
        attempt(table, who, "turn", tally, act="done")


def reveal_all(table: Table, tally: Counter[str]) -> None:
    for hidden in table.screens["F"].shown["board"].get("reveal", []):
        attempt(table, "F", "reveal", tally, sheet=hidden["sheet"], lane=hidden["lane"])
    if table.method.round(table.board.round).show_groups:
        for group in list(table.board.groups):
            attempt(table, "F", "reveal", tally, group=group)
            around(table, tally, 2)


def choose_by_talk(table: Table, tally: Counter[str]) -> None:
    """One person of each group presses on a note that may be chosen; later rounds then have rows to fill."""
    for group in list(table.board.groups):
        who = next((w for w in table.members(group) if w in table.screens), None)
        shown = table.screens[who].shown if who else {}
        notes = [k[5:] for k, r in shown.items() if k.startswith("note:") and "chosen" in r.get("marks_open", [])]
        if who and notes:
            attempt(table, who, "mark", tally, note=table.rng.choice(notes), kind="chosen", word="chosen")


def play(stem: str, leader: Leader, seed: int) -> tuple[Table, Counter[str]]:
    """One workshop from the first round until it is sealed."""
    tally: Counter[str] = Counter()
    table = Table(stem, seed=seed, people=3 + seed * 5 % 10, listeners=seed % 3, scribes=seed % 2, leader=leader)
    table.host("H1")
    check_all(table)
    plan = [item.id for item in table.method.plan(table.board.leader)]
    for i, round_id in enumerate(plan):
        if round_id != table.board.round:
            attempt(table, "F", "round", tally, to=round_id, confirm=True)
        if i == 2:
            if not table.board.door:
                table.do("F", "door", open=True)
            table.join("late")
            check_step(table)
        write_as_invited(table, tally)
        around(table, tally, 12)
        play_turns(table, tally)
        choose_by_talk(table, tally)
        reveal_all(table, tally)
        around(table, tally, 6)
        if i and table.rng.random() < 0.4:
            attempt(table, "F", "round", tally, to=plan[table.rng.randrange(i)])
            around(table, tally, 6)
            attempt(table, "F", "round", tally, to=round_id, confirm=True)
        if i == len(plan) // 2:
            attempt(table, "F", "remove", tally, seat=table.seat("P2"))
            around(table, tally, 4)
        check_all(table)
    end(table, tally)
    return table, tally


def end(table: Table, tally: Counter[str]) -> None:
    table.tidy(later=11 * 60_000)
    check_step(table)
    for op in ("close", "reopen", "close"):
        attempt(table, "F", op, tally)
        around(table, tally, 5)
    table.tidy(later=REOPEN_FOR)
    assert table.board.sealed != table.method.endless  # R40
    check_all(table)
    for who in ("P1", "F", "W"):
        attempt(table, who, "name", tally, name="for sent")


@pytest.mark.parametrize("leader", ["part", "listen", "told"])
@pytest.mark.parametrize("stem", STEMS)
def test_every_promise_holds_in_every_step_of_a_workshop(stem: str, leader: Leader) -> None:
    all_told: Counter[str] = Counter()
    for seed in range(2):
        table, tally = play(stem, leader, seed=seed + 10 * len(leader))
        all_told += tally
        assert table.screens["W"].shown["board"]["sealed"] != table.method.endless
    done = sum(count for name, count in all_told.items() if not name.startswith("refused"))
    turned_down = sum(all_told.values()) - done
    assert done > 120, f"the play was trivial: {all_told}"
    assert turned_down > 60, f"nothing was tried: {all_told}"
    assert all_told["write"] > 40
    assert all_told["counted"] > 4 or not any(item.private for item in bundled(stem).rounds)
