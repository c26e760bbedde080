"""What only the team sees: those who lead the workshop, and scribes (V16)."""

from board_schema import method_file
from tests.rules.checks import check_converged_P1, check_secrets_V2_V3_V8
from tests.rules.play import Table, text_of

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
