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
from redis.exceptions import ReadOnlyError, RedisError, ResponseError

from server.store.address import Address
from server.tasks import stop

ANSWER = 5.0  # seconds for Redis to answer one call
CONNECTIONS = 32  # for calls to one node, beside its one pub/sub connection

Question = tuple[bytes, asyncio.Future[Any]]
"""A packed command, and the future of its answer."""


class Node:
    """One Redis server, and a bounded number of connections to it.

    `master`: each new connection is refused with ReadOnlyError when the server is no master. Without that, a former
    master that is started again as a replica would answer from an empty or old copy, as if boards did not exist.
    """

    def __init__(self, url: str, address: Address = ("", 0), *, master: bool = False) -> None:
        self.address = address
        self._url = url
        # No socket_timeout: with one, redis-py makes a task for every command. Callers have time limits of their own.
        common: dict[str, Any] = {"decode_responses": False, "protocol": 2, "socket_connect_timeout": ANSWER}
        if master:
            common["redis_connect_func"] = _connected_to_master
        self._pool: Any = aioredis.BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            socket_timeout=None,
            timeout=ANSWER,
            # One retry at once, for a connection that Redis closed while it was idle in the pool. A time-out is not
            # retried.
            retry=Retry(NoBackoff(), 1, supported_errors=(CutOff,)),
            **common,
        )
        self.redis: Any = aioredis.Redis.from_pool(self._pool)  # its calls are not typed
        self._kept: Any = None  # the connection that `ask` keeps from the pool
        self._asked: list[Question] = []  # commands that wait until the present batch is answered
        self._asking: asyncio.Task[None] | None = None
        # No retry for pub/sub: after a lost connection PubSub looks up where the channels are, and connects there.
        never = aioredis.ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=ANSWER, **common)
        self.listening: Any = aioredis.Redis.from_pool(never)

    async def ask(self, *words: Any) -> Any:
        """Send one command over a connection of its own, with less overhead than the pool, for what every change needs.

        Commands that come while a batch is unanswered are sent together, in order, as the next batch. The answer is
        bytes, an integer, or a list of them. Raises RedisError or OSError, after `ANSWER` at the latest.
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
                    # The commands that wait for this batch fail too: the server does not answer them either.
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
            # Redis may have closed the connection while it was idle: one retry on a new one.
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
                    said, problem = None, refusal  # an error is an answer too
                if not answer.done():
                    answer.set_exception(problem) if problem else answer.set_result(said)
        except BaseException:
            # Answers that may still arrive must not be read as answers to later commands.
            await self._kept.disconnect(nowait=True)
            await self._give_back()
            raise

    async def _give_back(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            await self._pool.release(kept)

    async def drop_idle(self) -> None:
        """Close the idle connections."""
        if self._asking is None:
            await self._give_back()
        await self._pool.disconnect(inuse_connections=False)

    async def close(self) -> None:
        """Close every connection."""
        await stop([self._asking])
        await self._give_back()
        await self.redis.aclose()
        await self.listening.aclose()


async def _connected_to_master(connection: Any) -> None:
    """Prepare a new connection as redis-py does, then ask the server for its role. Raises ReadOnlyError, RedisError."""
    await connection.on_connect()
    await connection.send_command("ROLE", check_health=False)
    role = (await connection.read_response())[0]
    if role != b"master":
        raise ReadOnlyError(f"the server is no master, but a {role.decode()}")


def packed(words: Iterable[Any]) -> bytes:
    """A command in the Redis protocol (RESP): an array of bulk strings."""
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
