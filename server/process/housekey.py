"""Reads or makes the house key: stored beside the embedded store, or made for one run.

What may not live here: what the key allows (server/doors/access.py).
"""

from __future__ import annotations

import contextlib
import secrets

from server.process import private
from server.settings import Settings

# No 0, O, 1, I or L: the key is read from a screen and typed elsewhere.
KEY_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def house_key(settings: Settings) -> str:
    """The key for creating workshops from other computers: the stored one, or a new one.

    With the embedded store it is stored in the data folder, readable by this user alone. With an
    external store a new key is made for each run, unless TAVLE_KEY sets one.
    """
    letters = "".join(secrets.choice(KEY_LETTERS) for _ in range(16))
    key = "-".join(letters[at : at + 4] for at in range(0, 16, 4))
    if not settings.embedded:
        return key
    path = settings.data_dir / "house-key"
    with contextlib.suppress(OSError):
        kept = path.read_text(encoding="utf-8").strip()
        if kept:
            return kept
    private.write_text(path, key + "\n")
    return key
