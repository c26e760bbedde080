"""The workloads for the load client: who sends what, how often, to how many.

A workload speaks of notes, drags, moves and long texts; how a server spells those is its target's matter
(targets.py). What may not live here: anything of a protocol, and any judgement of a figure.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["note", "drag", "move", "text"]
Mode = Literal["run", "ramp", "join", "idle"]

DRAG_LASTS = 40  # operations of one drag; the last one is the stored move
FASTEST_DRAG = 50  # positions a second of one person: what a careful browser sends at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Senders, each `hz` times a second. `members` and `rooms` are numbers from 0, ends included; None: all."""

    kind: Kind
    hz: float
    members: tuple[int, int] | None = None
    rooms: tuple[int, int] | None = None
    end: int = 0  # every so many operations of a sender are one of the next stream's

    @property
    def newest(self) -> bool:
        """Whether only the newest counts: freshness is measured, and merging is no loss."""
        return self.kind != "note"

    def spec(self, *, spot: bool) -> str:
        """As the load client wants it. `spot`: moves are found by their place, not by a marker."""
        words = [self.kind, f"hz={self.hz:g}"]
        words += [f"members={self.members[0]}-{self.members[1]}"] if self.members else []
        words += [f"rooms={self.rooms[0]}-{self.rooms[1]}"] if self.rooms else []
        words += ["newest"] if self.newest else []
        words += ["spot"] if spot and self.kind == "move" else []
        words += [f"end={self.end}"] if self.end else []
        return ",".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """`people` are the phones on each of `boards`; with `screens` a console and a wall look on besides."""

    name: str
    title: str
    people: int
    boards: int = 1
    screens: bool = True
    mode: Mode = "run"
    streams: tuple[Stream, ...] = ()
    slow: int = 0  # of each board's members, how many stop reading
    seeders: int = 0  # of a join, how many are there already
    notes: int = 0  # of a join, how many stand on the board before
    workers: int = 1  # web processes behind one port
    houses: int = 1  # Tavles on one store, each with a port of its own; a board's people all come to the same one
    ramp_to: float = 0  # how many times the rates a ramp may reach where people are limited
    first_change: bool = False  # each operation is the first after a quiet moment: what one disk sync costs is told too
    seconds: float = 0  # measured at least this long, however quick the run

    @property
    def on_board(self) -> int:
        """Connections to each board."""
        return self.people + (2 if self.screens else 0)

    @property
    def connections(self) -> int:
        """Connections to the server."""
        return self.boards * self.on_board


def drags(hz: float, members: tuple[int, int], *, rooms: tuple[int, int] | None = None) -> tuple[Stream, ...]:
    """People who drag a note each, again and again; each drag ends with a stored move."""
    return (
        Stream(kind="drag", hz=hz, members=members, rooms=rooms, end=DRAG_LASTS),
        Stream(kind="move", hz=0, members=members, rooms=rooms),
    )


_MANY = (Stream(kind="note", hz=1, members=(0, 0)), *drags(10, (1, 1), rooms=(0, 9)))
_BUSY = (Stream(kind="note", hz=4, members=(0, 0)), *drags(10, (1, 1), rooms=(0, 9)))

ALL = (
    Workload(
        name="W0",
        title="quiet: 50 people, a note about three times a second; each is the first change of a quiet board",
        people=50,
        streams=(Stream(kind="note", hz=0.06, members=(0, 49)),),
        seconds=30,
        first_change=True,
    ),
    Workload(
        name="W1",
        title="phones: 200 people on a board, each adds a note every 5 s",
        people=200,
        streams=(Stream(kind="note", hz=0.2, members=(0, 199)),),
    ),
    Workload(
        name="W2",
        title="drags: 200 people on a board, 5 of them drag at 20 Hz",
        people=200,
        streams=drags(20, (0, 4)),
    ),
    Workload(
        name="W3",
        title="many boards: 100 boards of 15 people, a note a second on each, a drag at 10 Hz on ten",
        people=15,
        boards=100,
        streams=_MANY,
    ),
    Workload(
        name="W4",
        title="capacity: 200 people, all drag; faster until freshness p99 > 100 ms or loss",
        people=200,
        mode="ramp",
        streams=drags(1, (0, 199)),
        ramp_to=FASTEST_DRAG,
    ),
    Workload(
        name="W4k",
        title="capacity: 1,000 people, 200 of them drag; faster until freshness p99 > 100 ms or loss",
        people=1000,
        mode="ramp",
        streams=drags(0.25, (0, 199)),
        ramp_to=4 * FASTEST_DRAG,
    ),
    Workload(
        name="W5",
        title="join storm: 500 people join a board of 500 notes at once, while 50 are there and 2 drag at 20 Hz",
        people=550,
        screens=False,
        mode="join",
        seeders=50,
        notes=500,
        streams=(Stream(kind="note", hz=1, members=(0, 49)), *drags(20, (0, 1))),
    ),
    Workload(
        name="W6",
        title="idle: 5,000 people on 100 boards say nothing",
        people=50,
        boards=100,
        screens=False,
        mode="idle",
    ),
    Workload(
        name="W7",
        title="slow readers: 50 people, 5 stop reading, 10 rewrite a text of 4 KB ten times a second",
        people=50,
        screens=False,
        slow=5,
        streams=(Stream(kind="text", hz=10, members=(0, 9)),),
        seconds=12,
    ),
    Workload(
        name="W8a",
        title="busy boards: 100 boards of 15 people, four notes a second on each, a drag at 10 Hz on ten",
        people=15,
        boards=100,
        streams=_BUSY,
    ),
    Workload(
        name="W8b",
        title="two processes: the load of W8a, two web processes on one store, which hand connections over by board",
        people=15,
        boards=100,
        streams=_BUSY,
        workers=2,
    ),
    Workload(
        name="W8c",
        title="two processes: the load of W8a, each board's people at one of two Tavles on one store",
        people=15,
        boards=100,
        streams=_BUSY,
        houses=2,
    ),
)
# What two processes do is held against what one does with the same load.
ONE_PROCESS, TWO_PROCESSES = "W8a", ("W8b", "W8c")

BY_NAME = {workload.name: workload for workload in ALL}
