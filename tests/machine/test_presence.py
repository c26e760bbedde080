"""Presence messages between processes: the latest state, in order, one publish at a time."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

from server.boards.presence import Presence
from server.store import PubSub


class SlowPubSub:
    """A PubSub that holds each message back until it is let through."""

    def __init__(self) -> None:
        self.waiting: list[asyncio.Event] = []
        self.came, self.went = asyncio.Event(), asyncio.Event()
        self.received: list[list[Any]] = []

    async def subscribe(self, name: str, listener: object) -> None:
        """Nobody else is there."""

    async def unsubscribe(self, name: str) -> None:
        """Nobody else was there."""

    async def publish(self, name: str, data: bytes) -> None:
        through = asyncio.Event()
        self.waiting.append(through)
        self.came.set()
        await through.wait()
        self.waiting.remove(through)
        self.received.append(json.loads(data))
        self.went.set()

    async def comes(self) -> None:
        """Return when a message waits."""
        while not self.waiting:
            self.came.clear()
            await self.came.wait()

    async def let_through(self) -> list[Any]:
        """Let the next message through; it must be the only one that waits."""
        await self.comes()
        assert len(self.waiting) == 1, "two words were on their way at once: one may overtake the other"
        self.went.clear()
        self.waiting[0].set()
        await self.went.wait()
        return self.received[-1]


async def met(pubsub: SlowPubSub) -> Presence:
    """A presence that knows another process."""
    presence = Presence("b", cast(PubSub, pubsub), lambda: None)
    await presence.open()
    assert (await pubsub.let_through())[0] == "who"
    presence._received(json.dumps(["here", "other", ["seat"]]).encode())
    assert (await pubsub.let_through())[0] == "here"
    return presence


async def test_a_drag_is_never_overtaken_by_an_older_one() -> None:
    pubsub, me = SlowPubSub(), object()
    presence = await met(pubsub)
    presence.drag("n", (0.1, 0.1), by=me)
    await pubsub.comes()
    for step in range(2, 6):
        presence.drag("n", (step / 10, 0.1), by=me)
        presence._publish_drags()
    presence.drag("m", (0.5, 0.5), by=me)
    presence._publish_drags()
    assert (await pubsub.let_through())[2] == {"n": [0.1, 0.1]}
    assert (await pubsub.let_through())[2] == {"n": [0.5, 0.1], "m": [0.5, 0.5]}, "what was overtaken is not told"
    presence.drag("n", None, by=me)
    assert (await pubsub.let_through())[2] == {"n": None}
    await presence.close()


async def test_the_end_of_a_drag_waits_for_its_last_place() -> None:
    pubsub, me = SlowPubSub(), object()
    presence = await met(pubsub)
    presence.drag("n", (0.1, 0.1), by=me)
    await pubsub.comes()
    presence.end_drags(me)
    presence._publish_drags()
    assert (await pubsub.let_through())[2] == {"n": [0.1, 0.1]}
    assert (await pubsub.let_through())[2] == {"n": None}
    await presence.close()
