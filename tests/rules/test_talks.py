"""Methods of talk only, which keep nothing: the facts of the check-in (methods.md 2.5), and random play."""

from __future__ import annotations

import re
from random import Random

import pytest

from board_schema import commands, decide
from board_schema.commands import COMMANDS, Refused
from tests.rules import chance
from tests.rules.cast import Cast
from tests.rules.checks import check_converged_P1, check_fields_V1, check_no_author_V4
from tests.rules.play import TALKS, Table, bundled, text_of
from tests.rules.test_commands import ARGS

CHECK_IN = "check-in"


def begun(round_id: str, people: int = 6) -> Table:
    """A check-in in that round: P1 tells, P2 has the chair."""
    table = Table(CHECK_IN, people=people, listeners=1)
    table.do("F", "hand", part="teller", seat=table.seat("P1"))
    table.do("F", "hand", part="chair", seat=table.seat("P2"))
    table.go(round_id)
    return table


def told(table: Table, who: str) -> str:
    """What the present round says to somebody on their own screen, in Danish."""
    item = table.method.round(table.board.round)
    parts = table.me(who)["parts"]
    return " ".join([item.instruction["da"], *(part["instruction"].get("da", "") for part in parts)])


def test_K_three_rounds_of_about_twenty_minutes_in_all() -> None:
    method = bundled(CHECK_IN)
    assert [item.minutes for item in method.plan(method.leader)] == [0, 6, 7, 7]
    assert method.minutes == 20


def test_K_six_to_ten_people_are_advised() -> None:
    assert bundled(CHECK_IN).people == (6, 10)


def test_K_one_tells_another_has_the_chair_and_all_others_listen() -> None:
    table = begun("tell")
    held = {who: [part["id"] for part in table.me(who)["parts"]] for who in ("P1", "P2", "P3", "P6")}
    assert held == {"P1": ["teller"], "P2": ["chair"], "P3": ["listeners"], "P6": ["listeners"]}
    table.do("F", "hand", part="chair", seat=table.seat("P1"))
    assert [part["id"] for part in table.me("P1")["parts"]] == ["chair"], "nobody tells and has the chair"


def test_K_in_the_first_round_all_but_two_listen_without_comment() -> None:
    table = begun("tell")
    assert "uden at kommentere" in told(table, "P3")
    assert "Lyt" not in told(table, "P1")
    assert table.screens["P3"].shown["part:listeners"]["may"] == ["listen"]


def test_K_in_the_second_round_questions_come_and_no_solutions() -> None:
    table = begun("feel")
    assert "Spørg" in told(table, "P3")
    assert "løser ikke noget endnu" in told(table, "P3")
    assert "løsninger" in table.me("P2")["parts"][0]["hint"]["da"]


def test_K_in_the_third_round_needs_and_help_come() -> None:
    table = begun("need")
    assert "behov" in told(table, "P3")
    assert "hjælpe" in told(table, "P3")


def test_K_the_questions_are_the_chairs_alone() -> None:
    for item in ("tell", "feel", "need"):
        table = begun(item)
        asked = [one["da"].encode() for one in table.method.round(item).prompts["chair"].questions]
        assert len(asked) >= 3
        for who, screen in table.screens.items():
            frames = b"".join(screen.frames)
            assert all((text in frames) == (who == "P2") for text in asked), (item, who)


def test_K_the_chair_asks_about_the_situation_then_the_feeling_then_what_is_needed() -> None:
    for item, words in (
        ("tell", ("Hvor var det", "Hvad skete der", "Hvem var til stede", "nåede du at tænke")),
        ("feel", ("kalde følelsen", "gør den ved dig", "fra før", "reagerer andre")),
        ("need", ("behov", "Hvem kan hjælpe", "Kan noget ændres")),
    ):
        asked = " ".join(text["da"] for text in bundled(CHECK_IN).round(item).prompts["chair"].questions)
        for word in words:
            assert word in asked, item


def test_K_people_say_from_where_they_speak_and_a_feeling_tells_of_the_work() -> None:
    asked = " ".join(text["da"] for text in bundled(CHECK_IN).round("feel").prompts["chair"].questions)
    assert re.search(r"taler du fra.*fag.*år.*vaner", asked)
    assert "fortæller følelsen om" in bundled(CHECK_IN).round("need").say["da"]
    assert "i arbejdet" in bundled(CHECK_IN).round("need").say["da"]


def test_K_the_catalogues_feelings_are_offered_to_who_tells_in_the_second_round_and_not_before() -> None:
    named = {"afmagt", "uretfærdighed", "usikkerhed", "afmattelse", "utålmodighed"}
    assert not begun("tell").me("P1")["parts"][0]["words"]
    table = begun("feel")
    assert named <= {word["da"] for word in table.me("P1")["parts"][0]["words"]}
    assert not table.me("P2")["parts"][0]["words"]


def test_K_nothing_is_written() -> None:
    table = begun("feel")
    for op, kind in COMMANDS.items():
        if "text" in kind.__struct_fields__:
            for who in ("P1", "P3", "F"):
                assert table.refused(who, op, **ARGS[op][0]) == "nothing_kept"
    assert not table.board.notes
    assert not table.board.pad


def test_K_the_chair_minds_the_pace() -> None:
    table = begun("tell")
    table.do("P2", "round", to="feel")
    assert table.board.round == "feel"
    assert table.refused("P1", "round", to="need") == "role"
    assert table.refused("P3", "round", to="need") == "role"


@pytest.mark.parametrize("stem", TALKS)
@pytest.mark.parametrize("seed", range(8))
def test_P1_V1_random_play_of_a_talk_converges_and_shows_what_the_page_names(stem: str, seed: int) -> None:
    rng = Random(seed)
    table = Table(stem, seed=seed, people=5, listeners=1)
    people = [who for who in table.screens if who != "W"]
    for item in bundled(stem).plan(table.board.leader):
        table.go(item.id)
        for _ in range(40):
            who = rng.choice(people)
            person = table.person(who)
            if person is None or person.gone:
                continue
            op, args = chance.op(rng, table.board, table.method, person, table.new_note(), table.secret())
            if op == "remove" and rng.random() < 0.8:
                continue
            try:
                decide.decide(table.board, table.method, table.actors[who], commands.parse(op, args), table.now)
            except Refused:
                continue
            table.do(who, op, **args)
            check_fields_V1(table)
            check_no_author_V4(table)
        check_converged_P1(table)
    assert not table.board.notes
    assert b"cnry" not in b"".join(table.log), "a text is in the log"


@pytest.mark.parametrize("stem", TALKS)
def test_H8_simulated_people_take_the_parts(stem: str) -> None:
    cast = Cast(bundled(stem), seed=1)
    cast.go_on()
    wanted = [key for key, part in cast.table.screens["F"].shown.items() if key.startswith("part:") and part["wanted"]]
    assert not wanted


def test_the_file_says_what_is_kept_before_anything_else() -> None:
    assert 'keep = "nothing"' in text_of(CHECK_IN)
    assert "Intet bliver gemt" in bundled(CHECK_IN).pitch["da"]


def test_V13_what_a_round_says_to_somebody_without_a_phone_is_on_the_console_of_who_hosts_them_alone() -> None:
    table = Table(CHECK_IN, people=2)
    table.host("Bente")
    key = f"host:{table.seat('Bente')}"
    table.do("F", "hand", part="chair", seat=table.seat("Bente"))
    for item in ("tell", "feel"):
        table.go(item)
        asked = [{**one} for one in table.method.round(item).prompts["chair"].questions]
        [part] = table.own("F")[key]["parts"]
        assert part["id"] == "chair"
        assert part["questions"] == asked
        for who in ("P1", "P2", "W"):
            assert who == "W" or key not in table.own(who)
            assert asked[0]["da"].encode() not in b"".join(table.screens[who].frames)
    table.do("F", "hand", part="chair", seat=table.seat("P1"))
    assert [part["id"] for part in table.own("F")[key]["parts"]] == ["listeners"]
    table.do("F", "remove", seat=table.seat("Bente"))
    assert key not in table.own("F")
