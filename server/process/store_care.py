"""The store as the supervisor sees it: started, watched and started again; an external one is checked at start.

What is wrong is told once, in words that whoever runs the server can act on, and once more when it is over.

What may not live here: how the embedded store is run (embedded.py), and what an external one is asked (probe.py).
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from server.outages import Outage
from server.process.backoff import BackOff
from server.process.embedded import EmbeddedValkey
from server.process.probe import NoAnswer, StoreError, StoreFacts, can_save, probe
from server.settings import Settings
from server.store.address import redis_address

LEAST_FREE = 1_000_000  # bytes; a disk with less room counts as full
OFTEN = 4  # stops in a row after which it is told that the store keeps stopping
RETRY = 0.5  # seconds between two attempts to reach an external store at start

Tell = Callable[[str], None]
Answer = TypeVar("Answer")


class StoreCare:
    """The store of one Tavle. `tell` is given sentences for the log."""

    def __init__(self, settings: Settings, *, tell: Tell, pause: Callable[[float], bool]) -> None:
        """`pause` waits for some seconds; it returns True when Tavle was told to stop meanwhile."""
        self._settings = settings
        self._tell = tell
        self._pause = pause
        self._embedded: EmbeddedValkey | None = None
        self._since = 0.0
        self._again = BackOff()
        self._outage = Outage()
        self._said: set[str] = set()  # what was told of it
        self._stops = 0  # how often the store has stopped in this outage

    @property
    def due(self) -> float | None:
        """When `look_after` should be called at the latest (monotonic time)."""
        return self._again.due

    def start(self) -> str | None:
        """Start or check the store, and return its address; None when Tavle was told to stop while it waited.

        Raises StoreError.
        """
        if self._settings.redis_url is None:
            self._embedded = EmbeddedValkey(self._settings.data_dir)
            url = self._embedded.start()
            self._since = time.monotonic()
            return url
        url = self._settings.redis_url
        facts = self.ask(lambda: probe(url))
        if facts is None:
            return None
        for sentence in _cautions(facts, self._settings):
            self._tell(f"Note: {sentence}")
        return url

    def stop(self) -> None:
        """Stop the embedded store."""
        if self._embedded is not None:
            self._embedded.stop()

    def look_after(self) -> str | None:
        """Start the embedded store again if it has stopped; its new address if that has changed."""
        store = self._embedded
        if store is None:
            return None
        if self._again.due is None and not (store.alive() and store.reachable()):
            self._outage.begins()
            self._again.later(ran=time.monotonic() - self._since)
            self._say_why(store)
        url = None
        if self._again.take():
            before = store.url
            self._since = time.monotonic()
            try:
                store.restart()
                url = store.url if store.url != before else None
            except StoreError as problem:
                if not self._says_that_it_is_full():
                    self._say(str(problem), kind="start")
                self._again.later(ran=0)
        elif self._outage.on and self._again.due is None:
            self._look_whether_it_saves(store)
        return url

    def _look_whether_it_saves(self, store: EmbeddedValkey) -> None:
        """Tell that the store saves again, when it has for a while and its disk has room."""
        # On a disk that is nearly full a few small changes may still be saved, until the next one stops the store.
        if no_room(self._settings.data_dir) or not can_save(store.url):
            self._outage.begins()
        elif self._outage.ends():
            self._tell("The embedded store saves again.")
            self._said.clear()
            self._stops = 0

    def _say(self, sentence: str, *, kind: str) -> None:
        """Tell something of this outage, unless something of its kind was told already."""
        if kind not in self._said:
            self._said.add(kind)
            self._tell(sentence)

    def _say_why(self, store: EmbeddedValkey) -> None:
        """Tell why the store has stopped, each reason once in an outage."""
        self._stops += 1
        if self._says_that_it_is_full():
            return
        if store.alive():
            gone = f"The embedded store's socket {store.socket} has been removed; the store is started again."
            self._say(gone, kind="socket")
        elif error := store.write_error():
            self._say(
                f"The embedded store cannot write its file in {self._settings.data_dir} ({error}), so nothing can be "
                "saved now. Put that right: Tavle then goes on by itself, and what people write until then waits on "
                "their phones.",
                kind="file",
            )
        elif self._stops == OFTEN:
            self._say(
                f"The embedded store keeps stopping. Its log is {store.log}; if that ends without a reason, it "
                f"probably cannot write in {self._settings.data_dir} (a quota, or a limit on the size of files).",
                kind="often",
            )
        elif not self._said:
            self._say("The embedded store has stopped; starting it again.", kind="stopped")

    def _says_that_it_is_full(self) -> bool:
        """Tell that the disk is full, if it is."""
        full = no_room(self._settings.data_dir)
        if full:
            self._say(
                f"{full}, so nothing can be saved now. Make room there: Tavle then goes on by itself, and what people "
                "write until then waits on their phones.",
                kind="full",
            )
        return bool(full)

    def ask(self, question: Callable[[], Answer]) -> Answer | None:
        """What a question to the store gives; an external one is asked anew until it answers.

        None when Tavle was told to stop meanwhile. Raises NoAnswer after TAVLE_REDIS_WAIT seconds, and what else the
        question raises.
        """
        deadline = time.monotonic() + self._settings.redis_wait
        told = False
        while True:
            try:
                answer = question()
                if told:
                    self._tell("The store answers.")
                return answer
            except NoAnswer as problem:
                if self._embedded is not None or time.monotonic() >= deadline:
                    raise
                if not told:
                    self._tell(f"{problem} Waiting for it, {self._settings.redis_wait} seconds at most.")
                    told = True
            if self._pause(RETRY):
                return None


def no_room(folder: os.PathLike[str]) -> str:
    """A clause that says which disk is full; empty when there is room."""
    with contextlib.suppress(OSError, AttributeError):  # no statvfs on Windows
        disk = os.statvfs(folder)
        if disk.f_bavail * disk.f_frsize < LEAST_FREE:
            return f"The disk that holds {folder} is full"
        if disk.f_files and not disk.f_favail:
            return f"The disk that holds {folder} has no room for more files (inodes)"
    return ""


def _cautions(facts: StoreFacts, settings: Settings) -> Iterator[str]:
    """What in an external store's settings can lose changes that people have seen saved."""
    where = f"{facts.name} at {facts.where}"
    if not facts.append_only:
        yield (
            f"{where} keeps no append-only file, so its crash can lose changes "
            "that people have seen saved; `appendonly yes` in its settings prevents that."
        )
    elif facts.fsync not in ("", "always"):
        yield (
            f"{where} syncs its append-only file with `appendfsync {facts.fsync}`, so a power cut can lose the last "
            "changes that people have seen saved; `appendfsync always` prevents that."
        )
    if facts.eviction not in ("", "noeviction"):
        yield (
            f"{where} has `maxmemory-policy {facts.eviction}`: when its memory is full it throws workshops away; "
            "`maxmemory-policy noeviction` prevents that."
        )
    assert settings.redis_url is not None
    if redis_address(settings.redis_url).kind != "one" and not settings.wait_replicas:
        yield (
            "TAVLE_WAIT_REPLICAS is 0, so a fail-over can lose the last changes that people "
            "have seen saved; with 1 or more they are saved when a replica has them."
        )
