"""The scene that each screen is told, round by round in every bundled method: what the pages no longer work out.

What may not live here: who sees which record (test_view).
"""

from __future__ import annotations

import pytest

from board_schema.view import Audience, personal
from tests.rules.play import Table

# Round: the wall's scene, a participant's (with a group), a listener's. A wall's `write` is before anything is up.
SCENES = {
    "historievaerksted": {
        "welcome": ("welcome", "welcome", "listen"),
        "write": ("write", "write", "listen"),
        "place": ("turn", "wait", "listen"),
        "picture": ("write", "talk", "listen"),
        "strengths": ("group", "group", "listen"),
        "wishes": ("group", "group", "listen"),
        "plenum": ("present", "wait", "listen"),
        "close": ("end", "end", "end"),
    },
    "dilemmavaerksted": {
        "welcome": ("welcome", "welcome", "listen"),
        "write": ("write", "write", "listen"),
        "present": ("group", "wait", "listen"),
        "choose": ("group", "group", "listen"),
        "sides": ("group", "group", "listen"),
        "depth": ("group", "group", "listen"),
        "actions": ("group", "group", "listen"),
        "plenum": ("present", "wait", "listen"),
        "close": ("end", "end", "end"),
    },
    "fremtidsvaerksted": {
        "frame": ("welcome", "welcome", "listen"),
        "critique": ("write", "write", "listen"),
        "dream": ("write", "write", "listen"),
        "realise": ("write", "write", "listen"),
        "close": ("end", "end", "end"),
    },
}


def scenes(table: Table) -> tuple[str, str, str]:
    wall = table.view(Audience("wall"))["board"]["scene"]
    own = [personal(table.board, table.method, table.actors[who])["me"]["scene"] for who in ("P1", "L1")]
    return wall, own[0], own[1]


@pytest.mark.parametrize("stem", SCENES)
def test_each_screen_is_told_its_scene_in_every_round(stem: str) -> None:
    table = Table(stem, people=4, listeners=1, leader="part")
    rounds = [item.id for item in table.method.plan("part")]
    assert rounds == list(SCENES[stem])
    table.do("F", "groups", size=2)
    found = {}
    for at in rounds:
        if at != rounds[0]:
            table.go(at)
        found[at] = scenes(table)
    assert found == SCENES[stem]
    table.do("F", "close")
    assert scenes(table) == ("end", "end", "end")


def test_the_wall_shows_the_board_once_something_is_up() -> None:
    table = Table("fremtidsvaerksted", people=3)
    table.go("critique")
    table.write("P1", sheet="columns", lane="critique")
    assert scenes_of_wall(table) == "write"
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert scenes_of_wall(table) == "look"


def scenes_of_wall(table: Table) -> str:
    return str(table.view(Audience("wall"))["board"]["scene"])


def test_a_participant_is_told_that_it_is_their_turn() -> None:
    table = Table("historievaerksted", people=3)
    table.go("place")
    table.take_turn("P1")
    assert table.me("P1")["scene"] == "turn"
    assert table.me("P2")["scene"] == "wait"
