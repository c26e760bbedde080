"""Forwards a fall-back request to the web process that holds its line, over pub/sub (SPEC P12).

What may not live here: how a request is answered (streams.py), and how pub/sub works (server/store).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from server.connections.line import POLL
from server.store import PubSub

ID = 16  # bytes of a line's name, which is random and so unique
MOST_ASKED = 200  # requests at a time that may be looked up in other processes
PASSED_ON = 1.0  # seconds for another process to acknowledge that it holds a line
CHANNEL = "tavle:lines"

Reply = tuple[int, bytes]  # an HTTP answer: status and body
NO_LINE: Reply = (404, b"")


class Peers:
    """The other processes, one of which may hold the line that a request names.

    A request is published to all; the process that holds the line acknowledges it, then answers. Without an
    acknowledgement within `PASSED_ON` there is no such line. A process that knows of no other one publishes nothing.

    A message is one byte for its kind, then 8 bytes (a process's or a request's id), then data: `w` who is there, `h`
    here, `u` and `m` a request (up, more), `k` its acknowledgement, `a` its answer (2 bytes of status, then the body).
    """

    def __init__(
        self, pubsub: PubSub, *, has: Callable[[bytes], bool], answer: Callable[[str, bytes], Awaitable[Reply]]
    ) -> None:
        self._pubsub = pubsub
        self._has = has
        self._answer = answer
        self._name = secrets.token_bytes(8)
        self._alone = True
        self._unacknowledged = 0  # forwarded requests without an acknowledgement yet
        self._asked: dict[bytes, tuple[asyncio.Event, asyncio.Future[Reply]]] = {}
        self._busy: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Subscribe."""
        await self._pubsub.subscribe(CHANNEL, self._received)

    async def close(self) -> None:
        """Unsubscribe, and cancel what is running."""
        await self._pubsub.unsubscribe(CHANNEL)
        for task in list(self._busy):
            task.cancel()
        if self._busy:
            await asyncio.wait(self._busy)

    async def ask(self, kind: str, data: bytes) -> Reply:
        """The answer of the process that holds the line; 404 when none acknowledges."""
        if self._alone or self._unacknowledged >= MOST_ASKED:
            return NO_LINE
        number = secrets.token_bytes(8)
        known = asyncio.Event()
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asked[number] = known, answer
        try:
            await self._pubsub.publish(CHANNEL, (b"u" if kind == "up" else b"m") + number + data)
            self._unacknowledged += 1
            try:
                async with asyncio.timeout(PASSED_ON):
                    await known.wait()
            finally:
                self._unacknowledged -= 1
            async with asyncio.timeout(POLL * 2):
                return await answer
        except TimeoutError:
            return NO_LINE
        finally:
            del self._asked[number]

    def _received(self, said: bytes | None) -> None:
        if said is None:  # (re)subscribed: ask which other processes there are
            self._start(self._pubsub.publish(CHANNEL, b"w" + self._name))
            return
        what, number, data = said[:1], said[1:9], said[9:]
        match what:
            case b"w" | b"h" if number != self._name:
                self._alone = False
                if what == b"w":
                    self._start(self._pubsub.publish(CHANNEL, b"h" + self._name))
            case b"u" | b"m" if self._has(data[:ID]):
                self._start(self._reply("up" if what == b"u" else "more", number, data))
            case b"k" if number in self._asked:
                self._asked[number][0].set()
            case b"a" if number in self._asked:
                answer = self._asked[number][1]
                if not answer.done():
                    answer.set_result((int.from_bytes(data[:2]), data[2:]))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _reply(self, kind: str, number: bytes, data: bytes) -> None:
        await self._pubsub.publish(CHANNEL, b"k" + number)
        status, body = await self._answer(kind, data)
        await self._pubsub.publish(CHANNEL, b"a" + number + status.to_bytes(2) + body)
