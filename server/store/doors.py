"""Codes and links that open a board, and a board's settings that are not in its log.

What may not live here: making codes and links (server.doors).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from server.store import keys
from server.store.calls import Calls


class DoorKeys:
    """The board that each code or link opens, by the code's keyed hash (S7). All calls may raise StoreAway."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def register(self, board: str, *, digest: str, role: str) -> bool:
        """Let the code or link with that keyed hash open a board, with a role.

        False when it already opens another board, or this one with another role; then nothing is changed.
        """
        told = f"{role} {board}".encode()
        await self._calls.write("HSET", keys.doors(board), digest, role)
        if await self._calls.write("SET", keys.door(digest), told, "NX"):
            return True
        there: bytes | None = await self._calls.do("GET", keys.door(digest))
        if there == told:
            return True
        await self._calls.do("HDEL", keys.doors(board), digest)
        return False

    async def unregister(self, board: str, *, but: Iterable[str] = ()) -> None:
        """Make all codes and links of the board invalid, except those with the hashes `but`."""
        stay = {digest.encode() for digest in but}
        gone = [d for d in await self._calls.do("HGETALL", keys.doors(board)) if d not in stay]
        if gone:
            await self._calls.scatter([("DEL", keys.door(digest.decode())) for digest in gone])
            await self._calls.do("HDEL", keys.doors(board), *gone)

    async def target(self, digest: str) -> tuple[str, str] | None:
        """The board that a code or link opens, and the role it gives; None for an unknown one."""
        told: bytes | None = await self._calls.do("GET", keys.door(digest))
        if told is None:
            return None
        role, _, board = told.decode().partition(" ")
        return board, role

    async def settings(self, board: str) -> dict[str, str]:
        """Settings of a board that are not in its log: about its links (server/doors/codes.py), and their `address`."""
        found: dict[bytes, bytes] = await self._calls.do("HGETALL", keys.head(board))
        return {name.decode()[1:]: value.decode() for name, value in found.items() if name.startswith(b"@")}

    async def set_setting(self, board: str, *, name: str, value: str) -> None:
        """Store one such setting."""
        await self._calls.write("HSET", keys.head(board), f"@{name}", value)

    async def set_settings(self, board: str, values: Mapping[str, str]) -> None:
        """Store several at once."""
        plain = [part for name, value in values.items() for part in (f"@{name}", value)]
        await self._calls.write("HSET", keys.head(board), *plain)

    async def drop_setting(self, board: str, *, name: str) -> None:
        """Forget one."""
        await self._calls.write("HDEL", keys.head(board), f"@{name}")

    async def secret(self) -> bytes:
        """The 32 random bytes that all codes and links are derived from; made at the first call."""
        await self._calls.write("SET", keys.SECRET, secrets.token_bytes(32), "NX")
        found: bytes = await self._calls.do("GET", keys.SECRET)
        return found
