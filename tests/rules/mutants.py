"""Planted bugs: what a wrong `rules`, `decide`, `fold`, `view` or `patch` would look like, and who must notice.

A mutant is a function of the shipped code with one piece of its text replaced. When the code has changed so that
the text is not found, `plant` says so: then the mutant is rewritten, not dropped.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import NamedTuple

from board_schema import answers, decide, fold, forgetting, patch, rules, stacks, under
from board_schema.decide import notes, turns
from board_schema.decide.common import audience_of
from board_schema.decide.gather import _heading, gather
from board_schema.decide.lead import _go_to, _set_role
from board_schema.forms.grid import Grid
from board_schema.rules import fields, hidden, lanes, permission
from board_schema.view import board_records, differences, layers, note_records, pad_records, people_records, since
from tests.rules import promises as p
from tests.rules import promises_of_ops as ops


class Mutant(NamedTuple):
    name: str
    function: Callable[..., object]
    old: str
    new: str
    caught_by: Callable[[], None]


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    """The shipped code with the bug in it, wherever the function is held."""
    good = mutant.function
    assert isinstance(good, FunctionType)
    source = textwrap.dedent(inspect.getsource(good))
    assert mutant.old in source, f"{mutant.name}: {good.__name__} no longer holds {mutant.old!r}"
    names: dict[str, object] = {}
    exec(compile(source.replace(mutant.old, mutant.new), f"<mutant: {mutant.name}>", "exec"), good.__globals__, names)
    bad = names[good.__name__]
    assert isinstance(bad, FunctionType)
    # The function itself is changed: whoever holds it, a module or the table of kinds, has the bug.
    kept, good.__code__ = good.__code__, bad.__code__
    try:
        yield
    finally:
        good.__code__ = kept


MUTANTS = [
    Mutant(
        "the facilitator sees drafts",
        note_records.reaches,
        "return False",
        'return asker.role == "facilitator"',
        p.V3_a_draft_never_reaches_another_phone,
    ),
    Mutant(
        "a hosted person's drafts are on the wall",
        note_records.reaches,
        "return False",
        'return asker.role == "wall"',
        p.V3_a_hosted_persons_draft_reaches_the_facilitator_alone,
    ),
    Mutant(
        "group notes to all",
        note_records.reaches,
        'return asker.role == "facilitator" or asker.group == group != ""',
        "return True",
        p.V2_I11_a_group_note_stays_with_its_group_and_the_facilitator_until_plenum,
    ),
    Mutant(
        "the author's id travels",
        note_records.note_record,
        '"reach": note.reach,',
        '"reach": note.reach, "author": note.author,',
        p.V4_no_record_tells_who_wrote_it,
    ),
    Mutant(
        "a seat stands on a note",
        note_records.note_record,
        '"reach": note.reach,',
        '"reach": board.people[note.author].seat,',
        p.V4_no_record_tells_who_wrote_it,
    ),
    Mutant(
        "a row says one thing more",
        note_records.row_record,
        '"reach": head.reach,',
        '"reach": head.reach, "by": 1,',
        p.V1_records_hold_what_the_page_names_and_nothing_else,
    ),
    Mutant(
        "counts are exact",
        hidden.step_of,
        "STEPS[bisect_right(STEPS, people) - 1]",
        "people",
        p.V6_I12_counts_are_of_people_in_steps_and_on_a_grid,
    ),
    Mutant(
        "notes are counted instead of people",
        fold._written,
        "author.pid",
        "note.id",
        p.V6_I12_counts_are_of_people_in_steps_and_on_a_grid,
    ),
    Mutant(
        "counts grow at once",
        hidden.counted,
        "(now - board.began) // GRID * GRID",
        "(now - board.began) + 1",
        p.V6_I12_counts_are_of_people_in_steps_and_on_a_grid,
    ),
    Mutant(
        "who listens from now on is no longer ready",
        _set_role,
        "role=command.role,",
        "role=command.role, ready=False,",
        p.V6_no_count_tells_of_somebody_who_leaves,
    ),
    Mutant(
        "only participants are counted as ready",
        board_records.progress_record,
        "for person in board.people.values()",
        "for person in context.phones.values()",
        p.V6_no_count_tells_of_somebody_who_leaves,
    ),
    Mutant(
        "who is gone has not written",
        hidden._grown,
        "for place, times in board.writers.items()",
        "for place, times in ((k, {p: a for p, a in w.items() if not board.people[p].gone})"
        " for k, w in board.writers.items())",
        p.V6_no_count_tells_of_somebody_who_leaves,
    ),
    Mutant(
        "undo takes a note off the board",
        stacks._act,
        "return None if raises else",
        "return",
        p.V7_undo_never_lowers_a_reach,
    ),
    Mutant(
        "going back lowers what was raised",
        fold._began,
        "return replace(\n        board,",
        'return replace(\n        board, notes={i: replace(n, reach="own") for i, n in board.notes.items()},',
        p.V7_R8_going_back_lowers_nothing,
    ),
    Mutant(
        "a deleted note can be brought back by the facilitator",
        notes.restore,
        "if not allowed:",
        'if not allowed and person.role != "facilitator":',
        p.V8_what_its_author_deleted_the_facilitator_cannot_bring_back,
    ),
    Mutant(
        "the facilitator sees what its author deleted",
        note_records.bin_record,
        " or item.by_author:",
        ":",
        p.V8_what_its_author_deleted_the_facilitator_cannot_bring_back,
    ),
    Mutant(
        "a turn inside a group is everybody's",
        people_records.turn_record,
        "(inside and not",
        "(False and not",
        p.V9_a_turn_inside_a_group_is_that_groups_and_the_facilitators,
    ),
    Mutant(
        "who is ready is shown while people write alone",
        people_records.seat_record,
        "not item.private and",
        "",
        p.V11_who_is_ready_is_not_shown_while_people_write_alone,
    ),
    Mutant(
        "everybody is told what the facilitator should say",
        board_records._round,
        'if asker.role == "facilitator":',
        "if True:",
        p.V13_only_the_facilitator_is_told_what_to_say,
    ),
    Mutant(
        "listeners read the pad",
        pad_records.pad_record,
        "asker.role not in KEEP_PAD",
        "False",
        p.V15_a_line_of_the_pad_reaches_scribes_and_the_facilitator_alone,
    ),
    Mutant(
        "everybody writes on the pad",
        rules.may,
        "return asker.role in KEEP_PAD",
        "return True",
        p.R26_only_scribes_and_the_facilitator_keep_the_pad,
    ),
    Mutant(
        "a sealed pad keeps its turns",
        forgetting._sealed,
        """        case "forgotten":
            return type(value)()""",
        """        case "forgotten":
            return value if isinstance(value, int) else type(value)()""",
        p.R14_a_sealed_pad_does_not_tell_whose_turn_a_line_is_about,
    ),
    Mutant(
        "the turn is ignored",
        rules.granted,
        "held = writer and own and asker.holder",
        "held = writer and own",
        ops.I3_R4_only_the_one_with_the_word_puts_up_and_only_own_notes,
    ),
    Mutant(
        "the comment lock is off",
        rules.may,
        "and granted(now.comment, asker, own=own, group=group)",
        "",
        ops.I1_R7_where_comments_are_closed_no_comment_comes_through,
    ),
    Mutant(
        "a listener may write",
        decide.decide,
        'if person.role == "listener" and not',
        'if person.role == "wall" and not',
        ops.I5_R6_a_listener_and_a_wall_get_nothing_done,
    ),
    Mutant(
        "who was removed still has a say",
        decide.decide,
        "or person.gone",
        "",
        ops.R21_who_is_removed_gets_nothing_done_and_their_drafts_are_gone,
    ),
    Mutant(
        "a removed person's drafts stay",
        forgetting.removed,
        'and note.reach == "own"',
        "and False",
        ops.R21_who_is_removed_gets_nothing_done_and_their_drafts_are_gone,
    ),
    Mutant(
        "a reveal raises other lanes",
        notes.raised,
        "n.lane in lanes",
        "n.sheet == sheet",
        ops.R9_a_reveal_raises_one_lane_and_no_other,
    ),
    Mutant(
        "a lane is revealed before its round",
        lanes.revealable_lanes,
        " and item.id in played",
        "",
        ops.R9_a_reveal_raises_one_lane_and_no_other,
    ),
    Mutant(
        "a group is revealed in any round",
        notes.reveal,
        "not item.show_groups",
        "False",
        ops.R9_a_group_is_revealed_only_where_the_round_shows_groups,
    ),
    Mutant(
        "the depth lock is off",
        rules.depth_missing,
        "return not filled.issuperset(lane.after)",
        "return False",
        ops.R10_actions_wait_until_the_group_has_looked_deeper,
    ),
    Mutant(
        "what comes late is raised at once",
        notes._new_note,
        "or command.lane not in open_lanes(board, method, item)",
        "",
        ops.R3_what_comes_late_becomes_a_draft,
    ),
    Mutant(
        "a turn round is left at any time",
        turns.turns_left,
        "not turn.over",
        "False",
        ops.R5_I4_a_turn_round_is_not_left_while_somebody_waits_unless_it_is_meant,
    ),
    Mutant(
        "the facilitator skips by accident",
        _go_to,
        "not command.confirm and",
        "command.confirm and",
        ops.R5_I4_a_turn_round_is_not_left_while_somebody_waits_unless_it_is_meant,
    ),
    Mutant(
        "a sealed board keeps its authors",
        forgetting._sealed,
        "{key: _when_sealed(value[key]) for key in sorted(value) if",
        "{key: value[key] for key in sorted(value) if",
        ops.R14_I6_I7_after_sealing_nothing_tells_who_wrote,
    ),
    Mutant(
        "a sealed board keeps the order in which notes were written",
        forgetting._sealed,
        "for key in sorted(value) if",
        "for key in value if",
        ops.R14_I6_I7_after_sealing_nothing_tells_who_wrote,
    ),
    Mutant(
        "a sealed board keeps the tab of who sealed it",
        answers.answered,
        "if board.sealed:",
        "if False:",
        ops.R14_I6_I7_after_sealing_nothing_tells_who_wrote,
    ),
    Mutant(
        "a sealed board keeps its people",
        forgetting._sealed,
        "return type(value)()",
        "return value",
        ops.R14_I6_I7_after_sealing_nothing_tells_who_wrote,
    ),
    Mutant(
        "an op is done again when it is sent again",
        fold.fold,
        "if entry.tab and seen(",
        "if False and seen(",
        ops.O2_the_same_op_is_folded_once,
    ),
    Mutant(
        "a refusal is forgotten",
        answers.answered,
        "if isinstance(event, OpRefused)",
        "if False",
        ops.O3_a_refusal_is_remembered_until_it_is_seen,
    ),
    Mutant(
        "a refusal is never let go",
        answers.answered,
        "if n > entry.seen",
        "",
        ops.O3_a_refusal_is_remembered_until_it_is_seen,
    ),
    Mutant(
        "a note that changed is not sent again",
        differences.Differences.keys,
        "changed + gone",
        "[key for key in changed if key not in getattr(self.before, name)] + gone",
        ops.P1_a_screen_fed_by_patches_holds_what_a_newcomer_gets,
    ),
    Mutant(
        "a change of a whole field concerns no record",
        since.Since._whole,
        "if part is None or",
        "if part is not None and",
        ops.P1_a_screen_fed_by_patches_holds_what_a_newcomer_gets,
    ),
    Mutant(
        "rights on own notes are those of before the floor came round",
        layers._own_changes,
        "dict.fromkeys(since.everybody)",
        "{}",
        ops.P1_a_screen_fed_by_patches_holds_what_a_newcomer_gets,
    ),
    Mutant(
        "what is gone stays on screens",
        patch.differing,
        "if key not in after",
        "if False",
        ops.P1_a_screen_fed_by_patches_holds_what_a_newcomer_gets,
    ),
    Mutant(
        "a gap is folded",
        fold.fold,
        "version != board.version + 1",
        "version <= 0",
        ops.S2_a_gap_in_the_log_is_not_folded,
    ),
    Mutant(
        "anybody takes any note down",
        rules.may,
        'note.kind != "gathering" and (own or',
        'note.kind != "gathering" and (True or',
        ops.R13_nobody_but_its_author_and_the_facilitator_takes_a_note_down,
    ),
    Mutant(
        "decide is milder than the screen",
        notes.move,
        'need(board, method, asker, "move", note=note, reason="locked")',
        "pass",
        ops.R1_what_the_screen_offers_for_a_note_is_what_decide_lets_through,
    ),
    Mutant(
        "undo takes back an older act in place of the last one",
        stacks.remembered,
        "(*kept, changes)[-MAX_UNDO:]",
        "(*kept, *([changes] if changes else []))[-MAX_UNDO:]",
        ops.O7_undo_takes_back_the_last_act_or_says_that_it_cannot,
    ),
    Mutant(
        "who holds an act is not noted",
        stacks._with,
        "for come in new - old:",
        "for come in set():",
        ops.O7_undo_takes_back_the_last_act_or_says_that_it_cannot,
    ),
    Mutant(
        "a listener's drafts are revealed",
        hidden.waits,
        'author.role != "listener"',
        "True",
        ops.R6_nothing_of_a_listeners_is_revealed,
    ),
    Mutant(
        "in plenum a note into a hidden row reaches everybody",
        Grid.row_reach,
        'return "all" if kept is None else kept.reach',
        'return "all"',
        p.V10_what_is_put_into_a_hidden_row_stays_with_it,
    ),
    Mutant(
        "a comment stays behind when its note moves",
        fold._put,
        "if old is None or",
        "if True or",
        ops.R28_a_comment_lies_where_its_note_lies_and_comes_and_goes_with_it,
    ),
    Mutant(
        "whoever gathered has written the heading",
        _heading,
        'author="",',
        'author="pid",',
        ops.V7_R35_a_heading_is_nobodys_and_is_seen_by_whoever_sees_its_notes,
    ),
    Mutant(
        "what only a group sees is gathered with what all see",
        audience_of,
        'note.reach, note.group if note.reach == "group" else ""',
        '"", ""',
        ops.V7_R35_a_heading_is_nobodys_and_is_seen_by_whoever_sees_its_notes,
    ),
    Mutant(
        "a gathered note is moved to its heading",
        gather,
        "replace(note, under=head.id)",
        "replace(note, under=head.id, lane=head.lane)",
        ops.R35_a_gathered_note_keeps_its_own_place,
    ),
    Mutant(
        "a heading is shown over nothing",
        under.orphaned,
        'if note.kind == "gathering":',
        "if False:",
        ops.R35_a_gathered_note_keeps_its_own_place,
    ),
    Mutant(
        "anybody gathers in any round",
        permission._may_gather,
        "granted(now.gather, asker, own=own, group=group)",
        "True",
        ops.I10_nothing_is_gathered_where_the_round_does_not_say_so,
    ),
    Mutant(
        "what the team writes is for everybody",
        note_records.reaches,
        "return asker.team",
        "return True",
        p.V16_what_the_team_writes_stays_with_it_until_its_lane_is_revealed,
    ),
    Mutant(
        "a reveal leaves out what the team wrote",
        notes.raised,
        'n.reach == "team"',
        "False",
        p.V16_what_the_team_writes_stays_with_it_until_its_lane_is_revealed,
    ),
    Mutant(
        "a round is left whatever it needs",
        _go_to,
        "forward and not command.confirm and lacking",
        "False and lacking",
        p.R31_a_round_is_not_left_while_it_needs_something_unless_it_is_meant,
    ),
    Mutant(
        "required answers are not asked for",
        fields.lacking,
        "field.required and",
        "False and",
        p.R31_a_round_is_not_left_while_it_needs_something_unless_it_is_meant,
    ),
]
