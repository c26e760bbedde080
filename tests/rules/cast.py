"""Casts: simulated people, who know only what their screens show, play a method to its end; every promise is checked.

`python3 tests casts` plays many (see `main`); `test_rehearsed` plays some of each method. One seed makes one cast.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from random import Random
from typing import Any

from board_schema import method_file
from board_schema.board import DAY, REOPEN_FOR
from board_schema.commands import Refused
from board_schema.method import Method
from board_schema.rules import answer_to, to_answer
from server.rehearsal.mind import Act, Mind, Temper
from server.rehearsal.rehearsals import people_for
from server.rehearsal.words import Words
from tests.rules.checks import check_all, check_step
from tests.rules.play import EVERY, Table, bundled

OWN = [
    method_file.parse((Path(__file__).parent / file).read_text(encoding="utf-8"), file=file)
    for file in ("rehearsed.toml", "rehearsed_cards.toml", "rehearsed_clock.toml", "rehearsed_talk.toml", "story.toml")
]
"""Methods for tests, with forms and rounds that no bundled one has together: one file each, and no line of code."""
MIXED, *_ = OWN
METHODS = [*EVERY, *(method.id for method in OWN)]
STEPS = 4_000  # acts of a whole workshop, above which it would not end
MANY = 200  # casts a method that `python3 tests casts` plays


def method_of(stem: str) -> Method:
    return next((method for method in OWN if method.id == stem), None) or bundled(stem)


class Cast:
    """Simulated people at a table, with somebody who leads as a console would: nobody else does.

    With `checked` every text is one that can be told from all others, and after each act every promise is checked.
    """

    def __init__(self, method: Method, *, seed: int, people: int = 8, checked: bool = False) -> None:
        self.rng = Random(seed)
        self.checked = checked
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
            if reason := self.do(who, act.name, **self.marked(act.name, act.args())):
                self.refused[f"{act.name} {reason}"] += 1
                self.minds[who].refused(act)
            else:
                self.acts[who][act.name] += 1
                self.minds[who].did(act)

    def do(self, who: str, op: str, **args: Any) -> str:
        """An op of somebody; the reason of its refusal, or empty."""
        reason = ""
        try:
            self.table.do(who, op, **args)
        except Refused as refused:
            reason = refused.reason
        if self.checked:
            check_step(self.table)
            check_face_down_D1(self.table)
        return reason

    def marked(self, op: str, args: dict[str, Any]) -> dict[str, Any]:
        """With a text of the same kind that is nowhere else, where a cast is checked."""
        secret = self.table.secret("").strip()
        if not self.checked:
            return args
        if "text" in args:
            return {**args, "text": secret}
        free = {field.id for sheet in self.table.method.sheets for lane in sheet.lanes for field in lane.fields
                if field.kind == "text"}  # fmt: skip
        return {**args, "value": secret} if op == "set" and args["field"] in free else args

    def lead(self, each: Callable[[], None] = lambda: None) -> None:
        """All rounds, as the console offers them; `each` is called when people have done all they want to in one."""
        late = self.ahead()
        for number, item in enumerate(self.console["method"]["rounds"]):
            if number == 3:
                self.come(late)
            if number:
                self.do("F", "round", to=item["id"], confirm=True)
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
                self.do("F", "turn", act="done" if turn["holder"] else "give", scope=turn["scope"])
                holder = self.console[f"turn:{turn['scope']}"]["holder"]
                if holder and "reveal_groups" in self.console["board"]["offers"]:
                    self.do("F", "reveal", group=holder)
                self.go_on()
            for lane in self.console["board"]["reveal"]:
                self.do("F", "reveal", sheet=lane["sheet"], lane=lane["lane"])
            self.go_on()
            each()
            if self.checked:
                self.adds(item["sheet"])
                check_all(self.table)

    def ahead(self) -> dict[str, Mind]:
        """Where people may, some casts wait for a day and write ahead; who is not there when it begins is left out."""
        table = self.table
        if not table.method.ahead or self.rng.random() < 0.5:
            return {}
        self.do("F", "setup", day=table.now + 20 * DAY)
        self.go_on()
        table.now = table.board.day
        phones = [who for who in self.minds if table.person(who).role == "participant"]
        absent = self.rng.sample(phones, self.rng.randint(0, 2))
        table.here = {table.seat(who) for who in self.minds if who not in absent}
        self.do("F", "round", to=table.board.round)
        assert self.console["progress"]["present"] == len(phones) - len(absent)
        return {who: self.minds.pop(who) for who in absent}

    def come(self, late: dict[str, Mind]) -> None:
        """They connect in the middle of the workshop."""
        for who in late:
            self.table.arrive(who)
            check_all(self.table)
        self.minds |= late

    def adds(self, sheet: str) -> None:
        """What whoever leads adds: a heading over alike notes, what is picked, a step back; somebody may have left."""
        table, can = self.table, self.table.me("F")["can"]
        up = [key[5:] for key, note in self.console.items()
              if key.startswith("note:") and note["kind"] == "note" and "gather" in note["can"]]  # fmt: skip
        if len(up) > 1:
            notes = self.rng.sample(up, 2)
            self.do("F", "gather", note=table.new_note(), notes=notes, text=table.secret("").strip())
        if "pick" in can:
            picked = [key[5:] for key, note in self.console.items()
                      if key.startswith("note:") and note["kind"] == "note" and note["sheet"] != sheet]  # fmt: skip
            for lane in self.console[f"sheet:{sheet}"]["lanes"]:
                of = self.rng.sample(sorted(picked), min(len(picked), 2))
                self.do("F", "pick", note=table.new_note(), text=table.secret("").strip(), lane=lane["id"], of=of)
        if self.rng.random() < 0.3:
            self.do(self.rng.choice(list(self.minds)), "undo")
        if self.rng.random() < 0.1 and len(self.minds) > 4:
            self.do("F", "remove", seat=table.seat(gone := self.rng.choice(list(self.minds))))
            del self.minds[gone]

    def end(self) -> None:
        """It closes, and is sealed; what the wall showed is there still (I15). A leader answers before and after it."""
        self.do("F", "close")
        self.leader()
        shown = self.on_the_wall()
        self.table.tidy(later=REOPEN_FOR)
        if self.checked:
            check_all(self.table)
        assert self.table.board.sealed or self.table.method.keep == "nothing"
        assert self.on_the_wall() == shown
        self.leader()
        assert all(text in self.on_the_wall() for text in shown if text[1] != self.answers_in)
        if self.checked:
            check_all(self.table)

    @property
    def answers_in(self) -> str:
        """The lane of a leader's answers, or empty."""
        lane = self.table.method.answer_lane
        return lane.id if lane else ""

    def leader(self) -> None:
        """Somebody with the leader's link answers some of what was picked, once more or in other words (R38)."""
        table, lane = self.table, self.table.method.answer_lane
        if lane is None:
            return
        for picked in to_answer(table.board, table.method):
            if self.rng.random() < 0.3:
                continue
            stands = answer_to(table.board, table.method, picked.id)
            given = {field.id: self.rng.choice([option.id for option in field.options] or ["2027-03-01"])
                     for field in lane.fields if field.kind != "text" and self.rng.random() < 0.7}  # fmt: skip
            text = table.secret("").strip()
            assert table.answer(picked.id, text, began=stands.text if stands else "", **given) == ""
            assert table.answer(picked.id, text, began="", **given) == "", "the same once more changes nothing"
            assert table.answer(picked.id, f"{text} other", began="") == "changed"
            for who in table.screens:
                found = [note for note in table.screens[who].shown.values() if note.get("text") == text]
                assert [note["lane"] for note in found] == [lane.id], f"{who} is shown an answer"

    def on_the_wall(self) -> list[tuple[str, str, str, str]]:
        """Every text that the wall shows, and where."""
        notes = [note for key, note in self.table.screens["W"].shown.items() if key.startswith("note:")]
        return sorted((note["sheet"], note["lane"], note["row"], note["text"]) for note in notes)

    @property
    def console(self) -> dict[str, dict[str, Any]]:
        return self.table.screens["F"].shown


def check_face_down_D1(table: Table) -> None:
    """No frame holds a card that lies face down, but for the facilitator who prepares."""
    hidden = [table.method.cards(table.board.deck)[card] for card in table.board.stack]
    for who, frame in table.fresh:
        if who == "F" and table.method.round(table.board.round).prepare:
            continue
        assert not any(card.da.encode() in frame for card in hidden), f"{who} was sent a card that lies face down"


def play(stem: str, seed: int) -> Cast:
    """One cast of a method to its end; an AssertionError where a promise does not hold."""
    method = method_of(stem)
    cast = Cast(method, seed=seed, people=people_for(method)[0], checked=True)
    cast.lead()
    for who in cast.minds:
        listens = cast.table.person(who).role == "listener"
        assert bool(+cast.acts[who]) != listens or not method.sheets, f"{who} (listens: {listens}): {cast.acts[who]}"
    done = sum(cast.acts.values(), Counter[str]())
    refused = sum(cast.refused.values())
    assert refused <= sum(done.values()) * 0.1, f"too much is refused: {cast.refused} of {done}"
    assert not method.sheets or done["write"] + done["draw"] + done["claim"] >= 2 * len(cast.acts) - 4
    assert cast.table.board.round == method.plan(cast.table.board.leader)[-1].id
    cast.end()
    return cast


def attempt(stem: str, seed: int) -> tuple[str, int, int, str]:
    """A cast's method, seed, acts, and what went wrong (empty: nothing), for another process."""
    try:
        return stem, seed, play(stem, seed).steps, ""
    except Exception as trouble:  # the run goes on with the next seed, and tells of this one
        return stem, seed, 0, f"{type(trouble).__name__}: {trouble}"[:400]


def main() -> int:
    """`python3 tests casts [--casts 200] [--first 0] [method ...]`: many casts of each method, two at a time."""
    words = argparse.ArgumentParser(prog="python3 tests casts", description=main.__doc__)
    words.add_argument("methods", nargs="*", default=METHODS, help="ids of methods (all)")
    words.add_argument("--casts", type=int, default=MANY, help=f"casts of each method ({MANY})")
    words.add_argument("--first", type=int, default=0, help="the first seed (0)")
    words.add_argument("--processes", type=int, default=2)
    wish = words.parse_args()
    seeds = range(wish.first, wish.first + wish.casts)
    wrong = 0
    with ProcessPoolExecutor(wish.processes) as pool:
        for stem in wish.methods:
            steps = 0
            for done in as_completed([pool.submit(attempt, stem, seed) for seed in seeds]):
                _, seed, acts, trouble = done.result()
                steps += acts
                if trouble:
                    wrong += 1
                    print(f"{stem}, seed {seed}: {trouble}", flush=True)
            print(f"{stem}: seeds {seeds.start} to {seeds.stop - 1}, {steps} acts", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
