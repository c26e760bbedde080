"""Metrics of this process, and their text in Prometheus' format.

Counters only go up; gauges are computed for each scrape. No label names a board, a person or an address: the label
with most values is `reason` (SPEC 5).

What may not live here: anything that is not a number, and HTTP (web/status.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from server import vitals
from server.tasks import stop

log = logging.getLogger("tavle")

KIND = "text/plain; version=0.0.4; charset=utf-8"
LOOK = 0.5  # seconds between two measurements of the event loop's lag
WINDOW = 30  # measurements of which the largest is reported: 15 s, a usual scrape interval
CROWDED, ROOMY = 0.95, 0.85  # shares of the open files that are allowed
SHARE = 4  # measurements between two writes for the other processes


@dataclass(slots=True)
class Counts:
    """Counters of this process. Every module may add to them."""

    appends: int = 0  # successful appends to a log
    conflicts: int = 0  # append conflicts; the ops were decided again
    store_errors: int = 0  # calls to Redis that failed
    store_saves: bool = True  # whether the last try to write to the store succeeded
    store_trouble_at: float = 0.0  # when the last such try failed, in seconds since 1970; 0: never
    swept_at: float = 0.0  # when all stored boards were last looked through for what is due; 0: never
    accepted: int = 0  # ops whose entry is in the log
    refused: Counter[str] = field(default_factory=Counter)  # ops turned down, by reason
    frames: int = 0  # frames written to connections
    sent: int = 0  # bytes of those
    deleted: int = 0  # boards deleted
    erased: int = 0  # boards sealed or deleted and people removed, whose texts must go from memory (process/freed.py)
    closed: Counter[int] = field(default_factory=Counter)  # connections closed by the server, by close code


COUNTS = Counts()
"""The counters of this process."""

# name -> type and help text, in the order of the output
NAMES = {
    "tavle_connections": ("gauge", "Open connections, by role."),
    "tavle_rooms": ("gauge", "Boards that this process follows."),
    "tavle_ops_accepted_total": ("counter", "Ops whose entry is in the log."),
    "tavle_ops_refused_total": ("counter", "Ops turned down, by reason."),
    "tavle_appends_total": ("counter", "Appends to a log; one may hold several ops."),
    "tavle_append_conflicts_total": (
        "counter",
        "Append conflicts: another process appended first, and the ops were decided again.",
    ),
    "tavle_store_errors_total": ("counter", "Calls to the store that failed."),
    "tavle_frames_sent_total": ("counter", "Frames written to connections."),
    "tavle_sent_bytes_total": ("counter", "Bytes of those frames."),
    "tavle_connections_closed_total": ("counter", "Connections closed by the server, by close code."),
    "tavle_event_loop_lag_seconds": ("gauge", "The event loop's greatest lag in the last 15 seconds."),
    "tavle_store_up": ("gauge", "1 while the store takes writes, else 0."),
    "tavle_store_last_error_timestamp_seconds": ("gauge", "When the store last took no write; 0: never."),
    "tavle_retention_sweep_timestamp_seconds": (
        "gauge",
        "When all boards were last looked through for what is to be closed, sealed or deleted; 0: never.",
    ),
    "tavle_boards_deleted_total": ("counter", "Boards deleted, by the facilitator or because they expired."),
    "tavle_memory_bytes": ("gauge", "Memory in use by this process."),
    "tavle_open_files": ("gauge", "Files and connections that this process has open."),
    "tavle_open_files_limit": ("gauge", "How many it may have open."),
    "tavle_disk_free_bytes": ("gauge", "Room on the disk that holds the embedded store."),
}

Samples = dict[str, dict[str, float]]
"""Name -> labels in Prometheus' syntax (empty for none) -> value."""


def samples(
    *, roles: Iterable[str], rooms: int, lag: float, counts: Counts = COUNTS, disk: Path | None = None
) -> Samples:
    """All samples of this process.

    `roles`: one for each open connection; `lag` in seconds; `disk`: a folder on the disk that holds the store.
    """
    return {
        "tavle_connections": {f'role="{role}"': n for role, n in sorted(Counter(roles).items())},
        "tavle_rooms": {"": rooms},
        "tavle_ops_accepted_total": {"": counts.accepted},
        "tavle_ops_refused_total": {f'reason="{reason}"': n for reason, n in sorted(counts.refused.items())},
        "tavle_appends_total": {"": counts.appends},
        "tavle_append_conflicts_total": {"": counts.conflicts},
        "tavle_store_errors_total": {"": counts.store_errors},
        "tavle_frames_sent_total": {"": counts.frames},
        "tavle_sent_bytes_total": {"": counts.sent},
        "tavle_connections_closed_total": {f'code="{code}"': n for code, n in sorted(counts.closed.items())},
        "tavle_event_loop_lag_seconds": {"": lag},
        "tavle_store_up": {"": float(counts.store_saves)},
        "tavle_store_last_error_timestamp_seconds": {"": counts.store_trouble_at},
        "tavle_retention_sweep_timestamp_seconds": {"": counts.swept_at},
        "tavle_boards_deleted_total": {"": counts.deleted},
        "tavle_memory_bytes": {"": vitals.memory()},
        "tavle_open_files": {"": vitals.files_open()},
        "tavle_open_files_limit": {"": vitals.files_allowed()},
        "tavle_disk_free_bytes": {"": free} if (free := _free(disk)) is not None else {},
    }


def _free(disk: Path | None) -> int | None:
    return None if disk is None else vitals.disk_free(disk)


def text(every: Mapping[str, Samples]) -> str:
    """Samples of all web processes, by process name, in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Collector(every))
    return generate_latest(registry).decode()


class _Collector(Collector):
    """Gives Prometheus' client what is in samples."""

    def __init__(self, every: Mapping[str, Samples]) -> None:
        self._every = every

    def collect(self) -> Iterator[Metric]:
        """Every metric, with the samples of all web processes."""
        for name, (kind, about) in NAMES.items():
            metric = Metric(name.removesuffix("_total") if kind == "counter" else name, about, kind)
            for process, found in self._every.items():
                for labels, value in found.get(name, {}).items():
                    label, _, its = labels.partition("=")
                    more = {label: its.strip('"')} if label else {}
                    metric.add_sample(name, {"process": process, **more}, value)
            yield metric


class Lag:
    """The event loop's lag, measured every `LOOK` seconds."""

    def __init__(self) -> None:
        self._late = [0.0] * WINDOW
        self._at = 0

    @property
    def worst(self) -> float:
        """The largest of the last `WINDOW` measurements, in seconds."""
        return max(self._late)

    async def look(self) -> None:
        """Measure once; takes `LOOK` seconds."""
        loop = asyncio.get_running_loop()
        due = loop.time() + LOOK
        await asyncio.sleep(LOOK)
        self._late[self._at % WINDOW] = max(0.0, loop.time() - due)
        self._at += 1


class Meter:
    """Answers scrapes. `roles` and `rooms` are called for each."""

    def __init__(
        self,
        *,
        roles: Callable[[], Iterable[str]],
        rooms: Callable[[], int],
        shared: Shared,
        disk: Path | None = None,
    ) -> None:
        self._roles = roles
        self._disk = disk
        self._crowded = False
        self._rooms = rooms
        self._shared = shared
        self._lag = Lag()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start measuring the lag, and writing samples for the other processes."""
        self._task = asyncio.create_task(self._run(), name="meter")

    async def close(self) -> None:
        """Stop measuring."""
        await stop([self._task])

    def text(self) -> str:
        """The metrics of all web processes behind this port."""
        return text(self._shared.every(self._samples()))

    def _samples(self) -> Samples:
        return samples(roles=self._roles(), rooms=self._rooms(), lag=self._lag.worst, disk=self._disk)

    async def _run(self) -> None:
        while True:
            found = self._samples()
            self._shared.leave(found)
            self._look_at_files(int(found["tavle_open_files"][""]), int(found["tavle_open_files_limit"][""]))
            for _ in range(SHARE):
                await self._lag.look()

    def _look_at_files(self, opened: int, allowed: int) -> None:
        """Log once that hardly another connection fits, and once that there is room again."""
        if not self._crowded and allowed and opened > CROWDED * allowed:
            self._crowded = True
            log.warning(
                "%d of %d files are open: more phones cannot connect. Raise the limit (`ulimit -n`, in a systemd unit "
                "LimitNOFILE) and start again.",
                opened,
                allowed,
            )
        elif self._crowded and opened < ROOMY * allowed:
            self._crowded = False
            log.warning("%d of %d files are open: phones can connect again.", opened, allowed)


class Shared:
    """The samples of all web processes behind one port, since a scrape reaches only one of them.

    Each process writes its samples to a file in a folder that the supervisor made. The file is named by the process's
    number, which a restarted process keeps; its counters then begin at 0, which Prometheus recognises as a reset.
    `folder` is None when there is one process only.
    """

    def __init__(self, folder: Path | None, *, name: str = "1") -> None:
        self._folder = folder
        self._name = name

    def leave(self, found: Samples) -> None:
        """Write this process's samples for the others."""
        if self._folder is None:
            return
        part = self._folder / f"{self._name}.part"
        with contextlib.suppress(OSError):
            part.write_text(json.dumps(found), encoding="utf-8")
            part.replace(self._folder / f"{self._name}.json")

    def every(self, found: Samples) -> dict[str, Samples]:
        """By process name: `found` for this process, and what the others wrote last."""
        others: dict[str, Samples] = {}
        for path in [] if self._folder is None else sorted(self._folder.glob("*.json")):
            with contextlib.suppress(OSError, ValueError):
                left: Any = json.loads(path.read_text(encoding="utf-8"))
                others[path.stem] = left
        return dict(sorted({**others, self._name: found}.items()))


def shared(environ: Mapping[str, str] = os.environ) -> Shared:
    """The folder and process name that the supervisor has set in the environment."""
    folder = environ.get("TAVLE_METRICS_FOLDER", "")
    return Shared(Path(folder) if folder else None, name=environ.get("TAVLE_PROCESS") or "1")
