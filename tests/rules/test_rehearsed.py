"""Rehearsals without a server: simulated people who know only what their screens show play any method to its end."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from board_schema import method_file
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
        table, shown = self.table, lambda: self.table.screens["F"].shown
        plan = [item["id"] for item in shown()["method"]["rounds"]]
        for number, round_id in enumerate(plan):
            if number:
                table.do("F", "round", to=round_id, confirm=True)
            if number == 2:
                table.join("late")
                self.add("late")
            self.go_on()
            for _ in range(200):
                turn = next(
                    (t for k, t in shown().items() if k.startswith("turn:") and (t["queue"] or t["holder"])), None
                )
                if turn is None:
                    break
                if turn["holder"]:
                    table.do("F", "turn", act="done", scope=turn["scope"])
                else:
                    table.do("F", "turn", act="give", scope=turn["scope"])
                    if turn["scope"] == "groups" and "reveal_groups" in shown()["board"]["offers"]:
                        table.do("F", "reveal", group=shown()[f"turn:{turn['scope']}"]["holder"])
                self.go_on()
            for lane in shown()["board"]["reveal"]:
                table.do("F", "reveal", sheet=lane["sheet"], lane=lane["lane"])
            self.go_on()


@pytest.mark.parametrize("stem", METHODS)
def test_simulated_people_play_any_method_to_its_end(stem: str) -> None:
    method = method_of(stem)
    for seed in range(6):
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
        assert done["write"] >= 2 * len(told) - 4
        assert cast.table.board.round == method.plan(cast.table.board.leader)[-1].id
