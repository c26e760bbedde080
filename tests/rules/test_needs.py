"""What a lane needs before a note lies there, days in their order (R45), and trial actions that go by it."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from board_schema.commands import Refused
from board_schema.method import Lane
from tests.rules import chance
from tests.rules.checks import check_converged_P1, check_fields_V1, check_secrets_V2_V3_V8
from tests.rules.files import changed_file, refusal
from tests.rules.play import Table

PLAN = {
    "backing": "Aftenholdet",
    "routine": "Ved vagtskiftet",
    "start": "2026-11-12",
    "until": "none",
    "stop": "2026-12-03",
    "who": "AMR",
}
SHAPED = {name: PLAN[name] for name in ("backing", "routine")}
LEARNED = {"learned": "Ti minutter er nok, hvis døren er lukket"}


def proposed(to: str = "trials", **more: Any) -> tuple[Table, str]:
    """A programme in a round about trials, and a trial that somebody proposed."""
    table = Table("forloeb", people=3, scribes=1)
    table.go("trials")
    note = table.write("F", sheet="trials", lane="proposed", **more)
    if to != "trials":
        table.go(to)
    return table, note


def running() -> tuple[Table, str]:
    """A trial that runs, in the round in which it is followed up."""
    table, note = proposed()
    table.do("F", "move", note=note, lane="running", fields=PLAN)
    table.go("followup")
    return table, note


def stopped() -> tuple[Table, str]:
    table, note = running()
    table.do("F", "move", note=note, lane="stopped")
    return table, note


def answer(table: Table, note: str, who: str = "P1") -> str:
    """What a colleague says of a trial."""
    return table.write(who, sheet="trials", lane="stopped", kind="comment", under=note)


def test_R45_a_note_is_moved_to_a_lane_only_with_what_it_needs() -> None:
    table, note = proposed()
    for brought in ({}, {"backing": "Aftenholdet"}, {"routine": "Ved vagtskiftet", "backing": "  "}):
        assert table.refused("F", "move", note=note, lane="qualified", fields=brought) == "unanswered"
    assert (table.note(note).lane, table.note(note).fields) == ("proposed", {}), "nothing of it is done"
    table.do("F", "move", note=note, lane="qualified", fields=SHAPED)
    shown = table.screens["W"].shown[f"note:{note}"]
    assert (shown["lane"], shown["fields"]) == ("qualified", SHAPED)
    table.do("F", "undo")
    assert (table.note(note).lane, table.note(note).fields) == ("proposed", {}), "one step back takes back both"
    table.do("F", "move", note=note, lane="qualified", fields=SHAPED)
    table.do("F", "move", note=note, lane="qualified", spot=7)
    table.do("F", "move", note=note, lane="proposed")
    table.do("F", "move", note=note, lane="qualified")
    assert table.screens["W"].shown[f"note:{note}"]["fields"] == SHAPED, "what was answered once is not asked again"
    check_converged_P1(table)
    check_fields_V1(table)


def test_R45_a_note_is_written_where_it_has_all_that_is_needed_and_a_draft_lies_anywhere() -> None:
    table, _ = proposed()
    given = {"sheet": "trials", "lane": "qualified"}
    new = table.new_note()
    assert table.refused("F", "write", note=new, text="Fast supervision", **given) == "unanswered"
    assert new not in table.board.notes
    assert table.refused("F", "write", note=new, text="x", fields={"who": "TR"}, **given) == "no_field"
    table.do("F", "write", note=new, text="Fast supervision", fields=SHAPED, **given)
    assert table.screens["W"].shown[f"note:{new}"]["fields"] == SHAPED
    draft = table.new_note()
    table.do("P1", "write", note=draft, text=table.secret("P1"), fields={"backing": "Nattevagterne"}, **given)
    assert table.screens["P1"].own[f"mine:{draft}"]["fields"] == {"backing": "Nattevagterne"}
    check_secrets_V2_V3_V8(table)
    check_converged_P1(table)


def test_R32_what_a_word_needs_is_not_taken_away_while_the_note_carries_it() -> None:
    table = Table("forloeb", people=1)
    table.go("lifts")
    note = table.write("F", sheet="lifts", lane="local")
    table.do("F", "set", note=note, field="day", value="2026-12-03")
    table.do("F", "mark", note=note, kind="status", word="agenda")
    assert table.refused("F", "set", note=note, field="day", value="") == "unanswered"
    table.do("F", "set", note=note, field="day", value="2026-12-10")
    table.do("F", "move", note=note, lane="main")
    assert table.refused("F", "set", note=note, field="day", value="  ") == "unanswered"
    table.do("F", "mark", note=note, kind="status", word="lifted")
    table.do("F", "set", note=note, field="day", value="")
    assert "day" not in table.note(note).fields
    # A board of an earlier release has such a note without a day: it is moved and answered as any.
    table.do("F", "set", note=note, field="day", value="2026-12-03")
    table.do("F", "mark", note=note, kind="status", word="agenda")
    table.board.notes[note] = replace(table.note(note), fields={})
    table.do("F", "move", note=note, lane="local")
    table.do("F", "set", note=note, field="answer", value="Ja")
    assert table.note(note).marks == {"status": "agenda"}


def test_R45_what_a_lane_needs_is_not_taken_away_while_the_note_lies_there() -> None:
    table, note = running()
    assert table.refused("F", "set", note=note, field="who", value="") == "unanswered"
    table.do("F", "set", note=note, field="who", value="TR")
    table.do("F", "move", note=note, lane="stopped")
    table.do("F", "set", note=note, field="who", value="")
    answer(table, note)
    table.do("F", "move", note=note, lane="decided", marks={"decision": "adjust"}, fields=LEARNED)
    assert table.refused("F", "mark", note=note, kind="decision") == "unanswered"
    table.do("F", "mark", note=note, kind="decision", word="drop")
    assert table.refused("F", "set", note=note, field="learned", value=" ") == "unanswered"


def test_R45_nothing_is_decided_before_a_colleague_answered_nor_without_what_was_learned() -> None:
    table, note = stopped()
    both = {"marks": {"decision": "drop"}, "fields": LEARNED}
    assert table.refused("F", "move", note=note, lane="decided", **both) == "unanswered", "nobody has answered"
    said = answer(table, note)
    for given in ({"marks": both["marks"]}, {"fields": LEARNED}, {"marks": {"decision": "?"}, "fields": LEARNED}):
        assert table.refused("F", "move", note=note, lane="decided", **given) == "unanswered"
    table.do("P1", "delete", note=said)
    assert table.refused("F", "move", note=note, lane="decided", **both) == "unanswered", "it was taken back"
    answer(table, note, "P2")
    table.do("S1", "move", note=note, lane="decided", **both)
    shown = table.screens["W"].shown[f"note:{note}"]
    assert (shown["marks"], shown["fields"]["learned"]) == ({"decision": "drop"}, LEARNED["learned"])
    table.do("S1", "undo")
    assert (table.note(note).lane, table.note(note).marks) == ("stopped", {})
    check_converged_P1(table)


def test_R45_an_answer_that_belongs_to_its_writer_is_taken_down_also_where_it_was_needed() -> None:
    table, note = stopped()
    said = answer(table, note)
    table.do("F", "move", note=note, lane="decided", marks={"decision": "carry-on"}, fields=LEARNED)
    table.do("P1", "delete", note=said)
    table.do("F", "move", note=note, lane="decided", spot=3)
    table.do("F", "set", note=note, field="learned", value="Mere, end vi troede")
    table.do("F", "mark", note=note, kind="decision", word="adjust")


def test_R45_no_day_lies_before_the_one_that_it_follows() -> None:
    table, note = proposed()
    late = {**PLAN, "stop": "2026-11-11"}
    assert table.refused("F", "move", note=note, lane="running", fields=late) == "day_order"
    assert table.refused(
        "F", "write", note=table.new_note(), text="x", sheet="trials", lane="running", fields=late
    ) == ("day_order")
    table.do("F", "move", note=note, lane="running", fields={**PLAN, "stop": PLAN["start"]})
    assert table.refused("F", "set", note=note, field="until", value="2026-11-01") == "day_order"
    assert table.refused("F", "set", note=note, field="start", value="2026-11-13") == "day_order"
    table.do("F", "set", note=note, field="until", value="2026-11-12")
    table.do("F", "set", note=note, field="until", value="none")
    table.do("F", "set", note=note, field="stop", value="2026-12-03")
    table.do("F", "set", note=note, field="start", value="2026-11-13")


def test_R45_R25_what_somebody_answered_meanwhile_is_not_replaced_by_a_move() -> None:
    table, note = proposed()
    table.do("F", "move", note=note, lane="qualified", fields=SHAPED)
    table.do("S1", "set", note=note, field="backing", value="Dagholdet")
    assert table.refused("F", "move", note=note, lane="running", fields=PLAN) == "changed"
    rest = {name: value for name, value in PLAN.items() if name not in SHAPED}
    table.do("F", "move", note=note, lane="running", fields=rest)
    assert table.note(note).fields["backing"] == "Dagholdet"
    for wrong, reason in (("i morgen", "bad_value"), ("none", "bad_value")):
        assert table.refused("F", "move", note=note, lane="running", fields={"stop": wrong}) == reason


def test_R45_a_trial_builds_on_the_one_that_was_adjusted() -> None:
    table, note = stopped()
    answer(table, note)
    table.do("F", "move", note=note, lane="decided", marks={"decision": "adjust"}, fields=LEARNED)
    table.go("trials")
    again = table.new_note()
    table.do(
        "F", "write", note=again, text="Med lukket dør", sheet="trials", lane="qualified", fields=SHAPED,
        links={"former": [note]},
    )  # fmt: skip
    assert table.screens["W"].shown[f"note:{again}"]["links"] == {"former": [note]}


def test_R45_in_random_histories_no_note_lies_where_an_answer_or_a_word_is_missing_or_days_are_out_of_order() -> None:
    """Comments may be taken back by those who wrote them, so they are not asked for here."""
    seen: Counter[str] = Counter()
    for seed in range(30):
        rng = Random(seed)
        table = Table("forloeb", seed=seed, people=3, scribes=1)
        for step in range(150):
            if step % 50 == 0:
                table.do("F", "round", to=("trials", "followup", "trials")[step // 50])
            who = rng.choice(["F", "F", "S1", "P1", "P2"])
            person = table.board.by_pid(table.pid(who))
            if person is None:
                break  # a sitting ended
            op, args = chance.op(rng, table.board, table.method, person, table.new_note(), table.secret())
            if op in ("round", "sitting", "remove", "role"):
                continue
            if op == "move" and (up := [n.id for n in table.board.notes.values() if n.sheet == "trials"]):
                args["note"] = rng.choice(up)
            try:
                table.do(who, op, **args)
            except Refused as refused:
                seen[refused.reason] += 1
            for note in table.board.notes.values():
                lane = next(
                    (lane for lane in trial_lanes(table) if note.sheet == "trials" and lane.id == note.lane), None
                )
                if lane is None or note.kind != "note" or note.reach == "own":
                    continue
                has = {*note.fields, *note.marks, "comments"}
                assert has >= set(lane.needs), f"seed {seed}, step {step}: {op} {args} {note}"
                days = [note.fields.get(name, "none") for name in ("start", "until", "stop")]
                late = all("none" in (days[0], day) or day >= days[0] for day in days[1:])
                assert late or lane.field("stop") is None, f"seed {seed}, step {step}: {op} {args} {note}"
                seen[lane.id] += 1
    assert all(seen[name] for name in ("unanswered", "day_order", "qualified", "running", "stopped")), seen


def trial_lanes(table: Table) -> tuple[Lane, ...]:
    sheet = table.method.sheet("trials")
    return sheet.lanes if sheet is not None else ()


@pytest.mark.parametrize(
    ("old", "new", "field", "word"),
    [
        ('needs = ["backing", "routine"]', 'needs = ["support"]', "lanes[1].needs", "the lane has no field `support`"),
        ('needs = ["backing", "routine"]', 'needs = ["decision"]', "lanes[1].needs", "not for this lane"),
        ('takes = "trial"\n', 'takes = "trial"\nneeds = ["about"]\n', "lanes[0].needs", "handed on"),
        ('about = ["story", "trials"]\ncolor = "sky"', 'needs = ["about"]', "lanes[1].needs", "write about"),
        ('not_before = "start"', 'not_before = "begin"', "not_before", "no other date `begin`"),
        ('not_before = "start"', 'not_before = "until"', "not_before", "no other date `until`"),
        ('kind = "text" },', 'kind = "text", not_before = "x" },', "not_before", "only days"),
        ('kind = "text" },', 'kind = "text", calendar = true },', ".calendar", "only days stand"),
        ('id = "local"\n', 'id = "local"\nneeds = ["comments"]\n', "lanes[1].needs", "write comment"),
        ('again = { lane = "qualified"', 'again = { lane = "somewhere"', "again.lane", "no lane `somewhere`"),
        ('link = "former" }', 'link = "next" }', "again.link", "no links `next`"),
        ('again = { lane = "qualified"', 'again = { lane = "proposed"', "again.link", 'from = ["proposed"]'),
        ('id = "learned"', 'id = "comments"', "lanes[4].needs", "give the field another id"),
    ],
)  # fmt: skip
def test_M1_R45_needs_that_nothing_can_meet_are_refused_with_what_to_write(
    old: str, new: str, field: str, word: str
) -> None:
    wrong = changed_file("forloeb", (old, new), after="# Small actions")
    told = refusal(wrong)
    assert field in told.field
    assert word in told.problem
    assert told.line > 1


def test_M1_R45_a_lane_that_needs_something_has_no_way_in_past_it() -> None:
    who = '{ id = "who", kind = "text", title = { da = "Hvem", en = "Who" } }'
    lane = 'id = "realise"\n'
    told = refusal(changed_file("fremtidsvaerksted", (lane, f'{lane}needs = ["who"]\nfields = [{who}]\n')))
    assert told.field.endswith("needs")
    assert "raises drafts" in told.problem
