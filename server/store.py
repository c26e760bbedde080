"""The Redis room: the log of every board, and the few look-ups around it.

A board is one stream of entries, gapless from version 1, behind one small hash that says where it
ends. `append` adds to it only if nobody came between; that one script is all that Redis is told
to do for us. What the entries mean is not known here: they are bytes.

What may not live here: anything about notes, rounds or people, and any clock. Times are handed
in as milliseconds since 1970.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import secrets
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import redis.asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError, ResponseError

from server.tasks import stop

log = logging.getLogger("tavle.store")

ANSWER = 5.0  # seconds for Redis to answer one call
CONNECTIONS = 32  # for calls, beside the doorbell's one
SUBSCRIBED = 1.0  # seconds to wait for a subscription to stand
PAGE = 1_000  # entries in one answer of a range read
LOUDEST = 64 * 1024  # bytes of entries that a ring carries; followers read longer ones themselves
LONGEST_REWRITE = 60.0  # seconds
REWRITE_LOOK = 0.02  # seconds between two looks at a rewrite, which has no event to wait for
REPLICA_PATIENCE = 5_000  # milliseconds that an append waits for replicas

INDEX = "tavle:boards"  # board -> when it expires
DUE = "tavle:due"  # board -> when something must be done about it
SECRET = "tavle:secret"  # noqa: S105  the name of a key; what codes and links are derived from

# Appends iff the log ends where the caller believes it does (S1).
_APPEND = """
local head = redis.call('HMGET', KEYS[1], 'version', 'last')
if head[1] ~= ARGV[1] or head[2] ~= ARGV[2] then
  return {0, head[1] or '', head[2] or ''}
end
local version, last = tonumber(ARGV[1]), ARGV[2]
for i = 5, #ARGV, 2 do
  version = version + 1
  local id = string.format('%d-0', version)
  redis.call('XADD', KEYS[2], id, 'i', ARGV[i], 'p', last, 'e', ARGV[i + 1])
  last = ARGV[i]
end
redis.call('HSET', KEYS[1], 'version', string.format('%d', version), 'last', last)
redis.call('PUBLISH', ARGV[3], ARGV[4])
return {1, string.format('%d', version), last}
"""
_APPEND_SHA = hashlib.sha1(_APPEND.encode(), usedforsecurity=False).hexdigest()


class StoreAway(Exception):
    """Redis did not answer, or would not write; the same call may succeed later.

    After `append` it is unknown whether the entries are in the log (S6).
    """


class NoBoard(Exception):
    """There is no such board: it was never made, was deleted, or has expired."""


class Conflict(Exception):
    """Somebody else's entry came first; `head` is where the log ends now."""

    def __init__(self, head: Head) -> None:
        self.head = head
        super().__init__(f"the log is at {head.version}")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log ends: its version, and the random id of its last entry."""

    version: int
    last: str


@dataclass(frozen=True, slots=True)
class Logged:
    """One entry of a log. `prev` is the id of the entry before it."""

    version: int
    id: str
    prev: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A board as it is stored: a snapshot (or None), the entries after it, and the log's head."""

    method: str
    snapshot: bytes | None
    snapshot_head: Head
    entries: tuple[Logged, ...]
    head: Head


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token stands for."""

    role: str
    pid: str


Ring = Callable[[bytes | None], None]
"""Called with what was rung, or with None when rings may have been missed."""


def connect(url: str, *, replicas: int = 0, embedded: bool = False) -> Store:
    """A store on the Redis at `url`. Nothing is sent before the first call.

    `replicas` is how many must have an entry before it is acknowledged. `embedded` says that
    the store is ours alone, so that its file may be rewritten (S5).
    """
    pool = aioredis.BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS + 1,
        timeout=ANSWER,
        decode_responses=False,
        protocol=2,
        socket_timeout=ANSWER,
        socket_connect_timeout=ANSWER,
        # One more try, at once, is for a connection that Redis closed while it lay unused.
        retry=Retry(NoBackoff(), 1),
    )
    return Store(aioredis.Redis.from_pool(pool), replicas=replicas, embedded=embedded)


class Store:
    """Every board of the house. All calls but `subscribe` may raise StoreAway.

    `start` before the first subscription; `close` at the end.
    """

    def __init__(self, redis: aioredis.Redis, *, replicas: int = 0, embedded: bool = False) -> None:
        self._redis: Any = redis  # its calls are not typed
        self._replicas = replicas
        self._embedded = embedded
        self._rewriting: asyncio.Task[None] | None = None
        self._rewrite_again = False
        self.bell = Bell(redis)

    async def start(self) -> None:
        """Begin to listen to the doorbell."""
        self.bell.start()

    async def close(self) -> None:
        """Let go of every connection."""
        await self.bell.close()
        await stop([self._rewriting])
        await self._redis.aclose()

    # -- the log --------------------------------------------------------------------------

    async def create(
        self,
        board: str,
        *,
        method: str,
        entry: bytes,
        tokens: Iterable[tuple[str, Grant]],
        expires: int,
        due: int,
    ) -> Head:
        """Begin a board's log with `entry` as version 1, with the text of its method (M3).

        `tokens` are hashes of tokens and what they stand for. `board` must be new.
        """
        head = Head(1, _entry_id())
        granted = [part for digest, grant in tokens for part in (digest, _packed(grant))]
        await self._pipe(
            [
                ("XADD", _log(board), "1-0", "i", head.last, "p", "", "e", entry),
                ("HSET", _tokens(board), *granted),
                ("HSET", _head(board), "version", 1, "last", head.last, "method", method),
            ],
            whole=True,
        )
        await self._pipe([("ZADD", INDEX, expires, board), ("ZADD", DUE, due, board)])
        return head

    async def load(self, board: str) -> Loaded:
        """The whole board. Raises NoBoard."""
        head, snapshot, rows = await self._pipe(
            [
                ("HMGET", _head(board), "version", "last", "method"),
                ("HMGET", _snapshot(board), "version", "last", "data"),
                ("XRANGE", _log(board), "-", "+"),
            ],
            whole=True,
        )
        if head[0] is None:
            raise NoBoard(board)
        at = Head(0, "") if snapshot[0] is None else Head(int(snapshot[0]), snapshot[1].decode())
        entries = tuple(entry for entry in map(_logged, rows) if entry.version > at.version)
        return Loaded(
            method=head[2].decode(),
            snapshot=snapshot[2],
            snapshot_head=at,
            entries=entries,
            head=Head(int(head[0]), head[1].decode()),
        )

    async def head(self, board: str) -> Head:
        """Where the log ends. Raises NoBoard."""
        found = (await self.heads([board]))[0]
        if found is None:
            raise NoBoard(board)
        return found

    async def heads(self, boards: Sequence[str]) -> list[Head | None]:
        """Where several logs end, in one call; None for a board that is not there."""
        if not boards:
            return []
        rows = await self._pipe([("HMGET", _head(board), "version", "last") for board in boards])
        return [None if row[0] is None else Head(int(row[0]), row[1].decode()) for row in rows]

    async def append(self, board: str, *, after: Head, entries: Sequence[bytes]) -> Head:
        """Add entries iff the log ends at `after` (S1); give its new end.

        Raises Conflict when it ends elsewhere, NoBoard when it is gone, StoreAway when that is
        not known.
        """
        ids = [_entry_id() for _ in entries]
        ring = _ring(after, ids, entries)
        pairs = [part for pair in zip(ids, entries, strict=True) for part in pair]
        keys = (2, _head(board), _log(board))
        args = (after.version, after.last, channel(board), ring, *pairs)
        done, version, last = await self._append(keys, args)
        if not done:
            if not version:
                raise NoBoard(board)
            raise Conflict(Head(int(version), last.decode()))
        return Head(int(version), last.decode())

    async def _append(self, keys: tuple[Any, ...], args: tuple[Any, ...]) -> Any:
        try:
            return await self._run_append("EVALSHA", _APPEND_SHA, *keys, *args)
        except NoScriptError:
            return await self._run_append("EVAL", _APPEND, *keys, *args)

    async def _run_append(self, *words: Any) -> Any:
        if not self._replicas:
            return await self._do(*words)
        # In one go, on one connection: WAIT asks about what its own connection wrote.
        answer, copies = await self._pipe([words, ("WAIT", self._replicas, REPLICA_PATIENCE)])
        if answer[0] and copies < self._replicas:
            raise StoreAway(f"only {copies} of {self._replicas} replicas have the change")
        return answer

    async def confirm(self, board: str) -> None:
        """Return when everything in the log so far has reached the replicas it must."""
        if not self._replicas:
            return
        # Replicas take writes in order: those that have this one have all before it.
        mark = ("HSET", _head(board), "confirmed", 1)
        _, copies = await self._pipe([mark, ("WAIT", self._replicas, REPLICA_PATIENCE)])
        if copies < self._replicas:
            raise StoreAway(f"only {copies} of {self._replicas} replicas have the changes")

    async def read(self, board: str, *, after: int) -> list[Logged]:
        """The entries after a version, oldest first; those that were trimmed are missing."""
        found: list[Logged] = []
        while True:
            rows = await self._do("XRANGE", _log(board), f"{after + 1}-0", "+", "COUNT", PAGE)
            found += map(_logged, rows)
            if len(rows) < PAGE:
                return found
            after = found[-1].version

    async def snapshot(self, board: str, *, at: Head, data: bytes, keep: int) -> None:
        """Keep the folded board at a version, and trim all but the last `keep` entries before it.

        A newer snapshot is left as it is (another process was faster).
        """
        async with self._redis.pipeline(transaction=True) as pipe:
            try:
                await pipe.watch(_snapshot(board))
                there: Any = await pipe.execute_command("HGET", _snapshot(board), "version")
                if there is not None and int(there) > at.version:
                    return
                pipe.multi()
                pipe.execute_command("HSET", _snapshot(board), "version", at.version, "last", at.last, "data", data)
                first = max(1, at.version + 1 - keep)
                pipe.execute_command("XTRIM", _log(board), "MINID", f"{first}-0")
                await pipe.execute()
            except aioredis.WatchError:
                return
            except (RedisError, OSError) as problem:
                raise StoreAway(str(problem)) from problem

    async def forget(self, board: str) -> None:
        """Remove every trace of a board (S5), also from the embedded store's file."""
        doors = await self._do("HGETALL", _doors(board))
        keys = [_log(board), _head(board), _snapshot(board), _tokens(board), _doors(board)]
        await self._do("DEL", *keys)
        commands: list[tuple[Any, ...]] = [("ZREM", INDEX, board), ("ZREM", DUE, board)]
        commands += [("DEL", _door(digest.decode())) for digest in doors]
        commands.append(("PUBLISH", channel(board), b""))
        await self._pipe(commands)
        await self.rewrite()

    async def rewrite(self) -> None:
        """Let the embedded store write its file anew, without what is gone; wait until it has.

        Calls that come while one is under way share the next one. An external Redis is left
        alone: README says what cannot be promised there.
        """
        if not self._embedded:
            return
        running = self._rewriting
        if running is not None and not running.done():
            self._rewrite_again = True
        else:
            self._rewriting = running = asyncio.create_task(self._rewrite())
        await asyncio.shield(running)

    async def _rewrite(self) -> None:
        self._rewrite_again = True
        while self._rewrite_again:
            self._rewrite_again = False
            async with asyncio.timeout(LONGEST_REWRITE):
                await self._rewrite_once()

    async def _rewrite_once(self) -> None:
        # One that began before the deletion may still hold what was deleted.
        await self._until_rewritten()
        while True:
            try:
                await self._do("BGREWRITEAOF")
                break
            except StoreAway as problem:
                if not isinstance(problem.__cause__, ResponseError):
                    raise
                await self._until_rewritten()
        await self._until_rewritten()

    async def _until_rewritten(self) -> None:
        while True:
            facts = await self._do("INFO", "persistence")
            if not (facts["aof_rewrite_in_progress"] or facts["aof_rewrite_scheduled"]):
                return
            await asyncio.sleep(REWRITE_LOOK)

    # -- following ------------------------------------------------------------------------

    async def subscribe(self, board: str, ring: Callable[[list[Logged] | None], None]) -> None:
        """Have `ring` called with entries as they are appended, by whichever process.

        It is called with None when entries may have been missed, were too many to carry, or the
        board was deleted: then the head says what is so. The doorbell may stay silent (S3).
        """
        await self.bell.listen(channel(board), lambda data: ring(_rung(data)))

    async def unsubscribe(self, board: str) -> None:
        """End a subscription."""
        await self.bell.hush(channel(board))

    # -- tokens and doors -----------------------------------------------------------------

    async def grant(self, board: str, *, digest: str, grant: Grant) -> None:
        """Let the token with that hash stand for a role and a participant of the board."""
        await self._do("HSET", _tokens(board), digest, _packed(grant))

    async def granted(self, board: str, *, digest: str) -> Grant | None:
        """What the token with that hash stands for on this board; None when it is unknown."""
        found: bytes | None = await self._do("HGET", _tokens(board), digest)
        return None if found is None else _unpacked(found)

    async def revoke(self, board: str, *, pid: str) -> None:
        """Make every token of a participant unknown."""
        every: dict[bytes, bytes] = await self._do("HGETALL", _tokens(board))
        gone = [digest for digest, packed in every.items() if _unpacked(packed).pid == pid]
        if gone:
            await self._do("HDEL", _tokens(board), *gone)

    async def hang_door(self, board: str, *, digest: str, leads_to: str) -> bool:
        """Let a code or link with that keyed hash lead to a board, as `leads_to` (a role).

        False when it leads to another board already; then nothing is changed.
        """
        told = f"{leads_to} {board}".encode()
        await self._do("HSET", _doors(board), digest, leads_to)
        if await self._do("SET", _door(digest), told, "NX"):
            return True
        there: bytes | None = await self._do("GET", _door(digest))
        if there == told:
            return True
        await self._do("HDEL", _doors(board), digest)
        return False

    async def take_doors(self, board: str, *, but: Iterable[str] = ()) -> None:
        """Let none of the board's codes and links lead anywhere any more, but those named."""
        stay = {digest.encode() for digest in but}
        gone = [d for d in await self._do("HGETALL", _doors(board)) if d not in stay]
        if gone:
            await self._pipe([("DEL", _door(digest.decode())) for digest in gone])
            await self._do("HDEL", _doors(board), *gone)

    async def door(self, digest: str) -> tuple[str, str] | None:
        """The board and the role that a code or link leads to; None for one that leads nowhere."""
        told: bytes | None = await self._do("GET", _door(digest))
        if told is None:
            return None
        role, _, board = told.decode().partition(" ")
        return board, role

    async def settings(self, board: str) -> dict[str, str]:
        """Small facts about a board that are no part of its history (which code, which address)."""
        found: dict[bytes, bytes] = await self._do("HGETALL", _head(board))
        return {name.decode()[1:]: value.decode() for name, value in found.items() if name.startswith(b"@")}

    async def set_setting(self, board: str, *, name: str, value: str) -> None:
        """Keep such a fact."""
        await self._do("HSET", _head(board), f"@{name}", value)

    async def secret(self) -> bytes:
        """What the house's codes and links are derived from: the same for all processes."""
        await self._do("SET", SECRET, secrets.token_bytes(32), "NX")
        found: bytes = await self._do("GET", SECRET)
        return found

    # -- what to look after ---------------------------------------------------------------

    async def set_expiry(self, board: str, *, at: int) -> None:
        """Note when a board expires; an earlier time than is noted changes nothing."""
        await self._do("ZADD", INDEX, "GT", "XX", at, board)

    async def expired(self, *, now: int) -> list[str]:
        """The boards whose time is over."""
        return [b.decode() for b in await self._do("ZRANGEBYSCORE", INDEX, "-inf", now)]

    async def set_due(self, board: str, *, at: int, sooner: bool) -> None:
        """Note when a board needs looking after; 0 for never. `sooner` only ever advances it."""
        if not at:
            await self._do("ZREM", DUE, board)
        elif sooner:
            await self._do("ZADD", DUE, "LT", at, board)
        else:
            await self._do("ZADD", DUE, at, board)

    async def due(self, *, now: int) -> list[str]:
        """The boards that need looking after now."""
        return [b.decode() for b in await self._do("ZRANGEBYSCORE", DUE, "-inf", now)]

    async def next_due(self) -> int | None:
        """When the next board needs looking after; None when none does."""
        rows = await self._do("ZRANGE", DUE, 0, 0, "WITHSCORES")
        return int(rows[0][1]) if rows else None

    async def count(self) -> int:
        """How many boards there are."""
        return int(await self._do("ZCARD", INDEX))

    async def ping(self) -> None:
        """Return when Redis answers."""
        await self._do("PING")

    # -- talking to Redis -----------------------------------------------------------------

    async def _do(self, *words: Any) -> Any:
        try:
            return await self._redis.execute_command(*words)
        except NoScriptError:
            raise
        except (RedisError, OSError) as problem:
            raise StoreAway(str(problem)) from problem

    async def _pipe(self, commands: Sequence[tuple[Any, ...]], *, whole: bool = False) -> list[Any]:
        """Several commands in one go; `whole`: nobody else's between them."""
        try:
            async with self._redis.pipeline(transaction=whole) as pipe:
                for words in commands:
                    pipe.execute_command(*words)
                answers: list[Any] = await pipe.execute()
                return answers
        except NoScriptError:
            raise
        except (RedisError, OSError) as problem:
            raise StoreAway(str(problem)) from problem


class Bell:
    """One pub/sub connection for everything that a process listens to.

    It comes back by itself when it is cut; then everybody is rung with None.
    """

    def __init__(self, redis: aioredis.Redis) -> None:
        self._redis: Any = redis
        self._rings: dict[str, Ring] = {}
        self._heard: dict[str, asyncio.Event] = {}
        self._pubsub: Any = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._run(), name="doorbell")

    async def close(self) -> None:
        """Stop listening, and let go of the connection."""
        await stop([self._task])

    async def listen(self, name: str, ring: Ring) -> None:
        """Have `ring` called for what is published to `name`.

        Returns when the subscription stands, or after a while without one: then `ring` is called
        with None once it does.
        """
        self._rings[name] = ring
        heard = self._heard[name] = asyncio.Event()
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            if self._pubsub is not None:
                await self._pubsub.subscribe(name)
            async with asyncio.timeout(SUBSCRIBED):
                await heard.wait()

    async def hush(self, name: str) -> None:
        """End a subscription."""
        self._rings.pop(name, None)
        self._heard.pop(name, None)
        if self._pubsub is not None:
            with contextlib.suppress(RedisError, OSError):
                await self._pubsub.unsubscribe(name)

    async def publish(self, name: str, data: bytes) -> None:
        """Tell every process that listens; lost when Redis is away."""
        with contextlib.suppress(RedisError, OSError):
            await self._redis.execute_command("PUBLISH", name, data)

    async def _run(self) -> None:
        pause = 0.05
        while True:
            pubsub = self._redis.pubsub()
            try:
                # A channel of our own keeps the connection in use when no board is open.
                await pubsub.subscribe("tavle:house")
                self._pubsub = pubsub
                if self._rings:
                    await pubsub.subscribe(*self._rings)
                pause = 0.05
                while True:
                    self._dispatch(await pubsub.get_message(timeout=None))
            except (RedisError, OSError) as problem:
                log.warning("the doorbell is cut (%s); trying again", type(problem).__name__)
            finally:
                self._pubsub = None
                with contextlib.suppress(RedisError, OSError):
                    await pubsub.aclose()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)

    def _dispatch(self, message: dict[str, Any] | None) -> None:
        if message is None or message["type"] not in ("message", "subscribe"):
            return
        name = message["channel"].decode()
        data = message["data"] if message["type"] == "message" else None
        if data is None and name in self._heard:
            self._heard[name].set()
        ring = self._rings.get(name)
        if ring is None:
            return
        try:
            ring(data)
        except Exception:
            log.exception("a follower failed")


def channel(board: str) -> str:
    """The name under which a board's doorbell is rung."""
    return f"tavle:{{{board}}}:bell"


def _log(board: str) -> str:
    return f"tavle:{{{board}}}:log"


def _head(board: str) -> str:
    return f"tavle:{{{board}}}:head"


def _snapshot(board: str) -> str:
    return f"tavle:{{{board}}}:snapshot"


def _tokens(board: str) -> str:
    return f"tavle:{{{board}}}:tokens"


def _doors(board: str) -> str:
    return f"tavle:{{{board}}}:doors"


def _door(digest: str) -> str:
    return f"tavle:door:{digest}"


def _entry_id() -> str:
    return secrets.token_hex(8)


def _packed(grant: Grant) -> bytes:
    return f"{grant.role} {grant.pid}".encode()


def _unpacked(packed: bytes) -> Grant:
    role, _, pid = packed.decode().partition(" ")
    return Grant(role, pid)


def _logged(row: tuple[bytes, dict[bytes, bytes]]) -> Logged:
    key, fields = row
    version = int(key.partition(b"-")[0])
    return Logged(version, fields[b"i"].decode(), fields[b"p"].decode(), fields[b"e"])


# A ring: the version and id that the entries follow, then each one's id, length and bytes.
_RING_HEAD = struct.Struct(">Q16s")
_RING_ITEM = struct.Struct(">16sI")


def _ring(after: Head, ids: Sequence[str], entries: Sequence[bytes]) -> bytes:
    if sum(map(len, entries)) > LOUDEST:
        return b""
    parts = [_RING_HEAD.pack(after.version, after.last.encode())]
    for entry_id, data in zip(ids, entries, strict=True):
        parts += (_RING_ITEM.pack(entry_id.encode(), len(data)), data)
    return b"".join(parts)


def _rung(data: bytes | None) -> list[Logged] | None:
    if not data:
        return None
    version, last = _RING_HEAD.unpack_from(data)
    at, prev, found = _RING_HEAD.size, last.decode(), []
    while at < len(data):
        packed_id, length = _RING_ITEM.unpack_from(data, at)
        at += _RING_ITEM.size
        version += 1
        entry_id = packed_id.decode()
        found.append(Logged(version, entry_id, prev, data[at : at + length]))
        prev, at = entry_id, at + length
    return found
