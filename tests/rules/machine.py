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
from board_schema.events import Entry, NotePut, NotesRevealed, OpRefused, PersonGone, SittingBegan
from tests.rules import chance
from tests.rules.log import Conflict, Log, Lost
from tests.rules.play import START, bundled

STEPS = 200  # of one history
PATIENCE = 100  # attempts at one append; far more than there are ever others who came first

Frame = tuple[Any, ...]


class Process:
    """One server process: a board folded from the log, and the conversations it holds.

    It subscribes first and reads then, so that what comes between is in both and in neither is missed; entries it
    has already are dropped.
    """

    def __init__(self, world: "World") -> None:
        self.world = world
        self.board = Board()
        self.epoch = 0
        self.ready = False
        self.lines: set[Line] = set()
        self.messages: list[int] | None = None
        self.views: dict[view.Audience, tuple[Board, patch.View]] = {}
        self.begin()

    def begin(self) -> None:
        """The first half of opening a board. Much may happen before the second."""
        self.subscribe()

    def open(self) -> None:
        """The second half, once."""
        if not self.ready:
            self.ready = True
            self.follow()

    def subscribe(self) -> None:
        self.messages = []

    def follow(self) -> None:
        """Read what the log has after what we have."""
        for version, packed in self.world.log.read(self.board.version):
            self.board = fold.fold(self.board, version, wire.unpack_entry(packed))

    def hear(self) -> None:
        """Take the published messages. A process that has received all of them is level with the log."""
        self.open()
        messages, self.messages = self.messages or [], []
        for version in messages:
            if version <= self.board.version:
                continue
            if version == self.board.version + 1:
                entry = wire.unpack_entry(self.world.log.entries[version - 1])
                self.board = fold.fold(self.board, version, entry)
            else:
                self.follow()
        behind = len(self.world.log.entries) - self.board.version
        assert not behind, f"S3: {behind} entries are missing, and no message will tell"

    def submit(self, line: "Line", frame: wire.Op) -> None:
        """Have an op answered in the log, once, however often the append conflicts or its answer is lost."""
        tab = line.tab
        for _ in range(PATIENCE):
            if fold.seen(self.board, tab.tab, frame.n):
                line.answered(frame.n, fold.refusals(self.board, tab.tab).get(frame.n))
                return
            if self.board.sealed:  # nothing is stored any more, nor who was answered what (R14)
                line.down.append(("refused", frame.n, "sealed"))
                return
            if forgotten(self.board, tab):  # nor of whoever is forgotten (R41): their connection is closed
                line.down.append(("refused", frame.n, "role"))
                return
            entry = self.decided(line, frame)
            try:
                self.world.log.append(self.board.version, wire.pack_entry(entry))
            except (Conflict, Lost) as trouble:
                self.world.tally[type(trouble).__name__] += 1
                self.follow()
            else:
                self.follow()
                line.answered(frame.n, next((e.reason for e in entry.events if isinstance(e, OpRefused)), None))
                return
        raise AssertionError(f"O1: op {frame.n} is never answered")

    def decided(self, line: "Line", frame: wire.Op) -> Entry:
        tab = line.tab
        try:
            command = commands.parse(frame.name, frame.args)
            events = decide.decide(self.board, self.world.method, tab.actor, command, self.world.now)
        except Refused as refused:
            events = [OpRefused(n=frame.n, reason=refused.reason)]
        return Entry(
            events=tuple(events), pid=tab.actor.pid, tab=tab.tab, n=frame.n, at=self.world.now, seen=line.said_seen
        )

    def view(self, seen_by: view.Audience) -> patch.View:
        """An audience's view, made from the one before it as the machine does."""
        kept = self.views.get(seen_by)
        if kept is None or kept[0] is not self.board:
            kept = self.views[seen_by] = (self.board, view.view(self.board, self.world.method, seen_by, kept))
        return kept[1]

    def close(self, line: "Line") -> None:
        """That connection is known to be gone, perhaps long after its tab came back on another."""
        self.lines.discard(line)


class Line:
    """One connection: both directions of it, and what the server has told it."""

    def __init__(self, tab: "Tab", process: Process) -> None:
        self.tab, self.process = tab, process
        self.up: list[bytes] = []
        self.down: list[Frame] = []
        self.sent: patch.View | None = None
        self.sent_own: patch.View | None = None
        self.epoch = process.epoch
        self.said_seen = self.told = tab.seen
        self.told_refused: set[int] = set()
        self.done = 0  # the highest op that was done, and refusals in the log: a sealed board has no answers
        self.logged: dict[int, str] = {}

    def audience(self) -> view.Audience:
        """Whom it sees with, now."""
        return view.audience(self.process.board, self.tab.actor)

    def answered(self, n: int, reason: str | None) -> None:
        """Its op has an answer in the log, which may be sealed before the next tick."""
        if reason is None:
            self.done = max(self.done, n)
        else:
            self.logged[n] = reason

    def serve(self) -> None:
        """The server hears one frame and has it answered in the log."""
        if self in self.process.lines and self.up:
            frame = wire.read(self.up.pop(0))
            assert isinstance(frame, wire.Op)
            self.process.submit(self, frame)

    def tick(self) -> None:
        """The server sends what changed, then the answers, in that order."""
        process = self.process
        if self not in process.lines:
            return
        board, method, tab = process.board, process.world.method, self.tab
        if self.epoch != process.epoch:
            self.epoch, self.sent, self.sent_own = process.epoch, None, None
            self.down.append(("reset",))
        now = process.view(self.audience())
        own = view.personal(board, method, tab.actor)
        if (change := patch.diff(self.sent or {}, now)) or self.sent is None:
            self.down.append(("patch", process.world.now, change))
        if (change := patch.diff(self.sent_own or {}, own)) or (self.sent_own is None and tab.actor.pid):
            self.down.append(("mine", process.world.now, change))
        self.sent, self.sent_own = now, own
        refusals = self.logged if board.sealed else fold.refusals(board, tab.tab)
        self.down += [("refused", n, reason) for n, reason in sorted(refusals.items()) if n not in self.told_refused]
        self.told_refused |= set(refusals)
        kept = board.tab(tab.tab)
        done = self.done if board.sealed else kept.n if kept else 0
        if done > self.told:
            self.told = done
            self.down.append(("ack", done))


class Tab:
    """One tab: pending ops, and what it shows. `tape`, where it is kept, has all that it did and heard, in order."""

    def __init__(self, world: "World", actor: Actor) -> None:
        self.world, self.actor = world, actor
        self.tab = f"tab{world.rng.getrandbits(48):012x}"
        self.n = self.seen = 0
        self.pending: dict[int, tuple[str, dict[str, Any]]] = {}
        self.ops: dict[int, tuple[str, dict[str, Any]]] = {}
        self.acked: set[int] = set()
        self.refused: dict[int, str] = {}
        self.line: Line | None = None
        self.shown: patch.View = {}
        self.own: patch.View = {}
        self.whole = False  # whether it has the first picture of this connection
        self.tape: list[tuple[Any, ...]] | None = None

    def hang_up(self) -> None:
        """The line is gone, with everything on its way. The server hears of it some time later, if it lives."""
        if self.line is not None:
            self.world.tally["lost frames"] += len(self.line.down)
            self.world.tally["lost acks"] += sum(frame[0] == "ack" for frame in self.line.down)
            self.world.late.append(self.line)
        self.line, self.whole = None, False

    def connect(self, process: Process) -> None:
        self.hang_up()
        process.open()
        process.follow()
        self.line = Line(self, process)
        process.lines.add(self.line)
        self.shown, self.own = {}, {}
        self._tell("pending", sorted(self.pending))
        self._tell("frame", wire.welcome(time=self.world.now, seat="", role=self.actor.role, ack=self.seen))
        self.resend(self.line)

    def resend(self, line: Line) -> None:
        """Ask again for what is not answered (P4)."""
        for n, (name, args) in sorted(self.pending.items()):
            line.up.append(wire.pack(["op", n, name, args]))

    def act(self, name: str, args: dict[str, Any]) -> None:
        self.n += 1
        self.pending[self.n] = (name, args)
        self.ops[self.n] = (name, args)
        self._tell("op", self.n, name, args)
        if self.line:
            self.line.up.append(wire.pack(["op", self.n, name, args]))
            if self.world.rng.random() < 0.03:
                self.line.up.append(self.line.up[-1])  # a line that stutters

    def hear(self) -> None:
        """The tab hears one frame."""
        if self.line is None or not self.line.down:
            return
        frame = self.line.down.pop(0)
        if self.tape is not None:
            self.tape.append(("frame", packed(frame)))
        match frame:
            case ("patch", _, change):
                self.shown = patch.apply(self.shown, change)
                self.whole = True
            case ("mine", _, change):
                self.own = patch.apply(self.own, change)
            case ("reset",):
                self.shown, self.own, self.whole = {}, {}, False
            case ("refused", n, reason):
                if self.pending.pop(n, None) is not None:
                    self.refused[n] = reason
            case ("ack", n):
                for old in [k for k in self.pending if k <= n]:
                    del self.pending[old]
                    self.acked.add(old)
                self.seen = max(self.seen, n)

    def _tell(self, *what: Any) -> None:
        if self.tape is not None:
            self.tape.append(what)


def packed(frame: Frame) -> bytes:
    """A frame as it travels."""
    match frame:
        case ("patch", version, change):
            return wire.patch(version, change)
        case ("mine", version, change):
            return wire.mine(version, change)
        case ("refused", n, reason):
            return wire.refused(n, reason)
        case ("ack", n):
            return wire.ack(n)
        case _:
            return wire.reset()


class World:
    """One history: a board, a facilitator and two to six others, two processes, one log."""

    def __init__(self, seed: int, stem: str, *, tapes: bool = False, closing: float = 0.01) -> None:
        self.rng = rng = Random(seed)
        self.method = bundled(stem)
        self.log = Log(rng, self)
        self.processes: list[Process] = []
        self.now = START
        self.tally: Counter[str] = Counter()
        self.closing = closing
        board = Board()
        ids = ["pidF", *(f"pid{i}" for i in range(rng.randint(2, 6)))]
        for i, pid in enumerate(ids):
            if i == 0:
                events = decide.create(
                    self.method, board_id="b", seed=f"{seed}", pid=pid, seat="seatF", now=self.now, this_year=2026,
                    keep=30 * DAY,
                )  # fmt: skip
                events += [SittingBegan(("story",))] if self.method.endless else []
            else:
                events = decide.join(
                    board, self.method, pid=pid, seat=f"seat{i}", name="", role="participant", remote=False,
                    now=self.now,
                )  # fmt: skip
            self.log.entries.append(wire.pack_entry(Entry(events=tuple(events), pid=pid, at=self.now)))
            board = fold.fold(board, i + 1, Entry(events=tuple(events), pid=pid, at=self.now))
        self.late: list[Line] = []  # connections that are gone, and whose processes have not heard of it
        self.processes = [Process(self), Process(self)]
        self.tabs = [Tab(self, Actor(pid, "participant" if i else "facilitator")) for i, pid in enumerate(ids)]
        self.tabs.append(Tab(self, Actor("", "wall")))
        for tab in self.tabs:
            tab.tape = [] if tapes else None
            tab.connect(rng.choice(self.processes))

    def step(self) -> None:
        """One thing happens."""
        rng = self.rng
        self.now += rng.randint(1, 2_000)
        tab = rng.choice([*self.tabs, self.tabs[0]])
        kinds = ("act", "serve", "tick", "hear", "cut", "back", "crash", "messages", "late", "reset")
        what = rng.choices(kinds, (36, 38, 8, 12, 2, 4, 0.7, 5, 2, 0.2))[0]
        self.tally[what] += 1
        match what:
            case "act":
                self.act(tab)
            case "serve" if tab.line:
                tab.line.serve()
            case "tick":
                for line in [t.line for t in self.tabs if t.line and rng.random() < 0.7]:
                    line.tick()
            case "hear":
                for one in self.tabs:
                    for _ in range(rng.randint(0, 4)):
                        one.hear()
            case "cut":
                tab.hang_up()
            case "back":
                for away in [t for t in self.tabs if t.line is None][:1]:
                    away.connect(rng.choice(self.processes))
                    self.tally["reconnect"] += 1
            case "crash":
                self.crash(rng.randrange(2))
            case "messages":
                rng.choice(self.processes).hear()
            case "late":
                self.close_late()
            case "reset":
                rng.choice(self.processes).epoch += 1

    def close_late(self) -> None:
        """A process hears that a connection is gone."""
        if self.late:
            line = self.late.pop(self.rng.randrange(len(self.late)))
            line.process.close(line)

    def act(self, tab: Tab) -> None:
        """Somebody asks for something: half of the time what their screen offers, else anything at all."""
        rng, board = self.rng, max(self.processes, key=lambda process: process.board.version).board
        person = board.people.get(tab.actor.pid)
        note, text = f"nt{rng.getrandbits(48):012x}", f"tekst {rng.getrandbits(32):08x}"
        if person is None:  # the wall, or a board that is sealed
            if rng.random() < 0.2:
                tab.act(rng.choice(["ready", "close", "undo"]), {})
        elif person.role == "facilitator" and rng.random() < (0.4 if board.closed else self.closing):
            tab.act(rng.choice(["reopen", "seal"]) if board.closed else "close", {})
        elif (lanes := tab.shown.get("board", {}).get("reveal")) and rng.random() < 0.6:
            lane = rng.choice(lanes)
            tab.act("reveal", {"sheet": lane["sheet"], "lane": lane["lane"]})
        elif person.role == "facilitator" and rng.random() < 0.1:
            seat = rng.choice(list(board.seats))
            if board.groups and rng.random() < 0.6:
                tab.act("group", {"seat": seat, "group": rng.choice(list(board.groups))})
            else:
                tab.act("role", {"seat": seat, "role": rng.choice(["participant"] * 4 + ["scribe", "listener"])})
        elif person.role == "facilitator" and rng.random() < 0.25:
            plan = [item.id for item in self.method.plan(board.leader)]
            on = plan[(plan.index(board.round) + 1) % len(plan)]
            tab.act("round", {"to": on if rng.random() < 0.8 else rng.choice(plan), "confirm": rng.random() < 0.8})
        elif (offers := offered(rng, tab, note, text)) and rng.random() < 0.8:
            tab.act(*rng.choice(offers))
        else:
            tab.act(*chance.op(rng, board, self.method, person, note, text))

    def crash(self, which: int) -> None:
        """A process loses everything it held; its screens lose the line."""
        old = self.processes[which]
        self.processes[which] = Process(self)
        for tab in self.tabs:
            if tab.line and tab.line.process is old:
                tab.hang_up()

    def settle(self) -> None:
        """Everybody comes back and everything on its way arrives."""
        for tab in self.tabs:
            if tab.line is None:
                tab.connect(self.rng.choice(self.processes))
        while self.late:
            self.close_late()
        lines = [tab.line for tab in self.tabs if tab.line]
        for line in lines:
            while line.up and line in line.process.lines:
                line.serve()
        for process in self.processes:
            process.hear()
        for line in lines:
            line.tick()
            while line.down:
                line.tab.hear()


def offered(rng: Random, tab: Tab, note: str, text: str) -> list[tuple[str, dict[str, Any]]]:
    """What the records on a screen offer, as far as one can tell from them alone."""
    me = tab.own.get("me", {})
    sheets = {key[5:]: r["sheet"] for key, r in tab.own.items() if key.startswith("mine:") and r.get("draft")}
    found: list[tuple[str, dict[str, Any]]] = []
    if at := me.get("write"):
        place = {"sheet": at["sheet"], "lane": rng.choice(at["lanes"]), "row": at["row"]}
        found += [("write", {"note": note, "text": text, **place})] * 3
    if (at := me.get("place")) and (drafts := [one for one, sheet in sheets.items() if sheet == at["sheet"]]):
        found += [("place", {"note": rng.choice(drafts), "lane": rng.choice(at["lanes"]), "row": at["row"]})] * 3
    for act in me.get("can", ()):
        if act in ("take", "done", "later", "pass"):
            found += [("turn", {"act": act})] * 2
        elif act == "ready":
            found.append(("ready", {"on": rng.random() < 0.7}))
    up = [(key[5:], r, tab.own.get(f"mine:{key[5:]}", {})) for key, r in tab.shown.items() if key.startswith("note:")]
    for one, record, own in rng.sample(up, min(2, len(up))):
        for act in sorted({*record.get("can", ()), *own.get("can", ())} & {"edit", "delete"}):
            found.append((act, {"note": one, **({"text": text} if act == "edit" else {})}))
        kinds = {kind["id"]: kind for kind in tab.shown.get(f"sheet:{record['sheet']}", {}).get("marks", ())}
        kinds["chosen"] = {"words": [{"id": "chosen"}]}
        for kind in sorted({*record.get("marks_open", ()), *own.get("marks_open", ())} & set(kinds)):
            word = rng.choice([*(word["id"] for word in kinds[kind]["words"]), ""])
            found.append(("mark", {"note": one, "kind": kind, "word": word}))
        for kind in sorted({*record.get("links_open", ()), *own.get("links_open", ())}):
            found.append(("link", {"note": one, "kind": kind, "other": rng.choice(up)[0]}))
            found += [
                ("unlink", {"note": one, "kind": kind, "other": other}) for other in record["links"].get(kind, ())
            ]
    return found


def forgotten(board: Board, tab: "Tab") -> bool:
    """Whether the tab is of somebody who sat in a programme and was forgotten when the sitting ended (R41)."""
    return board.programme and bool(tab.actor.pid) and board.by_pid(tab.actor.pid) is None


def run(seed: int, stem: str, steps: int = STEPS, **more: Any) -> World:
    """One seed's history, played and settled, with its end checked."""
    world = World(seed, stem, **more)
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
    for version, data in world.log.read(0):
        entry = wire.unpack_entry(data)
        board = fold.fold(board, version, entry)
        world.tally["reveals"] += any(isinstance(e, NotesRevealed) for e in entry.events)
        world.tally["raised"] += any(isinstance(e, NotePut) and e.note.reach != "own" for e in entry.events)
        world.tally["choices"] += any(isinstance(e, NotePut) and "chosen" in e.note.marks for e in entry.events)
        world.tally["removals"] += any(isinstance(e, PersonGone) for e in entry.events)
        if entry.tab:
            answers[entry.tab, entry.n] += 1
            refused |= {(entry.tab, e.n): e.reason for e in entry.events if isinstance(e, OpRefused)}
    assert set(answers.values()) <= {1}, "an op is in the log twice"
    for process in world.processes:
        assert process.board == board, "a process holds another board than the log"
    for tab in world.tabs:
        assert not tab.pending, f"pending at the end: {tab.pending}"
        if forgotten(board, tab):
            continue  # no answer to them is kept any more (R41)
        for n in range(1, tab.n + 1):
            if board.sealed and tab.refused.get(n) == "sealed":
                continue  # no answer is kept any more (R14)
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
