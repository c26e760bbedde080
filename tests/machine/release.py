"""Boards as a release left them, kept in tests/vectors so that later versions can show that they still open them (T18).

    .venv/bin/python -m tests.machine.release tests/vectors/release-0.1.0.json

plays two workshops on a whole Tavle, and writes every key of its store with what each screen showed. Run it once for
a release, with that release; a file that exists is not made again.

What may not live here: assertions (test_upgrade.py).
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import redis.asyncio as aioredis

from board_schema.board import Actor
from board_schema.view import audience, personal, view
from server import store
from server.boards.room import Room
from server.boards.rooms import Rooms
from server.doors import access
from tests.machine.chaos.crowd import Member, crowd
from tests.machine.chaos.houses import running
from tests.machine.talk import join, new_workshop

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
    """Open a board of a store as a web process does, at a certain time, with everybody's token."""
    shelf = store.connect(url)
    rooms = Rooms(shelf, now=lambda: now)
    await shelf.start()
    try:
        room = await rooms.get(board["id"])
        people = {}
        for name, token in board["tokens"].items():
            grant = await shelf.granted(board["id"], digest=access.digest(token))
            if grant is not None:
                people[name] = Actor(grant.pid, grant.role)  # type: ignore[arg-type]
        return {"version": room.board.version, "people": sorted(people), "screens": screens(room, people)}
    finally:
        await rooms.close()
        await shelf.close()


async def future(base: str) -> dict[str, Any]:
    """A workshop in the midst of it: notes up, drafts, one taken down, one person removed."""
    made = await new_workshop(base, title="Fremtiden", place="Skive")
    ways = {f"P{i}": await join(base, made["code"], name=f"P{i}") for i in range(1, 5)}
    place = {"sheet": "columns", "lane": "critique"}
    async with crowd([Member(base, made), *(Member(base, way) for way in ways.values())]) as (lead, *phones):
        await lead.do("round", to="critique", confirm=True)
        for phone in phones:
            for number in range(3):
                await phone.do("write", note=f"{phone.seat}note{number:06}", text=f"for lidt tid {number} æøå", **place)
        await phones[0].do("edit", note=f"{phones[0].seat}note000000", text="for lidt søvn")
        await phones[0].do("delete", note=f"{phones[0].seat}note000001")
        await lead.do("reveal", lane="critique")
        await lead.do("delete", note=f"{phones[1].seat}note000002")
        await lead.do("person", seat="hosted-seat", name="Uden telefon")
        await lead.do("remove", seat=phones[3].seat)  # a snapshot takes the place of what was before
        await phones[2].until(lambda: "board" in phones[2].view)
        await lead.do("round", to="dream", confirm=True)
        await lead.do("timer", act="start", minutes=5)
        for phone in phones[:3]:
            await phone.do("write", note=f"{phone.seat}dream00000", text="en drøm", sheet="columns", lane="dream")
            await phone.do("write", note="x", text="afvist", **place)
        await phones[1].do("ready", on=True)
    tokens = {name: way["token"] for name, way in ways.items()}
    return {"id": made["board"], "tokens": {"lead": made["token"], "wall": made["wall"], **tokens}}


async def history(base: str) -> dict[str, Any]:
    """A workshop that is over and sealed."""
    made = await new_workshop(base, "historievaerksted", title="Historien")
    way = await join(base, made["code"], name="Ann")
    async with crowd([Member(base, made), Member(base, way)]) as (lead, ann):
        await lead.do("round", to="write", confirm=True)
        year = str(lead.view["board"]["to"])
        await ann.do("write", note="ann-note-0001", text="flyttede hertil", sheet="timeline", lane=year)
        await lead.do("round", to="place", confirm=True)
        await ann.do("turn", act="take")
        await ann.do("place", note="ann-note-0001", lane=year, side="up")
        await lead.do("close")
        await lead.do("seal")
        await lead.until(lambda: bool(lead.view["board"]["sealed"]))
    return {"id": made["board"], "tokens": {"lead": made["token"], "wall": made["wall"], "Ann": way["token"]}}


async def played() -> dict[str, Any]:
    """What a store holds after both workshops, and what was seen of them."""
    with tempfile.TemporaryDirectory(prefix="tavle-release-") as folder, running(Path(folder) / "data") as house:
        boards = [await future(house.base), await history(house.base)]
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
