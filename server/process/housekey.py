"""Reads or makes the house key: stored beside the embedded store, or made for one run.

What may not live here: what the key allows (server/doors/access.py).
"""

from __future__ import annotations

import contextlib
import os
import secrets

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
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")
    part.replace(path)
    return key
