"""Which Host headers are this installation's own: the names and addresses under which it may be asked (H4).

With DNS rebinding a web site lets a name of its own resolve to this computer, and the browser then treats that site's
pages as same-origin with ours. So a request counts as coming from our own page only under a Host that no other site
can have: the public address, this computer's own names, or an IP address that it has.

What may not live here: HTTP (headers are passed in), tokens, and anything that sends packets.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from server.doors.addresses import address_of, lan_addresses

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?")
_MOST_ARRIVED = 64  # local addresses that are remembered; a computer has only a few


class Hosts:
    """Answers whether a Host or an Origin is this installation's own.

    `arrived` is the local address of a connection (ASGI's `server`), "" when unknown. It counts as an own address even
    if the list of network interfaces lacks it.
    """

    def __init__(
        self,
        *,
        public_url: str | None,
        names: Iterable[str] = (),
        addresses: Callable[[], list[str]] = lan_addresses,
    ) -> None:
        self.public_url = public_url.lower() if public_url else None
        self._public = _spellings(self.public_url or "")
        self._names = {"localhost", *(name.lower() for name in names if name)}
        self._addresses = addresses
        self._arrived: set[str] = set()

    def own(self, host: str, *, arrived: str = "") -> bool:
        """Whether a Host header (`name` or `name:port`) is ours. Any port will do, since port mappings change it."""
        host = host.lower()
        if host and host in self._public:
            return True
        said = _HOST.fullmatch(host)
        if said is None:
            return False
        name = said["name"].removesuffix(".")
        address = address_of(name)
        if address is None:
            return name in self._names or name.endswith(".localhost")
        self._remember(arrived)
        return address.is_loopback or str(address) in self._arrived or str(address) in self.addresses()

    def certain(self, host: str, *, arrived: str = "") -> bool:
        """Whether a Host is ours and no other computer on the network can claim it, as it could our computer name.

        Calls that need no house key from this computer require it. Where there is a public address none is certain:
        a proxy on this computer is expected, and what it passes on may look as if it came from here.
        """
        if self.public_url is not None:
            return False
        said = _HOST.fullmatch(host.lower())
        if said is None or not self.own(host, arrived=arrived):
            return False
        name = said["name"].removesuffix(".")
        return address_of(name) is not None or name not in self._names - {"localhost"}

    def addresses(self) -> list[str]:
        """The computer's addresses on its networks, the likeliest for phones first."""
        return self._addresses()

    def own_origin(self, origin: str, *, host: str, arrived: str = "") -> bool:
        """Whether a page from `origin` is ours: `origin` is the public address, or fits the request's own Host."""
        said = origin.lower().rstrip("/")
        if self.public_url and said == self.public_url:
            return True
        return said in (f"http://{host.lower()}", f"https://{host.lower()}") and self.own(host, arrived=arrived)

    def own_page(self, headers: Mapping[str, str], *, has_token: bool, arrived: str = "") -> bool:
        """Whether an unsafe request comes from our own page, or from a program with a token (H1)."""
        site, origin, host = headers.get("sec-fetch-site"), headers.get("origin"), headers.get("host", "")
        if site not in (None, "same-origin", "none") or not self.own(host, arrived=arrived):
            return False
        if origin is not None:
            return self.own_origin(origin, host=host, arrived=arrived)
        return has_token or site is not None

    def _remember(self, arrived: str) -> None:
        address = address_of(arrived)
        if address is not None and len(self._arrived) < _MOST_ARRIVED:
            self._arrived.add(str(address))


def _spellings(public_url: str) -> set[str]:
    """The Host headers that mean the public address: its own, also with the port that its scheme leaves out."""
    scheme, _, host = public_url.partition("://")
    usual = {"http": ":80", "https": ":443"}.get(scheme, "")
    bare = host.removesuffix(usual)
    return {bare, bare + usual} if _HOST.fullmatch(bare) and ":" not in bare.rpartition("]")[2] else {host}


def own_names(listening: str = "") -> set[str]:
    """This computer's names: its host name, the first label of that, and that label with `.local` (mDNS).

    `listening` is the address or name that the server listens on; it is one of them. Makes no DNS request.
    """
    name = socket.gethostname().lower().rstrip(".")
    short = name.partition(".")[0]
    return {found for found in (name, short, short and f"{short}.local", listening.lower()) if found}


def arrived_at(scope: Mapping[str, Any]) -> str:
    """The local address of an ASGI connection, "" when unknown."""
    host = (scope.get("server") or ("",))[0]
    return host if isinstance(host, str) else ""
