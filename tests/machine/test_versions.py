"""R44: versions of a map over HTTP: whoever may see the board fetches any of them."""

from __future__ import annotations

from tests.machine.conftest import House
from tests.machine.talk import Tab, call, closed, new_workshop


async def test_R44_earlier_versions_are_fetched_by_whoever_sees_the_board(house: House) -> None:
    made = await new_workshop(house.base, "forloeb")
    lead = await Tab(house.base, made["board"], made["token"]).open()
    at = f"/api/board/{made['board']}/version/story"
    none = await call(house.base, f"{at}/1", token=made["token"])
    assert (none.status, none.json["error"]) == (404, "no_page")
    await lead.do("round", to="patterns")
    notes = [f"note{number:012}" for number in range(3)]
    for note in notes:
        assert await lead.do("write", note=note, text=f"Punkt {note[-1]}", sheet="story", lane="strains") == ""
    for note, other in zip(notes, [*notes[1:], notes[0]], strict=True):
        assert await lead.do("link", note=note, kind="leads", other=other) == ""
    assert await lead.do("freeze", sheet="story") == ""
    await lead.until(lambda: "version:story" in lead.view)
    first = lead.view["version:story"]
    assert await lead.do("delete", note=notes[2]) == ""
    assert await lead.do("freeze", sheet="story") == ""
    await lead.until(lambda: lead.view["version:story"]["n"] == 2)
    for token in (made["token"], made["wall"]):
        assert (await call(house.base, f"{at}/1", token=token)).json == first
        assert (await call(house.base, f"{at}/2", token=token)).json == lead.view["version:story"]
    assert [each["loop"] for each in first["circles"].values()] == [3]
    assert {each["what"] for each in lead.view["version:story"]["changes"]} == {"gone"}
    for wrong in ("0", "3", "01", "1x", "-1", "99999999999"):
        assert (await call(house.base, f"{at}/{wrong}", token=made["token"])).status == 404, wrong
    assert (await call(house.base, at.replace("story", "answers") + "/1", token=made["token"])).status == 404
    assert (await call(house.base, f"{at}/1")).status == 401
    assert (await call(house.base, f"{at}/1", token="x" * 43)).status == 403
    await closed(lead)
