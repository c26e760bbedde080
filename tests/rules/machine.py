"""The machine in a hundred lines: a log with compare-and-append, processes that die, tabs that lose the line.

Everything that decides is shipped code (`wire.read`, `parse`, `decide`, `fold`, `view`, `diff`); what is modelled is
only who hears what when. One seed makes one history.
"""

from collections import Counter
from random import Random
from typing import Any

from board_schema import commands, decide, fold, patch, view, wire
from board_schema.board import DAY, Actor, Board
from board_schema.commands import Refused
from board_schema.events import Entry, OpRefused
from tests.rules import chance
from tests.rules.play import START, bundled


class Conflict(Exception):
    """Somebody else appended first."""


class Lost(Exception):
    """The answer of an append never came; the entry may lie in the log or not."""


class Log:
    """What survives everything: packed entries, appended only after the one the caller has seen."""

    def __init__(self, rng: Random) -> None:
        self.entries: list[bytes] = []
        self.rng = rng

    def append(self, after: int, entry: bytes) -> None:
        if after != len(self.entries):
            raise Conflict
        fate = self.rng.random()
        if fate < 0.02:
            raise Lost  # before it was written
        self.entries.append(entry)
        if fate > 0.98:
            raise Lost  # after it was written


class Process:
    """One server process: a board folded from the log, and the conversations it holds."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.board = Board()
        self.follow()

    def follow(self) -> None:
        for packed in self.world.log.entries[self.board.version :]:
            self.board = fold.fold(self.board, self.board.version + 1, wire.unpack_entry(packed))

    def submit(self, tab: "Tab", frame: wire.Op) -> None:
        """Have an op answered in the log, once, however often the append conflicts or its answer is lost."""
        while not fold.seen(self.board, tab.tab, frame.n):
            try:
                command = commands.parse(frame.name, frame.args)
                events = decide.decide(self.board, self.world.method, tab.actor, command, self.world.now)
            except Refused as refused:
                events = [OpRefused(n=frame.n, reason=refused.reason)]
            entry = Entry(
                events=tuple(events), pid=tab.actor.pid, tab=tab.tab, n=frame.n, at=self.world.now, seen=tab.said_seen
            )
            try:
                self.world.log.append(self.board.version, wire.pack_entry(entry))
            except (Conflict, Lost) as trouble:
                self.world.tally[type(trouble).__name__] += 1
            self.follow()


class Tab:
    """One tab: pending ops, what it shows, and both directions of its line."""

    def __init__(self, world: "World", actor: Actor) -> None:
        self.world, self.actor = world, actor
        self.tab = f"tab{world.rng.getrandbits(48):012x}"
        self.n = self.seen = self.said_seen = 0
        self.pending: dict[int, tuple[str, dict[str, Any]]] = {}
        self.acked: set[int] = set()
        self.refused: dict[int, str] = {}
        self.process: Process | None = None
        self.hang_up()

    def hang_up(self) -> None:
        """The line is gone, with everything on its way; so is what the server knew of this conversation."""
        self.process = None
        self.up: list[bytes] = []
        self.down: list[tuple[Any, ...]] = []
        self.shown: patch.View = {}
        self.own: patch.View = {}
        self.sent: patch.View = {}
        self.sent_own: patch.View = {}
        self.told = 0
        self.told_refused: set[int] = set()

    def connect(self, process: Process) -> None:
        self.hang_up()
        self.process = process
        process.follow()
        self.said_seen = self.seen
        self.told = self.seen
        self.down.append(("ack?", None))
        for n, (name, args) in sorted(self.pending.items()):
            self.up.append(wire.pack(["op", n, name, args]))

    def act(self, name: str, args: dict[str, Any]) -> None:
        self.n += 1
        self.pending[self.n] = (name, args)
        if self.process:
            self.up.append(wire.pack(["op", self.n, name, args]))
            if self.world.rng.random() < 0.03:
                self.up.append(self.up[-1])  # a line that stutters

    def serve(self) -> None:
        """The server hears one frame, if it has not answered that op already, and says what it now knows."""
        if self.process and self.up:
            frame = wire.read(self.up.pop(0))
            assert isinstance(frame, wire.Op)
            self.process.submit(self, frame)

    def tick(self) -> None:
        """The server sends what changed, then the answers, in that order."""
        if self.process is None:
            return
        board, method = self.process.board, self.world.method
        now = view.view(board, method, view.audience(board, self.actor))
        own = view.personal(board, method, self.actor)
        self.down.append(("patch", patch.diff(self.sent, now)))
        self.down.append(("mine", patch.diff(self.sent_own, own)))
        self.sent, self.sent_own = now, own
        refusals = fold.refusals(board, self.tab)
        self.down += [("refused", n, reason) for n, reason in sorted(refusals.items()) if n not in self.told_refused]
        self.told_refused |= set(refusals)
        kept = board.tab(self.tab)
        if kept and kept.n > self.told:
            self.told = kept.n
            self.down.append(("ack", kept.n))

    def hear(self) -> None:
        """The tab hears one frame."""
        match self.down.pop(0) if self.down else ():
            case ("patch", change):
                self.shown = patch.apply(self.shown, change)
            case ("mine", change):
                self.own = patch.apply(self.own, change)
            case ("refused", n, reason):
                if self.pending.pop(n, None) is not None:
                    self.refused[n] = reason
            case ("ack", n):
                for old in [k for k in self.pending if k <= n]:
                    del self.pending[old]
                    self.acked.add(old)
                self.seen = max(self.seen, n)


class World:
    """One history: a board, a facilitator and two to six others, two processes, one log."""

    def __init__(self, seed: int, stem: str) -> None:
        self.rng = rng = Random(seed)
        self.method = bundled(stem)
        self.log = Log(rng)
        self.now = START
        self.tally: Counter[str] = Counter()
        board = Board()
        ids = ["pidF", *(f"pid{i}" for i in range(rng.randint(2, 6)))]
        for i, pid in enumerate(ids):
            if i == 0:
                events = decide.create(
                    self.method, board_id="b", seed=f"{seed}", pid=pid, seat="seatF", now=self.now, this_year=2026,
                    keep=30 * DAY,
                )  # fmt: skip
            else:
                events = decide.join(
                    board, self.method, pid=pid, seat=f"seat{i}", name="", role="participant", remote=False
                )
            self.log.entries.append(wire.pack_entry(Entry(events=tuple(events), pid=pid, at=self.now)))
            board = fold.fold(board, i + 1, Entry(events=tuple(events), pid=pid, at=self.now))
        self.processes = [Process(self), Process(self)]
        self.tabs = [Tab(self, Actor(pid, "participant" if i else "facilitator")) for i, pid in enumerate(ids)]
        for tab in self.tabs:
            tab.connect(rng.choice(self.processes))

    def step(self) -> None:
        """One thing happens."""
        rng = self.rng
        self.now += rng.randint(1, 2_000)
        tab = rng.choice(self.tabs)
        kinds = ("act", "serve", "tick", "hear", "cut", "back", "crash", "follow")
        what = rng.choices(kinds, (34, 26, 8, 18, 2, 4, 0.7, 5))[0]
        self.tally[what] += 1
        match what:
            case "act":
                self.act(tab)
            case "serve":
                tab.serve()
            case "tick":
                tab.tick()
            case "hear":
                for _ in range(rng.randint(1, 4)):
                    tab.hear()
            case "cut":
                tab.hang_up()
            case "back":
                for away in [t for t in self.tabs if t.process is None][:1]:
                    away.connect(rng.choice(self.processes))
                    self.tally["reconnect"] += 1
            case "crash":
                self.crash(rng.randrange(2))
            case "follow":
                rng.choice(self.processes).follow()

    def act(self, tab: Tab) -> None:
        board = self.processes[0].board
        person = board.people.get(tab.actor.pid)
        leads = person is not None and person.role == "facilitator"
        if person is None or (leads and self.rng.random() < (0.4 if board.closed else 0.02)):
            tab.act(self.rng.choice(["reopen", "seal"]) if board.closed else "close", {})
            return
        plan = self.method.plan(board.leader)
        if person.role == "facilitator" and self.rng.random() < 0.4:
            tab.act("round", {"to": self.rng.choice(plan).id, "confirm": self.rng.random() < 0.8})
            return
        note, text = f"nt{self.rng.getrandbits(48):012x}", f"tekst {self.rng.getrandbits(32):x}"
        name, args = chance.op(self.rng, board, self.method, person, note, text)
        tab.act(name, args)

    def crash(self, which: int) -> None:
        """A process loses everything it held; its screens lose the line."""
        old = self.processes[which]
        self.processes[which] = Process(self)
        for tab in self.tabs:
            if tab.process is old:
                tab.hang_up()

    def settle(self) -> None:
        """Everybody comes back and everything on its way arrives."""
        for tab in self.tabs:
            if tab.process is None:
                tab.connect(self.rng.choice(self.processes))
        for _ in range(2):
            for tab in self.tabs:
                while tab.up:
                    tab.serve()
        for process in self.processes:
            process.follow()
        for tab in self.tabs:
            tab.tick()
            while tab.down:
                tab.hear()


def run(seed: int, stem: str, steps: int = 150) -> World:
    """One seed's history, played and settled, with its end checked."""
    world = World(seed, stem)
    for _ in range(steps):
        world.step()
    world.settle()
    check(world)
    return world


def check(world: World) -> None:
    """All screens equal the server's view; nothing acked is lost or doubled; nothing is pending (T1)."""
    board = Board()
    answers: Counter[tuple[str, int]] = Counter()
    refused: dict[tuple[str, int], str] = {}
    for version, packed in enumerate(world.log.entries, 1):
        entry = wire.unpack_entry(packed)
        fresh = not (entry.tab and fold.seen(board, entry.tab, entry.n))
        board = fold.fold(board, version, entry)
        if entry.tab and fresh:
            answers[entry.tab, entry.n] += 1
            refused |= {(entry.tab, e.n): e.reason for e in entry.events if isinstance(e, OpRefused)}
        assert not entry.tab or fresh, "an op is in the log twice"
    for process in world.processes:
        assert process.board == board, "a process holds another board than the log"
    for tab in world.tabs:
        assert not tab.pending, f"pending at the end: {tab.pending}"
        for n in range(1, tab.n + 1):
            assert answers[tab.tab, n] == 1, f"op {n} was answered {answers[tab.tab, n]} times"
            turned_down = (tab.tab, n) in refused
            assert (n in tab.refused) == turned_down, f"op {n}: the tab heard something else than the log says"
            assert (n in tab.acked) != turned_down, f"op {n}: acked {n in tab.acked}, refused {turned_down}"
        assert tab.shown == view.view(board, world.method, view.audience(board, tab.actor))
        assert tab.own == view.personal(board, world.method, tab.actor)
    world.tally["sealed"] += board.sealed
    world.tally["closed"] += bool(board.closed)
    world.tally["ops"] += sum(answers.values())
    world.tally["refusals"] += len(refused)
