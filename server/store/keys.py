"""The names of keys: one board's, which share the hash tag `{board}`, and the house's.

What may not live here: what is kept under them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

INDEX = "tavle:boards"  # board -> when it expires
DUE = "tavle:due"  # board -> when something must be done about it
SECRET = "tavle:secret"  # noqa: S105  the name of a key; what codes and links are derived from


def key_of(words: Sequence[Any]) -> str:
    """The key of a command; empty for one that any node can answer."""
    match words[0]:
        case "EVAL" | "EVALSHA":
            return str(words[3])
        case "PING" | "INFO" | "BGREWRITEAOF" | "SCRIPT" | "CLIENT" | "KEYS":
            return ""
        case _:
            return str(words[1])


def channel(board: str) -> str:
    """The channel of a board's doorbell."""
    return f"tavle:{{{board}}}:bell"


def log(board: str) -> str:
    """The stream of a board's entries."""
    return f"tavle:{{{board}}}:log"


def head(board: str) -> str:
    """The hash that says where a board's log ends, with its method and settings."""
    return f"tavle:{{{board}}}:head"


def snapshot(board: str) -> str:
    """The hash with the folded board at a version."""
    return f"tavle:{{{board}}}:snapshot"


def tokens(board: str) -> str:
    """The hash from a token's SHA-256 to its credential."""
    return f"tavle:{{{board}}}:tokens"


def doors(board: str) -> str:
    """The hash of the codes and links that lead to a board."""
    return f"tavle:{{{board}}}:doors"


def mark(board: str) -> str:
    """What is written to learn whether replicas have everything before it."""
    return f"tavle:{{{board}}}:mark"


def door(digest: str) -> str:
    """What one code or link leads to, by its keyed hash."""
    return f"tavle:door:{digest}"
