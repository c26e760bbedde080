"""How fast people may join: limits by network and by board, which a room full of phones does not reach (H7).

What may not live here: clocks (times are passed in, in seconds), and HTTP.
"""

from __future__ import annotations

from server.doors.bucket import Buckets

NETWORK_BURST, NETWORK_RATE = 80, 2.0  # people from one address (Caller.network) at once, and then each second
BOARD_BURST, BOARD_RATE = 300, 10.0  # people into one board at once, and then each second


class Joins:
    """Counts who joins, by network and by board. Times are in seconds."""

    def __init__(self) -> None:
        self._networks = Buckets(rate=NETWORK_RATE, burst=NETWORK_BURST)
        self._boards = Buckets(rate=BOARD_RATE, burst=BOARD_BURST)

    def take(self, network: str, *, board: str, now: float) -> float:
        """Count one person who joins; or, when there are too many, the seconds until another may (nothing counted)."""
        theirs, boards = self._networks.of(network, now), self._boards.of(board, now)
        wait = max(theirs.wait(now), boards.wait(now))
        if not wait:
            theirs.take(now)
            boards.take(now)
        return wait

    def forget_old(self, *, now: float) -> None:
        """Drop the networks and boards whose joining does not count any more."""
        self._networks.forget_full(now)
        self._boards.forget_full(now)

    def __len__(self) -> int:
        return max(len(self._networks), len(self._boards))
