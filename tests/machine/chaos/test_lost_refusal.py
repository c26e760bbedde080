"""O1, O3, O4: a refusal whose frame was lost is sent again."""

from __future__ import annotations

import asyncio

import msgpack

from tests.machine.chaos.crowd import Member, crowd
from tests.machine.chaos.houses import Running
from tests.machine.chaos.raw import Raw, frame
from tests.machine.talk import join, new_workshop

PLACE = {"sheet": "columns", "lane": "critique"}


def op(n: int, name: str, /, **args: object) -> bytes:
    return frame(msgpack.packb(["op", n, name, args]))


async def test_O3_a_listeners_refusal_is_told_again_after_its_frame_was_lost(tavle: Running) -> None:
    made = await new_workshop(tavle.base)
    way = await join(tavle.base, made["code"])
    async with crowd([Member(tavle.base, made)]) as (lead,):
        assert await lead.do("round", to="critique") == ""
        assert await lead.do("role", seat=way["seat"], role="listener") == ""
        first = await Raw(tavle.port).enter(way)
        writes = [op(n, "write", note=f"note-{n}-xxxxxxx", text="til listen", **PLACE) for n in (1, 2, 3)]
        first.send(b"".join(writes))
        async with asyncio.timeout(60):  # only against hanging
            while sum(f[0] == "refused" for f in first.frames) < 3:
                await first._one()
            assert await lead.do("role", seat=way["seat"], role="participant") == ""
            first.send(op(4, "name", name="Ann"))
            while ["ack", 4] not in first.frames:
                await first._one()
        await first.close()
        # None of these answers came through: the tab comes back and asks for all of them again (P4).
        again = await Raw(tavle.port).enter(way)
        again.send(b"".join(writes) + op(4, "name", name="Ann"))
        async with asyncio.timeout(60):  # only against hanging
            while ["ack", 4] not in again.frames:
                await again._one()
        await again.close()
        told = {f[1] for f in again.frames if f[0] == "refused"}
        up = {key for f in again.frames if f[0] == "mine" for key in f[2] if key.startswith("mine:")}
        assert told == {1, 2, 3} or len(up) == 3, "acknowledged, and nowhere"
