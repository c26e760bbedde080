"""What this process and its computer have left: memory, open files, room on the disk.

What may not live here: who is told (metrics.py, process/supervisor.py).
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

WANTED_FILES = 65_536  # open files that this process asks the system for
LEAST_FILES = 1_024  # with fewer, a large workshop does not fit
OWN_FILES = 64  # open files that are not people's connections, about


def more_files() -> None:
    """Raise this process's limit of open files to what the system allows; the usual 1,024 is too few connections."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, WANTED_FILES)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def files_allowed() -> int:
    """How many files this process may have open at once; 0 where that is unknown."""
    if sys.platform == "win32":
        return 0
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 0 if soft == resource.RLIM_INFINITY else soft


def few_files() -> Iterator[str]:
    """A sentence about the limit of open files, where a web process started by this one would have too few."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < LEAST_FILES:
        yield (
            f"only {hard} files may be open at once, so about {max(0, hard - OWN_FILES)} phones can be connected; "
            f"raise the limit before the start (`ulimit -Hn {WANTED_FILES}`, in a systemd unit "
            f"`LimitNOFILE={WANTED_FILES}`)."
        )


def files_open() -> int:
    """How many files this process has open; 0 where that is unknown."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            return len(os.listdir(folder))
        except OSError as problem:
            if problem.errno == errno.EMFILE:  # the folder itself could not be opened: all that are allowed are open
                return files_allowed()
    return 0


def memory() -> int:
    """Bytes of memory that this process has in use; 0 where that is unknown."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0


def disk_free(folder: Path) -> int | None:
    """Bytes that this user may still write on the disk that holds a folder; None where that is unknown."""
    with contextlib.suppress(OSError, AttributeError):  # no statvfs on Windows
        disk = os.statvfs(folder)
        return disk.f_bavail * disk.f_frsize
    return None
