"""uvicorn's WebSocket protocol, changed to write frames straight to its transport.

uvicorn does not document this class as public: a test checks the members used here, and `SendOutput` (output.py) is
used where the class is missing. What may not live here: hello, ops and boards (handler.py).
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

EXTENSION = "tavle.connection"  # the scope's extension that holds the SocketProtocol
LARGEST_MESSAGE = 64 * 1024  # bytes; between `wire.MAX_FRAME` and this, a close code says what was wrong
READ_AHEAD = 64 * 1024  # bytes of received frames that may wait for the reader before reading stops
FULL = 16 * 1024  # bytes in the transport's buffer above which a connection is sent nothing until it has drained
STALLED = 5.0  # seconds without a single byte taken, after which a connection is closed
SIDE_RATE, SIDE_BURST = 60, 120  # drags and pings per second, and in one burst


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, writing straight to the transport, whose buffer shows which connection is slow.

    It is the `Output` of its handler.
    """

    # Includes the attributes of uvicorn's own class: without a __dict__ an idle connection takes less memory.
    __slots__ = (
        "_before_ping",
        "_close_sent",
        "_control_frames",
        "_moved_at",
        "_unsent_before",
        "app",
        "app_state",
        "asgi_version",
        "client",
        "close_timeout",
        "close_timer",
        "config",
        "conn",
        "connections",
        "curr_msg_data_type",
        "default_headers",
        "disconnected",
        "flood",
        "frames",
        "handle",
        "handshake_complete",
        "handshake_initiated",
        "inbox",
        "initial_response",
        "last_ping_rtt",
        "logger",
        "loop",
        "open",
        "pending_ping_payload",
        "ping_interval",
        "ping_sent_at",
        "ping_timeout",
        "ping_timer",
        "pong_timer",
        "queue",
        "read_ahead",
        "read_paused",
        "ready",
        "request",
        "response",
        "root_path",
        "scheme",
        "scope",
        "server",
        "tasks",
        "transport",
        "writable",
    )  # fmt: skip

    open: bool
    """Whether frames may be written now."""

    ready: Callable[[], None] | None
    handle: Callable[[bytes, bool], bool] | None
    """Called first with each message, and whether the reader is idle. True: the message has been handled."""

    flood: Callable[[], None] | None
    """Called when there are too many control frames and fragments, which no reader sees (P7)."""

    read_ahead: int
    """Bytes that may wait for the reader. One message may always wait."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.open = False
        self.ready = None
        self.handle = None
        self.flood = None
        self.read_ahead = 0
        super().__init__(*args, **kwargs)
        self.conn = ServerProtocol(max_size=LARGEST_MESSAGE, logger=logging.getLogger("uvicorn.error"))
        self.inbox = Inbox()
        self.queue = cast(Any, self.inbox)
        self.writable = cast(Any, Flow())
        self._unsent_before = -1
        self._moved_at = 0.0
        self._before_ping = 0
        self._control_frames: Bucket | None = None

    def handle_connect(self, event: Request) -> None:
        """Put this object into the scope of the task that uvicorn has just created."""
        super().handle_connect(event)
        if not self.handshake_complete:
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = self

    def handshake_done(self) -> None:
        """The handshake is done: allow writing, and free the memory that only the handshake needed."""
        cast(dict[str, Any], self.scope).clear()
        self.request.headers.clear()
        self.response.headers.clear()
        self.transport.set_write_buffer_limits(high=FULL)
        self._update_open()

    def _update_open(self) -> None:
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
        """The buffer has drained: let the handler send what is due."""
        super().resume_writing()
        self._unsent_before = -1
        self._update_open()
        if self.ready is not None:
            self.ready()

    def handle_ping(self) -> None:
        """Answer a WebSocket ping frame (no browser sends one), within the same limit as the protocol's own pings."""
        if not self._flooded():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """Take a pong frame, within the limit: a client may also send unrequested ones."""
        if not self._flooded():
            super().handle_pong(event)

    def handle_cont(self, event: Frame) -> None:
        """Take a continuation frame, within the limit: it may be empty."""
        if not self._flooded():
            super().handle_cont(event)

    def _flooded(self) -> bool:
        """Whether too many frames came that never reach a reader, so cannot be slowed down; closes with 4003 (P7)."""
        if self.transport.is_closing():
            return True
        now = self.loop.time()
        if self._control_frames is None:
            self._control_frames = Bucket(rate=SIDE_RATE, burst=SIDE_BURST, now=now)
        if not self._control_frames.take(now):
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
        """The TCP connection has closed."""
        self.open = False
        super().connection_lost(exc)

    def write(self, frames: list[bytes]) -> None:
        """Write frames. The WebSocket bytes of a `Batch` are made once for all its connections."""
        if type(frames) is not Batch:
            # Not joined: a first picture is large, and its frames are shared with other connections.
            self.transport.writelines([part for frame in frames for part in (_header(len(frame)), frame)])
            return
        if not frames.framed:
            frames.framed = _framed(frames)
        self.transport.write(frames.framed)

    def stalled(self, now: float) -> bool:
        """Whether the buffers (the transport's and the kernel's) are full and have not shrunk for too long."""
        if self.writable.is_set() or self.disconnected:
            self._unsent_before = -1
            return False
        waiting = self._unsent()
        if self._unsent_before < 0 or waiting < self._unsent_before:
            self._moved_at = now
        self._unsent_before = waiting
        return now - self._moved_at >= STALLED

    def abort(self) -> None:
        """Reset the connection, and drop what the buffers (the transport's and the kernel's) still hold."""
        self.open = False
        sock = self.transport.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError, ValueError, RuntimeError):
            # A TCP reset instead of an orderly close: it frees the kernel's buffer at once, and the client notices.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def send_receive_event_to_app(self) -> None:
        """Pass a whole message on: to `handle` if that takes it at once, else to the inbox.

        Reading goes on until `read_ahead` bytes wait, so that pongs and a close are seen while ops are slowed down.
        Text is not part of the protocol: it is passed on empty, without decoding it, and closes with 4500.
        """
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "text":
            self.inbox.put_nowait({"type": "websocket.receive", "text": ""})
        elif self.handle is not None and self.handle(data, self.inbox.awaited):
            return
        else:
            self.inbox.put_nowait({"type": "websocket.receive", "bytes": data})
        if not self.read_paused and self.inbox.size > self.read_ahead:
            self.read_paused = True
            self.transport.pause_reading()

    def send_keepalive_ping(self) -> None:
        """Send a ping, and remember how many bytes must be taken before it."""
        super().send_keepalive_ping()
        self._before_ping = self._unsent()

    def keepalive_timeout(self) -> None:
        """No pong in time: abort, unless the pong may still come.

        It may while reading is paused (the pong may wait behind unread bytes), and while the client still takes bytes
        that were sent before the ping.
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
    """Bytes in the kernel's send buffer that the client has not acknowledged; 0 where that is unknown."""
    if sys.platform != "linux":
        return 0
    import fcntl
    import termios

    sock = transport.get_extra_info("socket")
    try:
        return int.from_bytes(fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
    except (OSError, AttributeError):
        return 0
