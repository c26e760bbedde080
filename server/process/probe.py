"""Checks at start that a Redis or Valkey server can be used, and explains in one sentence if not.

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
from server.store.health import PROBE, PROBE_SCRIPT, explained
from server.store.nodes import SLOTS

OLDEST_REDIS = 7
OLDEST_VALKEY = 8


class StoreError(Exception):
    """The store cannot be used; the message is one sentence for the person who started Tavle."""


class AccessDenied(StoreError):
    """A server answers, but password, permissions or certificate are wrong."""


class NoAnswer(StoreError):
    """Nothing answers at the address, or not yet."""


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a server reports about itself."""

    name: str  # "Redis" or "Valkey"
    version: str
    append_only: bool  # whether it keeps an append-only file; True when it does not report it
    where: str = ""  # its address, without a password
    fsync: str = ""  # `appendfsync`; empty when it does not report it
    eviction: str = ""  # `maxmemory-policy`; empty when it does not report it


def probe(url: str, *, patience: float = 5.0) -> StoreFacts:
    """Check the server at `url`; in a cluster every master, with sentinels the master that they name.

    `patience` is in seconds, per answer. Raises StoreError, without a password in its message, when a
    server denies access, cannot save, or is too old, and NoAnswer when it does not answer.
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
    return replace(
        facts[0],
        append_only=all(fact.append_only for fact in facts),
        fsync=next((fact.fsync for fact in facts if fact.fsync != "always"), facts[0].fsync),
        eviction=next((fact.eviction for fact in facts if fact.eviction != "noeviction"), facts[0].eviction),
    )


def can_save(url: str) -> bool:
    """Whether the single server at `url` takes a write now."""
    try:
        with client_of(url, patience=1.0) as client:
            _write(client)
    except (redis.exceptions.RedisError, OSError):
        return False
    return True


def answers(url: str) -> bool:
    """Whether the single server at `url` answers now."""
    try:
        with client_of(url, patience=1.0) as client:
            return bool(client.ping())
    except (redis.exceptions.RedisError, OSError):
        return False


def _probe_one(url: str, *, patience: float, cluster: bool) -> StoreFacts:
    where = _without_password(url)
    with _errors_explained(where), client_of(url, patience=patience) as client:
        client.ping()
        facts: dict[str, Any] = {}
        with contextlib.suppress(redis.exceptions.NoPermissionError):  # a hosted Redis may forbid INFO
            facts = client.info("server", "persistence", "cluster", "memory")
        fsync = ""
        with contextlib.suppress(redis.exceptions.ResponseError):  # and CONFIG, which README's user may not use
            asking: Any = client
            told = asking.execute_command("CONFIG", "GET", "appendfsync")
            fsync = str(told[1]) if isinstance(told, list) and len(told) == 2 else ""
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
    if not cluster:  # the key may belong to another node
        with _errors_explained(where), client_of(url, patience=patience) as client:
            _try_to_save(client, f"{name} at {where}")
    return StoreFacts(
        name=name,
        version=version,
        append_only=bool(facts.get("aof_enabled", 1)),
        where=where,
        fsync=fsync,
        eviction=str(facts.get("maxmemory_policy", "")),
    )


def _try_to_save(client: redis.Redis, who: str) -> None:
    """Do what saving a change takes. Raises StoreError when the server refuses it."""
    try:
        _write(client)
    except redis.exceptions.NoPermissionError:
        raise
    except redis.exceptions.ReadOnlyError as problem:
        raise NoAnswer(f"{who} can only be read ({one_line(problem)}): name the master in REDIS_URL.") from None
    except redis.exceptions.ResponseError as problem:
        raise NoAnswer(f"{who} saves nothing: {explained(problem)}.") from None


def _write(client: redis.Redis) -> None:
    client.eval(PROBE_SCRIPT, 1, PROBE, 1)
    asking: Any = client
    asking.execute_command("SPUBLISH", PROBE, "")


def _master(where: RedisAddress, *, patience: float) -> Address:
    """The master that a sentinel names. Raises StoreError when none does."""
    why: StoreError | None = None
    for sentinel in where.addresses:
        try:
            with (
                _errors_explained(f"{where.scheme}://{shown(sentinel)}", whose="sentinel"),
                client_of(where.sentinel(sentinel), patience=patience) as client,
            ):
                asking: Any = client
                found = asking.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", where.service)
            if found:
                return str(found[0]), int(found[1])
        except AccessDenied as problem:
            why = problem  # reported if no other sentinel answers
        except StoreError:
            continue
    if why is not None:
        raise why
    asked = ", ".join(map(shown, where.addresses))
    raise NoAnswer(f"No sentinel at {asked} names a master of {where.service!r}: start them, or correct REDIS_URL.")


def _masters(where: RedisAddress, *, patience: float) -> list[Address]:
    """The masters of a cluster. Raises StoreError when some hash slots have no master."""
    for address in where.addresses[:-1]:
        with contextlib.suppress(StoreError):
            return _masters_by(where, address, patience=patience)
    return _masters_by(where, where.addresses[-1], patience=patience)


def _masters_by(where: RedisAddress, address: Address, *, patience: float) -> list[Address]:
    url = where.url(address)
    with _errors_explained(_without_password(url)), client_of(url, patience=patience) as client:
        if not client.info("cluster").get("cluster_enabled"):
            raise StoreError(f"Redis at {shown(address)} is no cluster: write redis:// in REDIS_URL.")
        asking: Any = client
        rows = asking.execute_command("CLUSTER", "SLOTS")
    covered = sum(last - first + 1 for first, last, *_ in rows)
    if covered < SLOTS:
        raise NoAnswer(
            f"The cluster at {shown(address)} serves only {covered} of {SLOTS} slots: make it whole, then start again."
        )
    # In order, without duplicates. A node that does not know its own host name leaves it empty.
    return list(dict.fromkeys((master[0] or address[0], int(master[1])) for _, _, master, *_ in rows))


@contextlib.contextmanager
def _errors_explained(where: str, *, whose: str = "server") -> Iterator[None]:
    """Turn connection errors of a server or sentinel into a StoreError with one sentence."""
    who, password = f"Redis at {where}", "user:password@ before the address"
    if whose == "sentinel":
        who, password = f"The sentinel at {where}", "?sentinel_password= (and sentinel_username=) at the end"
    try:
        yield
    except (redis.exceptions.AuthenticationError, redis.exceptions.AuthenticationWrongNumberOfArgsError):
        raise AccessDenied(
            f"{who} does not accept the password in REDIS_URL, or wants one: write {password}, with the signs "
            "/ ? # @ : and % as %2F %3F %23 %40 %3A and %25."
        ) from None
    except redis.exceptions.NoPermissionError as problem:
        raise AccessDenied(
            f"{who} does not let this user do what Tavle must ({_lacking(problem)}): give the rights that README "
            "lists, or name another user."
        ) from None
    except (redis.exceptions.RedisError, OSError, ValueError) as problem:
        unsafe = _certificate(problem)
        if unsafe is not None:
            raise AccessDenied(f"{who} cannot be trusted ({unsafe}).") from None
        nobody = "No sentinel answers" if whose == "sentinel" else "Redis does not answer"
        no_tls = "write redis instead of rediss if it speaks no TLS, " if where.startswith("rediss") else ""
        raise NoAnswer(
            f"{nobody} at {where} ({one_line(problem)}): start it, {no_tls}correct "
            "REDIS_URL, or leave REDIS_URL out to use the embedded store."
        ) from None


def _lacking(problem: BaseException) -> str:
    return " ".join(str(problem).split()).removeprefix("NOPERM ").rstrip(".")[:200]


def _certificate(problem: BaseException) -> str | None:
    """What is wrong with the certificate and what to do; None when the problem is another one."""
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
        protocol=2,  # so that a server too old for RESP3 can still report its version
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
    """The operating system's message for a problem, if there is one, else the library's, in one line."""
    inner: BaseException | None = problem
    while inner is not None:
        if isinstance(inner, OSError) and inner.strerror:
            return inner.strerror
        inner = inner.__cause__ or inner.__context__
    return " ".join(str(problem).split()).rstrip(".") or type(problem).__name__
