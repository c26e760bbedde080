"""Where Redis is: one server, the master that sentinels name, or the masters of a cluster.

`Nodes` gives the node that holds a key, and looks again when that may have changed. A node holds a
bounded number of connections, whatever the number of boards.

redis-py's own cluster client is not used, for three reasons found in its 8.1: its pipeline cannot
put WAIT on the connection that wrote; it reads sharded messages node by node, so that one waits for
the others' time-outs; and when every connection is taken it fails instead of waiting.

What may not live here: the names of keys and what is kept under them (store.py), subscriptions
(bell.py), and any word to a person beyond what is wrong with an address.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

import redis.asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.exceptions import ClusterDownError, MovedError, ReadOnlyError, RedisError, ResponseError
from redis.exceptions import ConnectionError as CutOff

ANSWER = 5.0  # seconds for Redis to answer one call
ASKING = 1.0  # seconds for a sentinel or a node to say where things are
CONNECTIONS = 32  # for calls to one node, beside the doorbell's one
KEPT = 8  # of them, for what is asked at every change
SLOTS = 16_384

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

# What may stand behind the ? of an address. All else would change what Tavle relies on, such as how
# many connections there are.
FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
TLS = (*FILES, "ssl_cert_reqs", "ssl_check_hostname")
SENTINELS_OWN = ("sentinel_username", "sentinel_password")


class Unreachable(RedisError):
    """Nobody who was asked could say where the master is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What REDIS_URL says. `addresses` are the servers', the sentinels' or some of the cluster's."""

    kind: Kind
    scheme: str
    addresses: tuple[Address, ...] = ()
    service: str = ""
    user: str = field(default="", repr=False)  # name and password as they stand there, with the sign after them
    asking: str = field(default="", repr=False)  # the same for the sentinels themselves
    rest: str = field(default="", repr=False)  # what follows the address of a server
    tls: str = ""  # how certificates are checked, as it follows an address
    alone: str = field(default="", repr=False)  # the whole address of the only server

    def url(self, address: Address) -> str:
        """The address of one server, as redis-py reads it."""
        return self.alone or f"{self.scheme}://{self.user}{shown(address)}{self.rest}"

    def sentinel(self, address: Address) -> str:
        """The address of one sentinel. They have a password of their own, or none."""
        return f"{self.scheme}://{self.asking}{shown(address)}{self.tls}"


def shown(address: Address) -> str:
    """A host and port as people write them."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def place(url: str) -> Place:
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
        if scheme != "unix":
            _address(parts.netloc.rpartition("@")[2], 6379)
        return Place(kind=kind, scheme=scheme, alone=url)
    user, at, hosts = parts.netloc.rpartition("@")
    addresses = tuple(_address(text, 26379 if kind == "sentinel" else 6379) for text in hosts.split(","))
    path = [part for part in parts.path.split("/") if part]
    common: dict[str, Any] = {"scheme": scheme, "addresses": addresses, "user": user + at, "tls": _query(tls)}
    if kind == "cluster":
        if path not in ([], ["0"]) or options.get("db", "0") != "0":
            raise ValueError("REDIS_URL names a database, but a Redis Cluster has none: leave it out.")
        return Place(kind=kind, rest=_query(tls), **common)
    if not 1 <= len(path) <= 2 or (len(path) == 2 and not path[1].isdigit()):
        raise ValueError(
            "REDIS_URL must name the service that the sentinels watch, as in "
            "redis+sentinel://host:26379,host:26379/mymaster."
        )
    name, password = (quote(options.get(option, ""), safe="") for option in SENTINELS_OWN)
    asking = f"{name}:{password}@" if name or password else ""
    rest = f"/{path[1] if len(path) == 2 else options.get('db', 0)}{_query(tls)}"
    return Place(kind=kind, service=path[0], asking=asking, rest=rest, **common)


def _wrong_address() -> ValueError:
    return ValueError(
        "REDIS_URL must hold addresses such as host:6379, separated by commas; in a password / ? # @ : and % "
        "are written %2F %3F %23 %40 %3A and %25."
    )


def _options(parts: SplitResult, *, kind: Kind, scheme: str) -> dict[str, str]:
    """What stands behind the question mark. Raises ValueError, which says no value but a file's name."""
    if parts.fragment or (scheme != "unix" and "@" in parts.path + parts.query):
        raise _wrong_address()  # the end of a password, most likely
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


class Node:
    """One Redis server, and a bounded number of connections to it."""

    def __init__(self, url: str, address: Address = ("", 0)) -> None:
        self.address = address
        self._url = url
        # No time limit of redis-py's own on an answer: it makes a task of every command. Whoever asks
        # has one.
        common: dict[str, Any] = {"decode_responses": False, "protocol": 2, "socket_connect_timeout": ANSWER}
        self._pool: Any = aioredis.BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=ANSWER,
            # One more try, at once, is for a connection that Redis closed while it lay unused; one
            # that is silent has had its time.
            retry=Retry(NoBackoff(), 1, supported_errors=(CutOff,)),
            **common,
        )
        self.redis: Any = aioredis.Redis.from_pool(self._pool)  # its calls are not typed
        self._kept: list[Any] = []  # connections that `ask` has taken from the pool for good
        # A doorbell that is cut is hung up anew where the keys are by then, so: no second try.
        never = aioredis.ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=ANSWER, **common)
        self.listening: Any = aioredis.Redis.from_pool(never)

    async def ask(self, *words: Any) -> Any:
        """What the server answers to one command: the short way past the pool, for what is asked at every change."""
        try:
            return await self._ask(await self._taken(), words)
        except CutOff:
            # Closed by Redis while it lay unused, as the others may be: once more on a new one.
            await self._give_back()
            return await self._ask(await self._taken(), words)

    async def _taken(self) -> Any:
        return self._kept.pop() if self._kept else await self._pool.get_connection()

    async def _ask(self, connection: Any, words: tuple[Any, ...]) -> Any:
        try:
            await connection.send_command(*words, check_health=False)
            answer = await connection.read_response()
        except ResponseError:
            await self._keep(connection)  # that is an answer, too
            raise
        except BaseException:
            # Whatever it would still have said must not be taken for the answer to the next command.
            await connection.disconnect(nowait=True)
            await self._pool.release(connection)
            raise
        await self._keep(connection)
        return answer

    async def _keep(self, connection: Any) -> None:
        if len(self._kept) < KEPT:
            self._kept.append(connection)
        else:
            await self._pool.release(connection)

    async def _give_back(self) -> None:
        while self._kept:
            await self._pool.release(self._kept.pop())

    async def drop_idle(self) -> None:
        """Let go of the connections that nobody uses now."""
        await self._give_back()
        await self._pool.disconnect(inuse_connections=False)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._give_back()
        await self.redis.aclose()
        await self.listening.aclose()


class Nodes(Protocol):
    """Where every key is. All calls but `close` may raise RedisError or OSError."""

    async def of(self, key: str) -> Node:
        """The node that holds a key, as far as is known."""

    async def every(self) -> list[Node]:
        """Every node that holds keys."""

    async def look_again(self, node: Node, problem: BaseException) -> None:
        """That node failed, or says that it no longer holds what it was asked for: find out who does."""

    async def close(self) -> None:
        """Let go of every connection."""


def nodes(url: str) -> Nodes:
    """The way to the Redis at `url`. Nothing is sent before the first call. Raises ValueError."""
    where = place(url)
    match where.kind:
        case "one":
            return One(where)
        case "sentinel":
            return Sentinels(where)
        case "cluster":
            return Cluster(where)


class One:
    """One server, which is where it is."""

    def __init__(self, where: Place) -> None:
        self._node = Node(where.alone)

    async def of(self, key: str) -> Node:
        """The server."""
        return self._node

    async def every(self) -> list[Node]:
        """The server."""
        return [self._node]

    async def look_again(self, node: Node, problem: BaseException) -> None:
        """There is nowhere else to look."""

    async def close(self) -> None:
        """Let go of every connection."""
        await self._node.close()


class _Several:
    """What sentinels and clusters have in common: nodes that come and go."""

    def __init__(self, where: Place) -> None:
        self._where = where
        self._lock = asyncio.Lock()
        self._looked_at = 0.0  # loop time when the last look ended
        self._left: list[Node] = []

    async def _leave(self, gone: Iterable[Node]) -> None:
        """Stop using nodes. Calls that are under way end by themselves: closed at the next change."""
        before, self._left = self._left, list(gone)
        for node in self._left:
            await _quietly(node.drop_idle())
        for node in before:
            await _quietly(node.close())

    async def close(self) -> None:
        """Let go of every connection."""
        for node in [*self._left, *self._now()]:
            await _quietly(node.close())

    def _now(self) -> list[Node]:
        raise NotImplementedError


class Sentinels(_Several):
    """The master that the sentinels name."""

    def __init__(self, where: Place) -> None:
        super().__init__(where)
        self._asked = list(where.addresses)
        self._node: Node | None = None

    def _now(self) -> list[Node]:
        return [] if self._node is None else [self._node]

    async def of(self, key: str) -> Node:
        """The master."""
        if self._node is None:
            async with self._lock:
                if self._node is None:
                    await self._find()
        assert self._node is not None
        return self._node

    async def every(self) -> list[Node]:
        """The master."""
        return [await self.of("")]

    async def look_again(self, node: Node, problem: BaseException) -> None:
        """Ask the sentinels who is master now."""
        began = asyncio.get_running_loop().time()
        async with self._lock:
            # Of many who found out at once, the first asks for all.
            if node is self._node and self._looked_at < began:
                await self._find()

    async def _find(self) -> None:
        try:
            await self._ask()
        finally:
            self._looked_at = asyncio.get_running_loop().time()

    async def _ask(self) -> None:
        for sentinel in list(self._asked):
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                found = await _said(
                    self._where.sentinel(sentinel), "SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._where.service
                )
                if found is None:
                    continue
                address = (found[0].decode(), int(found[1]))
                role = await _said(self._where.url(address), "ROLE")
                if role[0] == b"master":
                    await self._take(address)
                    return
            # Behind the others: this one knows less than they may.
            self._asked.remove(sentinel)
            self._asked.append(sentinel)
        raise Unreachable(f"no sentinel names a master of {self._where.service} that answers")

    async def _take(self, address: Address) -> None:
        was = self._node
        if was is None or was.address != address:
            self._node = Node(self._where.url(address), address)
            await self._leave([] if was is None else [was])


class Cluster(_Several):
    """The masters of a cluster, each with its share of the keys."""

    def __init__(self, where: Place) -> None:
        super().__init__(where)
        self._nodes: dict[Address, Node] = {}
        self._slots: list[Node | None] = []
        self._known: list[Address] = list(where.addresses)

    def _now(self) -> list[Node]:
        return list(self._nodes.values())

    async def of(self, key: str) -> Node:
        """The master that holds a key; any one for an empty key."""
        if not self._slots:
            async with self._lock:
                if not self._slots:
                    await self._find(self._known)
        node = self._slots[key_slot(key.encode())] if key else next(iter(self._nodes.values()))
        if node is None:
            # Nobody serves this part of the keys now; the next call may find somebody.
            self._slots = []
            raise ClusterDownError("no node serves this part of the keys")
        return node

    async def every(self) -> list[Node]:
        """Every master."""
        await self.of("")
        return self._now()

    async def look_again(self, node: Node, problem: BaseException) -> None:
        """Ask the others, and the one that was named first, who holds what."""
        began = asyncio.get_running_loop().time()
        async with self._lock:
            # Of many who found out at once, the first asks for all.
            if self._nodes.get(node.address) is not node or self._looked_at > began:
                return
            first: list[Address] = []
            if isinstance(problem, MovedError):
                first = [(problem.host or node.address[0], int(problem.port))]
            others = [address for address in self._known if address not in (*first, node.address)]
            await self._find([*first, *others, node.address])

    async def _find(self, whom: Iterable[Address]) -> None:
        try:
            await self._ask(whom)
        finally:
            self._looked_at = asyncio.get_running_loop().time()

    async def _ask(self, whom: Iterable[Address]) -> None:
        for address in whom:
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                rows = await _said(self._where.url(address), "CLUSTER", "SLOTS")
                if rows:
                    await self._take(rows, said_by=address)
                    return
        raise Unreachable("no node of the cluster answers")

    async def _take(self, rows: list[Any], *, said_by: Address) -> None:
        slots: list[Node | None] = [None] * SLOTS
        before, self._nodes = self._nodes, {}
        known: list[Address] = []
        for first, last, *servers in rows:
            # A node that does not know its own name leaves it out: then it is the one we asked by.
            found = [((server[0] or b"").decode() or said_by[0], int(server[1])) for server in servers]
            known += [address for address in found if address not in known]
            master = found[0]
            node = self._nodes.get(master) or before.get(master) or Node(self._where.url(master), master)
            self._nodes[master] = node
            slots[first : last + 1] = [node] * (last + 1 - first)
        self._slots = slots
        # The ones in the address stay known, should all others go.
        self._known = known + [address for address in self._where.addresses if address not in known]
        await self._leave(node for address, node in before.items() if self._nodes.get(address) is not node)


async def _said(url: str, *words: str) -> Any:
    """What the server at `url` answers, on a connection for this one question."""
    asking: Any = aioredis.Redis.from_url(
        url,
        protocol=2,
        decode_responses=False,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=ASKING,
        socket_connect_timeout=ASKING,
    )
    # Raw, since redis-py makes of some answers what only its own clients understand.
    asking.response_callbacks.clear()
    try:
        return await asking.execute_command(*words)
    finally:
        await _quietly(asking.aclose())


async def _quietly(closing: Awaitable[Any]) -> None:
    with contextlib.suppress(RedisError, OSError):
        await closing


# What says that another node should be asked, and that nothing has been done.
NOT_HERE = (MovedError, ReadOnlyError)
