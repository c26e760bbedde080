"""Connections that have not sent a complete HTTP request: their time limits and their greatest number.

Browsers send a request at once. A client that opens connections and sends nothing, or half a request, is disconnected
after a time limit. When `MOST` such connections are open, the oldest is closed, so new ones are always accepted.

What may not live here: how requests are answered (server/web), and what follows a handshake (server/connections).
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_WITHIN = 10.0  # seconds for a request's head to arrive, counted from the connect or the answer before it
BODY_WITHIN = 20.0  # seconds for its body, counted from the head
MOST = 2_000  # connections without a complete request at a time
LOOK = 1.0  # seconds between two checks of the time limits


class PendingConnections:
    """Connections without a complete request, and until when each may stay so; oldest first."""

    def __init__(self) -> None:
        self._until: dict[Any, float] = {}  # by loop time
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        return len(self._until)

    def wait_for(self, connection: Any, *, within: float, loop: asyncio.AbstractEventLoop) -> None:
        """Start a time limit of `within` seconds; it may be closed sooner when more than `MOST` are pending."""
        self._until.pop(connection, None)
        self._until[connection] = loop.time() + within
        while len(self._until) > MOST:
            self._close(next(iter(self._until)))
        if self._timer is None or self._loop is not loop:
            self._loop, self._timer = loop, loop.call_later(LOOK, self._check, loop)

    def done(self, connection: Any) -> None:
        """End its time limit: the request is complete, or the connection is closed."""
        self._until.pop(connection, None)

    def _check(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for connection in [each for each, until in self._until.items() if until <= now]:
            self._close(connection)
        self._timer = loop.call_later(LOOK, self._check, loop) if self._until else None

    def _close(self, connection: Any) -> None:
        self._until.pop(connection, None)
        connection.transport.abort()


class TimedHttp(H11Protocol):
    """uvicorn's HTTP protocol with time limits. The base class is not public API: tests check what we use of it."""

    pending = PendingConnections()  # one for the process

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time limit of the first request."""
        super().connection_made(transport)
        self.pending.wait_for(self, within=HEAD_WITHIN, loop=self.loop)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.pending.done(self)
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """After new bytes: end the time limit when the request is complete, start the body's after its head."""
        before = self.cycle
        super().handle_events()
        now: RequestResponseCycle | None = self.cycle  # None until the first head
        if now is None or now.response_complete:
            return
        if not now.more_body:
            self.pending.done(self)
        elif now is not before:
            self.pending.wait_for(self, within=BODY_WITHIN, loop=self.loop)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Refuse a handshake with a body; for the rest server/connections has a time limit (until hello)."""
        if {b"content-length", b"transfer-encoding"} & {name for name, _ in self.headers}:
            self.send_400_response("A handshake has no body.")
            return
        self.pending.done(self)
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        """Start the time limit of the next request on this connection."""
        if not self.transport.is_closing():
            self.pending.wait_for(self, within=HEAD_WITHIN, loop=self.loop)
        super().on_response_complete()
