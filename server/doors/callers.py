"""Where a request comes from: the caller's address, also behind a proxy, and whether it is this computer.

What may not live here: tokens and keys (access.py), checks of Host and Origin (hosts.py), and HTTP.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.doors.addresses import address_of, network_of

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_BY_PROXIES = re.compile(r"x-forwarded-.*|forwarded|x-real-ip|via|x-client-ip|true-client-ip|cf-connecting-ip")


@dataclass(frozen=True, slots=True)
class Caller:
    """Where a request comes from. `here`: from this computer, and not through a proxy."""

    address: str
    https: bool
    here: bool

    @property
    def network(self) -> str:
        """What limits count by: the address, or the /64 of an IPv6 address (H2)."""
        return network_of(self.address)


def caller(
    peer: str,
    headers: Iterable[tuple[str, str]],
    *,
    scheme: str,
    proxies: Sequence[Network],
    version: str = "1.1",
) -> Caller:
    """The caller of a request. `X-Forwarded-*` headers count only when `peer` is in `proxies`.

    `headers` are all lines, with names in lower case: a name may stand on several, and a caller may have written the
    first of them. `version` is HTTP's.

    A forwarded request never counts as coming from this computer. Otherwise everybody behind a proxy on this machine
    could create workshops without the house key.
    """
    lines = list(headers)
    address = address_of(peer)
    # Proxies that add no header speak HTTP/1.0 as they come (nginx), which no browser does.
    forwarded = version == "1.0" or any(_BY_PROXIES.fullmatch(name) for name, _ in lines)
    https = scheme in ("https", "wss")
    if address is None:
        return Caller(peer, https, here=False)
    if not any(address in network for network in proxies):
        return Caller(str(address), https, here=address.is_loopback and not forwarded)
    for proto in _listed(lines, "x-forwarded-proto")[-1:]:
        https = proto.lower() == "https" or https
    for hop in map(_hop, reversed(_listed(lines, "x-forwarded-for"))):
        # Read from the right as far as trusted proxies wrote it. What they could not read ends it: the entries before
        # that can be forged, as can those before the first address that is no trusted proxy.
        if hop is None:
            break
        address = hop
        if not any(hop in network for network in proxies):
            break
    return Caller(str(address), https, here=False)


def _listed(lines: Sequence[tuple[str, str]], name: str) -> list[str]:
    """The values of a header that is a list, of all its lines in order (RFC 9110, 5.3)."""
    return [value.strip() for key, line in lines if key == name for value in line.split(",")]


def _hop(said: str) -> Address | None:
    """An entry of X-Forwarded-For as an address; some proxies write its port too."""
    found = re.fullmatch(r"\[([^\]]*)\](?::\d+)?|([\d.]+):\d+", said)
    return address_of(said if found is None else found[1] or found[2])
