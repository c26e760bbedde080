"""Runs Python's full garbage collections while no frames are sent, so that they delay nobody, and overwrites what was
deleted.

By default Python runs one after many allocations, such as when many people join; with a thousand connections it stops
the event loop for tens of milliseconds. Collections of new objects are made rarer: a board consists of new objects that
stay, and looking at them again and again took four per cent of a busy server's time.

What may not live here: breaking reference cycles.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable

from server.metrics import COUNTS
from server.process import freed

CHECK = 1.0  # seconds between two checks; no frame sent in one makes it a quiet one
QUIET_AFTER = 60.0  # seconds since the last full collection after which a quiet check runs the next
BUSY_AFTER = 600.0  # seconds since the last full collection after which any check runs the next
OVERWRITE_AFTER = 60.0  # seconds after something was deleted at which its memory is overwritten at the latest
AGAIN_AFTER = 30.0  # seconds: longer than the pause between two pings of a connection, and between two of a browser
YOUNG = 5_000  # objects made and not freed yet that start a collection of them, well below a millisecond; in Python 700
NEVER = 1_000_000_000  # collections of the middle generation before Python starts a full one by itself


def hold_back() -> None:
    """Stop Python from starting full collections by itself; `collect` does it from now on."""
    _, middle, _ = gc.get_threshold()
    gc.set_threshold(YOUNG, middle, NEVER)
    gc.collect()
    gc.freeze()  # modules and other permanent objects need no further checks


async def collect(empty: Callable[[], Awaitable[None]] | None = None) -> None:
    """Run full collections at quiet times, until cancelled.

    After a board was sealed or deleted, or somebody removed, one is run at the next quiet check, at the latest after
    `OVERWRITE_AFTER`, and then what was freed is overwritten; and once more after `AGAIN_AFTER`, since a connection
    keeps the last frame that it received until the next, such as the answer to a ping. `empty` is called before, to
    free the buffers that live on.
    """
    looked, sent, last = time.monotonic(), COUNTS.frames, -1
    erased, since, again = COUNTS.erased, 0.0, 0.0
    while True:
        await asyncio.sleep(CHECK)
        now, quiet, sent = time.monotonic(), COUNTS.frames == sent, COUNTS.frames
        if not since and (COUNTS.erased != erased or 0 < again <= now):
            since = now
        overwrite = bool(since) and (quiet or now - since >= OVERWRITE_AFTER)
        if overwrite or now - looked >= BUSY_AFTER or (quiet and sent != last and now - looked >= QUIET_AFTER):
            new = COUNTS.erased - erased
            if overwrite and empty is not None:
                await empty()
            gc.collect()
            looked, last = now, sent
            if overwrite:
                await asyncio.to_thread(freed.overwrite_small)
                erased, since, again = erased + new, 0.0, now + AGAIN_AFTER if new else 0.0
