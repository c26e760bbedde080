"""Cancelling asyncio tasks reliably.

What may not live here: what the tasks do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN = 0.1  # seconds after which a task that has not ended is cancelled again


async def stop(tasks: Iterable[asyncio.Task[Any] | None]) -> None:
    """Cancel tasks and return when they have ended.

    One cancellation is not always enough: a library's time-out may mistake it for its own cancellation and suppress it,
    if the awaited result arrives at the same moment.
    """
    running = {task for task in tasks if task is not None and not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=AGAIN)
