"""The doors of boards: which code and links lead to a board, and how they are renewed.

What may not live here: HTTP, and whether a door is open (the board says that).
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
        """What opens a board's doors now."""
        settings = await self._store.doors.settings(board)
        return await self._derived(board, int(settings.get("renewal", "0")))

    async def first_keys(self, board: str) -> Keys:
        """What a board that is not made yet will have, should no other board have its code."""
        return await self._derived(board, 0)

    async def hang(self, board: str) -> Keys:
        """Let a new board's code and links lead to it."""
        return await self._hang(board, 0)

    async def renew(self, board: str) -> Keys:
        """A new code and new links; the old ones lead nowhere any more."""
        settings = await self._store.doors.settings(board)
        keys = await self._hang(board, int(settings.get("renewal", "0")) + 1)
        await self._store.doors.take_down(board, but=await self._digests(keys))
        return keys

    async def find(self, key: str, *, kind: str) -> tuple[str, str] | None:
        """The board and role that a `code` or `join` link leads to; None when it leads nowhere."""
        return await self._store.doors.leads_to(access.look_up(await self._known(), key, kind=kind))

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

    async def _hang(self, board: str, renewal: int) -> Keys:
        """The keys of a renewal, or of the first one after it whose code no other board has."""
        while True:
            keys = await self._derived(board, renewal)
            code, join, listen = await self._digests(keys)
            if await self._store.doors.hang(board, digest=code, leads_to="participant"):
                break
            renewal += 1
        await self._store.doors.hang(board, digest=join, leads_to="participant")
        await self._store.doors.hang(board, digest=listen, leads_to="listener")
        await self._store.doors.set_setting(board, name="renewal", value=str(renewal))
        return keys
