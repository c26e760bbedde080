"""Who sees what, record by record; the promises about secrets are in `promises`."""

from typing import Any

import pytest
from msgspec.structs import replace

from board_schema import view
from board_schema.board import Actor, Note
from board_schema.forms import form_of
from board_schema.method import Method
from board_schema.view import Audience, personal
from tests.rules.checks import check_converged_P1, check_no_author_V4, check_secrets_V2_V3_V8
from tests.rules.play import STEMS, Table, bundled, unpacked
from tests.rules.promises import in_groups, in_place, with_a_row


def audiences(table: Table) -> list[Audience]:
    groups = ["", *table.board.groups]
    return [Audience(role, g) for role in ("participant", "scribe", "listener", "facilitator", "wall") for g in groups]


def note(**more: Any) -> Note:
    given = {"id": "n", "author": "x", "kind": "note", "text": "hej", "sheet": "timeline", "lane": "2020"}
    return Note(**{**given, **more})


@pytest.mark.parametrize("reach", ["own", "", "everybody", "ALL", "none"])
def test_V1_V14_a_reach_that_is_not_known_is_shown_to_nobody(reach: Any) -> None:
    table = in_groups()
    board = replace(table.board, notes={"n": note(reach=reach, group="g1")})
    for seen_by in audiences(table):
        assert "note:n" not in view.view(board, table.method, seen_by)


@pytest.mark.parametrize("role", ["", "admin", "Facilitator", "guest"])
def test_V1_V14_a_role_that_is_not_known_sees_what_all_see(role: str) -> None:
    table = in_groups()
    notes = {r: note(id=r, reach=r, group="g1") for r in ("own", "group", "all")}
    shown = view.view(replace(table.board, notes=notes), table.method, Audience(role))
    assert {key for key in shown if key.startswith("note:")} == {"note:all"}
    assert shown["note:all"]["can"] == []
    assert "can" not in shown["board"]
    assert not any("say" in item for item in shown["method"]["rounds"])


def test_V2_a_group_of_no_name_is_nobodys() -> None:
    table = in_groups()
    board = replace(table.board, notes={"n": note(reach="group", group="")})
    for seen_by in audiences(table):
        assert ("note:n" in view.view(board, table.method, seen_by)) == (seen_by.role == "facilitator")


def test_V3_a_draft_is_in_no_audience_layer_and_in_one_personal_layer() -> None:
    table = in_groups()
    draft = table.write("P1", sheet="timeline", lane="2020")
    assert table.note(draft).reach == "own"
    for seen_by in audiences(table):
        assert draft not in repr(view.view(table.board, table.method, seen_by))
    holders = [w for w, actor in table.actors.items() if draft in repr(personal(table.board, table.method, actor))]
    assert holders == ["P1"]


def test_V5_records_come_in_an_order_that_is_not_the_order_of_writing() -> None:
    table = in_groups(people=4)
    who = table.members("g1")[0]
    ids = [table.write(who, sheet="groups", lane="strengths", row="g1") for _ in range(12)]
    assert ids != sorted(ids)
    table.go("plenum")
    table.do("F", "reveal", group="g1")
    for screen in table.screens.values():
        for frame in screen.frames:
            _, _, put, gone = unpacked(frame)
            assert list(put) == sorted(put)
            assert gone == sorted(gone)


def test_V5_a_late_comer_gets_everything_in_one_patch_and_no_order_of_writing() -> None:
    table = in_place()
    ids = [table.placed(f"P{i % 3 + 1}") for i in range(9)]
    table.join("late")
    _, _, put, _ = unpacked(table.screens["late"].frames[0])
    order = [key[5:] for key in put if key.startswith("note:")]
    assert order == sorted(ids) != ids


def test_V10_a_row_is_its_groups_and_the_facilitators_until_the_group_is_revealed() -> None:
    table, row, _ = with_a_row()
    insiders = {"F", *table.members(row.group)}
    assert {w for w, s in table.screens.items() if f"row:{row.id}" in s.shown} == insiders
    table.go("plenum")
    table.do("F", "reveal", group=row.group)
    assert all(f"row:{row.id}" in screen.shown for screen in table.screens.values())
    check_secrets_V2_V3_V8(table)


@pytest.mark.parametrize("stem", STEMS)
def test_R2_own_drafts_are_written_edited_moved_and_deleted_in_every_round(stem: str) -> None:
    table = Table(stem, people=4, leader="told")
    for item in table.method.plan("told"):
        table.go(item.id)
        sheet = table.method.sheets[0]
        lane = next((made.id for made in form_of(sheet).made_lanes(sheet, table.board)), "")
        draft = table.write("P1", sheet=sheet.id, lane=lane)
        if table.note(draft).reach != "own":
            continue
        assert table.screens["P1"].note(draft)["can"][:3] == ["edit", "move", "delete"]  # type: ignore[index]
        table.do("P1", "edit", note=draft, text="rettet")
        table.do("P1", "move", note=draft, lane=lane)
        table.do("P1", "delete", note=draft)
        table.do("P1", "restore", note=draft)
    if not table.method.endless:
        table.do("F", "close")
        assert table.refused("P1", "edit", note=draft, text="for sent") == "closed"


def test_R20_the_facilitator_writes_and_puts_up_for_somebody_without_a_phone() -> None:
    table = Table("historievaerksted", listeners=1)
    table.host("H1")
    table.go("write")
    seat = table.seat("H1")
    first = table.write("F", sheet="timeline", lane="2020", as_=seat)
    own = table.write("F", sheet="timeline", lane="2019")
    table.go("place")
    assert table.refused("F", "place", note=first, lane="2020", as_=seat) == "turn"
    table.do("F", "turn", act="give", seat=seat)
    assert table.refused("F", "place", note=own, lane="2020", as_=seat) == "no_note"
    table.do("F", "place", note=first, lane="2020", as_=seat)
    table.do("F", "turn", act="done", as_=seat)
    check_no_author_V4(table)
    assert "as" not in table.screens["P1"].note(first)  # type: ignore[operator]
    assert table.refused("P1", "write", note=table.new_note(), text="x", sheet="timeline", lane="2020", as_=seat) == (
        "not_yours"
    )
    assert not table.board.people[table.pid("H1")].ready


def test_O5_an_author_cannot_be_named_by_a_client() -> None:
    table = in_place()
    for extra in ("author", "pid", "at", "reach", "board", "group"):
        given = {"note": table.new_note(), "text": "x", "sheet": "timeline", "lane": "2020", extra: table.pid("P2")}
        assert table.refused("P1", "write", **given) == "bad_op"
    mine = table.write("P1", sheet="timeline", lane="2020", as_=table.seat("P1"))
    assert table.note(mine).author == table.pid("P1")


def test_R6_who_is_removed_or_unknown_sees_what_a_listener_sees() -> None:
    table = in_groups()
    table.write("P1", sheet="groups", lane="strengths", row=table.group("P1"))
    table.do("F", "remove", seat=table.seat("P1"))
    assert view.audience(table.board, table.actors["P1"]) == Audience("listener")
    assert view.audience(table.board, Actor("pidnobody", "facilitator")) == Audience("listener")
    assert view.audience(table.board, Actor("", "wall")) == Audience("wall")
    assert personal(table.board, table.method, Actor("pidnobody", "facilitator")) == {}
    check_converged_P1(table)


def test_R6_a_listener_has_a_personal_layer_that_says_who_they_are_and_holds_own_drafts() -> None:
    table = in_place(listeners=1)
    up = table.placed("P1")
    draft = table.write("P1", sheet="timeline", lane="2020")
    table.do("F", "role", seat=table.seat("P1"), role="listener")
    assert f"mine:{up}" not in table.screens["P1"].own
    assert table.screens["P1"].own[f"mine:{draft}"]["can"] == ["delete"]
    assert set(table.screens["L1"].own) == {"me"}
    for who in ("L1", "P1"):
        me = table.screens[who].own["me"]
        assert (me["can"], me["write"], me["place"], me["who_sees"]) == ([], None, None, "listen")
    table.do("F", "role", seat=table.seat("P1"), role="participant")
    assert set(table.screens["P1"].own) == {"me", f"mine:{up}", f"mine:{draft}"}
    assert "edit" in table.screens["P1"].own[f"mine:{draft}"]["can"], "the draft is as it was (I13)"


def test_I13_a_person_who_comes_back_has_their_drafts_and_their_place_in_the_queue() -> None:
    table = in_place()
    table.write("P1", sheet="timeline", lane="2020")
    table.take_turn("P2")
    before = dict(table.screens["P1"].own)
    table.sit("P1", table.actors["P1"])
    table.show()
    assert table.screens["P1"].own == before
    check_converged_P1(table)


def test_I15_R14_a_sealed_board_shows_its_final_picture() -> None:
    table = in_place(listeners=1)
    up = table.placed("P1")
    table.do("F", "close")
    table.do("F", "seal")
    for who, screen in table.screens.items():
        assert f"note:{up}" in screen.shown, who
        assert screen.own == {}
        assert not [key for key in screen.shown if key.startswith(("seat:", "turn:", "bin:"))]
    assert table.screens["F"].shown["board"]["can"] == []


def test_M3_a_changed_method_file_does_not_touch_a_board_that_was_made_before() -> None:
    table = in_place()
    changed = replace(table.method, limit=9)
    assert view.view(table.board, table.method, Audience("wall"))["method"]["limit"] == 140
    assert view.view(table.board, changed, Audience("wall"))["method"]["limit"] == 9
    assert isinstance(changed, Method)


def test_what_cannot_have_changed_is_shared_with_the_view_before() -> None:
    table = in_place()
    table.placed("P1")
    first = table.view(Audience("wall"))
    table.do("P2", "name", name="Nyt navn")
    second = table.view(Audience("wall"))
    same = {key for key in first if first[key] is second.get(key)}
    assert {"method", f"seat:{table.seat('P1')}", *(k for k in first if k.startswith("note:"))} <= same
    assert f"seat:{table.seat('P2')}" not in same
    check_converged_P1(table)


def test_the_reveal_list_says_which_lanes_and_never_how_much() -> None:
    table = Table("fremtidsvaerksted")
    table.go("critique")
    offered = {"sheet": "columns", "lane": "critique", "again": False}
    assert table.screens["F"].shown["board"]["reveal"] == [offered]
    for who in ("P1", "P2"):
        table.write(who, sheet="columns", lane="critique")
        assert table.screens["F"].shown["board"]["reveal"] == [offered]
    assert "reveal" not in table.screens["P1"].shown["board"]
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert table.screens["F"].shown["board"]["reveal"] == [offered | {"again": True}]


@pytest.mark.parametrize("stem", STEMS)
def test_the_lock_line_is_true_in_every_round(stem: str) -> None:
    words = {
        "historievaerksted": {"welcome": "own_until_turn", "write": "own_until_turn", "place": "own_until_turn",
                              "strengths": "group", "wishes": "group"},
        "dilemmavaerksted": {"write": "own_until_turn", "present": "own_until_turn", "sides": "group",
                             "depth": "group", "actions": "group"},
        "fremtidsvaerksted": {"critique": "own_until_reveal", "dream": "own_until_reveal",
                              "realise": "own_until_reveal"},
        "fortids-og-fremtidsvaerksted": {"write": "own_until_turn", "place": "own_until_turn", "wishes": "all",
                                         "actions": "all"},
        "trio-forandringsdialog": {"explore": "all", "weigh": "all"},
        "perspektivsamtale": {"cards": "own_until_turn", "gallery": "own_until_turn", "tell": "own_until_turn"},
        "overleveringsdagen": {"tasks": "group", "yellow": "group", "red": "group", "improve": "all"},
    }.get(stem, {})  # fmt: skip
    table = Table(stem, people=4)
    for item in bundled(stem).plan(table.board.leader):
        table.go(item.id)
        if item.id in words:
            assert table.me("P1")["who_sees"] == words[item.id], item.id


@pytest.mark.parametrize(
    ("stem", "scenes"),
    [
        (
            "historievaerksted",
            {"welcome": ("welcome", "welcome"), "place": ("turn", "wait")},
        ),
        ("dilemmavaerksted", {"write": ("write", "write"), "sides": ("group", "group"), "plenum": ("present", "wait")}),
        ("fremtidsvaerksted", {"frame": ("welcome", "welcome"), "dream": ("write", "write"), "close": ("end", "end")}),
    ],
)
def test_the_scene_of_a_round_is_said_to_walls_and_to_people(stem: str, scenes: dict[str, tuple[str, str]]) -> None:
    table = Table(stem, people=4, listeners=1)
    for round_id, (shared, own) in scenes.items():
        table.go(round_id)
        seen = table.screens["W"].shown["board"]["scene"], table.me("P1")["scene"]
        assert seen == (shared, own), round_id
        assert table.me("L1")["scene"] == ("end" if own == "end" else "listen")
    table.do("F", "close")
    assert table.screens["W"].shown["board"]["scene"] == table.me("L1")["scene"] == "end"


def test_a_private_round_whose_notes_are_up_is_there_to_look_at() -> None:
    table = Table("fremtidsvaerksted")
    table.go("critique")
    table.write("P1", sheet="columns", lane="critique")
    assert table.screens["W"].shown["board"]["scene"] == "write"
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert table.screens["W"].shown["board"]["scene"] == "look"


def test_a_lane_says_whether_it_is_open_and_why_not() -> None:
    table = Table("fremtidsvaerksted", listeners=1)

    def lane(who: str, lane_id: str) -> tuple[bool, str, bool]:
        lanes = table.screens[who].shown["sheet:columns"]["lanes"]
        found = next(one for one in lanes if one["id"] == lane_id)
        assert found["limit"] == 140
        return found["open"], found["why"], found["later"]

    assert lane("P1", "critique") == (False, "round", True)
    table.go("critique")
    assert lane("P1", "critique") == (True, "", False)
    assert lane("P1", "dream") == (False, "lane_closed", True)
    assert lane("L1", "critique") == lane("W", "critique") == (False, "role", False)
    table.go("dream")
    assert lane("P1", "critique") == (False, "lane_closed", False)
    table.do("F", "close")
    assert lane("P1", "dream") == (False, "closed", False)


def test_V8_an_author_is_told_what_somebody_else_took_down() -> None:
    table = in_place()
    note = table.placed("P1")
    text = table.note(note).text
    table.do("F", "delete", note=note)
    assert table.screens["P1"].own[f"taken:{note}"] == {"text": text, "sheet": "timeline", "lane": "2020"}
    assert f"taken:{note}" not in table.screens["P2"].own
    table.do("F", "restore", note=note)
    assert f"taken:{note}" not in table.screens["P1"].own
