"""Rehearsals on a real server: people come, take part, and nothing is left."""

from __future__ import annotations

from typing import Any

import pytest

from server.rehearsal import rehearsals
from tests.machine.conftest import House
from tests.machine.talk import Tab, call, new_workshop


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """People who hardly take any time."""
    monkeypatch.setattr(rehearsals, "PACES", {"calm": 0.004, "quick": 0.001})
    monkeypatch.setattr(rehearsals, "BEAT", 0.02)


async def rehearse(house: House, method: str = "fremtidsvaerksted", **more: Any) -> tuple[Any, Tab]:
    """A rehearsal, and its console."""
    made = await new_workshop(house.base, method, rehearsal=True, **more)
    return made, await Tab(house.base, made["board"], made["token"]).open()


def seats(tab: Tab, role: str = "participant") -> list[dict[str, Any]]:
    return [record for key, record in tab.view.items() if key.startswith("seat:") and record["role"] == role]


async def test_colleagues_come_write_and_say_that_they_are_ready(house: House) -> None:
    made, lead = await rehearse(house)
    await lead.until(lambda: len(seats(lead)) == 7)  # one comes later
    assert lead.view["board"]["rehearsal"] is True
    assert await lead.do("round", to="critique") == ""
    await lead.until(lambda: len(seats(lead)) == 8)
    await lead.until(lambda: lead.view["progress"]["ready"] == 8)
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    await lead.until(lambda: len(lead.notes()) >= 8)
    await lead.close()
    assert (await call(house.base, f"/api/board/{made['board']}", method="DELETE", token=made["token"])).status == 204
