"""uvicorn's WebSocket protocol with access to its transport: frames are written straight to it.

What may not live here: hello, ops and boards (handler.py). It is no public class of uvicorn's: tests hold which members
are used, and `SendOutput` (output.py) serves where it is missing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.server import ServerProtocol

from server.boards.feed import Batch
from server.connections.inbox import Flow, Inbox
from server.doors.bucket import Bucket

EXTENSION = "tavle.connection"  # under which our protocol class stands in a scope
LARGEST_MESSAGE = 64 * 1024  # bytes; above `wire.MAX_FRAME` we still say why we hang up
READ_AHEAD = 64 * 1024  # bytes of frames that may wait for their reader before no more are read
FULL = 16 * 1024  # bytes that wait in our own buffer, above which a connection is left out until they are gone
STALLED = 5.0  # seconds without a single byte taken, after which a connection is cut
SIDE_RATE, SIDE_BURST = 60, 120  # drags and pings a second, and at once


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol: frames are written straight to the transport, whose buffer shows which connection is slow."""

    # Also what uvicorn's own class puts into a dictionary: thousands of these lie idle.
    __slots__ = (
        "_before_ping", "_close_sent", "_moved_at", "_small", "_waiting", "app", "app_state", "asgi_version",
        "client", "close_timeout", "close_timer", "config", "conn", "connections", "curr_msg_data_type",
        "default_headers", "disconnected", "flood", "frames", "handshake_complete", "handshake_initiated", "hear",
        "inbox", "initial_response", "last_ping_rtt", "logger", "loop", "open", "pending_ping_payload", "ping_interval",
        "ping_sent_at", "ping_timeout", "ping_timer", "pong_timer", "queue", "read_ahead", "read_paused", "ready",
        "request", "response", "root_path", "scheme", "scope", "server", "tasks", "transport", "writable",
    )  # fmt: skip

    open: bool
    """Whether frames may be written now."""

    ready: Callable[[], None] | None
    hear: Callable[[bytes, bool], bool] | None
    """Asked first about a message, with whether the reader waits for one: True when it has been taken."""

    flood: Callable[[], None] | None
    """Called when there are too many frames that no reader sees (P7)."""

    read_ahead: int
    """Bytes that may wait for the reader; one message may wait in any case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.open = False
        self.ready = None
        self.hear = None
        self.flood = None
        self.read_ahead = 0
        super().__init__(*args, **kwargs)
        self.conn = ServerProtocol(max_size=LARGEST_MESSAGE, logger=logging.getLogger("uvicorn.error"))
        self.inbox = Inbox()
        self.queue = cast(Any, self.inbox)
        self.writable = cast(Any, Flow())
        self._waiting = -1
        self._moved_at = 0.0
        self._before_ping = 0
        self._small: Bucket | None = None

    def handle_connect(self, event: Request) -> None:
        """Put ourselves into the scope of the task that has just been planned."""
        super().handle_connect(event)
        if not self.handshake_complete:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    def shaken(self) -> None:
        """The handshake is done: frames may be written, and what only it needed is let go of."""
        cast(dict[str, Any], self.scope).clear()
        self.request.headers.clear()
        self.response.headers.clear()
        self.transport.set_write_buffer_limits(high=FULL)
        self._look()

    def _look(self) -> None:
        self.open = (
            self.writable.is_set()
            and self.handshake_complete
            and not (self.close_sent or self.disconnected or self.transport.is_closing())
        )

    @property
    def close_sent(self) -> bool:
        """Whether our close frame has been sent."""
        return self._close_sent

    @close_sent.setter
    def close_sent(self, sent: bool) -> None:
        self._close_sent = sent
        self.open = self.open and not sent

    def pause_writing(self) -> None:
        """The buffer is full."""
        super().pause_writing()
        self.open = False

    def resume_writing(self) -> None:
        """The buffer has drained."""
        super().resume_writing()
        self._waiting = -1
        self._look()
        if self.ready is not None:
            self.ready()

    def handle_ping(self) -> None:
        """A ping of the WebSocket's own, which no browser sends: answered as often as one of ours would be."""
        if not self._flooded():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """An answer to a ping of ours, or of nobody's."""
        if not self._flooded():
            super().handle_pong(event)

    def handle_cont(self, event: Frame) -> None:
        """A part of a message, which may be empty."""
        if not self._flooded():
            super().handle_cont(event)

    def _flooded(self) -> bool:
        """Whether there are too many frames that no session sees, and so none slows down: closed with 4003 (P7)."""
        if self.transport.is_closing():
            return True
        now = self.loop.time()
        if self._small is None:
            self._small = Bucket(rate=SIDE_RATE, burst=SIDE_BURST, now=now)
        if not self._small.take(now):
            return False
        if self.flood is None or self.close_sent:
            self.abort()
        elif not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()
            self.flood()
        return True

    def handle_close(self, event: Frame) -> None:
        """A close frame came."""
        self.open = False
        super().handle_close(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self.open = False
        super().connection_lost(exc)

    def write(self, frames: list[bytes]) -> None:
        """Write frames; how they look on the way is the same for everybody, so it is made once for many."""
        if type(frames) is not Batch:
            # Not joined: a first picture is large, and the same for many.
            self.transport.writelines([part for frame in frames for part in (_header(len(frame)), frame)])
            return
        if not frames.framed:
            frames.framed = _framed(frames)
        self.transport.write(frames.framed)

    def stalled(self, now: float) -> bool:
        """Whether a full buffer, ours and the system's, has not moved for too long."""
        if self.writable.is_set() or self.disconnected:
            self._waiting = -1
            return False
        waiting = self._unsent()
        if self._waiting < 0 or waiting < self._waiting:
            self._moved_at = now
        self._waiting = waiting
        return now - self._moved_at >= STALLED

    def abort(self) -> None:
        """Reset the connection; what the buffers, ours and the system's, still hold is dropped."""
        self.open = False
        sock = self.transport.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError, ValueError, RuntimeError):
            # A reset instead of a goodbye: it frees what the system holds at once, and tells the other end.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def send_receive_event_to_app(self) -> None:
        """Hand a whole message on: what needs no waiting at once, the rest by way of the inbox.

        Reading goes on until `read_ahead` bytes wait, so that pongs and a close are seen while ops are slowed down.
        Text is not part of the protocol: it is handed on empty, without decoding it (4500).
        """
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "text":
            self.inbox.put_nowait({"type": "websocket.receive", "text": ""})
        elif self.hear is not None and self.hear(data, self.inbox.awaited):
            return
        else:
            self.inbox.put_nowait({"type": "websocket.receive", "bytes": data})
        if not self.read_paused and self.inbox.size > self.read_ahead:
            self.read_paused = True
            self.transport.pause_reading()

    def send_keepalive_ping(self) -> None:
        """Ask whether the other end is there, and remember what still waits before the question."""
        super().send_keepalive_ping()
        self._before_ping = self._unsent()

    def keepalive_timeout(self) -> None:
        """No pong in time: abort, unless it may still be on its way.

        That is so while we do not read (a pong waits behind what we have not read), and while the other end still takes
        bytes that were sent before the ping.
        """
        waiting = self._unsent()
        if (self.read_paused or 0 < waiting < self._before_ping) and self.ping_timeout is not None:
            self._before_ping = waiting
            self.pong_timer = self.loop.call_later(self.ping_timeout, self.keepalive_timeout)
            return
        self.pong_timer = None
        self.abort()

    def _unsent(self) -> int:
        return self.transport.get_write_buffer_size() + _in_kernel(self.transport)


def _framed(frames: list[bytes]) -> bytes:
    parts: list[bytes] = []
    for frame in frames:
        parts += (_header(len(frame)), frame)
    return b"".join(parts)


def _header(length: int) -> bytes:
    """The header of a whole binary frame from a server (RFC 6455, 5.2)."""
    if length < 126:
        return bytes((0x82, length))
    if length < 65_536:
        return b"\x82\x7e" + length.to_bytes(2)
    return b"\x82\x7f" + length.to_bytes(8)


def _in_kernel(transport: asyncio.Transport) -> int:
    """Bytes that the system holds for a connection and the other end has not taken, if it says."""
    if sys.platform != "linux":
        return 0
    import fcntl
    import termios

    sock = transport.get_extra_info("socket")
    try:
        return int.from_bytes(fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
    except (OSError, AttributeError):
        return 0
