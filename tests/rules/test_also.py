"""What those who lead a programme do from its home (R49): write on the sheets of other rounds, and answer questions."""

from __future__ import annotations

import pytest

from board_schema.method_file import parse
from tests.rules.checks import check_all
from tests.rules.files import changed_file, refusal
from tests.rules.play import Table
from tests.rules.test_coleads import opens
from tests.rules.test_decide import turned_down


def at_home() -> Table:
    table = Table("forloeb", people=2, scribes=1)
    assert table.board.round == "home"
    return table


def test_R49_what_is_written_from_home_is_up_at_once_with_the_reach_of_its_round() -> None:
    table = at_home()
    talk = table.write("F", text="Om overgange", sheet="sessions", lane="planned", fields={"day": "2026-12-16"})
    assert (table.note(talk).reach, table.note(talk).fields) == ("all", {"day": "2026-12-16"})
    said = table.write(
        "F", text="TR inviterer", sheet="diary", lane="before", fields={"question": "invite"}, about=[talk]
    )
    assert table.note(said).reach == "team"
    shown = table.screens["F"].note(said)
    assert shown is not None
    assert (shown["fields"], shown["about"]) == ({"question": "invite"}, [talk])
    assert {who for who, screen in table.screens.items() if screen.note(said)} == {"F"}
    check_all(table)


def test_R49_from_home_notes_of_these_sheets_are_moved_corrected_and_answered() -> None:
    table = at_home()
    talk = table.write("F", text="Om overgange", sheet="sessions", lane="planned")
    table.do("F", "set", note=talk, field="who", value="Jonas")
    table.do("F", "edit", note=talk, text="Om vagtskifte")
    table.do("F", "move", note=talk, lane="held", fields={"day": "2026-12-16"})
    shown = table.screens["F"].note(talk)
    assert shown is not None
    assert {"move", "edit", "set"} <= set(shown["can"])
    assert (table.note(talk).lane, table.note(talk).text) == ("held", "Om vagtskifte")


def test_R49_R1_from_home_nobody_else_is_granted_anything_and_no_other_sheet_is_open() -> None:
    table = at_home()
    talk = table.write("F", text="Om overgange", sheet="sessions", lane="planned")
    for who in ("P1", "S1"):
        theirs = table.write(who, sheet="sessions", lane="planned")
        assert table.note(theirs).reach == "own", who
        turned_down(table, who, "move", "locked", note=talk, lane="held")
    assert table.note(table.write("F", sheet="trials", lane="proposed")).reach == "own"
    assert table.note(table.write("F", sheet="story", lane="tray")).reach == "own"
    sheets = {who: table.screens[who].shown["sheet:sessions"] for who in ("F", "P1")}
    assert [[lane["open"] for lane in sheets[who]["lanes"]] for who in ("F", "P1")] == [[True, True], [False, False]]
    check_all(table)


def test_R49_V16_what_a_lent_console_writes_for_the_team_is_its_own_draft() -> None:
    table = at_home()
    table.do("F", "colead", seat=table.seat("P1"), on=True)
    opens(table, "P1", "G")
    assert table.note(table.write("G", sheet="diary", lane="room")).reach == "own"
    assert table.note(table.write("G", sheet="sessions", lane="planned")).reach == "all"


def test_R49_R41_what_was_answered_stays_when_the_sitting_ends() -> None:
    table = at_home()
    table.do("F", "sitting", on=True)
    talk = table.write("F", text="Om overgange", sheet="sessions", lane="held")
    answer = {"fields": {"question": "easy"}, "about": [talk]}
    said = table.write("F", text="Det gik let at lytte", sheet="diary", lane="after", **answer)
    table.do("F", "sitting", on=False)
    shown = table.screens["F"].note(said)
    assert shown is not None
    assert (shown["fields"], shown["about"]) == ({"question": "easy"}, [talk])
    assert table.note(said).author == table.pid("F") or not table.note(said).author


def test_R49_R31_a_question_is_one_of_the_lane() -> None:
    table = at_home()
    asked = table.screens["F"].shown["sheet:diary"]["lanes"]
    assert [lane["asks"]["field"] for lane in asked] == ["question"] * 5
    assert [lane["asks"]["sheet"] for lane in asked] == ["", "", "sessions", "sessions", "trials"]
    turned_down(table, "F", "write", "bad_value", note="x" * 16, text="hm", sheet="diary", lane="room",
                fields={"question": "invite"})  # fmt: skip


ASKS = 'asks = { field = "question", sheet = "sessions", lanes = ["held"] }'


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ('also = ["dialogues", "diary"]', 'also = ["talks"]', "rounds[0].also", "no round `talks`"),
        ('also = ["dialogues", "diary"]', 'also = ["home"]', "rounds[0].also", "has no sheet"),
        ('also = ["dialogues", "diary"]', 'also = ["followup"]', "rounds[0].also", "on_write"),
        ('also = ["dialogues", "diary"]', 'also = ["sort", "patterns"]', "rounds[0].also", "two of these rounds"),
        ('sheet = "lifts"', 'sheet = "lifts"\nalso = ["diary"]', "rounds[10].also", "only a round with `cycle`"),
        (ASKS, 'asks = { field = "answer" }', "sheets[5].lanes[3].asks.field", 'kind = "choice"'),
        (ASKS, ASKS.replace('"sessions"', '"trials"'), "sheets[5].lanes[3].asks.sheet", "cannot name"),
        (ASKS, ASKS.replace('"held"', '"meant"'), "sheets[5].lanes[3].asks.lanes", "meant"),
        (ASKS, 'asks = { field = "question", lanes = ["held"] }', "sheets[5].lanes[3].asks.lanes", "Write `sheet`"),
        ('team = { da = "TRIO", en = "TRIO" }', 'team = { da = "TRIO" }', "team", "en"),
    ],
    ids=[
        "no round",
        "no sheet",
        "later",
        "twice",
        "elsewhere",
        "no field",
        "no about",
        "no lane",
        "of what",
        "a language",
    ],
)
def test_R49_M1_a_file_says_what_cannot_be_worked_on_from_home(old: str, new: str, field: str, says: str) -> None:
    assert refusal(changed_file("forloeb", (old, new)), says).field.startswith(field)


def test_R49_a_home_that_names_no_other_rounds_grants_nothing() -> None:
    text = changed_file("forloeb", ('also = ["dialogues", "diary"]\n', ""))
    table = Table(parse(text, file="own.toml"), people=0)
    assert table.note(table.write("F", sheet="sessions", lane="planned")).reach == "own"


@pytest.mark.parametrize("leader", ["part", "listen", "told"])
def test_R49_R29_home_asks_who_tells_the_leader_where_they_are_told_afterwards(leader: str) -> None:
    table = at_home()
    table.do("F", "setup", leader=leader)
    offers = {"home": leader == "told", "diary": False, "dialogues": False}
    for to, offered in offers.items():
        table.do("F", "round", to=to)
        assert ("brief" in table.screens["F"].shown["board"]["offers"]) == offered, to
    table.do("F", "brief", teller="union", when="2026-12-18", done=False)
    table.do("F", "sitting", on=True)
    table.do("F", "sitting", on=False)
    said = {"teller": "union", "when": "2026-12-18", "done": False}
    assert table.screens["F"].shown["board"]["briefing"] == said
