"""R44: versions of a map over HTTP: whoever may see the board fetches any of them."""

from __future__ import annotations

from typing import Any

from board_schema.board import MAX_UNDO
from server.store import Store, copying
from tests.machine.conftest import House
from tests.machine.talk import Tab, call, closed, new_workshop
from tests.machine.test_two_processes import two as two
from tests.machine.waiting import in_the_end


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


async def test_R44_what_a_deleted_version_said_is_in_no_log_and_no_snapshot(two: Any, shelf: Store) -> None:
    (_, here), _ = two
    made = await new_workshop(here, "forloeb")
    lead = await Tab(here, made["board"], made["token"]).open()
    await lead.do("round", to="patterns")
    note, named = "note00000001", "Lise Andersen bestemmer alt"
    assert await lead.do("write", note=note, text=named, sheet="story", lane="strains") == ""
    assert await lead.do("freeze", sheet="story") == ""
    for turn in range(MAX_UNDO + 1):  # what undo would bring back goes with the last acts
        assert await lead.do("edit", note=note, text=f"Flere bestemmer meget, {turn}") == ""

    async def stored() -> bytes:
        return repr(await copying.board(shelf, made["board"])).encode()

    assert named.encode() in await stored()
    assert await lead.do("unfreeze", sheet="story", version=1) == ""

    async def gone() -> bytes:
        told = await stored()
        assert named.encode() not in told
        return told

    assert b"Flere bestemmer" in await in_the_end(gone, unless=AssertionError)
    await closed(lead)
