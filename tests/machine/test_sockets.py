"""Sockets from hello to goodbye, over a real server, a real store and real WebSockets."""

from __future__ import annotations

from tests.machine.conftest import House
from tests.machine.talk import Tab, join, new_workshop


async def test_the_thread_from_a_new_workshop_to_a_second_screen(house: House) -> None:
    made = await new_workshop(house.base, title="Vagtplan")
    ann = await join(house.base, made["code"], name="Ann")
    one = await Tab(house.base, made["board"], ann["token"]).open()
    wall = await Tab(house.base, made["board"], made["wall"]).open()
    lead = await Tab(house.base, made["board"], made["token"]).open()
    assert one.welcome["seat"] == ann["seat"]
    assert wall.view["board"]["title"] == "Vagtplan"
    assert await lead.do("round", to="critique") == ""
    await one.until(lambda: one.mine["me"]["write"] is not None)
    where = one.mine["me"]["write"]
    note = await one.write("for lidt søvn", sheet=where["sheet"], lane=where["lanes"][0])
    await one.until(lambda: f"mine:{note}" in one.mine)
    assert note not in wall.notes()
    assert await lead.do("reveal", lane=where["lanes"][0]) == ""
    for tab in (one, wall, lead):
        await tab.until(lambda tab=tab: note in tab.notes())
        assert tab.notes()[note]["text"] == "for lidt søvn"
        await tab.close()
