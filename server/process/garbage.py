"""When Python looks through everything it holds for garbage: in a quiet moment, so that nobody waits for it.

By itself it does so when much is new, which is when people come in, and then no screen is served for as long as it
takes: tens of milliseconds with a thousand connections.

What may not live here: what is garbage (Python knows), and anything that a test of the rest would need.
"""

from __future__ import annotations

import asyncio
import gc
import time

from server.metrics import COUNTS

LOOK = 1.0  # seconds without a frame sent make a quiet moment
QUIET_AFTER = 60.0  # seconds since the last time, in a quiet moment
BUSY_AFTER = 600.0  # the same where there is none
NEVER = 1_000_000_000  # collections of the middle generation


def hold_back() -> None:
    """From now on, what is new is looked through as before, and everything only when `collect` does it."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)
    gc.collect()
    gc.freeze()  # modules and the like stay anyway


async def collect() -> None:
    """Look through everything now and then, for as long as the server runs."""
    looked, sent, last = time.monotonic(), COUNTS.frames, -1
    while True:
        await asyncio.sleep(LOOK)
        now, quiet, sent = time.monotonic(), COUNTS.frames == sent, COUNTS.frames
        if now - looked >= BUSY_AFTER or (quiet and sent != last and now - looked >= QUIET_AFTER):
            gc.collect()
            looked, last = now, sent
