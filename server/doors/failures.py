"""Counts of failed attempts by address, and the delay of the next answers that follows from them (H2).

What may not live here: clocks (times are passed in, in milliseconds), and waiting.
"""

from __future__ import annotations

from dataclasses import dataclass

FREE_FAILURES = 60  # wrong codes from one address in a WINDOW before answers are slowed
WINDOW = 600_000  # milliseconds for which a failure counts
SLOWEST = 5.0  # seconds: the longest delay of an answer
MOST_ADDRESSES = 10_000  # addresses with a count; above that the oldest count is dropped
CREATIONS = 30  # workshops an address may make in an HOUR
HOUR = 3_600_000  # milliseconds


@dataclass(slots=True)
class _Count:
    number: int
    until: int


class Failures:
    """Counts failures by address, each for `window` milliseconds; successes are not counted (H2).

    So many phones behind one address do not slow each other down. Times are in milliseconds.
    """

    def __init__(self, *, free: int = FREE_FAILURES, window: int = WINDOW) -> None:
        self._free = free
        self._window = window
        self._counts: dict[str, _Count] = {}

    def add(self, address: str, *, now: int) -> None:
        """Count one failure."""
        count = self._counts.get(address)
        if count is None or count.until <= now:
            self._make_room(now)
            self._counts[address] = _Count(1, now + self._window)
        else:
            count.number += 1

    def number(self, address: str, *, now: int) -> int:
        """How many failures of the address count at `now`."""
        count = self._counts.get(address)
        return 0 if count is None or count.until <= now else count.number

    def left(self, address: str, *, now: int) -> float:
        """Seconds until the address's failures no longer count; 0 when it has none."""
        count = self._counts.get(address)
        return 0.0 if count is None else max(0.0, (count.until - now) / 1000)

    def pause(self, address: str, *, now: int) -> float:
        """Delay of the next answer in seconds: 0 for up to `free` failures, never more than `SLOWEST`."""
        over = self.number(address, now=now) - self._free
        return 0.0 if over < 0 else min(SLOWEST, 0.5 + over * 0.1)

    def _make_room(self, now: int) -> None:
        if len(self._counts) < MOST_ADDRESSES:
            return
        self._counts = {a: c for a, c in self._counts.items() if c.until > now}
        while len(self._counts) >= MOST_ADDRESSES:
            del self._counts[next(iter(self._counts))]

    def forget_old(self, *, now: int) -> None:
        """Drop the counts of addresses whose failures no longer count."""
        self._counts = {a: c for a, c in self._counts.items() if c.until > now}

    def __len__(self) -> int:
        return len(self._counts)
