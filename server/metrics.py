"""What this process has counted, as Prometheus reads it.

Counters only go up and gauges are read when asked for. No label names a board, a person or an
address: the largest label set here is the list of reasons in SPEC 5.

What may not live here: anything that is not a number, and HTTP (web/status.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.tasks import stop

KIND = "text/plain; version=0.0.4; charset=utf-8"
LOOK = 0.5  # seconds between two looks at how late the event loop is
WINDOW = 30  # looks of which the worst is told: a scrape every 15 s misses nothing
SHARE = 4  # looks between two words to the other processes of the house


@dataclass(slots=True)
class Counts:
    """What has happened in this process since it began. Anybody may add to it."""

    appends: int = 0  # appends to a log that were done
    conflicts: int = 0  # appends that came too late, and were decided again
    store_errors: int = 0  # calls that Redis did not answer, or would not do
    accepted: int = 0  # ops whose entry is in the log
    refused: Counter[str] = field(default_factory=Counter)  # ops turned down, by reason
    frames: int = 0  # frames written to connections
    sent: int = 0  # bytes of those
    closed: Counter[int] = field(default_factory=Counter)  # connections that we ended, by code


COUNTS = Counts()
"""The one of this process."""

# name -> type and help, in the order in which they are told.
NAMES = {
    "tavle_connections": ("gauge", "Open connections, by role."),
    "tavle_rooms": ("gauge", "Boards that are followed."),
    "tavle_ops_accepted_total": ("counter", "Ops whose entry is in the log."),
    "tavle_ops_refused_total": ("counter", "Ops turned down, by reason."),
    "tavle_appends_total": ("counter", "Appends to a log; one may carry several ops."),
    "tavle_append_conflicts_total": ("counter", "Appends that came after somebody else's, and were decided again."),
    "tavle_store_errors_total": ("counter", "Calls that the store did not answer, or would not do."),
    "tavle_frames_sent_total": ("counter", "Frames written to connections."),
    "tavle_sent_bytes_total": ("counter", "Bytes of those frames."),
    "tavle_connections_closed_total": ("counter", "Connections that the server ended, by close code."),
    "tavle_event_loop_lag_seconds": ("gauge", "How late the event loop was at worst in the last 15 seconds."),
}

Samples = dict[str, dict[str, float]]
"""Name -> labels as they are written (empty for none) -> value."""


def samples(*, roles: Iterable[str], rooms: int, lag: float, counts: Counts = COUNTS) -> Samples:
    """What is so in this process now. `roles`: one for each open connection."""
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
    }


def text(every: Mapping[str, Samples]) -> str:
    """The samples of every web process by its name, in Prometheus' text format."""
    lines = []
    for name, (kind, about) in NAMES.items():
        lines += [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
        for process, found in every.items():
            for labels, value in found.get(name, {}).items():
                both = ",".join(filter(None, [f'process="{process}"', labels]))
                lines.append(f"{name}{{{both}}} {value:g}" if value < 1e6 else f"{name}{{{both}}} {value:.0f}")
    return "\n".join([*lines, ""])


class Lag:
    """How late the event loop is, looked at twice a second."""

    def __init__(self) -> None:
        self._late = [0.0] * WINDOW
        self._at = 0

    @property
    def worst(self) -> float:
        """Seconds, of the last `WINDOW` looks."""
        return max(self._late)

    async def look(self) -> None:
        """One look."""
        loop = asyncio.get_running_loop()
        due = loop.time() + LOOK
        await asyncio.sleep(LOOK)
        self._late[self._at % WINDOW] = max(0.0, loop.time() - due)
        self._at += 1


class Meter:
    """What a scrape is answered with. `roles` and `rooms` are asked when it comes."""

    def __init__(self, *, roles: Callable[[], Iterable[str]], rooms: Callable[[], int], shared: Shared) -> None:
        self._roles = roles
        self._rooms = rooms
        self._shared = shared
        self._lag = Lag()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look at the event loop, and to leave word for the other processes."""
        self._task = asyncio.create_task(self._run(), name="meter")

    async def close(self) -> None:
        """Stop."""
        await stop([self._task])

    def text(self) -> str:
        """Everything, of every web process of this Tavle."""
        return text(self._shared.every(self._samples()))

    def _samples(self) -> Samples:
        return samples(roles=self._roles(), rooms=self._rooms(), lag=self._lag.worst)

    async def _run(self) -> None:
        while True:
            self._shared.leave(self._samples())
            for _ in range(SHARE):
                await self._lag.look()


class Shared:
    """The samples of all web processes behind one port, since a scrape meets only one of them.

    Each leaves its own in a folder that the supervisor made for them, named by its place among
    them; one that was restarted takes the same place, and its counters begin anew, which
    Prometheus understands. `folder` is None for a process that serves alone.
    """

    def __init__(self, folder: Path | None, *, name: str = "1") -> None:
        self._folder = folder
        self._name = name

    def leave(self, found: Samples) -> None:
        """Leave this process's samples for the others."""
        if self._folder is None:
            return
        part = self._folder / f"{self._name}.part"
        with contextlib.suppress(OSError):
            part.write_text(json.dumps(found), encoding="utf-8")
            part.replace(self._folder / f"{self._name}.json")

    def every(self, found: Samples) -> dict[str, Samples]:
        """Everybody's: this process's as given, the others' as they last left them."""
        others: dict[str, Samples] = {}
        for path in [] if self._folder is None else sorted(self._folder.glob("*.json")):
            with contextlib.suppress(OSError, ValueError):
                left: Any = json.loads(path.read_text(encoding="utf-8"))
                others[path.stem] = left
        return dict(sorted({**others, self._name: found}.items()))


def shared(environ: Mapping[str, str] = os.environ) -> Shared:
    """As the supervisor has told this process (supervisor.py)."""
    folder = environ.get("TAVLE_METRICS_FOLDER", "")
    return Shared(Path(folder) if folder else None, name=environ.get("TAVLE_PROCESS") or "1")
