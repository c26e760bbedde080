"""The store: the log of every board, with the look-ups around it as parts.

A board is one stream of entries, gapless from version 1, and a small hash that holds the version and id of the last
one. `append` is optimistic concurrency: one Lua script adds entries only if the log is unchanged. Entries are bytes
here; what they mean is not known.

All keys of one board share the hash tag `{board}`, so that a cluster keeps them on one node; no command names keys of
two boards.

What may not live here: where Redis is (nodes.py), how subscriptions work (pubsub.py), anything about notes, rounds or
people, and any clock. Times are passed in as milliseconds since 1970.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from redis.exceptions import NoScriptError, RedisError

from server.metrics import COUNTS
from server.store import keys, message
from server.store.address import redis_address
from server.store.calls import Calls
from server.store.credentials import Credentials, as_fields
from server.store.doors import DoorKeys
from server.store.health import Health
from server.store.house_keys import HouseKeys
from server.store.joining import JoiningTokens
from server.store.node import Node
from server.store.nodes import Nodes, nodes
from server.store.pubsub import PubSub
from server.store.rehearsals import Rehearsals
from server.store.rewrite import Rewriter
from server.store.schedule import Schedule
from server.store.types import Conflict, Credential, Head, Loaded, Logged, NoBoard, StoreAway
from server.store.ways import Ways

PAGE = 1_000  # entries in one answer of a range read
_EPHEMERAL = ("ephemeral", 1)  # in the head of a board that keeps nothing (R33)
MARK = 60_000  # milliseconds that the key written by `confirm` is kept

# Appends iff the log's head is what the caller expects (S1).
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


def connect(url: str, *, replicas: int = 0, embedded: bool = False, tells: bool = True) -> Store:
    """A store on the Redis at `url`. Nothing is sent before the first call. Raises ValueError.

    `replicas` is how many must have a change before it is acknowledged. `embedded` says that
    no other program uses this Redis, so its file may be rewritten (S5). `tells`: whether it logs that
    the store takes no writes.
    """
    where = "The embedded store" if embedded else f"Redis at {redis_address(url).plain}"
    return Store(nodes(url), replicas=replicas, embedded=embedded, where=where, tells=tells)


class Store:
    """All boards. All calls but `subscribe` may raise StoreAway.

    Call `start` before the first subscription and `close` at the end. With `replicas`, a call returns only when what
    it wrote or read has reached that many replicas, and a change is published to followers only then. So nobody is
    shown a change that a fail-over could still lose, and no op is acknowledged before that.

    `credentials`, `joining`, `doors`, `house_keys`, `ways`, `rehearsals` and `schedule` are the look-ups beside the
    logs; `pubsub` holds the subscriptions, and `health` tells whether writes are taken.
    """

    def __init__(
        self,
        nodes: Nodes,
        *,
        replicas: int = 0,
        embedded: bool = False,
        where: str = "The store",
        tells: bool = True,
    ) -> None:
        self._nodes = nodes
        self.calls = Calls(nodes, replicas=replicas)
        self.pubsub = PubSub(nodes)
        self.credentials = Credentials(self.calls)
        self.joining = JoiningTokens(self.calls)
        self.doors = DoorKeys(self.calls)
        self.house_keys = HouseKeys(self.calls)
        self.schedule = Schedule(self.calls)
        self.ways = Ways(self.calls)
        self.rehearsals = Rehearsals(self.calls)
        self.health = Health(self.calls, nodes, where=where, tells=tells, watched=embedded)
        self._rewriter = Rewriter(self.calls) if embedded else None
        self._name = secrets.token_bytes(message.NAME)  # marks the messages that this store publishes
        self._knowing: set[str] = set()  # boards with a subscriber that skips our own appends

    async def start(self) -> None:
        """Start the pub/sub subscriptions, and watching whether writes are taken."""
        self.pubsub.start()
        self.health.start()

    async def close(self) -> None:
        """Close every connection."""
        await self.health.close()
        await self.pubsub.close()
        if self._rewriter is not None:
            await self._rewriter.close()
        await self._nodes.close()

    # -- the log --------------------------------------------------------------------------

    async def create(
        self,
        board: str,
        *,
        method: str,
        entry: bytes,
        tokens: Iterable[tuple[str, Credential]],
        expires: int,
        due: int,
        ephemeral: bool = False,
    ) -> Head:
        """Begin a board's log with `entry` as version 1, and store the text of its method (M3).

        `tokens` are hashes of tokens, each with its credential. `board` must be new. `ephemeral`: it is never copied.
        """
        head = Head(1, _entry_id())
        await self.calls.pipe(
            [
                ("XADD", keys.log(board), "1-0", "i", head.last, "p", "", "e", entry),
                ("HSET", keys.tokens(board), *as_fields(tokens)),
                ("HSET", keys.head(board), "version", 1, "last", head.last, "method", method, *_EPHEMERAL * ephemeral),
            ],
            whole=True,
        )
        await self.schedule.add(board, expires=expires, due=due)
        await self.confirm(board)
        return head

    async def load(self, board: str) -> Loaded:
        """The whole board. Raises NoBoard."""
        head, snapshot, rows = await self.calls.pipe(
            [
                ("HMGET", keys.head(board), "version", "last", "method"),
                ("HMGET", keys.snapshot(board), "version", "last", "data"),
                ("XRANGE", keys.log(board), "-", "+"),
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
        """The log's head. Raises NoBoard."""
        found = (await self.heads([board]))[0]
        if found is None:
            raise NoBoard(board)
        return found

    async def heads(self, boards: Sequence[str]) -> list[Head | None]:
        """The heads of several logs, with one request to each node; None for a board that does not exist."""
        if not boards:
            return []
        rows = await self.calls.scatter([("HMGET", keys.head(board), "version", "last") for board in boards])
        return [None if row[0] is None else Head(int(row[0]), row[1].decode()) for row in rows]

    async def append(self, board: str, *, after: Head, entries: Sequence[bytes]) -> Head:
        """Add entries iff the log's head is `after` (S1); returns the new head.

        Raises Conflict when the head is another, NoBoard when there is no such board, StoreAway when it is unknown
        whether the entries were added.
        """
        ids = [_entry_id() for _ in entries]
        told = message.pack(self._name, after, ids, entries)
        pairs = [part for pair in zip(ids, entries, strict=True) for part in pair]
        # With replicas the message is published after they have the change. Otherwise the script publishes it, if there
        # are subscribers beside our own that knows of it already.
        name = "" if self.calls.replicas else keys.channel(board)
        knowing = int(board in self._knowing and self.pubsub.subscribed(keys.channel(board)))
        done, version, last = await self._append(
            (2, keys.head(board), keys.log(board)), (after.version, after.last, name, told, knowing, *pairs)
        )
        if not done:
            COUNTS.conflicts += 1
            if not version:
                raise NoBoard(board)
            raise Conflict(Head(int(version), last.decode()))
        COUNTS.appends += 1
        if self.calls.replicas:
            await self.pubsub.publish(keys.channel(board), told)
        return Head(int(version), last.decode())

    async def _append(self, names: tuple[Any, ...], args: tuple[Any, ...]) -> Any:
        do = self.calls.write if self.calls.replicas else self.calls.ask
        try:
            return await do("EVALSHA", _APPEND_SHA, *names, *args)
        except NoScriptError:
            return await do("EVAL", _APPEND, *names, *args)

    async def confirm(self, board: str) -> None:
        """Return when `replicas` replicas have everything that is in the log so far."""
        # Replicas apply changes in order: one that has this change has all earlier ones.
        if self.calls.replicas:
            await self.calls.write("SET", keys.mark(board), "1", "PX", MARK)

    async def read(self, board: str, *, after: int) -> list[Logged]:
        """The entries after a version, oldest first; those that were trimmed are missing."""
        found: list[Logged] = []
        while True:
            rows = await self.calls.do("XRANGE", keys.log(board), f"{after + 1}-0", "+", "COUNT", PAGE)
            found += map(_logged, rows)
            if len(rows) < PAGE:
                if found:
                    await self.confirm(board)
                return found
            after = found[-1].version

    async def snapshot(self, board: str, *, at: Head, data: bytes, keep: int) -> None:
        """Store the folded board at a version, and trim the log to the last `keep` entries up to it.

        A newer snapshot, written by another process, is left as it is.
        """
        first = max(1, at.version + 1 - keep)

        async def keep_it(node: Node) -> None:
            async with node.redis.pipeline(transaction=True) as pipe:
                await pipe.watch(keys.snapshot(board))
                there: Any = await pipe.execute_command("HGET", keys.snapshot(board), "version")
                if there is not None and int(there) > at.version:
                    return
                pipe.multi()
                pipe.execute_command("HSET", keys.snapshot(board), "version", at.version, "last", at.last, "data", data)
                pipe.execute_command("XTRIM", keys.log(board), "MINID", f"{first}-0")
                await pipe.execute()

        await self.calls.on(keys.snapshot(board), keep_it)

    async def forget(self, board: str) -> None:
        """Delete every key of a board, and have the embedded store rewrite its file (S5)."""
        await self.erase(board)
        await self.rewrite()

    async def erase(self, board: str) -> None:
        """Delete every key of a board; `rewrite` is left to the caller."""
        doors = await self.calls.do("HGETALL", keys.doors(board))
        names = (
            keys.log, keys.head, keys.snapshot, keys.tokens, keys.joining, keys.doors, keys.ways, keys.mark,
            keys.rehearsal,
        )  # fmt: skip
        await self.calls.do("DEL", *(name(board) for name in names))
        commands: list[tuple[Any, ...]] = [("ZREM", keys.INDEX, board), ("ZREM", keys.DUE, board)]
        commands += [("DEL", keys.door(digest.decode())) for digest in doors]
        await self.calls.scatter(commands)
        await self.pubsub.publish(keys.channel(board), b"")

    async def rewrite(self) -> None:
        """Have the embedded store rewrite its file without what was deleted; return when it has.

        Nothing is done to an external Redis: README says what cannot be promised there.
        """
        if self._rewriter is not None:
            await self._rewriter.rewrite()

    async def empty_buffers(self) -> None:
        """Free or overwrite the buffers of this process's connections, in which the last answers and messages stand.

        At both ends, and as far as they are not in use (S9). Raises nothing: a store that is away is none that holds.
        """
        with contextlib.suppress(StoreAway, RedisError, OSError):
            await self.calls.drop_idle()
            await self.pubsub.overwrite()

    # -- following ------------------------------------------------------------------------

    async def subscribe(self, board: str, appended: Callable[[list[Logged] | None], None], *, own: bool = True) -> None:
        """Call `appended` with the entries that any process appends to the board.

        Without `own`, entries that this store appended are left out, and they are not published while no other process
        subscribes. `appended` is called with None when entries may have been missed, were too large for a message, or
        the board was deleted: the caller then reads the head. Messages may be lost (S3).
        """

        def hear(data: bytes | None) -> None:
            if own or not data or not data.startswith(self._name):
                appended(message.unpack(data))

        if not own:
            self._knowing.add(board)
        await self.pubsub.subscribe(keys.channel(board), hear)

    async def unsubscribe(self, board: str) -> None:
        """End a subscription."""
        self._knowing.discard(board)
        await self.pubsub.unsubscribe(keys.channel(board))


def _entry_id() -> str:
    return secrets.token_hex(8)


def _logged(row: tuple[bytes, dict[bytes, bytes]]) -> Logged:
    key, fields = row
    version = int(key.partition(b"-")[0])
    return Logged(version, fields[b"i"].decode(), fields[b"p"].decode(), fields[b"e"])
