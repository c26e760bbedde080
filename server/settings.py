"""The settings: environment variables, read once into one frozen value.

What may not live here: opening a file or a socket, and settings of a single workshop (those are in its method and its
board). No other module reads settings from the environment.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

LogFormat = Literal["text", "json"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# The address is parsed in store/address.py.
REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster")
NAMES = (
    "TAVLE_CONTACT",
    "TAVLE_DATA",
    "TAVLE_KEY",
    "TAVLE_LOG",
    "TAVLE_METHODS",
    "TAVLE_NOTICE",
    "TAVLE_PROGRAMME_DAYS",
    "TAVLE_PUBLIC_URL",
    "TAVLE_REDIS_WAIT",
    "TAVLE_RETENTION_DAYS",
    "TAVLE_TRUSTED_PROXY",
    "TAVLE_WAIT_REPLICAS",
    "TAVLE_WORKERS",
)
# Between our own processes, and of the tests.
INTERNAL = ("TAVLE_EMBEDDED", "TAVLE_METRICS_FOLDER", "TAVLE_PROCESS", "TAVLE_SEED")
_PATH = re.compile(r"(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,4}")  # of a public address
# What our own paths begin with: a public address with such a path would be taken for one of them.
OWN_PATHS = (
    "about", "api", "b", "console", "favicon.ico", "health", "join", "leader", "metrics", "notice", "ready",
    "robots.txt", "static", "stream", "wall", "ws",
)  # fmt: skip
LONGEST_CONTACT = 200  # characters
SHORTEST_KEY = 16  # characters of a house key that somebody chose: shorter ones can be guessed


class SettingsError(Exception):
    """A setting cannot be used; the message is one plain sentence naming it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, by field; the name in capitals is the environment variable.

    host             HOST. The address to listen on. Default "": every address of this computer,
                     IPv4 and IPv6, since phones must reach it.
    port             PORT. Default 8000; 0: any free port.
    redis_url        REDIS_URL. redis://, rediss:// or unix:// for one server;
                     redis+sentinel://host:26379[,host:26379]/service[/db] for the master
                     found through sentinels; redis+cluster://host:6379[,host:6379] for a cluster (some of
                     its nodes); rediss+ for both over TLS. user:password@ is written before the first
                     host; ?ssl_ca_certs=/path/ca.pem is the CA file (other options: store/address.py).
                     Default None: Tavle starts its embedded store, and this is set to that store's
                     address before the app is built.
    data_dir         TAVLE_DATA. The folder of the embedded store and the house key. Default: the user's
                     data folder.
    public_url       TAVLE_PUBLIC_URL. The address that people type and that is in QR codes, such as
                     https://tavle.example.dk or https://example.dk/tavle. Needed where people use an address or
                     a name that this computer itself does not have (a proxy, a container). Default
                     None: this computer's addresses and names (doors/hosts.py).
    methods_dir      TAVLE_METHODS. A folder with further method files. Default None.
    key              TAVLE_KEY. The house key: needed to create a workshop from another computer;
                     at least 16 characters. Default "": one is made and kept in the store.
    redis_wait       TAVLE_REDIS_WAIT. Seconds to wait at start for the Redis at REDIS_URL. Default 60.
    notice           TAVLE_NOTICE. A file with the organisation's own notice (Markdown), shown on the page about
                     data protection; beside notice.md may stand notice.en.md, for English. Default None.
    contact          TAVLE_CONTACT. Whom people may ask about their data: a name, an e-mail address or both.
                     Default "".
    trusted_proxy    TAVLE_TRUSTED_PROXY. Addresses or networks, separated by commas, whose
                     X-Forwarded-For and X-Forwarded-Proto headers are used. Default: none.
    retention_days   TAVLE_RETENTION_DAYS. Days that a board is kept after its last use.
                     Default 30; at least 1.
    programme_days   TAVLE_PROGRAMME_DAYS. The same of a programme (SPEC R40). Default 365; at least 1.
    wait_replicas    TAVLE_WAIT_REPLICAS. How many replicas must have a change before it is
                     acknowledged. Default 0; only an external Redis has any.
    workers          TAVLE_WORKERS. How many web processes serve. Default 1, enough for
                     several hundred people.
    log_format       TAVLE_LOG. "text" for people or "json" for machines. Default "text".
    embedded         No environment variable: whether the embedded store is used. True when
                     REDIS_URL is not set, also after redis_url has been set to its address.
    process          No variable for people: the number of this web process, from 1.
    """

    host: str = ""
    port: int = 8000
    redis_url: str | None = field(default=None, repr=False)
    data_dir: Path
    public_url: str | None = None
    methods_dir: Path | None = None
    key: str = field(default="", repr=False)
    trusted_proxy: tuple[Network, ...] = ()
    retention_days: int = 30
    programme_days: int = 365
    wait_replicas: int = 0
    workers: int = 1
    log_format: LogFormat = "text"
    embedded: bool = True
    redis_wait: int = 60
    notice: Path | None = None
    contact: str = ""
    process: int = 1

    @property
    def public_path(self) -> str:
        """The path of the public address, which may lie before every path of ours; empty for none."""
        return urlsplit(self.public_url).path if self.public_url else ""

    @property
    def public_origin(self) -> str | None:
        """The public address without its path; None where there is no public address."""
        return None if self.public_url is None else self.public_url.removesuffix(self.public_path)

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str],
        *,
        host: str | None = None,
        port: int | None = None,
        workers: int | None = None,
    ) -> Settings:
        """Read `environ`; the keyword arguments (from the command line) take precedence.

        An empty variable counts as not set. Raises SettingsError.
        """
        redis_url = _redis_url(environ)
        wait_replicas = _number(environ, "TAVLE_WAIT_REPLICAS", default=0, lowest=0, highest=9)
        if wait_replicas and redis_url is None:
            raise SettingsError("TAVLE_WAIT_REPLICAS needs a REDIS_URL: the embedded store has no replicas.")
        return cls(
            host=_host(_text(environ, "HOST") if host is None else host),
            port=_number(environ, "PORT", default=8000, lowest=0, highest=65535) if port is None else port,
            redis_url=redis_url,
            data_dir=_path(environ, "TAVLE_DATA") or default_data_dir(environ),
            public_url=_public_url(environ),
            methods_dir=_path(environ, "TAVLE_METHODS"),
            key=_key(environ),
            trusted_proxy=_networks(environ, "TAVLE_TRUSTED_PROXY"),
            retention_days=_number(environ, "TAVLE_RETENTION_DAYS", default=30, lowest=1, highest=3650),
            programme_days=_number(environ, "TAVLE_PROGRAMME_DAYS", default=365, lowest=1, highest=3650),
            wait_replicas=wait_replicas,
            workers=_number(environ, "TAVLE_WORKERS", default=1, lowest=1, highest=64) if workers is None else workers,
            log_format=_log_format(environ),
            embedded=redis_url is None,
            redis_wait=_number(environ, "TAVLE_REDIS_WAIT", default=60, lowest=0, highest=3600),
            notice=_path(environ, "TAVLE_NOTICE"),
            contact=_text(environ, "TAVLE_CONTACT")[:LONGEST_CONTACT],
            process=_number(environ, "TAVLE_PROCESS", default=1, lowest=1, highest=64),
        )

    def check_files(self) -> None:
        """Raises SettingsError for a setting whose file or folder cannot be read.

        At a start only: without them commands still work, and a web process that is replaced still serves.
        """
        try:
            name = "TAVLE_METHODS"
            if self.methods_dir is not None:
                os.listdir(self.methods_dir)
            name = "TAVLE_NOTICE"
            if self.notice is not None:
                self.notice.open("rb").close()
        except OSError as problem:
            raise SettingsError(f"{name} cannot be read ({problem.strerror}): {problem.filename}.") from None


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """Sentences about names in `environ` that begin like ours and are no setting."""
    said = []
    for name in sorted(environ):
        if name.startswith("TAVLE_") and name not in NAMES + INTERNAL:
            near = difflib.get_close_matches(name, NAMES, n=1)
            meant = f"; did you mean {near[0]}?" if near else ": README lists the settings."
            said.append(f"{name} is no setting of Tavle{meant}")
    return said


def default_data_dir(environ: Mapping[str, str], *, platform: str = sys.platform) -> Path:
    """Tavle's folder in the user's data folder on this platform."""
    home = Path(_text(environ, "HOME") or Path.home())
    if platform == "darwin":
        return home / "Library" / "Application Support" / "tavle"
    # The XDG rules say that a relative path is to be ignored.
    named = Path(_text(environ, "XDG_DATA_HOME"))
    return (named if named.is_absolute() else home / ".local" / "share") / "tavle"


def _text(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip()


def _host(text: str) -> str:
    # All usual ways to write "every address" mean IPv4 and IPv6 here.
    return "" if text in ("", "*", "0.0.0.0", "::", "[::]") else text.strip("[]")


def _number(environ: Mapping[str, str], name: str, *, default: int, lowest: int, highest: int) -> int:
    text = _text(environ, name)
    if not text:
        return default
    try:
        number = int(text)
    except ValueError:
        raise SettingsError(f"{name} must be a whole number, not {text!r}.") from None
    if not lowest <= number <= highest:
        raise SettingsError(f"{name} must lie between {lowest} and {highest}, not at {number}.")
    return number


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    text = _text(environ, name)
    return Path(text).expanduser().absolute() if text else None


def _redis_url(environ: Mapping[str, str]) -> str | None:
    text = _text(environ, "REDIS_URL")
    if not text:
        return None
    if text.partition("://")[0] not in REDIS_SCHEMES:
        # The address itself may hold a password, so it is not repeated here.
        raise SettingsError(
            "REDIS_URL must begin with redis://, rediss:// or unix://, or for several servers with "
            "redis+sentinel:// or redis+cluster://."
        )
    return text


def _public_url(environ: Mapping[str, str]) -> str | None:
    text = _text(environ, "TAVLE_PUBLIC_URL").rstrip("/")
    if not text:
        return None
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not _PATH.fullmatch(parts.path) or parts.query or parts.fragment or parts.username:
        raise SettingsError(
            "TAVLE_PUBLIC_URL must be an address such as https://tavle.example.dk or https://example.dk/tavle, "
            f"not {text!r}."
        )
    first = parts.path.split("/")[1] if parts.path else ""
    if first in OWN_PATHS:
        raise SettingsError(
            f"TAVLE_PUBLIC_URL may not begin its path with {first!r}, as one of Tavle's own does: choose another."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}"


def _key(environ: Mapping[str, str]) -> str:
    text = _text(environ, "TAVLE_KEY")
    if text and len(text) < SHORTEST_KEY:
        raise SettingsError(f"TAVLE_KEY must have at least {SHORTEST_KEY} characters.")
    return text


def _networks(environ: Mapping[str, str], name: str) -> tuple[Network, ...]:
    networks = []
    for text in filter(None, (part.strip() for part in _text(environ, name).split(","))):
        try:
            networks.append(ipaddress.ip_network(text))
        except ValueError:
            raise SettingsError(f"{name} must hold addresses or networks such as 10.0.0.0/8, not {text!r}.") from None
    return tuple(networks)


def _log_format(environ: Mapping[str, str]) -> LogFormat:
    match _text(environ, "TAVLE_LOG"):
        case "" | "text":
            return "text"
        case "json":
            return "json"
        case other:
            raise SettingsError(f'TAVLE_LOG must be "text" or "json", not {other!r}.')
