"""The doorbell: what the processes of a house tell each other, lossy and at once.

A process holds one pub/sub connection to each node that holds anything it listens to: one in all,
or one for each master of a cluster. Names are sharded ones, so in a cluster a ring stays within the
shard that holds its board, and is heard by those who listen there.

What may not live here: what is rung and what it means, and anything that must not be lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

from redis.exceptions import ConnectionError as CutOff
from redis.exceptions import MovedError, RedisError

from server.store.node import ANSWER, Node
from server.store.nodes import Nodes
from server.tasks import stop

log = logging.getLogger("tavle.bell")

SUBSCRIBED = 1.0  # seconds to wait for a subscription to stand
SILENCE = 10.0  # seconds without a word after which a connection is asked whether it is there
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds before a connection that was cut is made anew
HOUSE = "tavle:house"

Ring = Callable[[bytes | None], None]
"""Called with what was rung, or with None when rings may have been missed."""


class Bell:
    """Everything that a process listens to.

    It comes back by itself when it is cut; then everybody is rung with None.
    """

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._rings: dict[str, Ring] = {}
        self._heard: dict[str, asyncio.Event] = {}
        self._lines: dict[Node, _Line] = {}
        self._doubted: dict[Node, BaseException] = {}
        self._lost = asyncio.Event()
        self._pause = FIRST_PAUSE
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._mend(), name="doorbell")

    async def close(self) -> None:
        """Stop listening, and let go of the connections."""
        await stop([self._task])
        await stop([line.task for line in list(self._lines.values())])

    async def listen(self, name: str, ring: Ring) -> None:
        """Have `ring` called for what is published to `name`.

        Returns when the subscription stands, or after a while without one: then `ring` is called
        with None once it does.
        """
        self._rings[name] = ring
        heard = self._heard[name] = asyncio.Event()
        try:
            async with asyncio.timeout(SUBSCRIBED):
                await self._place(name)
                await heard.wait()
        except (RedisError, OSError, TimeoutError):
            self._lost.set()

    async def hush(self, name: str) -> None:
        """End a subscription."""
        self._rings.pop(name, None)
        self._heard.pop(name, None)
        for line in list(self._lines.values()):
            with contextlib.suppress(RedisError, OSError):
                await line.drop(name)

    def listens(self, name: str) -> bool:
        """Whether a subscription to `name` stands, as far as is known."""
        heard = self._heard.get(name)
        return heard is not None and heard.is_set()

    async def publish(self, name: str, data: bytes) -> None:
        """Tell every process that listens; lost when Redis is away."""
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(ANSWER):
                node = await self._nodes.of(name)
                try:
                    await node.ask("SPUBLISH", name, data)
                except MovedError as moved:
                    await self._nodes.look_again(node, moved)
                    node = await self._nodes.of(name)
                    await node.ask("SPUBLISH", name, data)

    async def _place(self, name: str) -> None:
        """Subscribe where the name is at home."""
        node = await self._nodes.of(name)
        if name not in self._rings:
            return
        line = self._lines.get(node)
        if line is None:
            line = self._lines[node] = _Line(self, node)
        await line.add(name)

    async def _mend(self) -> None:
        while True:
            await self._lost.wait()
            self._lost.clear()
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            try:
                while self._doubted:
                    node, problem = self._doubted.popitem()
                    await self._nodes.look_again(node, problem)
                placed = {name for line in self._lines.values() for name in line.names}
                for name in [name for name in self._rings if name not in placed]:
                    await self._place(name)
            except (RedisError, OSError):
                self._lost.set()

    # -- for lines ------------------------------------------------------------------------

    def hear(self, name: str, data: bytes | None) -> None:
        """A ring, or None for a subscription that stands now."""
        self._pause = FIRST_PAUSE
        if data is None and name in self._heard:
            self._heard[name].set()
        ring = self._rings.get(name)
        if ring is None:
            return
        try:
            ring(data)
        except Exception:
            log.exception("a follower failed")

    def lose(self, line: _Line, problem: BaseException, names: Iterable[str]) -> None:
        """A connection is gone, or names are at home elsewhere now: hang up what hung there anew."""
        for name in names:
            if name in self._heard:
                self._heard[name].clear()
        if line.over and self._lines.get(line.node) is line:
            del self._lines[line.node]
        self._doubted[line.node] = problem
        self._lost.set()


class _Line:
    """One connection to one node, for every name that is at home there."""

    def __init__(self, bell: Bell, node: Node) -> None:
        self.node = node
        self.names: set[str] = set()
        self.over = False
        self._bell = bell
        self._pubsub: Any = None
        self.task = asyncio.create_task(self._run(), name="doorbell line")

    async def add(self, name: str) -> None:
        self.names.add(name)
        if self._pubsub is not None:
            await self._pubsub.ssubscribe(name)

    async def drop(self, name: str) -> None:
        if name in self.names:
            self.names.discard(name)
            if self._pubsub is not None:
                await self._pubsub.sunsubscribe(name)

    async def _run(self) -> None:
        pubsub = self.node.listening.pubsub()
        try:
            # A channel of our own keeps the connection in use when no board is open.
            await pubsub.subscribe(HOUSE)
            self._pubsub = pubsub
            for name in list(self.names):  # one by one: in a cluster each may have a slot of its own
                await pubsub.ssubscribe(name)
            await self._listen(pubsub)
        except Exception as problem:  # whatever it was: without it nobody would hear anything here
            log.warning("the doorbell is cut (%s); trying again", type(problem).__name__)
            self.over = True
            self._bell.lose(self, problem, self.names)
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
                    raise CutOff("no word from the other end")
                asked = True
                await pubsub.ping()
                continue
            asked = False
            match message["type"]:
                case "smessage":
                    self._bell.hear(message["channel"].decode(), message["data"])
                case "ssubscribe":
                    self._bell.hear(message["channel"].decode(), None)
                case "sunsubscribe" if (name := message["channel"].decode()) in self.names:
                    # Not asked for by us: the node has handed these keys to another.
                    self.names.discard(name)
                    self._bell.lose(self, CutOff("handed over"), [name])
