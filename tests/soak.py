"""Long runs, by hand or at night: what the quick tests do, for as long as they are told.

    python tests/soak.py convergence --seeds 1000
    python tests/soak.py kills --kills 200            (as many of the web process and of the store)
    python tests/soak.py storm --phones 500
    python tests/soak.py board --minutes 30          (one open board: memory and files stay level)

Each prints lines while it goes, with the seed first, and ends with 0 when all held. What may not live here: a test that
a change waits for.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHAOS = "tests/machine/chaos"
PHONES = 60
PACE = 10  # notes' changes a second
LOOK = 10.0  # seconds between two lines
SETTLED = 0.2  # of the run: what is measured before it is the warming up; bins alone fill for ten minutes


def main() -> int:
    asked = _parser().parse_args()
    match asked.what:
        case "convergence":
            return _pytest("test_convergence.py", TAVLE_SEEDS=str(asked.seeds))
        case "kills":
            return _pytest("test_kills.py", TAVLE_KILLS=str(asked.kills))
        case "storm":
            return _pytest("test_storm.py", TAVLE_PHONES=str(asked.phones))
        case _:
            sys.path.insert(0, str(ROOT))
            return asyncio.run(board(minutes=asked.minutes, seed=asked.seed))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Long runs.")
    parser.add_argument("what", choices=["convergence", "kills", "storm", "board"])
    parser.add_argument("--seeds", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--phones", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    return parser


def _pytest(file: str, **environ: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-s", f"{CHAOS}/{file}"]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}).returncode


async def board(*, minutes: float, seed: int) -> int:
    """One board that people write on, move and delete on, come to and leave, all the time."""
    from tests.machine.chaos.crowd import Member, spread
    from tests.machine.chaos.houses import running
    from tests.machine.talk import join, new_workshop

    print(f"seed {seed}", flush=True)
    chance = random.Random(seed)
    place = {"sheet": "columns", "lane": "critique"}
    with tempfile.TemporaryDirectory(prefix="tavle-soak-") as folder, running(Path(folder) / "data") as house:
        made = await new_workshop(house.base)
        ways = [made, *[await join(house.base, made["code"]) for _ in range(PHONES)]]
        members = [Member(house.base, way, chance=chance).start() for way in ways]
        lead, *phones = members
        for member in members:
            await member.until(lambda member=member: member.full)
        assert await lead.do("round", to="critique") == ""
        began, said, measured = time.monotonic(), 0.0, list[tuple[float, int, int]]()
        while (gone := time.monotonic() - began) < minutes * 60:
            phone = chance.choice(phones)
            mine = [key[5:] for key in phone.mine if key.startswith("mine:")]
            if len(mine) < 10:
                phone.write(f"tekst {gone:.1f}", **place)
            elif chance.random() < 0.7:
                phone.op("edit", note=chance.choice(mine), text=f"rettet {gone:.1f}")
            else:
                phone.op("delete", note=chance.choice(mine))
            if chance.random() < 0.02:
                chance.choice(phones).abort()
            await asyncio.sleep(1 / PACE)  # the pace of people who write, which is played
            if gone - said >= LOOK:
                said = gone
                files = len(os.listdir(f"/proc/{house.web()}/fd"))
                measured.append((gone, house.memory(), files))
                delays = [delay for member in members for delay in member.delays]
                for member in members:
                    member.delays.clear()
                    for n in [n for n in member.ops if n not in member.unanswered][:-50]:
                        del member.ops[n]
                size = house.memory() / 1e6
                print(f"{gone:6.0f} s: {size:.0f} MB, {files} files, answers {spread(delays)}", flush=True)
        for member in members:
            await member.until(lambda member=member: member.full and not member.unanswered)
        for member in members:
            await member.stop()
        failures = _judged(measured)
        if "Traceback" in house.printed or "raised an exception" in house.printed:
            failures.append("the log tells of failures")
    print("held" if not failures else "; ".join(failures))
    return 1 if failures else 0


def _judged(measured: list[tuple[float, int, int]]) -> list[str]:
    """What grew: the second half of the run against what came after the warming up."""
    settled = measured[int(len(measured) * SETTLED) :]
    if len(settled) < 4:
        return []
    middle = len(settled) // 2
    failures = []
    for at, what, least in ((1, "memory", 10_000_000), (2, "files", 10)):
        first = max(row[at] for row in settled[:middle])
        last = max(row[at] for row in settled[middle:])
        if last > first * 1.1 + least:
            failures.append(f"{what} grew from {first} to {last}")
    return failures


if __name__ == "__main__":
    sys.exit(main())
