"""T5, T6, T7: whatever is killed with kill -9, what was acknowledged is there, once, and all goes on.

A kill comes when a certain number of answers have come, not after a certain time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import redis.asyncio as aioredis

from board_schema.board import Board
from server import store
from tests.machine.boards import fold_all
from tests.machine.chaos.crowd import Ledger, Member, crowd, spread
from tests.machine.chaos.crowd import until as crowd_until
from tests.machine.chaos.houses import Running, running
from tests.machine.talk import join, new_workshop
from tests.machine.test_start import store as stores_of
from tests.machine.test_start import tavle
from tests.machine.waiting import ended, read_until, until

KILLS = int(os.environ.get("TAVLE_KILLS") or 20)  # of the web process, and as many of the store
STARTS = 10
PHONES = 50
PACE = 50  # ops a second over all phones
ENOUGH = 1_500  # notes, after which other ops are asked: however slow the machine, the board must not be full
PLACE = {"sheet": "columns", "lane": "critique"}


async def room_of(base: str, phones: int, chance: random.Random) -> tuple[Any, list[Member]]:
    """A workshop in a writing round: its facilitator's member first, then the phones'."""
    made = await new_workshop(base)
    ways = [made, *[await join(base, made["code"]) for _ in range(phones)]]
    return made, [Member(base, way, chance=chance) for way in ways]


async def board_of(url: str, board: str) -> Board:
    """The board as it is stored."""
    shelf = store.connect(url)
    try:
        folded: Board = fold_all(await shelf.load(board))
        return folded
    finally:
        await shelf.close()


def pids(board: Board, members: list[Member]) -> dict[Member, str]:
    return {member: board.seats[member.seat] for member in members}


def check_notes(board: Board, phones: list[Member]) -> int:
    """Every acknowledged note is there with its words, and none that nobody wrote; how many."""
    written = {args["note"]: args["text"] for m in phones for name, args in m.ops.values() if name == "write"}
    acked = {m.ops[n][1]["note"] for m in phones for n in m.acked_ops() if m.ops[n][0] == "write"}
    assert acked <= board.notes.keys(), f"{len(acked - board.notes.keys())} acknowledged notes are lost"
    assert board.notes.keys() <= written.keys()
    assert all(board.notes[note].text == written[note] for note in board.notes)
    return len(acked)


async def write_at_a_pace(phones: list[Member], *, stop: asyncio.Event) -> None:
    """Somebody writes every 1/PACE s, until told to stop."""
    loop = asyncio.get_running_loop()
    at, turn = loop.time(), 0
    while not stop.is_set():
        phone = phones[turn % len(phones)]
        if turn < ENOUGH:
            phone.write(f"nr {turn}", **PLACE)
        else:
            phone.op("name", name=f"nr {turn}")
        turn += 1
        at += 1 / PACE
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, at - loop.time())):
                await stop.wait()


def answered(phones: list[Member]) -> int:
    return sum(phone.acks_seen for phone in phones)


async def some_answers(phones: list[Member], more: int) -> None:
    """Wait until so many answers more have come, over all phones."""
    wanted = answered(phones) + more
    await crowd_until(phones, lambda: answered(phones) >= wanted)


async def test_T5_a_web_process_killed_under_load_loses_and_doubles_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with running(tmp_path / "data") as house:
        made, members = await room_of(house.base, PHONES, chance)
        lead, *phones = members
        ledger = await Ledger(house.url, made["board"]).open()
        back: list[float] = []
        async with crowd(members):
            assert await lead.do("round", to="critique") == ""
            stop = asyncio.Event()
            writing = asyncio.create_task(write_at_a_pace(phones, stop=stop))
            for kill in range(KILLS):
                await some_answers(phones, chance.randint(40, 80))
                pid = house.web()
                house.kill(pid)
                began = time.monotonic()
                for member in members:  # told by the system that it is gone, and whole again
                    await member.until(lambda m=member, n=kill: len(m.codes) > n and m.full)
                back.append(time.monotonic() - began)
                print(f"kill {kill + 1} of {KILLS}: all back after {back[-1]:.1f} s", flush=True)
                assert house.web() != pid
            stop.set()
            await writing
            for phone in phones:
                await phone.until(lambda phone=phone: not phone.unanswered)
            assert all(not phone.refused for phone in phones)
            board = await board_of(house.url, made["board"])
            notes = check_notes(board, phones)
            entries = await ledger.check(pids(board, members))
            assert notes == len(board.notes)
            # The wall of the facilitator holds them all, too.
            assert await lead.do("reveal", sheet="columns", lane="critique") == ""
            await lead.until(lambda: lead.notes.keys() == board.notes.keys())
        await ledger.close()
        delays = [delay for phone in phones for delay in phone.delays]
        attempts = max(m.most_attempts for m in members)
        print(
            f"{KILLS} kills, {notes} notes, {entries} entries, 0 lost or doubled; all {len(members)} back within",
            end=" ",
        )
        print(f"{max(back):.1f} s, at most {attempts} attempts each")
        print(f"answers: {spread(delays)}")
        assert attempts <= 10
        assert "Traceback" not in house.printed


async def test_T6_a_killed_store_never_loses_what_was_acked_and_all_is_told(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with running(tmp_path / "data") as house:
        made, members = await room_of(house.base, 10, chance)
        lead, *phones = members
        asking = aioredis.Redis.from_url(house.url)
        ledger = await Ledger(house.url, made["board"]).open()
        back: list[float] = []
        policies: Counter[str] = Counter()
        async with crowd(members):
            assert await lead.do("round", to="critique") == ""
            for turn in range(KILLS):
                # Both policies in turn; a restarted store begins with what it was shipped with.
                policy = "everysec" if turn % 2 else "always"
                await asking.config_set("appendfsync", policy)
                policies[(await asking.config_get("appendfsync"))["appendfsync"]] += 1
                for phone in phones:
                    phone.write(f"før {turn}", **PLACE)
                await some_answers(phones, 5)
                back.append(await outage(house, members, turn=turn))
                print(f"kill {turn + 1} of {KILLS}, {policy}: served again after {back[-1]:.2f} s", flush=True)
            for phone in phones:
                await phone.until(lambda phone=phone: not phone.unanswered)
            assert all(not m.codes for m in members), "a screen was sent away for a short outage"
            board = await board_of(house.url, made["board"])
            notes = check_notes(board, phones)
            entries = await ledger.check(pids(board, members))
            assert notes == len(board.notes) == 20 * KILLS
            assert policies.keys() == {"always", "everysec"}
        await ledger.close()
        await asking.aclose()
        print(
            f"{KILLS} kills of the store, {dict(policies)}, {notes} notes, {entries} entries, 0 lost or doubled;",
            end=" ",
        )
        print(f"served again within {max(back):.2f} s")
        assert "Traceback" not in house.printed


async def outage(house: Running, members: list[Member], *, turn: int) -> float:
    """Kill the store, look at what everybody is told while it is away; seconds until it is over.

    The supervisor stands still meanwhile, so that the outage lasts as long as we look.
    """
    _lead, *phones = members
    pid = house.store()
    house.process.send_signal(signal.SIGSTOP)
    house.kill(pid)
    ended(pid, what="the store is gone")
    acks = answered(phones)
    during = [(phone, phone.write(f"under {turn}", **PLACE), phone.n) for phone in phones]
    for member in members:
        await member.until(lambda m=member: m.trouble == "store_away")
    assert all(n in phone.unanswered for phone, _, n in during), "answered without a store"
    assert answered(phones) - acks <= len(phones), "acknowledged without a store"
    began = time.monotonic()
    house.process.send_signal(signal.SIGCONT)
    for phone, _, n in during:
        await phone.until(lambda phone=phone, n=n: n not in phone.unanswered)
    for member in members:
        await member.until(lambda m=member: m.trouble == "")
    return time.monotonic() - began


async def test_T7_kill_9_and_start_at_once_again_and_again(tmp_path: Path) -> None:
    """The supervisor is killed: its web process and store go, the next start has everything."""
    data, port, seen = tmp_path / "data", "0", set[int]()
    made: Any = None
    began = time.monotonic()
    for start in range(STARTS):
        with running(data, "--port", port) as house:
            port = str(house.port)
            left, server = house.store(), house.web()
            assert left not in seen
            seen.add(left)
            if made is None:
                made = await new_workshop(house.base)
            async with crowd([Member(house.base, made)]) as (lead,):
                assert not start or lead.view["board"]["title"] == f"start {start - 1}"
                assert await lead.do("setup", title=f"start {start}") == ""
            house.process.kill()
            house.process.wait()
            # Not waited for: the next start must cope with what is still there.
    ended(left, server, what="nothing is left running")
    print(f"{STARTS} kills and starts in {time.monotonic() - began:.1f} s")


def test_T7_two_starts_at_once_give_one_server_and_one_sentence(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for _ in range(3):
        both = [tavle("--port", "0", data_dir=data) for _ in range(2)]
        try:
            until(lambda both=both: any(p.poll() is not None for p in both), what="one of them gives way")
            late, first = sorted(both, key=lambda p: p.poll() is None)
            printed, _ = late.communicate(timeout=20)
            assert late.returncode == 1
            assert printed.decode().count("\n") == 1
            assert "already running" in printed.decode()
            read_until(first, "  Stop  ")
            assert len(stores_of(first)) == 1
        finally:
            for process in both:
                process.terminate()
            for process in both:
                process.communicate(timeout=20)
