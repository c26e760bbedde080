"""Secrets that give access: tokens, codes, links and the house key.

A token is 128 random bits and is stored as a hash only. Codes and links are derived from one secret of the
installation (`store.doors.secret`), so none of them has to be stored.

What may not live here: Redis, HTTP, and sources of randomness: random bytes are passed in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from board_schema.composing import folded

TOKEN_BYTES = 16
WORDS_IN_CODE = 3
WORDS_BEFORE, WORDS_NOW = 1, 2  # lists of words: the whole one of earlier releases, and that of new codes
LONGEST_TYPED = 200  # characters of a code or key; what follows is not looked at


def text_of(random: bytes) -> str:
    """Random bytes as URL-safe base64 without padding: 16 bytes give 22 characters."""
    return base64.urlsafe_b64encode(random).rstrip(b"=").decode()


def digest(token: str) -> str:
    """The hash of a token, as it is stored (S7)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def bearer(header: str | None) -> str | None:
    """The token of an Authorization header; None when there is none."""
    kind, _, token = (header or "").partition(" ")
    token = token.strip()
    return token if kind.lower() == "bearer" and 16 <= len(token) <= 64 else None


@dataclass(frozen=True, slots=True)
class Keys:
    """A board's code, its link keys, and the tokens of its wall, leader and noticeboard; but for the first two each is
    empty while withdrawn.
    """

    code: str
    join: str
    listen: str
    wall: str
    leader: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Renewals:
    """How often each link of a board was renewed; None for one that is withdrawn. `join` is the code's too.

    `words`: the list that the code was made from, `WORDS_NOW` or `WORDS_BEFORE`.
    """

    join: int = 0
    listen: int | None = 0
    wall: int | None = 0
    leader: int | None = None  # nobody has it until it is made
    notice: int | None = None  # nor this one
    words: int = WORDS_NOW


def keys(secret: bytes, board: str, *, renewals: Renewals) -> Keys:
    """Derive a board's code, link keys and wall token."""
    listed = words(renewals.words)

    def derived(what: str, number: int) -> bytes:
        return hmac.digest(secret, f"{what} {number} {board}".encode(), "sha256")

    def link(what: str, number: int | None) -> str:
        return "" if number is None else text_of(derived(what, number)[:TOKEN_BYTES])

    picked = int.from_bytes(derived("code", renewals.join))
    code = []
    for _ in range(WORDS_IN_CODE):
        picked, at = divmod(picked, len(listed))
        code.append(listed[at])
    return Keys(
        code="-".join(code),
        join=link("join", renewals.join),
        listen=link("listen", renewals.listen),
        wall=link("wall", renewals.wall),
        leader=link("leader", renewals.leader),
        notice=link("notice", renewals.notice),
    )


def look_up(secret: bytes, key: str, *, kind: str) -> str:
    """The keyed hash under which a code or link key is stored (S7). `kind` is `code` or `join`."""
    said = plain_code(key) if kind == "code" else key
    packed = f"{kind} {said}".encode("utf-8", "surrogatepass")
    return hmac.digest(secret, packed, "sha256").hex()


# Letters that a phone's keyboard may not have, or that two people spell differently.
_SPELLINGS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue"})


def plain_code(typed: str) -> str:
    """A code in its canonical form: case, separators, none at all, and `æ` or `ae` make no difference."""
    parts = _parts(typed)
    if len(parts) != WORDS_IN_CODE and (apart := _taken_apart("".join(parts))):
        return apart
    return " ".join(parts)


def unknown_words(typed: str) -> list[int]:
    """Which parts of a typed code are words that no code has ever been made of, by their position."""
    return [at for at, part in enumerate(plain_code(typed).split()) if part not in _known_words()]


def _parts(typed: str) -> list[str]:
    return re.findall(r"[a-z]+", folded(typed[:LONGEST_TYPED]).translate(_SPELLINGS))


def _taken_apart(letters: str) -> str:
    """Words that were typed without anything between them; empty where they are none, or could be others."""
    known = _known_words()
    longest = max(map(len, known))
    if len(letters) > WORDS_IN_CODE * longest:
        return ""
    ways: list[tuple[str, list[str]]] = [(letters, [])]
    for _ in range(WORDS_IN_CODE):
        ways = [
            (rest[end:], [*found, rest[:end]])
            for rest, found in ways
            for end in range(1, min(longest, len(rest)) + 1)
            if rest[:end] in known
        ]
    whole = [found for rest, found in ways if not rest]
    return " ".join(whole[0]) if len(whole) == 1 else ""


@cache
def _known_words() -> frozenset[str]:
    return frozenset(" ".join(_parts(word)) for word in words(WORDS_BEFORE))


@cache
def words(listed: int = WORDS_NOW) -> tuple[str, ...]:
    """The words that codes are made of: short ones, since codes are read aloud. The order counts."""
    text = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    if listed == WORDS_BEFORE:
        return tuple(line.removeprefix("- ") for line in lines)
    return tuple(line for line in lines if not line.startswith("- "))


def key_fits(given: object, *, key: str) -> bool:
    """Whether `given` is the house key; case and dashes make no difference."""
    if not isinstance(given, str) or not key or len(given) > LONGEST_TYPED:
        return False
    return hmac.compare_digest(_plain_key(given), _plain_key(key))


def key_digest(given: str) -> str:
    """The hash of a further house key, as it is stored; case and dashes make no difference."""
    return hashlib.sha256(_plain_key(given)).hexdigest()


def _plain_key(text: str) -> bytes:
    return re.sub(r"[\s-]", "", text).casefold().encode("utf-8", "surrogatepass")
