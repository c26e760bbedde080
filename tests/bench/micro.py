"""Micro-benchmarks of the rules: decide, fold, view, diff and pack on a board of 200 people and 500 notes.

CPU time of this process, garbage collection off while a sample runs: loops are doubled until a sample takes long
enough, several samples are taken, the median stands in the table with the smallest and largest beside it. What may
not live here: sockets, stores, and any time that something fails by.
"""

import gc
import itertools
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from board_schema import commands, decide, fold, method, method_file, patch, view, wire
from board_schema.board import DAY, Actor, Board
from board_schema.events import Entry
from server.boards import fanout, session

METHOD = Path(__file__).parent / "methods" / "bench.toml"
PEOPLE, NOTES = 200, 500
NOW = 1_700_000_000_000
SAMPLE = 0.05  # seconds of CPU in a sample, at least
SAMPLES = 9

Figures = dict[str, Any]


def measure(*, quick: bool = False) -> list[Figures]:
    """A line for each step: its name, median, smallest and largest sample, in microseconds of CPU."""
    return [_measured(name, work, quick=quick) for name, work in _works().items()]


def show(figures: list[Figures]) -> None:
    """Print them as a table."""
    print(f"\nRules, on a board of {PEOPLE} people and {NOTES} notes: microseconds of CPU (smallest .. largest sample)")
    for line in figures:
        print(f"  {line['name']:44} {line['us']:10,.2f}   ({line['least']:,.2f} .. {line['most']:,.2f})")


def _measured(name: str, work: Callable[[], object], *, quick: bool) -> Figures:
    long_enough = SAMPLE / 10 if quick else SAMPLE
    loops = 1
    while (spent := _sample(work, loops)) < long_enough:
        loops *= 2 if spent > long_enough / 10 else 8
    taken = [_sample(work, loops) / loops * 1e6 for _ in range(3 if quick else SAMPLES)]
    middle = statistics.median(taken)
    return {"name": name, "us": middle, "least": min(taken), "most": max(taken), "loops": loops, "samples": len(taken)}


def _sample(work: Callable[[], object], loops: int) -> float:
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        for _ in range(loops):
            work()
        return time.process_time() - start
    finally:
        gc.enable()


class _Log:
    """A board and how it came about."""

    def __init__(self, script: method.Method) -> None:
        self.script = script
        self.board = Board()

    def add(self, events: list[Any], *, pid: str, tab: str = "", n: int = 0) -> Entry:
        entry = Entry(events=tuple(events), pid=pid, tab=tab, n=n, at=NOW)
        self.board = fold.fold(self.board, self.board.version + 1, entry)
        return entry

    def op(self, pid: str, n: int, name: str, args: dict[str, Any]) -> Entry:
        command = commands.parse(name, args)
        events = decide.decide(self.board, self.script, Actor(pid, "participant"), command, NOW)
        return self.add(events, pid=pid, tab=f"{pid}.tab", n=n)


def _full_board() -> _Log:
    log = _Log(method_file.parse(METHOD.read_text(encoding="utf-8"), file=METHOD.name))
    made = decide.create(
        log.script, board_id="b", seed="seed", pid="F", seat="seatF", now=NOW, this_year=2026, keep=30 * DAY
    )
    log.add(made, pid="F")
    for i in range(PEOPLE):
        named = {"pid": f"P{i}", "seat": f"seat{i:04}", "name": f"Navn {i}"}
        who = decide.join(log.board, log.script, **named, role="participant", remote=False, now=NOW)
        log.add(who, pid=f"P{i}")
    dice = random.Random(1)
    for i in range(NOTES):
        note = f"n{dice.getrandbits(60):015x}"
        args = {"note": note, "text": f"Vi mangler tid til overlevering {i}", "sheet": "wall", "lane": "left"}
        log.op(f"P{i % PEOPLE}", i // PEOPLE + 1, "write", args)
    return log


def _works() -> dict[str, Callable[[], object]]:
    log = _full_board()
    before, script = log.board, log.script
    actor = Actor("P7", "participant")
    wish = {"note": "n_new_note_00", "text": "Vi mangler tid til overlevering", "sheet": "wall", "lane": "left"}
    shift = {"note": next(iter(before.notes)), "lane": "right", "spot": 3}
    op = wire.pack(["op", 9, "write", wish])
    write, move = commands.parse("write", wish), commands.parse("move", shift)
    entry = log.op("P7", 9, "write", wish)
    after = log.board
    seen_by = view.audience(before, actor)
    shown = view.view(before, script, seen_by)
    now_shown = view.view(after, script, seen_by, (before, shown))
    change = patch.diff(shown, now_shown)
    everything = patch.diff({}, now_shown)
    stored = wire.pack_entry(entry)
    frame = wire.patch(after.version, everything)
    return {
        "read an op's frame (unpack, check)": lambda: wire.read(op),
        "parse a command": lambda: commands.parse("write", wish),
        "decide: write": lambda: decide.decide(before, script, actor, write, NOW),
        "decide: move": lambda: decide.decide(before, script, actor, move, NOW),
        "pack an entry": lambda: wire.pack_entry(entry),
        "unpack an entry": lambda: wire.unpack_entry(stored),
        "fold an entry": lambda: fold.fold(before, after.version, entry),
        "view, from nothing": lambda: view.view(after, script, seen_by),
        "view, sharing what did not change": lambda: view.view(after, script, seen_by, (before, shown)),
        "personal layer of one person": lambda: view.personal(after, script, actor),
        "diff, one note new": lambda: patch.diff(shown, now_shown),
        "diff, the first picture": lambda: patch.diff({}, now_shown),
        "pack a patch, one note": lambda: wire.patch(after.version, change),
        f"pack a patch, the whole board ({len(frame):,} bytes)": lambda: wire.patch(after.version, everything),
        "pack a snapshot": lambda: wire.pack_board(after),
        "unpack a snapshot": _unpacking(wire.pack_board(after)),
        "a note is moved: decide, fold, show 20 phones": _shown_to(20),
        "a note is moved: decide, fold, show 200 phones": _shown_to(200),
    }


def _shown_to(phones: int) -> Callable[[], object]:
    """A change on its way to every screen of a board, up to the frames: it should cost the board, not the phones.

    What the 200 cost more than the 20 is the walk over the screens; sending is measured by the workloads.
    """
    log = _full_board()
    feed = fanout.FanOut("b", cast(Any, None), method=lambda: log.script, now=lambda: NOW)
    who = [("facilitator", "F"), ("wall", ""), *(("participant", f"P{i}") for i in range(phones))]
    screens = [session.Session(pid=pid, role=cast(Any, role), tab=f"{pid}.screen", seen=0) for role, pid in who]
    note = next(note for note in log.board.notes.values() if note.author == "P0")
    count = itertools.count(1000)

    def work() -> None:
        n = next(count)
        log.op("P0", n, "move", {"note": note.id, "lane": "left", "spot": n % 7})
        feed.update(log.board, loaded=False, erased=False, epoch=0)
        for screen in screens:
            screen.catch_up(feed)

    work()
    return work


def _unpacking(data: bytes) -> Callable[[], object]:
    return lambda: wire.unpack_board(data)
