"""Codes and links of boards: looking them up, renewing and withdrawing each of them.

What may not live here: HTTP, and whether a board lets people join now (the board's `door` field).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from server.doors import access
from server.doors.access import Keys, Renewals
from server.store import Credential, Store

Link = Literal["join", "listen", "wall", "leader", "notice"]
SITTING = "sitting"  # the setting that says since when the sitting is for which the code was made
OFF = "off"  # follows the number of a link that is withdrawn


class Doors:
    """Codes and links of every board. All calls may raise StoreAway."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._secret: bytes | None = None

    async def keys(self, board: str) -> Keys:
        """The board's present code and links."""
        return await self._derived(board, _renewals(await self._store.doors.settings(board)))

    async def first_keys(self, board: str) -> Keys:
        """The code and links that a new board gets unless another board has the same code."""
        return await self._derived(board, Renewals())

    async def register(self, board: str) -> Keys:
        """Store a new board's code and links, and return them."""
        keys = await self._register_code(board, Renewals())
        await self._store.doors.register(board, digest=await self._digest(keys.listen), role="listener")
        return keys

    async def renew(self, board: str, link: Link) -> None:
        """Make one link anew (with `join` the code too), also a withdrawn one; the old one becomes invalid."""
        settings = await self._store.doors.settings(board)
        now = _renewals(settings)
        if link == "join":
            # Boards of earlier releases had one number for both.
            await self._store.doors.set_setting(board, name="listen", value=_said(settings, "listen"))
            await self._register_code(board, replace(now, join=now.join + 1))
            await self._forget_old(board)
            return
        number = _number(settings, link) + 1
        keys = await self._derived(board, replace(now, **{link: number}))
        if link == "listen":
            await self._store.doors.register(board, digest=await self._digest(keys.listen), role="listener")
            await self._store.doors.set_setting(board, name=link, value=str(number))
            await self._forget_old(board)
        else:
            token = {"wall": keys.wall, "leader": keys.leader, "notice": keys.notice}[link]
            await self._store.credentials.add(board, digest=access.digest(token), gives=Credential(link, ""))
            await self._store.doors.set_setting(board, name=link, value=str(number))
            await self._forget(board, link, but=token)

    async def renew_for(self, board: str, sitting: int) -> None:
        """Make the code and links that people come in by anew for a sitting (R41); nothing when that was done.

        Processes that do it at once make the same ones.
        """
        settings = await self._store.doors.settings(board)
        if not sitting or settings.get(SITTING) == str(sitting):
            return
        now = _renewals(settings)
        listen = None if now.listen is None else now.listen + 1
        keys, words = await self._free(board, replace(now, join=now.join + 1, listen=listen))
        await self._store.doors.register(board, digest=await self._digest(keys.join), role="participant")
        if listen is not None:
            await self._store.doors.register(board, digest=await self._digest(keys.listen), role="listener")
        said = _said(settings, "listen") if listen is None else str(listen)
        values = {"renewal": words, "listen": said, SITTING: str(sitting)}
        await self._store.doors.set_settings(board, values)
        await self._forget_old(board)

    async def are_for(self, board: str, sitting: int) -> bool:
        """Whether the present code and links were made for that sitting."""
        return (await self._store.doors.settings(board)).get(SITTING) == str(sitting)

    async def withdraw(self, board: str, link: Literal["listen", "wall", "leader", "notice"]) -> None:
        """Make a link invalid, until it is renewed."""
        settings = await self._store.doors.settings(board)
        await self._store.doors.set_setting(board, name=link, value=f"{_number(settings, link)} {OFF}")
        if link == "listen":
            await self._forget_old(board)
        else:
            await self._forget(board, link, but="")

    async def find(self, key: str, *, kind: str) -> tuple[str, str] | None:
        """The board and role that a code or link key gives access to, or None. `kind` is `code` or `join`."""
        return await self._store.doors.target(access.look_up(await self._known(), key, kind=kind))

    async def _known(self) -> bytes:
        if self._secret is None:
            self._secret = await self._store.doors.secret()
        return self._secret

    async def _derived(self, board: str, renewals: Renewals) -> Keys:
        return access.keys(await self._known(), board, renewals=renewals)

    async def _digest(self, key: str, *, kind: str = "join") -> str:
        return access.look_up(await self._known(), key, kind=kind)

    async def _register_code(self, board: str, renewals: Renewals) -> Keys:
        """Store the code and join link of a renewal, or of the first one after it with a code that no other has."""
        keys, said = await self._free(board, renewals)
        await self._store.doors.register(board, digest=await self._digest(keys.join), role="participant")
        await self._store.doors.set_setting(board, name="renewal", value=said)
        return keys

    async def _free(self, board: str, renewals: Renewals) -> tuple[Keys, str]:
        """The keys of a renewal, or of the first one after it with a code that no other board has, which is stored; and
        how the renewal is said in the settings.
        """
        renewals = replace(renewals, words=access.WORDS_NOW)
        while True:
            keys = await self._derived(board, renewals)
            digest = await self._digest(keys.code, kind="code")
            if await self._store.doors.register(board, digest=digest, role="participant"):
                return keys, f"{renewals.join} {renewals.words}"
            renewals = replace(renewals, join=renewals.join + 1)

    async def _forget_old(self, board: str) -> None:
        """Make all codes and links invalid but the present ones."""
        keys = await self.keys(board)
        present = [await self._digest(keys.code, kind="code"), await self._digest(keys.join)]
        if keys.listen:
            present.append(await self._digest(keys.listen))
        await self._store.doors.unregister(board, but=present)

    async def _forget(self, board: str, role: str, *, but: str) -> None:
        """Make the tokens of a role that is nobody's (wall, leader) unknown, but the present one."""
        kept = access.digest(but)
        await self._store.credentials.delete(board, lambda digest, gives: gives.role == role and digest != kept)


def _said(settings: Mapping[str, str], link: Link) -> str:
    """The stored state of a link: how often it was renewed, and whether it is withdrawn."""
    renewal, _, _ = settings.get("renewal", "0").partition(" ")
    if link == "join":
        return renewal
    # The listeners' link of earlier releases was renewed with the code.
    return settings.get(link, {"listen": renewal, "leader": f"0 {OFF}", "notice": f"0 {OFF}"}.get(link, "0"))


def _number(settings: Mapping[str, str], link: Link) -> int:
    return int(_said(settings, link).partition(" ")[0])


def _renewals(settings: Mapping[str, str]) -> Renewals:
    def open_one(link: Link) -> int | None:
        return None if _said(settings, link).endswith(OFF) else _number(settings, link)

    # Earlier releases stored the number of the renewal alone; their codes stay what they are until renewed.
    _, _, words = settings.get("renewal", "").partition(" ")
    return Renewals(
        join=_number(settings, "join"),
        listen=open_one("listen"),
        wall=open_one("wall"),
        leader=open_one("leader"),
        notice=open_one("notice"),
        words=int(words or access.WORDS_BEFORE),
    )
