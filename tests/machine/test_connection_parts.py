"""Parts of a connection on their own: members used of uvicorn's class, the inbox, the flow event, token look-ups."""

from __future__ import annotations

import asyncio
import inspect
from types import SimpleNamespace
from typing import cast

import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.connections.inbox import Flow, Inbox
from server.connections.protocol import SocketProtocol
from server.connections.tokens import TokenLookup
from server.store import Credential, Store, StoreAway
from tests.machine.conftest import House
from tests.machine.talk import closed, people
from tests.machine.waiting import turned


async def test_what_is_used_of_uvicorn_is_there() -> None:
    """The protocol class is no public API: this fails first when an upgrade moves it."""
    members = ("handle_connect", "resume_writing", "handle_events", "shutdown", "send", "receive")
    assert all(hasattr(SocketProtocol, name) for name in members)
    fields = {"conn", "writable", "handshake_complete", "close_sent", "disconnected", "transport"}
    source = inspect.getsource(WebSocketsSansIOProtocol.__init__)
    assert all(f"self.{name}" in source for name in fields)


async def test_W6_an_idle_connection_holds_nothing_that_only_its_handshake_needed(house: House) -> None:
    """Also: no attribute of uvicorn's class lies in a dictionary, which would weigh a kilobyte and a half."""
    _, (lead,) = await people(house, 0)
    (only,) = house.server.config.app._registry.all
    output = only.output
    assert isinstance(output, SocketProtocol)
    assert vars(output) == {}
    assert output.scope == {}
    assert not output.request.headers
    assert not output.response.headers
    assert output.open
    assert output.queue.empty()
    await closed(lead)
    assert not output.open


async def test_the_inbox_gives_what_came_in_order_to_whoever_waits() -> None:
    inbox = Inbox()
    with pytest.raises(TimeoutError):  # nothing is lost by it
        async with asyncio.timeout(0):
            await inbox.get()
    for i in range(3):
        inbox.put_nowait(i)
    assert [await inbox.get() for _ in range(3)] == [0, 1, 2]
    assert inbox.empty()

    async def put() -> None:
        assert inbox.awaited is True
        inbox.put_nowait(3)

    assert await asyncio.gather(inbox.get(), put()) == [3, None]


async def test_flow_lets_all_go_on_who_waited() -> None:
    flow = Flow()
    await flow.wait()
    flow.clear()
    waiting = [asyncio.create_task(flow.wait()) for _ in range(2)]

    async def let_go() -> None:
        assert not any(task.done() for task in waiting)
        flow.set()

    await asyncio.gather(*waiting, let_go())
    assert flow.is_set()


async def test_tokens_that_are_shown_during_a_look_go_together_in_the_next_one() -> None:
    looks: list[list[tuple[str, str]]] = []
    came, going = asyncio.Event(), asyncio.Event()

    class SlowCredentials:
        async def of_many(self, asked: list[tuple[str, str]]) -> list[Credential | None]:
            looks.append(list(asked))
            came.set()
            await going.wait()
            if ("b", "bad") in asked:
                raise StoreAway("now")
            return [None if digest == "unknown" else Credential("participant", digest) for _, digest in asked]

    lookup = TokenLookup(cast(Store, SimpleNamespace(credentials=SlowCredentials())))
    first = asyncio.create_task(lookup.credential("b", digest="p0"))
    await came.wait()
    others = [asyncio.create_task(lookup.credential("b", digest=digest)) for digest in ("p1", "unknown", "p2")]
    await turned()  # each has asked
    others[0].cancel()  # whoever goes away meanwhile keeps nobody
    going.set()
    assert await first == Credential("participant", "p0")
    assert await others[1] is None
    assert await others[2] == Credential("participant", "p2")
    assert [len(asked) for asked in looks] == [1, 3]
    with pytest.raises(StoreAway):
        await lookup.credential("b", digest="bad")
    assert await lookup.credential("b", digest="p3") == Credential("participant", "p3"), "it goes on after a failure"
    await lookup.close()
