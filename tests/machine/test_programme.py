"""Programmes (R40) and their sittings (R41) through whole servers: who comes in, and what is left of them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from board_schema.board import DAY
from board_schema.wire import Close
from server.store import Store, copying
from tests.machine.conftest import House, start_house
from tests.machine.talk import Tab, ask_in, call, closed, join, new_workshop
from tests.machine.test_two_processes import two as two
from tests.machine.waiting import in_the_end


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


async def door(house: House, made: Any, token: str = "") -> Any:
    return (await call(house.base, f"/api/board/{made['board']}/door", token=token or made["token"])).json


async def test_R41_a_sitting_has_a_code_of_its_own_and_without_one_no_code_lets_anybody_in(house: House) -> None:
    made = await new_workshop(house.base, "forloeb")
    lead = await Tab(house.base, made["board"], made["token"]).open()
    assert made["code"] == ""
    old = [(await door(house, made))["code"]]
    for _ in range(2):
        for code in old:
            refused = await call(house.base, "/api/look", body={"code": code})
            assert (refused.status, refused.json["error"]) == (404, "no_door")
        await lead.do("sitting", on=True)
        for code in old:
            assert (await call(house.base, "/api/look", body={"code": code})).status == 404, "of another sitting"
        links, again = await door(house, made), await door(house, made, made["wall"])
        assert links["code"] == again["code"]
        listen = links["listen"].partition("#l=")[2]
        for way in ({"code": links["code"]}, {"join": links["url"].partition("#j=")[2]}, {"join": listen}):
            assert (await call(house.base, "/api/look", body=way)).status == 200
        old.append(links["code"])
        await lead.do("sitting", on=False)
        refused = await call(house.base, "/api/look", body={"join": listen})
        assert refused.status == 404
    assert len(set(old)) == 3, "what its door says before its first sitting is of none"
    await closed(lead)


async def test_R41_when_a_sitting_is_over_everybody_but_those_who_lead_is_out_of_every_process_and_of_the_store(
    two: Any, shelf: Store
) -> None:
    (_, here), (_, there) = two
    made = await new_workshop(here, "forloeb")
    board = made["board"]
    lead = await Tab(here, board, made["token"]).open()
    wall = await Tab(there, board, made["wall"]).open()
    assert await lead.do("sitting", on=True) == ""
    await wall.until(lambda: bool(wall.view["board"]["sitting"]))
    code = (await call(there, f"/api/board/{board}/door", token=made["wall"])).json["code"]
    people = [await join(base, code, name=f"navn-{n}") for n, base in enumerate((here, there))]
    phones = [
        await Tab(base, board, person["token"]).open() for base, person in zip((here, there), people, strict=True)
    ]
    waiting = await ask_in(there, code, name="navn-venter")
    await lead.do("round", to="show")
    await phones[1].until(lambda: phones[1].view["board"]["round"] == "show")
    note = await phones[1].write("svaret", sheet="answers", lane="known")
    pid = next(kept.pid for kept in (await shelf.credentials.every(board)).values() if kept.role == "participant")
    assert pid.encode() in repr(await copying.board(shelf, board)).encode()
    assert await lead.do("sitting", on=False) == ""
    for phone in phones:
        assert await phone.ended() == Close.OVER
    await wall.until(lambda: wall.view["board"]["sitting"] == 0)
    assert wall.view[f"note:{note}"]["text"] == "svaret"
    assert wall.view["progress"]["present"] == 0

    async def stored() -> bytes:
        told = repr(await copying.board(shelf, board)).encode()
        assert not [word for word in (pid.encode(), b"navn-", people[1]["seat"].encode()) if word in told]
        return told

    assert b"svaret" in await in_the_end(stored, unless=AssertionError)
    for token in (people[0]["token"], people[1]["token"], waiting["token"]):
        gone = await Tab(there, board, token).open(hello=False)
        await gone.say_hello()
        assert await gone.ended() == Close.NO_ACCESS
    assert await lead.do("round", to="sort") == ""
    again = await Tab(there, board, made["token"]).open()
    await again.until(lambda: again.view["board"]["round"] == "sort")
    await closed(lead, wall, again)


async def test_R41_who_joined_in_an_earlier_sitting_does_not_come_in_to_the_next(house: House, shelf: Store) -> None:
    made = await new_workshop(house.base, "forloeb")
    lead = await Tab(house.base, made["board"], made["token"]).open()
    await lead.do("sitting", on=True)
    waiting = await ask_in(house.base, (await door(house, made))["code"], name="venter")
    digest = hashlib.sha256(waiting["token"].encode()).hexdigest()
    now = int(lead.view["board"]["sitting"])
    who = await shelf.joining.of(made["board"], digest=digest, now=now)
    assert who is not None
    assert who.sitting == now
    await lead.do("sitting", on=False)
    await lead.do("sitting", on=True)
    await shelf.joining.add(made["board"], digest=digest, who=who, now=now, until=now + 60_000)  # not yet forgotten
    late = await Tab(house.base, made["board"], waiting["token"]).open(hello=False)
    await late.say_hello()
    assert await late.ended() == Close.NO_ACCESS
    assert waiting["seat"] not in repr(lead.view)
    again = await join(house.base, (await door(house, made))["code"])
    assert again["seat"]
    await closed(lead)


async def test_R41_a_token_of_an_earlier_sitting_reads_nothing_and_is_forgotten(house: House, shelf: Store) -> None:
    made = await new_workshop(house.base, "forloeb")
    board = made["board"]
    lead = await Tab(house.base, board, made["token"]).open()
    await lead.do("round", to="centre")
    await lead.write("Kommunikation", sheet="story", lane="centre")
    assert await lead.do("freeze", sheet="story") == ""
    await lead.do("sitting", on=True)
    one = await join(house.base, (await door(house, made))["code"])
    version = f"/api/board/{board}/version/story/1"
    assert (await call(house.base, version, token=one["token"])).status == 200
    digest = hashlib.sha256(one["token"].encode()).hexdigest()
    kept = await shelf.credentials.of(board, digest=digest)
    assert kept is not None
    await lead.do("sitting", on=False)

    async def known(expected: bool) -> None:
        assert (digest in await shelf.credentials.every(board)) == expected

    await in_the_end(lambda: known(False), unless=AssertionError)
    # As after a process that died when it had said that the sitting is over.
    await shelf.credentials.add(board, digest=digest, gives=kept)
    for path in (version, f"/api/board/{board}/export/x.md"):
        gone = await call(house.base, path, token=one["token"])
        assert (gone.status, gone.json["error"]) == (403, "no_access")
    await lead.do("unfreeze", sheet="story", version=1)  # trims the log too
    await in_the_end(lambda: known(False), unless=AssertionError)
    await closed(lead)


async def test_R40_each_member_has_a_link_of_their_own_which_is_withdrawn_by_itself(house: House, shelf: Store) -> None:
    made = await new_workshop(house.base, "forloeb", title="Kommunikation", venue="Bosted Nord")
    board, token = made["board"], made["token"]
    of = f"/api/board/{board}/members"

    async def ask(body: Any = None, key: str = token) -> Any:
        return await call(house.base, of, body=body, token=key)

    links = {}
    for label in ("Mette (AMR)", "  Jonas\u202e "):
        reply = await ask({"label": label})
        links[label] = reply.json["url"].partition("#k=")[2]
        assert reply.json["qr"]["size"]
    listed = (await ask()).json["members"]
    assert [(each["label"], each["own"]) for each in listed] == [("Jonas", False), ("Mette (AMR)", False)]
    tabs = [await Tab(house.base, board, key).open() for key in links.values()]
    for tab in tabs:
        assert tab.welcome["role"] == "facilitator"
        assert await tab.do("round", to="sort") == ""
    mette = next(each for each in (await ask(key=links["Mette (AMR)"])).json["members"] if each["own"])
    assert mette["label"] == "Mette (AMR)"
    left = (await ask({"withdraw": mette["id"]})).json["members"]
    assert [each["label"] for each in left] == ["Jonas"]
    assert await tabs[0].ended() == Close.NO_ACCESS
    assert await tabs[1].do("round", to="home") == "", "the others keep theirs"
    assert (await ask(key=links["Mette (AMR)"])).json["error"] == "no_access"
    for wrong, reason in (({"label": " "}, "empty"), ({"label": "x" * 41}, "too_long")):
        refused = await ask(wrong)
        assert (refused.status, refused.json["error"]) == (409, reason)
    for _ in range(19):
        assert (await ask({"label": "en til"})).status == 200
    assert (await ask({"label": "for mange"})).json["error"] == "full"
    await call(house.base, f"/api/board/{board}/door", body={"withdraw": "other_keys"}, token=token)
    assert await tabs[1].ended() == Close.NO_ACCESS
    assert (await ask()).json["members"] == []
    assert b"Jonas" not in repr(await copying.board(shelf, board)).encode(), "the label may be a name"
    assert (await ask({"withdraw": hashlib.sha256(made["wall"].encode()).hexdigest()})).json["members"] == []
    wall = await Tab(house.base, board, made["wall"]).open()
    workshop = await new_workshop(house.base)
    other = await call(house.base, f"/api/board/{workshop['board']}/members", token=workshop["token"])
    assert (other.status, other.json["error"]) == (404, "no_page")
    assert (await call(house.base, of, token=made["wall"])).status == 403
    await closed(wall)


async def test_R40_a_further_key_of_somebody_who_leads_is_withdrawn_with_their_link(house: House, shelf: Store) -> None:
    made = await new_workshop(house.base, "forloeb")
    of = f"/api/board/{made['board']}"

    async def member(label: str, key: str = made["token"]) -> str:
        return key_of((await call(house.base, f"{of}/members", body={"label": label}, token=key)).json)

    async def further(key: str) -> str:
        seat = (await tab(key)).welcome["seat"]
        return key_of((await call(house.base, f"{of}/return", body={"seat": seat}, token=key)).json)

    def key_of(answer: Any) -> str:
        return str(answer["url"].partition("#k=")[2])

    async def tab(key: str) -> Tab:
        tabs.append(await Tab(house.base, made["board"], key).open())
        return tabs[-1]

    async def listed(key: str = made["token"]) -> list[tuple[str, bool]]:
        found = (await call(house.base, f"{of}/members", token=key)).json["members"]
        return [(each["label"], each["own"]) for each in found]

    tabs: list[Tab] = []
    mette, jonas = await member("Mette"), await member("Jonas")
    phone = await further(mette)
    keys = [mette, phone, await further(phone)]
    others = [jonas, await further(jonas), await further(made["token"])]
    assert await listed(phone) == [("Jonas", False), ("Mette", True)], "it is a key of the same link"
    there = {key: await tab(key) for key in (*keys, *others)}
    body = {"withdraw": hashlib.sha256(mette.encode()).hexdigest()}
    await call(house.base, f"{of}/members", body=body, token=made["token"])
    for key in keys:
        assert await there[key].ended() == Close.NO_ACCESS
        assert (await call(house.base, f"{of}/members", token=key)).json["error"] == "no_access"
    for key in others:
        assert await there[key].do("round", to="sort") == "", "the others keep theirs"
    assert await listed() == [("Jonas", False)]
    # Whoever withdraws all others from a further device keeps their label, and nobody else's is kept.
    await member("Karen")
    await call(house.base, f"{of}/door", body={"withdraw": "other_keys"}, token=others[1])
    kept = repr(await copying.board(shelf, made["board"])).encode()
    assert (b"Karen" in kept, b"Mette" in kept, b"Jonas" in kept) == (False, False, True)
    assert await listed(others[1]) == [("Jonas", True)]
    await closed(*(one for one in tabs if one.code is None and one is there[others[1]]))


async def test_V19_the_noticeboard_reads_the_cycle_and_nothing_else_until_it_is_withdrawn(house: House) -> None:
    made = await new_workshop(house.base, "forloeb", title="Kommunikation", venue="Bosted Nord")
    board, token = made["board"], made["token"]
    lead = await Tab(house.base, board, token).open()
    of = f"/api/board/{board}"
    assert "notice" not in await door(house, made)
    links = (await call(house.base, f"{of}/door", body={"renew": "notice"}, token=token)).json
    key = links["notice"].partition("#k=")[2]
    assert f"/notice/{board}#k=" in links["notice"]
    await lead.do("sitting", on=True)
    code = (await door(house, made))["code"]
    await join(house.base, code, name="navn-sofie")
    await lead.do("round", to="diary")
    await lead.write("kun-trio", sheet="diary", lane="learning")
    await lead.do("round", to="trials")
    trial = await lead.write("Rolig overlevering", sheet="trials", lane="proposed")
    plan = {"backing": "alle", "routine": "vagtskift", "start": "2026-11-12", "until": "none", "stop": "2026-12-03"}
    assert await lead.do("move", note=trial, lane="running", fields={**plan, "who": "navn-anne"}) == ""
    shown = await call(house.base, f"{of}/notice", token=key)
    assert shown.json["title"] == "Kommunikation"
    assert shown.json["changed"] % DAY == 0
    assert shown.json["cycle"]["shows"][1]["lines"] == [{"text": "Rolig overlevering", "of": "", "until": "2026-12-03"}]
    assert [each["text"] for each in shown.json["cycle"]["next"]] == ["Rolig overlevering"]
    for secret in (b"kun-trio", b"navn-sofie", b"navn-anne", code.encode(), key.encode()):
        assert secret not in shown.body
    for path in ("door", "members", "export/x.md", "export/x.json", "version/story/1"):
        assert (await call(house.base, f"{of}/{path}", token=key)).status == 403, path
    gone = await Tab(house.base, board, key).open(hello=False)
    await gone.say_hello()
    assert await gone.ended() == Close.NO_ACCESS, "it opens no board"
    assert (await call(house.base, f"{of}/notice", token=made["wall"])).status == 403
    await call(house.base, f"{of}/door", body={"withdraw": "notice"}, token=token)
    assert (await call(house.base, f"{of}/notice", token=key)).json["error"] == "no_access"
    again = (await call(house.base, f"{of}/door", body={"renew": "notice"}, token=token)).json["notice"]
    assert again != links["notice"]
    await closed(lead)


async def test_R45_R39_R40_what_cannot_be_so_is_refused_with_its_reason_and_nothing_is_lost(house: House) -> None:
    made = await new_workshop(house.base, "forloeb")
    lead = await Tab(house.base, made["board"], made["token"]).open()
    days = {"start": "2026-12-10", "until": "none", "stop": "2026-12-17"}
    plan = {"backing": "Aftenholdet", "routine": "Vagtskiftet", "who": "AMR"} | days
    await lead.do("round", to="trials")
    trial = await lead.write("Rolig overlevering", sheet="trials", lane="proposed")

    async def refused(op: str, **args: Any) -> str:
        before = lead.notes()
        reason = await lead.do(op, **args)
        assert lead.notes() == before, op
        return reason

    early = plan | {"stop": "2026-12-01"}
    assert await refused("move", note=trial, lane="running", fields=early) == "day_order"
    assert await refused("move", note=trial, lane="running", fields=plan | {"start": "2026-02-31"}) == "bad_value"
    assert await lead.do("move", note=trial, lane="running", fields=plan) == ""
    assert await refused("set", note=trial, field="stop", value="2026-12-09") == "day_order"
    await lead.do("round", to="followup")
    for brought in ({"marks": {"decision": "drop"}}, {"fields": {"learned": "Ti minutter er nok"}}):
        assert await refused("move", note=trial, lane="decided", **brought) == "unanswered"
    await lead.do("round", to="patterns")
    point = await lead.write("Tonen er hård", sheet="story", lane="strains")
    assert await refused("link", note=point, kind="leads", other=point) == "itself"
    assert await refused("link", note=point, kind="leads", other="nosuchnote12") == "no_note"
    for op in ("close", "seal"):
        assert await refused(op) == "programme"
    await closed(lead)
