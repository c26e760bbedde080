"""The process that makes files: reads jobs from its input, and writes each file, or that there is none, to its output.

Started as `python -m server.export.child MEBIBYTES` by parent.py, without the secrets of the web process. It gives up
memory, writing files and core dumps before it reads anything, and ends when its input does, or with its parent.

What may not live here: how a file is made (making.py), and event loops.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys
from typing import BinaryIO, Final

HEAD_OF_JOB: Final = struct.Struct(">II")  # bytes of the variant and of the view, which follow
HEAD_OF_ANSWER: Final = struct.Struct(">BI")  # MADE or FAILED, maybe with LAST; bytes of the file, which follows
MADE: Final = 0
FAILED: Final = 1  # instead of a file, the name of the exception follows
LAST: Final = 2  # the process ends after this answer

LARGEST: Final = 40 * 1024 * 1024  # bytes of a file
GROWN: Final = 1 / 6  # part of the memory after which the process ends, since typst keeps what it has made
NICE: Final = 5  # whoever is in a workshop goes first
_PR_SET_PDEATHSIG: Final = 1


def main() -> int:
    """Make files until the input ends."""
    jobs = sys.stdin.buffer
    answers = _own_output()
    memory = int(sys.argv[1]) * 1024 * 1024
    _restrict(memory)
    while head := jobs.read(HEAD_OF_JOB.size):
        variant, view = (jobs.read(size) for size in HEAD_OF_JOB.unpack(head))
        kind, file = _made(variant, view)
        if _memory() > memory * GROWN:
            kind |= LAST
        answers.write(HEAD_OF_ANSWER.pack(kind, len(file)) + file)
        answers.flush()
        if kind & LAST:
            break
    return 0


def _made(variant: bytes, view: bytes) -> tuple[int, bytes]:
    """The kind of answer, and the file."""
    try:
        import msgspec

        from server.export.making import make
        from server.export.variants import Variant

        file = make(msgspec.msgpack.decode(view), msgspec.msgpack.decode(variant, type=Variant))
    # A panic of typst is no Exception. Whatever it is, the next job gets a new process.
    except BaseException as error:
        return FAILED | LAST, type(error).__name__.encode("ascii", "replace")
    return (MADE, file) if len(file) <= LARGEST else (FAILED, b"TooLarge")


def _own_output() -> BinaryIO:
    """The output for answers; what libraries print goes nowhere, since it may quote people's text."""
    answers = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    return answers


def _restrict(memory: int) -> None:
    """Limit this process, as far as the system can: memory in bytes, no files, no core dumps, and an end."""
    if sys.platform == "win32":
        return
    import resource

    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    with contextlib.suppress(OSError):
        os.nice(NICE)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)  # between two jobs the end of the input is enough


def _memory() -> int:
    """This process's resident memory in bytes; where the system does not say, its greatest so far."""
    with contextlib.suppress(OSError), open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    sys.exit(main())
