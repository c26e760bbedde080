"""Garbage collection: full collections run while no frames are sent, and after a time limit in any case."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from server.metrics import COUNTS
from server.process import garbage
from server.tasks import stop


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_everything_is_looked_through_only_when_told() -> None:
    garbage.hold_back()
    assert gc.get_threshold()[2] > 1_000_000
    assert gc.get_threshold()[0] < 10_000, "what is new is still looked through"
    assert gc.get_freeze_count() > 0


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[int]:
    """The frames that had been sent, at each time that everything was looked through."""
    found: asyncio.Queue[int] = asyncio.Queue()
    monkeypatch.setattr(garbage, "CHECK", 0.001)
    monkeypatch.setattr(garbage, "QUIET_AFTER", 0.0)
    monkeypatch.setattr(gc, "collect", lambda: found.put_nowait(COUNTS.frames))
    return found


async def test_it_is_done_in_a_quiet_moment_and_not_again_until_something_was_sent(looks: asyncio.Queue[int]) -> None:
    task = asyncio.create_task(garbage.collect())
    async with asyncio.timeout(10):
        first = await looks.get()
        COUNTS.frames += 1
        assert await looks.get() == first + 1
    await stop([task])
    assert looks.empty()


async def test_it_is_done_at_last_where_it_is_never_quiet(
    looks: asyncio.Queue[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "BUSY_AFTER", 0.02)
    monkeypatch.setattr(garbage, "QUIET_AFTER", 1_000.0)
    task = asyncio.create_task(garbage.collect())
    async with asyncio.timeout(10):
        await looks.get()
    await stop([task])
