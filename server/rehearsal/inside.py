"""Calls and connections of simulated people, made inside the process that serves them.

They go through the same ASGI app as everybody's: the same handlers, frames, limits and rules. Only the network is left
out, and that has reasons: the address that the server listens on may not be loopback, a proxy may stand before it,
another web process may accept the connection, and limits count by address. These have an address of their own, which is
none of the network's, so that they neither use up real people's limits nor are held up by them.

What may not live here: what people do, and ways in that SPEC does not name.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Final

from server.rehearsal.client import PATIENCE, Gone

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]
"""An ASGI app."""

HOST: Final = b"localhost"  # a Host that is always this installation's own (H4)
LOST: Final = 1006  # the code of a connection that ended without one


class TurnedAway(Exception):
    """A call was refused, with the `reason` and `status` of SPEC 9."""

    def __init__(self, status: int, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{status} {reason}")


class Inside:
    """The way to the ASGI app of this process. `address` is what limits count by."""

    def __init__(self, app: App, *, address: str) -> None:
        self._app = app
        self._address = address

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """A call of SPEC 9, as from one of our own pages. Raises TurnedAway, TimeoutError."""
        data = json.dumps(body).encode()
        headers = [
            (b"origin", b"http://" + HOST), (b"content-type", b"application/json"),
            (b"content-length", str(len(data)).encode()),
        ]  # fmt: skip
        scope = {**self._scope("http", path, headers), "method": "POST", "scheme": "http"}
        asked: list[Message] = [{"type": "http.request", "body": data, "more_body": False}]
        status, answer = 0, b""

        async def receive() -> Message:
            if asked:
                return asked.pop()
            staying: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
            return await staying  # the client is there until it is answered

        async def send(message: Message) -> None:
            nonlocal status, answer
            status = message.get("status", status)
            answer += message.get("body", b"")

        async with asyncio.timeout(PATIENCE):
            await self._app(scope, receive, send)
        said = json.loads(answer)
        if status >= 400:
            raise TurnedAway(status, said["error"])
        return said

    async def connect(self, board: str) -> Line:
        """Open a WebSocket to a board (`client.Connect`)."""
        return Line(self._app, {**self._scope("websocket", f"/ws/{board}", []), "scheme": "ws", "subprotocols": []})

    def _scope(self, kind: str, path: str, headers: list[tuple[bytes, bytes]]) -> Message:
        return {
            "type": kind,
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", HOST), *headers],
            "client": (self._address, 0),
            "server": (HOST.decode(), 0),
        }


class Line:
    """A channel (`client.Channel`) that is a WebSocket inside this process."""

    def __init__(self, app: App, scope: Message) -> None:
        self._up: asyncio.Queue[Message] = asyncio.Queue()
        self._down: asyncio.Queue[Message] = asyncio.Queue()
        self._code = 0
        self._up.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(self._serve(app, scope), name="rehearsal: connection")

    async def send(self, data: bytes) -> None:
        """Send a frame. Raises Gone."""
        if self._code or self._task.done():
            raise Gone(self._code or LOST)
        self._up.put_nowait({"type": "websocket.receive", "bytes": data})

    async def receive(self) -> bytes:
        """The next frame. Raises Gone."""
        while True:
            message = await self._down.get()
            match message["type"]:
                case "websocket.send":
                    data: bytes = message["bytes"]
                    return data
                case "websocket.close":
                    self._code = self._code or message.get("code", LOST)
                    self._down.put_nowait(message)  # for whoever asks again
                    raise Gone(self._code)
                case _:
                    pass  # it was accepted

    async def close(self) -> None:
        """Disconnect, and return when the server has noticed."""
        self._up.put_nowait({"type": "websocket.disconnect", "code": 1000})
        try:
            await asyncio.wait({self._task}, timeout=PATIENCE)
        finally:
            self._task.cancel()  # whoever closes it may be cancelled, too

    async def _serve(self, app: App, scope: Message) -> None:
        try:
            await app(scope, self._up.get, self._down.put)
        finally:
            self._down.put_nowait({"type": "websocket.close", "code": LOST})
