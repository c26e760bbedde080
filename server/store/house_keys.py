"""The house key, and further keys for creating workshops (such as one for each department), beside the boards.

The house key is kept as it is, so that whoever runs the server can look it up; of further keys only hashes are stored.

What may not live here: making keys, hashing them, and what they allow (server.doors, server.web).
"""

from __future__ import annotations

from dataclasses import dataclass

from server.store import keys
from server.store.calls import Calls


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key that was given away, by name. `metrics`: it opens /metrics too. `made` is in ms since 1970."""

    name: str
    digest: str
    metrics: bool
    made: int


class HouseKeys:
    """All keys of this installation. All calls may raise StoreAway."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def main(self) -> str:
        """The house key; empty when there is none yet."""
        found: bytes | None = await self._calls.do("GET", keys.HOUSE_KEY)
        return "" if found is None else found.decode()

    async def first(self, key: str) -> str:
        """Make `key` the house key if there is none; returns the one that is valid now."""
        await self._calls.write("SET", keys.HOUSE_KEY, key, "NX")
        return await self.main()

    async def replace(self, key: str) -> None:
        """Make `key` the house key; the earlier one is invalid at once."""
        await self._calls.write("SET", keys.HOUSE_KEY, key)

    async def every(self) -> list[GivenKey]:
        """All further keys, by name."""
        found: dict[bytes, bytes] = await self._calls.do("HGETALL", keys.GIVEN_KEYS)
        return sorted((_unpacked(name, packed) for name, packed in found.items()), key=lambda key: key.name)

    async def add(self, key: GivenKey) -> bool:
        """Store a further key; False when there is one of that name."""
        packed = f"{key.digest} {int(key.metrics)} {key.made}"
        return bool(await self._calls.write("HSETNX", keys.GIVEN_KEYS, key.name, packed))

    async def withdraw(self, name: str) -> bool:
        """Make a further key invalid; False when there is none of that name."""
        return bool(await self._calls.write("HDEL", keys.GIVEN_KEYS, name))


def _unpacked(name: bytes, packed: bytes) -> GivenKey:
    digest, metrics, made = packed.decode().split(" ")
    return GivenKey(name.decode(), digest, metrics == "1", int(made))
