"""T10, for as long as F2 of the faults stands: a slow phone is kept and ends level."""

from __future__ import annotations

import random
import time

import msgpack
import pytest

from tests.machine.chaos.crowd import Member, crowd, until
from tests.machine.chaos.houses import Running
from tests.machine.chaos.proxy import proxied
from tests.machine.talk import join, new_workshop

PLACE = {"sheet": "columns", "lane": "critique"}


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
        assert await lead.do("reveal", lane="critique") == ""
        await lead.until(lambda: len(lead.notes) == 120)
        slow = Member(slow_way.base, ways[0], chance=chance)
        slow.tape = []
        began = time.monotonic()
        slow.start()
        await slow.until(lambda: bool(slow.seat) or slow.codes != [])
        # Life goes on while it takes its first picture.
        notes = list(lead.notes)
        for number in range(40):
            assert await lead.do("move", note=chance.choice(notes), lane="critique", spot=number) == ""
        await slow.until(lambda: slow.notes == phones[0].notes or slow.codes != [])
        took = time.monotonic() - began
        patches = sum(msgpack.unpackb(frame)[0] == "patch" for frame in slow.tape)
        print(f"level after {took:.1f} s, {slow_way.passed} bytes, {patches} patches for 41 changes")
        await slow.stop()
        assert slow.codes == [], "cut, though it read all the time"
        assert patches < 41
