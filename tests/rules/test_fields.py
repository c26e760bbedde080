"""Fields of notes: answers, who may give them, what a round needs before it is left (R31), and faults in a file."""

import pytest

from board_schema import method_file
from tests.rules.checks import check_converged_P1, check_fields_V1, check_secrets_V2_V3_V8
from tests.rules.files import changed, changed_file, refusal
from tests.rules.play import Table, text_of

FIELDS = """
[[sheets.lanes.fields]]
id = "back"
title = { da = "Vender tilbage", en = "Come back" }
kind = "date"
none_word = { da = "Ingen", en = "None" }
required = true

[[sheets.lanes.fields]]
id = "who"
title = { da = "Hvem", en = "Who" }
kind = "text"
limit = 20

[[sheets.lanes.fields]]
id = "size"
title = { da = "Hvor stort", en = "How large" }
kind = "choice"
options = [ { id = "small", title = { da = "Lille", en = "Small" } }, { id = "large", title = { da = "Stort", en = "Large" } } ]
"""  # noqa: E501
NEXT_SHEET = '[[sheets]]\nid = "yield"'


def table_with(*, grant: str = "", people: int = 3) -> Table:
    """The future workshop with fields on the notes of its last column, of which its last working round needs one."""
    working = 'id = "realise"'
    whole = changed(with_fields(), (working, f'needs = ["realise"]\n{grant}{working}'), after=NEXT_SHEET)
    return Table(method_file.parse(whole, file="own.toml"), people=people)


def with_fields(fields: str = FIELDS) -> str:
    """The file of the future workshop with fields in the last column, behind its other keys."""
    return changed_file("fremtidsvaerksted", (NEXT_SHEET, f"{fields}\n{NEXT_SHEET}"))


def up(table: Table, who: str = "P1") -> str:
    table.go("realise")
    note = table.write(who, sheet="columns", lane="realise")
    table.do("F", "reveal", sheet="columns", lane="realise")
    return note


def test_R31_answers_are_checked_and_shown_to_all_who_see_the_note() -> None:
    table = table_with()
    table.go("realise")
    note = table.write("P1", sheet="columns", lane="realise")
    secret = table.secret("P")[:20]
    for field, value, kept in (
        ("back", "2027-02-28", "2027-02-28"),
        ("back", "none", "none"),
        ("who", f"  {secret} ", secret),
        ("size", "large", "large"),
    ):
        table.do("P1", "set", note=note, field=field, value=value)
        assert table.screens["P1"].own[f"mine:{note}"]["fields"][field] == kept
        check_secrets_V2_V3_V8(table)
        check_fields_V1(table)
    for field, value, reason in (
        ("back", "2027-02-30", "bad_value"), ("back", "12/1", "bad_value"), ("size", "none", "bad_value"),
        ("who", "x" * 21, "too_long"), ("who", "\u200b", "empty"), ("color", "red", "no_field"),
    ):  # fmt: skip
        assert table.refused("P1", "set", note=note, field=field, value=value) == reason, value
    assert table.refused("P2", "set", note=note, field="back", value="none") == "no_note"
    table.do("F", "reveal", sheet="columns", lane="realise")
    assert table.screens["W"].shown[f"note:{note}"]["fields"] == {"back": "none", "who": secret, "size": "large"}
    table.do("F", "set", note=note, field="who", value="")
    assert "who" not in table.screens["W"].shown[f"note:{note}"]["fields"]
    check_secrets_V2_V3_V8(table)
    check_converged_P1(table)


def test_R31_whom_the_round_grants_set_may_answer_where_they_may_not_edit() -> None:
    table = table_with(grant='set = ["all"]\n')
    item = table.method.round("realise")
    note = up(table)
    assert "set" in table.screens["P2"].shown[f"note:{note}"]["can"]
    table.do("P2", "set", note=note, field="size", value="small")
    assert ("all" in item.move) == ("edit" in table.screens["P2"].shown[f"note:{note}"]["can"])
    table.go("close")
    assert table.refused("P2", "set", note=note, field="size", value="large") == "locked"


def test_R31_a_round_is_not_left_while_a_needed_note_or_answer_is_missing_unless_it_is_meant() -> None:
    table = table_with()
    table.go("realise")
    board = table.screens["F"].shown["board"]
    assert board["lacks"] == [{"sheet": "columns", "lane": "realise", "note": "", "field": ""}]
    assert table.refused("F", "round", to="close") == "needs_left"
    note = up(table)
    assert table.screens["F"].shown["board"]["lacks"] == [
        {"sheet": "columns", "lane": "realise", "note": note, "field": "back"}
    ]
    assert "lacks" not in table.screens["P1"].shown["board"]
    assert table.refused("F", "round", to="close") == "needs_left"
    table.do("F", "round", to="dream")  # going back needs nothing
    table.do("F", "round", to="realise")
    table.do("F", "set", note=note, field="back", value="none")
    assert table.screens["F"].shown["board"]["lacks"] == []
    table.do("F", "round", to="close")
    table.do("F", "round", to="realise")
    table.do("F", "set", note=note, field="back", value="")
    table.do("F", "round", to="close", confirm=True)
    check_converged_P1(table)


def test_R31_O7_an_answer_is_taken_back_by_undo() -> None:
    table = table_with()
    table.go("realise")
    note = table.write("P1", sheet="columns", lane="realise")
    table.do("P1", "set", note=note, field="size", value="small")
    table.do("P1", "set", note=note, field="size", value="large")
    assert table.me("P1")["undo"]["what"] == "set"
    table.do("P1", "undo")
    assert table.note(note).fields == {"size": "small"}


def test_R25_an_answer_of_somebody_else_is_not_replaced_unseen() -> None:
    table = table_with()
    note = up(table)
    table.do("F", "set", note=note, field="who", value="TRIO", from_="")
    assert table.refused("F", "set", note=note, field="who", value="Bo", from_="") == "changed"
    table.do("F", "set", note=note, field="who", value="Bo", from_="TRIO")


def test_R31_an_answer_goes_with_its_note_and_is_shown_where_its_lane_has_the_field() -> None:
    table = table_with()
    note = up(table)
    table.do("F", "set", note=note, field="back", value="2027-01-12")
    table.do("F", "move", note=note, lane="dream")
    assert table.screens["W"].shown[f"note:{note}"]["fields"] == {}
    table.do("F", "move", note=note, lane="realise")
    assert table.screens["W"].shown[f"note:{note}"]["fields"] == {"back": "2027-01-12"}


@pytest.mark.parametrize(
    ("old", "new", "field", "word"),
    [
        ('kind = "date"', 'kind = "day"', "fields[0].kind", "choice"),
        ('en = "Come back"', 'de = "Zurück"', "fields[0].title", "en"),
        ('kind = "text"\nlimit = 20', 'kind = "text"\nnone_word = { da = "nej", en = "no" }', "none_word", "date"),
        ('kind = "text"', 'kind = "choice"', "fields[1].options", "two"),
        ('id = "who"', 'id = "back"', "fields[1].id", "twice"),
    ],
)
def test_M1_a_faulty_field_is_refused_with_its_place(old: str, new: str, field: str, word: str) -> None:
    told = refusal(with_fields(changed(FIELDS, (old, new))))
    assert field in told.field
    assert word in told.problem
    assert told.line > 1


@pytest.mark.parametrize(
    ("line", "field"), [('needs = ["nowhere"]', "needs"), ('needs = ["dream"]', "needs"), ('set = ["all"]', "set")]
)
def test_M1_a_round_that_needs_or_sets_what_there_is_not_is_refused(line: str, field: str) -> None:
    critique = 'id = "critique"'
    told = refusal(changed_file("fremtidsvaerksted", (critique, f"{line}\n{critique}"), after="[[rounds]]"))
    assert told.field.endswith(field)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('write = ["facilitator", "scribe", "trio"]', "write = []", "no note can be up in `agreement`"),
        ('reveal = "on_write"', 'reveal = "none"', "no note can be up in `agreement`"),
        ('move = ["facilitator", "scribe", "trio"]', "move = []", "nobody may answer what `agreement` requires"),
    ],
)
def test_M1_R31_a_round_that_nobody_could_leave_is_refused_with_what_to_write(old: str, new: str, word: str) -> None:
    wrong = changed_file("trio-forandringsdialog", (old, new), after='id = "summary"')
    told = refusal(wrong, "nobody can leave this round")
    assert word in told.problem
    assert "write " in told.problem
    assert wrong.split("\n")[told.line - 1].startswith("needs")


def test_M1_R31_a_round_that_nobody_could_leave_with_one_answer_about_the_leader_is_refused() -> None:
    """What it needs is written in a round that is played only when the leader takes part."""
    look = """[[rounds]]
id = "look"
title = { da = "Se", en = "Look" }
instruction = { da = "Se", en = "Look" }
sheet = "columns"
lanes = ["critique"]
needs = ["critique"]
write = []
see = "all"
reveal = "none"
"""
    first, then = 'id = "critique"\n', '[[rounds]]\nid = "dream"'
    part = 'when_leader = ["part"]\n'
    wrong, right = (
        changed(
            text_of("fremtidsvaerksted"), (first, first + part), (then, f"{look}{more}\n{then}"), after="[[rounds]]"
        )
        for more in ("", part)
    )
    told = refusal(wrong, "nobody can leave this round: no note can be up in `critique`")
    assert wrong.split("\n")[told.line - 1].startswith("needs")
    method_file.parse(right, file="own.toml")


def test_M1_a_round_without_a_sheet_needs_nothing_on_it() -> None:
    told = refusal(changed_file("check-in", ("minutes = 6", 'minutes = 6\nneeds = ["topic"]')))
    assert told.field.endswith("sheet")
    assert "needs" in told.problem


def test_R31_P1_what_is_lacking_is_listed_in_the_order_in_which_the_notes_stand() -> None:
    table = Table("trio-forandringsdialog", people=2)
    table.go("summary")
    first, second = (table.write("F", sheet="next", lane="agreement") for _ in range(2))
    lacks = table.screens["F"].shown["board"]["lacks"]
    assert [one["note"] for one in lacks] == [first, second]
    table.do("F", "move", note=first, lane="agreement", spot=9)
    check_converged_P1(table)
    assert [one["note"] for one in table.screens["F"].shown["board"]["lacks"]] == [second, first]
