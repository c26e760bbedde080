"""Short plays about maps: circles, what notes are about, and versions, as `promises` has them about what people see.

What may not live here: the other promises (promises.py, promises_of_ops.py, promises_of_parts.py).
"""

from __future__ import annotations

from msgspec.structs import replace

from board_schema.rules.circles import named
from board_schema.view.version_records import version_of
from tests.rules.checks import check_secrets_V2_V3_V8
from tests.rules.linked import check_about_R43_V18, check_circles_R43_V18
from tests.rules.play import Table
from tests.rules.promises import promise
from tests.rules.story import Told, circles, story


def told() -> Told:
    """Two points that lead to one another, one that does so with a third that slows it, and one not sorted yet."""
    made = Told(story(), {"note-a": "strains", "note-b": "strains", "note-c": "supports", "note-d": "tray"}, people=2)
    made.ring("note-a", "note-b")
    made.link("note-b", "note-c")
    made.link("note-c", "note-b", kind="slows")
    return made


@promise
def R43_V18_a_circle_is_what_leads_on_and_back_and_is_shown_with_all_its_notes() -> None:
    made = told()
    table, (a, b, c, _) = made.table, made.ids.values()
    assert {each: circle["notes"] for each, circle in circles(table).items()} == {a: [a, b]}, "what slows leads nowhere"
    made.link("note-c", "note-a")
    table.do("F", "unlink", note=b, kind="leads", other=a)
    assert circles(table) == {a: {"sheet": "story", "notes": [a, b, c], "loop": 3, "name": "", "proposed": "mixed"}}
    table.do("F", "move", note=c, lane="circles")
    assert circles(table) == {}
    made.link("note-b", "note-a")
    assert list(circles(table)) == [a]
    hidden = replace(table.note(b), reach="group", group="g1")
    table.board = replace(table.board, notes={**table.board.notes, b: hidden})
    table.show()
    check_circles_R43_V18(table)
    assert circles(table) == {}


@promise
def R43_a_circle_keeps_its_name_while_fewer_than_half_of_its_notes_come_or_go() -> None:
    made = told()
    name = made.name("Frem og tilbage", "note-a", "note-b", turn="bad")
    assert list(circles(made.table)) == [name]
    made.link("note-c", "note-a")
    assert list(circles(made.table)) == [name], "one came to two"
    whole, half = frozenset("abcdef"), frozenset("abc")
    assert named([half, frozenset("def")], {"n": whole, "m": whole}) == ["m", "n"]
    assert named([half], {"n": whole, "m": half}) == ["m"]
    assert named([whole], {"n": frozenset("ab")}) == [""]
    assert named([frozenset("ab")], {"n": whole}) == [""]


@promise
def R43_V18_what_a_note_is_about_is_said_by_who_may_edit_it_and_shown_where_it_is() -> None:
    made = told()
    table, (a, b, c, _) = made.table, made.ids.values()
    draft = table.write("P1", sheet="answers", lane="known", about=[a, f"{a}>leads>{b}", f"{c}>leads>{a}"])
    assert table.screens["P1"].own[f"mine:{draft}"]["about"] == [a, f"{a}>leads>{b}"]
    table.go("show")
    up = table.write("P2", sheet="answers", lane="known", about=[b])
    assert table.refused("P1", "about", note=up, about=[a]) == "locked"
    assert table.refused("P1", "about", note=draft, about=[up]) == "no_note", "it lies on another sheet"
    assert table.refused("F", "about", note=a, about=[b]) == "no_about"
    table.go("patterns")
    table.do("F", "unlink", note=a, kind="leads", other=b)
    check_about_R43_V18(table)
    table.do("F", "delete", note=b)
    check_about_R43_V18(table)
    assert table.screens["W"].shown[f"note:{up}"]["about"] == []


@promise
def R44_a_version_is_what_all_were_shown_and_stays_as_it_stood() -> None:
    made = told()
    table, (a, b, c, d) = made.table, made.ids.values()
    table.go("show")
    draft = table.write("P1", sheet="story", lane="strains", text="kun min egen")
    assert table.refused("P1", "freeze", sheet="story") == "role"
    table.do("F", "freeze", sheet="story")
    first = table.screens["W"].shown["version:story"]
    assert set(first["notes"]) == {a, b, c}
    assert not {draft, d} & set(first["notes"])
    answer = table.write("P2", sheet="answers", lane="known", about=[a])
    assert table.screens["W"].shown[f"note:{answer}"]["version"] == 1
    assert table.do("F", "freeze", sheet="story") == []
    table.go("patterns")
    table.do("F", "edit", note=a, text="sagt anderledes")
    table.do("F", "delete", note=b)
    assert table.screens["W"].shown["version:story"] == first
    assert table.screens["W"].shown[f"note:{answer}"]["version"] == 1
    table.do("F", "freeze", sheet="story")
    told_now = [(each["what"], each["note"]) for each in table.screens["W"].shown["version:story"]["changes"]]
    assert told_now == [("gone", b), ("reworded", a)]
    assert version_of(table.board, table.method, "story", 1) == first


def in_a_sitting(*, frozen: bool = True) -> Table:
    """A programme at home, with something on each sheet: a circle of two points, an answer, a trial about a point."""
    table = Table("forloeb", people=2, scribes=1, listeners=1)
    table.go("patterns")
    points = [table.write("F", sheet="story", lane="strains") for _ in range(2)]
    for one, other in (points, reversed(points)):
        table.do("F", "link", note=one, kind="leads", other=other)
    if frozen:
        table.do("F", "freeze", sheet="story")
    table.go("show")
    table.write("F", sheet="answers", lane="known", about=points[:1])
    table.go("trials")
    trial = table.write("F", sheet="trials", lane="proposed", about=points[:1])
    plan = {"backing": "Alle", "routine": "Ved vagtskiftet", "start": "2026-11-12", "until": "none"}
    table.do("F", "move", note=trial, lane="running", fields=plan | {"stop": "2026-12-03", "who": "AMR"})
    table.go("lifts")
    table.write("F", sheet="lifts", lane="trio")
    table.go("diary")
    table.write("F", sheet="diary", lane="before")
    table.go("home")
    return table


@promise
def V20_colleagues_are_sent_what_the_round_is_about_and_their_own_notes() -> None:
    table = in_a_sitting()
    check_secrets_V2_V3_V8(table)
    table.go("show")
    own = table.write("P1", sheet="answers", lane="known")
    check_secrets_V2_V3_V8(table)
    table.go("followup")
    check_secrets_V2_V3_V8(table)
    assert table.screens["P1"].note(own)
    assert {note["sheet"] for key, note in table.screens["P2"].shown.items() if key.startswith("note:")} == {
        "story",
        "trials",
    }
    table.go("home")
    assert not [key for key in table.screens["P2"].shown if key.startswith(("note:", "circle:", "version:"))]
