"""T15: of those who came and went nothing is left: no task, no file, no room, no memory of them."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import resource
import time

from server import rooms as rooms_module
from tests.machine.chaos.crowd import Member, crowd, until
from tests.machine.conftest import House
from tests.machine.talk import join, new_workshop

PHONES, TIMES = 200, 5


def files() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


def memory() -> int:
    """Bytes in use now (Linux), else the most ever."""
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

    async def level() -> tuple[int, int, int, int]:
        """Wait until only the facilitator is there; tasks, files, screens, connections."""
        await lead.until(lambda: lead.here == [lead.seat])
        while len(app._sockets.talks) > 1 or len(room.screens) > 1:
            assert await lead.do("notice", show=True) == ""
        gc.collect()
        return len(asyncio.all_tasks()), files(), len(room.screens), len(app._sockets.talks)

    before: tuple[int, int, int, int] | None = None
    memories = []
    began = time.monotonic()
    for turn in range(TIMES):
        async with crowd([Member(house.base, way, chance=chance) for way in ways]) as members:
            await until(members, lambda members=members: all(m.full for m in members))
            for member in members:
                if turn % 2:
                    member.abort()
        now = await level()
        memories.append(memory())
        # Two tasks or files of difference are the store's connections coming and going.
        if before is not None:
            assert all(abs(n - b) <= 3 for n, b in zip(now, before, strict=True)), f"{before} -> {now}"
        before = before or now
    grown = (memories[-1] - memories[0]) / 1e6
    print(
        f"{PHONES} phones x {TIMES} in {time.monotonic() - began:.1f} s; tasks, files, screens, connections {before};"
    )
    print(f"memory after each: {[round(m / 1e6) for m in memories]} MB, grown by {grown:.1f} MB since the first")
    assert room.presence.here() == [lead.seat]
    await lead.stop()
    # The room itself goes when nobody has been there for a while.
    async with asyncio.timeout(20):
        while app._sockets.talks:
            await asyncio.wait([talk.task for talk in app._sockets.talks])
        while room._chores:
            await asyncio.wait(room._chores)
    room.touched_at -= rooms_module.GRACE + 1
    await app._rooms._beat()
    assert room not in app._rooms.open_rooms()
