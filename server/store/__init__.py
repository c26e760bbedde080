"""The Redis room: the log of every board, and the few look-ups around it.

A board is one stream of entries, gapless from version 1, behind one small hash that says where it
ends. `append` adds to it only if nobody came between; that one script is all that Redis is told
to do for us. What the entries mean is not known here: they are bytes.

All keys of one board share the hash tag `{board}`, so that a cluster keeps them together; nothing
is done to two boards in one command.

What may not live here: where Redis is (nodes.py), how the doorbell hangs (bell.py), anything about
notes, rounds or people, and any clock. Times are handed in as milliseconds since 1970.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import struct
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from redis.exceptions import ClusterDownError, NoScriptError, RedisError, ResponseError, WatchError

from server.metrics import COUNTS
from server.store.bell import Bell as Bell
from server.store.nodes import ANSWER, NOT_HERE, Node, Nodes, nodes
from server.tasks import stop

PAGE = 1_000  # entries in one answer of a range read
LOUDEST = 64 * 1024  # bytes of entries that a ring carries; followers read longer ones themselves
LONGEST_REWRITE = 60.0  # seconds
REWRITE_LOOK = 0.02  # seconds between two looks at a rewrite, which has no event to wait for
REPLICA_PATIENCE = 3_000  # milliseconds that a change waits for replicas; less than a call may take
MOVES = 4  # nodes that one call may be sent on to
READY = 1.0  # seconds for Redis to show that it is there
MARK = 60_000  # milliseconds that a mark in the stream of changes is kept

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
for i = 6, #ARGV, 2 do
  version = version + 1
  local id = string.format('%d-0', version)
  redis.call('XADD', KEYS[2], id, 'i', ARGV[i], 'p', last, 'e', ARGV[i + 1])
  last = ARGV[i]
end
redis.call('HSET', KEYS[1], 'version', string.format('%d', version), 'last', last)
if ARGV[3] ~= '' and redis.call('PUBSUB', 'SHARDNUMSUB', ARGV[3])[2] > tonumber(ARGV[5]) then
  redis.call('SPUBLISH', ARGV[3], ARGV[4])
end
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


Answer = TypeVar("Answer")


def connect(url: str, *, replicas: int = 0, embedded: bool = False) -> Store:
    """A store on the Redis at `url`. Nothing is sent before the first call. Raises ValueError.

    `replicas` is how many must have a change before it is acknowledged. `embedded` says that
    the store is ours alone, so that its file may be rewritten (S5).
    """
    return Store(nodes(url), replicas=replicas, embedded=embedded)


class Store:
    """Every board of the house. All calls but `subscribe` may raise StoreAway.

    `start` before the first subscription; `close` at the end. With `replicas`, whatever has been
    answered, written or read, has reached that many of them: a change is rung to followers only
    then, so nobody is shown, let alone told as done, what a fail-over could still lose.
    """

    def __init__(self, nodes: Nodes, *, replicas: int = 0, embedded: bool = False) -> None:
        self._nodes = nodes
        self._replicas = replicas
        self._embedded = embedded
        self._rewriting: asyncio.Task[None] | None = None
        self._rewrite_again = False
        self._name = secrets.token_bytes(_NAME)  # by which our own rings are known
        self._knowing: set[str] = set()  # boards whose follower here knows of our own appends
        self.bell = Bell(nodes)

    async def start(self) -> None:
        """Begin to listen to the doorbell."""
        self.bell.start()

    async def close(self) -> None:
        """Let go of every connection."""
        await self.bell.close()
        await stop([self._rewriting])
        await self._nodes.close()

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
        await self._write("ZADD", INDEX, expires, board)
        await self._write("ZADD", DUE, due, board)
        await self.confirm(board)
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
        await self.confirm(board)
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
        rows = await self._scatter([("HMGET", _head(board), "version", "last") for board in boards])
        return [None if row[0] is None else Head(int(row[0]), row[1].decode()) for row in rows]

    async def append(self, board: str, *, after: Head, entries: Sequence[bytes]) -> Head:
        """Add entries iff the log ends at `after` (S1); give its new end.

        Raises Conflict when it ends elsewhere, NoBoard when it is gone, StoreAway when that is
        not known.
        """
        ids = [_entry_id() for _ in entries]
        ring = _ring(self._name, after, ids, entries)
        pairs = [part for pair in zip(ids, entries, strict=True) for part in pair]
        # What must reach replicas first is rung when it has; else the script itself rings, if anybody
        # listens who does not know.
        name = "" if self._replicas else channel(board)
        knowing = int(board in self._knowing and self.bell.listens(channel(board)))
        done, version, last = await self._append(
            (2, _head(board), _log(board)), (after.version, after.last, name, ring, knowing, *pairs)
        )
        if not done:
            COUNTS.conflicts += 1
            if not version:
                raise NoBoard(board)
            raise Conflict(Head(int(version), last.decode()))
        COUNTS.appends += 1
        if self._replicas:
            await self.bell.publish(channel(board), ring)
        return Head(int(version), last.decode())

    async def _append(self, keys: tuple[Any, ...], args: tuple[Any, ...]) -> Any:
        do = self._write if self._replicas else self._ask
        try:
            return await do("EVALSHA", _APPEND_SHA, *keys, *args)
        except NoScriptError:
            return await do("EVAL", _APPEND, *keys, *args)

    async def confirm(self, board: str) -> None:
        """Return when everything in the log so far has reached the replicas it must."""
        # Replicas take changes in order: those that have this one have all before it.
        if self._replicas:
            await self._write("SET", _mark(board), "1", "PX", MARK)

    async def read(self, board: str, *, after: int) -> list[Logged]:
        """The entries after a version, oldest first; those that were trimmed are missing."""
        found: list[Logged] = []
        while True:
            rows = await self._do("XRANGE", _log(board), f"{after + 1}-0", "+", "COUNT", PAGE)
            found += map(_logged, rows)
            if len(rows) < PAGE:
                if found:
                    await self.confirm(board)
                return found
            after = found[-1].version

    async def snapshot(self, board: str, *, at: Head, data: bytes, keep: int) -> None:
        """Keep the folded board at a version, and trim all but the last `keep` entries before it.

        A newer snapshot is left as it is (another process was faster).
        """
        first = max(1, at.version + 1 - keep)

        async def keep_it(node: Node) -> None:
            async with node.redis.pipeline(transaction=True) as pipe:
                await pipe.watch(_snapshot(board))
                there: Any = await pipe.execute_command("HGET", _snapshot(board), "version")
                if there is not None and int(there) > at.version:
                    return
                pipe.multi()
                pipe.execute_command("HSET", _snapshot(board), "version", at.version, "last", at.last, "data", data)
                pipe.execute_command("XTRIM", _log(board), "MINID", f"{first}-0")
                await pipe.execute()

        await self._on(_snapshot(board), keep_it)

    async def forget(self, board: str) -> None:
        """Remove every trace of a board (S5), also from the embedded store's file."""
        doors = await self._do("HGETALL", _doors(board))
        keys = [_log(board), _head(board), _snapshot(board), _tokens(board), _doors(board), _mark(board)]
        await self._do("DEL", *keys)
        commands: list[tuple[Any, ...]] = [("ZREM", INDEX, board), ("ZREM", DUE, board)]
        commands += [("DEL", _door(digest.decode())) for digest in doors]
        await self._scatter(commands)
        await self.bell.publish(channel(board), b"")
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

    async def subscribe(self, board: str, ring: Callable[[list[Logged] | None], None], *, own: bool = True) -> None:
        """Have `ring` called with entries as they are appended, by whichever process.

        Without `own`, what this store appended itself is left out: whoever appended it knows, and
        where nobody else listens it is not even rung. `ring` is called with None when entries may
        have been missed, were too many to carry, or the board was deleted: then the head says what
        is so. The doorbell may stay silent (S3).
        """

        def rung(data: bytes | None) -> None:
            if own or not data or not data.startswith(self._name):
                ring(_rung(data))

        if not own:
            self._knowing.add(board)
        await self.bell.listen(channel(board), rung)

    async def unsubscribe(self, board: str) -> None:
        """End a subscription."""
        self._knowing.discard(board)
        await self.bell.hush(channel(board))

    # -- tokens and doors -----------------------------------------------------------------

    async def grant(self, board: str, *, digest: str, grant: Grant) -> None:
        """Let the token with that hash stand for a role and a participant of the board."""
        await self._write("HSET", _tokens(board), digest, _packed(grant))

    async def granted(self, board: str, *, digest: str) -> Grant | None:
        """What the token with that hash stands for on this board; None when it is unknown."""
        found: bytes | None = await self._ask("HGET", _tokens(board), digest)
        return None if found is None else _unpacked(found)

    async def granted_many(self, asked: Sequence[tuple[str, str]]) -> list[Grant | None]:
        """What several tokens stand for, in one call for each node: pairs of board and hash."""
        if len(asked) <= 1:
            return [await self.granted(board, digest=digest) for board, digest in asked]
        rows = await self._scatter([("HGET", _tokens(board), digest) for board, digest in asked])
        return [None if row is None else _unpacked(row) for row in rows]

    async def revoke(self, board: str, *, pid: str) -> None:
        """Make every token of a participant unknown."""
        every: dict[bytes, bytes] = await self._do("HGETALL", _tokens(board))
        gone = [digest for digest, packed in every.items() if _unpacked(packed).pid == pid]
        if gone:
            await self._write("HDEL", _tokens(board), *gone)

    async def unname(self, board: str) -> None:
        """Let every token stand for its role alone: nothing says any more whose it was (I7)."""
        every: dict[bytes, bytes] = await self._do("HGETALL", _tokens(board))
        roles = {digest: Grant(_unpacked(packed).role, "") for digest, packed in every.items()}
        plain = [part for digest, grant in roles.items() for part in (digest, _packed(grant))]
        if plain:
            await self._write("HSET", _tokens(board), *plain)

    async def hang_door(self, board: str, *, digest: str, leads_to: str) -> bool:
        """Let a code or link with that keyed hash lead to a board, as `leads_to` (a role).

        False when it leads to another board already; then nothing is changed.
        """
        told = f"{leads_to} {board}".encode()
        await self._write("HSET", _doors(board), digest, leads_to)
        if await self._write("SET", _door(digest), told, "NX"):
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
            await self._scatter([("DEL", _door(digest.decode())) for digest in gone])
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
        await self._write("HSET", _head(board), f"@{name}", value)

    async def secret(self) -> bytes:
        """What the house's codes and links are derived from: the same for all processes."""
        await self._write("SET", SECRET, secrets.token_bytes(32), "NX")
        found: bytes = await self._do("GET", SECRET)
        return found

    # -- what to look after ---------------------------------------------------------------

    async def set_expiry(self, board: str, *, at: int) -> None:
        """Note when a board expires; an earlier time than is noted changes nothing."""
        await self._write("ZADD", INDEX, "GT", "XX", at, board)

    async def expired(self, *, now: int) -> list[str]:
        """The boards whose time is over."""
        return [b.decode() for b in await self._do("ZRANGEBYSCORE", INDEX, "-inf", now)]

    async def set_due(self, board: str, *, at: int, sooner: bool) -> None:
        """Note when a board needs looking after; 0 for never. `sooner` only ever advances it."""
        if not at:
            await self._write("ZREM", DUE, board)
        elif sooner:
            await self._write("ZADD", DUE, "LT", at, board)
        else:
            await self._write("ZADD", DUE, at, board)

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
        """Return when Redis answers, of several nodes any one; StoreAway after a second."""
        try:
            async with asyncio.timeout(READY):
                every = await self._nodes.every()
                asked = [asyncio.create_task(node.redis.execute_command("PING")) for node in every]
                try:
                    await _first(asked)
                finally:
                    await stop(asked)
        except TimeoutError:
            raise StoreAway("Redis does not answer within a second") from None
        except (RedisError, OSError) as problem:
            raise StoreAway(str(problem)) from problem

    # -- talking to Redis -----------------------------------------------------------------

    async def _do(self, *words: Any) -> Any:
        """One command, at the node that holds its key."""

        async def do(node: Node) -> Any:
            return await node.redis.execute_command(*words)

        return await self._on(_key(words), do)

    async def _ask(self, *words: Any) -> Any:
        """The same by the short way: as Redis said it, which is bytes, whole numbers and lists of them."""

        async def ask(node: Node) -> Any:
            return await node.ask(*words)

        return await self._on(_key(words), ask)

    async def _write(self, *words: Any) -> Any:
        """One command; what it changed has reached the replicas it must. StoreAway when it has not."""
        if not self._replicas:
            return await self._do(*words)
        # In one go, on one connection: WAIT asks about what its own connection wrote.
        answer, copies = await self._pipe([words, ("WAIT", self._replicas, REPLICA_PATIENCE)])
        if copies < self._replicas:
            COUNTS.store_errors += 1
            raise StoreAway(f"only {copies} of {self._replicas} replicas have the change")
        return answer

    async def _pipe(self, commands: Sequence[tuple[Any, ...]], *, whole: bool = False) -> list[Any]:
        """Several commands at one node, that of the first one's key, in one go.

        `whole`: nobody else's between them.
        """

        async def do(node: Node) -> list[Any]:
            async with node.redis.pipeline(transaction=whole) as pipe:
                for words in commands:
                    pipe.execute_command(*words)
                answers: list[Any] = await pipe.execute()
                return answers

        return await self._on(_key(commands[0]), do)

    async def _scatter(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Several commands whose keys may lie apart: in one go for each node; answers in order."""
        shares: dict[Node, list[int]] = {}
        try:
            for number, words in enumerate(commands):
                shares.setdefault(await self._nodes.of(_key(words)), []).append(number)
        except (RedisError, OSError) as problem:
            COUNTS.store_errors += 1
            raise StoreAway(str(problem)) from problem
        answers: list[Any] = [None] * len(commands)
        for numbers in shares.values():
            share = await self._pipe([commands[number] for number in numbers])
            for number, answer in zip(numbers, share, strict=True):
                answers[number] = answer
        return answers

    async def _on(self, key: str, act: Callable[[Node], Awaitable[Answer]]) -> Answer:
        """Do something at the node that holds `key`; where that has moved, there.

        Raises StoreAway, at once when the node cannot be reached: the next call asks anew where
        the key is. Only what surely was not done is sent on.
        """
        try:
            for _ in range(MOVES):
                node = await self._nodes.of(key)
                try:
                    async with asyncio.timeout(ANSWER):
                        return await act(node)
                except NOT_HERE as moved:
                    await self._nodes.look_again(node, moved)
                except (RedisError, OSError) as problem:
                    if not isinstance(problem, ResponseError) or isinstance(problem, ClusterDownError):
                        await self._nodes.look_again(node, problem)
                    raise
            raise StoreAway("the board is being moved")
        except (NoScriptError, StoreAway):
            raise
        except WatchError:
            return await self._on(key, act)
        except (RedisError, OSError) as problem:
            COUNTS.store_errors += 1
            raise StoreAway(str(problem)) from problem


async def _first(asked: list[asyncio.Task[Any]]) -> None:
    """Return when one of several has answered; raise when none has."""
    problem: BaseException | None = None
    for answer in asyncio.as_completed(asked):
        try:
            await answer
        except (RedisError, OSError) as failed:
            problem = failed
        else:
            return
    raise problem or OSError("there is nobody to ask")


def _key(words: Sequence[Any]) -> str:
    """The key of a command; empty for one that any node can answer."""
    match words[0]:
        case "EVAL" | "EVALSHA":
            return str(words[3])
        case "PING" | "INFO" | "BGREWRITEAOF" | "SCRIPT" | "CLIENT" | "KEYS":
            return ""
        case _:
            return str(words[1])


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


def _mark(board: str) -> str:
    return f"tavle:{{{board}}}:mark"


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


# A ring: who rings, the version and id that the entries follow, then each one's id, length and bytes.
_NAME = 6  # bytes
_RING_HEAD = struct.Struct(">Q16s")
_RING_ITEM = struct.Struct(">16sI")


def _ring(name: bytes, after: Head, ids: Sequence[str], entries: Sequence[bytes]) -> bytes:
    if sum(map(len, entries)) > LOUDEST:
        return b""
    parts = [name, _RING_HEAD.pack(after.version, after.last.encode())]
    for entry_id, data in zip(ids, entries, strict=True):
        parts += (_RING_ITEM.pack(entry_id.encode(), len(data)), data)
    return b"".join(parts)


def _rung(data: bytes | None) -> list[Logged] | None:
    if not data:
        return None
    version, last = _RING_HEAD.unpack_from(data, _NAME)
    at, prev, found = _NAME + _RING_HEAD.size, last.decode(), []
    while at < len(data):
        packed_id, length = _RING_ITEM.unpack_from(data, at)
        at += _RING_ITEM.size
        version += 1
        entry_id = packed_id.decode()
        found.append(Logged(version, entry_id, prev, data[at : at + length]))
        prev, at = entry_id, at + length
    return found
