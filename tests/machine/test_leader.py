"""The leader edition: what was picked and nothing else, by a link of its own that opens nothing else (R29, SPEC 9)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.machine.conftest import House
from tests.machine.talk import PLACE, Tab, call, closed, people
from tests.machine.test_export import pdf_text

RAW, PICKED = "Lederen overser nattevagterne", "Vagterne om natten skal med i planen"


async def played(house: House) -> tuple[Any, list[Tab]]:
    """A workshop whose one raw note was picked in other words, and another not at all; both are up."""
    made, tabs = await people(house, 2)
    lead, ann, bo = tabs
    note = await ann.write(RAW, **PLACE)
    await bo.write(f"{RAW} igen", **PLACE)
    assert await lead.do("reveal", sheet="columns", lane="critique") == ""
    assert await lead.do("round", to="harvest", confirm=True) == ""
    assert await lead.do("pick", note="picked000001", text=PICKED, lane="points", of=[note]) == ""
    return made, tabs


def path(made: Any, ending: str) -> str:
    return f"/api/board/{made['board']}/leader/til-lederen.{ending}"


async def key(house: House, made: Any, **change: str) -> str:
    """The token of the link, after a change of the door."""
    door = await call(house.base, f"/api/board/{made['board']}/door", body=change, token=made["token"])
    assert door.status == 200, door.body
    return str(door.json.get("leader", "")).partition("#k=")[2]


async def test_R29_a_note_that_was_not_picked_is_in_no_byte_of_the_leader_edition(house: House) -> None:
    made, tabs = await played(house)
    names = [str(tab.welcome["seat"]) for tab in tabs]
    token = await key(house, made, renew="leader")
    for ending in ("json", "md", "pdf"):
        answer = await call(house.base, path(made, ending), token=token)
        assert answer.status == 200, answer.body
        text = pdf_text(answer.body) if ending == "pdf" else answer.body.decode()
        assert "".join(PICKED.split()) in "".join(text.split())
        for hidden in ("overser", "nattevagterne", "critique", "Kritik", *names):
            assert hidden.encode() not in answer.body, (ending, hidden)
            assert hidden not in text, (ending, hidden)
    await closed(*tabs)


async def test_R29_the_link_is_there_when_it_is_made_and_ends_when_it_is_withdrawn(house: House) -> None:
    made, tabs = await played(house)
    door = await call(house.base, f"/api/board/{made['board']}/door", token=made["token"])
    assert "leader" not in door.json
    first = await key(house, made, renew="leader")
    second = await key(house, made, renew="leader")
    assert first
    assert second != first
    assert (await call(house.base, path(made, "json"), token=first)).status == 403
    assert (await call(house.base, path(made, "json"), token=second)).status == 200
    assert await key(house, made, withdraw="leader") == ""
    assert (await call(house.base, path(made, "json"), token=second)).status == 403
    await closed(*tabs)


async def test_R29_its_key_opens_no_board_and_no_other_file(house: House) -> None:
    made, tabs = await played(house)
    token = await key(house, made, renew="leader")
    board = f"/api/board/{made['board']}"
    assert (await call(house.base, f"{board}/export/x.md", token=token)).status == 403
    assert (await call(house.base, f"{board}/door", token=token)).status == 403
    assert (await call(house.base, path(made, "csv"), token=token)).status == 404
    with pytest.raises(AssertionError, match="closed with 4502"):
        await Tab(house.base, made["board"], token).open()
    for tab in tabs[1:]:
        assert (await call(house.base, path(made, "md"), token=tab.token)).status == 403
    assert (await call(house.base, path(made, "md"), token=made["token"])).status == 200
    assert (await call(house.base, path(made, "md"), token=made["wall"])).status == 403
    await closed(*tabs)


async def test_R29_R14_it_can_be_read_after_the_workshop_is_sealed(house: House) -> None:
    made, tabs = await played(house)
    token = await key(house, made, renew="leader")
    assert await tabs[0].do("close") == ""
    assert await tabs[0].do("seal") == ""
    answer = await call(house.base, path(made, "json"), token=token)
    (sheet,) = answer.json["sheets"]
    assert [note["text"] for lane in sheet["lanes"] for note in lane["notes"]] == [PICKED]
    await closed(*tabs)
