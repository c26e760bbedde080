"""Whether the store takes writes: tried regularly, told once in the log when it does not, and once when it does again.

What may not live here: what happens to ops meanwhile (server.boards), and the check at start (process/probe.py).
"""

from __future__ import annotations

import asyncio
import errno
import itertools
import logging
import time
from typing import Any

from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as CutOff

from server.metrics import COUNTS
from server.outages import Outage
from server.store.calls import READY, Calls
from server.store.nodes import Nodes
from server.store.types import StoreAway
from server.tasks import stop

log = logging.getLogger("tavle.store")

EVERY = 5.0  # seconds between two tries
FRESH = 0.5  # seconds that a try's answer is used again
PROBE = "tavle:probe"
# A script, as the changes of boards are.
PROBE_SCRIPT = "return redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000)"


def explained(problem: BaseException) -> str:
    """What is wrong with a store that took no write, and what to do about it, as a clause without a full stop."""
    cause = problem.__cause__ if isinstance(problem, StoreAway) and problem.__cause__ else problem
    said = " ".join(str(cause).split()).rstrip(".")[:200]
    match cause:
        case OutOfMemoryError():
            return "its memory is full (maxmemory); give it more, or delete workshops"
        case NoPermissionError():
            return f"its user lacks a right ({said}); give the rights that README lists"
        case ReadOnlyError():
            return "it can only be read; name the master in REDIS_URL"
        case BusyLoadingError():
            return "it is still reading its file"
        case ClusterDownError():
            return f"its cluster is not whole ({said})"
        case ResponseError() if said.startswith("MISCONF"):
            return "it cannot write to its disk; look at its log, and at the room on its disk"
        case ResponseError() if said.startswith("NOREPLICAS"):
            return "too few of its replicas are there (min-replicas-to-write)"
        case ResponseError():
            return f"it answers: {said}"
        case TimeoutError():
            return "it does not answer in time"
        case OSError(errno=errno.EMFILE):
            return "this process may open no more files, and so no connection to it; raise the limit (`ulimit -n`)"
        case OSError() if cause.strerror:
            return f"it does not answer ({cause.strerror})"
        case _:
            return said or type(cause).__name__


class Health:
    """The state of the store, as the last try found it. `where` names the store in log lines, without a password.

    `tells`: whether changes of the state are logged; one of several web processes does that. `watched`: whoever started
    the store tells when it has stopped, so that is not logged here.
    """

    def __init__(self, calls: Calls, nodes: Nodes, *, where: str, tells: bool = True, watched: bool = False) -> None:
        self._calls = calls
        self._nodes = nodes
        self._where = where
        self._tells = tells
        self._watched = watched
        self._keys: list[str] = []
        self._known: list[Any] = []
        self._trouble = ""
        self._outage = Outage()
        self._tried_at = float("-inf")
        self._trying: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start trying every `EVERY` seconds."""
        self._task = asyncio.create_task(self._run(), name="store health")

    async def close(self) -> None:
        """Stop trying."""
        await stop([self._task, self._trying])

    async def check(self, *, within: float = FRESH) -> None:
        """Return when every server of the store has taken a write; raises StoreAway.

        A try of the last `within` seconds counts, and calls at once share one.
        """
        if time.monotonic() - self._tried_at > within:
            if self._trying is None or self._trying.done():
                self._trying = asyncio.create_task(self._try(), name="store try")
            # Not cancelled when it takes long: its connection would be left with an answer that nobody has read.
            done, _ = await asyncio.wait([self._trying], timeout=READY)
            if not done:
                self._note(f"it does not answer within {READY:g} second")
        if self._trouble:
            raise StoreAway(self._trouble)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.check()
            except StoreAway:
                continue

    async def _try(self) -> None:
        trouble, stopped = "", False
        try:
            for key in await self._one_key_each():
                await self._calls.write("EVAL", PROBE_SCRIPT, 1, key, 1)
            await self._calls.do("SPUBLISH", PROBE, b"")
        except (StoreAway, RedisError, OSError) as problem:  # TimeoutError is an OSError
            trouble = explained(problem)
            stopped = isinstance(problem.__cause__ or problem, CutOff)
        self._tried_at = time.monotonic()
        self._note(trouble, told=stopped and self._watched)

    def _note(self, trouble: str, *, told: bool = False) -> None:
        self._trouble = trouble
        COUNTS.store_saves = not trouble
        if trouble:
            COUNTS.store_trouble_at = time.time()
        if told or not self._tells:
            return
        if trouble and self._outage.begins():
            log.error("%s saves nothing: %s. What people write waits on their phones.", self._where, trouble)
        elif not trouble and self._outage.ends():
            log.warning("%s saves again.", self._where)

    async def _one_key_each(self) -> list[str]:
        """Keys of which each master holds one."""
        every = await self._nodes.every()
        if every != self._known:
            self._keys, missing = [], set(every)
            for number in itertools.count():
                key = f"{PROBE}:{number}" if number else PROBE
                node = await self._nodes.of(key)
                if node in missing:
                    missing.discard(node)
                    self._keys.append(key)
                if not missing or number > 10_000:
                    break
            self._known = every
        return self._keys
