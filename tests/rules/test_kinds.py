"""A kind of record is one entry of the table: whole views, renewed views and personal layers all carry it."""

from contextlib import suppress
from random import Random
from typing import Any

import pytest

from board_schema import patch, view
from board_schema.board import Note
from board_schema.commands import Refused
from board_schema.rules import Who
from board_schema.view import table
from board_schema.view.differences import Differences
from board_schema.view.kinds import AudienceKind, Context, Own, OwnKind, Record
from tests.rules import chance
from tests.rules.checks import check_converged_P1
from tests.rules.play import STEMS, Table

STEPS = 160


def tally(context: Context, asker: Who, sheet: str) -> Record:
    """How many notes are up on a sheet, for whomever."""
    return {"up": sum(note.sheet == sheet and note.reach != "own" for note in context.board.notes.values())}


def drafts(context: Context, own: Own, _: str) -> Record:
    """How many drafts somebody has."""
    mine = [note for note in context.board.notes.values() if note.author in own.pids]
    return {"drafts": sum(note.reach == "own" for note in mine)}


def sheets_of(since: Differences, key: str, old: Note | None, new: Note | None) -> list[str]:
    return [note.sheet for note in (old, new) if note is not None]


def author_of(since: Differences, key: str, old: Note | None, new: Note | None) -> list[tuple[str, str | None]]:
    return [(note.author, "") for note in (old, new) if note is not None]


TALLY = AudienceKind(
    name="tally",
    ids=lambda context, asker: [sheet.id for sheet in context.method.sheets],
    make=tally,
    each={"notes": sheets_of},
)
DRAFTS = OwnKind(
    name="drafts", make=drafts, each={"notes": author_of, "people": lambda since, key, old, new: [(key, "")]}
)


def use(monkeypatch: pytest.MonkeyPatch, *, audience: Any = (), personal: Any = ()) -> None:
    kinds = table.TABLE
    more = table.Table((*kinds.audience.kinds, *audience), (*kinds.personal.kinds, *personal))
    monkeypatch.setattr(table, "TABLE", more)


def play(stem: str, seed: int) -> Table:
    """A workshop of random ops; after each, every screen must hold what a newcomer is shown."""
    rng = Random(seed)
    workshop = Table(stem, seed=seed, people=4, listeners=1, scribes=1)
    workshop.host("H1")
    plan = [item.id for item in workshop.method.plan(workshop.board.leader)]
    for step in range(STEPS):
        who = rng.choice(["F", "P1", "P2", "P3", "P4", "S1", "L1"])
        if workshop.board.people[workshop.pid(who)].gone:
            continue
        before = workshop.board
        op: str = "round"
        args: dict[str, Any] = {"to": rng.choice(plan), "confirm": True}
        if step % 16:
            person = workshop.person(who)
            new, text = workshop.new_note(), workshop.secret()
            who, op, args = raising(workshop, who) or (who, *chance.op(rng, before, workshop.method, person, new, text))
        layers = {one: view.personal(before, workshop.method, workshop.actors[one]) for one in workshop.screens}
        with suppress(Refused):
            workshop.do("F" if op == "round" else who, op, **args)
        check_converged_P1(workshop)
        check_touched(workshop, before, layers)
    return workshop


def raising(workshop: Table, who: str) -> tuple[str, str, dict[str, Any]] | None:
    """What would raise hidden notes now, if somebody may: chance alone seldom finds it."""
    drafts = {(note.sheet, note.lane) for note in workshop.board.notes.values() if note.reach == "own"}
    for at in workshop.screens["F"].shown["board"].get("reveal", ()):
        if (at["sheet"], at["lane"]) in drafts:
            return "F", "reveal", {"sheet": at["sheet"], "lane": at["lane"]}
    me = workshop.screens[who].own.get("me") or {}
    for key, record in workshop.screens[who].own.items():
        if me.get("place") and record.get("draft") and "place" in record["can"]:
            place = me["place"]
            return who, "place", {"note": key.partition(":")[2], "lane": place["lanes"][0], "row": place["row"]}
    return None


def check_touched(workshop: Table, before: Any, layers: dict[str, patch.View]) -> None:
    """Whoever's personal layer has changed is among those that the table says are concerned."""
    touched = view.Since(before, workshop.board).touched()
    for one, layer in layers.items():
        now = view.personal(workshop.board, workshop.method, workshop.actors[one])
        assert now == layer or touched is None or workshop.actors[one].pid in touched, one


@pytest.mark.parametrize("stem", STEMS)
@pytest.mark.parametrize("seed", range(3))
def test_P1_what_is_renewed_is_what_a_newcomer_is_shown_and_whose_layer_changed_is_known(stem: str, seed: int) -> None:
    play(stem, seed)


@pytest.mark.parametrize("stem", STEMS)
def test_a_kind_of_record_is_one_entry_of_the_table(stem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, audience=[TALLY], personal=[DRAFTS])
    workshop = play(stem, seed=7)
    for sheet in workshop.method.sheets:
        up = sum(note.sheet == sheet.id and note.reach != "own" for note in workshop.board.notes.values())
        assert workshop.screens["W"].shown[f"tally:{sheet.id}"] == {"up": up}
    own = workshop.screens["P1"].own
    assert own["drafts"] == {"drafts": sum(bool(record.get("draft")) for record in own.values())}
    assert "drafts" not in workshop.screens["W"].shown


@pytest.mark.parametrize("layer", ["audience", "personal"])
def test_a_kind_that_does_not_declare_what_it_depends_on_is_noticed(
    layer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless: Any = AudienceKind(name="tally", ids=TALLY.ids, make=tally)
    if layer == "personal":
        careless = OwnKind(name="drafts", make=drafts)
    use(monkeypatch, **{layer: [careless]})
    with pytest.raises(AssertionError, match="newcomer"):
        play("fremtidsvaerksted", seed=7)


def test_a_kind_that_depends_on_a_field_no_board_has_is_refused() -> None:
    with pytest.raises(ValueError, match="kind tally: a board has no field mood"):
        table.Table([AudienceKind(name="tally", make=tally, on=("mood",))], [])
