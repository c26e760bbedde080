"""Workshops that keep nothing (R33), and the words that people show in them (R34)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from board_schema import commands, decide, method_file
from board_schema.board import DAY
from board_schema.commands import COMMANDS
from board_schema.method import Method
from board_schema.rules import may_show
from board_schema.view.board_records import expires_on
from tests.rules.files import refusal
from tests.rules.play import START, Table, text_of
from tests.rules.test_commands import ARGS
from tests.rules.test_decide import turned_down

TALK = """
[[parts]]
id = "teller"
title = { da = "Fortæller", en = "Tells" }
count = [1, 1]
hand = ["holder", "oneself"]
alone = true

[[rounds]]
id = "welcome"
title = { da = "Velkommen", en = "Welcome" }
instruction = { da = "Aftal", en = "Agree" }

[[rounds]]
id = "feel"
title = { da = "Ord", en = "Words" }
instruction = { da = "Find ord", en = "Find words" }
minutes = 7

[rounds.for.teller]
words = [
  { da = "uro", en = "unrest" },
  { da = "ro", en = "calm" },
]

[[rounds]]
id = "need"
title = { da = "Behov", en = "Needs" }
instruction = { da = "Tal", en = "Talk" }
"""

SHEETS = text_of("historievaerksted")


def text() -> str:
    """The head of the history workshop's file, with rounds of talk and nothing to write on."""
    head = text_of("historievaerksted")
    head = head[: head.index("[[sheets]]")].replace("scribe = true", 'keep = "nothing"')
    head = head.replace('ahead = "write"\n', "")
    return head + TALK


def talk() -> Method:
    return method_file.parse(text(), file="talk.toml")


def test_R33_no_op_stores_a_text_but_a_persons_name() -> None:
    table = Table(talk(), people=3)
    with_text = [op for op, kind in COMMANDS.items() if "text" in kind.__struct_fields__]
    assert {"write", "edit", "pad"} <= set(with_text)
    for op in with_text:
        must, _ = ARGS[op]
        for who in ("P1", "F"):
            turned_down(table, who, op, "nothing_kept", **must)
    for more in ({"title": "Om Bo"}, {"venue": "Hos Bo"}):
        turned_down(table, "F", "setup", "nothing_kept", **more)
    table.do("P1", "name", name="Anna")
    assert "pad" not in table.me("F")["can"]
    assert "write" not in table.me("P1")["can"]


def test_R33_a_title_that_is_typed_at_the_start_is_not_stored_either() -> None:
    made = decide.create(
        talk(), board_id="b", seed="s", pid="p", seat="seat", now=START, this_year=2026, keep=DAY,
        title="Om Bo", venue="Hos Bo",
    )  # fmt: skip
    assert "Bo" not in repr(made)
    assert made[0].ephemeral  # type: ignore[union-attr]


def test_R33_it_is_due_to_be_erased_when_it_closes_and_is_not_reopened() -> None:
    table = Table(talk(), people=3)
    table.do("F", "close")
    assert decide.due(table.board) == table.board.closed
    assert decide.tidy(table.board, table.now + DAY) == []
    turned_down(table, "F", "reopen", "sealed")
    assert Table("historievaerksted").screens["F"].shown["method"]["keep"] == "days"
    assert table.screens["P1"].shown["method"]["keep"] == "nothing"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda t: t.replace('keep = "nothing"', 'keep = "nothing"\nscribe = true'), "scribe"),
        (lambda t: t.replace("minutes = 7", "minutes = 7\ntake_home = true"), "rounds[1].take_home"),
        (lambda t: t + SHEETS[SHEETS.index("[[sheets]]") : SHEETS.index("[[rounds]]")], "sheets[0]"),
        (lambda t: t.replace('keep = "nothing"', 'keep = "all"'), "keep"),
    ],
    ids=["a scribe", "files to take home", "a sheet", "another word"],
)
def test_M1_a_file_that_keeps_nothing_has_nothing_to_keep(wrong: Callable[[str], str], field: str) -> None:
    told = refusal(wrong(text()))
    assert told.field == field
    assert "nothing" in told.problem


def test_R34_who_may_show_words_is_who_has_the_part_while_a_round_so_far_has_some() -> None:
    table = Table(talk(), people=3)

    def shows(who: str) -> list[str]:
        words = [word["da"] for word in may_show(table.board, table.method, table.seat(who))]
        assert words == [word["da"] for part in table.me(who)["parts"] for word in part["words"]]
        return words

    table.do("F", "hand", part="teller", seat=table.seat("P1"))
    assert shows("P1") == []
    table.go("feel")
    assert shows("P1") == ["uro", "ro"]
    assert shows("P2") == []
    table.go("need")
    assert shows("P1") == ["uro", "ro"], "what is shown may stay while people talk on"
    table.do("P1", "hand", part="teller", seat=table.seat("P2"))
    assert (shows("P1"), shows("P2")) == ([], ["uro", "ro"])
    table.go("welcome")
    assert shows("P2") == []


def test_V13_the_words_of_a_part_are_on_its_holders_screen_only() -> None:
    table = Table(talk(), people=3)
    table.do("F", "hand", part="teller", seat=table.seat("P1"))
    table.go("feel")
    for who, screen in table.screens.items():
        assert (b"unrest" in b"".join(screen.frames)) == (who == "P1"), who


def test_ring_is_the_scene_of_a_talk_round_without_a_sheet() -> None:
    table = Table(talk(), people=3)
    seen: list[Any] = []
    for item in table.method.plan(table.board.leader):
        table.go(item.id)
        seen.append((table.screens["W"].shown["board"]["scene"], table.me("P1")["scene"]))
    assert seen == [("welcome", "welcome"), ("ring", "ring"), ("ring", "ring")]
    with pytest.raises(commands.Refused):
        commands.parse("words", {})


@pytest.mark.parametrize("hour", [0, 9, 15, 23])
@pytest.mark.parametrize("keep", [DAY // 6, DAY // 2, DAY, 30 * DAY])
def test_the_day_of_deletion_that_screens_are_told_is_never_over(keep: int, hour: int) -> None:
    board = Table(talk(), people=2).board
    used = START // DAY * DAY + hour * DAY // 24
    board = msgspec.structs.replace(board, last_at=used, keep=keep)
    assert expires_on(board) == board.expires() // DAY * DAY >= used // DAY * DAY
