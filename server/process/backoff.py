"""When to start again what has stopped: at once after a steady run, else after pauses that double.

What may not live here: starting anything.
"""

from __future__ import annotations

import time

STEADY = 1.0  # seconds: what ran this long before it stopped is started again at once
LONGEST_PAUSE = 5.0  # seconds between two attempts to start what keeps stopping


class BackOff:
    """The next start of one thing."""

    def __init__(self) -> None:
        self.due: float | None = None  # monotonic time of the next start; None while none is planned
        self._pause = 0.0

    def later(self, *, ran: float) -> None:
        """Plan a start of what has stopped after running for `ran` seconds."""
        self._pause = 0.0 if ran > STEADY else min(self._pause * 2 or 0.1, LONGEST_PAUSE)
        self.due = time.monotonic() + self._pause

    def take(self) -> bool:
        """Whether a start is due now; it is planned no longer then."""
        if self.due is None or self.due > time.monotonic():
            return False
        self.due = None
        return True
