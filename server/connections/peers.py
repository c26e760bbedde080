"""The other web processes on the same store: passes a request on to the one that has its line (SPEC P12).

What may not live here: what a request is answered (streams.py), and how messages travel (server/store).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from server.connections.line import POLL
from server.store import PubSub

ID = 16  # bytes of a line's name: random, so that nobody meets another's
MOST_ASKED = 200  # requests at a time whose line is looked for in other processes
PASSED_ON = 1.0  # seconds for another process to say that a line is its own
CHANNEL = "tavle:lines"

Said = tuple[int, bytes]  # an answer: status and body
NO_LINE: Said = (404, b"")


class Peers:
    """The other processes: one of them may have the line that a request is about.

    A request is published to all; the process that has the line acknowledges it, and answers. Without an
    acknowledgement there is no such line. A process that has never heard of another one asks nobody.
    """

    def __init__(
        self, pubsub: PubSub, *, has: Callable[[bytes], bool], answer: Callable[[str, bytes], Awaitable[Said]]
    ) -> None:
        self._pubsub = pubsub
        self._has = has
        self._answer = answer
        self._name = secrets.token_bytes(8)
        self._alone = True
        self._unknown = 0  # of those, whose line nobody has said to have yet
        self._asked: dict[bytes, tuple[asyncio.Event, asyncio.Future[Said]]] = {}
        self._busy: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begin to listen."""
        await self._pubsub.subscribe(CHANNEL, self._hear)

    async def close(self) -> None:
        """Stop listening."""
        await self._pubsub.unsubscribe(CHANNEL)
        for task in list(self._busy):
            task.cancel()
        if self._busy:
            await asyncio.wait(self._busy)

    async def ask(self, kind: str, data: bytes) -> Said:
        """The answer of the process that has the line; 404 when none says that it has."""
        if self._alone or self._unknown >= MOST_ASKED:
            return NO_LINE
        number = secrets.token_bytes(8)
        known = asyncio.Event()
        answer: asyncio.Future[Said] = asyncio.get_running_loop().create_future()
        self._asked[number] = known, answer
        try:
            await self._pubsub.publish(CHANNEL, (b"u" if kind == "up" else b"m") + number + data)
            self._unknown += 1
            try:
                async with asyncio.timeout(PASSED_ON):
                    await known.wait()
            finally:
                self._unknown -= 1
            async with asyncio.timeout(POLL * 2):
                return await answer
        except TimeoutError:
            return NO_LINE
        finally:
            del self._asked[number]

    def _hear(self, said: bytes | None) -> None:
        if said is None:  # we listen now, or again: who else is there?
            self._do(self._pubsub.publish(CHANNEL, b"w" + self._name))
            return
        what, number, data = said[:1], said[1:9], said[9:]
        match what:
            case b"w" | b"h" if number != self._name:
                self._alone = False
                if what == b"w":
                    self._do(self._pubsub.publish(CHANNEL, b"h" + self._name))
            case b"u" | b"m" if self._has(data[:ID]):
                self._do(self._reply("up" if what == b"u" else "more", number, data))
            case b"k" if number in self._asked:
                self._asked[number][0].set()
            case b"a" if number in self._asked:
                answer = self._asked[number][1]
                if not answer.done():
                    answer.set_result((int.from_bytes(data[:2]), data[2:]))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _reply(self, kind: str, number: bytes, data: bytes) -> None:
        await self._pubsub.publish(CHANNEL, b"k" + number)
        status, body = await self._answer(kind, data)
        await self._pubsub.publish(CHANNEL, b"a" + number + status.to_bytes(2) + body)
