"""Rehearsals without a server: simulated people who know only what their screens show play any method to its end."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from board_schema import method_file
from board_schema.board import Lang
from board_schema.commands import Refused
from board_schema.method import Method
from server.rehearsal.mind import Act, Mind, Temper
from server.rehearsal.rehearsals import people_for
from server.rehearsal.words import Words
from tests.rules.play import STEMS, Table, bundled

MIXED = method_file.parse((Path(__file__).parent / "rehearsed.toml").read_text(encoding="utf-8"), file="rehearsed.toml")
METHODS = [*STEMS, "blandet"]
STEPS = 4_000  # acts of a whole workshop, above which it would not end


def method_of(stem: str) -> Method:
    return MIXED if stem == MIXED.id else bundled(stem)


class Cast:
    """Simulated people at a table, with somebody who leads as a console would: nobody else does."""

    def __init__(self, method: Method, *, seed: int, people: int = 8) -> None:
        self.rng = Random(seed)
        listens = int(method.leader == "listen")
        self.table = Table(method, seed=seed, people=people, listeners=listens, scribes=int(method.scribe))
        self.words = Words(method, lang="da", rng=self.rng)
        self.minds: dict[str, Mind] = {}
        self.acts: dict[str, Counter[str]] = {}
        self.refused: Counter[str] = Counter()
        self.steps = 0
        for who in self.table.screens:
            if who not in ("F", "W"):
                self.add(who)

    def add(self, who: str) -> None:
        self.minds[who] = Mind(rng=self.rng, words=self.words, temper=Temper.of(len(self.minds), self.rng))
        self.acts[who] = Counter()

    def wish(self, who: str) -> Act | None:
        screen = self.table.screens[who]
        return self.minds[who].next(screen.shown, screen.own)

    def go_on(self) -> None:
        """Everybody does what they want to, in an order of chance, until nobody wants anything."""
        while wishes := [(who, act) for who in self.minds if (act := self.wish(who))]:
            who, act = self.rng.choice(wishes)
            self.steps += 1
            assert self.steps < STEPS, f"it does not end: {self.acts}"
            try:
                self.table.do(who, act.name, **act.args())
            except Refused as refused:
                self.refused[f"{act.name} {refused.reason}"] += 1
                self.minds[who].refused(act)
            else:
                self.acts[who][act.name] += 1
                self.minds[who].did(act)

    def lead(self) -> None:
        """All rounds, as the console offers them."""
        for number, item in enumerate(self.console["method"]["rounds"]):
            if number:
                self.table.do("F", "round", to=item["id"], confirm=True)
            if number == 2:
                self.table.join("late")
                self.add("late")
            self.go_on()
            while turn := next(
                (
                    t
                    for k, t in self.console.items()
                    if k.startswith("turn:") and (t["queue"] or t["holder"]) and not t["endless"]
                ),
                None,
            ):
                self.table.do("F", "turn", act="done" if turn["holder"] else "give", scope=turn["scope"])
                holder = self.console[f"turn:{turn['scope']}"]["holder"]
                if holder and "reveal_groups" in self.console["board"]["offers"]:
                    self.table.do("F", "reveal", group=holder)
                self.go_on()
            for lane in self.console["board"]["reveal"]:
                self.table.do("F", "reveal", sheet=lane["sheet"], lane=lane["lane"])
            self.go_on()

    @property
    def console(self) -> dict[str, dict[str, Any]]:
        return self.table.screens["F"].shown


@pytest.mark.parametrize("stem", METHODS)
def test_simulated_people_play_any_method_to_its_end(stem: str) -> None:
    method = method_of(stem)
    for seed in range(3):
        cast = Cast(method, seed=seed, people=people_for(method)[0])
        cast.lead()
        told = {who: +acts for who, acts in cast.acts.items()}
        done = sum((Counter(acts) for acts in told.values()), Counter[str]())
        for who, acts in told.items():
            person = cast.table.board.by_pid(cast.table.pid(who))
            assert person is not None
            assert bool(acts) == (person.role != "listener"), f"{who} ({person.role}): {acts}"
        refused = sum(cast.refused.values())
        assert refused <= sum(done.values()) * 0.1, f"too much is refused: {cast.refused} of {done}"
        assert done["write"] + done["draw"] + done["claim"] >= 2 * len(told) - 4
        assert cast.table.board.round == method.plan(cast.table.board.leader)[-1].id


def test_what_is_asked_without_being_done_uses_up_no_text() -> None:
    cast = Cast(bundled("fremtidsvaerksted"), seed=1, people=1)
    cast.table.go("critique")
    wishes = [cast.wish("P1") for _ in range(50)]
    assert {wish.key for wish in wishes if wish} == {("write", "critique", 0)}
    examples = {example.da for example in cast.table.method.sheets[0].lanes[0].examples}
    assert wishes[0] is not None
    assert wishes[0].args()["text"] in examples


def test_people_write_the_methods_examples_first_and_then_general_sentences_that_fit() -> None:
    cast = Cast(MIXED, seed=2)
    cast.lead()
    texts = [note.text for note in cast.table.board.notes.values() if note.kind == "note"]
    assert {"Noget, der gav luft", "Noget, der tog luft"} <= set(texts)
    assert any("»Foran os«" in text for text in texts)
    sides = {note.text: note.side for note in cast.table.board.notes.values()}
    assert (sides["Noget, der gav luft"], sides["Noget, der tog luft"]) == ("up", "down")
    assert all(len(note.text) <= 20 for note in cast.table.board.notes.values() if note.lane == "likes")


@pytest.mark.parametrize("lang", ["da", "en"])
def test_of_four_or_more_people_two_have_one_name(lang: Lang) -> None:
    for count in range(1, 40):
        names = Words(MIXED, lang=lang, rng=Random(count)).names(count)
        assert len(names) == count
        assert len(set(names[:18])) >= min(count, 18) - 1
        assert (names[-1] == names[0]) == (count >= 4 or count == 1)


def test_how_many_come_is_what_the_method_advises_and_never_too_many() -> None:
    for low, high, wanted in ((3, 9, (8, 9)), (2, 5, (5, 5)), (10, 15, (10, 15)), (1, 1, (1, 1)), (300, 900, (16, 16))):
        assert people_for(replace(MIXED, people=(low, high))) == wanted
