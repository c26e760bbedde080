"""Coverage-guided fuzzing of what reads untrusted bytes: the codec, the ops' arguments, the rules.

Run by hand, with atheris installed (`pip install atheris`; no part of the tests' needs):

    python tests/machine/chaos/fuzz_wire.py -max_total_time=600

What may not come out of any bytes: an exception other than BadFrame and Refused, an event that
cannot be folded, or an entry that does not survive being packed and unpacked.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from board_schema import decide, method, wire
from board_schema.board import DAY, Actor, Board
from board_schema.commands import Refused, parse
from board_schema.events import Entry
from board_schema.fold import fold
from board_schema.view import audience, personal, view

NOW = 1_700_000_000_000
METHOD = method.parse(
    (Path(method.__file__).parent / "methods" / "dilemmavaerksted.toml").read_text(encoding="utf-8"), file="method"
)


def _begin() -> Board:
    made = decide.create(
        METHOD, board_id="b", seed="s", pid="lead", seat="seat0000", now=NOW, this_year=2026, keep=30 * DAY
    )
    board = fold(Board(), 1, Entry(tuple(made), pid="lead", role="facilitator", at=NOW))
    for number in range(4):
        joined = decide.join(
            board, METHOD, pid=f"p{number}", seat=f"seat000{number + 1}", name="", role="participant", remote=False
        )
        board = fold(board, board.version + 1, Entry(tuple(joined), pid=f"p{number}", role="participant", at=NOW))
    return board


BOARD = _begin()
ACTORS = (Actor("lead", "facilitator"), Actor("p0", "participant"), Actor("", "wall"))


def one_input(data: bytes) -> None:
    """One conversation: each of its messages is cut off by two bytes that tell its length."""
    board, actor = BOARD, ACTORS[data[0] % 3] if data else ACTORS[0]
    at = 1
    while at + 2 < len(data):
        size = int.from_bytes(data[at : at + 2])
        message, at = data[at + 2 : at + 2 + size], at + 2 + size
        with contextlib.suppress(wire.BadFrame, Refused):
            match wire.read(message):
                case wire.Op(n=n, name=name, args=args):
                    events = decide.decide(board, METHOD, actor, parse(name, args), NOW)
                    packed = wire.pack_entry(
                        Entry(tuple(events), pid=actor.pid, role=actor.role, tab="t" * 16, n=n, at=NOW)
                    )
                    board = fold(board, board.version + 1, wire.unpack_entry(packed))
    for seen_by in ACTORS:
        view(board, METHOD, audience(board, seen_by))
        personal(board, METHOD, seen_by)
    assert wire.unpack_board(wire.pack_board(board)) == board


if __name__ == "__main__":
    import atheris  # type: ignore[import-not-found]

    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
