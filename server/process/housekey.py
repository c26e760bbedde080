"""Finds or makes the house key: the one that TAVLE_KEY sets, or one that is kept in the store.

What may not live here: what the key allows (server/web/callers.py), and further keys (server/process/admin.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass

from server import store
from server.process.probe import NoAnswer
from server.settings import Settings
from server.store import StoreAway

# No 0, O, 1, I or L: the key is read from a screen and typed elsewhere.
KEY_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class HouseKey:
    """The house key. `new`: it was made at this start."""

    text: str
    new: bool


def new_key() -> str:
    """A random key of 16 letters and digits."""
    letters = "".join(secrets.choice(KEY_LETTERS) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def house_key(settings: Settings) -> HouseKey:
    """The key for creating workshops from other computers; made and stored if there is none. Raises NoAnswer.

    `redis_url` must be set. An earlier release kept the key in a file of the data folder: that key stays valid.
    """
    if settings.key:
        return HouseKey(settings.key, new=False)
    kept = ""
    file = settings.data_dir / "house-key"
    if settings.embedded:
        with contextlib.suppress(OSError):
            kept = file.read_text(encoding="utf-8").strip()
    made = kept or new_key()
    try:
        key = asyncio.run(_first(settings, made))
    except StoreAway as problem:
        raise NoAnswer(f"The house key cannot be stored: {problem}.") from None
    if kept and key == kept:
        with contextlib.suppress(OSError):
            file.unlink()
    return HouseKey(key, new=key == made and not kept)


async def _first(settings: Settings, key: str) -> str:
    assert settings.redis_url is not None
    shelf = store.connect(settings.redis_url, replicas=settings.wait_replicas, embedded=settings.embedded)
    try:
        return await shelf.house_keys.first(key)
    finally:
        await shelf.close()
