"""Planted bugs in links, each with the promise that must notice it.

What may not live here: how a bug is planted, and the other mutants (mutants.py, mutants_of_parts.py).
"""

from board_schema.decide import links
from board_schema.rules import links as link_rules
from board_schema.view import differences, note_records
from tests.rules import promises_of_parts as p
from tests.rules.mutants import Mutant

MUTANTS = [
    Mutant(
        "anybody links any note",
        links._ends,
        'need(board, method, asker, "link", note=note, kind=kind.id, reason="locked")',
        "pass",
        p.R39_V18_links_are_set_by_whom_the_round_grants_them_and_shown_with_both_ends,
    ),
    Mutant(
        "a link to a note that is not seen is shown",
        note_records._links,
        "if is_shown(context.board, other, asker)",
        "",
        p.R39_V18_links_are_set_by_whom_the_round_grants_them_and_shown_with_both_ends,
    ),
    Mutant(
        "what all see is linked to what a group sees",
        links.link,
        "not _seen_as_widely(note, other)",
        "False",
        p.R39_V18_links_are_set_by_whom_the_round_grants_them_and_shown_with_both_ends,
    ),
    Mutant(
        "a note is linked to itself",
        links._ends,
        "note.id == other.id",
        "False",
        p.R39_V18_links_are_set_by_whom_the_round_grants_them_and_shown_with_both_ends,
    ),
    Mutant(
        "a note that was taken down is still told of",
        differences.Differences.linking,
        "[] if _end(old) == _end(new) else [key]",
        "[]",
        p.R39_V18_links_are_set_by_whom_the_round_grants_them_and_shown_with_both_ends,
    ),
    Mutant(
        "a link stands wherever its ends lie",
        link_rules.joins,
        "and sheet.among(kind.ends, other.lane)",
        "",
        p.R39_a_link_is_not_shown_while_an_end_lies_where_it_does_not_lead_and_one_takes_the_place_of_another,
    ),
    Mutant(
        "a link that did not stand comes back beside another one",
        links._linked,
        "away[: max(0, kind.most - len(now))]",
        "away",
        p.R39_a_link_is_not_shown_while_an_end_lies_where_it_does_not_lead_and_one_takes_the_place_of_another,
    ),
]
