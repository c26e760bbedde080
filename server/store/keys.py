"""Names of Redis keys: those of one board, which share the hash tag `{board}`, and those of the installation.

What may not live here: the values of the keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

INDEX = "tavle:boards"  # sorted set: board -> when it expires
DUE = "tavle:due"  # sorted set: board -> when `tidy` is due
SECRET = "tavle:secret"  # noqa: S105  a key's name; its value is what codes and links are derived from
HOUSE_KEY = "tavle:house-key"
GIVEN_KEYS = "tavle:given-keys"  # hash: name -> hash of the key, what it opens, when it was made
FILLING = "tavle:filling"  # set: the boards that are copied into this store now, from a backup or another store
BLANK = "tavle:blank"  # zeros, for a moment: they overwrite what stands in the embedded store's buffers


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
    """The pub/sub channel about a board's new entries."""
    return f"tavle:{{{board}}}:bell"


def log(board: str) -> str:
    """The stream of a board's entries."""
    return f"tavle:{{{board}}}:log"


def head(board: str) -> str:
    """The hash of a board's head (version and id of its last entry), method and settings."""
    return f"tavle:{{{board}}}:head"


def snapshot(board: str) -> str:
    """The hash with the folded board at a version."""
    return f"tavle:{{{board}}}:snapshot"


def tokens(board: str) -> str:
    """The hash from a token's SHA-256 to its credential."""
    return f"tavle:{{{board}}}:tokens"


def ways(board: str) -> str:
    """The hash of a board's ways back that were not opened yet."""
    return f"tavle:{{{board}}}:ways"


def joining(board: str) -> str:
    """The hash from the SHA-256 of a token that has not said hello yet to its person."""
    return f"tavle:{{{board}}}:joining"


def doors(board: str) -> str:
    """The hash of the codes and links that lead to a board."""
    return f"tavle:{{{board}}}:doors"


def mark(board: str) -> str:
    """The key that `confirm` writes to learn whether replicas have all changes before it."""
    return f"tavle:{{{board}}}:mark"


def rehearsal(board: str) -> str:
    """What the console wishes of a rehearsal; no other board has it."""
    return f"tavle:{{{board}}}:rehearsal"


def door(digest: str) -> str:
    """The board and role of one code or link, by its keyed hash."""
    return f"tavle:door:{digest}"
