"""What may be said about a failure: where it happened and its kind, never what somebody wrote.

What may not live here: handlers and formats (worker.py sets those), and anything that takes a
text, a token, a code or an address.
"""

from __future__ import annotations

import hashlib
import json
import time
import traceback


def as_json(level: str, text: str, *, at: float | None = None, name: str = "tavle", **more: str) -> str:
    """A log line for machines. `at`: seconds since 1970, now when left out."""
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    return json.dumps({"time": when, "level": level, "from": name, "text": text, **more}, ensure_ascii=False)


def where(problem: BaseException) -> str:
    """The kind of a failure and the places it passed, without its message.

    Messages of exceptions quote values, and a value here may be a draft.
    """
    frames = traceback.extract_tb(problem.__traceback__)
    path = " < ".join(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames[-6:])
    )
    return f"{type(problem).__name__} at {path or 'an unknown place'}"


def short(board: str) -> str:
    """A board's name in a log line: the same for the same board, and no way in."""
    return hashlib.sha256(board.encode()).hexdigest()[:8]
