"""A story in a programme, from new points to its second version, over two sittings (R41, R43, R44)."""

from __future__ import annotations

from typing import Any

import pytest

from board_schema import wire
from board_schema.rules import circles_then, latest
from tests.rules import checks
from tests.rules.play import PROGRAMMES, Table
from tests.rules.story import circles

POINTS = ("Tonen er hård", "Folk siger op", "De andre løber stærkere", "Vi holder af hinanden", "Nye chefer hele tiden")


def promised(table: Table) -> None:
    for check in (*checks.STEP, *checks.SOMETIMES):
        check(table)


def sorted_story(table: Table) -> dict[str, str]:
    """Points that were sorted, one circle of three with a name, a centre; ids by text."""
    table.go("sort")
    ids = {text: table.write("F", sheet="story", lane="tray", text=text) for text in POINTS}
    for at, text in enumerate(POINTS):
        lane = "supports" if "holder af" in text else "strains"
        table.do("F", "move", note=ids[text], lane=lane, spot=1_000 * (100 + at * 150) + 500)
    table.go("patterns")
    ring = [ids[text] for text in POINTS[:3]]
    for one, other in zip(ring, (*ring[1:], ring[0]), strict=True):
        table.do("F", "link", note=one, kind="leads", other=other)
    table.do("F", "link", note=ids[POINTS[4]], kind="leads", other=ring[0])
    table.do("F", "link", note=ids[POINTS[3]], kind="slows", other=ring[1])
    name = "Den hårde tone får folk til at gå"
    links, marks = {"through": ring}, {"turn": "bad"}
    ids[name] = table.write("F", sheet="story", lane="circles", text=name, links=links, marks=marks)
    table.go("centre")
    ids["centre"] = table.write("F", sheet="story", lane="centre", text="Kommunikation")
    return ids


def shown(table: Table) -> dict[str, Any]:
    return table.screens["W"].shown


@pytest.mark.parametrize("stem", PROGRAMMES)
def test_R41_R43_R44_a_story_is_shown_answered_and_adjusted_and_nobody_is_left_in_it(stem: str) -> None:
    table = Table(stem, people=3)
    ids = sorted_story(table)
    (circle,) = circles(table).values()
    assert (circle["loop"], circle["proposed"]) == (3, "bad")
    table.do("F", "freeze", sheet="story")
    first = shown(table)["version:story"]
    table.go("show")
    name = circle["name"]
    link = f"{ids[POINTS[4]]}>leads>{ids[POINTS[0]]}"
    answers = [
        table.write(who, sheet="answers", lane=lane, text=text, about=[element])
        for who, lane, text, element in (
            ("P1", "known", "Ja, især om natten", name),
            ("P2", "puzzled", "Er det ikke blevet bedre?", name),
            ("P3", "known", "Tre på to år", link),
        )
    ]
    table.write("P1", sheet="answers", lane="missing", text="Nattevagterne")
    promised(table)
    people = [table.pid(who) for who in ("P1", "P2", "P3")] + [table.seat(who) for who in ("P1", "P2", "P3")]
    spots = {note.id: note.spot for note in table.board.notes.values() if note.sheet == "story"}
    table.do("F", "sitting", on=False)
    assert not [one for one in people if one.encode() in wire.pack_board(table.board)]
    assert {one: table.note(one).spot for one in spots} == spots, "a place tells nothing of anybody"
    for answer in answers:
        record = shown(table)[f"note:{answer}"]
        assert (record["about"], record["version"]) == ([link if answer == answers[2] else name], 1)
        assert table.note(answer).author == ""
    assert shown(table)["version:story"] == first
    assert circles(table) == {name: circle}
    table.go("adjust")
    added = table.write("F", sheet="story", lane="strains", text="Nattevagterne hører ikke, hvad der er aftalt")
    table.do("F", "link", note=added, kind="leads", other=ids[POINTS[0]])
    table.do("F", "link", note=ids[POINTS[2]], kind="leads", other=added)
    assert circles(table)[name]["notes"] != circle["notes"]
    assert circles(table)[name]["name"] == name, "one more of three: it is the same circle"
    table.do("F", "freeze", sheet="story")
    second = shown(table)["version:story"]
    assert second["n"] == 2
    assert [each["what"] for each in second["changes"]] == ["added", "linked", "linked"]
    version, sheet = latest(table.board, "story"), table.method.sheet("story")
    assert version is not None
    assert sheet is not None
    (kept,) = circles_then(table.method, sheet, version)
    assert len(kept.notes) == 4
    promised(table)
