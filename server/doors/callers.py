"""Where a request comes from: the caller's address, also behind a proxy, and whether they sit at this computer.

What may not live here: tokens and keys (access.py), whose page asks (hosts.py), and HTTP itself: headers are handed in.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.doors.addresses import address_of

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


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
    address = address_of(peer)
    forwarded = any(name in headers for name in ("x-forwarded-for", "forwarded", "x-real-ip"))
    https = scheme in ("https", "wss")
    if address is None:
        return Caller(peer, https, here=False)
    if not any(address in network for network in proxies):
        return Caller(str(address), https, here=address.is_loopback and not forwarded)
    https = headers.get("x-forwarded-proto", "").strip().lower() == "https" or https
    hops = [address_of(hop) for hop in headers.get("x-forwarded-for", "").split(",")]
    for hop in reversed(hops):
        # The nearest address that is no proxy of ours: what stands before it anybody may write.
        if hop is not None and not any(hop in network for network in proxies):
            return Caller(str(hop), https, here=False)
    return Caller(str(address), https, here=False)
