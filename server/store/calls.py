"""Calls to Redis: sent to the node that holds the key, retried after a slot has moved, acknowledged by replicas.

What may not live here: the meaning of keys, and where nodes are (nodes.py).
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

MOVES = 4  # attempts of one call while keys are moved between nodes
READY = 1.0  # seconds for every server to take a write that only tries it
REPLICA_PATIENCE = 3_000  # milliseconds that a write waits for replicas; less than ANSWER

Answer = TypeVar("Answer")


class Calls:
    """Sends commands to Redis. All calls may raise StoreAway.

    `replicas` is how many replicas must have a change before `write` returns.
    """

    def __init__(self, nodes: Nodes, *, replicas: int) -> None:
        self.replicas = replicas
        self._nodes = nodes

    async def drop_idle(self) -> None:
        """Close the idle connections to every node. Raises RedisError or OSError."""
        for node in await self._nodes.every():
            await node.drop_idle()

    async def do(self, *words: Any) -> Any:
        """Send one command to the node that holds its key, and return the answer."""

        async def do(node: Node) -> Any:
            return await node.redis.execute_command(*words)

        return await self.on(key_of(words), do)

    async def ask(self, *words: Any) -> Any:
        """The same over the node's batching connection (Node.ask)."""
        return await self.on(key_of(words), lambda node: node.ask(*words), timed=False)

    async def write(self, *words: Any) -> Any:
        """Send one command; returns when `replicas` replicas have its change, raises StoreAway when they do not."""
        if not self.replicas:
            return await self.do(*words)
        # In one pipeline, on one connection: WAIT is about the writes of its own connection.
        answer, copies = await self.pipe([words, ("WAIT", self.replicas, REPLICA_PATIENCE)])
        if copies < self.replicas:
            COUNTS.store_errors += 1
            raise StoreAway(f"only {copies} of {self.replicas} replicas have the change")
        return answer

    async def pipe(self, commands: Sequence[tuple[Any, ...]], *, whole: bool = False) -> list[Any]:
        """Send several commands in one pipeline to the node that holds the first one's key.

        `whole`: as a transaction (MULTI), without other clients' commands in between.
        """

        async def do(node: Node) -> list[Any]:
            async with node.redis.pipeline(transaction=whole) as pipe:
                for words in commands:
                    pipe.execute_command(*words)
                answers: list[Any] = await pipe.execute()
                return answers

        return await self.on(key_of(commands[0]), do)

    async def scatter(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Send several commands whose keys may be on different nodes: one pipeline a node; answers in order."""
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
        """Call `act` with the node that holds `key`; again with another node when the key has moved.

        `timed`: stop it after `ANSWER` seconds; otherwise `act` has its own time limit.

        Raises StoreAway when the node cannot be reached, without a retry: the next call looks the node up again. A
        retry is made only when the command was certainly not executed.
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
            raise StoreAway("the board's keys are being moved between nodes")
        except (NoScriptError, StoreAway):
            raise
        except WatchError:
            return await self.on(key, act)
        except (RedisError, OSError) as problem:
            COUNTS.store_errors += 1
            raise StoreAway(str(problem)) from problem
