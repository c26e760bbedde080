"""A programme after three years, served: its log is trimmed, and a colleague who comes in is sent little (S4, V20)."""

from __future__ import annotations

from board_schema import wire
from server.boards.upkeep import KEEP_BEHIND, SNAPSHOT_EVERY
from server.store import Store
from server.store.types import Loaded
from tests.machine.conftest import House
from tests.machine.stored import stored
from tests.machine.talk import Tab, call, closed, join
from tests.machine.waiting import in_the_end
from tests.rules.years import years

KB = 1024


async def test_S4_V20_three_years_are_opened_trimmed_and_shown_to_who_comes_in(house: House, shelf: Store) -> None:
    there = years().there
    tokens, board = await stored(shelf, there, snapshot=False), there.board.id
    assert len((await shelf.load(board)).entries) == len(there.log) > 10 * KEEP_BEHIND
    lead = await Tab(house.base, board, tokens["F"]).open()
    assert sum(key.startswith("note:") for key in lead.view) == len(there.board.notes)

    async def trimmed() -> Loaded:
        kept = await shelf.load(board)
        assert kept.snapshot is not None
        return kept

    kept = await in_the_end(trimmed, unless=AssertionError)
    assert kept.head.version - kept.snapshot_head.version < SNAPSHOT_EVERY
    assert kept.snapshot is not None
    assert wire.unpack_board(kept.snapshot).notes == there.board.notes
    assert len(kept.snapshot) < 1.5 * KB * KB
    assert len(await shelf.read(board, after=0)) <= KEEP_BEHIND + SNAPSHOT_EVERY

    report = await call(house.base, f"/api/board/{board}/report/r.md", token=tokens["F"])
    assert report.status == 200, report.body
    assert len(report.body) > 100 * KB
    assert await lead.do("sitting", on=True) == ""
    await lead.until(lambda: lead.view["board"]["sitting"] > 0)
    door = await in_the_end(lambda: call(house.base, f"/api/board/{board}/door", token=tokens["F"]), unless=OSError)
    way = await join(house.base, door.json["code"])
    sizes = {}
    for to in ("home", "show", "followup"):
        if to != "home":
            assert await lead.do("round", to=to, confirm=True) == ""
        phone = await Tab(house.base, board, way["token"]).open()
        await phone.until(lambda phone=phone, to=to: phone.view["board"]["round"] == to)  # type: ignore[misc]
        sizes[to] = sum(map(len, phone.raw)) / KB
        await closed(phone)
    wall = await Tab(house.base, board, tokens["W"]).open()
    print(f"KB that a colleague is sent: {sizes}; a wall: {sum(map(len, wall.raw)) / KB:.0f}")
    assert sizes["home"] < 40
    assert max(sizes.values()) < 180
    await closed(lead, wall)
