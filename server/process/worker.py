"""One web process: uvicorn on a socket that the supervisor opened.

Started as `python -m server.process.worker LISTENING CHANNEL [RECEIVING SENDING...]`, all inherited file descriptors.
It writes `READY` to the channel when it serves, or `CANNOT` and a sentence when a setting prevents that, and reads from
the channel which other web processes serve. When the channel closes, the supervisor and the store are gone: the process
exits at once. With several web processes it receives connections on RECEIVING and sends them on the SENDING of another
process; SENDING are in the order of the process numbers (handover.py).

What may not live here: routes and rooms (app.py puts those together), and anything about the
embedded store or other web processes (supervisor.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sys
from dataclasses import replace
from typing import Any

import uvicorn

from server.log import as_json, where
from server.process import garbage
from server.process.handover import Handover, Routed
from server.settings import Settings, SettingsError
from server.tasks import stop
from server.vitals import more_files

# Larger than any frame of the browser's code.
LARGEST_FRAME = 16 * 1024  # bytes
HEARTBEAT = 10.0  # seconds between two pings, and to wait for a pong
FAREWELL_PATIENCE = 4.0  # seconds for closing every connection because of a restart
GRACE = 5  # seconds for HTTP requests to finish
READY = b"r"
CANNOT = b"!"  # followed by the reason, in one sentence


class Server(uvicorn.Server):
    """uvicorn's server, which also tells the supervisor when it serves and the app when it stops.

    Before it closes connections it awaits `app.state.farewell()`, and before it overwrites freed memory
    `app.state.empty_buffers()`, if the app has set them.
    """

    def __init__(
        self, config: uvicorn.Config, *, channel: socket.socket | None = None, handover: Handover | None = None
    ) -> None:
        super().__init__(config)
        self._channel = channel
        self._handover = handover
        self._garbage: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start serving, then tell the supervisor."""
        await super().startup(sockets=sockets)
        if self._handover is not None:
            self._handover.start(self._protocol)
        if self._channel is not None:
            garbage.hold_back()
            empty = getattr(getattr(self.config.app, "state", None), "empty_buffers", None)
            self._garbage = asyncio.create_task(garbage.collect(empty), name="garbage")
            asyncio.get_running_loop().add_reader(self._channel, self._read_channel)
            self._channel.send(READY)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the app close its connections with a reason, then shut down."""
        if self._handover is not None:
            self._handover.close()
        await stop([self._garbage])
        farewell = getattr(getattr(self.config.app, "state", None), "farewell", None)
        if farewell is not None:
            # New connections are accepted by another process, or wait in the listening socket's queue.
            for server in self.servers:
                server.close()
            try:
                await asyncio.wait_for(farewell(), FAREWELL_PATIENCE)
            except Exception:
                logging.getLogger("tavle").exception("farewell failed")
        await super().shutdown(sockets=sockets)

    def _read_channel(self) -> None:
        channel = self._channel
        with contextlib.suppress(BlockingIOError):
            if channel is None:
                return
            news = channel.recv(256)
            if not news:
                os._exit(1)  # without a store nothing can be saved, and a new Tavle needs the port
            if self._handover is not None:
                self._handover.heard(news)

    def _protocol(self, head: bytes) -> Routed:
        """The protocol for a connection that another process accepted; `head`: the bytes it has read."""
        return Routed(config=self.config, server_state=self.server_state, app_state=self.lifespan.state, head=head)


def make(settings: Settings, *, channel: socket.socket | None = None, handover: Handover | None = None) -> Server:
    """Make the server with its app, and the limits that a public port needs."""
    from server.app import WEBSOCKET_PROTOCOL, build

    Routed.handover = handover
    config = uvicorn.Config(
        build(settings),
        http=Routed,
        ws=WEBSOCKET_PROTOCOL,
        ws_max_size=LARGEST_FRAME,
        # Compression takes memory per connection, and compresses secrets together with other people's text (CRIME).
        ws_per_message_deflate=False,
        ws_ping_interval=HEARTBEAT,
        ws_ping_timeout=HEARTBEAT,
        lifespan="on",
        loop="auto",
        log_config=None,
        access_log=False,
        server_header=False,
        # The app decides itself which proxies' X-Forwarded-For it trusts.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        workers=1,
    )
    return Server(config, channel=channel, handover=handover)


class _Text(logging.Formatter):
    """Log lines for people. Of an exception only type and location: its message may quote people's text."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record; of libraries' messages only the first line, since further lines hold values."""
        if not record.name.startswith("tavle"):
            first, _, _ = record.getMessage().partition("\n")
            record.msg, record.args, record.stack_info = first, None, None
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802  (logging's own name)
        return where(ei[1]) if ei[1] is not None else ""


class _Json(_Text):
    """The same as one JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        super().format(record)
        more = {"failure": self.formatException(record.exc_info)} if record.exc_info else {}
        return as_json(record.levelname.lower(), record.getMessage(), at=record.created, name=record.name, **more)


def start_logging(settings: Settings) -> None:
    """Send warnings and worse to the error stream, in the format asked for."""
    handler = logging.StreamHandler(sys.stderr)
    text = _Text("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(_Json() if settings.log_format == "json" else text)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("tavle").setLevel(logging.INFO)
    # It logs a warning for each malformed request: a client sending many would fill the disk.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


def _handover(files: list[str]) -> Handover | None:
    """This process's handover, from inherited file descriptors; None with one web process."""
    if not files:
        return None
    receiving, *sending = (socket.socket(fileno=int(file)) for file in files)
    for each in (receiving, *sending):
        each.setblocking(False)
    return Handover(int(os.environ["TAVLE_PROCESS"]), receiving=receiving, sending=dict(enumerate(sending, start=1)))


def main() -> int:
    """Serve until told to stop."""
    listening = socket.socket(fileno=int(sys.argv[1]))
    channel = socket.socket(fileno=int(sys.argv[2]))
    channel.setblocking(False)
    settings = Settings.from_environment(os.environ)
    settings = replace(settings, embedded=os.environ.get("TAVLE_EMBEDDED") == "1")
    start_logging(settings)
    more_files()
    try:
        server = make(settings, channel=channel, handover=_handover(sys.argv[3:]))
    except SettingsError as problem:
        channel.send(CANNOT + str(problem).encode())
        return 1
    server.run(sockets=[listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
