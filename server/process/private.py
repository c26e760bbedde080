"""Files of the data folder: readable and writable by this user alone, whatever the umask.

What may not live here: what the files hold, and which there are.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

FILE = 0o600
FOLDER = 0o700
UMASK = 0o077  # of programs that make files there


def make_folder(path: Path) -> None:
    """Make the folder, and those above it that do not exist. Existing ones stay as they are. Raises OSError."""
    if path.is_dir():
        return
    if not path.parent.exists():
        make_folder(path.parent)
    path.mkdir(mode=FOLDER, exist_ok=True)
    path.chmod(FOLDER)  # a strict umask takes rights of this user's too


def write_text(path: Path, text: str) -> None:
    """Replace the file by one with this text; a reader sees the old one or the new one. Raises OSError."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), FILE)
        file.write(text)
    part.replace(path)


def mend(path: Path) -> None:
    """`mend_one` of a file or folder, and of all in it."""
    if mend_one(path):
        with contextlib.suppress(OSError):
            for each in list(path.iterdir()):
                mend(each)


def mend_one(path: Path) -> bool:
    """Take everybody else's rights to a file or folder away; returns whether it is a folder.

    Links are not followed, and what another user owns stays as it is: the system refuses.
    """
    with contextlib.suppress(OSError):
        mode = path.lstat().st_mode
        folder = stat.S_ISDIR(mode)
        if (folder or stat.S_ISREG(mode)) and stat.S_IMODE(mode) != (FOLDER if folder else FILE):
            path.chmod(FOLDER if folder else FILE)
        return folder
    return False
