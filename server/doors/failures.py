"""How often an address has failed to open a door, and how much that slows its next answers (H2).

What may not live here: clocks (times are handed in, in milliseconds), and waiting.
"""

from __future__ import annotations

from dataclasses import dataclass

FREE_FAILURES = 60  # wrong codes from one address in a WINDOW before answers are slowed
WINDOW = 600_000  # milliseconds that a failure counts
SLOWEST = 5.0  # seconds
MOST_ADDRESSES = 10_000  # that are remembered; beyond, the oldest is forgotten
CREATIONS = 30  # workshops an address may make in an HOUR
HOUR = 3_600_000  # milliseconds


@dataclass(slots=True)
class _Count:
    number: int
    until: int


class Failures:
    """How often an address has failed; only failures are ever counted, and forgotten soon (H2).

    Forty phones behind one address that type the right code leave no trace here. Times are in
    milliseconds.
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
        """How many failures still count."""
        count = self._counts.get(address)
        return 0 if count is None or count.until <= now else count.number

    def left(self, address: str, *, now: int) -> float:
        """In how many seconds the address's failures are forgotten; 0 when it has none."""
        count = self._counts.get(address)
        return 0.0 if count is None else max(0.0, (count.until - now) / 1000)

    def pause(self, address: str, *, now: int) -> float:
        """How many seconds the next answer waits: 0 within the free ones, never a lock-out."""
        over = self.number(address, now=now) - self._free
        return 0.0 if over < 0 else min(SLOWEST, 0.5 + over * 0.1)

    def _make_room(self, now: int) -> None:
        if len(self._counts) < MOST_ADDRESSES:
            return
        self._counts = {a: c for a, c in self._counts.items() if c.until > now}
        while len(self._counts) >= MOST_ADDRESSES:
            del self._counts[next(iter(self._counts))]

    def forget_old(self, *, now: int) -> None:
        """Let go of addresses whose failures no longer count."""
        self._counts = {a: c for a, c in self._counts.items() if c.until > now}

    def __len__(self) -> int:
        return len(self._counts)
