"""The card that lies open: when it is done with, and who may speak about it (D3, D4)."""

from __future__ import annotations

import pytest

from board_schema import method_file
from board_schema.forms.deck import OPEN, TALKED
from tests.rules.files import changed_file
from tests.rules.play import Table
from tests.rules.test_cards import STEM, at_the_table, opened, piles, ring


def test_D3_an_open_card_that_is_taken_down_is_talked_about_and_the_next_is_drawn() -> None:
    table = at_the_table()
    first, second, *_ = ring(table)
    table.do(first, "draw")
    card = table.board.card
    table.do("F", "delete", note=card)
    assert table.screens["W"].shown["deck"]["card"] == ""
    assert {"draw"} == {"draw", "skip", "free"} & set(table.me(first)["can"])
    table.do(first, "turn", act="done")
    table.do(second, "draw")
    table.do("F", "restore", note=card)
    assert piles(table)[TALKED] == [table.note(card).text]


def test_D3_a_card_does_not_stay_open_when_another_ring_begins() -> None:
    other = '[[rounds]]\nid = "again"\ntitle = { da = "Igen", en = "Again" }\n'
    other += 'instruction = { da = "Igen", en = "Again" }\nturn = "ring"\n\n[[rounds]]\nid = "gallery"'
    text = changed_file(STEM, ('[[rounds]]\nid = "gallery"', other))
    table = Table(method_file.parse(text, file="own.toml"), people=3)
    table.go("cards")
    table.do(ring(table)[0], "draw")
    card = opened(table)
    table.go("cards")
    assert piles(table)[OPEN] == [card]
    table.go("again")
    assert (piles(table)[TALKED], table.board.card) == ([card], "")


def test_D3_who_draws_while_nobody_has_the_floor_is_no_longer_asked_to_come_back() -> None:
    table = at_the_table(people=3)
    first, *others = ring(table)
    for who in (*others, first):
        table.do(who, "turn", act="later")
    table.do(others[0], "draw")
    turn = table.screens["W"].shown["turn:all"]
    assert (turn["holder"], turn["later"]) == (table.seat(others[0]), [table.seat(others[1]), table.seat(first)])


@pytest.mark.parametrize("goes_on", ["remove", "listen", "round", "no card"])
def test_D4_the_floor_is_free_about_one_card_and_not_about_the_next(goes_on: str) -> None:
    table = at_the_table()
    first, second, *_ = ring(table)
    if goes_on == "no card":
        table.do("F", "turn", act="give", seat=table.seat(first))
    else:
        table.do(first, "draw")
    table.do(first, "free")
    assert table.board.turn("all").free  # type: ignore[union-attr]
    match goes_on:
        case "remove":
            table.do("F", "remove", seat=table.seat(first))
        case "listen":
            table.do("F", "role", seat=table.seat(first), role="listener")
        case "round":
            table.go("welcome")
            table.go("cards")
    holder = first if goes_on in ("round", "no card") else second
    assert goes_on == "no card" or not table.screens["W"].shown["turn:all"]["free"]
    table.do(holder, "draw")
    assert not table.screens["W"].shown["turn:all"]["free"]
