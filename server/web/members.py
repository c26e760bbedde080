"""Links with a label, by which others lead a programme too, and the further keys that were made with each (R40).

All of them are keys of the one facilitator. Settings of the board say what belongs together: `member HASH`, the label
of a link's key, and `further HASH`, by the hash of a further key that of the link's key with which it was made. What
may not live here: what a key is good for, and calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from server.store import Credential, Store

LABEL: Final = "member "
FURTHER: Final = "further "


class Member(NamedTuple):
    """A link with a label; `keys`: the hash of its key and of those that were made with it."""

    id: str
    label: str
    keys: frozenset[str]


class Members:
    """The links with a label of all boards. All calls may raise StoreAway."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def every(self, board: str) -> list[Member]:
        """Those of which a key still leads, by their labels. Labels that no key is left of are forgotten."""
        known = await self._store.credentials.every(board)
        labels, further = await self._kept(board)
        found = [Member(digest, label, _keys(digest, further) & known.keys()) for digest, label in labels.items()]
        await self._drop(board, (f"{LABEL}{member.id}" for member in found if not member.keys))
        return sorted((member for member in found if member.keys), key=lambda member: (member.label, member.id))

    async def add(self, board: str, *, digest: str, label: str, gives: Credential) -> None:
        """A new link. The label last: one without a key is taken for what is left of a withdrawn link."""
        await self._store.credentials.add(board, digest=digest, gives=gives)
        await self._store.doors.set_setting(board, name=f"{LABEL}{digest}", value=label)

    async def add_further(self, board: str, *, digest: str, by: str, gives: Credential) -> bool:
        """A further key, made with the key of the hash `by`: withdrawn with the link that that one belongs to.

        False, and nothing added, where that was withdrawn meanwhile.
        """
        labels, further = await self._kept(board)
        of = by if by in labels else further.get(by, "")
        if of:  # first, so that no key is there that is not withdrawn with the others
            await self._store.doors.set_setting(board, name=f"{FURTHER}{digest}", value=of)
        await self._store.credentials.add(board, digest=digest, gives=gives)
        asked = [(board, one) for one in {by, of or by}]
        if all(await self._store.credentials.of_many(asked)):
            return True
        await self._store.credentials.delete(board, lambda one, _: one == digest)
        await self._store.doors.drop_setting(board, name=f"{FURTHER}{digest}")
        return False

    async def withdraw(self, board: str, digest: str) -> None:
        """Make all keys of the link with the key of that hash unknown, and forget its label.

        Its own first, without which no further one is made; the label last: until then it is listed.
        """
        await self._store.credentials.delete(board, lambda one, _: one == digest)
        _, further = await self._kept(board)
        keys = _keys(digest, further)
        await self._store.credentials.delete(board, lambda one, _: one in keys)
        await self._drop(board, (*(f"{FURTHER}{one}" for one in keys & further.keys()), f"{LABEL}{digest}"))

    async def keep_only(self, board: str, digest: str) -> None:
        """Forget all labels but that of the key with this hash, whose link it then is: the others were withdrawn."""
        labels, further = await self._kept(board)
        label = labels.get(further.get(digest, ""))
        if label is not None:
            await self._store.doors.set_setting(board, name=f"{LABEL}{digest}", value=label)
        others = (f"{LABEL}{one}" for one in labels if one != digest)
        await self._drop(board, (*(f"{FURTHER}{one}" for one in further), *others))

    async def _drop(self, board: str, names: Iterable[str]) -> None:
        for name in names:
            await self._store.doors.drop_setting(board, name=name)

    async def _kept(self, board: str) -> tuple[dict[str, str], dict[str, str]]:
        """The labels by the hashes of keys, and for those of further keys whose they are."""
        settings = await self._store.doors.settings(board)
        labels, further = (
            {name.removeprefix(kind): value for name, value in settings.items() if name.startswith(kind)}
            for kind in (LABEL, FURTHER)
        )
        return labels, further


def _keys(digest: str, further: Mapping[str, str]) -> frozenset[str]:
    return frozenset({digest, *(one for one, of in further.items() if of == digest)})
