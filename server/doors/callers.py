"""Where a request comes from: the caller's address, and whether it is our own page that asks.

What may not live here: tokens and keys (access.py), and HTTP itself: headers are handed in.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
