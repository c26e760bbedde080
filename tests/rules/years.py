"""A programme after three years, for tests and measurements: played over the real rules, the same for the same seed.

Workshops hand on what they picked (R42), TRIO sorts it into the story, links it and freezes it each quarter,
colleagues answer in sittings, trials are tried, stopped and decided, questions are lifted. What may not live here: what
is measured or asserted about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from board_schema.board import DAY
from board_schema.decide import handing
from tests.rules.handings import pick, put, take_in, to_picking
from tests.rules.play import EVERY, Table, text_of

PROGRAMME = "threeyears01"
# As people write: the words of the methods' own Danish texts.
SAID = [said for stem in EVERY for said in re.findall(r'da = "([^"]+)"', text_of(stem))]
WORDS = sorted({word for said in SAID for word in said.split()})
LONGEST = 140  # letters of a note, as people write them
CIRCLE = (3, 4, 5, 3, 6, 2)  # how many points make a circle, one size after another


@dataclass(kw_only=True)
class Size:
    """How much there is when it is over; the defaults are three years of use."""

    workshops: int = 40
    points: int = 600
    versions: int = 12  # one a quarter, with a sitting each
    trials: int = 80
    links: int = 800
    people: int = 15  # colleagues in a sitting
    answers: int = 2  # of each colleague in a sitting
    lifts: int = 24
    diary: int = 72


WORKSHOP = Size(workshops=1, points=15, versions=1, trials=2, links=12, lifts=1, diary=2)  # no more than one evening's


@dataclass
class Years:
    """The programme, and what the generator knows of it."""

    size: Size
    seed: int
    there: Table = field(init=False)
    points: list[str] = field(init=False, default_factory=list)
    trials: list[str] = field(init=False, default_factory=list)
    links: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.there = Table("forloeb", seed=self.seed, people=0, show=False, board_id=PROGRAMME)
        size = self.size
        for quarter in range(size.versions):
            for one in _share(size.workshops, quarter, size.versions):
                self._workshop(one)
                self._later(size, 1 / size.workshops)
            self._sort(quarter)
            self._trials(quarter)
            self._talk(quarter)

    def text(self, least: int = 3) -> str:
        """A note as people write them: mostly short, one in eight long."""
        words = self.chance.randint(14, 24) if self.chance.random() < 0.12 else self.chance.randint(least, least + 6)
        return " ".join(self.chance.choices(WORDS, k=words)).capitalize()[:LONGEST]

    def day(self, *, later: int = 0) -> str:
        """A day of the programme, `later` days from where it is."""
        return datetime.fromtimestamp((self.there.now + later * DAY) / 1000, UTC).date().isoformat()

    def _later(self, size: Size, share: float) -> None:
        self.there.now += round(3 * 365 * DAY * share / 2)

    def _workshop(self, number: int) -> None:
        """A workshop in which two points of three were gathered from several notes hands on its share of them."""
        table = Table("fremtidsvaerksted", seed=self.seed + 1 + number, people=1, show=False, board_id=f"w{number:04}")
        size, rng = self.size, self.chance
        table.now = self.there.now
        raw = [put(table, sheet="columns", lane=rng.choice(("critique", "dream")), text=self.text()) for _ in range(30)]
        steps = [put(table, sheet="columns", lane="realise", text=self.text(), links={"towards": (raw[0],)})]
        to_picking(table)
        for _ in _share(size.points, number, size.workshops):
            pick(table, *rng.sample(raw, k=rng.choice((1, 2, 4))), text=self.text())
        for _ in _share(size.trials // 2, number, size.workshops):
            pick(table, *steps, text=self.text(), lane="trials")
        for _ in _share(size.lifts // 2, number, size.workshops):
            pick(table, raw[1], text=self.text(), lane="lifts")
        (event,) = handing.hand_on(
            table.board, table.method, programme=PROGRAMME, title="Vores forløb", lang="da", day=self.day(),
            now=table.now,
        )  # fmt: skip
        known = set(self.there.board.notes)
        reason = take_in(self.there, event.handing)
        assert reason == "", reason
        new = [note for one, note in self.there.board.notes.items() if one not in known]
        self.trials += [note.id for note in new if (note.sheet, note.lane) == ("trials", "proposed")]

    def _sort(self, quarter: int) -> None:
        """TRIO lays the new points on the map, links them, and names the circles that it finds."""
        there, rng = self.there, self.chance
        there.go("sort")
        new = [note.id for note in there.board.notes.values() if note.lane == "tray"]
        for note in new:
            lane = rng.choice(("supports", "strains", "strains"))
            spot = rng.choice((0, 1_000 * rng.randint(50, 950) + rng.randint(50, 950)))
            there.do("F", "move", note=note, lane=lane, spot=spot)
        if quarter % 4 == 0:
            there.go("centre")
            there.write("F", sheet="story", lane="centre", text=self.text())
        there.go("patterns")
        wanted = self.links + len(_share(self.size.links, quarter, self.size.versions))
        ring = CIRCLE[quarter % len(CIRCLE)]
        around = rng.sample(new, k=min(ring, len(new)))
        for one, other in zip(around, (*around[1:], *around[:1]), strict=True):
            self._link(one, other)
        self.points += new
        while self.links < wanted and len(self.points) > 1:
            # Towards what came later, so that there are no more circles than those that were meant.
            at = rng.randrange(len(self.points) - 1)
            self._link(self.points[at], self.points[rng.randrange(at + 1, len(self.points))])
        if len(around) > 1:
            there.write(
                "F", sheet="story", lane="circles", text=self.text(), links={"through": around},
                marks={"turn": rng.choice(("bad", "good"))},
            )  # fmt: skip
        for note in rng.sample(self.points, k=min(5, len(self.points))):
            there.do("F", "edit", note=note, text=self.text())

    def _link(self, one: str, other: str) -> None:
        kind = "slows" if self.chance.random() < 0.12 else "leads"
        links = self.there.note(one).links
        if one == other or len(links.get(kind, ())) >= 12 or any(other in others for others in links.values()):
            return
        self.there.do("F", "link", note=one, kind=kind, other=other)
        self.links += 1

    def _trials(self, quarter: int) -> None:
        """New proposals, and for those that are there the next step."""
        there, rng, size = self.there, self.chance, self.size
        there.go("trials")
        for _ in _share(size.trials - size.trials // 2, quarter, size.versions):
            about = rng.sample(self.points, k=min(1, len(self.points)))
            note = there.write("F", sheet="trials", lane="proposed", text=self.text(), about=about)
            self.trials.append(note)
        left = [one for one in self.trials if there.note(one).lane == "proposed"]
        for note in left[:-2]:
            plan = {
                "backing": self.text(), "routine": self.text(), "start": self.day(), "until": "none",
                "stop": self.day(later=40), "who": "AMR",
            }  # fmt: skip
            there.do(
                "F", "move", note=note, lane="qualified", fields={one: plan[one] for one in ("backing", "routine")}
            )
            there.do("F", "move", note=note, lane="running", fields=plan)
        there.go("lifts")
        for _ in _share(size.lifts - size.lifts // 2, quarter, size.versions):
            lift = there.write("F", sheet="lifts", lane="trio", text=self.text(8))
            there.do("F", "move", note=lift, lane="local", fields={"by": "FTR", "day": self.day(later=20)})
            there.do("F", "set", note=lift, field="answer", value=self.text(10))
            there.do("F", "mark", note=lift, kind="status", word="answered")
        there.go("diary")
        for _ in _share(size.diary, quarter, size.versions):
            there.write("F", sheet="diary", lane=rng.choice(("before", "after", "learning")), text=self.text(10))

    def _talk(self, quarter: int) -> None:
        """A sitting: colleagues are shown the next version and answer it, and say how trials went; TRIO decides."""
        there, rng, size = self.there, self.chance, self.size
        there.do("F", "freeze", sheet="story")
        there.do("F", "sitting", on=True)
        who = [f"P{number}" for number in range(1, size.people + 1)]
        for one in who:
            there.join(one)
        there.go("show")
        for one in who:
            for lane in rng.choices(("known", "puzzled", "missing"), k=size.answers):
                about = rng.sample(self.points, k=min(1, len(self.points)))
                there.write(one, sheet="answers", lane=lane, text=self.text(), about=about)
        there.go("followup")
        running = [one for one in self.trials if there.note(one).lane == "running"]
        for note in running[: -3 if quarter == size.versions - 1 else None]:
            there.do("F", "move", note=note, lane="stopped")
            for one in rng.sample(who, k=min(3, len(who))):
                there.write(one, sheet="trials", lane="stopped", kind="comment", under=note, text=self.text())
            word = rng.choice(("adjust", "carry-on", "drop"))
            fields = {"learned": self.text(10)}
            there.do("F", "move", note=note, lane="decided", fields=fields, marks={"decision": word})
        there.go("home")
        there.do("F", "sitting", on=False)
        for one in who:
            del there.actors[one], there.screens[one], there.tabs[one]


def _share(all_of: int, at: int, parts: int) -> range:
    """The numbers of those that come in one of so many parts."""
    return range(all_of * at // parts, all_of * (at + 1) // parts)


def years(*, seed: int = 2026, size: Size | None = None) -> Years:
    """The programme after three years, or of another size."""
    return Years(size or Size(), seed)
