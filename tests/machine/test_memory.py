"""What is deleted is gone from the memory of the processes too: web process and embedded store (R14, R21, S9)."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest

from server.process import freed
from tests.machine.chaos.crowd import Member, crowd, until
from tests.machine.chaos.houses import Running, running
from tests.machine.lines import Line
from tests.machine.memory import found_in
from tests.machine.talk import PLACE, closed, join, new_workshop
from tests.machine.test_start import ROOT
from tests.machine.waiting import read_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read through /proc")

WITHIN = 150.0  # seconds; a guard: a minute and half a minute (S9), and what a busy machine adds
LOOK = 0.5  # seconds between two looks


def secret(kind: str, length: int = 0) -> str:
    """A text that stands nowhere else, with a letter that is not ASCII."""
    return f"{kind}-{secrets.token_hex(6)}-ø" + "x" * length


async def gone(house: Running, texts: list[str], *, what: str) -> None:
    """Wait until no text is in the memory of the house's web process or store; print how long that took.

    A process's memory has no event: it is looked at again and again, while the connections of the test live on.
    """
    began = time.monotonic()
    while any(left := [await asyncio.to_thread(found_in, pid, texts) for pid in (house.web(), house.store())]):
        assert time.monotonic() - began < WITHIN, f"{what}: web process and store hold {left}"
        await asyncio.sleep(LOOK)  # no event: see above
    print(f"{what}: nothing left {time.monotonic() - began:.1f} s later")


async def test_R14_S9_after_sealing_no_draft_and_no_name_is_in_the_memory_of_any_process(tmp_path: Path) -> None:
    with running(tmp_path / "data") as house:
        made = await new_workshop(house.base)
        names = [secret("navn") for _ in range(6)]
        drafts = [secret("kladde", length) for length in (0, 20, 100)] * 2
        drafts = [text if i < 3 else secret("kladde") for i, text in enumerate(drafts)]
        taken = secret("slettet")
        ways = [await join(house.base, made["code"], name=name) for name in names]
        line = Line(house.base, made["board"], ways.pop()["token"], way="poll")
        async with crowd([Member(house.base, way) for way in [made, *ways]]) as (lead, *phones):
            await line.open()
            assert await lead.do("round", to="critique") == ""
            for phone, text in zip(phones, drafts, strict=False):
                phone.write(text, **PLACE)
            bin_it = phones[0].write(taken, **PLACE)
            await line.write(drafts[5], **PLACE)
            await until(phones, lambda: not any(phone.unanswered for phone in phones))
            assert await phones[0].do("delete", note=bin_it) == ""
            texts = [*names, *drafts, taken]
            for pid in (house.web(), house.store()):
                # In a thread: a poll that nobody reads for long is ended (P12).
                held = await asyncio.to_thread(found_in, pid, texts)
                assert held.keys() == set(texts), "a search that finds nothing proves nothing"
            assert await lead.do("close") == ""
            assert await lead.do("seal") == ""
            await until([lead, *phones], lambda: all(m.view["board"]["sealed"] for m in (lead, *phones)))
            await line.until(lambda: line.view["board"]["sealed"])
            await gone(house, texts, what="after sealing")
            await closed(line)


async def test_R21_S9_after_removal_no_draft_and_no_name_of_the_person_is_in_any_memory(tmp_path: Path) -> None:
    with running(tmp_path / "data") as house:
        made = await new_workshop(house.base)
        way = await join(house.base, made["code"], name=(name := secret("navn")))
        async with crowd([Member(house.base, made), Member(house.base, way)]) as (lead, ann):
            assert await lead.do("round", to="critique") == ""
            ann.write(draft := secret("kladde"), **PLACE)
            await ann.until(lambda: not ann.unanswered)
            held = await asyncio.to_thread(found_in, house.web(), [draft, name])
            assert held.keys() == {draft, name}
            assert await lead.do("remove", seat=way["seat"]) == ""
            await ann.until(lambda: ann.over is not None)
            await gone(house, [draft, name], what="after removal")


def test_S9_no_process_writes_its_memory_into_a_core_file(tmp_path: Path) -> None:
    with running(tmp_path / "data") as house:
        for pid in (house.web(), house.store()):
            limits = Path(f"/proc/{pid}/limits").read_text()
            (core,) = [line.split() for line in limits.splitlines() if line.startswith("Max core file size")]
            assert core[4] == "0"


FREES = """
import sys
from server.process import freed
half = sys.argv[1]
texts = [f"{half}{half[::-1]} {number} {'y' * (number % 400)}" for number in range(20_000)]
kept = [" ".join(text) for text in texts[::500]]  # so that most of that memory is kept
del texts
print("freed", flush=True)
sys.stdin.readline()
print(freed.overwrite_small(), flush=True)
sys.stdin.readline()
"""


def test_S9_small_blocks_that_were_freed_are_overwritten() -> None:
    """In a process of its own: one that searches itself has copies of what it searches."""
    half = secrets.token_hex(4)
    mark = half + half[::-1]
    with subprocess.Popen(
        [sys.executable, "-c", FREES, half], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as process:  # fmt: skip
        assert process.stdin is not None
        read_until(process, "freed")
        before = found_in(process.pid, [mark]).get(mark, 0)
        process.stdin.write(b"\n")
        process.stdin.flush()
        blocks = read_until(process, "\n")
        after = found_in(process.pid, [mark]).get(mark, 0)
        print(f"{before} texts in freed memory, {after} after {blocks.strip()} blocks were filled")
        process.communicate(b"\n")
    assert before > 100
    assert after == 0


@pytest.mark.parametrize("before", ["", "glibc.malloc.check=1", ":".join(freed.TUNABLES)])
def test_the_c_librarys_other_settings_are_kept(before: str) -> None:
    once = freed.overwriting({"GLIBC_TUNABLES": before, "A": "b"})
    assert once["A"] == "b"
    assert set(once["GLIBC_TUNABLES"].split(":")) == {*freed.TUNABLES, *filter(None, before.split(":"))}
    assert once["LD_BIND_NOW"] == "1"
    assert freed.overwriting(once) == once
