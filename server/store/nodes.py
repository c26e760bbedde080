"""Which Redis server holds a key: the only one, the master that sentinels name, or a master of a cluster.

`Nodes` returns the node that holds a key, and looks it up again when that may have changed.

redis-py's own cluster client (8.1) is not used, for three reasons: its pipeline cannot send WAIT on the connection that
wrote; it reads sharded pub/sub messages node by node, so that each node waits for the time-outs of the others; and when
all connections are in use it fails instead of waiting.

What may not live here: names and values of keys, subscriptions (pubsub.py), and parsing of addresses (address.py).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Iterable
from typing import Any, Protocol

import redis.asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.exceptions import ClusterDownError, MovedError, ReadOnlyError, RedisError

from server.store.address import Address, RedisAddress, redis_address
from server.store.node import Node

ASKING = 1.0  # seconds for a sentinel or a node to answer where masters are
SLOTS = 16_384


class Unreachable(RedisError):
    """No sentinel or node that was asked could tell where the master is."""


class Nodes(Protocol):
    """The nodes that hold keys. All calls but `close` may raise RedisError or OSError."""

    async def of(self, key: str) -> Node:
        """The node that holds a key, as far as is known."""

    async def every(self) -> list[Node]:
        """Every node that holds keys."""

    async def look_again(self, node: Node, problem: BaseException) -> None:
        """Look up the nodes again, since `node` failed or no longer holds a key."""

    async def close(self) -> None:
        """Close every connection."""


def nodes(url: str) -> Nodes:
    """The nodes of the Redis at `url`. Nothing is sent before the first call. Raises ValueError."""
    where = redis_address(url)
    match where.kind:
        case "one":
            return One(where)
        case "sentinel":
            return Sentinels(where)
        case "cluster":
            return Cluster(where)


class One:
    """A single server."""

    def __init__(self, where: RedisAddress) -> None:
        self._node = Node(where.alone)

    async def of(self, key: str) -> Node:
        """The server."""
        return self._node

    async def every(self) -> list[Node]:
        """The server."""
        return [self._node]

    async def look_again(self, node: Node, problem: BaseException) -> None:
        """Does nothing: a single server's address does not change."""

    async def close(self) -> None:
        """Close every connection."""
        await self._node.close()


class _Several:
    """Base of sentinels and clusters: nodes that are added and removed."""

    def __init__(self, where: RedisAddress) -> None:
        self._where = where
        self._lock = asyncio.Lock()
        self._looked_at = 0.0  # loop time when the last look-up ended
        self._left: list[Node] = []

    async def _leave(self, gone: Iterable[Node]) -> None:
        """Stop using these nodes. They are closed at the next change, so that pending calls can end."""
        before, self._left = self._left, list(gone)
        for node in self._left:
            await _quietly(node.drop_idle())
        for node in before:
            await _quietly(node.close())

    async def close(self) -> None:
        """Close every connection."""
        for node in [*self._left, *self._now()]:
            await _quietly(node.close())

    def _now(self) -> list[Node]:
        raise NotImplementedError


class Sentinels(_Several):
    """The master that the sentinels name."""

    def __init__(self, where: RedisAddress) -> None:
        super().__init__(where)
        self._asked = list(where.addresses)
        self._node: Node | None = None

    def _now(self) -> list[Node]:
        return [] if self._node is None else [self._node]

    async def of(self, key: str) -> Node:
        """The master."""
        if self._node is None:
            async with self._lock:
                if self._node is None:
                    await self._find()
        assert self._node is not None
        return self._node

    async def every(self) -> list[Node]:
        """The master."""
        return [await self.of("")]

    async def look_again(self, node: Node, problem: BaseException) -> None:
        """Ask the sentinels who is master now."""
        began = asyncio.get_running_loop().time()
        async with self._lock:
            # Of several callers that noticed at once, only the first asks.
            if node is self._node and self._looked_at < began:
                await self._find()

    async def _find(self) -> None:
        try:
            await self._ask()
        finally:
            self._looked_at = asyncio.get_running_loop().time()

    async def _ask(self) -> None:
        for sentinel in list(self._asked):
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                found = await _said(
                    self._where.sentinel(sentinel), "SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._where.service
                )
                if found is None:
                    continue
                address = (found[0].decode(), int(found[1]))
                role = await _said(self._where.url(address), "ROLE")
                if role[0] == b"master":
                    await self._take(address)
                    return
            # To the end of the list: the others may know more.
            self._asked.remove(sentinel)
            self._asked.append(sentinel)
        raise Unreachable(f"no sentinel names a master of {self._where.service} that answers")

    async def _take(self, address: Address) -> None:
        was = self._node
        if was is None or was.address != address:
            self._node = Node(self._where.url(address), address, master=True)
            await self._leave([] if was is None else [was])


class Cluster(_Several):
    """The masters of a cluster, each with its share of the slots."""

    def __init__(self, where: RedisAddress) -> None:
        super().__init__(where)
        self._nodes: dict[Address, Node] = {}
        self._slots: list[Node | None] = []
        self._known: list[Address] = list(where.addresses)

    def _now(self) -> list[Node]:
        return list(self._nodes.values())

    async def of(self, key: str) -> Node:
        """The master that holds a key; any one for an empty key."""
        if not self._slots:
            async with self._lock:
                if not self._slots:
                    await self._find(self._known)
        node = self._slots[key_slot(key.encode())] if key else next(iter(self._nodes.values()))
        if node is None:
            # No node serves this slot now; the next call looks again.
            self._slots = []
            raise ClusterDownError("no node serves this slot")
        return node

    async def every(self) -> list[Node]:
        """Every master."""
        await self.of("")
        return self._now()

    async def look_again(self, node: Node, problem: BaseException) -> None:
        """Ask the nodes which holds which slots: first the one that a MOVED answer named, `node` last."""
        began = asyncio.get_running_loop().time()
        async with self._lock:
            # Of several callers that noticed at once, only the first asks.
            if self._nodes.get(node.address) is not node or self._looked_at > began:
                return
            first: list[Address] = []
            if isinstance(problem, MovedError):
                first = [(problem.host or node.address[0], int(problem.port))]
            others = [address for address in self._known if address not in (*first, node.address)]
            await self._find([*first, *others, node.address])

    async def _find(self, whom: Iterable[Address]) -> None:
        try:
            await self._ask(whom)
        finally:
            self._looked_at = asyncio.get_running_loop().time()

    async def _ask(self, whom: Iterable[Address]) -> None:
        for address in whom:
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                rows = await _said(self._where.url(address), "CLUSTER", "SLOTS")
                if rows:
                    await self._take(rows, said_by=address)
                    return
        raise Unreachable("no node of the cluster answers")

    async def _take(self, rows: list[Any], *, said_by: Address) -> None:
        slots: list[Node | None] = [None] * SLOTS
        before, self._nodes = self._nodes, {}
        known: list[Address] = []
        for first, last, *servers in rows:
            # A node that does not know its own host name sends an empty one: then it is the one we have asked.
            found = [((server[0] or b"").decode() or said_by[0], int(server[1])) for server in servers]
            known += [address for address in found if address not in known]
            master = found[0]
            node = self._nodes.get(master) or before.get(master) or Node(self._where.url(master), master)
            self._nodes[master] = node
            slots[first : last + 1] = [node] * (last + 1 - first)
        self._slots = slots
        # The nodes in REDIS_URL stay known, in case all others disappear.
        self._known = known + [address for address in self._where.addresses if address not in known]
        await self._leave(node for address, node in before.items() if self._nodes.get(address) is not node)


async def _said(url: str, *words: str) -> Any:
    """The answer of the server at `url` to one command, over a new connection."""
    asking: Any = aioredis.Redis.from_url(
        url,
        protocol=2,
        decode_responses=False,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=ASKING,
        socket_connect_timeout=ASKING,
    )
    # Raw answers: redis-py converts some into types of its own clients.
    asking.response_callbacks.clear()
    try:
        return await asking.execute_command(*words)
    finally:
        await _quietly(asking.aclose())


async def _quietly(closing: Awaitable[Any]) -> None:
    with contextlib.suppress(RedisError, OSError):
        await closing


# Errors which say that another node holds the key, and that the command was not executed.
NOT_HERE = (MovedError, ReadOnlyError)
