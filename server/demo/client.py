"""A client over the network: HTTP and one WebSocket, as in SPEC 7 and 9, for the demo's people.

What may not live here: what a client shows and sends (server/rehearsal/client.py), the server's internals, and ways to
connect that SPEC does not name.
"""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.rehearsal import client
from server.rehearsal.client import PATIENCE, Gone, TurnedDown

__all__ = ["Gone", "TurnedDown", "Unanswered", "Visitor", "ask", "call", "over_the_network"]

TRIES: Final = 100  # of a call that the server wants later


class Unanswered(Exception):
    """An HTTP call was refused, with the `reason` and `status` of SPEC 9; `wait`: seconds until the next try."""

    def __init__(self, status: int, reason: str, *, wait: int = 0) -> None:
        self.status = status
        self.reason = reason
        self.wait = wait
        super().__init__(f"{status} {reason}")


async def call(
    base_url: str,
    path: str,
    *,
    method: str = "GET",
    body: Mapping[str, Any] | None = None,
    token: str = "",
) -> bytes:
    """Send one HTTP request; returns the answer's body. Raises Unanswered, OSError.

    When it comes too soon (`slow_down`) it is sent again after the time that the server says, up to `TRIES` times.
    """
    for left in reversed(range(TRIES)):
        try:
            return await asyncio.to_thread(_call, base_url, path, method=method, body=body, token=token)
        except Unanswered as refused:
            if refused.reason != "slow_down" or not left:
                raise
            await asyncio.sleep(refused.wait)
    raise AssertionError("the last try returns or raises")


async def ask(base_url: str, path: str, *, body: Mapping[str, Any] | None = None, token: str = "") -> Any:
    """A call with a JSON answer; a POST if there is a body. Raises Unanswered, OSError."""
    method = "GET" if body is None else "POST"
    return json.loads(await call(base_url, path, method=method, body=body, token=token))


def _call(base_url: str, path: str, *, method: str, body: Mapping[str, Any] | None, token: str) -> bytes:
    parts = urlsplit(base_url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    headers = {"Accept": "*/*"}
    if method != "GET":
        # The headers that our own page sends (H1).
        headers["Origin"] = f"{parts.scheme}://{parts.netloc}"
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode()
    try:
        connection.request(method, path, body=data, headers=headers)
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    if answer.status >= 400:
        wait = answer.headers.get("Retry-After", "")
        raise Unanswered(answer.status, _reason(said), wait=int(wait) if wait.isdecimal() else 1)
    return said


def _reason(said: bytes) -> str:
    try:
        return str(json.loads(said)["error"])
    except (ValueError, KeyError, TypeError):
        return "unknown"


class Visitor(client.Visitor):
    """A visitor of the server at `base_url`."""

    def __init__(self, base_url: str, *, board: str, token: str, tab: str) -> None:
        super().__init__(partial(over_the_network, base_url), board=board, token=token, tab=tab)


async def over_the_network(base_url: str, board: str) -> client.Channel:
    """Open a channel to a board of the server at `base_url`."""
    url = f"{base_url.replace('http', 'ws', 1)}/ws/{board}"
    return _Socket(await connect(url, compression=None, max_size=None, open_timeout=PATIENCE))


class _Socket:
    """A channel that is a WebSocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def send(self, data: bytes) -> None:
        try:
            await self._socket.send(data)
        except ConnectionClosed as closed:
            raise Gone(_close_code(closed)) from closed

    async def receive(self) -> bytes:
        try:
            data = await self._socket.recv()
        except ConnectionClosed as closed:
            raise Gone(_close_code(closed)) from closed
        return data if isinstance(data, bytes) else data.encode()

    async def close(self) -> None:
        await self._socket.close()


def _close_code(closed: ConnectionClosed) -> int:
    return closed.rcvd.code if closed.rcvd else 1006
