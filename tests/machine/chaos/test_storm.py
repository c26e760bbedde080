"""T11: after a restart of the web process all clients reconnect, with few attempts, and get the whole view."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from pathlib import Path

from tests.machine.chaos.crowd import GUARD, Member, crowd, until
from tests.machine.chaos.houses import running
from tests.machine.talk import join, new_workshop

PHONES = int(os.environ.get("TAVLE_PHONES") or 500)
MOST_ATTEMPTS = 10
IN_VAIN = 1  # attempts of each that nobody answers; each lasts ten seconds, since the port stays open
AT_ONCE = 20  # joins


async def test_T11_everybody_comes_back_after_the_web_process_was_killed(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with running(tmp_path / "data") as house:
        made = await new_workshop(house.base)
        gate = asyncio.Semaphore(AT_ONCE)

        async def come() -> Member:
            async with gate:
                return Member(house.base, await join(house.base, made["code"]), chance=chance)

        began = time.monotonic()
        members = list(await asyncio.gather(*(come() for _ in range(PHONES))))
        joined = time.monotonic() - began
        print(f"{joined:6.1f} s: {PHONES} have joined", flush=True)
        async with crowd([Member(house.base, made, chance=chance), *members]) as everybody:
            opened = time.monotonic() - began - joined
            print(f"{joined + opened:6.1f} s: all are in", flush=True)
            everyone_seated = {key for key in everybody[0].view if key.startswith("seat:")}
            assert len(everyone_seated) == PHONES + 1
            # Nobody starts it again until everybody has noticed, and tried in vain.
            house.process.send_signal(signal.SIGSTOP)
            house.kill(house.web())
            killed = time.monotonic()
            await until(everybody, lambda: all(m.attempts > IN_VAIN for m in everybody))
            assert not any(m.full for m in everybody)
            down = time.monotonic() - killed
            house.process.send_signal(signal.SIGCONT)
            began = time.monotonic()
            await until(everybody, lambda: all(m.full for m in everybody))
            back = time.monotonic() - began
            for member in everybody:
                assert everyone_seated <= member.view.keys(), "not the whole picture"
                assert member.over is None
            attempts = [m.most_attempts for m in everybody]
            print(f"{PHONES} joined in {joined:.1f} s, opened in {opened:.1f} s;", end=" ")
            print(f"{down:.1f} s down, all back after {back:.1f} s")
            codes = sorted({int(code) for m in everybody for code in m.codes})
            print(f"attempts: most {max(attempts)}, {sum(attempts)} in all; codes {codes}")
            assert max(attempts) <= MOST_ATTEMPTS
            assert back < GUARD
        assert "Traceback" not in house.printed
