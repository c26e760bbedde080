"""Fixtures for the browser tests: one browser, a real Tavle per test file, and the people of a test.

At the end of every test: no browser complained of anything, none asked another house for anything, nothing leaked.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.screens.house import NAME, House
from tests.screens.people import Crowd
from tests.screens.texts import ROOT

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A name that is not localhost, as on a hospital's network: no secure context there.
    f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
]
SHOTS = ROOT / "tests" / "artefacts" / "screens"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser, with a fresh profile; every person gets a context of their own in it."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=os.environ.get("TAVLE_CHROMIUM") or "/usr/bin/chromium", args=FLAGS
        )
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A Tavle, for the tests of one file."""
    started = House(tmp_path_factory.mktemp("data"))
    yield started
    started.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def crowd(chromium: Browser, house: House, request: pytest.FixtureRequest) -> AsyncIterator[Crowd]:
    """The people of a test."""
    gathered = Crowd(chromium, house, SHOTS / str(request.node.name))
    yield gathered
    failed = getattr(request.node, "failed", False)
    if failed:
        await gathered.shot()
    await gathered.leave()
    if not failed:
        gathered.check()
    else:
        print("\n".join(["the browsers' complaints:", *gathered.complaints]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if call.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    return report
