"""Planted bugs in circles, in what notes are about and in versions, each with the promise that must notice it.

What may not live here: how a bug is planted, and the other mutants (mutants.py and those beside it).
"""

from board_schema.decide import decide, freezing
from board_schema.decide.about import about as say_about
from board_schema.rules import circles, in_sight
from board_schema.rules import freezing as rules_of_freezing
from board_schema.rules.about import _ends, _is_up
from board_schema.rules.circles import named, strong_parts
from board_schema.view import circle_records, differences, note_records, own_records
from tests.rules import promises_of_maps as p
from tests.rules.mutants import Mutant

MUTANTS = [
    Mutant(
        "what slows closes a circle",
        circles,
        'if kind.sign == "plus"',
        "if kind.sign",
        p.R43_V18_a_circle_is_what_leads_on_and_back_and_is_shown_with_all_its_notes,
    ),
    Mutant(
        "a circle of a note that is not seen is shown",
        circle_records._circles,
        "if is_shown(board, board.notes[one], asker)",
        "",
        p.R43_V18_a_circle_is_what_leads_on_and_back_and_is_shown_with_all_its_notes,
    ),
    Mutant(
        "two that lead to one another are no circle",
        strong_parts,
        "if len(part) > 1",
        "if len(part) > 2",
        p.R43_V18_a_circle_is_what_leads_on_and_back_and_is_shown_with_all_its_notes,
    ),
    Mutant(
        "a name goes to any circle that it shares a note with",
        named,
        ">= max(len(part), len(linked)) > 0",
        "> 0",
        p.R43_a_circle_keeps_its_name_while_fewer_than_half_of_its_notes_come_or_go,
    ),
    Mutant(
        "a name is given to several circles",
        named,
        "and name not in found",
        "",
        p.R43_a_circle_keeps_its_name_while_fewer_than_half_of_its_notes_come_or_go,
    ),
    Mutant(
        "anybody says what a note is about",
        say_about,
        'need(board, method, asker, "edit", note=note, reason="locked")',
        "pass",
        p.R43_V18_what_a_note_is_about_is_said_by_who_may_edit_it_and_shown_where_it_is,
    ),
    Mutant(
        "a note is about what lies on any sheet",
        _ends,
        "and note.sheet in lane.about",
        "",
        p.R43_V18_what_a_note_is_about_is_said_by_who_may_edit_it_and_shown_where_it_is,
    ),
    Mutant(
        "a note is about a link that was taken off",
        _is_up,
        "return any(end.id == other",
        "return True or any(end.id == other",
        p.R43_V18_what_a_note_is_about_is_said_by_who_may_edit_it_and_shown_where_it_is,
    ),
    Mutant(
        "what a note was about is still told when it is gone",
        differences.Differences.linking,
        "for end in said for one in self.about_it(end)",
        "for end in said for one in ()",
        p.R43_V18_what_a_note_is_about_is_said_by_who_may_edit_it_and_shown_where_it_is,
    ),
    Mutant(
        "a participant freezes a map",
        decide,
        'case c.Freeze():\n            need(board, method, person, "lead", reason="role")',
        "case c.Freeze():",
        p.R44_a_version_is_what_all_were_shown_and_stays_as_it_stood,
    ),
    Mutant(
        "drafts are frozen",
        rules_of_freezing.as_it_stands,
        'and note.reach == "all"',
        "",
        p.R44_a_version_is_what_all_were_shown_and_stays_as_it_stood,
    ),
    Mutant(
        "what is not sorted is frozen",
        rules_of_freezing.as_it_stands,
        "if tray is None or note.lane != tray.id",
        "",
        p.R44_a_version_is_what_all_were_shown_and_stays_as_it_stood,
    ),
    Mutant(
        "freezing twice makes two versions",
        freezing.freeze,
        "last.notes == notes",
        "False",
        p.R44_a_version_is_what_all_were_shown_and_stays_as_it_stood,
    ),
    Mutant(
        "an answer does not say which version it is about",
        freezing.versioned,
        "version=last.number",
        "version=0",
        p.R44_a_version_is_what_all_were_shown_and_stays_as_it_stood,
    ),
    Mutant(
        "colleagues are sent the notes of all sheets",
        note_records.sent,
        "asker.sight is None",
        "True",
        p.V20_colleagues_are_sent_what_the_round_is_about_and_their_own_notes,
    ),
    Mutant(
        "of an own note that others are not sent its author is told nothing",
        own_records.mine_record,
        "elif hidden:",
        "elif False:",
        p.V20_colleagues_are_sent_what_the_round_is_about_and_their_own_notes,
    ),
    Mutant(
        "what a trial is about is not sent with it",
        in_sight,
        "InSight(sheets, named,",
        "InSight(sheets, frozenset(),",
        p.V20_colleagues_are_sent_what_the_round_is_about_and_their_own_notes,
    ),
]
