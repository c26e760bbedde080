"""Calls to Redis: at the node that holds the key, again where it has moved, and acknowledged by replicas.

What may not live here: which keys there are and what they mean, and where Redis is (nodes.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from redis.exceptions import ClusterDownError, NoScriptError, RedisError, ResponseError, WatchError

from server.metrics import COUNTS
from server.store.keys import key_of
from server.store.node import ANSWER, Node
from server.store.nodes import NOT_HERE, Nodes
from server.store.types import StoreAway
from server.tasks import stop

MOVES = 4  # nodes that one call may be sent on to
READY = 1.0  # seconds for Redis to show that it is there
REPLICA_PATIENCE = 3_000  # milliseconds that a change waits for replicas; less than a call may take

Answer = TypeVar("Answer")


class Calls:
    """Commands to Redis. All may raise StoreAway.

    `replicas` is how many must have a change before `write` returns.
    """

    def __init__(self, nodes: Nodes, *, replicas: int) -> None:
        self.replicas = replicas
        self._nodes = nodes

    async def ping(self) -> None:
        """Return when Redis answers, of several nodes any one; StoreAway after a second."""
        try:
            async with asyncio.timeout(READY):
                every = await self._nodes.every()
                asked = [asyncio.create_task(node.redis.execute_command("PING")) for node in every]
                try:
                    await _first(asked)
                finally:
                    await stop(asked)
        except TimeoutError:
            raise StoreAway("Redis does not answer within a second") from None
        except (RedisError, OSError) as problem:
            raise StoreAway(str(problem)) from problem

    async def do(self, *words: Any) -> Any:
        """One command, at the node that holds its key."""

        async def do(node: Node) -> Any:
            return await node.redis.execute_command(*words)

        return await self.on(key_of(words), do)

    async def ask(self, *words: Any) -> Any:
        """The same by the short way (Node.ask)."""
        return await self.on(key_of(words), lambda node: node.ask(*words), timed=False)

    async def write(self, *words: Any) -> Any:
        """One command; what it changed has reached the replicas it must. StoreAway when it has not."""
        if not self.replicas:
            return await self.do(*words)
        # In one go, on one connection: WAIT asks about what its own connection wrote.
        answer, copies = await self.pipe([words, ("WAIT", self.replicas, REPLICA_PATIENCE)])
        if copies < self.replicas:
            COUNTS.store_errors += 1
            raise StoreAway(f"only {copies} of {self.replicas} replicas have the change")
        return answer

    async def pipe(self, commands: Sequence[tuple[Any, ...]], *, whole: bool = False) -> list[Any]:
        """Several commands at one node, that of the first one's key, in one go.

        `whole`: nobody else's between them.
        """

        async def do(node: Node) -> list[Any]:
            async with node.redis.pipeline(transaction=whole) as pipe:
                for words in commands:
                    pipe.execute_command(*words)
                answers: list[Any] = await pipe.execute()
                return answers

        return await self.on(key_of(commands[0]), do)

    async def scatter(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Several commands whose keys may lie apart: in one go for each node; answers in order."""
        shares: dict[Node, list[int]] = {}
        try:
            for number, words in enumerate(commands):
                shares.setdefault(await self._nodes.of(key_of(words)), []).append(number)
        except (RedisError, OSError) as problem:
            COUNTS.store_errors += 1
            raise StoreAway(str(problem)) from problem
        answers: list[Any] = [None] * len(commands)
        for numbers in shares.values():
            share = await self.pipe([commands[number] for number in numbers])
            for number, answer in zip(numbers, share, strict=True):
                answers[number] = answer
        return answers

    async def on(self, key: str, act: Callable[[Node], Awaitable[Answer]], *, timed: bool = True) -> Answer:
        """Do something at the node that holds `key`; where that has moved, there.

        `timed`: it is cut off after `ANSWER` seconds; else it sees to that itself.

        Raises StoreAway, at once when the node cannot be reached: the next call asks anew where
        the key is. Only what surely was not done is sent on.
        """
        try:
            for _ in range(MOVES):
                node = await self._nodes.of(key)
                try:
                    if not timed:
                        return await act(node)
                    async with asyncio.timeout(ANSWER):
                        return await act(node)
                except NOT_HERE as moved:
                    await self._nodes.look_again(node, moved)
                except (RedisError, OSError) as problem:
                    if not isinstance(problem, ResponseError) or isinstance(problem, ClusterDownError):
                        await self._nodes.look_again(node, problem)
                    raise
            raise StoreAway("the board is being moved")
        except (NoScriptError, StoreAway):
            raise
        except WatchError:
            return await self.on(key, act)
        except (RedisError, OSError) as problem:
            COUNTS.store_errors += 1
            raise StoreAway(str(problem)) from problem


async def _first(asked: list[asyncio.Task[Any]]) -> None:
    """Return when one of several has answered; raise when none has."""
    problem: BaseException | None = None
    for answer in asyncio.as_completed(asked):
        try:
            await answer
        except (RedisError, OSError) as failed:
            problem = failed
        else:
            return
    raise problem or OSError("there is nobody to ask")
