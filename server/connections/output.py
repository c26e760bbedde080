"""The output of a connection: its interface, and the implementation that uses only ASGI's `send`.

What may not live here: what is sent (server/boards/session.py), and the faster implementation that writes to the
transport (protocol.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from starlette.types import Send

STALLED_UNSEEN = 20.0  # the same where it cannot be seen whether bytes are taken


class Output(Protocol):
    """Sends the frames of one connection."""

    ready: Callable[[], None] | None  # to be called when it can take more again

    @property
    def open(self) -> bool:
        """Whether it takes frames now."""

    def write(self, frames: list[bytes]) -> None:
        """Send frames; only when `open`. Never waits."""

    def stalled(self, now: float) -> bool:
        """Whether the client has taken no bytes for too long. `now`: seconds."""

    def abort(self) -> None:
        """Close at once, without a close frame."""


class SendOutput:
    """An output that uses only ASGI's `send`: one batch at a time, each in a task."""

    ready: Callable[[], None] | None = None

    def __init__(self, send: Send) -> None:
        self._send = send
        self._task: asyncio.Task[None] | None = None
        self._since = 0.0

    @property
    def open(self) -> bool:
        """Whether no batch is being sent."""
        return self._task is None

    def write(self, frames: list[bytes]) -> None:
        """Send frames in a new task."""
        self._since = asyncio.get_running_loop().time()
        self._task = asyncio.create_task(self._relay(frames))

    async def _relay(self, frames: list[bytes]) -> None:
        try:
            for frame in frames:
                await self._send({"type": "websocket.send", "bytes": frame})
        except Exception:
            return  # disconnected; the reader notices it too
        self._task = None
        if self.ready is not None:
            self.ready()

    def stalled(self, now: float) -> bool:
        """Whether sending one batch has taken too long."""
        return self._task is not None and now - self._since >= STALLED_UNSEEN

    def abort(self) -> None:
        """Stop sending; the web server closes the connection."""
        if self._task is not None:
            self._task.cancel()
