"""Token buckets, for limits on how often something may be done.

What may not live here: clocks (times are passed in), and the limits themselves.
"""

from __future__ import annotations

from collections.abc import Hashable

MOST = 10_000  # names with a bucket of their own; above it the one that was used longest ago is dropped


class Bucket:
    """A token bucket: `burst` at once, then `rate` a second. Times are in seconds."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, *, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = now

    def take(self, now: float) -> float:
        """Take one token, in advance if there is none; returns the seconds until it is due (0: now)."""
        self._level = min(self._burst, self._level + max(0.0, now - self._at) * self._rate) - 1
        self._at = now
        return 0.0 if self._level >= 0 else -self._level / self._rate

    def wait(self, now: float) -> float:
        """The seconds until there is a token; 0: now. Takes none."""
        level = min(self._burst, self._level + max(0.0, now - self._at) * self._rate)
        return max(0.0, 1 - level) / self._rate

    def take_at_once(self, now: float) -> bool:
        """Take one token if there is one, and return whether there was."""
        level = min(self._burst, self._level + max(0.0, now - self._at) * self._rate)
        if level < 1:
            return False
        self._level, self._at = level - 1, now
        return True

    def full(self, now: float) -> bool:
        """Whether it is as if it had never been used."""
        return self._level + max(0.0, now - self._at) * self._rate >= self._burst


class Buckets:
    """A bucket for each of many names: people, boards, addresses. Times are in seconds."""

    def __init__(self, *, rate: float, burst: float, most: int = MOST) -> None:
        self._rate = rate
        self._burst = burst
        self._most = most
        self._buckets: dict[Hashable, Bucket] = {}  # the one that was used last is the last

    def of(self, name: Hashable, now: float) -> Bucket:
        """The bucket of a name."""
        found = self._buckets.pop(name, None) or Bucket(rate=self._rate, burst=self._burst, now=now)
        self._buckets[name] = found
        if len(self._buckets) > self._most:
            del self._buckets[next(iter(self._buckets))]
        return found

    def forget_full(self, now: float) -> None:
        """Drop the names whose bucket is full."""
        self._buckets = {name: bucket for name, bucket in self._buckets.items() if not bucket.full(now)}

    def __len__(self) -> int:
        return len(self._buckets)
