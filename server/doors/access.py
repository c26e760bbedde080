"""What opens a door: tokens, codes, links and the house key.

A token is 128 random bits and is stored as a hash only. Codes and links are derived from the house's
secret, so that nothing that opens a door has to be stored.

What may not live here: Redis, HTTP, and sources of randomness: random bytes are handed in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOKEN_BYTES = 16
WORDS_IN_CODE = 3


def text_of(random: bytes) -> str:
    """Random bytes as letters that stand in a URL: 16 bytes give 22 characters."""
    return base64.urlsafe_b64encode(random).rstrip(b"=").decode()


def digest(token: str) -> str:
    """What is kept of a token (S7)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def bearer(header: str | None) -> str | None:
    """The token of an Authorization header; None when there is none."""
    kind, _, token = (header or "").partition(" ")
    token = token.strip()
    return token if kind.lower() == "bearer" and 16 <= len(token) <= 64 else None


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens one board's doors. A renewal changes `code`, `join` and `listen`, not `wall`."""

    code: str
    join: str
    listen: str
    wall: str


def keys(secret: bytes, board: str, *, renewal: int, words: Sequence[str]) -> Keys:
    """The code, links and wall token of a board. `renewal` counts from 0."""

    def derived(what: str, number: int) -> bytes:
        return hmac.digest(secret, f"{what} {number} {board}".encode(), "sha256")

    picked = int.from_bytes(derived("code", renewal))
    code = []
    for _ in range(WORDS_IN_CODE):
        picked, at = divmod(picked, len(words))
        code.append(words[at])
    return Keys(
        code="-".join(code),
        join=text_of(derived("join", renewal)[:TOKEN_BYTES]),
        listen=text_of(derived("listen", renewal)[:TOKEN_BYTES]),
        wall=text_of(derived("wall", 0)[:TOKEN_BYTES]),
    )


def look_up(secret: bytes, key: str, *, kind: str) -> str:
    """The keyed hash under which a code or link is found. `kind` is `code` or `join` (S7)."""
    said = plain_code(key) if kind == "code" else key
    packed = f"{kind} {said}".encode("utf-8", "surrogatepass")
    return hmac.digest(secret, packed, "sha256").hex()


# Letters that a phone's keyboard may not have, or that two people spell differently.
_SPELLINGS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue"})


def plain_code(typed: str) -> str:
    """A code as it is compared: any separator and case, `æ` or `ae`, gives the same."""
    text = unicodedata.normalize("NFKC", typed[:200]).casefold().translate(_SPELLINGS)
    return " ".join(re.findall(r"[a-z]+", text))


@cache
def words() -> tuple[str, ...]:
    """The words that codes are made of. A code is read aloud, so they are short and plain."""
    text = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8")
    return tuple(w for line in text.splitlines() if (w := line.strip()) and not w.startswith("#"))


def key_fits(given: object, *, key: str) -> bool:
    """Whether the house key was given, in any case and with or without its dashes."""
    if not isinstance(given, str) or not key or len(given) > 200:
        return False
    return hmac.compare_digest(_plain_key(given), _plain_key(key))


def _plain_key(text: str) -> bytes:
    return re.sub(r"[\s-]", "", text).casefold().encode("utf-8", "surrogatepass")
