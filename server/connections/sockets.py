"""The WebSocket endpoint: one address for each board, and one handler for each connection.

What may not live here: what a connection says and hears (handler.py).
"""

from __future__ import annotations

import logging

from starlette.types import Receive, Scope, Send

from server.connections.handler import ConnectionHandler
from server.connections.registry import Registry
from server.log import where

log = logging.getLogger("tavle.sockets")

FORMER = "/ws"  # the address of protocol 1: whoever comes there is told to reload the page


class Sockets:
    """An ASGI app for scopes of type `websocket`."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, from its handshake to its end."""
        path: str = scope["path"]
        if not path.startswith("/ws/") and path != FORMER:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        board = path.removeprefix("/ws/") if path != FORMER else ""
        await hold(ConnectionHandler(self._registry, scope, receive, send, board=board), self._registry)


async def hold(handler: ConnectionHandler, registry: Registry) -> None:
    """Run a connection in the task that made it. No exception of its own leaves here."""
    registry.all.add(handler)
    try:
        await handler.run()
    except Exception as problem:
        log.error("a connection raised an exception: %s", where(problem))
        handler.output.abort()
    finally:
        registry.all.discard(handler)
