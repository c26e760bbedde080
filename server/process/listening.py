"""Opens the listening socket, with options that accepted connections inherit.

What may not live here: handling connections (worker.py).
"""

from __future__ import annotations

import errno
import socket
import sys
import time

from server.settings import Settings

BACKLOG = 2048
# Without it the kernel keeps the buffer of a phone that has vanished for about a quarter of an hour.
USER_TIMEOUT = 60_000  # milliseconds of unacknowledged data (TCP_USER_TIMEOUT)
# Limits unsent bytes in the kernel, so that a slow phone gets the current state and not minutes of outdated patches.
UNSENT = 16 * 1024  # bytes (TCP_NOTSENT_LOWAT)
PORT_PATIENCE = 2.0  # seconds for the web processes of a killed Tavle to close the port


class StartError(Exception):
    """Tavle cannot start or go on; the message is one sentence for the person who started it."""


def listen(settings: Settings) -> socket.socket:
    """Open the listening socket. Raises StartError when the port is taken, or the address is not this computer's."""
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            listening = _bind(settings.host, settings.port)
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            raise StartError(_why_not(problem, settings)) from None
        if sys.platform == "linux":
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT)
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
        return listening


def _bind(host: str, port: int) -> socket.socket:
    if host:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    if socket.has_dualstack_ipv6():
        try:
            return socket.create_server(("", port), family=socket.AF_INET6, backlog=BACKLOG, dualstack_ipv6=True)
        except OSError as problem:
            if problem.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
    return socket.create_server(("", port), backlog=BACKLOG)


def _why_not(problem: OSError, settings: Settings) -> str:
    port = settings.port
    match problem.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} is taken by another program: stop that one, or choose another "
                f"port with PORT or --port, such as {port + 1}."
            )
        case errno.EACCES:
            return f"Opening port {port} needs special rights: choose one above 1023 with --port."
        case _:
            return (
                f"Cannot listen on {settings.host or 'this computer'}, port {port} "
                f"({problem.strerror or problem}): check HOST."
            )
