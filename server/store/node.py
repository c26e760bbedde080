"""One Redis server, and a bounded number of connections to it, whatever the number of boards.

What may not live here: which server holds what (nodes.py), and the names of keys.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import redis.asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as CutOff
from redis.exceptions import RedisError, ResponseError

from server.store.address import Address
from server.tasks import stop

ANSWER = 5.0  # seconds for Redis to answer one call
CONNECTIONS = 32  # for calls to one node, beside the doorbell's one

Question = tuple[bytes, asyncio.Future[Any]]
"""A packed command, and where its answer goes."""


class Node:
    """One Redis server, and a bounded number of connections to it."""

    def __init__(self, url: str, address: Address = ("", 0)) -> None:
        self.address = address
        self._url = url
        # No time limit of redis-py's own on an answer: it makes a task of every command. Whoever asks
        # has one.
        common: dict[str, Any] = {"decode_responses": False, "protocol": 2, "socket_connect_timeout": ANSWER}
        self._pool: Any = aioredis.BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            socket_timeout=None,
            timeout=ANSWER,
            # One more try, at once, is for a connection that Redis closed while it lay unused; one
            # that is silent has had its time.
            retry=Retry(NoBackoff(), 1, supported_errors=(CutOff,)),
            **common,
        )
        self.redis: Any = aioredis.Redis.from_pool(self._pool)  # its calls are not typed
        self._kept: Any = None  # the connection that `ask` has taken from the pool for good
        self._asked: list[Question] = []  # what waits for the questions that are on their way
        self._asking: asyncio.Task[None] | None = None
        # A doorbell that is cut is hung up anew where the keys are by then, so: no second try.
        never = aioredis.ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=ANSWER, **common)
        self.listening: Any = aioredis.Redis.from_pool(never)

    async def ask(self, *words: Any) -> Any:
        """What the server answers to one command: the short way past the pool, for what is asked at every change.

        What is asked while earlier questions are on their way goes together, in order, once they are answered. The
        answer is bytes, whole numbers and lists of them. Raises RedisError or OSError, after `ANSWER` at the latest.
        """
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked.append((packed(words), answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await answer

    async def _ask(self) -> None:
        batch: list[Question] = []
        try:
            while self._asked:
                batch, self._asked = self._asked, []
                try:
                    async with asyncio.timeout(ANSWER):
                        await self._exchange(batch)
                except (RedisError, OSError) as problem:
                    # Those who wait have waited as long: the server is not there for them either.
                    _fail(batch + self._asked, problem)
                    self._asked = []
        finally:
            self._asking = None
            # However this ends, also when it is cancelled: nobody may wait for an answer that does not come.
            _fail(batch + self._asked, CutOff("the question was given up"))
            self._asked = []

    async def _exchange(self, batch: list[Question]) -> None:
        try:
            await self._say(batch)
        except CutOff:
            # Closed by Redis while it lay unused, as the others may be: once more on a new one.
            await self._say([question for question in batch if not question[1].done()])

    async def _say(self, batch: list[Question]) -> None:
        if self._kept is None:
            self._kept = await self._pool.get_connection()
        try:
            await self._kept.send_packed_command(b"".join([words for words, _ in batch]), check_health=False)
            for _, answer in batch:
                try:
                    said, problem = await self._kept.read_response(), None
                except ResponseError as refusal:
                    said, problem = None, refusal  # that is an answer, too
                if not answer.done():
                    answer.set_exception(problem) if problem else answer.set_result(said)
        except BaseException:
            # Whatever it would still have said must not be taken for the answer to the next command.
            await self._kept.disconnect(nowait=True)
            await self._give_back()
            raise

    async def _give_back(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            await self._pool.release(kept)

    async def drop_idle(self) -> None:
        """Let go of the connections that nobody uses now."""
        if self._asking is None:
            await self._give_back()
        await self._pool.disconnect(inuse_connections=False)

    async def close(self) -> None:
        """Let go of every connection."""
        await stop([self._asking])
        await self._give_back()
        await self.redis.aclose()
        await self.listening.aclose()


def packed(words: Iterable[Any]) -> bytes:
    """A command as the Redis protocol has it: an array of strings."""
    parts = [b""]
    for word in words:
        data = word if type(word) is bytes else str(word).encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(data), data))
    parts[0] = b"*%d\r\n" % (len(parts) - 1)
    return b"".join(parts)


def _fail(questions: Iterable[Question], problem: BaseException) -> None:
    for _, answer in questions:
        if not answer.done():
            answer.set_exception(problem)
