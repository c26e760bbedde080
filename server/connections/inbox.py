"""Light stand-ins for the queue and the event that uvicorn keeps for each connection.

Thousands of connections lie idle, and an `asyncio.Queue` and an `asyncio.Event` each weigh about a kilobyte. What may
not live here: anything that knows frames, limits or boards.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

MESSAGE_WEIGHT = 64  # bytes that a message counts beside its data


class Inbox:
    """ASGI messages that have come and were not read yet, for one reader. `size`: about how many bytes they hold."""

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
        """Whether nothing is there."""
        return self._messages is None

    @property
    def awaited(self) -> bool:
        """Whether the reader has read everything and waits for more."""
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
    """Whether the output takes more: an event that allocates nothing while nobody waits for it."""

    __slots__ = ("_flows", "_waiting")

    def __init__(self) -> None:
        self._flows = True
        self._waiting: list[asyncio.Future[None]] | None = None

    def is_set(self) -> bool:
        """Whether it takes more."""
        return self._flows

    def clear(self) -> None:
        """It takes no more."""
        self._flows = False

    def set(self) -> None:
        """It takes more; who waited goes on."""
        self._flows = True
        waiting, self._waiting = self._waiting, None
        for future in waiting or ():
            if not future.done():
                future.set_result(None)

    async def wait(self) -> None:
        """Return when it takes more."""
        while not self._flows:
            future = asyncio.get_running_loop().create_future()
            self._waiting = [*(self._waiting or ()), future]
            await future
