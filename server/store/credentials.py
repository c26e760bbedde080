"""Tokens and what each gives: a role, and the participant it belongs to. Only hashes of tokens are stored (S7).

What may not live here: making tokens and hashing them (server.doors).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.store import keys
from server.store.calls import Calls
from server.store.types import REMOVED, Credential


class Credentials:
    """The credentials of every board. All calls may raise StoreAway."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def add(self, board: str, *, digest: str, gives: Credential) -> None:
        """Let the token with that hash give a role and a participant of the board."""
        await self._calls.write("HSET", keys.tokens(board), digest, _packed(gives))

    async def of(self, board: str, *, digest: str) -> Credential | None:
        """What the token with that hash gives on this board; None when it is unknown."""
        found: bytes | None = await self._calls.ask("HGET", keys.tokens(board), digest)
        return None if found is None else _unpacked(found)

    async def of_many(self, asked: Sequence[tuple[str, str]]) -> list[Credential | None]:
        """What several tokens give, in one call for each node: pairs of board and hash."""
        if len(asked) <= 1:
            return [await self.of(board, digest=digest) for board, digest in asked]
        rows = await self._calls.scatter([("HGET", keys.tokens(board), digest) for board, digest in asked])
        return [None if row is None else _unpacked(row) for row in rows]

    async def revoke(self, board: str, *, pid: str) -> None:
        """Make every token of a participant good for nothing; of each is only kept that its person was removed."""
        every: dict[bytes, bytes] = await self._calls.do("HGETALL", keys.tokens(board))
        gone = [digest for digest, packed in every.items() if _unpacked(packed).pid == pid]
        if gone:
            plain = [part for digest in gone for part in (digest, _packed(Credential(REMOVED, "")))]
            await self._calls.write("HSET", keys.tokens(board), *plain)

    async def drop_participants(self, board: str) -> None:
        """Let every token give its role alone: nothing says any more whose it was (I7). Those of removed people go."""
        every: dict[bytes, bytes] = await self._calls.do("HGETALL", keys.tokens(board))
        found = {digest: _unpacked(packed) for digest, packed in every.items()}
        removed = [digest for digest, gives in found.items() if gives.role == REMOVED]
        if removed:
            await self._calls.write("HDEL", keys.tokens(board), *removed)
        roles = {digest: Credential(gives.role, "") for digest, gives in found.items() if gives.role != REMOVED}
        plain = [part for digest, gives in roles.items() for part in (digest, _packed(gives))]
        if plain:
            await self._calls.write("HSET", keys.tokens(board), *plain)


def as_fields(tokens: Iterable[tuple[str, Credential]]) -> list[str | bytes]:
    """Pairs of a token's hash and its credential, as the fields and values of a board's hash of tokens."""
    return [part for digest, gives in tokens for part in (digest, _packed(gives))]


def _packed(gives: Credential) -> bytes:
    return f"{gives.role} {gives.pid}".encode()


def _unpacked(packed: bytes) -> Credential:
    role, _, pid = packed.decode().partition(" ")
    return Credential(role, pid)
