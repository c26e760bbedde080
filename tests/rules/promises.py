"""Short plays, each with the one promise it is about; `test_promises` runs them, and `mutants` must break them.

A promise is a function without arguments that asserts. Its name quotes SPEC ids or invariants (I1..).
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from board_schema import view
from board_schema.board import Note
from board_schema.rules import GRID
from tests.rules import checks
from tests.rules.play import Table, in_dilemma

PROMISES: list[Callable[[], None]] = []


def promise(play: Callable[[], None]) -> Callable[[], None]:
    PROMISES.append(play)
    return play


def in_place(people: int = 3, **more: int) -> Table:
    """A history workshop in its turn round."""
    table = Table("historievaerksted", people=people, **more)
    table.go("place")
    return table


def in_groups(people: int = 8, stem: str = "historievaerksted", to: str = "strengths", seed: int = 0) -> Table:
    table = Table(stem, people=people, seed=seed)
    table.go(to)
    return table


def with_rows(people: int = 6) -> tuple[Table, dict[str, str]]:
    """A dilemma workshop where everybody has put up a dilemma and each group has chosen one."""
    table, notes = in_dilemma(people)
    table.go("choose")
    for group in table.board.groups:
        who = table.members(group)[0]
        table.do(who, "mark", note=notes[who], kind="chosen", word="chosen")
    return table, notes


def with_a_row() -> tuple[Table, Note, str]:
    """As `with_rows`: the table, the head of the first row, and a member of its group."""
    table, _ = with_rows()
    row = next(iter(table.board.rows.values()))
    return table, row, table.members(row.group)[0]


def commented() -> tuple[Table, str, str]:
    """A dilemma workshop in plenum: a note in a revealed row, and a comment on it."""
    table, notes = with_rows()
    row, who = next((row, who) for who, note in notes.items() if (row := note) in table.board.rows)
    table.go("sides")
    note = table.write(who, sheet="grid", lane="one", row=row)
    table.go("plenum")
    table.do("F", "reveal", group=table.board.rows[row].group)
    comment = table.new_note()
    table.do("P2", "write", note=comment, text="genkendt", sheet="grid", lane="one", under=note, kind="comment")
    return table, note, comment


@promise
def V3_a_draft_never_reaches_another_phone() -> None:
    table = Table("historievaerksted", listeners=1, scribes=1)
    table.go("write")
    secret = table.secret()
    note = table.write("P1", sheet="timeline", lane="2020", text=secret)
    checks.check_secrets_V2_V3_V8(table)
    table.do("P1", "edit", note=note, text=secret + " igen")
    checks.check_secrets_V2_V3_V8(table)
    table.refused("P2", "edit", note=note, text=table.secret())
    table.do("P1", "delete", note=note)
    checks.check_secrets_V2_V3_V8(table)
    table.do("P1", "restore", note=note)
    found = {who for who, screen in table.screens.items() if any(secret.encode() in frame for frame in screen.frames)}
    assert found == {"P1"}
    table.go("place")
    table.take_turn("P1")
    table.do("P1", "place", note=note, lane="2021", marks={"effect": "down"})
    found = {who for who, screen in table.screens.items() if any(secret.encode() in frame for frame in screen.frames)}
    assert found == set(table.screens), "what is put up reaches everybody"


@promise
def V3_a_hosted_persons_draft_reaches_the_facilitator_alone() -> None:
    table = Table("historievaerksted", listeners=1)
    table.host("H1")
    table.go("write")
    note = table.write("F", sheet="timeline", lane="2020", as_=table.seat("H1"))
    checks.check_secrets_V2_V3_V8(table)
    assert table.note(note).author == table.pid("H1")
    assert table.screens["F"].own[f"mine:{note}"]["as"] == table.seat("H1")


@promise
def V2_I11_a_group_note_stays_with_its_group_and_the_facilitator_until_plenum() -> None:
    table = in_groups()
    secret = table.secret()
    note = table.write("P1", sheet="groups", lane="strengths", row=table.group("P1"), text=secret)
    checks.check_secrets_V2_V3_V8(table)
    assert table.note(note).reach == "group"
    assert table.screens["W"].note(note) is None
    table.go("plenum")
    checks.check_secrets_V2_V3_V8(table)
    table.do("F", "reveal", group=table.group("P1"))
    checks.check_secrets_V2_V3_V8(table)
    assert all(secret.encode() in b"".join(screen.frames) for screen in table.screens.values())


@promise
def V4_no_record_tells_who_wrote_it() -> None:
    table = in_place()
    table.placed("P1")
    checks.check_no_author_V4(table)
    checks.check_fields_V1(table)


@promise
def V1_records_hold_what_the_page_names_and_nothing_else() -> None:
    table, _ = with_rows()
    checks.check_fields_V1(table)
    table.go("plenum")
    checks.check_fields_V1(table)
    table.do("F", "reveal", group="g1")
    checks.check_fields_V1(table)


@promise
def V6_I12_counts_are_of_people_in_steps_and_on_a_grid() -> None:
    table = Table("fremtidsvaerksted", people=4)
    table.go("critique")
    for who in ("P1", "P1", "P1", "P2", "P3", "P4"):
        table.write(who, sheet="columns", lane="critique")
        checks.check_counts_V6_I12(table)
        table.tidy()
        checks.check_counts_V6_I12(table)
    table.tidy(later=GRID)
    checks.check_counts_V6_I12(table)
    assert table.screens["W"].shown["progress"] == {
        "people": 4,
        "present": 4,
        "asks_ready": True,
        "ready": 0,
        "wrote": 3,
        "piles": {"columns": {"critique": 3}},
    }


@promise
def V6_no_count_tells_of_somebody_who_leaves() -> None:
    told = []
    for wrote in ("P1", "P2"):
        table = Table("fremtidsvaerksted", people=6)
        table.go("critique")
        for who in (wrote, "P3", "P4"):
            table.write(who, sheet="columns", lane="critique")
        table.do(wrote, "ready", on=True)
        table.tidy(later=GRID)
        table.do("F", "role", seat=table.seat("P1"), role="listener")
        told.append(table.screens["F"].shown["progress"])
        table.do("F", "remove", seat=table.seat("P1"))
        table.tidy(later=GRID)
        told.append(table.screens["F"].shown["progress"])
        for who in ("P5", "P6"):
            table.write(who, sheet="columns", lane="critique")
        table.tidy(later=GRID)
        told.append(table.screens["F"].shown["progress"])
    assert told[:3] == told[3:]
    assert told[0]["wrote"] == 3
    assert told[0]["ready"] == 1


@promise
def V7_undo_never_lowers_a_reach() -> None:
    table = in_place()
    note = table.placed("P1")
    assert table.refused("P1", "undo") == "nothing_to_undo"
    checks.check_reach_V7(table)
    assert table.note(note).reach == "all"


@promise
def V7_R8_going_back_lowers_nothing() -> None:
    table = in_place()
    table.placed("P1")
    for to in ("write", "welcome", "strengths", "place"):
        table.go(to)
        checks.check_reach_V7(table)


@promise
def V8_what_its_author_deleted_the_facilitator_cannot_bring_back() -> None:
    table = in_place()
    note = table.placed("P1")
    table.do("P1", "delete", note=note)
    checks.check_secrets_V2_V3_V8(table)
    assert table.refused("F", "restore", note=note) == "no_note"
    assert table.refused("P2", "restore", note=note) == "no_note"
    table.do("P1", "restore", note=note)
    table.do("F", "delete", note=note)
    checks.check_secrets_V2_V3_V8(table)
    assert table.refused("P1", "restore", note=note) == "no_note"
    table.do("F", "restore", note=note)
    assert note in table.board.notes


@promise
def V9_a_turn_inside_a_group_is_that_groups_and_the_facilitators() -> None:
    table = in_groups(stem="dilemmavaerksted", to="present")
    table.take_turn("P1")
    checks.check_fields_V1(table)
    own = f"turn:{table.group('P1')}"
    assert {w for w, s in table.screens.items() if own in s.shown} == {"F", *table.members(table.group("P1"))}


@promise
def V11_who_is_ready_is_not_shown_while_people_write_alone() -> None:
    table = Table("historievaerksted")
    table.go("write")
    table.do("P1", "ready", on=True)
    checks.check_fields_V1(table)
    assert table.screens["F"].shown["progress"]["ready"] == 1
    table.go("strengths")
    table.do("P1", "ready", on=True)
    checks.check_fields_V1(table)
    assert table.screens["F"].shown[f"seat:{table.seat('P1')}"]["ready"] is True
    assert "ready" not in table.screens["P2"].shown[f"seat:{table.seat('P1')}"]


@promise
def V13_only_the_facilitator_is_told_what_to_say() -> None:
    table = Table("historievaerksted", listeners=1, scribes=1)
    for who, screen in table.screens.items():
        for item in screen.shown["method"]["rounds"]:
            assert ("say" in item) == (who == "F")
            in_groups = table.method.round(item["id"]).group
            assert ("questions" in item) == (who == "F" or in_groups), "groups read their questions themselves"
        for key in ("before", "leader_question", "leader_part", "leader_listen", "leader_told"):
            assert (key in screen.shown["method"]) == (who == "F")


@promise
def V15_a_line_of_the_pad_reaches_scribes_and_the_facilitator_alone() -> None:
    table = in_place(listeners=1, scribes=2)
    line, said = table.new_note(), table.secret()
    table.do("S1", "pad", act="write", line=line, text=said, round="place")
    checks.check_secrets_V2_V3_V8(table)
    assert {who for who, s in table.screens.items() if f"pad:{line}" in s.shown} == {"F", "S1", "S2"}
    table.do("F", "role", seat=table.seat("S2"), role="participant")
    checks.check_secrets_V2_V3_V8(table)
    assert f"pad:{line}" not in table.screens["S2"].shown


@promise
def R26_only_scribes_and_the_facilitator_keep_the_pad() -> None:
    table = in_place(listeners=1, scribes=1)
    given = {"act": "write", "text": "sagt", "round": "place"}
    for who in ("P1", "L1", "W"):
        assert table.refused(who, "pad", line=table.new_note(), **given) == "role"
    for who in ("S1", "F"):
        table.do(who, "pad", line=table.new_note(), **given)


@promise
def R14_a_sealed_pad_does_not_tell_whose_turn_a_line_is_about() -> None:
    table = in_place(scribes=1)
    for number, who in enumerate(("P1", "P3", "P2"), 1):
        table.take_turn(who)
        table.do("S1", "pad", act="write", line=table.new_note(), text=f"{number}", round="place", turn=number)
    table.do("F", "close")
    table.do("F", "seal")
    pad = table.board.pad
    assert {(line.text, line.turn, line.spot) for line in pad.values()} == {("1", 0, 0), ("2", 0, 0), ("3", 0, 0)}
    assert list(pad) == sorted(pad)


@promise
def V10_what_is_put_into_a_hidden_row_stays_with_it() -> None:
    table, row, _ = with_a_row()
    table.go("plenum")
    note = table.write("F", sheet="grid", lane="one", row=row.id)
    assert f"note:{note}" not in table.screens["W"].shown
    table.do("F", "reveal", group=row.group)
    assert f"note:{note}" in table.screens["W"].shown


@promise
def V16_what_the_team_writes_stays_with_it_until_its_lane_is_revealed() -> None:
    table = Table("trio-forandringsdialog", people=4, scribes=1, listeners=1, leader="part")
    table.do("F", "hand", part="trio", seat=table.seat("P1"))
    secret = table.secret()
    note = table.write("P1", sheet="trio", lane="topic", text=secret)
    kept = table.write("S1", sheet="trio", lane="lack")
    checks.check_secrets_V2_V3_V8(table)
    found = {who for who, screen in table.screens.items() if any(secret.encode() in frame for frame in screen.frames)}
    assert found == {"F", "P1", "S1"}
    table.go("start")
    table.do("F", "reveal", sheet="trio", lane="topic")
    checks.check_secrets_V2_V3_V8(table)
    assert (table.note(note).reach, table.note(kept).reach) == ("all", "team")
    assert table.screens["W"].note(note) is not None
    assert table.screens["W"].note(kept) is None


@promise
def R31_a_round_is_not_left_while_it_needs_something_unless_it_is_meant() -> None:
    table = Table("trio-forandringsdialog", leader="part")
    table.go("summary")
    assert table.refused("F", "round", to="close") == "needs_left"
    note = table.write("F", sheet="next", lane="agreement")
    assert table.refused("F", "round", to="close") == "needs_left"
    assert table.refused("P1", "set", note=note, field="back", value="none") == "locked"
    table.do("F", "set", note=note, field="back", value="none")
    checks.check_secrets_V2_V3_V8(table)
    table.do("F", "round", to="close")


@promise
def V14_a_reach_that_is_not_known_is_shown_to_nobody() -> None:
    table = in_place()
    note = table.placed("P1")
    for reach in ("", "everybody", "ALL"):
        unknown: Any = reach
        notes = {note: replace(table.note(note), reach=unknown)}
        board = replace(table.board, notes=notes)
        for who, actor in table.actors.items():
            shown = view.view(board, table.method, view.audience(board, actor))
            assert f"note:{note}" not in shown, who
