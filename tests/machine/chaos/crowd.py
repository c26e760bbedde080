"""Light clients that reconnect as SPEC 7 demands of a phone, and a ledger of what the server has confirmed.

A `Member` numbers its ops, keeps those that are not answered, sends them again after a reconnect
(P4), and comes back with back-off and jitter (P5). A `Ledger` reads the log as it grows, so that
afterwards every answer can be held against it.

What may not live here: assertions about one test's outcome.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import msgpack
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from board_schema import wire
from board_schema.events import Entry, OpRefused
from server import store
from server.store import Logged
from tests.machine.talk import patched

GUARD = 60.0  # seconds: only against hanging
NOTHING_YET = 2**53  # higher than any op: none is sent before the welcome, lest a new one overtakes an old one (P4)
FIRST_WAIT, LONGEST_WAIT, GROWTH = 0.25, 5.0, 1.6  # seconds between attempts, and how they grow


class Member:
    """One browser tab. `start` it, `op` on it, `until` something is so, `stop` it."""

    def __init__(self, base: str, joined: dict[str, Any], *, chance: random.Random | None = None) -> None:
        self.base, self.board, self.token = base, joined["board"], joined["token"]
        self.tab = secrets.token_urlsafe(12)
        self.n = 0
        self.refused: dict[int, str] = {}
        self.ops: dict[int, tuple[str, dict[str, Any]]] = {}
        self.unanswered: dict[int, tuple[str, dict[str, Any]]] = {}
        self.view: dict[str, Any] = {}
        self.mine: dict[str, Any] = {}
        self.version = 0
        self.here: list[str] = []
        self.trouble = ""
        self.troubles: list[str] = []
        self.codes: list[int] = []
        self.full = False  # whether this connection has shown the whole board
        self.over: int | None = None
        self.attempts = 0  # since it last had the whole board
        self.most_attempts = 0
        self.heard_at = 0.0  # loop time of the last frame
        self.longest_silence = 0.0
        self.delays: list[float] = []  # seconds from an op to its answer
        self.tape: list[bytes] | None = None
        self.seat = ""
        self.acks_seen = 0
        self.listeners: set[asyncio.Event] = set()  # set whenever something happens, for who waits for several
        self._chance = chance or random.Random()
        self._sent_at: dict[int, float] = {}
        self._sent_to = 0
        self._news = asyncio.Event()
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._socket: ClientConnection | None = None

    def start(self) -> Member:
        self._task = asyncio.create_task(self._live())
        return self

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            if not self._task.cancelled() and (problem := self._task.exception()):
                raise problem

    def op(self, name: str, /, **args: Any) -> int:
        """Ask for something; it is sent now or after the next welcome. Never waits."""
        self.n += 1
        self.ops[self.n] = self.unanswered[self.n] = (name, args)
        self._sent_at[self.n] = asyncio.get_running_loop().time()
        self._wanted.set()
        return self.n

    async def do(self, name: str, /, **args: Any) -> str:
        """Ask, and wait for the answer: the reason of a refusal, or nothing."""
        n = self.op(name, **args)
        await self.until(lambda: n not in self.unanswered)
        return self.refused.get(n, "")

    def write(self, text: str, **args: Any) -> str:
        note = secrets.token_urlsafe(12)
        self.op("write", note=note, text=text, **args)
        return note

    async def until(self, true: Callable[[], bool], *, within: float = GUARD) -> None:
        """Wait until something is so, as frames arrive."""
        async with asyncio.timeout(within):
            while not true():
                if self._task is not None and self._task.done() and self.over is None:
                    self._task.result()
                self._news.clear()
                await self._news.wait()

    @property
    def notes(self) -> dict[str, Any]:
        return {key[5:]: record for key, record in self.view.items() if key.startswith("note:")}

    def acked_ops(self) -> list[int]:
        """The numbers that were acknowledged and not refused."""
        return [n for n in self.ops if n not in self.unanswered and n not in self.refused]

    def abort(self) -> None:
        """Drop the connection without a close frame, if there is one."""
        if self._socket is not None:
            self._socket.transport.abort()

    # -- living ---------------------------------------------------------------------------

    async def _live(self) -> None:
        wait = FIRST_WAIT
        while self.over is None:
            self.attempts += 1
            self.most_attempts = max(self.most_attempts, self.attempts)
            self._tell()
            with contextlib.suppress(
                OSError, ConnectionClosed, InvalidHandshake, InvalidMessage, EOFError, TimeoutError
            ):
                await self._visit()
            if self.full:
                wait = FIRST_WAIT
            self.full = False
            if self.over is None:
                await asyncio.sleep(self._chance.uniform(0.5, 1) * wait)  # the back-off of a page, which is played
                wait = min(LONGEST_WAIT, wait * GROWTH)

    async def _visit(self) -> None:
        url = self.base.replace("http://", "ws://") + f"/ws/{self.board}"
        async with connect(
            url, compression=None, max_size=None, ping_interval=None, open_timeout=10, close_timeout=0.2
        ) as socket:
            self._socket = socket
            self.view, self.mine, self.version, self.trouble = {}, {}, 0, ""
            self._sent_to = NOTHING_YET
            seen = min(self.unanswered, default=self.n + 1) - 1
            hello = {"protocol": 3, "token": self.token, "tab": self.tab, "seen": seen}
            await socket.send(msgpack.packb(["hello", hello]))
            sending = asyncio.create_task(self._send(socket))
            try:
                while True:
                    data = await socket.recv()
                    assert isinstance(data, bytes)
                    self._hear(data)
            except ConnectionClosed:
                code = socket.close_code or 1006
                self.codes.append(code)
                if code >= 4500:
                    self.over = code
                raise
            finally:
                sending.cancel()
                await asyncio.wait([sending])
                self._socket = None
                self._tell()

    async def _send(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                due = [n for n in self.unanswered if n > self._sent_to]
                for n in due:
                    if n in self.unanswered:
                        await socket.send(msgpack.packb(["op", n, *self.ops[n]]))
                    self._sent_to = n
                if not due:
                    self._wanted.clear()
                    await self._wanted.wait()

    def _hear(self, data: bytes) -> None:
        now = asyncio.get_running_loop().time()
        if self.heard_at:
            self.longest_silence = max(self.longest_silence, now - self.heard_at)
        self.heard_at = now
        if self.tape is not None:
            self.tape.append(data)
        match msgpack.unpackb(data):
            case ["welcome", about]:
                self.seat = about["seat"]
                # Not an answer: what was refused is told again when it is asked again (O2, P4).
                self._sent_to = 0
                self._wanted.set()
            case ["patch", version, put, gone]:
                assert version >= self.version, "P3: the version decreased"
                self.version = version
                self.view = patched(self.view, put, gone)
                self.full, self.attempts = True, 0
            case ["mine", _, put, gone]:
                self.mine = patched(self.mine, put, gone)
            case ["ack", n]:
                self._answered(n, now)
            case ["refused", n, reason]:
                self.refused[n] = reason
                self.unanswered.pop(n, None)
            case ["trouble", what]:
                self.trouble = what
                self.troubles.append(what)
            case ["here", seats]:
                self.here = seats
            case ["reset"]:
                self.view, self.mine, self.version = {}, {}, 0
        self._tell()

    @property
    def state(self) -> str:
        """How far it has come, in words, for the message of a test that waited in vain."""
        line = "no connection" if self._socket is None else self._socket.state.name
        return f"{line}, full={self.full}, attempts={self.attempts}, over={self.over}, trouble={self.trouble!r}"

    def _tell(self) -> None:
        """Something has happened: whoever waits looks again."""
        self._news.set()
        for event in self.listeners:
            event.set()

    def _answered(self, upto: int, now: float) -> None:
        for n in [n for n in self.unanswered if n <= upto]:
            del self.unanswered[n]
            self.acks_seen += 1
            self.delays.append(now - self._sent_at[n])


@contextlib.asynccontextmanager
async def crowd(members: Iterable[Member]) -> AsyncIterator[list[Member]]:
    """Start members, wait until each has the whole board; stop them afterwards."""
    started = [member.start() for member in members]
    try:
        for member in started:
            await member.until(lambda member=member: member.full)
        yield started
    finally:
        await asyncio.gather(*(member.stop() for member in started))


async def until(members: Iterable[Member], true: Callable[[], bool]) -> None:
    """Wait until something is so of several members, as their frames arrive; after GUARD, raise with how they are."""
    news, several = asyncio.Event(), list(members)
    for member in several:
        member.listeners.add(news)
    try:
        async with asyncio.timeout(GUARD):
            while not true():
                news.clear()
                await news.wait()
    except TimeoutError as error:
        states = Counter(member.state for member in several)
        raise AssertionError(f"not so after {GUARD} s: {states.most_common(8)}") from error
    finally:
        for member in several:
            member.listeners.discard(news)


class Ledger:
    """A board's log, entry by entry as it grows, so that trimming takes nothing away."""

    def __init__(self, url: str, board: str) -> None:
        self._store = store.connect(url)
        self._board = board
        self._found: dict[int, Logged] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> Ledger:
        await self._store.start()
        await self._store.subscribe(self._board, self._received)
        await self._read()
        return self

    def _received(self, received: list[Logged] | None) -> None:
        if received is None:
            task = asyncio.create_task(self._read())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        for entry in received or []:
            self._found[entry.version] = entry

    async def _read(self) -> None:
        with contextlib.suppress(store.StoreAway):
            self._found |= {entry.version: entry for entry in await self._store.read(self._board, after=0)}

    async def close(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._store.close()

    async def entries(self) -> list[Entry]:
        """Every entry, oldest first. Raises AssertionError when one is missing (S2)."""
        await self._read()
        head = await self._store.head(self._board)
        missing = [v for v in range(1, head.version + 1) if v not in self._found]
        assert not missing, f"S2: the log up to {head.version} lacks {missing[:10]}"
        return [wire.unpack_entry(self._found[v].data) for v in range(1, head.version + 1)]

    async def check(self, pids: dict[Member, str]) -> int:
        """Hold every member's answers against the log; give how many entries it has.

        Nothing acked is missing, nothing is there twice, and each tab's ops stand in its order.
        """
        entries = await self.entries()
        done = Counter((e.tab, e.n) for e in entries if e.tab)
        twice = [key for key, times in done.items() if times > 1]
        assert not twice, f"O2: folded more than once: {twice[:5]}"
        turned_down = {(e.tab, e.n) for e in entries if any(isinstance(x, OpRefused) for x in e.events)}
        for member, pid in pids.items():
            tab = f"{pid}.{member.tab}"
            lost = [n for n in member.acked_ops() if not done[tab, n]]
            asked = [(n, member.ops[n][0], member.ops[n][1].get("role", "")) for n in lost[:5]]
            assert not lost, f"O1: acknowledged and not in the log: {asked} of {tab}, now {member.mine.get('me')}"
            quiet = [n for n in member.acked_ops() if (tab, n) in turned_down]
            assert not quiet, f"O3: refused in the log, but the tab was told nothing: {quiet[:5]}"
            in_order = [e.n for e in entries if e.tab == tab]
            assert in_order == sorted(in_order), "P4: a tab's ops are out of order"
        return len(entries)


def spread(delays: list[float]) -> str:
    """Median, 99th per cent and most of some seconds, as milliseconds for a person."""
    if not delays:
        return "nothing measured"
    ordered = sorted(delays)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {ordered[len(ordered) // 2] * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, most {ordered[-1] * 1000:.0f} ms"
