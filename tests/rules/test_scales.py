"""M4: the scales of a timeline. Years are played by the methods; here a clock and stages."""

import pytest

from board_schema import decide, method_file
from board_schema.board import DAY, Ticks
from board_schema.commands import Refused
from board_schema.forms.scales import Asked
from tests.rules.checks import check_converged_P1
from tests.rules.files import changed, changed_file, refusal
from tests.rules.play import Table

CLOCK = 'scale = "clock"\nfrom = "06:45"\nto = "07:30"\nstep = 15'
NIGHT = 'scale = "clock"\nfrom = "23:30"\nto = "00:15"\nstep = 15'
STAGES = """scale = "stages"
stages = [
  { id = "before", title = { da = "Før", en = "Before" } },
  { id = "during", title = { da = "Under", en = "During" } },
  { id = "after", title = { da = "Efter", en = "After" } },
]"""


def text_with(scale: str) -> str:
    """A method file whose timeline has another scale."""
    return changed_file("historievaerksted", ("back = 10", scale))


def played(scale: str) -> Table:
    return Table(method_file.parse(text_with(scale), file="own.toml"))


def lanes(table: Table, who: str = "W") -> list[tuple[str, str, str]]:
    """The made lanes of the timeline, with both titles, as a screen has them."""
    sheet = table.screens[who].shown["sheet:timeline"]
    return [(lane["id"], lane["title"]["da"], lane["title"]["en"]) for lane in sheet["lanes"] if "scale" in lane]


def ends(table: Table) -> tuple[int, int, int]:
    board = table.screens["W"].shown["board"]
    return board["from"], board["to"], board["step"]


def test_M4_a_clock_has_a_lane_every_few_minutes_which_the_facilitator_changes() -> None:
    table = played(CLOCK)
    assert table.screens["W"].shown["sheet:timeline"]["scale"] == "clock"
    assert [lane for lane, _, _ in lanes(table)] == ["06-45", "07-00", "07-15", "07-30"]
    assert lanes(table)[0] == ("06-45", "6.45", "6:45")
    assert ends(table) == (405, 450, 15)
    table.do("F", "setup", from_=420, to=440, step=10)
    assert [lane for lane, _, _ in lanes(table)] == ["07-00", "07-10", "07-20"]
    check_converged_P1(table)
    for wrong in ({"to": 420}, {"step": 30}, {"from_": 1_440}, {"from_": 430, "to": 420, "step": 1}):
        assert table.refused("F", "setup", **wrong) == "bad_op"


def test_M4_a_clock_goes_on_past_midnight() -> None:
    table = played(NIGHT)
    assert [lane for lane, _, _ in lanes(table)] == ["23-30", "23-45", "00-00", "00-15"]
    assert ends(table) == (1_410, 1_455, 15)
    table.do("F", "setup", from_=0, to=30)
    assert [lane for lane, _, _ in lanes(table)] == ["00-00", "00-15", "00-30"]


def test_M4_stages_stand_in_the_order_of_the_file_and_nobody_changes_them() -> None:
    table = played(STAGES)
    assert lanes(table) == [("before", "Før", "Before"), ("during", "Under", "During"), ("after", "Efter", "After")]
    assert ends(table) == (0, 0, 0)
    table.do("F", "setup", from_=2000, to=2010)
    assert ends(table) == (0, 0, 0)


@pytest.mark.parametrize(("scale", "lane"), [(CLOCK, "07-15"), (STAGES, "during")])
def test_M4_notes_and_headings_lie_on_any_scale(scale: str, lane: str) -> None:
    table = played(scale)
    first, *_, last = [lane for lane, _, _ in lanes(table)]
    table.go("place")
    note = table.write("P1", sheet="timeline", lane=lane)
    table.take_turn("P1")
    assert table.refused("P1", "place", note=note, lane="2020") == "no_lane"
    table.do("P1", "place", note=note, lane=lane, marks={"effect": "down"})
    assert table.screens["W"].shown[f"note:{note}"]["lane"] == lane
    table.go("picture")
    heading = {"kind": "heading", "sheet": "timeline", "text": "Travlt"}
    assert table.refused("F", "write", note=table.new_note(), lane=last, until=first, **heading) == "no_lane"
    table.do("F", "write", note=table.new_note(), lane=first, until=last, **heading)
    check_converged_P1(table)


def test_V6_drafts_on_times_that_go_move_to_the_nearest_and_what_is_up_keeps_its_time() -> None:
    table = played(NIGHT)
    table.go("place")
    early, late = (table.write("P1", sheet="timeline", lane=lane) for lane in ("23-30", "00-15"))
    up = table.write("P2", sheet="timeline", lane="23-45")
    table.take_turn("P2")
    table.do("P2", "place", note=up, lane="23-45", marks={"effect": "up"})
    assert table.refused("F", "setup", from_=0, to=15) == "years_in_use"
    table.do("F", "setup", from_=1_425, to=0)
    assert (table.note(early).lane, table.note(late).lane) == ("23-45", "00-00")


def test_lanes_of_a_round_name_the_whole_scale_by_one_word() -> None:
    grants = 'write = ["own"]\nplace = ["turn"]'
    text = changed(text_with(STAGES), (grants, f'lanes = ["scale"]\n{grants}'))
    table = Table(method_file.parse(text, file="own.toml"))
    table.go("place")
    assert next(r for r in table.screens["W"].shown["method"]["rounds"] if r["id"] == "place")["lanes"] == [
        "before",
        "during",
        "after",
    ]
    note = table.write("P1", sheet="timeline", lane="")
    table.take_turn("P1")
    assert table.me("P1")["place"]["lanes"] == ["before", "during", "after"]
    assert table.refused("P1", "place", note=note, lane="elsewhere", marks={"effect": "up"}) == "lane_closed"
    table.do("P1", "place", note=note, lane="during", marks={"effect": "up"})


@pytest.mark.parametrize(
    ("scale", "field", "words"),
    [
        ('scale = "minutes"', "sheets[0].scale", "write one of: years, clock, stages"),
        ('scale = "clock"', "sheets[0].from", 'write from = "07:00"'),
        ('scale = "clock"\nfrom = "7"\nto = "08:00"\nstep = 5', "sheets[0].from", "two digits"),
        ('scale = "clock"\nfrom = "07:00"\nto = "08:00"', "sheets[0].step", "write step = 5"),
        ('scale = "clock"\nfrom = "07:00"\nto = "08:00"\nstep = 90', "sheets[0].step", "1 to 60 steps"),
        ('scale = "stages"', "sheets[0].stages", "write at least two"),
        (STAGES.replace("during", "before"), "sheets[0].stages[1].id", "used twice"),
        (STAGES.replace("during", "elsewhere"), "sheets[0].stages[1].id", "used twice"),
        (STAGES.replace(', en = "After"', ""), "sheets[0].stages[2].title", "the text for `en` is missing"),
        ("step = 5", "sheets[0].step", 'scale = "years" has none'),
    ],
)
def test_M1_what_is_wrong_with_a_scale_is_said_with_its_place(scale: str, field: str, words: str) -> None:
    told = refusal(text_with(scale))
    assert told.field == field
    assert words in told.problem


def test_M1_a_method_has_one_scale_whose_ends_the_board_keeps() -> None:
    more = (
        '[[sheets]]\nid = "day"\ntitle = { da = "Dagen", en = "The day" }\nform = "timeline"\n'
        + CLOCK
        + '\n\n[[sheets]]\nid = "groups"'
    )
    text = changed_file("historievaerksted", ('[[sheets]]\nid = "groups"', more))
    refusal(text, 'sheets[1].scale: a sheet above has scale = "years"')


@pytest.mark.parametrize(("line", "other"), [('from = "06:45"', 'from = "06:00"'), ("step = 15", "step = 5")])
def test_M4_a_second_clock_with_other_times_is_a_fault_and_not_passed_over(line: str, other: str) -> None:
    again = '\n\n[[sheets]]\nid = "day"\ntitle = { da = "Dagen", en = "The day" }\nform = "timeline"\n' + CLOCK
    assert line in CLOCK
    method_file.parse(text_with(CLOCK) + again, file="own.toml")
    with pytest.raises(method_file.MethodError) as caught:
        method_file.parse(text_with(CLOCK) + again.replace(line, other), file="own.toml")
    name, _, value = line.partition(" = ")
    assert caught.value.field.endswith(f"].{name}")
    assert f"write {name} = {value}, as above" in caught.value.problem


def test_a_clock_may_be_asked_for_when_the_workshop_is_made() -> None:
    item = method_file.parse(text_with(CLOCK), file="own.toml")
    given = {"board_id": "b", "seed": "s", "pid": "p", "seat": "seat", "now": 1, "this_year": 2026, "keep": DAY}
    (made,) = decide.create(item, **given, asked=Asked(0, 60, 30))
    assert made.ticks == Ticks(0, 60, 30)
    for wrong in (Asked(2000, 2010), Asked(0, 600, 300), Asked(0, 600, -5)):
        with pytest.raises(Refused, match="bad_op"):
            decide.create(item, **given, asked=wrong)
