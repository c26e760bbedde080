"""TRIO forandringsdialog, fact by fact: the numbers are those of the method's description (2.6)."""

import json
from pathlib import Path

import pytest

from board_schema.board import Lang
from board_schema.forms.core import Core
from tests.rules.checks import check_secrets_V2_V3_V8
from tests.rules.play import Table, bundled, raw_round

FD = "trio-forandringsdialog"


def test_K_a_quarter_for_trio_then_five_twenty_five() -> None:
    minutes = {item.id: item.minutes for item in bundled(FD).rounds}
    assert minutes["trio"] == 15
    assert minutes["start"] == 5
    assert minutes["explore"] + minutes["weigh"] == 20
    assert minutes["summary"] == 5
    assert bundled(FD).minutes == sum(minutes.values())


def test_K_six_to_twelve_people_trio_included() -> None:
    assert bundled(FD).people == (6, 12)


def test_K_trio_clarifies_topic_what_it_lacks_and_whom_to_invite_among_themselves() -> None:
    table = Table(FD, people=3, leader="part")
    sheet = table.method.sheet("trio")
    assert sheet is not None
    assert [lane.id for lane in sheet.lanes] == ["topic", "lack", "invite"]
    assert raw_round(table, "trio")["see"] == "team"
    table.do("F", "hand", part="trio", seat=table.seat("P1"))
    for lane in ("topic", "lack", "invite"):
        note = table.write("P1", sheet="trio", lane=lane)
        assert table.note(note).reach == "team"
        assert table.screens["F"].note(note) is not None
        assert table.screens["P2"].note(note) is None
        assert table.screens["W"].note(note) is None
    check_secrets_V2_V3_V8(table)
    assert table.me("P2")["scene"] == "welcome"
    assert table.screens["W"].shown["board"]["scene"] == "welcome"


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_advice_before_names_the_box_where_parts_are_handed_out_as_the_console_does(lang: Lang) -> None:
    words = json.loads((Path(__file__).parents[2] / f"static/text/room.{lang}.json").read_text(encoding="utf-8"))
    assert sum(words["console.parts"] in one[lang] for one in bundled(FD).before) == 1


def test_K_the_core_figure_has_a_centre_and_four_triggers() -> None:
    sheet = bundled(FD).sheet("core")
    assert sheet is not None
    assert sheet.form == Core.name
    assert {lane.id: lane.title["da"] for lane in sheet.lanes[1:]} == {
        "organisation": "Organisationsforandring",
        "system": "Nyt it-system eller opdatering",
        "colleagues": "Nye kolleger",
        "task": "Ny opgave til teamet",
    }
    assert bundled(FD).round("explore").lanes == tuple(lane.id for lane in sheet.lanes[1:])


def test_K_the_start_says_what_who_why_and_when_and_that_people_sharpen_the_theme_and_prevent_problems() -> None:
    item = bundled(FD).round("start")
    for word in ("hvad der sker", "hvem det angår", "hvorfor og hvornår", "gør temaet klogere", "før de opstår"):
        assert word in item.say["da"]
    assert any("undersøge sammen" in text["da"] for text in item.questions)
    table = Table(FD, people=3, leader="part")
    topic, lack = (table.write("F", sheet="trio", lane=lane) for lane in ("topic", "lack"))
    table.go("start")
    table.do("F", "reveal", sheet="trio", lane="topic")
    assert [table.screens["P2"].note(note) is not None for note in (topic, lack)] == [True, False]
    assert table.refused("F", "reveal", sheet="trio", lane="lack") == "round"


def test_K_everybody_contributes_at_once_and_everybody_sees_it() -> None:
    table = Table(FD, people=3, leader="part")
    for item, lane in (("explore", "system"), ("weigh", "dilemmas")):
        table.go(item)
        note = table.write("P2", sheet=table.method.round(item).sheet, lane=lane)
        assert table.screens["W"].note(note) is not None
        assert table.me("P2")["who_sees"] == "all"


def test_K_trio_sums_up_and_the_others_do_not_write_there() -> None:
    table = Table(FD, people=3, leader="part")
    table.do("F", "hand", part="trio", seat=table.seat("P1"))
    table.go("summary")
    assert table.note(table.write("P1", sheet="next", lane="themes")).reach == "all"
    assert table.note(table.write("P2", sheet="next", lane="themes")).reach == "own"


def test_R20_nothing_is_written_for_somebody_without_a_phone_who_is_not_of_trio() -> None:
    table = Table(FD, people=3, leader="part")
    table.host("Gerda")
    seat = table.seat("Gerda")

    def own() -> bool:
        return bool(table.own("F")[f"host:{seat}"]["write"])

    for item, sheet, lane in (("trio", "trio", "topic"), ("start", "trio", "topic"), ("summary", "next", "themes")):
        table.go(item)
        assert not own()
        assert (
            table.refused("F", "write", note=f"for-{item}-0000000000", sheet=sheet, lane=lane, text="x", **{"as": seat})
            == "role"
        )
    table.go("explore")
    assert own()
    table.do("F", "write", note="for-explore-00000", sheet="core", lane="task", text="x", **{"as": seat})
    # What was sent before the round went on is not lost (R3): another round lets her write there.
    table.go("summary")
    table.do("F", "write", note="late-000000000000", sheet="weigh", lane="dilemmas", text="x", **{"as": seat})
    assert table.note("late-000000000000").reach == "own"
    table.do("F", "hand", part="trio", seat=seat)
    assert own()
    table.do("F", "write", note="of-trio-000000000", sheet="next", lane="themes", text="x", **{"as": seat})


def test_K_a_date_to_come_back_or_none_is_agreed_before_the_end() -> None:
    table = Table(FD, people=3, leader="part")
    table.go("summary")
    note = table.write("F", sheet="next", lane="agreement")
    assert table.refused("F", "round", to="close") == "needs_left"
    for answer in ("2027-02-12", "none"):
        table.do("F", "set", note=note, field="back", value=answer)
        assert table.screens["F"].shown["board"]["lacks"] == []


def test_K_what_it_becomes_is_a_point_a_trial_or_a_session() -> None:
    becomes = {lane.id: lane.becomes for sheet in bundled(FD).sheets for lane in sheet.lanes}
    assert becomes["themes"] == "point"
    assert becomes["steps"] == "trial"
    assert becomes["dilemmas"] == "session"
    assert becomes["topic"] == becomes["lack"] == becomes["invite"] == ""


def test_2_6_trio_chooses_what_goes_on_and_each_of_them_may() -> None:
    table = Table(FD, people=3, leader="part")
    table.do("F", "hand", part="trio", seat=table.seat("P1"))
    table.go("weigh")
    note = table.write("P2", sheet="weigh", lane="dilemmas")
    table.go("harvest")
    assert [table.me(who)["scene"] for who in ("P1", "P2")] == ["pick", "look"]
    assert [table.screens[who].shown["board"]["scene"] for who in ("P1", "P2", "W")] == ["pick", "look", "look"]
    assert table.screens["P1"].shown[f"note:{note}"]["becomes"] == "session"
    assert "becomes" not in table.screens["P2"].shown[f"note:{note}"]
    picked = table.new_note()
    table.do("P1", "pick", note=picked, text="Vagter eller makkere", lane="sessions", of=[note])
    assert table.screens["P1"].shown[f"note:{picked}"]["of"] == [note]
    assert "edit" in table.screens["P1"].shown[f"note:{picked}"]["can"]
    assert table.refused("P2", "pick", note=table.new_note(), text="x", lane="sessions") == "round"
