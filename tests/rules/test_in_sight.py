"""What colleagues' phones are sent of a programme: what the round is about, and their own notes (V20)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from board_schema import view, wire
from board_schema.events import NotePut
from board_schema.rules import in_sight
from tests.rules.checks import check_all
from tests.rules.play import ENDING, Table, unpacked
from tests.rules.promises_of_maps import in_a_sitting


def sheets(table: Table, who: str) -> set[str]:
    """The sheets of which somebody is shown notes."""
    shown = table.screens[who].shown
    return {record["sheet"] for key, record in shown.items() if key.startswith("note:")}


def versions(table: Table, who: str) -> set[str]:
    return {key for key in table.screens[who].shown if key.startswith("version:")}


EVERYTHING = {"story", "answers", "trials", "lifts"}


@pytest.mark.parametrize(
    ("to", "notes", "version"),
    [
        ("home", set(), False),
        ("sort", {"story"}, False),
        ("show", {"answers"}, True),
        ("adjust", {"story", "answers"}, False),
        ("trials", {"story", "trials"}, False),
        ("followup", {"story", "trials"}, False),
        ("lifts", {"lifts"}, False),
        ("diary", set(), False),
    ],
)
def test_V20_colleagues_are_sent_what_the_round_is_about_and_everybody_else_everything(
    to: str, notes: set[str], version: bool
) -> None:
    table = in_a_sitting()
    if to != table.board.round:
        table.go(to)
    for who in ("P2", "L1"):
        assert sheets(table, who) == notes, who
        assert versions(table, who) == ({"version:story"} if version else set())
        whole = "story" in notes and to != "followup"
        assert any(key.startswith("circle:") for key in table.screens[who].shown) == whole
    for who in ("W", "S1", "F"):
        assert sheets(table, who) >= EVERYTHING
        assert versions(table, who) == {"version:story"}
    check_all(table)


def test_V20_before_the_first_version_the_map_itself_stands_beside_the_answers() -> None:
    table = in_a_sitting(frozen=False)
    table.go("show")
    assert sheets(table, "P2") == {"story", "answers"}
    table.do("F", "freeze", sheet="story")
    assert sheets(table, "P2") == {"answers"}
    assert versions(table, "P2") == {"version:story"}
    table.do("F", "unfreeze", sheet="story", version=1)
    assert sheets(table, "P2") == {"story", "answers"}
    check_all(table)


def test_V20_an_own_note_stays_with_its_author_and_is_taken_down_from_any_round() -> None:
    table = in_a_sitting()
    table.go("show")
    text = table.secret()
    note = table.write("P1", sheet="answers", lane="known", text=text)
    assert "text" not in table.screens["P1"].own[f"mine:{note}"]
    table.go("home")
    mine = table.screens["P1"].own[f"mine:{note}"]
    assert (mine["text"], mine["reach"], mine["sheet"], mine["lane"]) == (text, "all", "answers", "known")
    assert "draft" not in mine
    assert "delete" in mine["can"]
    assert table.screens["P2"].note(note) is None
    check_all(table)
    table.do("P1", "delete", note=note)
    assert f"mine:{note}" not in table.screens["P1"].own
    check_all(table)


def test_V20_R40_the_cycle_counts_also_what_is_not_sent() -> None:
    table = in_a_sitting()
    assert table.screens["P2"].shown["cycle"] == table.screens["W"].shown["cycle"]
    assert table.screens["P2"].shown["cycle"]["stations"][2]["counts"][0]["count"] == 1


def test_V20_R43_of_another_sheet_only_what_is_named_is_sent_and_for_as_long_as_it_is() -> None:
    table = in_a_sitting()
    table.go("followup")
    (trial,) = (one for one in table.board.notes.values() if one.lane == "running")
    first, second = (one for one, note in table.board.notes.items() if note.sheet == "story")

    def shown() -> list[tuple[str, list[str]]]:
        """The points that a colleague is sent, with what each leads to."""
        records = {one: table.screens["P2"].note(one) for one in sorted((first, second))}
        return [(one, record["links"].get("leads", [])) for one, record in records.items() if record]

    assert shown() == [(first, [])]
    assert table.screens["P2"].shown[f"note:{trial.id}"]["about"] == [first]
    for about, points in (
        ([first, second], sorted([(first, [second]), (second, [first])])),
        ([f"{second}>leads>{first}"], sorted([(first, [second]), (second, [first])])),
        ([second], [(second, [])]),
        ([], []),
    ):
        table.go("trials")
        table.do("F", "about", note=trial.id, about=about)
        table.go("followup")
        assert shown() == points
        check_all(table)
    changed = replace(trial, about=(first, second))
    table.append([NotePut(changed)])  # as in a round that lets it be changed while colleagues look
    table.show()
    assert shown() == sorted([(first, [second]), (second, [first])])
    fresh = view.view(table.board, table.method, view.audience(table.board, table.actors["P2"]))
    assert table.screens["P2"].shown == unpacked(wire.pack(fresh))


def test_V20_R43_a_draft_says_what_it_is_about_while_that_is_sent() -> None:
    table = in_a_sitting()
    point = next(one for one, note in table.board.notes.items() if note.sheet == "story")
    table.go("trials")
    draft = table.write("P1", sheet="trials", lane="proposed", about=[point])
    table.go("lifts")
    assert table.screens["P1"].own[f"mine:{draft}"]["about"] == []
    lift = table.write("F", sheet="lifts", lane="trio", about=[point])
    assert table.screens["P1"].note(point)
    assert table.screens["P1"].own[f"mine:{draft}"]["about"] == [point]
    check_all(table)
    table.do("F", "about", note=lift, about=[])
    assert table.screens["P1"].own[f"mine:{draft}"]["about"] == []
    check_all(table)


def test_V20_R44_answers_to_earlier_versions_are_not_sent_where_the_latest_is_answered() -> None:
    table = in_a_sitting()
    (early,) = (one for one, note in table.board.notes.items() if note.sheet == "answers")
    point = next(one for one, note in table.board.notes.items() if note.sheet == "story")
    table.go("show")
    assert table.screens["P2"].note(early)
    table.go("patterns")
    table.do("F", "edit", note=point, text="Sagt anderledes")
    table.do("F", "freeze", sheet="story")
    table.go("show")
    late = table.write("P1", sheet="answers", lane="known", about=[point])
    assert table.screens["P2"].note(early) is None
    assert table.screens["P2"].note(late)
    assert table.screens["W"].note(early)
    check_all(table)


@pytest.mark.parametrize("stem", ENDING)
def test_V20_of_a_workshop_everything_is_sent(stem: str) -> None:
    table = Table(stem, people=1)
    assert in_sight(table.board, table.method, role="participant") is None
