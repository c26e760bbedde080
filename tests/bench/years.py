"""What three years of a programme cost, beside a workshop of one evening: on one server each, in the same run.

A whole Tavle serves the board as it is stored after use: a snapshot, and the log behind it. Those who are in it connect
over real sockets: console, wall and 15 phones. What may not live here: any time that something fails by.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from board_schema import wire
from board_schema.board import Board
from board_schema.method import Method
from board_schema.patch import diff
from board_schema.rules import circles
from board_schema.view import Audience, Since, view
from board_schema.view.version_records import version_of
from server import store
from server.process.socket_folder import socket_of
from tests.bench.proc import cpu_seconds, memory, tree
from tests.machine.stored import stored
from tests.machine.talk import Tab, call
from tests.rules.handings import put
from tests.rules.play import Table
from tests.rules.years import Size, years
from tests.screens.house import House

PEOPLE, NOTES = 15, 150  # of the workshop
EVERY = 0.1  # seconds between two ops
FILES = ("export/t.md", "export/t.json", "export/t.svg", "report/t.md", "report/t.pdf")

Figures = dict[str, Any]


def measure(*, quick: bool = False) -> list[Figures]:
    """A workshop, then the programme: sizes in bytes, times in milliseconds, memory in MiB."""
    size = Size(workshops=4, points=60, versions=2, trials=8, links=80, diary=4, lifts=2) if quick else Size()
    there = years(size=size).there
    there.do("F", "sitting", on=True)
    for number in range(PEOPLE):
        there.join(f"P{number + 1}")
    evening = Table("fremtidsvaerksted", people=PEOPLE, show=False, board_id="workshop0001")
    evening.go("critique")
    lanes = ("critique", "dream", "realise")
    for number in range(NOTES // 10 if quick else NOTES):
        text = "Vi mangler tid til overlevering" + " ord" * (number % 9)
        put(evening, sheet="columns", lane=lanes[number % 3], text=text, who=f"P{number % PEOPLE + 1}")
    seconds = 1.0 if quick else 8.0
    return [
        _one("workshop", evening, "critique", {"sheet": "columns", "lane": "critique"}, seconds),
        _one("programme", there, "show", {"sheet": "answers", "lane": "known"}, seconds),
    ]


def show(figures: list[Figures]) -> None:
    """Print them as a table: the workshop, the programme, and how many times that is."""
    workshop, programme = figures
    print(f"\nYears: a workshop of {workshop['notes']:,} notes, and a programme of {programme['notes']:,}")
    print(f"  {'':52} {'workshop':>12} {'programme':>12} {'x':>6}")
    for name in programme:
        if name not in ("name", "notes"):
            one, other = workshop.get(name), programme[name]
            ratio = f"{other / one:6.2f}" if one else ""
            print(f"  {name:52} {'-' if one is None else f'{one:,.2f}':>12} {other:>12,.2f} {ratio:>6}")


def _one(name: str, table: Table, to: str, place: Figures, seconds: float) -> Figures:
    figures: Figures = {"name": name, "notes": len(table.board.notes)}
    figures |= _sizes(table) | _rules(table)
    if table.board.round != to:
        table.go(to)
    return figures | asyncio.run(_served(table, place, seconds))


def _sizes(table: Table) -> Figures:
    """Bytes that somebody is sent who comes in, and that are stored."""
    found = {f"{role}, first view, bytes": _sent(table, role) for role in ("facilitator", "wall", "participant")}
    if table.board.programme:
        for to in ("show", "trials", "followup"):
            table.go(to)
            found[f"participant in {to}, first view, bytes"] = _sent(table, "participant")
        table.go("home")
    return found | {"snapshot, bytes": len(wire.pack_board(table.board)), "log, entries": len(table.log)}


def _sent(table: Table, role: str) -> int:
    return len(wire.patch(1, diff({}, view(table.board, table.method, Audience(role)))))


def _rules(table: Table) -> Figures:
    """Milliseconds of CPU in the rules."""
    board, method = table.board, table.method
    packed = wire.pack_board(board)
    works: dict[str, Callable[[], object]] = {
        "snapshot, unpacked, ms": lambda: wire.unpack_board(packed),
        "snapshot, packed, ms": lambda: wire.pack_board(board),
        "wall's view from nothing, ms": lambda: view(_new(board), method, Audience("wall")),
        "participant's view from nothing, ms": lambda: view(_new(board), method, Audience("participant")),
    }
    if board.programme:
        story = method.sheet("story")
        assert story is not None
        shown = frozenset(one for one, note in board.notes.items() if note.sheet == "story")
        last = board.versions["story"][-1].number
        works["circles, ms"] = lambda: circles(board, method, story, shown)
        works["version record, ms"] = lambda: version_of(board, method, "story", last)
    return {what: _ms(work) for what, work in works.items()} | {"an op and everybody's views, ms": _op(table, method)}


def _new(board: Board) -> Board:
    """The same board without what it has kept of itself."""
    return replace(board)


def _ms(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(7):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1e3)
    return statistics.median(taken)


def _op(table: Table, method: Method) -> float:
    """A note is edited, and console, wall and phones are shown it: what is new is made once an audience."""
    note = next(one for one, note in table.board.notes.items() if note.sheet in ("story", "columns"))
    seen = [Audience("facilitator"), Audience("wall"), Audience("participant")]
    kept = {one: view(table.board, method, one) for one in seen}
    taken = []
    table.go("patterns" if table.board.programme else table.board.round)
    for number in range(20):
        before = table.board
        kept = {one: view(before, method, one) for one in seen} if number == 0 else kept
        began = time.process_time()
        table.do("F", "edit", note=note, text=f"Sagt på en anden måde, {number}")
        since = Since(before, table.board)
        after = {one: view(table.board, method, one, (before, shown), since) for one, shown in kept.items()}
        for one, shown in after.items():
            wire.patch(1, diff(kept[one], shown))
        taken.append((time.process_time() - began) * 1e3)
        kept = after
    return statistics.median(taken)


async def _served(table: Table, place: Figures, seconds: float) -> Figures:
    with tempfile.TemporaryDirectory(prefix="tavle-bench-") as folder:
        house = await asyncio.to_thread(House, Path(folder))
        try:
            tokens = await _stored(table, f"unix://{socket_of(Path(folder))}")
            return await _used(house, table, tokens, place, seconds)
        finally:
            await asyncio.to_thread(house.stop)


async def _stored(table: Table, url: str) -> dict[str, str]:
    """The board in the store as upkeep leaves it; tokens by who has them."""
    shelf = store.connect(url, embedded=True)
    await shelf.start()
    try:
        return await stored(shelf, table)
    finally:
        await shelf.close()


def _web(house: House) -> list[int]:
    """The house's web process."""
    pids = tree([house._process.pid])
    return [pid for pid in pids if b"server.process.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def _used(house: House, table: Table, tokens: dict[str, str], place: Figures, seconds: float) -> Figures:
    web = _web(house)
    board = table.board.id
    figures: Figures = {"idle before it is opened, MiB": memory(web)[0] / 2**20}
    began = time.perf_counter()
    lead = await Tab(house.base, board, tokens["F"]).open()
    figures["opened by a console, ms"] = (time.perf_counter() - began) * 1e3
    before, began = cpu_seconds(web), time.perf_counter()
    people = [await Tab(house.base, board, tokens[f"P{number + 1}"]).open() for number in range(PEOPLE)]
    figures["a phone comes in, ms"] = (time.perf_counter() - began) * 1e3 / PEOPLE
    figures["a phone comes in, server's CPU ms"] = (cpu_seconds(web) - before) * 1e3 / PEOPLE
    tabs = [lead, *people, await Tab(house.base, board, tokens["W"]).open()]
    for tab in tabs:  # a pong comes after all that opening it began to send (SPEC P15)
        await tab.send(["ping", began])
        await tab.until(lambda tab=tab: ["pong", began] in tab.frames)
    figures["17 screens in it, MiB more"] = memory(web)[0] / 2**20 - figures["idle before it is opened, MiB"]
    before = cpu_seconds(web)
    await asyncio.sleep(seconds)  # what is measured: a board on which nothing happens
    figures["quiet, CPU ms a second"] = (cpu_seconds(web) - before) * 1e3 / seconds
    took: list[float] = []
    before, ends = cpu_seconds(web), time.perf_counter() + seconds
    while (began := time.perf_counter()) < ends:
        assert await people[len(took) % PEOPLE].do("write", note=table.new_note(), text="Det kender jeg", **place) == ""
        took.append((time.perf_counter() - began) * 1e3)
        await asyncio.sleep(max(0.0, began + EVERY - time.perf_counter()))  # the pace that is measured
    figures["a note, server's CPU ms"] = (cpu_seconds(web) - before) * 1e3 / len(took)
    figures["a note until it is answered, p50 ms"] = statistics.median(took)
    for path in FILES if table.board.programme else FILES[:3]:
        began = time.perf_counter()
        answer = await call(house.base, f"/api/board/{board}/{path}", token=tokens["F"])
        if answer.status == 200:
            what, _, form = path.partition("/t.")
            figures[f"{what} as {form}, ms"] = (time.perf_counter() - began) * 1e3
    for tab in tabs:
        await tab.close()
    return figures
