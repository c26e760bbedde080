"""Cards of a deck and the ring people sit in (D1-D6), and what methods.md 2.1 says of a perspective talk (K facts)."""

from __future__ import annotations

from typing import Any

import pytest

from board_schema import method_file, wire
from board_schema.forms.deck import GALLERY, JOKERS, PILES, SKIPPED, TALKED, TOLD
from tests.rules.files import changed_file, refusal
from tests.rules.play import Table, bundled, text_of

STEM = "perspektivsamtale"
DECK = "samarbejde"


def at_the_table(*, people: int = 4, to: str = "cards", **more: Any) -> Table:
    table = Table(STEM, people=people, **more)
    table.do("F", "deck", deck=DECK)
    for item in table.method.plan(table.board.leader)[1:]:
        table.do("F", "round", to=item.id, confirm=True)
        if item.id == to:
            break
    return table


def ring(table: Table) -> list[str]:
    """The people's short names, clockwise."""
    named = {table.seat(who): who for who in table.actors if who.startswith(("P", "H"))}
    return [named[seat] for seat in table.screens["W"].shown["ring"]["seats"]]


def piles(table: Table) -> dict[str, list[str]]:
    """The cards' texts by pile, as the wall shows them."""
    notes = [record for key, record in table.screens["W"].shown.items() if key.startswith("note:")]
    return {pile: sorted(note["text"] for note in notes if note["lane"] == pile) for pile in PILES}


def opened(table: Table) -> str:
    return table.board.notes[table.board.card].text


def in_gallery(table: Table) -> list[str]:
    return sorted(note.id for note in table.board.notes.values() if note.lane == GALLERY)


# preparation


def test_D1_K_the_most_important_cards_lie_on_top_and_those_of_no_use_are_out() -> None:
    table = Table(STEM)
    table.do("F", "deck", deck=DECK)
    every = set(table.method.cards(DECK))
    assert set(table.board.stack) == every
    table.do("F", "sort", cards=["samarbejde-3", "general-2"], word="first")
    table.do("F", "sort", cards=["samarbejde-4"], word="last")
    table.do("F", "sort", cards=["samarbejde-5"], word="out")
    stack = table.board.stack
    assert set(stack[:2]) == {"samarbejde-3", "general-2"}
    assert stack[-1] == "samarbejde-4"
    assert set(stack) == every - {"samarbejde-5"}
    table.do("F", "sort", cards=["samarbejde-5"], word="")
    assert set(table.board.stack) == every


def test_D1_two_workshops_have_their_cards_in_different_orders() -> None:
    stacks = set()
    for seed in range(3):
        table = Table(STEM, seed=seed)
        table.do("F", "deck", deck=DECK)
        stacks.add(table.board.stack)
    assert len(stacks) == 3


def test_D1_K_cards_about_the_leader_are_offered_to_be_taken_out_where_the_leader_takes_part() -> None:
    for leader, offered in (("part", True), ("told", False), ("listen", False)):
        table = Table(STEM, leader=leader)
        table.do("F", "deck", deck=DECK)
        assert ("leadership" in table.screens["F"].shown["board"]["offers"]) is offered
    table = Table(STEM, leader="part")
    table.do("F", "deck", deck=DECK)
    about = [card["id"] for card in table.screens["F"].shown["prepare"]["cards"] if card["about"] == "leadership"]
    table.do("F", "sort", cards=about, word="out")
    assert "leadership" not in table.screens["F"].shown["board"]["offers"]
    assert not set(about) & set(table.board.stack)


def test_D1_only_the_facilitator_prepares_and_only_in_the_round_for_it() -> None:
    table = Table(STEM, scribes=1, listeners=1)
    for who in ("P1", "S1"):
        assert table.refused(who, "deck", deck=DECK) == "round"
    assert table.refused("L1", "deck", deck=DECK) == "role"
    assert table.refused("F", "deck", deck="general") == "no_card"
    assert table.refused("F", "sort", cards=["samarbejde-1"], word="first") == "no_card"
    table.do("F", "deck", deck=DECK)
    assert {who for who, screen in table.screens.items() if "prepare" in screen.shown} == {"F"}
    table.do("F", "round", to="welcome")
    assert table.refused("F", "sort", cards=["samarbejde-1"], word="first") == "round"
    assert all("prepare" not in screen.shown for screen in table.screens.values())


def test_D1_without_preparation_there_is_a_theme_when_people_draw() -> None:
    table = Table(STEM)
    table.do("F", "round", to="cards")
    assert table.board.stack
    table.do(ring(table)[0], "draw")
    assert opened(table)


# drawing


def test_D3_K_the_drawer_reads_first_and_the_next_clockwise_draws_when_the_talk_ends() -> None:
    table = at_the_table()
    order = ring(table)
    for who in order + order[:1]:
        table.do(who, "draw")
        assert table.me(who)["turn"] == "holder"
        card = opened(table)
        table.do(who, "free")
        assert table.screens["W"].shown["turn:all"]["free"]
        table.do(who, "turn", act="done")
        assert not table.screens["W"].shown["turn:all"]["free"]
        assert card in piles(table)[TALKED]


def test_D3_I8_only_who_has_the_floor_draws_and_only_one_card() -> None:
    table = at_the_table(scribes=1)
    first, second, *_ = ring(table)
    assert table.refused(second, "draw") == "turn"
    assert table.refused("S1", "draw") in ("turn", "role")
    table.do(first, "draw")
    assert table.refused(first, "draw") == "taken"
    assert table.refused(second, "draw") == "turn"
    assert table.refused(second, "skip") == "turn"
    assert table.refused(second, "free") == "turn"


def test_D4_K_a_card_that_does_not_fit_is_put_aside_and_the_same_person_draws_anew() -> None:
    table = at_the_table()
    first = ring(table)[0]
    table.do(first, "draw")
    card = opened(table)
    table.do(first, "skip")
    assert table.me(first)["turn"] == "holder"
    assert opened(table) != card
    assert piles(table)[SKIPPED] == [card]


def test_D2_people_are_seated_before_and_while_they_draw() -> None:
    table = Table("perspektivsamtale", people=3)
    seats = {}
    for item in table.method.plan(table.board.leader):
        table.go(item.id)
        seats[item.id] = "ring" in table.screens["F"].shown["board"]["offers"]
    assert [name for name, offered in seats.items() if offered] == ["prepare", "welcome", "cards"]


def test_D3_K_no_clock_runs_on_a_card_and_none_turns_the_rest() -> None:
    table = at_the_table()
    table.do(ring(table)[0], "draw")
    ends, card = table.board.ends_at, table.board.card
    table.tidy(later=6 * 60 * 60_000)
    assert (table.board.ends_at, table.board.card, table.board.round) == (ends, card, "cards")
    assert "turn_rest" in table.screens["F"].shown["board"]["offers"]
    # When it is time is told by the plan of the workshop, not by the clock of the round.
    table.do("F", "timer", act="add", minutes=15)
    table.do("F", "timer", act="stop")
    at = table.screens["W"].shown["deck"]["rest_at"]
    assert at == table.screens["F"].shown["deck"]["rest_at"] == table.board.underway + minutes_until_the_gallery(table)


def minutes_until_the_gallery(table: Table) -> int:
    """The planned time from the welcome to the end of the round of cards, ms."""
    minutes = table.screens["W"].shown["plan"]["minutes"]
    return sum(int(minutes[item]) for item in ("welcome", "cards")) * 60_000


def test_D5_K_the_rest_is_turned_when_the_plan_says_so_also_after_the_round_was_begun_again() -> None:
    table = at_the_table()
    due = table.board.underway + minutes_until_the_gallery(table)
    table.now += 20 * 60_000
    table.go("welcome")
    table.go("cards")
    assert table.board.ends_at > due
    assert table.screens["W"].shown["deck"]["rest_at"] == due
    table.go("gallery")
    assert table.screens["W"].shown["deck"]["rest_at"] == 0
    table.now += 3 * 60 * 60_000
    table.go("cards")
    assert table.screens["W"].shown["deck"]["rest_at"] == due, "the rest was turned: there is no further hour"


def test_D5_who_prepared_the_evening_before_is_not_told_at_once_to_turn_the_rest() -> None:
    table = Table("perspektivsamtale", people=4)
    table.go("welcome")
    table.now += 15 * 60 * 60_000
    table.go("cards")
    assert table.screens["F"].shown["deck"]["rest_at"] == table.board.ends_at > table.now


def test_D2_the_facilitator_puts_people_where_they_sit_and_the_floor_follows() -> None:
    table = at_the_table(people=5)
    a, b, c, d, e = ring(table)
    table.do(a, "draw")
    table.do("F", "ring", seat=table.seat(e), after=table.seat(a))
    assert ring(table) == [a, e, b, c, d]
    table.do(a, "turn", act="done")
    assert table.me(e)["turn"] == "holder"
    assert table.refused(b, "ring", seat=table.seat(b), after="") == "role"
    assert table.refused("F", "ring", seat=table.seat(b), after="nobody") == "no_seat"
    table.do("F", "ring", seat=table.seat(b), after="")
    assert ring(table) == [b, a, e, c, d]


def test_D2_who_comes_late_sits_last_wherever_the_floor_is() -> None:
    table = at_the_table(people=3)
    a, b, c = ring(table)
    for who in (a, b):
        table.do(who, "draw")
        table.do(who, "turn", act="done")
    table.join("P9")
    assert ring(table) == [a, b, c, "P9"]
    assert list(table.board.turn("all").queue) == [table.seat(who) for who in ("P9", a, b)]  # type: ignore[union-attr]


def test_D3_who_is_removed_with_a_card_open_leaves_it_talked_about() -> None:
    table = at_the_table()
    first, second, *_ = ring(table)
    table.do(first, "draw")
    card = opened(table)
    table.do("F", "remove", seat=table.seat(first))
    assert piles(table)[TALKED] == [card]
    assert table.me(second)["turn"] == "holder"
    table.do(second, "draw")


def test_D3_the_facilitator_draws_for_somebody_without_a_phone() -> None:
    table = Table(STEM, people=2)
    table.host("H1")
    table.do("F", "deck", deck=DECK)
    table.do("F", "round", to="cards")
    table.do("F", "turn", act="give", seat=table.seat("H1"))
    table.do("F", "draw", **{"as": table.seat("H1")})
    table.do("F", "free", **{"as": table.seat("H1")})
    table.do("F", "turn", act="done")
    assert len(piles(table)[TALKED]) == 1


def test_D3_an_empty_stack_is_said() -> None:
    table = Table(STEM)
    table.do("F", "deck", deck=DECK)
    table.do("F", "sort", cards=list(table.method.cards(DECK))[1:], word="out")
    table.do("F", "round", to="cards")
    first = ring(table)[0]
    table.do(first, "draw")
    table.do(first, "skip")
    assert table.board.card == ""
    assert table.refused(first, "draw") == "no_card"


# the gallery


def test_D5_K_all_that_were_not_talked_about_lie_face_up_at_once() -> None:
    table = at_the_table()
    first, second, *_ = ring(table)
    table.do(first, "draw")
    talked = opened(table)
    table.do(first, "turn", act="done")
    table.do(second, "draw")
    aside = opened(table)
    table.do(second, "skip")
    last = opened(table)
    table.do("F", "round", to="gallery")
    lying = piles(table)
    assert lying[TALKED] == sorted((talked, last))
    assert aside in lying[GALLERY]
    assert lying[SKIPPED] == []
    assert len(lying[GALLERY]) == len(table.method.cards(DECK)) - 2
    assert table.screens["W"].shown["deck"]["left"] == 0


def test_I8_one_card_has_one_holder_and_the_loser_sees_who() -> None:
    table = at_the_table(to="gallery")
    one, other = in_gallery(table)[:2]
    table.do("P1", "claim", note=one, on=True)
    assert table.refused("P2", "claim", note=one, on=True) == "taken"
    assert table.screens["P2"].shown[f"claim:{table.seat('P1')}"] == {"note": one, "joker": False}
    assert "claim" not in table.screens["P2"].shown[f"note:{one}"]["can"]
    table.do("P1", "claim", note=other, on=True)
    assert "claim" in table.screens["P2"].shown[f"note:{one}"]["can"], "who changes their mind puts the card back"
    table.do("P2", "claim", note=one, on=True)
    table.do("P1", "claim", note=other, on=False)
    assert table.me("P1")["card"] == ""
    assert table.me("P2")["card"] == one


def test_D5_a_removed_persons_card_is_free_again_and_so_is_a_scribes() -> None:
    table = at_the_table(to="gallery")
    one, other = in_gallery(table)[:2]
    table.do("P1", "claim", note=one, on=True)
    table.do("P2", "claim", note=other, on=True)
    table.do("F", "remove", seat=table.seat("P1"))
    table.do("F", "role", seat=table.seat("P2"), role="scribe")
    assert table.board.claims == {}
    for note in (one, other):
        assert "claim" in table.screens["P3"].shown[f"note:{note}"]["can"]


def test_D5_K_a_joker_lies_face_down_until_it_is_told() -> None:
    table = at_the_table(to="gallery")
    joker, said = table.new_note(), table.secret()
    assert table.me("P1")["write"]["lanes"] == [JOKERS]
    table.do("P1", "write", note=joker, text=said, sheet="table", lane=JOKERS)
    table.do("P1", "claim", note=joker, on=True)
    held = f"claim:{table.seat('P1')}"
    assert table.screens["W"].shown[held] == {"note": "", "joker": True}
    assert not any(said.encode() in frame for who in ("F", "W", "P2") for frame in table.screens[who].frames)
    assert table.refused("P2", "claim", note=joker, on=True) == "no_note"
    table.do("F", "round", to="tell")
    table.take_turn("P1")
    table.do("P1", "place", note=joker, lane=JOKERS)
    assert piles(table)[JOKERS] == [said]
    assert table.screens["W"].shown[held] == {"note": joker, "joker": True}


def test_D6_K_each_tells_in_turn_and_what_was_told_is_counted_among_the_talk() -> None:
    table = at_the_table(to="gallery")
    cards = dict(zip(("P1", "P2", "P3"), in_gallery(table), strict=False))
    for who, card in cards.items():
        table.do(who, "claim", note=card, on=True)
    table.do("F", "round", to="tell")
    for who in ring(table):
        table.take_turn(who)
        table.do(who, "turn", act="done")
    assert piles(table)[TOLD] == sorted(table.board.notes[card].text for card in cards.values())
    assert len(piles(table)[GALLERY]) == len(table.method.cards(DECK)) - 3


def test_I13_who_comes_back_has_their_card_and_their_place() -> None:
    table = at_the_table(to="gallery")
    cards = dict(zip(("P1", "P2", "P3"), in_gallery(table), strict=False))
    for who, card in cards.items():
        table.do(who, "claim", note=card, on=True)
    table.go("tell")
    table.take_turn("P1")
    places = {who: (table.me(who)["turn"], table.me(who)["card"]) for who in cards}
    for who in cards:
        table.sit(who, table.actors[who])
    table.show()
    back = {who: table.screens[who].own["me"] for who in cards}
    assert {who: (me["turn"], me["card"]) for who, me in back.items()} == places
    assert [(places[who][0] == "holder", places[who][1]) for who in cards] == [
        (who == "P1", card) for who, card in cards.items()
    ]


# the pad


def test_R26_a_line_lies_under_the_card_that_is_talked_about_and_stays_there() -> None:
    table = at_the_table(scribes=1)
    first, second, *_ = ring(table)
    table.do(first, "draw")
    card, line = table.board.card, table.new_note()
    table.do("S1", "pad", act="write", line=line, text="to syn", round="cards", turn=1)
    table.do(first, "turn", act="done")
    table.do(second, "draw")
    assert table.screens["S1"].shown[f"pad:{line}"]["card"] == card
    table.do("F", "close")
    table.do("F", "seal")
    assert table.screens["F"].shown[f"pad:{line}"]["card"] == card


# what is never told


def test_D1_no_frame_and_no_stored_note_holds_a_card_that_lies_face_down() -> None:
    table = Table(STEM, people=4, scribes=1, listeners=1)
    table.do("F", "deck", deck=DECK)
    table.do("F", "round", to="welcome")
    before = {who: len(screen.frames) for who, screen in table.screens.items()}
    table.do("F", "round", to="cards")
    for who in ring(table):
        table.do(who, "draw")
        table.do(who, "turn", act="done")
    hidden = [table.method.cards(DECK)[card] for card in table.board.stack]
    assert len(hidden) == len(table.method.cards(DECK)) - 4
    for who, screen in table.screens.items():
        since = b"".join(screen.frames[before[who] if who == "F" else 0 :])
        for card in hidden:
            assert card.da.encode() not in since, who
            assert card.en.encode() not in since, who
    stored = wire.pack_board(table.board)
    assert not any(card.da.encode() in stored for card in hidden)


def test_D5_I6_I7_after_sealing_nobody_knows_who_drew_or_took_a_card() -> None:
    table = at_the_table(to="gallery")
    table.do("P1", "claim", note=in_gallery(table)[0], on=True)
    table.do("F", "close")
    table.do("F", "seal")
    assert table.board.claims == {}
    assert table.board.ring == ()
    assert table.board.stack == ()
    assert not any(key.startswith("claim:") for key in table.screens["F"].shown)
    assert not any(actor.pid and actor.pid.encode() in wire.pack_board(table.board) for actor in table.actors.values())


def test_O7_drawing_and_putting_aside_cannot_be_undone_since_all_have_seen_the_card() -> None:
    table = at_the_table()
    first = ring(table)[0]
    table.do(first, "draw")
    assert table.refused(first, "undo") == "nothing_to_undo"
    table.do(first, "skip")
    assert table.refused(first, "undo") == "nothing_to_undo"


# files


GOOD = 'id = "egen"\ntitle = { da = "Egen", en = "Own" }\ncards = [\n  { da = "Et", en = "One", tone = "good" },\n]\n'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (GOOD.replace('{ da = "Et", en = "One", tone = "good" },', ""), 3, "there is no card"),
        (GOOD.replace(', en = "One"', ""), 4, "en"),
        (GOOD.replace(', en = "Own"', ""), 2, "the text for `en` is missing"),
        (GOOD.replace('"good"', '"nice"'), 4, "write one of: good, hard, open"),
        (GOOD.replace('"Et"', f'"{"x" * 200}"'), 4, "longer than 140 characters"),
        (GOOD.replace("cards", "kort"), 3, "there is no such field"),
        (GOOD.replace("]\n", '  { da = "Et", en = "Uno" },\n]\n'), 5, "stands here twice"),
    ],
)
def test_M6_a_deck_file_that_is_wrong_is_told_with_its_line_and_what_to_write(text: str, line: int, said: str) -> None:
    assert refusal(text, said, reads=method_file.parse_deck).line == line


def test_M6_a_method_with_cards_needs_a_deck_and_the_piles() -> None:
    alone = text_of(STEM).partition("\n[[decks]]")[0]
    refusal(alone, "a deck needs cards: write a [[decks]]")
    refusal(changed_file(STEM, ('id = "skipped"', 'id = "aside"')), "the id `skipped`")
    refusal(changed_file(STEM, ('turn = "ring"\n', "")), 'write turn = "ring"')
    own = method_file.with_decks(alone, [method_file.parse_deck(GOOD, file="egen.toml")])
    assert [deck.id for deck in method_file.parse(own, file="x.toml").themes] == ["egen"]
    twice = method_file.with_decks(own, [method_file.parse_deck(GOOD, file="egen.toml")])
    refusal(twice, "`egen` is used twice")


def test_M6_a_deck_is_stored_with_the_method_word_for_word() -> None:
    quoted = GOOD.replace('"Et"', "'Han sagde \"nej\" \\ og gik'")
    deck = method_file.parse_deck(quoted, file="egen.toml")
    text = method_file.with_decks(text_of(STEM), [deck])
    assert method_file.parse(text, file="x.toml").decks[-1] == deck


def test_K_every_theme_has_twelve_cards_of_its_own_and_cards_of_every_tone() -> None:
    themes = bundled(STEM).themes
    assert len(themes) == 6
    for deck in themes:
        own = [card for card in deck.cards if card.about != "leadership"]
        assert len(own) >= 12, deck.id
        assert {card.tone for card in deck.cards} == {"good", "hard", "open"}, deck.id
        assert any(card.about == "leadership" for card in deck.cards), deck.id


def test_K_a_perspective_talk_has_five_to_nine_people_a_scribe_and_open_cards_in_the_last_twenty_minutes() -> None:
    method = bundled(STEM)
    assert method.people == (5, 9)
    assert method.scribe
    assert 90 <= method.minutes <= 120
    rounds = {item.id: item.minutes for item in method.rounds}
    assert rounds["gallery"] + rounds["tell"] == 20
    assert sum(rounds.values()) == method.minutes


@pytest.mark.parametrize("line", ['form = "deck"', "form = 'deck'", '  form="deck"'])
def test_M6_a_method_with_cards_gets_the_decks_however_its_file_quotes(line: str) -> None:
    assert method_file.has_deck(f"[[sheets]]\n{line}\n")


def test_M6_a_deck_with_which_no_method_could_be_read_is_refused() -> None:
    dots = "." * 120
    text = f'id = "egen"\ntitle = {{ da = "Egen", en = "Own" }}\n[[cards]]\nda = "{dots}"\nen = "{dots}"\n'
    refusal(text, "full stops", reads=method_file.parse_deck)
    deck = method_file.parse_deck(text.replace(dots, "." * 100), file="egen.toml")
    assert method_file.parse(method_file.with_decks(text_of(STEM), [deck]), file="x.toml").decks[-1] == deck
