"""Redis pub/sub between the web processes: messages arrive at once, and may be lost.

A process holds one pub/sub connection to each node that owns a channel it subscribes to: one in all, or one for each
master of a cluster. Channels are sharded, so in a cluster a message stays within the shard that holds its board.

What may not live here: what a message means (message.py), and anything that must not be lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

from redis.exceptions import ConnectionError as CutOff
from redis.exceptions import MovedError, RedisError

from server import outages
from server.store.node import ANSWER, Node
from server.store.nodes import Nodes
from server.tasks import stop

log = logging.getLogger("tavle.pubsub")

SUBSCRIBED = 1.0  # seconds to wait for Redis to confirm a subscription
BUFFER = 64 * 1024  # bytes: the larger of the buffers at the two ends of a connection
SILENCE = 10.0  # seconds without a message after which a connection is pinged
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds before a lost connection is replaced (back-off)
HOUSE = "tavle:house"  # a channel that every process subscribes to

Listener = Callable[[bytes | None], None]
"""Called with each message, or with None when messages may have been missed."""


class PubSub:
    """The subscriptions of this process.

    After a lost connection it subscribes again by itself, and then calls every listener with None.
    """

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._listeners: dict[str, Listener] = {}
        self._confirmed: dict[str, asyncio.Event] = {}
        self._connections: dict[Node, _Connection] = {}
        self._failed: dict[Node, BaseException] = {}
        self._lost = asyncio.Event()
        self._pause = FIRST_PAUSE
        self._told = False  # that a connection was lost, and not yet that it is back
        self._ending: asyncio.TimerHandle | None = None  # when it is told that all have been back for a while
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the task that replaces lost connections."""
        self._task = asyncio.create_task(self._resubscribe(), name="pubsub")

    async def close(self) -> None:
        """End every subscription and close the connections."""
        self._lost_again()
        await stop([self._task])
        await stop([connection.task for connection in list(self._connections.values())])

    async def subscribe(self, name: str, listener: Listener) -> None:
        """Call `listener` for every message on channel `name`.

        Returns when Redis has confirmed the subscription, or after `SUBSCRIBED` seconds without that. In either case
        `listener` is called with None once it is confirmed.
        """
        self._listeners[name] = listener
        confirmed = self._confirmed[name] = asyncio.Event()
        try:
            async with asyncio.timeout(SUBSCRIBED):
                await self._subscribe_at_owner(name)
                await confirmed.wait()
        except (RedisError, OSError, TimeoutError):
            self._lost.set()

    async def unsubscribe(self, name: str) -> None:
        """End a subscription."""
        self._listeners.pop(name, None)
        self._confirmed.pop(name, None)
        for connection in list(self._connections.values()):
            with contextlib.suppress(RedisError, OSError):
                await connection.drop(name)

    def subscribed(self, name: str) -> bool:
        """Whether Redis has confirmed a subscription to `name` and its connection has not been lost since."""
        confirmed = self._confirmed.get(name)
        return confirmed is not None and confirmed.is_set()

    async def publish(self, name: str, data: bytes) -> None:
        """Send a message to every process that subscribes to `name`; it is lost when Redis cannot be reached."""
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(ANSWER):
                node = await self._nodes.of(name)
                try:
                    await node.ask("SPUBLISH", name, data)
                except MovedError as moved:
                    await self._nodes.look_again(node, moved)
                    node = await self._nodes.of(name)
                    await node.ask("SPUBLISH", name, data)

    async def overwrite(self) -> None:
        """Have a long answer overwrite the buffers of the connections, at both ends. Raises RedisError or OSError."""
        for connection in list(self._connections.values()):
            await connection.ping(bytes(BUFFER))

    async def _subscribe_at_owner(self, name: str) -> None:
        """Subscribe at the node that owns the channel."""
        node = await self._nodes.of(name)
        if name not in self._listeners:
            return
        connection = self._connections.get(node)
        if connection is None:
            connection = self._connections[node] = _Connection(self, node)
        await connection.add(name)

    async def _resubscribe(self) -> None:
        while True:
            await self._lost.wait()
            self._lost.clear()
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            try:
                while self._failed:
                    node, problem = self._failed.popitem()
                    await self._nodes.look_again(node, problem)
                held = {name for connection in self._connections.values() for name in connection.names}
                for name in [name for name in self._listeners if name not in held]:
                    await self._subscribe_at_owner(name)
            except (RedisError, OSError):
                self._lost.set()

    # -- called by connections ------------------------------------------------------------

    def works(self) -> None:
        """A connection works: it is subscribed, or a message came."""
        self._pause = FIRST_PAUSE
        # Of several nodes one may still be away: then some channel is not confirmed.
        if self._told and self._ending is None and all(map(self.subscribed, self._listeners)):
            self._ending = asyncio.get_running_loop().call_later(outages.STEADY, self._tell_end)

    def _tell_end(self) -> None:
        self._told, self._ending = False, None
        log.warning("changes are announced again")

    def _lost_again(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def received(self, name: str, data: bytes | None) -> None:
        """Pass a message to its listener; None: Redis has confirmed the subscription."""
        if data is None and name in self._confirmed:
            self._confirmed[name].set()
        self.works()
        listener = self._listeners.get(name)
        if listener is None:
            return
        try:
            listener(data)
        except Exception:
            log.exception("a subscriber raised an exception")

    def lost(self, connection: _Connection, problem: BaseException, names: Iterable[str]) -> None:
        """A connection is gone, or another node owns these channels now: have them subscribed again."""
        self._lost_again()
        if connection.over and not self._told:
            self._told = True
            log.warning(
                "the connection over which changes are announced was lost (%s): until it is back, screens are up to "
                "two seconds behind; trying again",
                type(problem).__name__,
            )
        for name in names:
            if name in self._confirmed:
                self._confirmed[name].clear()
        if connection.over and self._connections.get(connection.node) is connection:
            del self._connections[connection.node]
        self._failed[connection.node] = problem
        self._lost.set()


class _Connection:
    """One connection to one node, for every subscribed channel that the node owns."""

    def __init__(self, owner: PubSub, node: Node) -> None:
        self.node = node
        self.names: set[str] = set()
        self.over = False
        self._owner = owner
        self._pubsub: Any = None
        self.task = asyncio.create_task(self._run(), name="pubsub connection")

    async def add(self, name: str) -> None:
        self.names.add(name)
        if self._pubsub is not None:
            await self._pubsub.ssubscribe(name)

    async def drop(self, name: str) -> None:
        if name in self.names:
            self.names.discard(name)
            if self._pubsub is not None:
                await self._pubsub.sunsubscribe(name)

    async def ping(self, said: bytes) -> None:
        if self._pubsub is not None:
            await self._pubsub.ping(said)

    async def _run(self) -> None:
        pubsub = self.node.listening.pubsub()
        try:
            # With this channel the connection has a subscription even when no board is open.
            await pubsub.subscribe(HOUSE)
            self._pubsub = pubsub
            for name in list(self.names):  # one by one: in a cluster their slots may differ
                await pubsub.ssubscribe(name)
            await self._listen(pubsub)
        except Exception as problem:  # whatever it was: without a connection no message would arrive
            self.over = True
            self._owner.lost(self, problem, self.names)
        finally:
            self._pubsub = None
            with contextlib.suppress(RedisError, OSError):
                await pubsub.aclose()

    async def _listen(self, pubsub: Any) -> None:
        asked = False
        while True:
            message = await pubsub.get_message(timeout=SILENCE)
            if message is None:
                if asked:
                    raise CutOff("no answer to a ping")
                asked = True
                await pubsub.ping()
                continue
            asked = False
            match message["type"]:
                case "smessage":
                    self._owner.received(message["channel"].decode(), message["data"])
                case "subscribe":
                    self._owner.works()
                case "ssubscribe":
                    self._owner.received(message["channel"].decode(), None)
                case "sunsubscribe" if (name := message["channel"].decode()) in self.names:
                    # We did not unsubscribe: the node no longer owns this slot.
                    self.names.discard(name)
                    self._owner.lost(self, CutOff("the slot has moved"), [name])
