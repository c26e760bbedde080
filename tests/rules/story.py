"""A story on a map, for tests: points by their texts, links between them, circles and their names.

`STORIES` are two whole ones, whose records lie as files beside the tests of screens; `python -m tests.rules.story`
writes those. What may not live here: what is asserted about them.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from board_schema.method import Method
from board_schema.method_file import parse
from tests.rules.play import Table
from tests.rules.story_points import (
    CENTRES,
    FOCUS,
    LEADERS,
    LEAVE,
    MANY,
    PAIRS,
    SMALL,
    STAY,
    TONE,
    Points,
)

STORY = (Path(__file__).parent / "story.toml").read_text(encoding="utf-8")


@cache
def story() -> Method:
    """The method of story.toml."""
    return parse(STORY, file="story.toml")


class Told:
    """A table in the round for links, with points that the facilitator put up.

    `points`: text to lane; ids of notes are in the order in which they stand there.
    """

    def __init__(self, method: Method, points: dict[str, str], **more: Any) -> None:
        self.table = Table(method, **{"people": 2, "listeners": 1, **more})
        self.ids: dict[str, str] = {}
        self.table.go("sort")
        ids = sorted(self.table.new_note() for _ in points)
        for note, (text, lane) in zip(ids, points.items(), strict=True):
            self.ids[text] = note
            self.table.do("F", "write", note=note, text=text, sheet="story", lane=lane)
        self.table.go("patterns")

    def link(self, one: str, other: str, *, kind: str = "leads") -> None:
        self.table.do("P1", "link", note=self.ids[one], kind=kind, other=self.ids[other])

    def ring(self, *texts: str) -> None:
        for one, other in zip(texts, (*texts[1:], texts[0]), strict=True):
            self.link(one, other)

    def name(self, text: str, *notes: str, turn: str = "") -> str:
        """A note that names the circle of these notes; its id."""
        links = {"through": [self.ids[one] for one in notes]}
        marks = {"turn": turn} if turn else {}
        name: str = self.table.write("F", sheet="story", lane="circles", text=text, links=links, marks=marks)
        self.ids[text] = name
        return name


def circles(table: Table, who: str = "W") -> dict[str, Any]:
    """The records of circles on somebody's screen, by K."""
    shown = table.screens[who].shown
    return {key.removeprefix("circle:"): record for key, record in shown.items() if key.startswith("circle:")}


def small() -> Told:
    """Fourteen points and two circles with names, each where people put it: a second version of the story, after the
    answers of two colleagues.
    """
    told = _told(SMALL)
    place = SMALL.places[FOCUS]
    table, ids = told.table, told.ids
    table.do("F", "edit", note=ids[PAIRS], text="Vi følges ad i begyndelsen")
    table.do("F", "move", note=ids[FOCUS], lane="tray")
    table.do("F", "unlink", note=ids[STAY], kind="slows", other=ids[LEAVE])
    gone = table.write("F", sheet="story", lane="strains", text="Rod i skabene")
    table.do("F", "freeze", sheet="story")
    table.go("show")
    bad, link = ids[next(iter(SMALL.names))], f"{ids[LEADERS]}>leads>{ids[TONE]}"
    table.do(
        "P1",
        "write",
        note="answer000001",
        text="Er det tonen, der kommer først?",
        sheet="answers",
        lane="puzzled",
        about=[bad],
    )
    table.do("P2", "write", note="answer000002", text="Ja, tre på to år", sheet="answers", lane="known", about=[link])
    table.go("patterns")
    table.do("F", "edit", note=ids[PAIRS], text=PAIRS)
    table.do("F", "move", note=ids[FOCUS], lane="supports", spot=1_000 * place[1] + place[0])
    table.do("F", "link", note=ids[STAY], kind="slows", other=ids[LEAVE])
    table.do("F", "delete", note=gone)
    table.do("F", "freeze", sheet="story")
    return told


def many() -> Told:
    """Sixty points with eighty links and six circles, of which four have names; no place is given."""
    return _told(MANY)


STORIES = {"small": small, "many": many}


def _told(points: Points) -> Told:
    told = Told(story(), {**dict.fromkeys(points.supports, "supports"), **dict.fromkeys(points.strains, "strains")})
    table = told.table
    for text in CENTRES:
        table.write("F", sheet="story", lane="centre", text=text)
    for text, (x, y) in points.places.items():
        table.do("F", "move", note=told.ids[text], lane=table.note(told.ids[text]).lane, spot=1_000 * y + x)
    for ring in points.rings:
        told.ring(*ring)
    for kind, chains in (("leads", points.leads), ("slows", points.slows)):
        for chain in chains:
            for one, other in pairwise(chain):
                told.link(one, other, kind=kind)
    for text, (at, turn) in points.names.items():
        told.name(text, *points.rings[at], turn=turn)
    return told


def records_of(name: str) -> dict[str, Any]:
    """The records of a story that a wall is sent: its sheet, notes, circles and latest version."""
    shown = STORIES[name]().table.screens["W"].shown
    kinds = ("note", "circle", "version")
    return {key: shown[key] for key in sorted(shown) if key.partition(":")[0] in kinds or key == "sheet:story"}


def file_of(name: str) -> Path:
    """Where the records of a story lie."""
    return Path(__file__).parents[1] / "screens" / f"story-{name}.json"


if __name__ == "__main__":
    for name in STORIES:
        file_of(name).write_text(json.dumps(records_of(name), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
