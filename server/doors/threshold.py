"""The threshold: connections that have asked for nothing yet, or not the whole of it, and when they are let go.

A phone asks at once. Whoever opens connections and says nothing, or half a line, is not waited for for long; and there
are only so many of them at a time: the oldest goes, so that nobody who asks is ever shut out.

What may not live here: what is asked for (pages.py), and what comes after a handshake (server/connections).
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_WITHIN = 10.0  # seconds for a request's head to come, from the connection's beginning or the answer before it
BODY_WITHIN = 20.0  # seconds for its body, from then on
MOST = 2_000  # connections that are waited for at a time
LOOK = 1.0  # seconds between two looks


class Threshold:
    """Connections that have asked for nothing yet, the one that has waited longest first."""

    def __init__(self) -> None:
        self._until: dict[Any, float] = {}  # by loop time
        self._look: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        return len(self._until)

    def wait_for(self, connection: Any, *, within: float, loop: asyncio.AbstractEventLoop) -> None:
        """It has so many seconds, and less when very many wait."""
        self._until.pop(connection, None)
        self._until[connection] = loop.time() + within
        while len(self._until) > MOST:
            self._let_go(next(iter(self._until)))
        if self._look is None or self._loop is not loop:
            self._loop, self._look = loop, loop.call_later(LOOK, self._look_round, loop)

    def done(self, connection: Any) -> None:
        """It has asked, or is gone."""
        self._until.pop(connection, None)

    def _look_round(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for connection in [each for each, until in self._until.items() if until <= now]:
            self._let_go(connection)
        self._look = loop.call_later(LOOK, self._look_round, loop) if self._until else None

    def _let_go(self, connection: Any) -> None:
        self._until.pop(connection, None)
        connection.transport.abort()


class Asking(H11Protocol):
    """uvicorn's HTTP, which waits for no request for ever. Not a public class of uvicorn's: tests hold what is used."""

    threshold = Threshold()  # one for the process

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is at the door."""
        super().connection_made(transport)
        self.threshold.wait_for(self, within=HEAD_WITHIN, loop=self.loop)

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self.threshold.done(self)
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Bytes came: is it a whole head by now, and a whole body?"""
        before = self.cycle
        super().handle_events()
        asked: RequestResponseCycle | None = self.cycle  # None until the first head
        if asked is None or asked.response_complete:
            return
        if not asked.more_body:
            self.threshold.done(self)
        elif asked is not before:
            self.threshold.wait_for(self, within=BODY_WITHIN, loop=self.loop)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """The socket room waits for the hello, and nobody for a handshake's body."""
        if {b"content-length", b"transfer-encoding"} & {name for name, _ in self.headers}:
            self.send_400_response("A handshake has no body.")
            return
        self.threshold.done(self)
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        """Answered; the next request has the same time again."""
        if not self.transport.is_closing():
            self.threshold.wait_for(self, within=HEAD_WITHIN, loop=self.loop)
        super().on_response_complete()


def more_files() -> None:
    """Let this process hold as many connections as the system allows; the usual limit, 1,024, is less than a room."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
