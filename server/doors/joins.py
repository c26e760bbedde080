"""How fast people may join: limits by network and by board, which a room full of phones does not reach (H7).

What may not live here: clocks (times are passed in, in seconds), and HTTP.
"""

from __future__ import annotations

from server.doors.bucket import Bucket

NETWORK_BURST, NETWORK_RATE = 80, 2.0  # people from one address (Caller.network) at once, and then each second
BOARD_BURST, BOARD_RATE = 300, 10.0  # people into one board at once, and then each second
MOST = 10_000  # networks, and boards, that are counted; above it the one that joined longest ago is dropped


class Joins:
    """Counts who joins, by network and by board. Times are in seconds."""

    def __init__(self) -> None:
        self._networks: dict[str, Bucket] = {}  # the one that joined last is the last
        self._boards: dict[str, Bucket] = {}

    def take(self, network: str, *, board: str, now: float) -> float:
        """Count one person who joins; or, when there are too many, the seconds until another may (nothing counted)."""
        theirs = _of(self._networks, network, rate=NETWORK_RATE, burst=NETWORK_BURST, now=now)
        boards = _of(self._boards, board, rate=BOARD_RATE, burst=BOARD_BURST, now=now)
        wait = max(theirs.wait(now), boards.wait(now))
        if not wait:
            theirs.take(now)
            boards.take(now)
        return wait

    def __len__(self) -> int:
        return max(len(self._networks), len(self._boards))


def _of(buckets: dict[str, Bucket], name: str, *, rate: float, burst: float, now: float) -> Bucket:
    found = buckets.pop(name, None) or Bucket(rate=rate, burst=burst, now=now)
    buckets[name] = found
    if len(buckets) > MOST:
        del buckets[next(iter(buckets))]
    return found
