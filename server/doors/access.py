"""Who may come in: tokens, codes, links, the house key, and how failures are counted.

A token is 128 random bits and is kept as a hash only. Codes and links are derived from the house's
secret, so that nothing that opens a door has to be stored.

What may not live here: Redis, HTTP, clocks and dice. Time and randomness are handed in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOKEN_BYTES = 16
WORDS_IN_CODE = 3
FREE_FAILURES = 60  # wrong codes from one address in a WINDOW before answers are slowed
WINDOW = 600_000  # milliseconds that a failure counts
SLOWEST = 5.0  # seconds
MOST_ADDRESSES = 10_000  # failures of more than these are not worth remembering
CREATIONS = 30  # workshops an address may make in an HOUR
HOUR = 3_600_000  # milliseconds


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


@dataclass(slots=True)
class _Count:
    number: int
    until: int


class Failures:
    """How often an address has failed; only failures are ever counted, and forgotten soon (H2).

    Forty phones behind one address that type the right code leave no trace here. Times are in
    milliseconds.
    """

    def __init__(self, *, free: int = FREE_FAILURES, window: int = WINDOW) -> None:
        self._free = free
        self._window = window
        self._counts: dict[str, _Count] = {}

    def add(self, address: str, *, now: int) -> None:
        """Count one failure."""
        count = self._counts.get(address)
        if count is None or count.until <= now:
            self._make_room(now)
            self._counts[address] = _Count(1, now + self._window)
        else:
            count.number += 1

    def number(self, address: str, *, now: int) -> int:
        """How many failures still count."""
        count = self._counts.get(address)
        return 0 if count is None or count.until <= now else count.number

    def pause(self, address: str, *, now: int) -> float:
        """How many seconds the next answer waits: 0 within the free ones, never a lock-out."""
        over = self.number(address, now=now) - self._free
        return 0.0 if over < 0 else min(SLOWEST, 0.5 + over * 0.1)

    def _make_room(self, now: int) -> None:
        if len(self._counts) < MOST_ADDRESSES:
            return
        self._counts = {a: c for a, c in self._counts.items() if c.until > now}
        while len(self._counts) >= MOST_ADDRESSES:
            del self._counts[next(iter(self._counts))]

    def forget_old(self, *, now: int) -> None:
        """Let go of addresses whose failures no longer count."""
        self._counts = {a: c for a, c in self._counts.items() if c.until > now}

    def __len__(self) -> int:
        return len(self._counts)


class Bucket:
    """A token bucket: `burst` at once, then `rate` a second. Times are in seconds."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, *, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = now

    def take(self, now: float) -> float:
        """Take one; give the seconds to wait until it is there (0: now)."""
        self._level = min(self._burst, self._level + max(0.0, now - self._at) * self._rate) - 1
        self._at = now
        return 0.0 if self._level >= 0 else -self._level / self._rate

    def take_at_once(self, now: float) -> bool:
        """Take one if it is there; False, and nothing taken, if not."""
        level = min(self._burst, self._level + max(0.0, now - self._at) * self._rate)
        if level < 1:
            return False
        self._level, self._at = level - 1, now
        return True


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from. `here`: from this very computer, through no proxy."""

    address: str
    https: bool
    here: bool


def caller(peer: str, headers: Mapping[str, str], *, scheme: str, proxies: Sequence[Network]) -> Caller:
    """Who calls. `X-Forwarded-*` is believed from `proxies` only.

    A request that was forwarded never counts as coming from this computer: a proxy on the same
    machine would otherwise open the house to everybody.
    """
    address = _address(peer)
    forwarded = any(name in headers for name in ("x-forwarded-for", "forwarded", "x-real-ip"))
    https = scheme in ("https", "wss")
    if address is None:
        return Caller(peer, https, here=False)
    if not any(address in network for network in proxies):
        return Caller(str(address), https, here=address.is_loopback and not forwarded)
    https = headers.get("x-forwarded-proto", "").strip().lower() == "https" or https
    hops = [_address(hop) for hop in headers.get("x-forwarded-for", "").split(",")]
    for hop in reversed(hops):
        # The nearest address that is no proxy of ours: what stands before it anybody may write.
        if hop is not None and not any(hop in network for network in proxies):
            return Caller(str(hop), https, here=False)
    return Caller(str(address), https, here=False)


def own_origin(origin: str, *, host: str, public_url: str | None) -> bool:
    """Whether a page from `origin` was served by this host or by the public address."""
    said = origin.lower().rstrip("/")
    if public_url and said == public_url.lower():
        return True
    return bool(host) and said in (f"http://{host.lower()}", f"https://{host.lower()}")


def from_ourselves(headers: Mapping[str, str], *, public_url: str | None, has_token: bool) -> bool:
    """Whether an unsafe request comes from our own page or a program, not another site (H1)."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is not None:
        return own_origin(origin, host=headers.get("host", ""), public_url=public_url)
    return has_token


def trusted_name(host: str, *, public_url: str | None) -> bool:
    """Whether a Host header holds a name that no stranger's DNS can point at us.

    What is allowed without a key from this very computer must not be reached by a page whose
    name was made to lead here.
    """
    name = host.lower().rpartition(":")[0] if re.search(r":\d+$", host) else host.lower()
    if public_url and host.lower() == public_url.partition("://")[2]:
        return True
    return name == "localhost" or _address(name) is not None
