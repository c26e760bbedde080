"""One web process: uvicorn on a socket that the supervisor opened.

Started as `python -m server.process.worker LISTENING CHANNEL [RECEIVING SENDING...]`, inherited file numbers. It writes
one byte on the channel when it serves, or another and a sentence when a setting keeps it from serving; on the channel
it hears which other web processes serve. When the channel closes, the supervisor is gone, and so is the store: it ends
at once. With several web processes it receives connections on RECEIVING and sends them on the SENDING of each other
process, by their numbers (handover.py).

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

from server.doors.pending import more_files
from server.log import as_json, where
from server.process import garbage
from server.process.handover import Handover, Routed
from server.settings import Settings, SettingsError
from server.tasks import stop

# A phone's frame is small; a larger one is not from our own screens.
LARGEST_FRAME = 16 * 1024  # bytes
HEARTBEAT = 10.0  # seconds between pings, and to wait for their answer
FAREWELL_PATIENCE = 4.0  # seconds for telling every screen that we are restarting
GRACE = 5  # seconds for connections to close by themselves
READY = b"r"
CANNOT = b"!"  # and why, in one sentence


class Server(uvicorn.Server):
    """uvicorn, which tells the supervisor when it serves and the screens when it stops.

    An app that wants a word with its screens before their connections are closed puts a
    coroutine function without arguments into `app.state.farewell`.
    """

    def __init__(
        self, config: uvicorn.Config, *, channel: socket.socket | None = None, handover: Handover | None = None
    ) -> None:
        super().__init__(config)
        self._channel = channel
        self._handover = handover
        self._garbage: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start serving, then say so."""
        await super().startup(sockets=sockets)
        if self._handover is not None:
            self._handover.start(self._protocol)
        if self._channel is not None:
            garbage.hold_back()
            self._garbage = asyncio.create_task(garbage.collect(), name="garbage")
            asyncio.get_running_loop().add_reader(self._channel, self._hear)
            self._channel.send(READY)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say goodbye, then close."""
        if self._handover is not None:
            self._handover.close()
        await stop([self._garbage])
        farewell = getattr(getattr(self.config.app, "state", None), "farewell", None)
        if farewell is not None:
            # New connections go to another process, or wait for the next one.
            for server in self.servers:
                server.close()
            try:
                await asyncio.wait_for(farewell(), FAREWELL_PATIENCE)
            except Exception:
                logging.getLogger("tavle").exception("farewell failed")
        await super().shutdown(sockets=sockets)

    def _hear(self) -> None:
        channel = self._channel
        with contextlib.suppress(BlockingIOError):
            if channel is None:
                return
            news = channel.recv(256)
            if not news:
                os._exit(1)  # nothing can be saved without a store, and the port must be free
            if self._handover is not None:
                self._handover.heard(news)

    def _protocol(self, head: bytes) -> Routed:
        """For a connection that another process accepted."""
        return Routed(config=self.config, server_state=self.server_state, app_state=self.lifespan.state, head=head)


def make(settings: Settings, *, channel: socket.socket | None = None, handover: Handover | None = None) -> Server:
    """The server around the app, with the limits that a public port needs."""
    from server.app import WEBSOCKET_PROTOCOL, build

    Routed.handover = handover
    config = uvicorn.Config(
        build(settings),
        http=Routed,
        ws=WEBSOCKET_PROTOCOL,
        ws_max_size=LARGEST_FRAME,
        # Costs memory by the connection, and mixes secrets with what others write.
        ws_per_message_deflate=False,
        ws_ping_interval=HEARTBEAT,
        ws_ping_timeout=HEARTBEAT,
        lifespan="on",
        loop="auto",
        log_config=None,
        access_log=False,
        server_header=False,
        # The app itself decides whose forwarded address it believes.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
        workers=1,
    )
    return Server(config, channel=channel, handover=handover)


class _Text(logging.Formatter):
    """One line for people; of a failure only where and what kind, since messages quote values."""

    def format(self, record: logging.LogRecord) -> str:
        """What is logged; of what libraries say only the first line, since the others hold values."""
        if not record.name.startswith("tavle"):
            first, _, _ = record.getMessage().partition("\n")
            record.msg, record.args, record.stack_info = first, None, None
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802  (logging's own name)
        return where(ei[1]) if ei[1] is not None else ""


class _Json(_Text):
    """The same as one JSON object a line, for machines."""

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
    # Of requests that are none it warns once each: whoever sends many would fill the disk.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


def _handover(files: list[str]) -> Handover | None:
    """The part in handing connections over, from inherited file numbers; None with one web process."""
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
