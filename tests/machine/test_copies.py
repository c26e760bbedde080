"""A closed workshop, over HTTP: a copy of it as a new one (R36), and its picture for whoever has the wall's link."""

from __future__ import annotations

from server.store import Store
from tests.machine.conftest import House
from tests.machine.talk import Tab, call, closed, people


async def test_R36_a_copy_is_a_new_workshop_and_its_log_holds_nobody(house: House, shelf: Store) -> None:
    made, (lead, ann) = await people(house, 1)
    of, token = f"/api/board/{made['board']}", made["token"]
    assert await lead.do("round", to="critique") == ""
    note = await ann.write("for lidt tid", sheet="columns", lane="critique")
    await lead.until(lambda: bool(lead.view["board"]["reveal"]))
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    assert (await call(house.base, f"{of}/copy", method="POST", token=ann.token)).status == 403
    early = await call(house.base, f"{of}/copy", method="POST", token=token)
    assert (early.status, early.json) == (409, {"error": "not_closed"})
    assert await lead.do("close") == ""
    copy = (await call(house.base, f"{of}/copy", method="POST", token=token)).json
    assert copy["code"] != made["code"]
    loaded = await shelf.load(copy["board"])
    log = b"".join(entry.data for entry in loaded.entries)
    assert b"for lidt tid" in log
    assert not [one for one in (ann.welcome["seat"], lead.welcome["seat"], note) if one.encode() in log]
    again = await Tab(house.base, copy["board"], copy["token"]).open()
    (record,) = [value for key, value in again.view.items() if key.startswith("note:")]
    assert record["text"] == "for lidt tid"
    assert again.view["board"]["origin"]["title"] == lead.view["board"]["title"]
    assert await again.do("undo") == "nothing_to_undo"
    await closed(lead, ann, again)


async def test_a_sealed_workshop_hangs_until_it_is_taken_down_and_can_be_hung_up_again(house: House) -> None:
    made, (lead, ann) = await people(house, 1)
    of, token = f"/api/board/{made['board']}", made["token"]
    assert await lead.do("close") == ""
    assert await lead.do("seal") == ""
    wall = await Tab(house.base, made["board"], made["wall"]).open()
    assert wall.view["board"]["sealed"]
    kept = wall.view["board"]["expires"]
    down = await call(house.base, f"{of}/door", body={"withdraw": "wall"}, token=token)
    assert "wall" not in down.json
    await wall.ended()
    assert (await call(house.base, f"{of}/door", token=made["wall"])).status == 403
    anew = (await call(house.base, f"{of}/door", body={"renew": "wall"}, token=token)).json["wall"]
    again = await Tab(house.base, made["board"], anew.partition("#k=")[2]).open()
    assert again.view["board"]["expires"] == kept, "hanging it up keeps it no longer"
    await closed(lead, ann, again)
