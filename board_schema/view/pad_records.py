"""Records of the scribes' pad: `pad:L`, for scribes and the facilitator only (V15).

What may not live here: which changes require a new record (`table`).
"""

from board_schema.rules import KEEP_PAD, Who
from board_schema.view.kinds import Context, Record


def pad_ids(context: Context, asker: Who) -> list[str]:
    return list(context.board.pad) if asker.role in KEEP_PAD else []


def pad_record(context: Context, asker: Who, line_id: str) -> Record | None:
    """A line of the pad; None where it was deleted, and for everybody who keeps no pad."""
    line = context.board.pad.get(line_id)
    if line is None or asker.role not in KEEP_PAD:
        return None
    return {
        "text": line.text,
        "round": line.round,
        "group": line.group,
        "turn": line.turn,
        "spot": line.spot,
        "card": line.card,
        "can": [] if context.board.closed else ["edit", "delete"],
    }
