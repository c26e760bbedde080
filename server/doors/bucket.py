"""A token bucket, for limits on how often something may be done.

What may not live here: clocks (times are passed in), and the limits themselves.
"""

from __future__ import annotations


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
