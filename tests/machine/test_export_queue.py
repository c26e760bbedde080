"""Making exports: processes of their own that may die, a queue that is fair, limits, and an event loop that goes on."""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from server.export import parent
from server.export import queue as queues
from server.export.packing import Packed, pack
from server.export.parent import ExportProcess, File
from server.export.queue import ExportQueue, JobQueue
from server.export.variants import Busy, ExportError, Variant
from tests.machine.test_export import crowd, future, history, method
from tests.machine.waiting import ended, read_until, turned, until_async

FUTURE = method("fremtidsvaerksted")
HISTORY = method("historievaerksted")


@pytest.fixture
async def queue() -> AsyncIterator[ExportQueue]:
    opened = ExportQueue()
    yield opened
    await opened.close()


@pytest.fixture
async def process() -> AsyncIterator[ExportProcess]:
    opened = ExportProcess()
    yield opened
    await opened.close()


class ByHand(ExportProcess):
    """A process whose files are made when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[tuple[bytes, Variant]] = []
        self.makes: asyncio.Queue[File | ExportError] = asyncio.Queue()

    async def make(self, packed: Packed, variant: Variant, *, within: float) -> File:
        self.begun.append((packed.data, variant))
        made = await self.makes.get()
        if isinstance(made, ExportError):
            raise made
        return made


def shown(text: str) -> Packed:
    return Packed(text.encode(), text.encode())


async def settle() -> None:
    """Every task waits: none of them goes through more than these turns between two things that it waits for."""
    await turned(20)


SVG, PNG, PDF = (Variant.of(format=name) for name in ("svg", "png", "pdf"))


# The queue


async def test_H6_boards_take_turns_however_much_one_asks_for() -> None:
    jobs = JobQueue(within=60, process=(hand := ByHand()))
    asked = [("loud", variant) for variant in (SVG, PNG, PDF)] + [("quiet", SVG), ("other", PDF)]
    tasks = [asyncio.create_task(jobs.get(board, shown(board), variant)) for board, variant in asked]
    await settle()
    for _ in asked:
        hand.makes.put_nowait((b"x",))
    await asyncio.gather(*tasks)
    order = [(data.decode(), variant.format) for data, variant in hand.begun]
    assert order == [("loud", "svg"), ("quiet", "svg"), ("other", "pdf"), ("loud", "png"), ("loud", "pdf")]


async def test_H6_equal_requests_share_one_file_which_is_kept() -> None:
    jobs = JobQueue(within=60, process=(hand := ByHand()))
    tasks = [asyncio.create_task(jobs.get(board, shown("same"), SVG)) for board in ("b",) * 200]
    await settle()
    hand.makes.put_nowait((b"x", b"y"))
    assert {await task for task in tasks} == {(b"x", b"y")}
    assert await jobs.get("b", shown("same"), SVG) == (b"x", b"y")
    assert len(hand.begun) == 1


async def test_what_waits_is_made_of_the_newest_board() -> None:
    jobs = JobQueue(within=60, process=(hand := ByHand()))
    first = asyncio.create_task(jobs.get("b", shown("running"), SVG))
    await settle()
    waiting = [asyncio.create_task(jobs.get("b", shown(text), SVG)) for text in ("old", "older", "new")]
    await settle()
    hand.makes.put_nowait((b"1",))
    hand.makes.put_nowait((b"2",))
    assert [await task for task in (first, *waiting)] == [(b"1",), (b"2",), (b"2",), (b"2",)]
    assert [data for data, _ in hand.begun] == [b"running", b"new"]


async def test_H6_one_board_may_wait_for_some_and_all_for_many() -> None:
    jobs = JobQueue(within=60, process=(hand := ByHand()))
    variants = [Variant.of(format=name, size=size) for name in ("svg", "png", "pdf") for size in ("a4", "a3", "a2")]
    tasks = [asyncio.create_task(jobs.get("b", shown("b"), variant)) for variant in variants]
    await settle()
    refused = [task for task in tasks if task.done()]
    assert len(refused) == len(variants) - queues.OF_ONE_BOARD
    for task in refused:
        with pytest.raises(Busy) as caught:
            task.result()
        assert caught.value.retry_after > 0
    others = [asyncio.create_task(jobs.get(f"b{i}", shown(f"b{i}"), SVG)) for i in range(queues.WAITING)]
    await settle()
    assert sum(task.done() for task in others) == queues.OF_ONE_BOARD - 1, "one of the first is being made"
    await jobs.close()
    left = await asyncio.gather(*tasks, *others, return_exceptions=True)
    assert all(isinstance(each, ExportError) for each in left), "who waits is told when the server stops"
    assert len(hand.begun) == 1


async def test_H6_who_leaves_gives_up_the_place_and_not_the_file_of_others() -> None:
    jobs = JobQueue(within=60, process=(hand := ByHand()))
    making = asyncio.create_task(jobs.get("a", shown("a"), SVG))
    await settle()
    leaving, staying, alone = (asyncio.create_task(jobs.get("b", shown("b"), variant)) for variant in (SVG, SVG, PNG))
    await settle()
    leaving.cancel()
    alone.cancel()
    await settle()
    for _ in range(2):
        hand.makes.put_nowait((b"x",))
    assert await making == await staying == (b"x",)
    await settle()
    assert [variant for _, variant in hand.begun] == [SVG, SVG], "what nobody waits for is not made"


async def test_an_error_is_that_of_one_file_only() -> None:
    jobs = JobQueue(within=60, process=(hand := ByHand()))
    tasks = [asyncio.create_task(jobs.get(board, shown(board), SVG)) for board in "abc"]
    await settle()
    for made in ((b"1",), ExportError("no"), (b"3",)):
        hand.makes.put_nowait(made)
    one, two, three = await asyncio.gather(*tasks, return_exceptions=True)
    assert (one, three) == ((b"1",), (b"3",))
    assert isinstance(two, ExportError)
    again = asyncio.create_task(jobs.get("b", shown("b"), SVG))
    hand.makes.put_nowait((b"2",))
    assert await again == (b"2",), "an error is not kept"


async def test_kept_files_are_few_and_not_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "KEPT_BYTES", 1_000)
    jobs = JobQueue(within=60, process=(hand := ByHand()))
    for i in range(queues.KEPT + 3):
        hand.makes.put_nowait((b"x" * 10,))
        await jobs.get("b", shown(f"{i}"), SVG)
    assert len(jobs._kept) == queues.KEPT
    hand.makes.put_nowait((b"x" * 990,))
    await jobs.get("b", shown("large"), SVG)
    assert len(jobs._kept) == 2


# The process


async def test_H6_a_killed_process_costs_one_export_and_is_replaced(queue: ExportQueue) -> None:
    large = replace(crowd("fremtidsvaerksted", 1_000), id="large")
    lost = asyncio.create_task(queue.get(board=large, method=FUTURE, state=1, variant=PDF))
    kept = asyncio.create_task(queue.get(board=history("Covid-19"), method=HISTORY, state=1, variant=PDF))
    await until_async(lambda: queue.posters.process.pid, what="a process has been started")
    pid = queue.posters.process.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ExportError):
        await lost
    assert b"".join(await kept).startswith(b"%PDF")
    assert queue.posters.process.pid not in (None, pid)


async def test_H6_an_export_that_takes_too_long_is_given_up(process: ExportProcess) -> None:
    large = pack(crowd("fremtidsvaerksted", 2_000), FUTURE)
    with pytest.raises(ExportError, match="in time"):
        await process.make(large, PNG, within=0.3)
    assert b"".join(await process.make(pack(future(), FUTURE), PNG, within=60)).startswith(b"\x89PNG")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory so")
async def test_H6_an_export_that_takes_too_much_memory_fails_alone() -> None:
    process = ExportProcess(memory=200)
    try:
        with pytest.raises(ExportError):
            await process.make(pack(future(), FUTURE), Variant.of(format="png", size="a1"), within=60)
        assert b"Flow" in b"".join(await process.make(pack(future(), FUTURE), Variant.of(format="md"), within=60))
    finally:
        await process.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_H6_the_process_has_no_secret_and_gives_up_what_it_does_not_need(
    process: ExportProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TAVLE_KEY", "REDIS_URL", "TAVLE_DATA"):
        monkeypatch.setenv(name, "canary")
    await process.make(pack(future(), FUTURE), Variant.of(format="md"), within=60)
    own = Path(f"/proc/{process.pid}")
    assert b"canary" not in (own / "environ").read_bytes()
    limits = {line[:25].strip(): line[25:].split()[:2] for line in (own / "limits").read_text().splitlines()}
    assert limits["Max address space"] == [str(parent.MEMORY * 1024 * 1024)] * 2
    assert limits["Max core file size"] == limits["Max file size"] == ["0", "0"]
    assert (own / "stat").read_text().rpartition(")")[2].split()[16] == str(min(19, os.nice(0) + 5))
    files = {os.readlink(file) for file in (own / "fd").iterdir()}
    assert len([name for name in files if name.startswith("socket")]) == 1, "only its input and output"
    assert files - {"/dev/null"} == {name for name in files if name.startswith("socket")}


async def test_an_idle_process_is_ended(process: ExportProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "IDLE", 0.05)
    await process.make(pack(future(), FUTURE), Variant.of(format="md"), within=60)
    first = process.pid
    assert first is not None
    await process.make(pack(future(), FUTURE), Variant.of(format="csv"), within=60)
    assert process.pid == first, "one process for many"
    process.rest()
    await until_async(lambda: process.pid is None, what="the process is ended")
    await asyncio.to_thread(ended, first, what="the process has ended")


async def test_a_process_that_has_grown_is_replaced() -> None:
    process = ExportProcess(memory=420)  # it may keep a sixth
    try:
        await process.make(pack(future(), FUTURE), Variant.of(format="md"), within=60)
        small = process.pid
        await process.make(pack(crowd("fremtidsvaerksted", 120), FUTURE), PNG, within=60)
        assert process.pid == small
        await process.make(pack(future(), FUTURE), SVG, within=60)
        assert process.pid != small
    finally:
        await process.close()


_OWNER = """
import asyncio, sys
from server.export.queue import ExportQueue
from server.export.variants import Variant
from tests.machine.test_export import crowd, method
from tests.machine.waiting import until_async
async def main():
    queue, name = ExportQueue(), "fremtidsvaerksted"
    variant = Variant.of(format="png")
    making = asyncio.create_task(queue.get(board=crowd(name, 2000), method=method(name), state=1, variant=variant))
    await until_async(lambda: queue.posters.process.pid, what="a process has been started")
    print(queue.posters.process.pid, flush=True)
    await making  # it does not end before the test ends it
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_it_ends_with_its_web_process_also_in_the_midst_of_a_poster() -> None:
    with subprocess.Popen([sys.executable, "-c", _OWNER], stdout=subprocess.PIPE) as owner:
        pid = int(read_until(owner, "\n"))
        owner.kill()
        owner.wait()
        ended(pid, what="the process has ended with its parent")


# The event loop


async def test_S9_nothing_of_a_board_is_kept_but_what_the_wall_shows(queue: ExportQueue) -> None:
    made = future()
    gone = len(gc.get_referrers(made))
    first = await queue.get(board=made, method=FUTURE, state=(7, "a"), variant=Variant.of(format="md"))
    assert len(gc.get_referrers(made)) == gone
    later = replace(made, notes={})
    assert await queue.get(board=later, method=FUTURE, state=(7, "a"), variant=Variant.of(format="md")) == first
    assert await queue.get(board=later, method=FUTURE, state=(8, "b"), variant=Variant.of(format="md")) != first


async def test_the_loop_goes_on_while_everything_is_made(queue: ExportQueue) -> None:
    boards = [(replace(crowd("historievaerksted", 2_000, seed=n), id=f"b{n}"), HISTORY) for n in range(4)]
    variants = [
        queue.get(board=b, method=m, state=1, variant=Variant.of(format=name))
        for b, m in boards
        for name in ("csv", "json")
    ]
    variants.append(queue.get(board=crowd("fremtidsvaerksted", 150), method=FUTURE, state=1, variant=PNG))
    making: asyncio.Future[Any] = asyncio.gather(*variants)
    turns = itertools.count()
    await until_async(lambda: next(turns) and making.done(), what="every file")
    assert next(turns) > 20
    *texts, picture = await making
    assert b"".join(picture).startswith(b"\x89PNG")
    assert all(len(b"".join(text)) > 100_000 for text in texts)


@pytest.mark.parametrize(
    "wrong", [{"format": "exe"}, {"format": "pdf", "size": "a0"}, {"format": "md", "lang": "xx"}, {"format": "../x"}]
)
def test_an_unknown_variant_is_refused_in_a_plain_sentence(wrong: dict[str, str]) -> None:
    with pytest.raises(ExportError, match=r"^There is no .*: ask for "):
        Variant.of(**wrong)
