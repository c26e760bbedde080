"""V6 against an attacker who holds the console, the wall, a listener's phone and helpers' seats.

Each play is made twice with the same acts of the attacker at the same moments, and differs only in what one person (or
which of two persons) wrote. Everything that the attacker is sent, and every refusal they get, must be the same: then no
guess about it is better than chance.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import Any

import pytest

from board_schema.commands import Refused
from board_schema.rules import GRID
from tests.rules.play import Table, in_dilemma, unpacked

ATTACKER = ("F", "W", "L1", "A1", "A2", "A3", "A4")
OTHERS = ("P1", "P2", "P3", "P4", "P5", "P6")
SEEDS = range(8)

Write = Callable[[Table], None]


@contextmanager
def beside(table: Table) -> Iterator[None]:
    """What happens here takes no time and draws no number, so that all else is the same with and without it."""
    drawn, now = table.rng.getstate(), table.now
    table.rng.seed(hash((now, len(table.log))))
    yield
    table.now = now
    table.rng.setstate(drawn)


def seated(stem: str, seed: int) -> Table:
    table = Table(stem, seed=seed, people=len(OTHERS), listeners=1)
    for who in ATTACKER[3:]:
        table.join(who)
    table.host("H1")
    return table


def heard(table: Table) -> list[Any]:
    """What the attacker's screens were sent, without the versions, which in the shipped wire are times (P3)."""
    frames = []
    for who in ATTACKER:
        for frame in table.screens[who].frames:
            name, _, *rest = unpacked(frame)
            frames.append((who, name, *rest))
    return frames


def seat_of(table: Table, who: str) -> str:
    return table.board.people[table.actors[who].pid].seat


def attack(table: Table, rng: Random, sheet: str, lanes: tuple[str, ...], target: str) -> str:
    """One random act of somebody who wants to know what `target` wrote; the reason if it was refused."""
    who = rng.choice(ATTACKER[3:])
    lane, hosted = rng.choice(lanes), table.seat("H1")
    rounds = [item.id for item in table.method.plan(table.board.leader)]
    mine = sorted(n.id for n in table.board.notes.values() if n.author == table.actors[who].pid and n.reach == "own")
    acts: list[tuple[float, str, str, dict[str, Any]]] = [
        (6, who, "write", {"note": table.new_note(), "text": "x", "sheet": sheet, "lane": lane}),
        (1, who, "delete", {"note": rng.choice(mine) if mine else "nonote000000"}),
        (1, who, "ready", {"on": rng.random() < 0.6}),
        (2, "F", "role", {"seat": seat_of(table, target), "role": rng.choice(["listener", "scribe", "participant"])}),
        (1, "F", "role", {"seat": seat_of(table, who), "role": rng.choice(["listener", "participant"])}),
        (0.5, "F", "remove", {"seat": seat_of(table, target)}),
        (0.5, "F", "remove", {"seat": seat_of(table, who)}),
        (1, "F", "round", {"to": rng.choice(rounds), "confirm": True}),
        (1, "F", "setup", {"from": rng.choice([2017, 2019, 2022]), "to": rng.choice([2024, 2026])}),
        (1, "F", "groups", {"size": rng.randint(2, 4)}),
        (1, "F", "undo", {}),
        (1, "F", "write", {"note": table.new_note(), "text": "x", "sheet": sheet, "lane": lane, "as": hosted}),
        (1, "F", "setup", {"leader": rng.choice(["part", "told"])}),
    ]  # fmt: skip
    _, by, op, args = rng.choices(acts, [weight for weight, *_ in acts])[0]
    try:
        table.do(by, op, **args)
    except Refused as refused:
        return refused.reason
    return ""


def played(stem: str, seed: int, sheet: str, lanes: tuple[str, ...], write: dict[int, Write]) -> list[Any]:
    """A workshop under attack; `write` holds what is written in secret, by the step before which that is."""
    table = seated(stem, seed)
    rng = Random(seed)
    table.go(next(item.id for item in table.method.plan("part") if item.private))
    refusals = []
    for who in OTHERS[2:]:
        with beside(table):
            if rng.random() < 0.6:
                table.write(who, sheet=sheet, lane=rng.choice(lanes), text="hemmeligt")
    for step in range(30):
        if step in write:
            with beside(table), suppress(Refused):  # they may have been removed, or listen
                write[step](table)
        refusals.append(attack(table, rng, sheet, lanes, "P1"))
        table.now += rng.randrange(GRID)
        with beside(table):
            table.tidy()
    return [heard(table), refusals]


WORKSHOPS = [
    ("fremtidsvaerksted", "columns", ("critique", "dream")),
    ("historievaerksted", "timeline", ("2018", "2020", "elsewhere")),
]


@pytest.mark.parametrize(("stem", "sheet", "lanes"), WORKSHOPS, ids=[stem for stem, *_ in WORKSHOPS])
def test_V6_an_attacker_guesses_no_better_than_chance_how_much_somebody_wrote_and_what(
    stem: str, sheet: str, lanes: tuple[str, ...]
) -> None:
    def little(table: Table) -> None:
        table.write("P1", sheet=sheet, lane=lanes[0], text="kort")

    def much(table: Table) -> None:
        for i in range(9):
            note = table.write("P1", sheet=sheet, lane=lanes[0], text=f"en lang og {i} anden tekst")
            if i % 3 == 1:
                table.do("P1", "edit", note=note, text="rettet")
            if i % 3 == 2:
                table.do("P1", "delete", note=note)

    for seed in SEEDS:
        at = Random(seed).randrange(4)
        assert played(stem, seed, sheet, lanes, {at: little}) == played(stem, seed, sheet, lanes, {at: much}), seed


@pytest.mark.parametrize(("stem", "sheet", "lanes"), WORKSHOPS, ids=[stem for stem, *_ in WORKSHOPS])
def test_V6_an_attacker_guesses_no_better_than_chance_which_of_two_wrote(
    stem: str, sheet: str, lanes: tuple[str, ...]
) -> None:
    """P1 is removed, made a listener and back; P2 is left alone. One of them wrote, and said that they were ready."""

    def wrote(who: str) -> Write:
        def write(table: Table) -> None:
            table.write(who, sheet=sheet, lane=lanes[0], text="hemmeligt")
            table.do(who, "ready", on=True)

        return write

    for seed in SEEDS:
        one, two = (played(stem, seed, sheet, lanes, {0: wrote(who)}) for who in ("P1", "P2"))
        assert one == two, seed


def test_V6_the_attack_is_one_and_would_notice_what_a_count_of_notes_tells() -> None:
    """The plays are not trivial: counts grow in them, people are removed, acts are refused; a louder count is heard."""

    def write(table: Table) -> None:
        for who in OTHERS[:2]:
            table.write(who, sheet="columns", lane="critique")

    plays = [played("fremtidsvaerksted", seed, "columns", ("critique", "dream"), {0: write}) for seed in SEEDS]
    counts = {record["progress"]["wrote"] for frames, _ in plays for _, _, record, _ in frames if "progress" in record}
    assert {0, 3, 5} <= counts
    assert {"", "no_note", "no_seat", "role", "nothing_to_undo"} <= {r for _, told in plays for r in told}
    assert sum(any(f"seat:{i}" for i in gone) for frames, _ in plays for *_, gone in frames) > 10


def test_V6_setup_says_nothing_of_drafts_on_years_that_go_and_they_move_to_the_nearest() -> None:
    table = Table("historievaerksted", people=3)
    table.go("write")
    early, late, kept = (table.write("P1", sheet="timeline", lane=str(year)) for year in (2017, 2026, 2022))
    gone = table.write("P1", sheet="timeline", lane="2016")
    table.do("P1", "delete", note=gone)
    before = table.screens["F"].own["me"]["can"]
    table.do("F", "setup", from_=2019, to=2024)
    assert [table.note(note).lane for note in (early, late, kept)] == ["2019", "2024", "2022"]
    assert table.screens["P1"].own[f"mine:{early}"]["lane"] == "2019"
    assert table.screens["F"].own["me"]["can"] == before, "not even that something could be undone no more"
    table.do("P1", "restore", note=gone)
    assert table.note(gone).lane == "2019"


def test_V6_un_choosing_says_nothing_of_drafts_and_they_lie_without_a_row() -> None:
    table, notes = in_dilemma(people=6)
    table.go("choose")
    for who in notes:
        table.do(who, "mark", note=notes[who], kind="chosen", word="chosen")
    who = next(iter(notes))
    mate = next(one for one in notes if one != who and table.group(one) == table.group(who))
    row = notes[who]
    draft = table.write(mate, sheet="grid", lane="one", row=row)
    away = table.write(mate, sheet="grid", lane="one", row=row)
    table.do(mate, "delete", note=away)
    assert (table.note(draft).reach, table.note(draft).row) == ("own", row)
    assert "undo" in table.me(who)["can"], "that there is a draft is not told here either"
    table.do(who, "mark", note=row, kind="chosen", word="")
    assert (table.note(draft).row, table.note(draft).lane) == ("", "one")
    table.do(mate, "restore", note=away)
    table.do(who, "mark", note=row, kind="chosen", word="chosen")
    assert table.note(draft).row == ""
    second = table.write(mate, sheet="grid", lane="one", row=row)
    table.do(who, "delete", note=row)
    assert table.note(second).row == ""
