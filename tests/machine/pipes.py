"""Passing bytes on between two connections, for proxies of tests."""

from __future__ import annotations

import asyncio
import contextlib

End = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def both_ways(one: End, other: End) -> None:
    """Pass on what comes from each end to the other, until one of them has nothing more or the caller is cancelled."""
    ways = [asyncio.create_task(pump(one[0], other[1])), asyncio.create_task(pump(other[0], one[1]))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes until there is no more, or one side is gone."""
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
