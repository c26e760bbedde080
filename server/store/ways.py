"""Ways back: links that work once and bring a person onto another device. Only hashes of their keys are stored (S7).

What may not live here: making keys and hashing them (server.doors), and who may open a link (server.web).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from server.store import keys
from server.store.calls import Calls

WayKind = Literal["return", "own"]

# Of each kind a person has one link at a time: a newer one replaces it.
_ADD = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old then redis.call('HDEL', KEYS[1], old) end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], ARGV[2], ARGV[1] .. ' ' .. ARGV[3])
return 1
"""
# Of several that open a link at the same time one is answered 1.
_TAKE = """
if redis.call('HDEL', KEYS[1], ARGV[2]) == 0 then return 0 end
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 1
"""


@dataclass(frozen=True, slots=True)
class Way:
    """Whom a link is for, by pid, and until when it works (ms; 0: no end).

    `return`: made by the facilitator for somebody else; `own`: made by a person for another device of their own.
    """

    kind: WayKind
    pid: str
    until: int = 0


class Ways:
    """The links of every board that were not opened yet. All calls may raise StoreAway."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def add(self, board: str, *, digest: str, way: Way) -> None:
        """Let the key with that hash open a link once. An earlier link of the same kind and person ends."""
        await self._calls.write("EVAL", _ADD, 1, keys.ways(board), f"{way.kind} {way.pid}", digest, way.until)

    async def of(self, board: str, *, digest: str, now: int) -> Way | None:
        """The link of the key with that hash; None for one that is unknown, used, withdrawn or over."""
        found: bytes | None = await self._calls.do("HGET", keys.ways(board), digest)
        way = None if found is None else _unpacked(found)
        return None if way is None or 0 < way.until <= now else way

    async def take(self, board: str, *, digest: str, way: Way) -> bool:
        """Use a link up; False when it has been used or withdrawn since."""
        name = f"{way.kind} {way.pid}"
        return bool(await self._calls.write("EVAL", _TAKE, 1, keys.ways(board), name, digest))

    async def open(self, board: str, *, now: int) -> list[Way]:
        """All links of a board that can be opened now."""
        return [way for way in (await self._every(board)).values() if not 0 < way.until <= now]

    async def withdraw(self, board: str, which: Callable[[Way], bool]) -> None:
        """End the links that `which` says."""
        gone = {digest: way for digest, way in (await self._every(board)).items() if which(way)}
        if gone:
            names = [f"{way.kind} {way.pid}" for way in gone.values()]
            await self._calls.write("HDEL", keys.ways(board), *gone, *names)

    async def drop(self, board: str) -> None:
        """End all links of a board."""
        await self._calls.write("DEL", keys.ways(board))

    async def _every(self, board: str) -> dict[bytes, Way]:
        found: dict[bytes, bytes] = await self._calls.do("HGETALL", keys.ways(board))
        return {digest: _unpacked(packed) for digest, packed in found.items() if b" " not in digest}


def _unpacked(packed: bytes) -> Way:
    kind, pid, until = packed.decode().split(" ")
    return Way(cast(WayKind, kind), pid, int(until))
