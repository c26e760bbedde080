"""R44: versions of a map are kept as they stood, compared with the one before, and answered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board_schema import wire
from board_schema.board import DAY
from board_schema.decide import freezing
from board_schema.decide.copies import copy
from board_schema.rules.freezing import changes
from board_schema.versions import MAX_VERSIONS, Still, Version
from board_schema.view.version_records import version_of
from tests.rules import checks
from tests.rules.files import changed, refusal
from tests.rules.play import START, Table
from tests.rules.story import STORY, Told, story
from tests.rules.test_decide import turned_down

POINTS = {"note-a": "strains", "note-b": "strains", "note-c": "supports", "note-d": "tray"}


def told() -> Told:
    """Three points in a circle with a name, and one that is not sorted yet."""
    made = Told(story(), POINTS)
    made.ring("note-a", "note-b", "note-c")
    made.name("Rundt og rundt", "note-a", "note-b", "note-c", turn="bad")
    return made


def version(table: Table, who: str = "W") -> Any:
    return table.screens[who].shown.get("version:story")


def promised(table: Table) -> None:
    for check in (*checks.STEP, *checks.SOMETIMES):
        check(table)


def test_R44_a_version_keeps_what_all_see_with_its_day_and_nothing_that_is_not_sorted() -> None:
    made = told()
    table, (a, b, c, d, name) = made.table, made.ids.values()
    table.do("F", "move", note=b, lane="strains", spot=400_300)
    assert version(table) is None
    table.do("F", "freeze", sheet="story")
    kept = version(table)
    assert (kept["n"], kept["day"], kept["changes"]) == (1, START // DAY * DAY, [])
    assert set(kept["notes"]) == {a, b, c, name}, "the tray is not part of it"
    assert d not in str(kept)
    assert kept["notes"][b] == {
        "text": "note-b", "lane": "strains", "spot": 400_300, "marks": {}, "links": {"leads": [c]},
    }  # fmt: skip
    assert kept["notes"][name]["marks"] == {"turn": "bad"}
    assert kept["circles"] == {
        name: {"sheet": "story", "notes": [a, b, c], "loop": 3, "name": name, "proposed": "mixed"},
    }
    assert all(version(table, who) == kept for who in ("F", "P1", "L1")), "the same for everybody"
    promised(table)


def test_R44_what_happens_afterwards_leaves_a_version_as_it_is_until_the_next() -> None:
    made = told()
    table, (a, b, c, d, name) = made.table, made.ids.values()
    table.do("F", "freeze", sheet="story")
    first = version(table)
    table.do("F", "edit", note=a, text="note-a, sagt bedre")
    table.do("F", "move", note=c, lane="strains")
    table.do("F", "move", note=d, lane="supports")
    made.link("note-d", "note-a")
    table.do("F", "delete", note=name)
    made.link("note-a", "note-c", kind="slows")
    table.do("F", "unlink", note=b, kind="leads", other=c)
    assert version(table) == first
    table.now += 3 * DAY
    table.do("F", "freeze", sheet="story")
    second = version(table)
    assert (second["n"], second["day"]) == (2, (START + 3 * DAY) // DAY * DAY)
    assert second["changes"] == [
        {"what": "added", "note": d},
        {"what": "gone", "note": name, "text": "Rundt og rundt", "lane": "circles"},
        {"what": "reworded", "note": a, "text": "note-a"},
        {"what": "moved", "note": c, "lane": "supports"},
        {"what": "linked", "note": a, "kind": "slows", "other": c},
        {"what": "linked", "note": d, "kind": "leads", "other": a},
        {"what": "unlinked", "note": b, "kind": "leads", "other": c},
    ]
    assert second["circles"] == {}
    assert version_of(table.board, table.method, "story", 1) == first
    assert version_of(table.board, table.method, "story", 2) == second
    for number, sheet in ((0, "story"), (3, "story"), (1, "answers"), (1, "nowhere")):
        assert version_of(table.board, table.method, sheet, number) is None
    promised(table)


def test_R44_freezing_twice_alike_makes_one_version_and_is_no_act_to_undo() -> None:
    made = told()
    table = made.table
    before = table.me("F")["undo"]
    table.do("F", "freeze", sheet="story")
    assert table.me("F")["undo"] == before
    assert table.do("F", "freeze", sheet="story") == []
    assert version(table)["n"] == 1


def test_R44_who_leads_freezes_a_map_with_something_on_it() -> None:
    table = Table(story(), people=2, listeners=1, scribes=1)
    assert "freeze" in table.screens["F"].shown["board"]["can"]
    for who in ("P1", "S1", "L1"):
        turned_down(table, who, "freeze", "role", sheet="story")
    turned_down(table, "F", "freeze", "no_note", sheet="story")
    turned_down(table, "F", "freeze", "no_lane", sheet="answers")
    turned_down(table, "F", "freeze", "no_lane", sheet="nowhere")
    table.write("F", sheet="story", lane="tray")
    turned_down(table, "F", "freeze", "no_note", sheet="story")  # what is not sorted is no story
    table.write("P1", sheet="story", lane="strains")
    table.do("F", "freeze", sheet="story")
    table.do("F", "close")
    assert "freeze" not in table.screens["F"].shown["board"]["can"]
    turned_down(table, "F", "freeze", "closed", sheet="story")
    promised(table)


def test_R44_a_version_is_deleted_with_its_texts_and_its_number_is_not_used_again() -> None:
    made = told()
    table, (a, *_) = made.table, made.ids.values()
    for number, text in enumerate(("Lise bestemmer alt", "En bestemmer alt", "Få bestemmer meget"), 1):
        table.do("F", "edit", note=a, text=text)
        table.do("F", "freeze", sheet="story")
        assert version(table)["n"] == number
    assert "unfreeze" in table.screens["F"].shown["board"]["can"]
    for who in ("P1", "L1"):
        turned_down(table, who, "unfreeze", "role", sheet="story", version=1)
    turned_down(table, "F", "unfreeze", "no_note", sheet="story", version=4)
    turned_down(table, "F", "unfreeze", "no_note", sheet="answers", version=1)
    before = table.me("F")["undo"]
    table.do("F", "unfreeze", sheet="story", version=1)
    turned_down(table, "F", "unfreeze", "no_note", sheet="story", version=1)
    assert version_of(table.board, table.method, "story", 1) is None
    second = version_of(table.board, table.method, "story", 2)
    assert second is not None
    assert second["changes"] == [], "it is the first that there is"
    assert "Lise" not in str(table.board.versions)
    assert table.me("F")["undo"] == before
    table.do("F", "unfreeze", sheet="story", version=3)
    assert version(table) == second
    table.do("F", "freeze", sheet="story")
    assert (version(table)["n"], [each["what"] for each in version(table)["changes"]]) == (4, ["reworded"])
    for number in (2, 4):
        table.do("F", "unfreeze", sheet="story", version=number)
    assert version(table) is None
    table.do("F", "freeze", sheet="story")
    assert version(table)["n"] == 5
    promised(table)


def test_R18_R44_there_is_an_end_to_versions() -> None:
    table = Table(story(), people=0)
    note = table.write("F", sheet="story", lane="strains")
    for number in range(MAX_VERSIONS):
        table.do("F", "edit", note=note, text=f"udgave {number}")
        table.do("F", "freeze", sheet="story")
    table.do("F", "edit", note=note, text="en for meget")
    turned_down(table, "F", "freeze", "full", sheet="story")


def test_R18_R44_a_few_versions_of_much_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freezing, "MAX_STILL", 5)
    table = Table(story(), people=0)
    for _ in range(2):
        table.write("F", sheet="story", lane="strains")
    for _ in range(2):
        table.do("F", "freeze", sheet="story")
        table.write("F", sheet="story", lane="strains")
    turned_down(table, "F", "freeze", "full", sheet="story")
    table.do("F", "unfreeze", sheet="story", version=1)
    turned_down(table, "F", "freeze", "full", sheet="story")
    table.do("F", "unfreeze", sheet="story", version=2)
    table.do("F", "freeze", sheet="story")
    assert version(table)["n"] == 3


def test_R44_colleagues_answer_the_latest_version_and_find_their_answer_under_it() -> None:
    made = told()
    table, (a, b, *_, name) = made.table, made.ids.values()
    table.go("show")
    early = table.write("P1", sheet="answers", lane="known", about=[a])
    assert table.screens["W"].shown[f"note:{early}"]["version"] == 0
    table.do("F", "freeze", sheet="story")
    answer = table.write("P1", sheet="answers", lane="known", about=[name])
    loose = table.write("P2", sheet="answers", lane="missing")
    shown = table.screens["W"].shown
    assert (shown[f"note:{answer}"]["about"], shown[f"note:{answer}"]["version"]) == ([name], 1)
    assert (shown[f"note:{loose}"]["about"], shown[f"note:{loose}"]["version"]) == ([], 1), "about the whole of it"
    table.go("patterns")
    link = f"{a}>leads>{b}"
    table.do("F", "unlink", note=a, kind="leads", other=b)
    table.do("F", "delete", note=name)
    table.go("show")
    late = table.write("P2", sheet="answers", lane="puzzled", about=[link, f"{b}>leads>{a}", f"{link}>x", name])
    shown = table.screens["W"].shown
    assert shown[f"note:{late}"]["about"] == [link, name], "it stands in the version that is shown"
    assert shown[f"note:{answer}"]["about"] == [name]
    table.do("F", "freeze", sheet="story")
    shown = table.screens["W"].shown
    assert shown[f"note:{late}"]["about"] == shown[f"note:{answer}"]["about"] == []
    assert shown[f"note:{answer}"]["version"] == 1
    promised(table)


def test_R14_R21_R36_R44_versions_outlive_people_and_sealing_and_a_copy_begins_without() -> None:
    made = told()
    table = made.table
    table.do("F", "freeze", sheet="story")
    kept = version(table)
    table.do("F", "remove", seat=table.seat("P1"))
    assert version(table) == kept
    table.do("F", "close")
    events = copy(table.board, table.method, board_id="b2", seed="s" * 32, pid="pid2", seat="seat2", keep=1)
    assert "frozen" not in [event.__struct_config__.tag for event in events]
    table.tidy(later=11 * 60_000)
    assert version(table) == kept
    pids = [actor.pid for actor in table.actors.values() if actor.pid]
    assert not [pid for pid in pids if pid.encode() in wire.pack_board(table.board)]
    again = wire.unpack_board(wire.pack_board(table.board))
    assert again.versions == table.board.versions
    promised(table)


NOTES = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.sampled_from(["x", "y"]), st.sampled_from(["l", "r"]), st.sets(st.sampled_from("abcdef"))),
)


def of(number: int, notes: dict[str, tuple[str, str, set[str]]]) -> Version:
    stills = [
        Still(id=one, text=text, lane=lane, links={"leads": tuple(sorted(others & notes.keys() - {one}))})
        for one, (text, lane, others) in sorted(notes.items())
    ]
    return Version(number=number, day=0, notes=tuple(stills))


@settings(max_examples=300, deadline=None)
@given(NOTES, NOTES)
def test_R44_what_changed_says_all_that_differs_and_nothing_else(old: dict[str, Any], new: dict[str, Any]) -> None:
    """The version before, changed as it is told, is the one after."""
    before, after = of(1, old), of(2, new)
    texts, lanes = ({n.id: getattr(n, field) for n in before.notes} for field in ("text", "lane"))
    links = {(n.id, other) for n in before.notes for other in n.links["leads"]}
    now = {n.id: n for n in after.notes}
    for each in changes(before, after):
        note = each["note"]
        match each["what"]:
            case "added":
                assert note not in texts
                texts[note], lanes[note] = now[note].text, now[note].lane
            case "gone":
                assert (each["text"], each["lane"]) == (texts.pop(note), lanes.pop(note))
                links = {pair for pair in links if note not in pair}
            case "reworded":
                assert each["text"] == texts[note] != now[note].text
                texts[note] = now[note].text
            case "moved":
                assert each["lane"] == lanes[note] != now[note].lane
                lanes[note] = now[note].lane
            case "linked":
                links.add((note, each["other"]))
            case "unlinked":
                links.remove((note, each["other"]))
    assert texts == {n.id: n.text for n in after.notes}
    assert lanes == {n.id: n.lane for n in after.notes}
    assert links == {(n.id, other) for n in after.notes for other in n.links["leads"]}
    assert changes(None, after) == changes(after, of(3, new)) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('version = "story"', 'version = "stories"'), "version: there is no map `stories`; write one of: story"),
        (('version = "story"', 'version = "answers"'), "version: there is no map `answers`; write one of: story"),
    ],
)
def test_M1_R44_a_round_is_about_a_version_of_a_map(change: tuple[str, str], says: str) -> None:
    refusal(changed(STORY, change), says)


def test_M1_R44_what_is_written_in_such_a_round_names_elements_of_the_map() -> None:
    text = STORY.replace('about = ["story"]\n', "")
    refusal(text, 'version: nothing on `answers` is about it: write about = ["story"] in a lane of `answers`')
