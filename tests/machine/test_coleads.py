"""A co-facilitator's console (R27): how it is opened, what it may call, and that it ends on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from board_schema.wire import Close
from server.boards.upkeep import Upkeep
from tests.machine.conftest import House
from tests.machine.talk import Tab, call, closed, join, new_workshop
from tests.machine.waiting import in_the_end


async def opened(house: House) -> tuple[Any, Tab, Tab, str]:
    """A workshop, its facilitator, a co-facilitator as participant, and the token of their console."""
    made = await new_workshop(house.base)
    lead = await Tab(house.base, made["board"], made["token"]).open()
    ann = await join(house.base, made["code"], name="Anna")
    tab = await Tab(house.base, made["board"], ann["token"]).open()
    url = f"/api/board/{made['board']}/lead"
    early = await call(house.base, url, body={}, token=ann["token"])
    assert (early.status, early.json["error"]) == (403, "role")
    assert await lead.do("colead", seat=ann["seat"], on=True) == ""
    await tab.until(lambda: tab.mine["me"]["leads"])
    reply = await call(house.base, url, body={}, token=ann["token"])
    assert reply.status == 200
    return made, lead, tab, reply.json["token"]


async def test_R27_the_console_opens_beside_the_seat_and_ends_at_once(house: House) -> None:
    made, lead, tab, token = await opened(house)
    console = await Tab(house.base, made["board"], token).open()
    assert console.mine["me"]["lent"] == tab.welcome["seat"]
    assert await console.do("round", to="critique") == ""
    await tab.until(lambda: tab.view["board"]["round"] == "critique")
    assert await tab.write("Min egen", sheet="columns", lane="critique") in {key[5:] for key in tab.mine}
    assert await lead.do("colead", seat=tab.welcome["seat"], on=False) == ""
    assert await console.ended() == 4502
    door = await call(house.base, f"/api/board/{made['board']}/door", token=token)
    assert (door.status, door.json["error"]) == (403, "no_access")
    await tab.until(lambda: not tab.mine["me"]["leads"])
    await closed(lead, tab)


async def test_R27_a_co_facilitator_neither_deletes_the_board_nor_withdraws_keys(house: House) -> None:
    made, lead, tab, token = await opened(house)
    of = f"/api/board/{made['board']}"
    deleted = await call(house.base, of, method="DELETE", token=token)
    withdrawn = await call(house.base, f"{of}/door", body={"withdraw": "other_keys"}, token=token)
    assert [(reply.status, reply.json["error"]) for reply in (deleted, withdrawn)] == [(403, "role")] * 2
    assert (await call(house.base, f"{of}/door", token=token)).json["other_keys"] == 0
    assert (await call(house.base, f"{of}/door", body={"withdraw": "listen"}, token=token)).status == 200
    own = await call(house.base, f"{of}/door", body={"withdraw": "other_keys"}, token=made["token"])
    assert own.json["other_keys"] == 0, "a co-facilitator's console is no key of the facilitator's"
    assert (await call(house.base, f"{of}/door", token=token)).status == 200
    await closed(lead, tab)


async def test_R27_R14_sealing_ends_the_console(house: House) -> None:
    made, lead, tab, token = await opened(house)
    console = await Tab(house.base, made["board"], token).open()
    assert await lead.do("close") == ""
    late = await call(house.base, f"/api/board/{made['board']}/lead", body={}, token=tab.token)
    assert (late.status, late.json["error"]) == (409, "closed")
    assert await lead.do("seal") == ""
    await lead.until(lambda: lead.view["board"]["sealed"])
    assert await console.ended() == Close.NO_ACCESS
    assert not console.view["board"]["sealed"], "nothing of the sealed board was sent there"

    async def refused() -> None:
        assert (await call(house.base, f"/api/board/{made['board']}/door", token=token)).status == 403

    await in_the_end(refused, unless=AssertionError)
    assert (await call(house.base, f"/api/board/{made['board']}/door", token=made["token"])).status == 200
    await closed(lead, tab)


async def test_R27_R14_a_sealed_board_answers_no_console_though_its_token_is_still_stored(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, lead, tab, token = await opened(house)

    async def not_yet(_: Upkeep) -> None:
        """What deletes the tokens may come late."""

    monkeypatch.setattr(Upkeep, "forget", not_yet)
    assert await lead.do("close") == ""
    assert await lead.do("seal") == ""
    await lead.until(lambda: lead.view["board"]["sealed"])
    of = f"/api/board/{made['board']}"
    for method, path in (("GET", f"{of}/door"), ("GET", f"{of}/export/x.md"), ("DELETE", of)):
        reply = await call(house.base, path, method=method, token=token)
        assert (reply.status, reply.json["error"]) == (403, "no_access"), path
    await closed(lead, tab)


async def test_R27_V16_a_console_lent_for_a_sitting_reads_nothing_that_is_of_years(house: House) -> None:
    made = await new_workshop(house.base, "forloeb")
    of = f"/api/board/{made['board']}"
    lead = await Tab(house.base, made["board"], made["token"]).open()
    assert await lead.do("sitting", on=True) == ""
    ann = await join(house.base, (await call(house.base, f"{of}/door", token=made["token"])).json["code"], name="Anna")
    assert await lead.do("colead", seat=ann["seat"], on=True) == ""
    lent = (await call(house.base, f"{of}/lead", body={}, token=ann["token"])).json["token"]
    console = await Tab(house.base, made["board"], lent).open()
    assert await console.do("round", to="sort") == ""
    point = await lead.write("Tonen er hård", sheet="story", lane="tray")
    tokens = (lent, made["token"])
    for path in (f"told/{point}", "report/x.md", "report/x.json", "report/x.pdf", "leader/x.md"):
        reply = await call(house.base, f"{of}/{path}", token=lent)
        assert (reply.status, reply.json["error"]) == (403, "lent"), path
        # The note was written here, so nothing was told beside it.
        whole = await call(house.base, f"{of}/{path}", token=made["token"])
        assert whole.status == (404 if path.startswith("told") else 200), path
    assert (await call(house.base, f"{of}/export/x.md", token=lent)).status == 200
    for link in ("leader", "notice"):
        made_by = {token: await call(house.base, f"{of}/door", body={"renew": link}, token=token) for token in tokens}
        assert (made_by[lent].status, made_by[lent].json["error"]) == (403, "lent"), "such a link outlives the sitting"
        assert link in made_by[made["token"]].json
        gone = await call(house.base, f"{of}/door", body={"withdraw": link}, token=lent)
        assert (gone.status, gone.json["error"]) == (403, "lent")
        door = [(await call(house.base, f"{of}/door", token=token)).json for token in tokens]
        assert [link in one for one in door] == [False, True]
        assert door[0]["code"] == door[1]["code"]
    await closed(lead, console)
