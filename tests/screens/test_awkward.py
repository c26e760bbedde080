"""A phone behind each kind of proxy that lets no WebSocket pass: it joins, writes, and sees what is shown, by itself.

What may not live here: a hint to the page that its network is awkward.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Response, WebSocket

from tests.machine.awkward import Proxy
from tests.screens import plays
from tests.screens.conftest import SHOTS
from tests.screens.house import House
from tests.screens.leaks import Piece
from tests.screens.people import PATIENCE, Crowd, all_see, none_see
from tests.screens.texts import Method

pytestmark = pytest.mark.asyncio(loop_scope="session")

FV = Method("fremtidsvaerksted")


class Behind(Crowd):
    """A crowd with phones behind proxies, which tell the leak recorder what they pass on."""

    async def _read(self, name: str, response: Response) -> None:
        if "/stream/" not in response.url:  # that body has no end; the proxy has told of it already
            await super()._read(name, response)


@pytest_asyncio.fixture(loop_scope="session")
async def crowd(chromium: Browser, house: House, request: pytest.FixtureRequest) -> AsyncIterator[Behind]:
    """The people of a test."""
    gathered = Behind(chromium, house, SHOTS / str(request.node.name))
    yield gathered
    if getattr(request.node, "failed", False):
        await gathered.shot()
        await gathered.leave()
        print("\n".join(["the browsers' complaints:", *gathered.complaints]))
    else:
        await gathered.leave()
        gathered.check()


class Ear:
    """Puts the frames together that pass a proxy on their way to one phone."""

    def __init__(self, crowd: Crowd, name: str) -> None:
        self._crowd, self._name = crowd, name
        self._rest: dict[str, bytes] = {}
        self.frames = 0

    def __call__(self, path: str, data: bytes) -> None:
        if not path.startswith("/stream/"):
            return
        data = self._rest.get(path, b"") + data
        while len(data) >= 4 and len(data) - 4 >= (size := int.from_bytes(data[:4])):
            if size:
                self._crowd.leaks.add(Piece(self._name, "frame", "in", data[4 : 4 + size], path))
                self.frames += 1
            data = data[4 + size :]
        self._rest[path] = data


@dataclass
class Network:
    """What a network does to WebSockets and to answers that do not end, and the way that is to be found."""

    name: str
    upgrade: int
    holds: bool
    way: str


NETWORKS = [
    Network("refuses_403", 403, False, "/stream/open"),
    Network("refuses_426", 426, False, "/stream/open"),
    Network("swallows", 0, False, "/stream/open"),
    Network("refuses_and_buffers", 403, True, "/stream/poll"),
    Network("swallows_and_buffers", 0, True, "/stream/poll"),
]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
async def test_P8_a_phone_where_websockets_are_blocked_is_with_us(crowd: Behind, network: Network) -> None:
    lead = await plays.start(crowd, FV)
    ways = await plays.links(lead)
    wall = await plays.wall(crowd, ways["wall"])
    await wall.sees(FV.round("frame"))
    bo = await crowd.phone("bo")
    await plays.join_by_link(bo, await plays.scan(crowd, wall), name="Bo")
    await lead.sees("Bo")
    ear = Ear(crowd, "anna")
    proxy = Proxy(crowd.house.base, upgrade=network.upgrade, holds=network.holds, heard=ear)
    crowd.expect_noise(r"WebSocket connection to .* failed")
    async with proxy.serving():
        crowd.base = proxy.base
        anna = await crowd.phone("anna")
        link = (await plays.scan(crowd, wall)).replace(crowd.house.base, proxy.base)
        await plays.join_by_link(anna, link, name="Anna")
        await lead.sees("Anna")

        # -- she writes, hidden; so does Bo; each sees the other's when it is shown --
        await plays.go_on(lead, FV.round("critique"))
        hers = crowd.leaks.canary("Ingen tid til pauser", "anna")
        his = crowd.leaks.canary("Vagtplanen kommer for sent", "bo")
        await plays.write(anna, hers.text)
        await plays.write(bo, his.text)
        await anna.sees(hers.word)
        await wall.sees(FV.round("critique"))
        await none_see(hers.word, wall, lead, bo)
        await anna.press("ready.me")
        await wall.reads("wall.ready", n=1)
        await crowd.shot(anna)
        for canary in (hers, his):
            crowd.leaks.may_know(canary, "console", "wall", "anna", "bo")
        lane = FV.lane("critique").lower()
        button = lead.button("console.reveal", lane=lane).or_(lead.button("console.reveal_n", lane=lane))
        await button.click()
        await plays.look(anna, bo)
        for canary in (hers, his):
            await all_see(canary.word, wall, lead, anna, bo)
        await crowd.shot(anna, wall)

        # -- the next page of the tab knows the way --
        tries = len(proxy.upgrades)
        told = ear.frames
        await anna.page.reload()
        await plays.look(anna)
        await all_see(hers.word, anna)
        assert ear.frames > told
        assert len(proxy.upgrades) == tries
        assert network.way in proxy.answered
        began = proxy.upgrades[0]
        chosen, heard = proxy.asked["/stream/open"] - began, proxy.answered[network.way] - began
        print(f"{network.name}: turned to HTTP after {chosen:.2f} s, first words by {network.way} after {heard:.2f} s")
        await anna.context.close()
        del crowd.people["anna"]


async def test_P8_a_network_that_lets_websockets_pass_again_is_noticed(crowd: Behind) -> None:
    lead = await plays.start(crowd, FV)
    wall = await plays.wall(crowd, (await plays.links(lead))["wall"])
    await wall.sees(FV.round("frame"))
    proxy = Proxy(crowd.house.base, upgrade=403, heard=Ear(crowd, "anna"))
    crowd.expect_noise(r"WebSocket connection to .* failed")
    async with proxy.serving():
        crowd.base = proxy.base
        anna = await crowd.phone("anna")
        await anna.page.clock.install()
        link = (await plays.scan(crowd, wall)).replace(crowd.house.base, proxy.base)
        await plays.join_by_link(anna, link, name="Anna")
        await lead.sees("Anna")
        await plays.go_on(lead, FV.round("critique"))
        await anna.sees(FV.round("critique", "instruction"))
        assert "/stream/open" in proxy.answered
        proxy.upgrade = 101
        opened: list[WebSocket] = []
        spoken = asyncio.Event()

        def count(socket: WebSocket) -> None:
            opened.append(socket)
            if len(opened) == 2:  # the first one only asks whether it passes
                socket.on("framereceived", lambda _: spoken.set())

        anna.page.on("websocket", count)
        await anna.page.clock.fast_forward("05:30")
        async with asyncio.timeout(PATIENCE / 1000):
            await spoken.wait()
        hers = crowd.leaks.canary("Nu ad den lige vej", "anna")
        await plays.write(anna, hers.text)
        await anna.press("ready.me")
        await wall.reads("wall.ready", n=1)
        await anna.context.close()
        del crowd.people["anna"]
