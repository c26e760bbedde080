"""Tokens of people who have joined but not said hello yet, with what is known of them until then.

They are not on the board: a token that is never used leaves nothing there. Only hashes of tokens are stored (S7).

What may not live here: making tokens, and what a person becomes on the board (board_schema).
"""

from __future__ import annotations

import json
from typing import Any

from server.store import keys
from server.store.calls import Calls
from server.store.types import Joining

MOST = 2_000  # tokens of one board that wait for their hello; above it nobody joins until some are used or too old
SWEEP = 64  # new ones after which those that are too old are looked for


class JoiningTokens:
    """Tokens that wait for their first hello, by board. Times are in milliseconds. All calls may raise StoreAway."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def add(self, board: str, *, digest: str, who: Joining, now: int, until: int) -> bool:
        """Keep a person until `until`; False, and nothing kept, when `MOST` wait already."""
        key = keys.joining(board)
        _, _, count = await self._calls.pipe(
            [
                ("HSET", key, digest, _packed(who, until)),
                ("PEXPIRE", key, max(1, until - now)),  # of the whole key: the last one that was added is the youngest
                ("HLEN", key),
            ],
            whole=True,
        )
        if count % SWEEP and count <= MOST:
            return True
        every: dict[bytes, bytes] = await self._calls.do("HGETALL", key)
        old = [name for name, packed in every.items() if _until(packed) <= now]
        if len(every) - len(old) > MOST:
            old.append(digest.encode())
        if old:
            await self._calls.do("HDEL", key, *old)
        return digest.encode() not in old

    async def of(self, board: str, *, digest: str, now: int) -> Joining | None:
        """Who the token with that hash stands for; None when it is unknown or too old."""
        packed: bytes | None = await self._calls.ask("HGET", keys.joining(board), digest)
        return None if packed is None or _until(packed) <= now else _unpacked(packed)

    async def drop(self, board: str, *, digest: str) -> None:
        """Forget the token with that hash: its person is on the board."""
        await self._calls.ask("HDEL", keys.joining(board), digest)

    async def clear(self, board: str) -> None:
        """Forget all tokens of the board."""
        await self._calls.write("DEL", keys.joining(board))

    async def count(self, board: str) -> int:
        """How many tokens are kept, those too old and not yet deleted included."""
        return int(await self._calls.do("HLEN", keys.joining(board)))


def _packed(who: Joining, until: int) -> bytes:
    return json.dumps([until, who.role, who.pid, who.seat, who.name, who.remote, who.sitting]).encode()


def _until(packed: bytes) -> int:
    return int(json.loads(packed)[0])


def _unpacked(packed: bytes) -> Joining:
    said: list[Any] = json.loads(packed)
    return Joining(*said[1:])
