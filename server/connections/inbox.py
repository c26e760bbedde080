"""Replacements with less memory for the queue and the event that uvicorn keeps for each connection.

An `asyncio.Queue` and an `asyncio.Event` each take about a kilobyte, also for each of thousands of idle connections.
What may not live here: anything that knows frames, limits or boards.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

MESSAGE_WEIGHT = 64  # bytes counted for a message in addition to its data


class Inbox:
    """A queue of received ASGI messages for one reader. `size`: about how many bytes they hold."""

    __slots__ = ("_messages", "_waiting", "size")

    def __init__(self) -> None:
        self.size = 0
        self._messages: deque[Any] | None = None
        self._waiting: asyncio.Future[None] | None = None

    def put_nowait(self, message: Any) -> None:
        """Add a message."""
        if self._messages is None:
            self._messages = deque()
        self._messages.append(message)
        self.size += _size(message)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def empty(self) -> bool:
        """Whether no message is queued."""
        return self._messages is None

    @property
    def awaited(self) -> bool:
        """Whether the reader has read everything and is waiting for more."""
        return self._waiting is not None and self._messages is None

    async def get(self) -> Any:
        """The oldest message, as soon as there is one."""
        while self._messages is None:
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None
        message = self._messages.popleft()
        self.size -= _size(message)
        if not self._messages:
            self._messages = None
        return message


def _size(message: Any) -> int:
    return MESSAGE_WEIGHT + len(message.get("bytes", b"")) if isinstance(message, dict) else MESSAGE_WEIGHT


class Flow:
    """An event for "the transport takes more data". It allocates nothing while nobody waits."""

    __slots__ = ("_flows", "_waiting")

    def __init__(self) -> None:
        self._flows = True
        self._waiting: list[asyncio.Future[None]] | None = None

    def is_set(self) -> bool:
        """Whether the transport takes more data."""
        return self._flows

    def clear(self) -> None:
        """Mark the transport as full."""
        self._flows = False

    def set(self) -> None:
        """Mark the transport as taking data, and wake the waiters."""
        self._flows = True
        waiting, self._waiting = self._waiting, None
        for future in waiting or ():
            if not future.done():
                future.set_result(None)

    async def wait(self) -> None:
        """Return when the transport takes more data."""
        while not self._flows:
            future = asyncio.get_running_loop().create_future()
            self._waiting = [*(self._waiting or ()), future]
            await future
