"""Parses REDIS_URL: the addresses of one server, of sentinels or of a cluster, and the credentials.

What may not live here: connections.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

Kind = Literal["one", "sentinel", "cluster"]
Address = tuple[str, int]

SCHEMES: dict[str, tuple[Kind, str]] = {
    "redis": ("one", "redis"),
    "rediss": ("one", "rediss"),
    "unix": ("one", "unix"),
    "redis+sentinel": ("sentinel", "redis"),
    "rediss+sentinel": ("sentinel", "rediss"),
    "redis+cluster": ("cluster", "redis"),
    "rediss+cluster": ("cluster", "rediss"),
}

# Allowed options after the ? of an address. Others could change what Tavle relies on, such as the number of
# connections.
FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
TLS = (*FILES, "ssl_cert_reqs", "ssl_check_hostname")
SENTINELS_OWN = ("sentinel_username", "sentinel_password")


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisAddress:
    """REDIS_URL, parsed. `addresses` are those of the server, of the sentinels, or of some nodes of the cluster."""

    kind: Kind
    scheme: str
    addresses: tuple[Address, ...] = ()
    service: str = ""
    user: str = field(default="", repr=False)  # name and password as written there, with the @ after them
    asking: str = field(default="", repr=False)  # the same for the sentinels themselves
    rest: str = field(default="", repr=False)  # path and options that follow the address of a server
    tls: str = ""  # options about certificates, as they follow an address
    alone: str = field(default="", repr=False)  # the whole address of the only server

    @property
    def plain(self) -> str:
        """The address for people and logs: without user, password and options."""
        if self.scheme == "unix":
            return f"unix://{urlsplit(self.alone).path}"
        service = f"/{self.service}" if self.service else ""
        kind = "" if self.kind == "one" else f"+{self.kind}"
        return f"{self.scheme}{kind}://{','.join(map(shown, self.addresses))}{service}"

    def url(self, address: Address) -> str:
        """The address of one server, as redis-py reads it."""
        return self.alone or f"{self.scheme}://{self.user}{shown(address)}{self.rest}"

    def sentinel(self, address: Address) -> str:
        """The address of one sentinel, with the sentinels' own credentials, if any."""
        return f"{self.scheme}://{self.asking}{shown(address)}{self.tls}"


def shown(address: Address) -> str:
    """Host and port as text, with brackets around an IPv6 address."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def redis_address(url: str) -> RedisAddress:
    """Read REDIS_URL. Raises ValueError with one plain sentence that holds no password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _wrong_address() from None
    if parts.scheme not in SCHEMES:
        raise ValueError(
            "REDIS_URL must begin with redis://, rediss:// or unix://, or for several servers with "
            "redis+sentinel:// or redis+cluster://."
        )
    kind, scheme = SCHEMES[parts.scheme]
    options = _options(parts, kind=kind, scheme=scheme)
    tls = {name: value for name, value in options.items() if name in TLS}
    if kind == "one":
        where = () if scheme == "unix" else (_address(parts.netloc.rpartition("@")[2], 6379),)
        return RedisAddress(kind=kind, scheme=scheme, addresses=where, alone=url)
    user, at, hosts = parts.netloc.rpartition("@")
    addresses = tuple(_address(text, 26379 if kind == "sentinel" else 6379) for text in hosts.split(","))
    path = [part for part in parts.path.split("/") if part]
    common: dict[str, Any] = {"scheme": scheme, "addresses": addresses, "user": user + at, "tls": _query(tls)}
    if kind == "cluster":
        if path not in ([], ["0"]) or options.get("db", "0") != "0":
            raise ValueError("REDIS_URL names a database, but a Redis Cluster has none: leave it out.")
        return RedisAddress(kind=kind, rest=_query(tls), **common)
    if not 1 <= len(path) <= 2 or (len(path) == 2 and not path[1].isdigit()):
        raise ValueError(
            "REDIS_URL must name the service that the sentinels watch, as in "
            "redis+sentinel://host:26379,host:26379/mymaster."
        )
    name, password = (quote(options.get(option, ""), safe="") for option in SENTINELS_OWN)
    asking = f"{name}:{password}@" if name or password else ""
    rest = f"/{path[1] if len(path) == 2 else options.get('db', 0)}{_query(tls)}"
    return RedisAddress(kind=kind, service=path[0], asking=asking, rest=rest, **common)


def _wrong_address() -> ValueError:
    return ValueError(
        "REDIS_URL must hold addresses such as host:6379, separated by commas; in a password / ? # @ : and % "
        "are written %2F %3F %23 %40 %3A and %25."
    )


def _options(parts: SplitResult, *, kind: Kind, scheme: str) -> dict[str, str]:
    """The options after the question mark. Raises ValueError with a message that quotes no value except a file name."""
    if parts.fragment or (scheme != "unix" and "@" in parts.path + parts.query):
        raise _wrong_address()  # probably the rest of a password with a # or ?
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    known = ["db"]
    known += TLS if scheme == "rediss" else []
    known += SENTINELS_OWN if kind == "sentinel" else []
    for name in options:
        if name not in known:
            what = "needs rediss:// (TLS)" if name in TLS else "is no option that Tavle knows"
            wanted = ", ".join(known)
            raise ValueError(f"In REDIS_URL, {_plain(name)!r} {what}: after ? may stand {wanted}.")
    for name in FILES:
        if name in options and not Path(options[name]).is_file():
            raise ValueError(f"In REDIS_URL, {name} names a file that is not there: {_plain(options[name])}.")
    if options.get("ssl_cert_reqs", "required") not in ("required", "none"):
        raise ValueError("In REDIS_URL, ssl_cert_reqs must be required or none.")
    if options.get("ssl_check_hostname", "true") not in ("true", "false"):
        raise ValueError("In REDIS_URL, ssl_check_hostname must be true or false.")
    if not options.get("db", "0").isdigit():
        raise ValueError("In REDIS_URL, db must be a number.")
    return options


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:100]


def _query(options: dict[str, str]) -> str:
    return f"?{urlencode(options)}" if options else ""


def _address(text: str, usual: int) -> Address:
    try:
        parts = urlsplit(f"//{text.strip()}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host:
        raise _wrong_address()
    return host, port or usual
