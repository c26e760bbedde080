"""Where a request comes from: the caller's address, also behind a proxy, and whether it is this computer.

What may not live here: tokens and keys (access.py), checks of Host and Origin (hosts.py), and HTTP.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.doors.addresses import address_of

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from. `here`: from this computer, and not through a proxy."""

    address: str
    https: bool
    here: bool


def caller(peer: str, headers: Mapping[str, str], *, scheme: str, proxies: Sequence[Network]) -> Caller:
    """The caller of a request. `X-Forwarded-*` headers count only when `peer` is in `proxies`.

    A forwarded request never counts as coming from this computer. Otherwise everybody behind a proxy on this machine
    could create workshops without the house key.
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
        # The last address that is not a trusted proxy; the entries before it can be forged.
        if hop is not None and not any(hop in network for network in proxies):
            return Caller(str(hop), https, here=False)
    return Caller(str(address), https, here=False)
