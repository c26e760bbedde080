"""Short plays about what ops do, as `promises` has them about what people see: turns, roles, reveals, the log.

What may not live here: what reaches a screen (promises.py).
"""

from pathlib import Path

from msgspec.structs import replace

from board_schema import decide, fold, method_file, wire
from board_schema.board import DAY
from board_schema.events import DoorSet, Entry
from tests.rules import checks
from tests.rules.play import Table
from tests.rules.promises import in_groups, in_place, promise, with_a_row, with_rows


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
            given = {"note": table.new_note(), "text": "hm", "sheet": "timeline", "lane": "2020", "under": note}
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
    for lane in ("experience", "relations", "conditions", "history"):
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
    assert table.me("P1")["turn"] == "next", "who was interrupted has not had the floor"
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
    taken_down, left = (table.write("P1", sheet="columns", lane="critique") for _ in range(2))
    table.do("F", "reveal", sheet="columns", lane="critique")
    table.do("F", "delete", note=taken_down)
    table.write("P2", sheet="columns", lane="critique")
    table.do("F", "reveal", sheet="columns", lane="critique")
    assert table.refused("F", "undo") == "nothing_to_undo"
    assert taken_down not in table.board.notes
    assert left in table.board.notes


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
def R28_a_comment_lies_where_its_note_lies_and_comes_and_goes_with_it() -> None:
    table, row, _ = with_a_row()
    table.go("plenum")
    table.do("F", "reveal", group=row.group)
    note = table.write("F", sheet="grid", lane="one", row=row.id)
    comment = table.new_note()
    table.do("P1", "write", note=comment, text="genkendt", sheet="grid", lane="one", under=note, kind="comment")
    table.do("F", "move", note=note, lane="other")
    wall = table.screens["W"]
    assert wall.shown[f"note:{comment}"]["lane"] == table.note(comment).lane == "other"
    table.do("F", "delete", note=note)
    assert wall.note(comment) is None
    table.do("F", "restore", note=note)
    assert wall.note(comment) is not None
    hidden = next(each for each in table.board.rows.values() if each.group != row.group)
    told = table.new_note()
    who, where = table.members(hidden.group)[0], {"sheet": "grid", "lane": "one"}
    table.do(who, "write", note=told, text="i skjul", under=hidden.id, kind="comment", **where)
    assert wall.note(told) is None
    table.do("F", "reveal", group=hidden.group)
    assert wall.note(told) is not None


@promise
def R12_a_head_in_use_is_not_unchosen_and_takes_its_words_with_it() -> None:
    table, row, who = with_a_row()
    table.go("sides")
    table.do(who, "mark", note=row.id, kind="depth", word="enough")
    side = table.write(who, sheet="grid", lane="one", row=row.id)
    table.go("choose")
    assert table.refused(who, "mark", note=row.id, kind="chosen") == "row_in_use"
    table.do(who, "delete", note=side)
    table.do(who, "mark", note=row.id, kind="chosen")
    assert table.note(row.id).marks == {}
    assert row.id not in table.board.rows


@promise
def R37_what_is_written_ahead_waits_for_its_round_and_the_board_for_its_day() -> None:
    table = Table("fremtidsvaerksted", people=2)
    assert table.me("P1")["write"] is None
    day = table.now + 3 * DAY
    table.do("F", "setup", day=day)
    where = {key: table.me("P1")["write"][key] for key in ("sheet", "row")}
    note = table.write("P1", lane=table.me("P1")["write"]["lanes"][0], **where)
    assert table.note(note).reach == "own"
    checks.check_secrets_V2_V3_V8(table)
    table.tidy(later=3 * DAY - 1)
    assert not table.board.closed
    table.go("critique")
    assert not table.screens["W"].shown["board"]["ahead"]
    checks.check_secrets_V2_V3_V8(table)
    table.do("F", "reveal", sheet=where["sheet"], lane=table.note(note).lane)
    assert table.screens["W"].note(note) is not None


def before_gathering(people: int = 3) -> tuple[Table, list[str]]:
    """A round that lets everybody gather: a note of each, up in a year of its own."""
    text = (Path(__file__).parent / "rehearsed.toml").read_text(encoding="utf-8")
    table = Table(method_file.parse(text, file="rehearsed.toml"), people=people)
    table.go("shout")
    notes = [table.write(f"P{n + 1}", sheet="line", lane=str(2023 + n), marks={"effect": "up"}) for n in range(people)]
    table.go("answer")
    return table, notes


@promise
def R32_a_note_lies_on_the_side_that_its_word_says_and_a_heading_on_that_of_all_under_it() -> None:
    table, notes = before_gathering()
    head = table.new_note()

    def sides() -> list[str]:
        return [table.screens["W"].shown[f"note:{one}"]["side"] for one in (*notes, head)]

    table.do("P1", "gather", note=head, notes=notes[:2], text="Ny ledelse")
    assert sides() == ["up"] * 4
    table.go("shout")
    table.do("P1", "mark", note=notes[0], kind="effect", word="down")
    assert sides() == ["down", "up", "up", "both"]


@promise
def V7_R35_a_heading_is_nobodys_and_is_seen_by_whoever_sees_its_notes() -> None:
    table, notes = before_gathering()
    hidden = replace(table.note(notes[0]), reach="group", group="g1")
    head = table.new_note()
    table.do("P1", "gather", note=head, notes=notes[1:], text="Ny ledelse")
    assert table.note(head).author == ""
    assert all(f"note:{head}" in screen.shown for screen in table.screens.values())
    table.board = replace(table.board, notes={**table.board.notes, hidden.id: hidden})
    assert table.refused("F", "gather", note=head, notes=[hidden.id]) == "no_row"


@promise
def R35_a_gathered_note_keeps_its_own_place() -> None:
    table, notes = before_gathering()
    lanes = [table.note(note).lane for note in notes]
    head = table.new_note()
    table.do("P1", "gather", note=head, notes=notes, text="Ny ledelse")
    assert [table.screens["W"].shown[f"note:{note}"]["lane"] for note in notes] == lanes
    for number, note in enumerate(notes):
        table.do(f"P{number + 1}", "delete", note=note)
    assert f"note:{head}" not in table.screens["W"].shown
    table.do("P1", "restore", note=notes[0])
    assert table.screens["W"].shown[f"note:{notes[0]}"]["under"] == head
    table.do("P2", "apart", note=head)
    assert [table.note(notes[0]).under, table.note(notes[0]).lane] == ["", lanes[0]]


@promise
def I10_nothing_is_gathered_where_the_round_does_not_say_so() -> None:
    table = in_place()
    notes = [table.placed(who) for who in ("P1", "P2")]
    for who in ("P1", "F"):
        new = {"note": table.new_note(), "notes": notes, "text": "Samlet"}
        assert table.refused(who, "gather", **new) == "round"
