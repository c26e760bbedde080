"""Log lines about failures: the exception's type and where it was raised, never a text that somebody wrote.

What may not live here: handlers and formats (worker.py sets those), and functions that log a text, a token, a code or
an address.
"""

from __future__ import annotations

import hashlib
import json
import time
import traceback


def as_json(level: str, text: str, *, at: float | None = None, name: str = "tavle", **more: str) -> str:
    """A log line as JSON. `at`: seconds since 1970; now when left out."""
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    return json.dumps({"time": when, "level": level, "from": name, "text": text, **more}, ensure_ascii=False)


def where(problem: BaseException) -> str:
    """An exception's type and its stack of files and lines, without its message.

    Messages of exceptions may quote values, such as the text of a draft.
    """
    frames = traceback.extract_tb(problem.__traceback__)
    path = " < ".join(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames[-6:])
    )
    return f"{type(problem).__name__} at {path or 'an unknown place'}"


def short(board: str) -> str:
    """A short hash of a board's id for log lines; it gives no access to the board."""
    return hashlib.sha256(board.encode()).hexdigest()[:8]
