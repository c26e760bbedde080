"""Codes and links of boards: looking them up, and renewing them.

What may not live here: HTTP, and whether a board lets people join now (the board's `door` field).
"""

from __future__ import annotations

from server.doors import access
from server.doors.access import Keys
from server.store import Store


class Doors:
    """Codes and links of every board. All calls may raise StoreAway."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._secret: bytes | None = None

    async def keys(self, board: str) -> Keys:
        """The board's present code and links."""
        settings = await self._store.doors.settings(board)
        return await self._derived(board, int(settings.get("renewal", "0")))

    async def first_keys(self, board: str) -> Keys:
        """The code and links that a new board gets unless another board has the same code."""
        return await self._derived(board, 0)

    async def register(self, board: str) -> Keys:
        """Store a new board's code and links, and return them."""
        return await self._register(board, 0)

    async def renew(self, board: str) -> Keys:
        """Make a new code and new links, and the old ones invalid."""
        settings = await self._store.doors.settings(board)
        keys = await self._register(board, int(settings.get("renewal", "0")) + 1)
        await self._store.doors.unregister(board, but=await self._digests(keys))
        return keys

    async def find(self, key: str, *, kind: str) -> tuple[str, str] | None:
        """The board and role that a code or link key gives access to, or None. `kind` is `code` or `join`."""
        return await self._store.doors.target(access.look_up(await self._known(), key, kind=kind))

    async def _known(self) -> bytes:
        if self._secret is None:
            self._secret = await self._store.doors.secret()
        return self._secret

    async def _derived(self, board: str, renewal: int) -> Keys:
        return access.keys(await self._known(), board, renewal=renewal, words=access.words())

    async def _digests(self, keys: Keys) -> tuple[str, str, str]:
        secret = await self._known()
        return (
            access.look_up(secret, keys.code, kind="code"),
            access.look_up(secret, keys.join, kind="join"),
            access.look_up(secret, keys.listen, kind="join"),
        )

    async def _register(self, board: str, renewal: int) -> Keys:
        """Store the keys of a renewal, or of the first one after it with a code that no other board has."""
        while True:
            keys = await self._derived(board, renewal)
            code, join, listen = await self._digests(keys)
            if await self._store.doors.register(board, digest=code, role="participant"):
                break
            renewal += 1
        await self._store.doors.register(board, digest=join, role="participant")
        await self._store.doors.register(board, digest=listen, role="listener")
        await self._store.doors.set_setting(board, name="renewal", value=str(renewal))
        return keys
