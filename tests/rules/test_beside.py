"""What stays in sight beside a round's sheet (V17): who is shown it, what it grants, and what a method file may say."""

import pytest

from tests.rules.checks import check_secrets_V2_V3_V8
from tests.rules.files import changed, changed_file, refusal
from tests.rules.play import Table, text_of

FD = "trio-forandringsdialog"
FILE = text_of(FD)
STAYS = 'beside = [{ sheet = "trio", lanes = ["topic"] }]'  # of the round `explore`, the third
ONE = '{ sheet = "trio", lanes = ["topic"] }'
SHEET = '[[sheets]]\nid = "trio"\n'
WRONG: list[tuple[str, str, str, str, str]] = [
    ("a sheet that is not there", STAYS, STAYS.replace("trio", "paper"), "[0].sheet", "there is no sheet `paper`"),
    ("the round's own sheet", STAYS, 'beside = [{ sheet = "core", lanes = ["work"] }]', "[0].sheet", "is in sight"),
    ("a lane that is not there", STAYS, STAYS.replace("topic", "theme"), "[0].lanes", "one of: topic, lack, invite"),
    ("no lane", STAYS, 'beside = [{ sheet = "trio", lanes = [] }]', "[0].lanes", "at least 1"),
    ("lanes left out", STAYS, 'beside = [{ sheet = "trio" }]', "[0].lanes", "write lanes = "),
    ("who may see it", STAYS, STAYS.replace(" }", ', see = "all" }'), "[0].see", "no such field"),
    ("a name and no table", STAYS, 'beside = ["topic"]', "", "a table"),
    ("a sheet twice", STAYS, f"beside = [{ONE}, {ONE}]", "[1].sheet", "in one list"),
    ("three sheets", STAYS, f"beside = [{ONE}, {ONE}, {ONE}]", "", "at most 2"),
    (
        "what no round has put up by then",
        STAYS,
        'beside = [{ sheet = "next", lanes = ["themes"] }]',
        "[0].lanes",
        "leave",
    ),
    ("a sheet of each group", SHEET, f"{SHEET}per_group = true\n", "[0].sheet", "of its own"),
]


@pytest.mark.parametrize(("old", "new", "field", "hint"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_M1_V17_what_cannot_stay_in_sight_is_refused_with_file_line_and_what_to_write(
    old: str, new: str, field: str, hint: str
) -> None:
    text = changed(FILE, (old, new))
    error = refusal(text)
    assert error.field.removesuffix("[0]") == f"rounds[2].beside{field}".removesuffix("[0]")
    assert hint in error.problem
    assert error.line == text[: text.index("beside = ")].count("\n") + 1


def test_M1_V17_a_lane_of_a_grid_says_nothing_away_from_its_row() -> None:
    text = text_of("dilemmavaerksted")
    last = text.rindex('sheet = "yield"\n')
    wrong = f'{text[:last]}beside = [{{ sheet = "grid", lanes = ["actions"] }}]\n{text[last:]}'
    refusal(wrong, "a note of a grid says nothing away from it")


def test_M1_V17_lanes_beside_no_sheet_are_refused() -> None:
    refusal(changed_file("check-in", ("[[rounds]]\n", f"[[rounds]]\n{STAYS}\n")), "sheet: is missing")


def test_V17_the_topic_stays_in_sight_and_what_only_the_team_sees_stays_theirs() -> None:
    table = Table(FD, people=3, leader="part")
    table.do("F", "hand", part="trio", seat=table.seat("P1"))
    topic, lack = (table.write("P1", sheet="trio", lane=lane) for lane in ("topic", "lack"))
    table.go("start")
    table.do("F", "reveal", sheet="trio", lane="topic")
    table.go("summary")
    for who in ("F", "P1", "P2", "W"):
        now = next(item for item in table.screens[who].shown["method"]["rounds"] if item["id"] == "summary")
        assert now["beside"] == [{"sheet": "trio", "lanes": ["topic", "lack"]}]
        assert table.screens[who].note(topic) is not None
        assert (table.screens[who].note(lack) is not None) is (who in ("F", "P1"))
    check_secrets_V2_V3_V8(table)


@pytest.mark.parametrize("who", ["F", "P1", "P2"])
def test_V17_what_stays_in_sight_is_not_changed_there(who: str) -> None:
    table = Table(FD, people=3, leader="part")
    table.do("F", "hand", part="trio", seat=table.seat("P1"))
    topic = table.write("F", sheet="trio", lane="topic")
    table.go("start")
    table.do("F", "reveal", sheet="trio", lane="topic")
    table.go("explore")
    assert table.refused(who, "edit", note=topic, text="Andet") == "locked"
    assert table.refused(who, "move", note=topic, lane="lack") == "locked"
