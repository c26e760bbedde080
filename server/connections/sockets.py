"""The WebSocket endpoint: one address per board, one handler per connection.

What may not live here: reading and sending frames (handler.py).
"""

from __future__ import annotations

import logging

from starlette.types import Receive, Scope, Send

from server.connections.handler import ConnectionHandler
from server.connections.registry import Registry
from server.log import where

log = logging.getLogger("tavle.sockets")

FORMER = "/ws"  # the address of protocol 1: connections to it are closed with `protocol`, so that the page reloads


class Sockets:
    """An ASGI app for scopes of type `websocket`."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection from its handshake to its close."""
        path: str = scope["path"]
        if not path.startswith("/ws/") and path != FORMER:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        board = path.removeprefix("/ws/") if path != FORMER else ""
        await hold(ConnectionHandler(self._registry, scope, receive, send, board=board), self._registry)


async def hold(handler: ConnectionHandler, registry: Registry) -> None:
    """Run a handler in the current task, registered while it runs. Its exceptions are logged, not raised."""
    registry.all.add(handler)
    try:
        await handler.run()
    except Exception as problem:
        log.error("a connection raised an exception: %s", where(problem))
        handler.output.abort()
    finally:
        registry.all.discard(handler)
