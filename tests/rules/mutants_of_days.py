"""Planted bugs in days ahead and in what a leader answers after the close, each with the promise that must notice it.

What may not live here: how a bug is planted (mutants.py).
"""

from board_schema import decide, fold
from board_schema.decide import leaders
from board_schema.decide.lead import _not_come
from board_schema.rules import hidden, picking
from board_schema.rules import lanes as lane_rules
from board_schema.view import people_records
from tests.rules import promises_of_parts as p
from tests.rules.mutants import Mutant

MUTANTS = [
    Mutant(
        "a leader answers before the close",
        leaders.answer,
        "if not board.closed or board.ephemeral:",
        "if False:",
        p.R38_I5_a_leader_answers_what_was_picked_and_not_before_the_close,
    ),
    Mutant(
        "a leader answers whatever was picked",
        picking.to_answer,
        "note.lane in lanes and",
        "lanes.setdefault(note.lane, 0) is not None and",
        p.R38_I5_a_leader_answers_what_was_picked_and_not_before_the_close,
    ),
    Mutant(
        "a leader's answer has no end",
        leaders.answer,
        "limit=limit_of(method, lane)",
        "limit=4_000",
        p.R38_I5_a_leader_answers_what_was_picked_and_not_before_the_close,
    ),
    Mutant(
        "a leader's answer says anything in its fields",
        leaders.answer,
        "checked(field, value)",
        "value",
        p.R38_I5_a_leader_answers_what_was_picked_and_not_before_the_close,
    ),
    Mutant(
        "a leader's answer is linked to nothing",
        leaders.answer,
        "links={method.answer_link: (note,)}",
        "links={}",
        p.R38_I5_a_leader_answers_what_was_picked_and_not_before_the_close,
    ),
    Mutant(
        "only who leads is shown a leader's answer",
        leaders.answer,
        'reach="all"',
        'reach="team"',
        p.R38_I5_a_leader_answers_what_was_picked_and_not_before_the_close,
    ),
    Mutant(
        "the lane for answers stands there before the close",
        lane_rules.declared_lanes,
        "if not lane.answers or board.closed:",
        "if True:",
        p.R38_I5_a_leader_answers_what_was_picked_and_not_before_the_close,
    ),
    Mutant(
        "an answer counts as picked",
        picking.is_picked,
        "and not is_answer(method, note)",
        "",
        p.R38_I5_a_leader_answers_what_was_picked_and_not_before_the_close,
    ),
    Mutant(
        "the last of two leaders wins",
        leaders.answer,
        'stands(old.text if old else "", began)',
        "True",
        p.R38_R25_a_leaders_answer_replaces_only_the_one_that_its_writer_saw,
    ),
    Mutant(
        "an answer lengthens how long a workshop is kept",
        fold.fold,
        "if entry.pid or not board.version else after.last_at",
        "",
        p.R38_an_answer_does_not_keep_a_workshop_longer,
    ),
    Mutant(
        "nobody is waited for",
        _not_come,
        "if not board.ahead or here is None:",
        "if True:",
        p.R37_who_does_not_come_on_the_day_is_waited_for_and_keeps_what_was_written,
    ),
    Mutant(
        "who is there is waited for, too",
        _not_come,
        "and person.seat not in here",
        "",
        p.R37_who_does_not_come_on_the_day_is_waited_for_and_keeps_what_was_written,
    ),
    Mutant(
        "what was written ahead is revealed without its writer",
        hidden.waits,
        "and not author.away",
        "",
        p.R37_who_does_not_come_on_the_day_is_waited_for_and_keeps_what_was_written,
    ),
    Mutant(
        "all see who has not come",
        people_records.seat_record,
        '(person.away and asker.role != "facilitator")',
        "False",
        p.R37_who_does_not_come_on_the_day_is_waited_for_and_keeps_what_was_written,
    ),
    Mutant(
        "who comes late is waited for all the same",
        decide.arrive,
        "away=False",
        "away=True",
        p.R37_who_does_not_come_on_the_day_is_waited_for_and_keeps_what_was_written,
    ),
]
