"""Programmes (R40) through a whole server: how long they are kept, and what they are not."""

from __future__ import annotations

from pathlib import Path

from board_schema.board import DAY
from tests.machine.conftest import House, start_house
from tests.machine.talk import Tab, call, closed, new_workshop


async def test_R40_a_programme_is_kept_for_a_year_after_its_last_use_or_as_the_house_says(
    valkey: object, house: House, tmp_path: Path
) -> None:
    other = await start_house(valkey.url, tmp_path, programme_days=90)  # type: ignore[attr-defined]
    try:
        for base, days in ((house.base, 365), (other.base, 90)):
            made = await new_workshop(base, "forloeb")
            lead = await Tab(base, made["board"], made["token"]).open()
            shown = lead.view["board"]
            assert days - 1 <= (shown["expires"] - shown["began"]) / DAY <= days
            assert await lead.do("close") == "programme"
            await closed(lead)
    finally:
        await other.stop()


async def test_R40_a_programme_is_not_rehearsed_and_has_no_copy(house: House) -> None:
    made = await call(house.base, "/api/workshops", body={"method": "forloeb", "rehearsal": True})
    assert (made.status, made.json["error"]) == (400, "bad_request")
    programme = await new_workshop(house.base, "forloeb")
    copied = await call(house.base, f"/api/board/{programme['board']}/copy", token=programme["token"], body={})
    assert (copied.status, copied.json["error"]) == (409, "not_closed")
