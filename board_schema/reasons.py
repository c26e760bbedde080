"""The reasons with which an op is refused: a new one is a word here, a row in SPEC 5, and a text in static/text."""

from typing import Literal, get_args

Reason = Literal[
    "role", "round", "turn", "not_yours", "no_note", "no_lane", "lane_closed", "locked", "too_long", "empty",
    "full", "share", "closed", "turns_left", "depth_first", "no_row", "row_in_use", "no_group", "group_in_use",
    "group_size", "no_seat", "taken", "nothing_to_undo", "not_ready_here", "years_in_use", "sealed", "unknown_op",
    "bad_op", "bad_text", "store_away", "fault", "out_of_order", "changed", "no_part",
    "needs_left", "no_field", "bad_value", "unanswered", "day_order",
    "no_mark", "no_link", "no_about", "itself", "linked", "links_full", "nothing_kept", "programme",
    "no_sitting", "answered", "no_card", "day_past", "day_far",
]  # fmt: skip
REASONS: tuple[str, ...] = get_args(Reason)


class Refused(Exception):
    """An op is refused, with a reason from `REASONS`."""

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__(reason)
