"""T15: after people have come and gone, no task, file descriptor, room or other memory of them is left."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import random
import resource
import statistics
import sys
import time

from server.boards import rooms as rooms_module
from tests.machine.chaos.crowd import Member, crowd, until
from tests.machine.conftest import House
from tests.machine.talk import join, new_workshop

PHONES, TIMES = 200, 20
WARM = 6  # turns after which caches, pools and the allocator's arenas are as large as they get
GROWTH = 0.05  # of the memory in use


def files() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


def memory() -> int:
    """Bytes in use now (Linux), else the most ever.

    What was freed is given back first: glibc keeps it in its arenas, and how much of it lies between live blocks
    differs from turn to turn by more than a leak that matters.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def test_T15_200_phones_that_come_and_go_leave_nothing_behind(house: House, seed: int) -> None:
    """Server and phones in one process, so that every task and file counts."""
    chance = random.Random(seed)
    app = house.server.config.app
    made = await new_workshop(house.base)
    ways = [await join(house.base, made["code"]) for _ in range(PHONES)]
    lead = Member(house.base, made, chance=chance).start()
    await lead.until(lambda: lead.full)
    room = next(r for r in app._rooms.open_rooms() if r.id == made["board"])

    def counted() -> tuple[int, int, int, int]:
        """Tasks, files, screens, connections."""
        return len(asyncio.all_tasks()), files(), len(room._fanout.screens), len(app._registry.all)

    async def level(wanted: tuple[int, int, int, int] | None) -> tuple[int, int, int, int]:
        """Wait until only the facilitator is there, and what is counted is what it was before."""
        await lead.until(lambda: lead.here == [lead.seat])
        try:
            async with asyncio.timeout(60):  # only against hanging
                while counted()[2:] != (1, 1) or (wanted is not None and counted() != wanted):
                    assert await lead.do("notice", show=True) == ""
        except TimeoutError:
            raise AssertionError(f"tasks, files, screens, connections: {wanted} before, {counted()} now") from None
        gc.collect()
        return counted()

    await level(None)
    before: tuple[int, int, int, int] | None = None
    memories: list[int] = []
    began = time.monotonic()
    for turn in range(TIMES):
        async with crowd([Member(house.base, way, chance=chance) for way in ways]) as members:
            await until(members, lambda members=members: all(m.full for m in members))
            for member in members:
                if turn % 2:
                    member.abort()
        before = await level(before)
        del members, member
        memories.append(memory())
    warm, end = statistics.median(memories[WARM : WARM + 3]), statistics.median(memories[-3:])
    print(f"{PHONES} phones x {TIMES} in {time.monotonic() - began:.1f} s")
    print(f"tasks, files, screens, connections: {before} after every turn")
    print(f"memory after each: {[round(m / 1e6) for m in memories]} MB;", end=" ")
    print(f"{100 * (end / warm - 1):+.1f} % since turn {WARM}")
    assert end <= warm * (1 + GROWTH), "memory grows"
    assert room.presence.here() == [lead.seat]
    assert dict(room.presence._seats) == {lead.seat: 1}
    assert not room.presence._drags
    assert not room._submissions.waiting
    await lead.stop()
    # The room itself goes when nobody has been there for a while.
    async with asyncio.timeout(60):  # only against hanging
        while app._registry.all:
            await asyncio.wait([handler.task for handler in app._registry.all])
        await room._upkeep.done()
    room.touched_at -= rooms_module.GRACE + 1
    await app._rooms._beat()
    assert room not in app._rooms.open_rooms()
    assert not [name for name in app._store.pubsub._listeners if room.id in name], (
        "the store still has a subscription for it"
    )
    assert not room.presence.here()
