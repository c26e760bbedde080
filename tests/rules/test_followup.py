"""Follow-ups (R48): which note is followed up, what everybody says of it, and what a method file declares of it."""

from random import Random

import pytest

from board_schema.board import MINUTE
from tests.rules import checks
from tests.rules.files import changed_file, refusal
from tests.rules.play import Table
from tests.rules.test_decide import turned_down
from tests.rules.test_devices import comes_back
from tests.rules.test_needs import LEARNED, PLAN, running

FELT = {"felt": "adjust"}


def followed() -> tuple[Table, str]:
    """A programme in which a trial that runs is followed up."""
    table, note = running()
    table.do("F", "now", note=note)
    return table, note


def said(table: Table, note: str, who: str, word: str, text: str = "") -> str:
    """The id of what somebody says of a note that is followed up."""
    text = text or table.secret(who)
    marks = {"felt": word} if word else {}
    return table.write(who, sheet="trials", lane="running", text=text, kind="comment", under=note, marks=marks)


def promised(table: Table) -> None:
    for check in (*checks.STEP, *checks.SOMETIMES):
        check(table)


def test_R48_everybody_is_told_which_note_is_followed_up_and_its_clock_starts() -> None:
    table, note = running()
    assert {table.screens[who].shown["board"]["scene"] for who in ("F", "W", "P1")} == {"talk"}
    table.do("F", "now", note=note)
    for who in ("F", "W", "P1", "S1"):
        board = table.screens[who].shown["board"]
        assert (board["now"], board["scene"]) == (note, "follow")
        assert board["ends_at"] == table.now + 10 * MINUTE
    assert table.me("P1")["scene"] == "follow"
    assert table.do("F", "now", note=note) == [], "it is followed up already"
    table.do("F", "now", note="")
    board = table.screens["W"].shown["board"]
    assert (board["now"], board["scene"], board["ends_at"]) == ("", "talk", 0)
    promised(table)


def test_R48_a_follow_up_is_over_when_its_note_or_its_round_is() -> None:
    table, note = followed()
    table.go("followup")
    assert table.board.now == "", "the same round began again"
    for ends in (
        lambda: table.do("F", "round", to="home", confirm=True),
        lambda: table.do("F", "sitting", on=False),
        lambda: table.do("F", "delete", note=note),
    ):
        if table.board.round != "followup":
            table.go("followup")
        table.do("F", "now", note=note)
        assert table.board.now == note
        ends()
        assert table.board.now == ""
        promised(table)


def test_R48_only_who_leads_names_a_note_that_is_followed_up_in_this_round() -> None:
    table, note = running()
    turned_down(table, "P1", "now", "role", note=note)
    turned_down(table, "S1", "now", "role", note=note)
    turned_down(table, "F", "now", "no_note", note="nosuchnote12")
    comment = said(table, note, "P1", "sense")
    turned_down(table, "F", "now", "no_note", note=comment)
    table.do("F", "move", note=note, lane="qualified")
    turned_down(table, "F", "now", "lane_closed", note=note)
    table.do("F", "move", note=note, lane="running")
    table.go("trials")
    turned_down(table, "F", "now", "round", note=note)
    assert "now" in table.screens["F"].shown["board"]["can"]


def test_R7_R48_comments_come_to_what_is_or_was_followed_up_and_to_nothing_else() -> None:
    table, note = running()
    table.go("trials")
    waiting = table.write("F", sheet="trials", lane="proposed")
    other = table.write("F", sheet="trials", lane="proposed")
    table.do("F", "move", note=other, lane="running", fields=PLAN)
    table.go("centre")
    centre = table.write("F", sheet="story", lane="centre")
    table.go("followup")
    table.do("F", "now", note=note)
    for who in ("P1", "F"):
        for target, lane in ((waiting, "proposed"), (centre, "centre")):
            asked = {"note": table.new_note(), "sheet": "trials", "lane": lane, "text": "x", "kind": "comment"}
            assert table.refused(who, "write", under=target, **asked) == "locked", (who, lane)
            assert "comment" not in table.screens["F"].shown[f"note:{target}"]["can"]
    slow = said(table, note, "P1", "")
    table.do("F", "now", note=other)
    for who in ("P1", "P2"):
        assert table.note(said(table, note, who, "sense")).under == table.note(slow).under, "who is slow is heard"
    table.go("trials")
    assert table.note(said(table, waiting, "P1", "")).under == waiting
    promised(table)


def test_R48_what_was_decided_stays_before_all_until_the_next_one() -> None:
    table, note = followed()
    said(table, note, "P1", "adjust")
    table.do("F", "move", note=note, lane="decided", marks={"decision": "drop", "shift": "little"}, fields=LEARNED)
    assert table.board.now == note
    assert table.note(note).marks == {"decision": "drop", "shift": "little"}
    table.go("trials")
    other = table.write("F", sheet="trials", lane="proposed")
    table.do("F", "move", note=other, lane="running", fields=PLAN)
    table.go("followup")
    for each in (other, note):
        table.do("F", "now", note=each)
        assert table.screens["P1"].shown["board"]["now"] == each
    promised(table)


def test_R48_somebody_says_one_word_of_a_note_and_may_change_it() -> None:
    table, note = followed()
    mine = said(table, note, "P1", "sense", "Jeg går roligere hjem")
    shown = table.screens["W"].shown[f"note:{mine}"]
    assert (shown["marks"], shown["under"]) == ({"felt": "sense"}, note)
    again = {"sheet": "trials", "lane": "running", "kind": "comment", "under": note, "text": "igen"}
    assert table.refused("P1", "write", note=table.new_note(), marks=FELT, **again) == "answered"
    table.do("P1", "mark", note=mine, kind="felt", word="adjust")
    table.do("P1", "edit", note=mine, text="Rummet er optaget om fredagen")
    shown = table.screens["W"].shown[f"note:{mine}"]
    assert (shown["marks"], shown["text"]) == (FELT, "Rummet er optaget om fredagen")
    for who in ("P2", "S1", "F"):
        assert table.refused(who, "mark", note=mine, kind="felt", word="drop") == "locked", who
    table.do("P1", "delete", note=mine)
    said(table, note, "P1", "drop")
    table.do("P1", "write", note=table.new_note(), **again)
    promised(table)


def test_R48_no_other_comment_gets_a_second_word_of_somebody_and_none_comes_back_with_one() -> None:
    for by in ("P1", "F"):
        table, note = followed()
        first, plain = said(table, note, "P1", "sense", "Roligere"), said(table, note, "P1", "")
        turned_down(table, "P1", "mark", "answered", note=plain, kind="felt", word="drop")
        table.do(by, "delete", note=first)
        table.do("P1", "mark", note=plain, kind="felt", word="drop")
        table.do(by, "restore", note=first)
        assert (table.note(first).text, table.note(first).marks) == ("Roligere", {}), by
        table.do("P1", "delete", note=plain)
        table.do("P1", "mark", note=first, kind="felt", word="sense")
        promised(table)
        table.do(by, "delete", note=first)
        table.do(by, "restore", note=first)
        assert table.note(first).marks == {"felt": "sense"}, "nothing else was said"
        promised(table)


def test_R48_R24_a_word_that_was_said_on_a_device_that_came_back_is_the_persons() -> None:
    table, note = followed()
    comes_back(table, "P1", "D")
    mine = said(table, note, "D", "sense")
    again = {"sheet": "trials", "lane": "running", "kind": "comment", "under": note, "text": "igen", "marks": FELT}
    for who in ("P1", "D"):
        assert table.refused(who, "write", note=table.new_note(), **again) == "answered", who
    table.do("P1", "mark", note=mine, kind="felt", word="adjust")
    said(table, note, "P2", "sense")
    promised(table)


def test_R48_words_of_comments_lie_on_comments_and_those_of_notes_on_notes() -> None:
    table, note = followed()
    mine = said(table, note, "P1", "sense")
    assert table.refused("F", "mark", note=note, kind="felt", word="sense") == "locked"
    assert table.refused("P1", "mark", note=mine, kind="decision", word="drop") == "no_mark"
    table.do("F", "move", note=note, lane="stopped", marks=FELT)
    assert (table.note(note).marks, table.note(mine).marks) == ({}, {"felt": "sense"})
    both = table.new_note()
    given = {"sheet": "trials", "lane": "stopped", "kind": "comment", "under": note, "text": "x"}
    table.do("P2", "write", note=both, marks={"felt": "nosuch", "decision": "drop"}, **given)
    assert table.note(both).marks == {}, "no text is turned away for a word (R3)"
    # Who leads writes down what was said without a phone: as often as they like, and in nobody's word.
    for _ in range(2):
        kept = said(table, note, "F", "drop")
        assert table.note(kept).marks == {}
    promised(table)


def test_R48_R41_nobody_knows_afterwards_who_said_what() -> None:
    table, note = followed()
    for who, word in (("P1", "sense"), ("P2", "drop"), ("P3", "untried")):
        said(table, note, who, word)
    table.do("F", "sitting", on=False)
    comments = [each for each in table.board.notes.values() if each.kind == "comment"]
    assert sorted(each.marks["felt"] for each in comments) == ["drop", "sense", "untried"]
    assert {each.author for each in comments} == {""}
    assert [each.id for each in comments] == sorted(each.id for each in comments), "in no order of creation"


def test_R48_steps_are_for_those_who_lead() -> None:
    table, _ = followed()
    for who, steps in (("F", True), ("P1", False), ("W", False), ("S1", False)):
        rounds = {each["id"]: each for each in table.screens[who].shown["method"]["rounds"]}
        assert ("steps" in rounds["followup"]["follow"]) == steps, who
        assert rounds["trials"]["follow"] is None


@pytest.mark.parametrize("seed", range(6))
def test_R48_in_any_order_there_is_one_word_of_a_person_and_the_note_is_up(seed: int) -> None:
    rng = Random(seed)
    table, note = running()
    for _ in range(60):
        who = rng.choice(["P1", "P2", "F"])
        own = [i for i, n in table.board.notes.items() if n.under == note and n.author == table.pid(who)]
        act = rng.choice(["say", "say", "take", "undo", "now", "move", "down"])
        if act == "say" and who != "F":
            new, given = table.new_note(), {"sheet": "trials", "lane": "running", "kind": "comment", "under": note}
            had = any("felt" in table.note(each).marks for each in own)
            why = table.refused if had or note not in table.board.notes else table.do
            why(who, "write", note=new, text=table.secret(who), marks={"felt": rng.choice(["sense", "drop"])}, **given)
        elif act == "take" and own:
            table.do(who, "delete", note=own[0])
        elif act == "undo" and who != "F" and "undo" in table.me(who)["can"]:
            table.do(who, "undo")
        elif act == "now" and note in table.board.notes:
            table.do("F", "now", note=rng.choice([note, ""]))
        elif act == "move" and note in table.board.notes:
            table.do("F", "move", note=note, lane=rng.choice(["running", "stopped"]))
        elif act == "down":
            op = "delete" if note in table.board.notes else "restore"
            table.do("F", op, note=note)
        assert table.board.now in ("", note)
        assert not table.board.now or note in table.board.notes, f"seed {seed}"
        words = [each.author for each in table.board.notes.values() if each.marks.get("felt")]
        assert len(words) == len(set(words)), f"seed {seed}"
    checks.check_converged_P1(table)
    checks.check_fields_V1(table)


def wrong(old: str, new: str, says: str, *, after: str = "[rounds.follow]") -> None:
    refusal(changed_file("forloeb", (old, new), after=after), says)


def test_M1_R48_a_follow_up_that_cannot_go_on_is_told() -> None:
    wrong('lanes = ["running", "stopped"]', 'lanes = ["running", "gone"]', "no lane `gone`")
    wrong('lanes = ["running", "stopped"]', "lanes = []", "at least 1 of them")
    wrong('to = "decided"', 'to = "running"', "write one of: proposed, qualified, decided")
    wrong('asks = "felt"', 'asks = "decision"', "write one of: felt")
    wrong('marks = ["decision"]', 'marks = ["felt"]', "carry no marks `felt`; write one of: decision, shift")
    wrong('fields = ["learned"]', 'fields = ["who"]', "has no field `who`")
    wrong('look = "adjust"', 'look = "nowhere"', "no round `nowhere`")
    wrong('id = "course"', 'id = "purpose"', "purpose")
    wrong('shows = "about"', 'shows = "all"', "shows")
    round_of = 'id = "followup"\ntitle'
    wrong('comment = ["all", "facilitator"]\n', "", "nobody may answer", after=round_of)
    wrong(', felt = ["own"] }', " }", "nobody may answer", after=round_of)
    wrong('move = ["facilitator", "scribe"]\n', "", 'write move = ["facilitator"]', after=round_of)


def test_M1_R48_marks_of_comments_have_nothing_of_a_notes() -> None:
    kind = 'id = "felt"'
    wrong("comments = true", 'comments = true, default = "sense"', "leave it out", after=kind)
    title = 'id = "sense", title'
    wrong(title, f'needs = ["learned"], {title}', "no field `learned`", after=kind)
    wrong(title, f"cancels = true, {title}", "leave it out", after=kind)
    needs = 'needs = ["comments", "decision", "learned"]'
    wrong(needs, needs.replace('"decision"', '"felt"'), "comments carry marks `felt`", after="")
    wrong("\nset = ", '\nfixed = { felt = "sense" }\nset = ', "comments carry marks `felt`", after='id = "followup"\n')
