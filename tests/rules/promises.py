"""Short plays, each with the one promise it is about; `test_promises` runs them, and `mutants` must break them.

A promise is a function without arguments that asserts. Its name quotes SPEC ids or invariants (I1..).
"""

from collections.abc import Callable

from board_schema import decide, fold, wire
from board_schema.events import DoorSet, Entry
from board_schema.rules import GRID
from tests.rules import checks
from tests.rules.play import Table

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
    table = Table("dilemmavaerksted", people=people)
    table.go("write")
    notes = {w: table.write(w, sheet="dilemmas", lane="dilemma") for w in table.actors if w.startswith("P")}
    table.go("present")
    for who, note in notes.items():
        table.take_turn(who)
        table.do(who, "place", note=note, lane="dilemma")
    table.go("choose")
    for group in table.board.groups:
        who = table.members(group)[0]
        table.do(who, "choose", note=notes[who], on=True)
    return table, notes


def commented() -> tuple[Table, str, str]:
    """A dilemma workshop in plenum: a note in a revealed row, and a comment on it."""
    table, notes = with_rows()
    row, who = next((row, who) for who, note in notes.items() if (row := note) in table.board.rows)
    table.go("sides")
    note = table.write(who, sheet="grid", lane="one", row=row)
    table.go("plenum")
    table.do("F", "reveal", group=table.board.rows[row].group)
    comment = table.new_note()
    table.do("P2", "write", note=comment, text="genkendt", sheet="grid", lane="one", to=note, kind="comment")
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
    table.do("P1", "place", note=note, lane="2021", side="down")
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
        assert ("before" in screen.shown["method"]) == (who == "F")


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
def I3_R4_only_the_one_with_the_word_puts_up_and_only_own_notes() -> None:
    table = in_place()
    mine = table.write("P1", sheet="timeline", lane="2020")
    other = table.write("P2", sheet="timeline", lane="2020")
    table.take_turn("P1")
    assert table.refused("P2", "place", note=other, lane="2020") == "turn"
    assert table.refused("P1", "place", note=other, lane="2020") == "no_note"
    assert table.refused("F", "place", note=mine, lane="2020") == "no_note"
    table.do("P1", "place", note=mine, lane="2020")
    checks.check_turn_I3_R4(table)
    assert {s.note(mine)["text"] for s in table.screens.values()} == {table.note(mine).text}  # type: ignore[index]


@promise
def I1_R7_where_comments_are_closed_no_comment_comes_through() -> None:
    for to in ("place", "picture", "strengths", "plenum", "close"):
        table = in_place()
        note = table.placed("P1")
        table.go(to)
        for who in ("P1", "P2", "F"):
            given = {"note": table.new_note(), "text": "hm", "sheet": "timeline", "lane": "2020", "to": note}
            assert table.refused(who, "write", kind="comment", **given) == "locked", to
            checks.check_comments_I1_R7(table)


@promise
def I5_R6_a_listener_and_a_wall_get_nothing_done() -> None:
    table = in_place(listeners=1)
    note = table.placed("P1")
    table.do("F", "role", seat=table.seat("P2"), role="listener")
    for who in ("L1", "W", "P2"):
        for op, args in (("name", {"name": "x"}), ("delete", {"note": note}), ("undo", {}), ("round", {"to": "close"})):
            assert table.refused(who, op, **args) == "role"
        given = {"note": table.new_note(), "text": "hej", "sheet": "timeline", "lane": "2020"}
        assert table.refused(who, "write", **given) == "role"
        checks.check_roles_R6_I5(table)


@promise
def R21_who_is_removed_gets_nothing_done_and_their_drafts_are_gone() -> None:
    table = in_place()
    up = table.placed("P1")
    draft = table.write("P1", sheet="timeline", lane="2020")
    table.do("F", "remove", seat=table.seat("P1"))
    checks.check_secrets_V2_V3_V8(table)
    assert table.refused("P1", "name", name="x") == "role"
    assert up in table.board.notes
    assert draft not in table.board.notes
    assert table.screens["P1"].own == {}


@promise
def R9_a_reveal_raises_one_lane_and_no_other() -> None:
    table = Table("fremtidsvaerksted")
    table.go("critique")
    first = table.write("P1", sheet="columns", lane="critique")
    ahead = table.write("P1", sheet="columns", lane="dream")
    assert table.refused("F", "reveal", sheet="columns", lane="dream") == "round"
    table.do("F", "reveal", sheet="columns", lane="critique")
    checks.check_raises_R3_R9(table)
    checks.check_secrets_V2_V3_V8(table)
    assert (table.note(first).reach, table.note(ahead).reach) == ("all", "own")


@promise
def R9_a_group_is_revealed_only_where_the_round_shows_groups() -> None:
    table = in_groups()
    table.write("P1", sheet="groups", lane="strengths", row=table.group("P1"))
    assert table.refused("F", "reveal", group=table.group("P1")) == "round"


@promise
def R10_actions_wait_until_the_group_has_looked_deeper() -> None:
    table, _ = with_rows()
    row, who = next((r, table.members(r.group)[0]) for r in table.board.rows.values())
    table.go("actions")
    given = {"text": "prøv", "sheet": "grid", "row": row.id, "lane": "actions"}
    early = table.new_note()
    table.do(who, "write", note=early, **given)
    assert table.note(early).reach == "own"
    assert table.refused(who, "place", note=early, lane="actions", row=row.id) == "depth_first"
    assert table.screens[who].shown[f"row:{row.id}"]["locked"]["actions"] == "depth_first"
    table.go("depth")
    for lane in ("experience", "context", "history"):
        table.write(who, sheet="grid", lane=lane, row=row.id)
    table.go("actions")
    note = table.write(who, sheet="grid", lane="actions", row=row.id)
    assert table.note(note).reach == "group"
    table.do(who, "place", note=early, lane="actions", row=row.id)
    assert table.note(early).reach == "group"


@promise
def R3_what_comes_late_becomes_a_draft() -> None:
    for to in ("wishes", "close"):
        table = in_groups()
        table.go(to)
        note = table.write("P1", sheet="groups", lane="strengths", row=table.group("P1"))
        assert table.note(note).reach == "own", to
        checks.check_raises_R3_R9(table)
        checks.check_secrets_V2_V3_V8(table)


@promise
def R5_I4_a_turn_round_is_not_left_while_somebody_waits_unless_it_is_meant() -> None:
    table = in_place()
    assert table.refused("F", "round", to="picture") == "turns_left"
    for who in ("P1", "P2"):
        table.take_turn(who)
    assert table.me("P1")["turn"] == "next", "who was interrupted has not had the word"
    table.do("F", "turn", act="done")
    table.do("P1", "turn", act="done")
    assert table.refused("F", "round", to="picture") == "turns_left"
    table.do("P3", "turn", act="done")
    table.do("F", "round", to="picture")


@promise
def R14_I6_I7_after_sealing_nothing_tells_who_wrote() -> None:
    table = in_place()
    for who in ("P1", "P3", "P2", "P3", "P1"):
        table.placed(who)
    table.write("P2", sheet="timeline", lane="2020")
    table.do("F", "close")
    table.do("F", "seal")
    checks.check_sealed_I6_I7(table)
    checks.check_no_author_V4(table)
    kept = wire.pack_board(table.board)
    assert not any(actor.pid and actor.pid.encode() in kept for actor in table.actors.values())
    assert wire.unpack_board(kept) == table.board


@promise
def O2_the_same_op_is_folded_once() -> None:
    table = Table("historievaerksted")
    events = decide.decide(table.board, table.method, table.actors["F"], checks.c.parse("door", {"open": False}), 1)
    entry = Entry(events=tuple(events), pid=table.pid("F"), tab="tabtabtabtab", n=1, at=1)
    once = fold.fold(table.board, table.board.version + 1, entry)
    back = fold.fold(once, once.version + 1, Entry(events=(DoorSet(True),), tab="tabtabtabtab", n=1, at=2))
    assert not once.door
    assert not back.door, "an op that was answered is done again"
    assert back.version == once.version + 1


@promise
def O3_a_refusal_is_remembered_until_it_is_seen() -> None:
    table = Table("historievaerksted")
    table.refused("P1", "round", to="write")
    checks.check_refusal_changes_nothing(table)
    tab, n = table.tabs["P1"]
    assert fold.refusals(table.board, tab) == {n: "role"}
    table.do("P1", "name", name="x")
    assert fold.refusals(table.board, tab) == {}


@promise
def P1_a_screen_fed_by_patches_holds_what_a_newcomer_gets() -> None:
    table = in_place()
    waiting = table.write("P2", sheet="timeline", lane="2020")
    note = table.placed("P1")
    table.do("P1", "move", note=note, lane="2022")
    checks.check_converged_P1(table)
    table.take_turn("P2")
    assert "place" in table.screens["P2"].own[f"mine:{waiting}"]["can"]
    checks.check_converged_P1(table)
    table.do("P1", "delete", note=note)
    checks.check_converged_P1(table)
    table.go("picture")
    checks.check_converged_P1(table)
    table = Table("fremtidsvaerksted")
    table.go("critique")
    note = table.write("P1", sheet="columns", lane="critique")
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert "move" in table.screens["F"].shown[f"note:{note}"]["can"]
    table.go("close")
    checks.check_converged_P1(table)


@promise
def S2_a_gap_in_the_log_is_not_folded() -> None:
    table = Table("historievaerksted")
    checks.check_replay_S2(table)
    for version in (table.board.version, table.board.version + 2, 0):
        try:
            fold.fold(table.board, version, Entry(events=()))
        except fold.FoldError:
            continue
        raise AssertionError(f"version {version} was folded after {table.board.version}")


@promise
def R13_nobody_but_its_author_and_the_facilitator_takes_a_note_down() -> None:
    table = in_place()
    note = table.placed("P1")
    draft = table.write("P1", sheet="timeline", lane="2020")
    assert table.refused("P2", "delete", note=note) == "not_yours"
    assert table.refused("P2", "delete", note=draft) == "no_note"
    assert table.refused("F", "delete", note=draft) == "no_note"
    table.do("F", "delete", note=note)


@promise
def R1_what_the_screen_offers_for_a_note_is_what_decide_lets_through() -> None:
    for to in ("place", "picture", "close"):
        table = in_place()
        note = table.placed("P1")
        table.go(to)
        for who in ("P1", "P2", "F"):
            record = table.screens[who].note(note)
            assert record is not None
            for op, args in (("edit", {"text": "nyt"}), ("move", {"lane": "2019"})):
                if op in record["can"]:
                    table.do(who, op, note=note, **args)
                else:
                    assert table.refused(who, op, note=note, **args) == "locked"


@promise
def O7_undo_takes_back_the_last_act_or_says_that_it_cannot() -> None:
    table = in_groups(people=4)
    one, other = table.members("g1")[:2]
    first = table.write(one, sheet="groups", lane="strengths", row="g1", text="et")
    table.do(one, "edit", note=first, text="ét")
    second = table.write(other, sheet="groups", lane="strengths", row="g1")
    table.do(one, "edit", note=second, text="to")
    checks.check_holders_O7(table)
    table.do(other, "edit", note=second, text="tre")
    checks.check_holders_O7(table)
    assert table.refused(one, "undo") == "nothing_to_undo"
    table = Table("fremtidsvaerksted")
    table.go("critique")
    taken_down = table.write("P1", sheet="columns", lane="critique")
    table.do("F", "reveal", sheet="columns", lane="critique")
    table.do("F", "delete", note=taken_down)
    table.write("P2", sheet="columns", lane="critique")
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert table.refused("F", "undo") == "nothing_to_undo"
    assert taken_down not in table.board.notes


@promise
def R6_nothing_of_a_listeners_is_revealed() -> None:
    table = Table("fremtidsvaerksted")
    table.go("critique")
    note = table.write("P1", sheet="columns", lane="critique")
    table.do("F", "role", seat=table.seat("P1"), role="listener")
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert table.note(note).reach == "own"
    checks.check_secrets_V2_V3_V8(table)


@promise
def V10_what_is_put_into_a_hidden_row_stays_with_it() -> None:
    table, _ = with_rows()
    row = next(iter(table.board.rows.values()))
    table.go("plenum")
    note = table.write("F", sheet="grid", lane="one", row=row.id)
    assert f"note:{note}" not in table.screens["W"].shown
    table.do("F", "reveal", group=row.group)
    assert f"note:{note}" in table.screens["W"].shown


@promise
def R7_a_comment_lies_where_its_note_lies() -> None:
    table, _ = with_rows()
    row = next(iter(table.board.rows.values()))
    table.go("plenum")
    table.do("F", "reveal", group=row.group)
    note = table.write("F", sheet="grid", lane="one", row=row.id)
    comment = table.new_note()
    table.do("P1", "write", note=comment, text="genkendt", sheet="grid", lane="one", to=note, kind="comment")
    table.do("F", "move", note=note, lane="other")
    assert table.screens["W"].shown[f"note:{comment}"]["lane"] == table.note(comment).lane == "other"
