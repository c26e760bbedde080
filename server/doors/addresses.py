"""Addresses: reading them, the addresses at which phones may reach this computer, and QR codes of URLs.

What may not live here: tokens and codes (access.py), which addresses are trusted (hosts.py), and anything that sends
packets.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import struct
import sys
from typing import Any

import segno


def origin(address: str) -> str:
    """The origin (scheme, host, port) of an address that a facilitator chose for links. Raises ValueError."""
    said = address.strip().rstrip("/").lower()
    if len(said) > 200 or not re.fullmatch(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?", said):
        raise ValueError("not an http or https address with a host")
    return said


def address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """`text` as an IP address, without brackets and zone, an IPv4-mapped IPv6 address as IPv4; None if it is none."""
    try:
        found = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def network_of(text: str) -> str:
    """What limits count by: an address; of an IPv6 address its /64, since a household or a phone has all of those.

    `text` itself where it is no address.
    """
    found = address_of(text)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return text if found is None else str(found)


def is_here(host: str) -> bool:
    """Whether a Host header is a loopback address or `localhost`."""
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    return not name or name == "localhost" or name.startswith("127.") or name in ("[::1]", "::1")


def lan_addresses() -> list[str]:
    """This computer's IPv4 addresses, the one of the default route first. Sends no packet."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            # An address reserved for documentation: connecting a UDP socket only looks up the route, and sends nothing.
            asking.connect(("192.0.2.1", 9))
            found.append(str(asking.getsockname()[0]))
        except OSError:
            pass
        if sys.platform == "linux":
            found += _interfaces(asking)
    alone = ("127.", "0.", "169.254.")
    return [address for address in dict.fromkeys(found) if not address.startswith(alone)]


def _interfaces(asking: socket.socket) -> list[str]:
    import fcntl

    found = []
    for _, name in socket.if_nameindex():
        request = struct.pack("256s", name.encode()[:15])
        try:
            answer = fcntl.ioctl(asking.fileno(), 0x8915, request)  # SIOCGIFADDR
        except OSError:
            continue  # an interface without an IPv4 address
        found.append(socket.inet_ntoa(answer[20:24]))
    return found


def qr(url: str) -> dict[str, Any]:
    """A QR code: `size` (modules a side) and `path` (SVG path of the dark modules)."""
    matrix = segno.make(url, error="m", micro=False).matrix
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            start = x
            while x < len(row) and row[x]:
                x += 1
            runs.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
    return {"size": len(matrix), "path": "".join(runs)}
