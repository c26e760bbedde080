"""Asks a Redis or Valkey server what it is, and says in one sentence why it cannot be used.

What may not live here: how the embedded store is run (embedded.py), and keys, boards or scripts (server/store).
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import redis

from server.store.address import Address, RedisAddress, redis_address, shown
from server.store.nodes import SLOTS

OLDEST_REDIS = 7
OLDEST_VALKEY = 8


class StoreError(Exception):
    """The store cannot be used; the message is one plain sentence."""


class NotLetIn(StoreError):
    """A server answers, but password, rights or certificate do not fit."""


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a store says of itself."""

    name: str  # "Redis" or "Valkey"
    version: str
    append_only: bool  # whether it keeps an append-only file; True when it does not tell


def probe(url: str, *, patience: float = 5.0) -> StoreFacts:
    """Ask the server at `url` what it is; of several, each that keeps data.

    `patience` is in seconds, for each answer. Raises StoreError, whose sentence holds no password,
    when one does not answer, does not let us in, or is too old.
    """
    try:
        where = redis_address(url)
    except ValueError as problem:
        raise StoreError(str(problem)) from None
    match where.kind:
        case "sentinel":
            servers = [where.url(_master(where, patience=patience))]
        case "cluster":
            servers = [where.url(address) for address in _masters(where, patience=patience)]
        case _:
            servers = [url]
    facts = [_probe_one(server, patience=patience, cluster=where.kind == "cluster") for server in servers]
    return replace(facts[0], append_only=all(fact.append_only for fact in facts))


def _probe_one(url: str, *, patience: float, cluster: bool) -> StoreFacts:
    where = _without_password(url)
    with _plainly(where), client_of(url, patience=patience) as client:
        client.ping()
        try:
            facts = client.info("server", "persistence", "cluster")
        except redis.exceptions.NoPermissionError:
            facts = {}  # a hosted Redis may hide it; the store finds out what is missing
    valkey = facts.get("valkey_version")
    name = "Valkey" if valkey else "Redis"
    version = str(valkey or facts.get("redis_version") or "")
    major = version.split(".")[0]
    oldest = OLDEST_VALKEY if valkey else OLDEST_REDIS
    if major.isdigit() and int(major) < oldest:
        raise StoreError(
            f"{name} at {where} is version {version}; Tavle needs Redis {OLDEST_REDIS} "
            f"or Valkey {OLDEST_VALKEY}, or newer."
        )
    if facts.get("cluster_enabled") and not cluster:
        raise StoreError(f"{name} at {where} is one node of a cluster: write redis+cluster:// in REDIS_URL.")
    return StoreFacts(name=name, version=version, append_only=bool(facts.get("aof_enabled", 1)))


def _master(where: RedisAddress, *, patience: float) -> Address:
    """The master that a sentinel names. Raises StoreError when none does."""
    why: StoreError | None = None
    for sentinel in where.addresses:
        try:
            with (
                _plainly(f"{where.scheme}://{shown(sentinel)}", whose="sentinel"),
                client_of(where.sentinel(sentinel), patience=patience) as client,
            ):
                asking: Any = client
                found = asking.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", where.service)
            if found:
                return str(found[0]), int(found[1])
        except NotLetIn as problem:
            why = problem  # one that nobody is let in by is told; one that is not there may have others beside it
        except StoreError:
            continue
    if why is not None:
        raise why
    asked = ", ".join(map(shown, where.addresses))
    raise StoreError(f"No sentinel at {asked} names a master of {where.service!r}: start them, or correct REDIS_URL.")


def _masters(where: RedisAddress, *, patience: float) -> list[Address]:
    """The masters that keep a cluster's data. Raises StoreError when some of the keys have none."""
    for address in where.addresses[:-1]:
        with contextlib.suppress(StoreError):
            return _masters_by(where, address, patience=patience)
    return _masters_by(where, where.addresses[-1], patience=patience)


def _masters_by(where: RedisAddress, address: Address, *, patience: float) -> list[Address]:
    url = where.url(address)
    with _plainly(_without_password(url)), client_of(url, patience=patience) as client:
        if not client.info("cluster").get("cluster_enabled"):
            raise StoreError(f"Redis at {shown(address)} is no cluster: write redis:// in REDIS_URL.")
        asking: Any = client
        rows = asking.execute_command("CLUSTER", "SLOTS")
    covered = sum(last - first + 1 for first, last, *_ in rows)
    if covered < SLOTS:
        raise StoreError(
            f"The cluster at {shown(address)} serves only {covered} of {SLOTS} slots: make it whole, then start again."
        )
    # In order and each once; a node that does not know its own name leaves it out.
    return list(dict.fromkeys((master[0] or address[0], int(master[1])) for _, _, master, *_ in rows))


@contextlib.contextmanager
def _plainly(where: str, *, whose: str = "server") -> Iterator[None]:
    """Turn what goes wrong on the way to a server, or a sentinel, into one sentence."""
    who, password = f"Redis at {where}", "user:password@ before the address"
    if whose == "sentinel":
        who, password = f"The sentinel at {where}", "?sentinel_password= (and sentinel_username=) at the end"
    try:
        yield
    except (redis.exceptions.AuthenticationError, redis.exceptions.AuthenticationWrongNumberOfArgsError):
        raise NotLetIn(
            f"{who} does not accept the password in REDIS_URL, or wants one: write {password}, with the signs "
            "/ ? # @ : and % as %2F %3F %23 %40 %3A and %25."
        ) from None
    except redis.exceptions.NoPermissionError:
        raise NotLetIn(
            f"{who} does not let this user do what Tavle must: give the rights that README lists, or name another user."
        ) from None
    except (redis.exceptions.RedisError, OSError, ValueError) as problem:
        unsafe = _certificate(problem)
        if unsafe is not None:
            raise NotLetIn(f"{who} cannot be trusted ({unsafe}).") from None
        nobody = "No sentinel answers" if whose == "sentinel" else "Redis does not answer"
        no_tls = "write redis instead of rediss if it speaks no TLS, " if where.startswith("rediss") else ""
        raise StoreError(
            f"{nobody} at {where} ({one_line(problem)}): start it, {no_tls}correct "
            "REDIS_URL, or leave REDIS_URL out to use the embedded store."
        ) from None


def _certificate(problem: BaseException) -> str | None:
    """What is wrong with a certificate, and what to do; None when something else is wrong."""
    inner: BaseException | None = problem
    while inner is not None:
        if isinstance(inner, ssl.SSLCertVerificationError):
            if "match" in inner.verify_message or "mismatch" in inner.verify_message:
                return (
                    f"{inner.verify_message.rstrip('.')}: use the name that its certificate holds, or write "
                    "?ssl_check_hostname=false behind REDIS_URL"
                )
            return (
                f"{inner.verify_message.rstrip('.')}: write ?ssl_ca_certs=/path/to/ca.pem behind REDIS_URL, with the "
                "certificate of whoever signed its own"
            )
        inner = inner.__cause__ or inner.__context__
    return None


@contextlib.contextmanager
def client_of(url: str, *, patience: float) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(
        url,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=None,
        protocol=2,  # an old server, too, must be able to say how old it is
        decode_responses=True,
    )
    try:
        yield client
    finally:
        client.close()
        client.connection_pool.disconnect()


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def one_line(problem: BaseException) -> str:
    """The system's own words for what went wrong where there are any, else the library's."""
    inner: BaseException | None = problem
    while inner is not None:
        if isinstance(inner, OSError) and inner.strerror:
            return inner.strerror
        inner = inner.__cause__ or inner.__context__
    return " ".join(str(problem).split()).rstrip(".") or type(problem).__name__
