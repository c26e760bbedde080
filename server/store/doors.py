"""Codes and links that lead to a board, and the small settings beside its log.

What may not live here: making codes and links (server.doors).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from server.store import keys
from server.store.calls import Calls


class DoorKeys:
    """What the house's codes and links lead to, by their keyed hashes (S7). All calls may raise StoreAway."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def hang(self, board: str, *, digest: str, leads_to: str) -> bool:
        """Let a code or link with that keyed hash lead to a board, as `leads_to` (a role).

        False when it leads to another board already; then nothing is changed.
        """
        told = f"{leads_to} {board}".encode()
        await self._calls.write("HSET", keys.doors(board), digest, leads_to)
        if await self._calls.write("SET", keys.door(digest), told, "NX"):
            return True
        there: bytes | None = await self._calls.do("GET", keys.door(digest))
        if there == told:
            return True
        await self._calls.do("HDEL", keys.doors(board), digest)
        return False

    async def take_down(self, board: str, *, but: Iterable[str] = ()) -> None:
        """Let none of the board's codes and links lead anywhere any more, but those named."""
        stay = {digest.encode() for digest in but}
        gone = [d for d in await self._calls.do("HGETALL", keys.doors(board)) if d not in stay]
        if gone:
            await self._calls.scatter([("DEL", keys.door(digest.decode())) for digest in gone])
            await self._calls.do("HDEL", keys.doors(board), *gone)

    async def leads_to(self, digest: str) -> tuple[str, str] | None:
        """The board and the role that a code or link leads to; None for one that leads nowhere."""
        told: bytes | None = await self._calls.do("GET", keys.door(digest))
        if told is None:
            return None
        role, _, board = told.decode().partition(" ")
        return board, role

    async def settings(self, board: str) -> dict[str, str]:
        """Small facts about a board that are no part of its history (which code, which address)."""
        found: dict[bytes, bytes] = await self._calls.do("HGETALL", keys.head(board))
        return {name.decode()[1:]: value.decode() for name, value in found.items() if name.startswith(b"@")}

    async def set_setting(self, board: str, *, name: str, value: str) -> None:
        """Keep such a fact."""
        await self._calls.write("HSET", keys.head(board), f"@{name}", value)

    async def secret(self) -> bytes:
        """What the house's codes and links are derived from: the same for all processes."""
        await self._calls.write("SET", keys.SECRET, secrets.token_bytes(32), "NX")
        found: bytes = await self._calls.do("GET", keys.SECRET)
        return found
