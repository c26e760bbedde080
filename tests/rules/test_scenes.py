"""The scene and the offers that each screen is told, round by round in every bundled method: no page works them out.

What may not live here: who sees which record (test_view).
"""

from __future__ import annotations

import pytest

from board_schema.view import Audience, personal
from tests.rules.play import Table, in_dilemma

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
        "harvest": ("look", "look", "listen"),
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
        "harvest": ("look", "look", "listen"),
    },
    "fremtidsvaerksted": {
        "frame": ("welcome", "welcome", "listen"),
        "critique": ("write", "write", "listen"),
        "dream": ("write", "write", "listen"),
        "realise": ("write", "write", "listen"),
        "close": ("end", "end", "end"),
        "harvest": ("look", "look", "listen"),
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


# Round: the offers of the console, with groups made and nobody hosted.
OFFERS = {
    "historievaerksted": {
        "welcome": ["groups", "shuffle"],
        "write": ["wrote", "await_ready"],
        "place": ["notice"],
        "picture": ["groups", "shuffle"],
        "strengths": ["groups", "shuffle", "await_ready"],
        "wishes": ["groups", "shuffle", "await_ready"],
        "plenum": ["notice", "groups", "shuffle", "reveal_groups"],
        "close": [],
        "harvest": [],
    },
    "dilemmavaerksted": {
        "welcome": ["groups", "shuffle"],
        "write": ["groups", "shuffle", "wrote", "await_ready"],
        "present": ["notice", "groups", "shuffle"],
        "choose": ["groups", "shuffle", "await_choice"],
        "sides": ["groups", "shuffle", "await_ready", "await_choice"],
        "depth": ["groups", "shuffle", "await_ready", "await_choice"],
        "actions": ["groups", "shuffle", "await_ready", "await_choice"],
        "plenum": ["notice", "groups", "shuffle", "reveal_groups", "await_choice"],
        "close": [],
        "harvest": [],
    },
    "fremtidsvaerksted": {
        "frame": ["groups", "shuffle"],
        "critique": ["wrote", "await_ready"],
        "dream": ["wrote", "await_ready"],
        "realise": ["wrote", "await_ready"],
        "close": [],
        "harvest": [],
    },
}

WHO_SEES = {
    "historievaerksted": {"write": "own_until_turn", "place": "own_until_turn", "strengths": "own"},
    "dilemmavaerksted": {"welcome": "own", "write": "own_until_turn", "present": "own_until_turn", "choose": "own"},
    "fremtidsvaerksted": {"frame": "own_until_reveal", "critique": "own_until_reveal", "close": "own"},
}


def offers(table: Table) -> list[str]:
    return list(table.view(Audience("facilitator"))["board"]["offers"])


@pytest.mark.parametrize("stem", OFFERS)
def test_the_console_is_told_what_it_has_a_use_for_in_every_round(stem: str) -> None:
    table = Table(stem, people=4, leader="part")
    table.do("F", "groups", size=2)
    found, sees = {}, {}
    for at in OFFERS[stem]:
        if at != table.board.round:
            table.go(at)
        found[at] = offers(table)
        sees[at] = table.view(Audience("wall"))["board"]["who_sees"]
        assert table.view(Audience("wall"))["progress"]["asks_ready"] is table.method.round(at).ready
    assert found == OFFERS[stem]
    assert {at: sees[at] for at in WHO_SEES[stem]} == WHO_SEES[stem]
    table.do("F", "close")
    assert offers(table) == []


def test_only_the_facilitator_is_told_offers() -> None:
    table = Table("fremtidsvaerksted", people=1, listeners=1, scribes=1)
    for role in ("wall", "participant", "listener", "scribe"):
        assert "offers" not in table.view(Audience(role))["board"], role


def test_groups_are_offered_before_they_are_needed_and_once_there_are_some() -> None:
    table = Table("historievaerksted", people=4)
    assert offers(table) == []
    table.do("F", "groups", size=2)
    assert offers(table) == ["groups", "shuffle"]
    table.go("place")
    assert "groups" not in offers(table)


def test_R16_groups_are_shuffled_anew_only_until_they_have_notes() -> None:
    table, notes = in_dilemma()
    assert "shuffle" not in offers(table)
    assert table.refused("F", "groups", size=2) == "group_in_use"
    for who, note in notes.items():
        table.do(who, "delete", note=note)
    assert "shuffle" not in offers(table), "they can be brought back"
    table.tidy(later=11 * 60_000)
    assert "shuffle" in offers(table)
    table.do("F", "groups", size=2)


def test_the_notice_can_be_taken_away_in_a_round_that_would_not_offer_it() -> None:
    table = Table("fremtidsvaerksted", people=1)
    assert "notice" not in offers(table)
    table.do("F", "notice", show=True)
    assert "notice" in offers(table)


def test_nobody_is_waited_for_or_counted_once_the_notes_are_up() -> None:
    table = Table("fremtidsvaerksted", people=3)
    table.go("critique")
    assert offers(table) == ["wrote", "await_ready"]
    table.write("P1", sheet="columns", lane="critique")
    assert offers(table) == ["wrote", "await_ready"]
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert offers(table) == []
    table.go("dream")
    assert offers(table) == ["wrote", "await_ready"]


def test_writing_for_somebody_hosted_is_offered_where_there_is_something_to_write_or_a_draft_left() -> None:
    table = Table("historievaerksted", people=1)
    table.go("write")
    assert "write_for" not in offers(table)
    table.host("H1")
    assert "write_for" in offers(table)
    draft = table.write("F", sheet="timeline", lane="", **{"as": table.seat("H1")})
    table.go("close")
    assert "write_for" in offers(table)
    table.do("F", "delete", note=draft)
    assert "write_for" not in offers(table)


def test_a_group_is_told_how_many_of_its_own_are_ready_and_no_other_is() -> None:
    table = Table("dilemmavaerksted", people=6)
    table.go("sides")
    mine = table.board.people[table.pid("P1")].group
    others = next(who for who in ("P2", "P3", "P4", "P5", "P6") if table.board.people[table.pid(who)].group != mine)
    people = len(table.members(mine))
    assert table.screens["P1"].shown[f"group:{mine}"] == {"number": 1, "shown": False, "people": people, "ready": 0}
    table.do("P1", "ready", on=True)
    for who in ("P1", "F"):
        assert table.screens[who].shown[f"group:{mine}"]["ready"] == 1, who
    for who in (others, "W"):
        assert "ready" not in table.screens[who].shown[f"group:{mine}"], who
    table.do("F", "remove", seat=table.seat("P1"))
    assert table.screens["F"].shown[f"group:{mine}"]["people"] == people - 1
