"""The folder of the embedded store's Unix socket: in the data folder, or elsewhere where its path would be too long.

Elsewhere its name follows from the data folder's place on the disk (device and inode). So a later start finds an
earlier one's socket without any file that names it, and a copied data folder leads to a folder of its own.

What may not live here: what listens on the socket (embedded.py).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import stat
import tempfile
from pathlib import Path

from server.process import private

LONGEST_SOCKET_PATH = 100  # bytes; macOS takes 103, Linux 107
SOCKET, LOCK = "valkey.sock", "lock"


class SocketFolder:
    """A folder of mode 700 that no other running Tavle uses, for as long as it is held."""

    def __init__(self, path: Path, *, claim: int) -> None:
        self.path = path
        self._claim = claim

    @classmethod
    def hold(cls, data_dir: Path) -> SocketFolder:
        """Make or find a folder for this data folder's socket, and lock it. Raises OSError."""
        for path in places(data_dir):
            with contextlib.suppress(OSError):
                if _is_ours(path) and (claim := _claimed(path)) is not None:
                    return cls(path, claim=claim)
        path = Path(tempfile.mkdtemp(prefix="tavle-", dir=_short(tempfile.gettempdir())))
        private.mend_one(path)
        claim = _claimed(path)
        if claim is None:
            raise OSError(f"no socket can be made in {path}")
        return cls(path, claim=claim)

    @property
    def socket(self) -> Path:
        """The socket's path."""
        return self.path / SOCKET

    def intact(self) -> bool:
        """Whether the folder and its lock are still there, and ours."""
        try:
            return os.path.samestat((self.path / LOCK).stat(), os.fstat(self._claim))
        except OSError:
            return False

    def release(self) -> None:
        """Remove what was made here, if it is still ours, and unlock it."""
        if self.intact():
            self.socket.unlink(missing_ok=True)
            (self.path / LOCK).unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # something else lies in it
                self.path.rmdir()
        os.close(self._claim)


def places(data_dir: Path) -> list[Path]:
    """Where a data folder's socket folder is or may be made, the likeliest first. Raises OSError."""
    place = data_dir.stat()
    name = hashlib.sha256(f"{place.st_dev} {place.st_ino} {place.st_uid}".encode()).hexdigest()[:16]
    inside = data_dir / "run"
    elsewhere = _short(tempfile.gettempdir()) / f"tavle-{name}"
    return [inside, elsewhere] if _fits(inside) else [elsewhere]


def socket_of(data_dir: Path) -> Path | None:
    """The socket of the store that runs on a data folder; None when none is found."""
    with contextlib.suppress(OSError):
        return next((path / SOCKET for path in places(data_dir) if (path / SOCKET).is_socket()), None)
    return None


def _short(folder: str) -> Path:
    """That folder for temporary files, or /tmp where the path would be too long."""
    return Path(folder) if _fits(Path(folder) / "tavle-0123456789abcdef") else Path("/tmp")  # noqa: S108


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET_PATH


def lock(file: int) -> bool:
    """Lock a file for as long as any process has this descriptor open; False if it is locked already."""
    import fcntl  # not on Windows, where there is no embedded store

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def open_lock(path: Path) -> int:
    """Open a lock file, made if needed; returns its descriptor. Raises OSError."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, private.FILE)
    private.mend_one(path)  # a strict umask takes rights of this user's too
    return file


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _is_ours(path: Path) -> bool:
    """Make the folder if there is none; whether it is this user's alone."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=private.FOLDER)
        private.mend_one(path)
    found = path.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == _user() and stat.S_IMODE(found.st_mode) == private.FOLDER


def _claimed(path: Path) -> int | None:
    """The descriptor of the folder's lock; None when another process has locked it, or no socket can be made there."""
    claim = open_lock(path / LOCK)
    if lock(claim) and _takes_sockets(path):
        return claim
    os.close(claim)
    return None


def _takes_sockets(path: Path) -> bool:
    """Whether sockets can be made there; some network and container file systems have none."""
    trial = path / "trial"
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as tried:
        trial.unlink(missing_ok=True)
        tried.bind(os.fspath(trial))
        trial.unlink()
        return True
    return False
