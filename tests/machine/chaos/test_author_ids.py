"""I6, I7: sealing deletes author ids too."""

from __future__ import annotations

from pathlib import Path

import redis.asyncio as aioredis

from tests.machine.chaos.houses import running
from tests.machine.chaos.test_erase import dump, files_with, sealed


async def test_I7_the_author_ids_are_in_no_key_and_no_file_after_sealing(tmp_path: Path) -> None:
    with running(tmp_path / "data") as house:
        told = await sealed(house, forms=())
        left = await dump(house.url)
        await where(house.url, told["people"])
        still = [pid for pid in told["people"] if pid.encode() in left]
        tabs = [tab for tab in told["tabs"] if tab.encode() in left]
        files = [pid for pid in told["people"] if files_with(house, pid)]
        assert (still, tabs, files) == ([], [], [])


async def where(url: str, words: list[str]) -> None:
    """Print which keys hold any of the words."""
    asking = aioredis.Redis.from_url(url)
    async for key in asking.scan_iter():
        kind = await asking.type(key)
        held = repr(
            await (
                asking.hgetall(key)
                if kind == b"hash"
                else asking.xrange(key)
                if kind == b"stream"
                else asking.dump(key)
            )
        )
        print(key.decode(), sum(word in held for word in words), "of", len(words))
    await asking.aclose()
