"""What only the team sees: those who lead the workshop, and scribes (V16)."""

from board_schema import method_file
from tests.rules.checks import check_converged_P1, check_secrets_V2_V3_V8
from tests.rules.play import Table, text_of
from tests.rules.test_coleads import opens
from tests.rules.test_decide import turned_down

PART = """
[[parts]]
id = "trio"
title = { da = "TRIO", en = "TRIO" }
say = { da = "Du er med i TRIO.", en = "You are in TRIO." }
may = ["lead", "write"]
count = [0, 3]

"""


def table_with_team(kinds: str = "", **people: int) -> Table:
    """The future workshop, whose critique is for the team at once, and whose dreams are revealed to all."""
    whole = text_of("fremtidsvaerksted")
    at = whole.index("[[sheets.links]]")
    whole = whole[:at] + kinds + whole[at:]
    at = whole.index("[[sheets]]")
    whole = (whole[:at] + PART + whole[at:]).replace('ahead = "critique"\n', "")
    start = whole.index('id = "critique"', whole.index("[[rounds]]"))
    end = whole.index("[[rounds]]", start)
    kept = [
        line
        for line in whole[start:end].splitlines()
        if line.partition(" ")[0] not in ("see", "reveal", "write", "ready", "place")
    ]
    kept.append('see = "team"\nreveal = "on_write"\nwrite = ["facilitator", "scribe", "trio"]\n\n')
    whole = whole[:start] + "\n".join(kept) + whole[end:]
    return Table(method_file.parse(whole, file="own.toml"), **people)  # type: ignore[arg-type]


def test_V16_what_the_team_writes_reaches_the_team_alone() -> None:
    table = table_with_team(people=4, scribes=1, listeners=1)
    table.do("F", "hand", part="trio", seat=table.seat("P1"))
    table.do("F", "colead", seat=table.seat("P2"), on=True)
    table.go("critique")
    secret = table.secret()
    note = table.write("P1", sheet="columns", lane="critique", text=secret)
    check_secrets_V2_V3_V8(table)
    assert table.note(note).reach == "team"
    assert {who for who, screen in table.screens.items() if screen.note(note)} == {"F", "S1", "P1", "P2"}
    assert table.me("P1")["who_sees"] == "team"
    assert table.refused("P3", "edit", note=note, text="hm") == "no_note"


def test_V16_who_comes_into_the_team_sees_it_and_who_leaves_it_no_longer_does() -> None:
    table = table_with_team(people=4)
    table.go("critique")
    note = table.write("F", sheet="columns", lane="critique")
    assert table.screens["P2"].note(note) is None
    table.do("F", "colead", seat=table.seat("P2"), on=True)
    check_secrets_V2_V3_V8(table)
    assert table.screens["P2"].note(note) is not None
    table.do("F", "colead", seat=table.seat("P2"), on=False)
    assert table.screens["P2"].note(note) is None
    check_converged_P1(table)


def test_V16_R9_a_reveal_of_its_lane_raises_it_to_all() -> None:
    table = table_with_team(people=4)
    table.go("critique")
    note = table.write("F", sheet="columns", lane="critique")
    assert table.refused("F", "reveal", sheet="columns", lane="critique") == "round"
    table.go("close")
    table.do("F", "close")
    assert table.screens["W"].note(note) is None
    assert table.screens["F"].note(note) is not None


def test_V16_a_note_of_somebody_who_is_not_of_the_team_becomes_a_draft() -> None:
    table = table_with_team(people=4)
    table.go("critique")
    note = table.write("P3", sheet="columns", lane="critique")
    assert table.note(note).reach == "own"
    check_secrets_V2_V3_V8(table)


def test_V16_R39_what_the_team_alone_sees_is_linked_whatever_group_its_writers_are_of() -> None:
    kind = ('[[sheets.links]]\nid = "leads"\ntitle = { da = "Fører til", en = "Leads to" }\n'
            'from = ["critique"]\nto = ["critique"]\n\n')  # fmt: skip
    table = table_with_team(kinds=kind, people=4)
    table.do("F", "groups", size=2)
    one = table.members("g1")[0]
    table.do("F", "hand", part="trio", seat=table.seat(one))
    table.go("critique")
    notes = [table.write(who, sheet="columns", lane="critique") for who in ("F", one)]
    table.do("F", "link", note=notes[0], kind="leads", other=notes[1])
    assert table.screens[one].note(notes[0])["links"] == {"leads": [notes[1]]}  # type: ignore[index]
    check_secrets_V2_V3_V8(table)


def test_V16_R40_in_a_programme_only_those_who_lead_it_are_of_the_team() -> None:
    table = Table("forloeb", people=2, listeners=1, scribes=1)
    table.do("F", "colead", seat=table.seat("P1"), on=True)
    table.go("diary")
    note = table.write("F", sheet="diary", lane="before", text=table.secret())
    assert table.note(note).reach == "team"
    assert {who for who, screen in table.screens.items() if screen.note(note)} == {"F"}
    for who in ("S1", "P1"):
        assert table.refused(who, "edit", note=note, text="hm") == "no_note"
        theirs = table.write(who, sheet="diary", lane="before", text=table.secret())
        assert table.note(theirs).reach == "own", who
        assert table.me(who)["who_sees"] != "team", who
        check_secrets_V2_V3_V8(table)
    check_converged_P1(table)


def test_V16_R27_R40_a_console_that_was_lent_in_a_programme_is_not_of_the_team() -> None:
    table = Table("forloeb", people=2, scribes=1)
    table.do("F", "colead", seat=table.seat("P1"), on=True)
    opens(table, "P1", "G")
    table.go("diary")
    secret = table.secret()
    note = table.write("F", sheet="diary", lane="before", text=secret)
    table.do("F", "delete", note=note)
    assert f"bin:{note}" not in table.screens["G"].shown
    turned_down(table, "G", "restore", "no_note", note=note)
    table.do("F", "restore", note=note)
    turned_down(table, "G", "edit", "no_note", note=note, text="hm")
    assert secret.encode() not in b"".join(table.screens["G"].frames)
    assert table.note(table.write("G", sheet="diary", lane="before")).reach == "own"
    table.go("sort")
    point = table.write("S1", sheet="story", lane="tray")
    table.do("F", "delete", note=point)
    table.do("G", "restore", note=point)
    assert table.screens["G"].note(point) is not None
