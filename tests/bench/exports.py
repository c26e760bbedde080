"""What exports cost those who are in a workshop: how long the event loop is held, and how long ops wait elsewhere.

A web process as it is shipped serves eight boards of 2,000 notes and a workshop in which four people edit their drafts;
a client in a process of its own asks for a text of each of the eight and for three posters of each, all at once. The
figures of the seconds before stand beside. What may not live here: any time that something fails by.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvloop

from board_schema import decide, method_file, wire
from board_schema.board import DAY, IDLE_CLOSE, Note
from board_schema.events import Entry, NotePut
from server import store
from server.doors import access
from server.process import worker
from server.process.embedded import EmbeddedValkey
from server.settings import Settings
from server.store import Credential
from tests.machine.talk import PLACE, Tab, call, join, new_workshop

METHOD = Path(decide.__file__).parents[1] / "methods" / "fremtidsvaerksted.toml"
BOARDS, NOTES, EDITORS = 8, 2_000, 4
EVERY = 0.08  # seconds between two edits of one person: below the limit of ops
TEXTS = ("md", "csv", "json")
POSTERS = ("svg", "png", "pdf")
LOOK = 0.001  # seconds between two looks at the loop

Figures = dict[str, Any]


def measure(*, quick: bool = False) -> Figures:
    """Longest hold of the loop, most computed in one, and ops' p50 and p99, in milliseconds.

    Each before exports are asked for (`quiet`), and while they are made (`busy`).
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measured(notes=NOTES // 10 if quick else NOTES, seconds=1.5 if quick else 8.0))


def show(figures: Figures) -> None:
    """Print them as a table."""
    asked = f"{BOARDS} texts and {len(POSTERS) * BOARDS} posters of {figures['notes']:,} notes"
    print(f"\nExports: {asked}, asked for at once; milliseconds")
    for name, words in (("quiet", "before"), ("busy", "while they are made")):
        part = figures[name]
        print(
            f"  {words:20} longest hold of the loop {part['hold']:7.1f} (computed {part['computed']:5.1f})   "
            f"ops in another workshop (n {part['ops']:,}) p50 {part['p50']:6.1f}  p99 {part['p99']:6.1f}"
        )
    print(f"  texts that were answered: {figures['texts']} of {BOARDS}, the slowest after {figures['slowest']:,.0f} ms")


class _Holds:
    """Looks at the event loop again and again, and keeps the longest time that it did not go on.

    The most that its thread computed between two looks is kept too: on a busy machine it also stands still when
    others compute.
    """

    def __init__(self) -> None:
        self._longest = self._computed = 0.0

    async def watch(self) -> None:
        while True:
            began, computed = time.perf_counter(), time.thread_time()
            await asyncio.sleep(LOOK)  # what is measured: how much later the loop goes on
            self._longest = max(self._longest, time.perf_counter() - began - LOOK)
            self._computed = max(self._computed, time.thread_time() - computed)

    def taken(self) -> Figures:
        """Both in milliseconds, since this was last asked."""
        found = {"hold": self._longest * 1e3, "computed": self._computed * 1e3}
        self._longest = self._computed = 0.0
        return found


async def _measured(*, notes: int, seconds: float) -> Figures:
    with tempfile.TemporaryDirectory(prefix="tavle-bench-") as folder, EmbeddedValkey(Path(folder)) as valkey:
        boards = await _filled(valkey.url, notes=notes)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port: int = listening.getsockname()[1]
            own = Settings(port=port, redis_url=valkey.url, data_dir=Path(folder), host="127.0.0.1", key="K" * 16)
            server = worker.make(replace(own, embedded=True))
            serving = asyncio.create_task(server._serve(sockets=[listening]))
            holds = _Holds()
            watching = asyncio.create_task(holds.watch())
            try:
                return await _asked(f"http://127.0.0.1:{port}", boards, holds, seconds=seconds) | {"notes": notes}
            finally:
                watching.cancel()
                server.should_exit = True
                await serving


async def _asked(base: str, boards: list[tuple[str, str]], holds: _Holds, *, seconds: float) -> Figures:
    """What the client says, with the holds of the loop in each of its parts."""
    words = [sys.executable, "-m", "tests.bench.exports", base, json.dumps(boards), str(seconds)]
    client = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert client.stdout is not None
    figures: Figures = {}
    while line := await client.stdout.readline():
        name, _, rest = line.decode().partition(" ")
        if name in ("quiet", "busy"):
            figures[name] = json.loads(rest) | holds.taken()
        elif name == "texts":
            figures |= json.loads(rest)
        else:
            holds.taken()
    if await client.wait():
        raise RuntimeError("the client of the exports' benchmark failed")
    return figures


async def _filled(url: str, *, notes: int) -> list[tuple[str, str]]:
    """Boards in the store, each with the facilitator's token."""
    shelf = store.connect(url, embedded=True)
    await shelf.start()
    text = METHOD.read_text(encoding="utf-8")
    script = method_file.parse(text, file=METHOD.name)
    lanes = [lane.id for lane in script.sheets[0].lanes]
    made = []
    for number in range(BOARDS):
        board, token, now = access.text_of(secrets.token_bytes(16)), access.text_of(secrets.token_bytes(16)), _now()
        begun = decide.create(
            script, board_id=board, seed="seed", pid="F", seat="seatF", now=now, this_year=2026, keep=DAY
        )
        sheet = script.sheets[0].id
        written = [
            NotePut(
                note=Note(
                    id=f"n{number}_{i:012}", kind="note", text=f"Vi mangler tid {i}" + " ord" * (i % 9),
                    sheet=sheet, lane=lanes[i % len(lanes)], author="F", reach="all",
                )
            )
            for i in range(notes)
        ]  # fmt: skip
        entry = wire.pack_entry(Entry(events=(*begun, *written), pid="F", role="facilitator", at=now))
        tokens = [(access.digest(token), Credential("facilitator", "F"))]
        await shelf.create(board, method=text, entry=entry, tokens=tokens, expires=now + DAY, due=now + IDLE_CLOSE)
        made.append((board, token))
    await shelf.close()
    return made


def _now() -> int:
    return time.time_ns() // 1_000_000


# -- the client, in a process of its own ---------------------------------------------------


async def _client(base: str, boards: list[tuple[str, str]], seconds: float) -> None:
    made = await new_workshop(base)
    tabs = []
    for _ in range(EDITORS):
        way = await join(base, made["code"])
        tabs.append(await Tab(base, made["board"], way["token"]).open())
    drafts = [await tab.write("kladde", **PLACE) for tab in tabs]
    for board, token in boards:  # whoever exports has the board open
        await call(base, f"/api/board/{board}/door", token=token)
    await _edited(tabs, drafts, 0.5)
    print("begun", flush=True)
    print("quiet", json.dumps(await _edited(tabs, drafts, seconds)), flush=True)
    began = time.perf_counter()
    asking = [
        asyncio.create_task(_export(base, board, token, form, began))
        for at, (board, token) in enumerate(boards)
        for form in (TEXTS[at % len(TEXTS)], *POSTERS)
    ]
    print("busy", json.dumps(await _edited(tabs, drafts, seconds)), flush=True)
    texts = [asking[at] for at in range(0, len(asking), 1 + len(POSTERS))]
    took = await asyncio.gather(*texts)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    found = [ms for ms in took if ms is not None]
    print("texts", json.dumps({"texts": len(found), "slowest": max(found, default=0.0)}), flush=True)
    for tab in tabs:
        await tab.close()


async def _export(base: str, board: str, token: str, form: str, began: float) -> float | None:
    """Milliseconds until the file has come; None when it is refused."""
    reply = await call(base, f"/api/board/{board}/export/t.{form}", token=token)
    return (time.perf_counter() - began) * 1e3 if reply.status == 200 else None


async def _edited(tabs: list[Tab], drafts: list[str], seconds: float) -> Figures:
    """How long ops took until they were answered, in milliseconds."""
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def edit(tab: Tab, note: str) -> None:
        while (began := time.perf_counter()) < end:
            assert not await tab.do("edit", note=note, text=f"kladde {began}")
            took.append((time.perf_counter() - began) * 1e3)
            await asyncio.sleep(max(0.0, began + EVERY - time.perf_counter()))  # the pace that is measured

    await asyncio.gather(*map(edit, tabs, drafts))
    cuts = statistics.quantiles(took, n=100)
    return {"ops": len(took), "p50": cuts[49], "p99": cuts[98]}


if __name__ == "__main__":
    asyncio.run(_client(sys.argv[1], json.loads(sys.argv[2]), float(sys.argv[3])))
