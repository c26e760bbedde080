"""R43, V18: what a note is about, elements of other sheets that its lane lets it name."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

from board_schema import fold as folding
from board_schema.commands import Refused
from board_schema.decide.copies import copy
from board_schema.events import Entry
from board_schema.method_file import parse
from board_schema.view import audience, view
from server.export.reading import read
from server.export.texts import comma_separated, javascript_object, markdown
from tests.rules import chance, checks
from tests.rules.files import changed, refusal
from tests.rules.linked import check_about_R43_V18
from tests.rules.play import Table
from tests.rules.story import STORY, Told, story
from tests.rules.test_decide import turned_down


def answering(**more: Any) -> tuple[Table, list[str]]:
    """A table at which a story of three points, in a circle with a name, is shown; its notes, the name last."""
    told = Told(story(), {"note-a": "strains", "note-b": "strains", "note-c": "supports"}, **more)
    told.ring("note-a", "note-b", "note-c")
    name = told.name("Rundt og rundt", "note-a", "note-b", "note-c", turn="bad")
    told.table.go("show")
    return told.table, [*list(told.ids.values())[:3], name]


def said(table: Table, note: str, who: str = "W") -> Any:
    record = table.screens[who].note(note)
    assert record is not None
    return record.get("about")


def promised(table: Table) -> None:
    for check in (*checks.STEP, *checks.SOMETIMES):
        check(table)


def test_R43_a_note_names_points_links_and_circles_and_what_is_not_there_is_left_out() -> None:
    table, (a, b, _, name) = answering()
    asked = [a, f"{a}>leads>{b}", name, "no-such-note", f"{b}>leads>{a}", a, f"{a}>slows>{b}", "x>y", ">", ""]
    answer = table.write("P1", sheet="answers", lane="known", about=asked[:5])
    assert said(table, answer) == [a, f"{a}>leads>{b}", name]
    for wrong in asked[5:]:
        table.write("P1", sheet="answers", lane="known", about=[wrong])
    other = table.write("P2", sheet="answers", lane="puzzled", about=[answer])
    assert said(table, other) == [], "it lies on another sheet than those that the lane names"
    assert "about" not in table.screens["W"].shown[f"note:{a}"]
    promised(table)


def test_R43_who_may_edit_the_note_says_anew_what_it_is_about_and_takes_it_back() -> None:
    table, (a, b, _, _) = answering()
    answer = table.write("P1", sheet="answers", lane="known", about=[a])
    draft = table.write("P1", sheet="answers", lane="")
    turned_down(table, "P1", "about", "locked", note=answer, about=[b])
    turned_down(table, "P2", "about", "no_note", note=draft, about=[b])
    turned_down(table, "P1", "about", "no_about", note=draft, about=[b])
    table.do("P1", "move", note=draft, lane="known")
    assert "about" in table.screens["P1"].own[f"mine:{draft}"]["can"]
    turned_down(table, "P1", "about", "no_note", note=draft, about=[b, "no-such-note"])
    table.do("P1", "about", note=draft, about=[b, b, f"{a}>leads>{b}"])
    assert said(table, draft, "P1") == [b, f"{a}>leads>{b}"]
    assert table.me("P1")["undo"]["what"] == "about"
    table.do("P1", "undo")
    assert said(table, draft, "P1") == []
    table.do("P1", "move", note=draft, lane="missing")
    table.do("P1", "about", note=draft, about=[a])
    assert said(table, draft, "P1") == [a]
    promised(table)


def test_V18_R43_an_element_is_shown_while_all_that_it_is_made_of_is() -> None:
    table, (a, b, _, name) = answering()
    answer = table.write("P1", sheet="answers", lane="known", about=[a, f"{a}>leads>{b}", name])
    table.go("patterns")
    table.do("F", "unlink", note=a, kind="leads", other=b)
    assert said(table, answer) == [a, name]
    table.do("F", "link", note=a, kind="leads", other=b)
    assert said(table, answer) == [a, f"{a}>leads>{b}", name]
    table.do("F", "delete", note=b)
    assert said(table, answer) == [a, name]
    table.do("F", "restore", note=b)
    table.do("F", "delete", note=name)
    assert said(table, answer) == [a, f"{a}>leads>{b}"]
    table.do("F", "move", note=b, lane="circles")
    assert said(table, answer) == [a], "no such link leads there"
    promised(table)


def test_R43_what_is_not_there_now_is_kept_while_there_is_room() -> None:
    table, (a, b, c, name) = answering()
    table.go("patterns")
    draft = table.write("P1", sheet="answers", lane="known", about=[name])
    table.do("F", "delete", note=name)
    table.do("P1", "about", note=draft, about=[a, b])
    assert said(table, draft, "P1") == [a, b]
    table.do("F", "restore", note=name)
    assert said(table, draft, "P1") == [a, b, name]
    table.do("P1", "about", note=draft, about=[a, b, c, f"{a}>leads>{b}", f"{b}>leads>{c}"])
    assert table.note(draft).about == (a, b, c, f"{a}>leads>{b}", f"{b}>leads>{c}")
    promised(table)


def test_R14_R36_R43_sealing_keeps_what_a_note_is_about_and_a_copy_has_it_under_new_ids() -> None:
    table, (a, b, _, _) = answering()
    answer = table.write("P1", sheet="answers", lane="known", about=[a, f"{a}>leads>{b}"])
    table.do("F", "close")
    events = copy(table.board, table.method, board_id="b2", seed="s" * 32, pid="pid2", seat="seat2", keep=1)
    table.tidy(later=11 * 60_000)
    assert said(table, answer) == [a, f"{a}>leads>{b}"]
    second = folding.fold(folding.Board(), 1, Entry(events=tuple(events), pid="pid2"))
    shown = view(second, table.method, audience(second, table.actors["W"]))
    (copied,) = [each for each in shown.values() if each.get("about")]
    one, link = copied["about"]
    assert shown[f"note:{one}"]["text"] == "note-a"
    assert link.startswith(f"{one}>leads>")
    assert not {a, b} & set(link.split(">"))


def test_V12_R43_exports_say_what_a_note_is_about() -> None:
    table, (a, b, _, name) = answering()
    table.do("F", "freeze", sheet="story")
    answer = table.write("P1", sheet="answers", lane="known", text="Ja, hver dag", about=[name, f"{a}>leads>{b}"])
    table.go("patterns")
    table.do("F", "unlink", note=a, kind="leads", other=b)
    shown = dict(view(table.board, table.method, audience(table.board, table.actors["W"])))
    content = read(shown, lang="da")
    note = next(note for sheet in content.sheets for note in sheet.notes if note.key == answer)
    assert [element.text for element in note.about] == ["Rundt og rundt", "note-a fører til note-b"]
    lines = "- Ja, hver dag\n  - Handler om: Rundt og rundt\n  - Handler om: note-a fører til note-b\n"
    assert lines in markdown(content).decode()
    assert "Handler om: Rundt og rundt" in comma_separated(content).decode()
    assert '"about": [\n' in javascript_object(content).decode()


def test_M1_R43_a_lane_is_about_sheets_that_all_share() -> None:
    refusal(changed(STORY, ('about = ["story"]', 'about = ["stories"]')), "about: there is no sheet `stories`")
    groups = changed(
        STORY, ('id = "answers"', 'id = "answers"\nper_group = true'), ('about = ["story"]', 'about = ["answers"]')
    )
    refusal(groups, "every group has a `answers` of its own")
    parse(changed(STORY, ('about = ["story"]', 'about = ["story", "answers"]')), file="story.toml")


def test_R43_random_workshops_show_of_what_notes_are_about_just_what_they_show() -> None:
    named = 0
    for seed in range(20):
        rng = Random(seed)
        table, _ = answering(seed=seed, people=3, scribes=1)
        for _ in range(100):
            if rng.random() < 0.06:
                table.go(rng.choice(["sort", "patterns", "show"]))
            who = rng.choice(["F", "F", "P1", "P2", "S1"])
            name, args = chance.op(rng, table.board, table.method, table.person(who), table.new_note(), table.secret())
            if name in ("remove", "close", "role", "colead", "door", "round"):
                continue
            with suppress(Refused):
                table.do(who, name, **args)
            check_about_R43_V18(table)
            checks.check_circles_R43_V18(table)
        named += sum(bool(note.about) for note in table.board.notes.values())
        checks.check_converged_P1(table)
    assert named > 15
