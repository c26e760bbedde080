"""Boards as a release left them, kept in tests/vectors so that later versions can show that they still open them (T18).

    .venv/bin/python -m tests.machine.release tests/vectors/release-COMMIT.json

plays a workshop of each method on a whole Tavle, and writes every key of its store with what each screen showed. Run
it once for a release, with that release; a file that exists is not made again.

What may not live here: the plays (midway.py) and assertions (test_upgrade.py).
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import redis.asyncio as aioredis

from board_schema.board import Actor
from board_schema.view import audience, personal, view
from server import store
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.doors import access
from tests.machine import midway
from tests.machine.chaos.houses import running

Dump = dict[str, dict[str, Any]]


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def data(text: str) -> bytes:
    return base64.b64decode(text)


async def dump(url: str) -> Dump:
    """Every key of a store, with its kind and what it holds."""
    asking = aioredis.Redis.from_url(url)
    found: Dump = {}
    async for key in asking.scan_iter():
        kind = (await asking.type(key)).decode()
        match kind:
            case "string":
                held: Any = text(await asking.get(key))
            case "hash":
                held = {text(field): text(value) for field, value in (await asking.hgetall(key)).items()}
            case "zset":
                held = {text(member): score for member, score in await asking.zrange(key, 0, -1, withscores=True)}
            case "stream":
                held = [
                    [entry.decode(), [text(part) for pair in fields.items() for part in pair]]
                    for entry, fields in await asking.xrange(key)
                ]
            case other:
                raise ValueError(f"a key of type {other}")
        found[key.decode()] = {"kind": kind, "held": held}
    await asking.aclose()
    return dict(sorted(found.items()))


async def restore(url: str, dumped: Dump) -> None:
    """Put every key of a dump into an empty store."""
    asking = aioredis.Redis.from_url(url)
    for key, what in dumped.items():
        held = what["held"]
        match what["kind"]:
            case "string":
                await asking.set(key, data(held))
            case "hash":
                await asking.execute_command("HSET", key, *(data(part) for pair in held.items() for part in pair))
            case "zset":
                await asking.zadd(key, {data(member): score for member, score in held.items()})
            case "stream":
                for entry, fields in held:
                    await asking.execute_command("XADD", key, entry, *map(data, fields))
    await asking.aclose()


def screens(room: Room, people: dict[str, Actor]) -> dict[str, Any]:
    """What each of some people is shown of a board now; without the method, which stands beside it."""
    shown = {}
    for name, actor in people.items():
        seen = view(room.board, room.method, audience(room.board, actor))
        seen.pop("method", None)
        shown[name] = {"shown": seen, "own": personal(room.board, room.method, actor)}
    return shown


async def look(url: str, board: dict[str, Any], *, now: int) -> dict[str, Any]:
    """What everybody with a token is shown of a board, at a certain time."""
    async with opened(url, board, now=now) as (room, people):
        return {"version": room.board.version, "people": sorted(people), "screens": screens(room, people)}


@asynccontextmanager
async def opened(url: str, board: dict[str, Any], *, now: int) -> AsyncIterator[tuple[Room, dict[str, Actor]]]:
    """A board of a store as a web process opens it, at a certain time, and who each token that is known is."""
    shelf = store.connect(url)
    rooms = Rooms(shelf, now=lambda: now)
    await shelf.start()
    try:
        room = await rooms.get(board["id"])
        people = {}
        for name, token in board["tokens"].items():
            grant = await shelf.credentials.of(board["id"], digest=access.digest(token))
            if grant is not None:
                people[name] = Actor(grant.pid, grant.role)  # type: ignore[arg-type]
        yield room, people
    finally:
        await rooms.close()
        await shelf.close()


async def played() -> dict[str, Any]:
    """What a store holds after the workshops, and what was seen of them."""
    with tempfile.TemporaryDirectory(prefix="tavle-release-") as folder, running(Path(folder) / "data") as house:
        boards = [await play(house.base) for play in midway.WORKSHOPS]
        now = time.time_ns() // 1_000_000
        seen = [board | await look(house.url, board, now=now) for board in boards]
        return {"now": now, "boards": seen, "keys": await dump(house.url)}


def main(path: Path) -> None:
    if path.exists():
        sys.exit(f"{path} is there: what a release left is not made again")
    kept = asyncio.run(played())
    path.write_text(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
