"""Parts (R30): who may have which, how they change hands, what their holders are shown, and what a file may not say."""

from __future__ import annotations

from typing import Any

import pytest

from board_schema import method_file
from board_schema.forgetting import sealed
from board_schema.method import Method
from tests.rules.checks import check_converged_P1, check_fields_V1
from tests.rules.files import changed, refusal
from tests.rules.play import Table, text_of
from tests.rules.test_decide import turned_down

PARTS = """
[[parts]]
id = "chair"
title = { da = "Styrer ordet", en = "Has the chair" }
say = { da = "canary-say", en = "canary-say" }
may = ["lead"]
count = [1, 1]
hand = ["holder", "oneself"]
alone = true

[[parts]]
id = "teller"
title = { da = "Fortæller", en = "Tells" }
count = [1, 1]
hand = ["oneself"]
alone = true

[[parts]]
id = "helper"
title = { da = "Hjælper", en = "Helps" }
may = ["write"]
count = [0, 2]
hand = ["oneself"]

[[parts]]
id = "guest"
title = { da = "Gæst", en = "Guest" }

[[parts]]
id = "others"
title = { da = "De andre", en = "The others" }
may = ["listen"]
rest = true
"""
PROMPTS = """
[rounds.for.chair]
instruction = { da = "canary-instruction", en = "canary-instruction" }
questions = [
  { da = "canary-question", en = "canary-question" },
]
hint = { da = "canary-hint", en = "canary-hint" }
"""


def text_with_parts() -> str:
    """The history workshop with parts, and prompts for its chair in the round after the welcome."""
    text = text_of("historievaerksted")
    first = text.index("[[rounds]]")
    third = text.index("[[rounds]]", text.index("[[rounds]]", first + 1) + 1)
    return text[:first] + PARTS + text[first:third] + PROMPTS + text[third:]


def played(people: int = 4, **more: Any) -> Table:
    """A table with these parts, in the welcome round."""
    return Table(own(), people=people, **more)


def own() -> Method:
    return method_file.parse(text_with_parts(), file="own.toml")


def has(table: Table, who: str) -> list[str]:
    """The parts of somebody, as every screen shows them."""
    shown = [screen.shown[f"seat:{table.seat(who)}"]["parts"] for screen in table.screens.values()]
    assert all(each == shown[0] for each in shown)
    return shown[0]


def hand(table: Table, by: str, part: str, to: str, **more: bool) -> None:
    table.do(by, "hand", part=part, seat=table.seat(to), **more)
    check_converged_P1(table)


def test_R30_everybody_without_a_part_has_the_one_of_all_others() -> None:
    table = played()
    assert has(table, "P1") == ["others"]
    assert has(table, "F") == []
    hand(table, "F", "chair", "P1")
    assert has(table, "P1") == ["chair"]
    hand(table, "F", "chair", "P1", on=False)
    assert has(table, "P1") == ["others"]
    check_fields_V1(table)


def test_R30_a_part_that_one_person_has_moves_to_the_next_one() -> None:
    table = played()
    hand(table, "F", "chair", "P1")
    hand(table, "F", "chair", "P2")
    assert (has(table, "P1"), has(table, "P2")) == (["others"], ["chair"])
    hand(table, "P2", "chair", "P3")
    assert (has(table, "P2"), has(table, "P3")) == (["others"], ["chair"])
    assert table.screens["W"].shown["part:chair"]["holders"] == [table.seat("P3")]


def test_R30_only_who_has_a_part_hands_it_on_and_only_where_the_file_says_so() -> None:
    table = played()
    hand(table, "F", "chair", "P1")
    hand(table, "F", "teller", "P2")
    turned_down(table, "P3", "hand", "role", part="chair", seat=table.seat("P4"))
    turned_down(table, "P2", "hand", "role", part="teller", seat=table.seat("P4"))
    turned_down(table, "P3", "hand", "role", part="chair", seat=table.seat("P1"), on=False)
    turned_down(table, "P3", "hand", "role", part="guest", seat=table.seat("P3"))
    turned_down(table, "P3", "hand", "full", part="teller", seat=table.seat("P3"))
    hand(table, "P2", "teller", "P2", on=False)
    hand(table, "P3", "teller", "P3")
    assert has(table, "P3") == ["teller"]


def test_R30_a_part_of_several_is_full_when_most_have_it() -> None:
    table = played()
    hand(table, "P1", "helper", "P1")
    hand(table, "P2", "helper", "P2")
    turned_down(table, "P3", "hand", "full", part="helper", seat=table.seat("P3"))
    turned_down(table, "F", "hand", "full", part="helper", seat=table.seat("P3"))
    assert "take" not in table.screens["P3"].shown["part:helper"]["can"]
    hand(table, "F", "helper", "P1", on=False)
    assert "take" in table.screens["P3"].shown["part:helper"]["can"]
    hand(table, "F", "helper", "P3")


def test_R30_what_cannot_go_together_is_given_up() -> None:
    table = played()
    hand(table, "F", "helper", "P1")
    hand(table, "F", "guest", "P1")
    assert has(table, "P1") == ["helper", "guest"]
    hand(table, "F", "teller", "P1")
    assert has(table, "P1") == ["teller"]
    hand(table, "F", "guest", "P1")
    assert has(table, "P1") == ["guest"]


def test_R30_nobody_is_handed_a_part_that_is_not_there_or_that_cannot_have_one() -> None:
    table = played(listeners=1, scribes=1)
    for part in ("nothing", "others"):
        turned_down(table, "F", "hand", "no_part", part=part, seat=table.seat("P1"))
    turned_down(table, "F", "hand", "no_seat", part="chair", seat="nobody00")
    for who in ("L1", "S1", "F"):
        turned_down(table, "F", "hand", "role", part="chair", seat=table.seat(who))
    table.host("H1")
    hand(table, "F", "chair", "H1")
    assert has(table, "H1") == ["chair"]


@pytest.mark.parametrize("gone", ["remove", "role"])
def test_R30_R21_a_part_is_free_again_when_its_holder_leaves_or_gets_another_role(gone: str) -> None:
    table = played()
    hand(table, "F", "chair", "P1")
    assert not table.screens["F"].shown["part:chair"]["wanted"]
    if gone == "remove":
        table.do("F", "remove", seat=table.seat("P1"))
    else:
        table.do("F", "role", seat=table.seat("P1"), role="listener")
    check_converged_P1(table)
    record = table.screens["F"].shown["part:chair"]
    assert (record["holders"], record["wanted"]) == ([], True)
    assert "await_part" in table.screens["F"].shown["board"]["offers"]
    if gone == "role":
        table.do("F", "role", seat=table.seat("P1"), role="participant")
        assert has(table, "P1") == ["others"]


def test_R30_who_has_a_part_that_leads_goes_on_and_stops_the_clock_and_does_nothing_else_of_a_facilitators() -> None:
    table = played()
    turned_down(table, "P1", "round", "role", to="write")
    hand(table, "F", "chair", "P1")
    assert {"round", "timer"} <= set(table.me("P1")["can"])
    table.do("P1", "round", to="write")
    table.do("P1", "timer", act="stop")
    assert (table.board.round, table.board.ends_at) == ("write", 0)
    for op, args in (("close", {}), ("door", {"open": False}), ("setup", {"title": "x"}), ("notice", {"show": True})):
        turned_down(table, "P1", op, "role", **args)
    hand(table, "F", "chair", "P2")
    turned_down(table, "P1", "round", "role", to="welcome")
    assert not {"round", "timer"} & set(table.me("P1")["can"])


def test_V13_what_a_round_says_to_a_part_is_on_its_holders_screen_only() -> None:
    table = played(listeners=1, scribes=1)
    hand(table, "F", "chair", "P1")
    table.go("write")
    (part,) = table.me("P1")["parts"]
    assert part["questions"][0]["da"] == "canary-question"
    for who, screen in table.screens.items():
        held = b"canary" in b"".join(screen.frames)
        assert held == (who == "P1"), who
    hand(table, "P1", "chair", "P2")
    assert b"canary" not in repr(table.screens["P1"].own).encode()
    assert table.me("P2")["parts"][0]["hint"]["en"] == "canary-hint"


def test_R14_a_sealed_board_does_not_say_who_had_which_part() -> None:
    table = played()
    hand(table, "F", "chair", "P1")
    assert not any(person.parts for person in sealed(table.board).people.values())


WRONG = [
    ("nobody", "count = [0, 2]", "count = [0, 0]", "parts[2].count", "nobody can hold"),
    ("more than come", "count = [0, 2]", "count = [40, 50]", "parts[2].count", "nobody can hold"),
    ("upside down", "count = [0, 2]", "count = [3, 2]", "parts[2].count", "least"),
    ("two for the others", 'count = [0, 2]\nhand = ["oneself"]', "rest = true", "parts[4].rest", "nobody can hold"),
    ("the others handed", "rest = true", 'rest = true\nhand = ["oneself"]', "parts[4].rest", "leave"),
    ("listens and leads", 'may = ["listen"]', 'may = ["listen", "lead"]', "parts[4].may", "listen"),
    ("twice", 'id = "guest"', 'id = "chair"', "parts[3].id", "twice"),
    ("a role", 'id = "guest"', 'id = "scribe"', "parts[3].id", "another id"),
    ("everybody", 'id = "guest"', 'id = "participant"', "parts[3].id", "another id"),
    ("all others lead", 'may = ["listen"]', 'may = ["lead"]', "parts[4].may", "leave `lead` out"),
    ("another right", 'may = ["lead"]', 'may = ["rule"]', "parts[0].may[0]", "listen"),
    ("another language", 'en = "Guest"', 'de = "Gast"', "parts[3].title", "en"),
    ("prompts for nobody", "[rounds.for.chair]", "[rounds.for.king]", "rounds[1].for", "king"),
    ("a prompt without English", ', en = "canary-question"', "", "rounds[1].for.chair.questions[0]", "`en`"),
    ("a grant of nobody", 'place = ["turn"]', 'place = ["king"]', "rounds[2].place[0]", "helper"),
    ("a grant of who may not write", 'place = ["turn"]', 'place = ["chair"]', "rounds[2].place[0]", "may not write"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "field", "problem"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_M1_a_wrong_part_is_refused_with_file_line_field_and_what_to_write(
    old: str, new: str, field: str, problem: str
) -> None:
    wrong = changed(text_with_parts(), (old, new))
    told = refusal(wrong, problem)
    assert told.field == field
    at = wrong.split("\n")[told.line - 1]
    named = (new.split("\n")[-1], field.rpartition(".")[2].partition("[")[0], "[[", "canary")
    assert any(word in at for word in named), (told.line, at)


def test_R30_a_grant_may_name_a_part() -> None:
    text = changed(text_with_parts(), ('place = ["turn"]', 'place = ["helper"]'))
    table = Table(method_file.parse(text, file="own.toml"), people=4)
    note = table.write("P1", sheet="timeline", lane="2020")
    other = table.write("P2", sheet="timeline", lane="2020")
    hand(table, "F", "helper", "P1")
    table.go("place")
    turned_down(table, "P2", "place", "round", note=other, lane="2020")
    table.do("P1", "place", note=note, lane="2020")
    assert table.note(note).reach == "all"


def test_R30_who_has_a_part_is_shown_what_a_round_grants_it_on_the_notes_of_others() -> None:
    table = Table("trio-forandringsdialog", people=3, leader="part")
    hand(table, "F", "trio", "P1")
    table.go("summary")
    note = table.write("F", sheet="next", lane="agreement")
    for who, holds in (("P1", True), ("P2", False), ("W", False)):
        assert ({"edit", "move", "set"} <= set((table.screens[who].note(note) or {})["can"])) is holds, who
        (lane,) = [each for each in table.screens[who].shown["sheet:next"]["lanes"] if each["id"] == "agreement"]
        assert (lane["open"], lane["why"]) == ((True, "") if holds else (False, "role")), who
    hand(table, "F", "trio", "P1", on=False)
    assert not (table.screens["P1"].note(note) or {})["can"]
