"""T12, for as long as F1 of the faults stands: no frame of one participant stops everybody else."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest

from tests.machine.chaos.crowd import Member, crowd
from tests.machine.chaos.houses import Running
from tests.machine.chaos.raw import Raw, frame
from tests.machine.talk import join, new_workshop


@pytest.mark.parametrize("odd", [{"seen": True}, {"seen": 2**64 - 1}, {"protocol": True}], ids=str)
async def test_T12_an_odd_hello_never_stops_the_workshop(tavle: Running, odd: dict[str, Any]) -> None:
    made = await new_workshop(tavle.base)
    bo = await join(tavle.base, made["code"])
    raw = Raw(tavle.port)
    await raw.open()
    about = {"protocol": 1, "board": made["board"], "token": bo["token"], "tab": "t" * 16, "seen": 0, **odd}
    raw.send(frame(msgpack.packb(["hello", about])) + frame(msgpack.packb(["op", 1, "name", {"name": "Bo"}])))
    async with crowd([Member(tavle.base, made)]) as (lead,):
        assert await lead.do("setup", title="videre") == ""
    await raw.close()
    assert "stumbled" not in tavle.printed
