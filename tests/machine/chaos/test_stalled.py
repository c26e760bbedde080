"""T9, T10: a client that stops reading is closed and delays nobody; a slow one stays and catches up."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack

from tests.machine.boards import METHODS
from tests.machine.chaos.crowd import Member, crowd, spread, until
from tests.machine.chaos.houses import Running, running
from tests.machine.chaos.proxy import proxied
from tests.machine.talk import join, new_workshop
from tests.machine.test_limits import masked
from tests.machine.waiting import until as wait_until

PHONES = 50
CHANGES = 60  # in the run without a stalled phone
MOST_GROWN = 64 * 1024 * 1024  # bytes: a guard against keeping what nobody reads, not the figure
PLACE = {"sheet": "columns", "lane": "critique"}
MOVES = 80  # while the slow phone takes its first picture
LARGEST_BUFFER = 4 * 1024 * 1024  # bytes that Linux keeps for one connection at most


def wordy_methods(folder: Path) -> Path:
    """A folder with a method whose record is some 60 KB, so that every change of it is a large push."""
    folder.mkdir()
    text = (METHODS / "fremtidsvaerksted.toml").read_text(encoding="utf-8")
    text = text.replace('id = "fremtidsvaerksted"', 'id = "wordy"')
    text = re.sub(r'^(instruction\.da = ".*)"$', lambda m: m[1] + " meget" * 1_500 + '"', text, flags=re.M)
    (folder / "wordy.toml").write_text(text, encoding="utf-8")
    return folder


@contextlib.contextmanager
def deaf_phone(port: int, joined: dict[str, Any]) -> Iterator[socket.socket]:
    """Somebody who says hello and never reads a byte of the answer."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", port))
        sock.sendall(
            f"GET /ws/{joined['board']} HTTP/1.1\r\n".encode()
            + b"Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += sock.recv(1)
        about = {"protocol": 3, "token": joined["token"], "tab": "t" * 16, "seen": 0}
        sock.sendall(masked(msgpack.packb(["hello", about])))
        yield sock


def in_kernel(port: int, other: int) -> bool:
    """Whether the system still holds the server's end of a connection."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(row[1].endswith(f":{port:04X}") and row[2].endswith(f":{other:04X}") for row in rows)


async def push(lead: Member, phones: list[Member], *, times: int, enough: asyncio.Task[None] | None = None) -> Any:
    """Large changes, one after the other, each until everybody has it: (delays, bytes to each)."""
    delays: list[float] = []
    pushed = 0
    everybody = [lead, *phones]
    for member in everybody:
        member.longest_silence, member.heard_at = 0.0, 0.0
        member.tape = None
    phones[0].tape = []
    while len(delays) < times or (enough is not None and not enough.done()):
        leader = ("listen", "told", "part")[len(delays) % 3]
        began = time.monotonic()
        lead.op("setup", leader=leader)
        await until(everybody, lambda leader=leader: all(m.view["board"]["leader"] == leader for m in everybody))
        delays.append(time.monotonic() - began)
    pushed = sum(map(len, phones[0].tape or []))
    return delays, pushed, max(m.longest_silence for m in everybody)


async def test_T9_a_phone_that_stops_reading_is_cut_and_delays_nobody(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    methods = wordy_methods(tmp_path / "methods")
    with running(tmp_path / "data", environ={"TAVLE_METHODS": str(methods)}) as house:
        made = await new_workshop(house.base, "wordy")
        ways = [await join(house.base, made["code"]) for _ in range(PHONES + 1)]
        deaf = ways.pop()
        async with crowd([Member(house.base, way, chance=chance) for way in [made, *ways]]) as (lead, *phones):
            alone, _, quiet = await push(lead, phones, times=CHANGES)
            memory = house.memory()
            with deaf_phone(house.port, deaf) as sock:
                began = time.monotonic()
                await until([lead], lambda: deaf["seat"] in lead.here)
                cut = asyncio.create_task(lead.until(lambda: deaf["seat"] not in lead.here))
                beside, pushed, longest = await push(lead, phones, times=CHANGES, enough=cut)
                cut.result()
                cut_after = time.monotonic() - began
                if sys.platform == "linux":
                    other = sock.getsockname()[1]
                    wait_until(lambda: not in_kernel(house.port, other), what="the system lets go of it, too")
                gone_after = time.monotonic() - began
            grown = house.memory() - memory
            # What is asked for now, everybody has: nobody lost anything beside it.
            note = phones[0].write("alle ser det", **PLACE)
            assert await lead.do("round", to="critique") == ""
            await until(phones, lambda: not phones[0].unanswered)
            assert await lead.do("reveal", sheet="columns", lane="critique") == ""
            everybody = [lead, *phones]
            await until(everybody, lambda: all(note in m.notes for m in everybody))
            assert all(m.notes.keys() == {note} for m in everybody)
            print(f"without it: {spread(alone)}, longest silence {quiet * 1000:.0f} ms")
            print(f"beside it:  {spread(beside)}, longest silence {longest * 1000:.0f} ms")
            print(f"cut after {cut_after:.1f} s, gone from the system after {gone_after:.1f} s")
            print(f"{pushed / 1e6:.1f} MB pushed to each; memory grew by {grown / 1e6:.1f} MB")
            # The system keeps a little less than its limit: its own bookkeeping counts too.
            assert pushed > LARGEST_BUFFER * 9 // 10
            assert all(not m.codes for m in (lead, *phones)), "somebody else was cut"
            assert not any(m.unanswered or m.refused for m in everybody)
            assert deaf["seat"] not in lead.here
            assert longest < 5, "the others stood still"  # a guard, not the figure
            assert grown < MOST_GROWN
        assert "Traceback" not in house.printed


async def test_T10_a_slow_phone_is_not_cut_and_ends_with_the_whole_picture(tavle: Running, seed: int) -> None:
    """2 KB/s: the first picture alone takes longer than two heartbeats."""
    chance = random.Random(seed)
    made = await new_workshop(tavle.base)
    ways = [await join(tavle.base, made["code"]) for _ in range(6)]
    async with (
        proxied(tavle.port, rate=2_000) as (slow_way,),
        crowd([Member(tavle.base, way, chance=chance) for way in [made, *ways[1:]]]) as (lead, *phones),
    ):
        assert await lead.do("round", to="critique") == ""
        for number in range(120):
            phones[number % 5].write(f"nr {number} " + "for lidt tid til det, der betyder noget. " * 3, **PLACE)
        await until(phones, lambda: not any(phone.unanswered for phone in phones))
        assert await lead.do("reveal", sheet="columns", lane="critique") == ""
        await lead.until(lambda: len(lead.notes) == 120)
        slow = Member(slow_way.base, ways[0], chance=chance)
        slow.tape = []
        began = time.monotonic()
        slow.start()
        await slow.until(lambda: bool(slow.seat) or slow.codes != [])
        # Life goes on while it takes its first picture: the same few notes are moved again and again.
        notes = list(lead.notes)[:4]
        for number in range(MOVES):
            assert await lead.do("move", note=notes[number % 4], lane="critique", spot=number) == ""
        last = {note: MOVES - 4 + at for at, note in enumerate(notes)}
        await slow.until(lambda: slow.notes == phones[0].notes or slow.codes != [])
        took = time.monotonic() - began
        frames = [frame for frame in map(msgpack.unpackb, slow.tape) if frame[0] == "patch"]
        shown = {note: [f[2][f"note:{note}"]["spot"] for f in frames if f"note:{note}" in f[2]] for note in notes}
        print(f"level after {took:.1f} s, {slow_way.passed} bytes, {len(frames)} patches for {MOVES + 1} changes;")
        print(f"positions of one note that it was shown, of {MOVES // 4}: {[len(spots) for spots in shown.values()]}")
        await slow.stop()
        assert slow.codes == [], "cut, though it read all the time"
        assert slow.view == phones[0].view
        assert {note: spots[-1] for note, spots in shown.items()} == last, "not the last position"
        assert len(frames) < MOVES // 4, "what came meanwhile was not drawn together"
        assert all(len(spots) < MOVES // 8 for spots in shown.values())
