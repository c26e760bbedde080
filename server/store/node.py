"""One Redis server, and a bounded number of connections to it, whatever the number of boards.

What may not live here: which server holds what (nodes.py), and the names of keys.
"""

from __future__ import annotations

from typing import Any

import redis.asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as CutOff
from redis.exceptions import ResponseError

from server.store.address import Address

ANSWER = 5.0  # seconds for Redis to answer one call
CONNECTIONS = 32  # for calls to one node, beside the doorbell's one
KEPT = 8  # of them, for what is asked at every change


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
        self._kept: list[Any] = []  # connections that `ask` has taken from the pool for good
        # A doorbell that is cut is hung up anew where the keys are by then, so: no second try.
        never = aioredis.ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=ANSWER, **common)
        self.listening: Any = aioredis.Redis.from_pool(never)

    async def ask(self, *words: Any) -> Any:
        """What the server answers to one command: the short way past the pool, for what is asked at every change."""
        try:
            return await self._ask(await self._taken(), words)
        except CutOff:
            # Closed by Redis while it lay unused, as the others may be: once more on a new one.
            await self._give_back()
            return await self._ask(await self._taken(), words)

    async def _taken(self) -> Any:
        return self._kept.pop() if self._kept else await self._pool.get_connection()

    async def _ask(self, connection: Any, words: tuple[Any, ...]) -> Any:
        try:
            await connection.send_command(*words, check_health=False)
            answer = await connection.read_response()
        except ResponseError:
            await self._keep(connection)  # that is an answer, too
            raise
        except BaseException:
            # Whatever it would still have said must not be taken for the answer to the next command.
            await connection.disconnect(nowait=True)
            await self._pool.release(connection)
            raise
        await self._keep(connection)
        return answer

    async def _keep(self, connection: Any) -> None:
        if len(self._kept) < KEPT:
            self._kept.append(connection)
        else:
            await self._pool.release(connection)

    async def _give_back(self) -> None:
        while self._kept:
            await self._pool.release(self._kept.pop())

    async def drop_idle(self) -> None:
        """Let go of the connections that nobody uses now."""
        await self._give_back()
        await self._pool.disconnect(inuse_connections=False)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._give_back()
        await self.redis.aclose()
        await self.listening.aclose()
