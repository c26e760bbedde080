"""Rules that `decide` and `view` share: rights, visibility of notes, lanes, hidden notes, planned minutes, undo.

Exports the names of the modules beside this one. What may not live here: any rule itself.
"""

from board_schema.rules.caps import at_last, no_room, people_here, share_of
from board_schema.rules.hidden import (
    GRID,
    STEPS,
    counted,
    drafts_until,
    in_hand,
    may_be_revealed,
    next_count,
    phones,
    piles,
    step_of,
    waits,
    wrote,
)
from board_schema.rules.lanes import (
    depth_missing,
    lanes_of,
    limit_of,
    missing,
    open_lanes,
    opened_so_far,
    revealable_lanes,
    row_used,
    takes_from,
    why_closed,
)
from board_schema.rules.minutes import crowd, more_minutes, planned, planned_minutes
from board_schema.rules.permission import WRITERS, Action, Who, granted, has_turn, may, rowless, turn_of, who, who_is
from board_schema.rules.sight import later_devices, own_pids, pids_acted_for, read_up_to, sees
from board_schema.rules.undoing import undoable

__all__ = [
    "GRID",
    "STEPS",
    "WRITERS",
    "Action",
    "Who",
    "at_last",
    "counted",
    "crowd",
    "depth_missing",
    "drafts_until",
    "granted",
    "has_turn",
    "in_hand",
    "lanes_of",
    "later_devices",
    "limit_of",
    "may",
    "may_be_revealed",
    "missing",
    "more_minutes",
    "next_count",
    "no_room",
    "open_lanes",
    "opened_so_far",
    "own_pids",
    "people_here",
    "phones",
    "pids_acted_for",
    "piles",
    "planned",
    "planned_minutes",
    "read_up_to",
    "revealable_lanes",
    "row_used",
    "rowless",
    "sees",
    "share_of",
    "step_of",
    "takes_from",
    "turn_of",
    "undoable",
    "waits",
    "who",
    "who_is",
    "why_closed",
    "wrote",
]
