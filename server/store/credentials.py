"""Credentials: the role and participant that each token gives. Only hashes of tokens are stored (S7).

What may not live here: making tokens and hashing them (server.doors).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from server.store import keys
from server.store.calls import Calls
from server.store.types import REMOVED, Credential


class Credentials:
    """The credentials of every board. All calls may raise StoreAway."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def add(self, board: str, *, digest: str, gives: Credential) -> None:
        """Store the credential of the token with that hash."""
        await self._calls.write("HSET", keys.tokens(board), digest, _packed(gives))

    async def of(self, board: str, *, digest: str) -> Credential | None:
        """The credential of the token with that hash on this board; None for an unknown token."""
        found: bytes | None = await self._calls.ask("HGET", keys.tokens(board), digest)
        return None if found is None else _unpacked(found)

    async def of_many(self, asked: Sequence[tuple[str, str]]) -> list[Credential | None]:
        """The credentials of several tokens, given as pairs of board and hash, with one request to each node."""
        if len(asked) <= 1:
            return [await self.of(board, digest=digest) for board, digest in asked]
        rows = await self._calls.scatter([("HGET", keys.tokens(board), digest) for board, digest in asked])
        return [None if row is None else _unpacked(row) for row in rows]

    async def every(self, board: str) -> dict[str, Credential]:
        """All credentials of a board, by the hashes of their tokens."""
        found: dict[bytes, bytes] = await self._calls.do("HGETALL", keys.tokens(board))
        return {digest.decode(): _unpacked(packed) for digest, packed in found.items()}

    async def delete(self, board: str, which: Callable[[str, Credential], bool]) -> int:
        """Make the tokens unknown for which `which` is true (of hash and credential); returns how many there were."""
        gone = [digest for digest, gives in (await self.every(board)).items() if which(digest, gives)]
        if gone:
            await self._calls.write("HDEL", keys.tokens(board), *gone)
        return len(gone)

    async def revoke(self, board: str, whose: Callable[[str], bool]) -> None:
        """Revoke the tokens of the pids for which `whose` is true; each is kept with the role `REMOVED` only."""
        gone = [digest for digest, gives in (await self.every(board)).items() if whose(gives.pid)]
        if gone:
            plain = [part for digest in gone for part in (digest, _packed(Credential(REMOVED, "")))]
            await self._calls.write("HSET", keys.tokens(board), *plain)

    async def drop_participants(self, board: str) -> None:
        """Delete the participant from every credential (I7), and the revoked tokens."""
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
    """Pairs of a token's hash and credential as fields and values for HSET on a board's tokens."""
    return [part for digest, gives in tokens for part in (digest, _packed(gives))]


def _packed(gives: Credential) -> bytes:
    return f"{gives.role} {gives.pid}".encode()


def _unpacked(packed: bytes) -> Credential:
    role, _, pid = packed.decode().partition(" ")
    return Credential(role, pid)
