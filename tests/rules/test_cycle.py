"""The learning cycle of a programme (R40): what its record counts and tells, and to whom."""

from __future__ import annotations

import pytest

from board_schema.method_file import parse
from tests.rules.checks import check_all
from tests.rules.files import changed, changed_file, refusal
from tests.rules.play import ENDING, Table
from tests.rules.test_needs import LEARNED, PLAN, answer, stopped


def counts(table: Table, who: str = "W") -> dict[str, list[int]]:
    return {
        station["id"]: [each["count"] for each in station["counts"]]
        for station in table.screens[who].shown["cycle"]["stations"]
    }


def test_R40_the_cycle_counts_what_is_up_and_follows_every_change() -> None:
    table = Table("forloeb", people=1)
    assert counts(table) == {"dialogues": [0, 0], "sense": [0, 0], "trials": [0, 0], "followup": [0, 0]}
    table.go("trials")
    trial = table.write("F", text="Rolig overlevering", sheet="trials", lane="proposed")
    assert counts(table)["trials"] == [0, 1]
    table.do("F", "move", note=trial, lane="running", fields=PLAN)
    assert counts(table)["trials"] == [1, 0]
    table.go("followup")
    table.do("F", "move", note=trial, lane="stopped")
    assert counts(table) == {"dialogues": [0, 0], "sense": [0, 0], "trials": [0, 0], "followup": [1, 0]}
    table.do("F", "delete", note=trial)
    assert counts(table)["followup"] == [0, 0]
    check_all(table)


def test_R40_V2_the_cycle_tells_nobody_of_what_they_are_not_shown() -> None:
    table = Table("forloeb", people=1)
    draft = table.write("F", text="cnry-draft", sheet="trials", lane="running")
    assert table.note(draft).reach == "own"
    table.go("diary")
    table.write("F", text="cnry-team", sheet="diary", lane="learning")
    for screen in table.screens.values():
        assert "cnry" not in repr(screen.shown["cycle"])
    assert counts(table, "F")["trials"] == [0, 0]


def test_R40_a_day_that_is_said_to_be_none_is_told_as_no_day() -> None:
    shown = 'sheet = "trials", lanes = ["running"], until = '
    table = Table(parse(changed_file("forloeb", (f'{shown}"stop"', f'{shown}"until"')), file="own.toml"), people=0)
    table.go("trials")
    trial = table.write("F", text="Rolig overlevering", sheet="trials", lane="proposed")
    table.do("F", "move", note=trial, lane="running", fields=PLAN | {"until": "none"})
    until = lambda: table.screens["W"].shown["cycle"]["shows"][1]["lines"][0]["until"]  # noqa: E731
    assert until() == "", "screens write what stands there as a date"
    table.do("F", "set", note=trial, field="until", value="2026-12-24")
    assert until() == "2026-12-24"


def test_R40_V16_what_only_the_team_sees_is_counted_and_told_for_the_team_alone() -> None:
    shown = 'sheet = "trials", lanes = ["running"], until = "stop"'
    counted = 'sheet = "story", lanes = ["circles"]'
    text = changed_file("forloeb", (counted, 'sheet = "diary", lanes = ["before"]'))
    text = changed(text, (shown, 'sheet = "diary", lanes = ["before"]'))
    table = Table(parse(text, file="own.toml"), people=1, scribes=1)
    table.go("diary")
    table.write("F", text="kun TRIO", sheet="diary", lane="before")
    for who, told in (("F", 1), ("S1", 0), ("P1", 0), ("W", 0)):
        assert counts(table, who)["sense"][1] == told
        assert ("kun TRIO" in repr(table.screens[who].shown["cycle"])) == bool(told), who
    check_all(table)


def test_R40_what_comes_next_is_told_by_day_with_who_sees_to_it() -> None:
    table = Table("forloeb", people=1)
    table.go("dialogues")
    talk = table.write("F", text="Om overgange", sheet="sessions", lane="planned")
    table.do("F", "set", note=talk, field="day", value="2026-12-16")
    table.go("trials")
    notes = [table.write("F", text=f"Forsøg {n}", sheet="trials", lane="proposed") for n in range(2)]
    table.do("F", "move", note=notes[0], lane="running", fields=PLAN | {"who": "Mette"})
    told = table.screens["P1"].shown["cycle"]["next"]
    assert [(each["day"], each["station"], each["text"], each["who"]) for each in told] == [
        ("2026-12-03", "followup", "Forsøg 0", "Mette"),
        ("2026-12-16", "dialogues", "Om overgange", ""),
    ]
    table.do("F", "move", note=notes[0], lane="proposed")
    assert [each["text"] for each in table.screens["P1"].shown["cycle"]["next"]] == ["Om overgange"]


def test_R40_what_is_told_beside_the_cycle_is_what_was_found_tried_and_learned() -> None:
    table = Table("forloeb", people=1)
    shows = lambda: {  # noqa: E731
        each["title"]["da"]: [line["text"] for line in each["lines"]]
        for each in table.screens["W"].shown["cycle"]["shows"]
    }
    table.go("centre")
    table.write("F", text="Kommunikation", sheet="story", lane="centre")
    assert shows()["Det fandt vi"] == ["Kommunikation"]
    table.go("patterns")
    table.write("F", text="Hård tone får folk til at rejse", sheet="story", lane="circles")
    assert shows()["Det fandt vi"] == ["Hård tone får folk til at rejse"], "a circle that has a name says more"


def test_R40_R44_once_a_story_was_shown_what_was_found_is_told_as_it_was_shown() -> None:
    table = Table("forloeb", people=1)
    table.go("patterns")
    circle = table.write("F", text="Hård tone får folk til at rejse", sheet="story", lane="circles")
    table.do("F", "freeze", sheet="story")
    told = lambda: table.screens["P1"].shown["cycle"]  # noqa: E731
    assert [station["version"] for station in told()["stations"]] == [0, 1, 0, 0]
    table.do("F", "edit", note=circle, text="Travlhed gør tonen hård")
    assert told()["shows"][0]["lines"][0]["text"] == "Hård tone får folk til at rejse"
    table.do("F", "freeze", sheet="story")
    assert told()["shows"][0]["lines"][0]["text"] == "Travlhed gør tonen hård"
    assert told()["stations"][1]["version"] == 2
    check_all(table)


def test_R40_R44_of_a_version_that_was_deleted_nothing_is_told_but_what_was_shown_before_it() -> None:
    table = Table("forloeb", people=1)
    table.go("patterns")
    circle = table.write("F", text="Hård tone får folk til at rejse", sheet="story", lane="circles")
    table.do("F", "freeze", sheet="story")
    table.do("F", "edit", note=circle, text="Travlhed gør tonen hård")
    table.do("F", "freeze", sheet="story")
    table.do("F", "edit", note=circle, text="Ingen siger godmorgen")
    for number, left, said in ((2, 1, "Hård tone får folk til at rejse"), (1, 0, "Ingen siger godmorgen")):
        table.do("F", "unfreeze", sheet="story", version=number)
        told = table.screens["W"].shown["cycle"]
        assert told["stations"][1]["version"] == left
        assert [line["text"] for line in told["shows"][0]["lines"]] == [said]
    check_all(table)


def test_R40_what_was_learned_is_told_with_what_it_was_learned_from() -> None:
    table, note = stopped()
    shows = table.screens["W"].shown["cycle"]["shows"]
    assert [each["lines"] for each in shows] == [[], [], []]
    answer(table, note)
    table.do("F", "move", note=note, lane="decided", fields=LEARNED, marks={"decision": "drop"})
    line = next(each for each in table.screens["W"].shown["cycle"]["shows"] if each["lines"] and each["lines"][0]["of"])
    assert line["lines"] == [{"text": LEARNED["learned"], "of": table.note(note).text, "until": ""}]


def test_R40_in_a_round_of_the_cycle_every_screen_shows_it() -> None:
    table = Table("forloeb", people=1, listeners=1)
    assert table.board.round == "home"
    assert {screen.shown["board"]["scene"] for screen in table.screens.values()} == {"home"}
    assert {table.screens[who].own["me"]["scene"] for who in ("P1", "L1", "F")} == {"home"}
    table.go("sort")
    assert table.screens["W"].shown["board"]["scene"] == "look"


@pytest.mark.parametrize("stem", ENDING)
def test_R40_a_workshop_has_no_cycle(stem: str) -> None:
    assert all("cycle" not in screen.shown for screen in Table(stem).screens.values())


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("cycle = true\n", "", "stations", "no round shows the cycle"),
        ('round = "sort"', 'round = "sorting"', "stations[1].round", "no round `sorting`"),
        ('{ sheet = "sessions", lanes', '{ sheet = "talks", lanes', "stations[0].counts[0].sheet", "no sheet `talks`"),
        ('lanes = ["held"]', 'lanes = ["hold"]', "stations[0].counts[0].lanes", "no lane `hold`"),
        ('field = "day"', 'field = "who"', "stations[0].dates[0]", "field `who` of kind"),
        ('field = "learned"', 'field = "lesson"', "shows[2]", "field `lesson` of kind"),
        ("cycle = true", 'cycle = true\nsheet = "lifts"', "rounds[0].sheet", "leave `sheet` out"),
        ("cycle = true", 'cycle = true\nsee = "all"', "rounds[0].see", "leave it out"),
        ("cycle = true", 'cycle = true\nwrite = ["facilitator"]', "rounds[0].write", "leave it out"),
    ],
    ids=[
        "shown",
        "a round",
        "a sheet",
        "a lane",
        "a day that is none",
        "a field",
        "a sheet of its own",
        "reach",
        "a grant",
    ],
)
def test_R40_M1_the_cycle_names_what_is_there(old: str, new: str, field: str, says: str) -> None:
    assert refusal(changed_file("forloeb", (old, new)), says).field == field


PRINTED = '{ title = { da = "Kollegerne kender", en = "Colleagues recognise" }, sheet = "answers", lanes = ["known"] }'


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        (PRINTED, PRINTED.replace("answers", "replies"), "sheets[1].prints[1].sheet", "no sheet `replies`"),
        (PRINTED, PRINTED.replace("known", "heard"), "sheets[1].prints[1].lanes", "no lane `heard`"),
        (PRINTED, PRINTED.replace(', en = "Colleagues recognise"', ""), "sheets[1].prints[1].title", "`en` is missing"),
        (
            PRINTED,
            PRINTED.replace("] }", '], until = "day" }'),
            "sheets[1].prints[1]",
            "field `day` of kind",
        ),
        ('id = "lifts"\n', f'id = "lifts"\nprints = [{PRINTED}]\n', "sheets[4].prints", "only a map"),
    ],
    ids=["a sheet", "a lane", "a title in both languages", "a day", "no map"],
)
def test_R43_M1_what_a_poster_of_a_map_tells_is_there(old: str, new: str, field: str, says: str) -> None:
    assert refusal(changed_file("forloeb", (old, new)), says).field == field
