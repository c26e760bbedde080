"""What the log says of something that may stop working: once when it does, and once when it works again for good.

A full disk lets a store start and take a few writes before it stops again: that is one outage, and not many.

What may not live here: what is told, and how it is found out.
"""

from __future__ import annotations

import time

STEADY = 10.0  # seconds for which something must have worked before its outage is over


class Outage:
    """Whether one thing works. Each call returns True when its news is to be told."""

    def __init__(self) -> None:
        self.on = False  # that an outage was told, and not yet its end
        self._works_since: float | None = None

    def begins(self) -> bool:
        """It does not work now."""
        self._works_since = None
        before, self.on = self.on, True
        return not before

    def ends(self) -> bool:
        """It works now; True once it has for `STEADY` seconds. Call this again and again while `on`."""
        if not self.on:
            return False
        now = time.monotonic()
        if self._works_since is None:
            self._works_since = now
        if now - self._works_since < STEADY:
            return False
        self.on = False
        return True
