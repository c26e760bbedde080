"""The leader's link answers what was picked, from the close on, and nothing else comes out of it (R38, SPEC 9)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.machine.conftest import House
from tests.machine.talk import PLACE, Reply, call, closed
from tests.machine.test_export import pdf_text
from tests.machine.test_leader import PICKED, RAW, key, path, played

SAID = "Nattevagterne får en plads i plangruppen"


async def ask(house: House, made: Any, token: str, **body: Any) -> Reply:
    """Answer the point; without a body, look what there is to answer."""
    at = f"/api/board/{made['board']}/answers"
    if not body:
        return await call(house.base, at, token=token)
    return await call(house.base, at, token=token, body={"note": "picked000001", "text": SAID, "fields": {}, **body})


@pytest.mark.parametrize("sealed", [False, True])
async def test_R38_an_answer_reaches_open_screens_and_every_file(house: House, sealed: bool) -> None:
    made, tabs = await played(house)
    token = await key(house, made, renew="leader")
    assert (await ask(house, made, token)).json["open"] is False
    assert (await ask(house, made, token, text=SAID)).status == 409
    assert await tabs[0].do("close") == ""
    if sealed:
        assert await tabs[0].do("seal") == ""
    answer = await ask(house, made, token, fields={"outcome": "done", "when": "2027-03-01"}, **{"from": ""})
    assert answer.status == 200, answer.body
    (point,) = answer.json["notes"]
    assert point["text"] == PICKED
    assert point["answer"] == {"text": SAID, "fields": {"outcome": "done", "when": "2027-03-01"}}
    for hidden in (b"overser", b"Kritik"):
        assert hidden not in answer.body, "the leader is shown nothing but what was picked"
    await tabs[1].until(lambda: any(one["text"] == SAID for one in tabs[1].notes().values()))
    board = f"/api/board/{made['board']}"
    for at in (f"{board}/export/x", path(made, "")[:-1]):
        for ending in ("json", "md", "pdf"):
            file = await call(house.base, f"{at}.{ending}?lang=da", token=made["token"])
            text = pdf_text(file.body) if ending == "pdf" else file.body.decode()
            flat = "".join(text.split())
            for words in (SAID, "Ledelsens svar", "1. marts 2027" if ending != "json" else "2027-03-01"):
                assert "".join(words.split()) in flat, (at, ending, words)
    await closed(*tabs)


async def test_R38_R25_two_who_answer_at_once_lose_nothing(house: House) -> None:
    made, tabs = await played(house)
    token = await key(house, made, renew="leader")
    assert await tabs[0].do("close") == ""
    assert (await ask(house, made, token, **{"from": ""})).status == 200
    late = await ask(house, made, token, text="Noget andet", **{"from": ""})
    assert (late.status, late.json["error"]) == (409, "changed")
    assert (await ask(house, made, token)).json["notes"][0]["answer"]["text"] == SAID
    await closed(*tabs)


async def test_R38_only_the_leaders_link_answers_and_only_while_it_is_not_withdrawn(house: House) -> None:
    made, tabs = await played(house)
    token = await key(house, made, renew="leader")
    assert await tabs[0].do("close") == ""
    for other in (made["token"], made["wall"], tabs[1].token):
        assert (await ask(house, made, other, text=SAID)).status == 403
    for wrong, status, reason in (
        ({"text": " "}, 409, "empty"),
        ({"text": "a" * 401}, 409, "too_long"),
        ({"fields": {"who": "mig"}}, 409, "no_field"),
        ({"fields": {"when": "2027-02-30"}}, 409, "bad_value"),
        ({"note": "nobody000001"}, 404, "no_note"),
        ({"fields": []}, 400, "bad_request"),
    ):
        refused = await ask(house, made, token, **wrong)  # type: ignore[arg-type]
        assert (refused.status, refused.json["error"]) == (status, reason)
    await key(house, made, withdraw="leader")
    assert (await ask(house, made, token, text=SAID)).status == 403
    await closed(*tabs)


async def test_R38_V12_nothing_hidden_is_in_a_byte_that_the_leaders_page_is_sent(house: House) -> None:
    """Drafts, notes that were taken down or not picked, the pad, names, seats and what was picked from: none of it."""
    made, tabs = await played(house)
    lead, ann, bo = tabs
    await lead.do("role", seat=bo.welcome["seat"], role="scribe")
    secrets = ["kladde-9f3a", "nedtaget-77b1", "referat-52c8", "Navn-6d0e"]
    assert await lead.do("round", to="critique", confirm=True) == ""
    await ann.write(secrets[0], **PLACE)
    gone = await lead.write(secrets[1], **PLACE)
    assert await lead.do("delete", note=gone) == ""
    assert await bo.do("pad", act="write", line="line00000001", text=secrets[2], round="critique") == ""
    assert await ann.do("name", name=secrets[3]) == ""
    token = await key(house, made, renew="leader")
    seats = [str(tab.welcome["seat"]) for tab in tabs]
    hidden = [*secrets, RAW, "overser", "critique", "Kritik", *seats, made["token"], made["wall"], made["code"]]
    at = f"/api/board/{made['board']}"
    sent: list[Reply] = []
    for closing in (False, True):
        if closing:
            assert await lead.do("close") == ""
        sent += [await ask(house, made, token), await ask(house, made, token, text=" ")]
        sent += [await ask(house, made, token, note="nobody000001"), await ask(house, made, token, text="Tak")]
        sent += [await ask(house, made, token, text="Andet", **{"from": "Noget"})]
        sent += [await call(house.base, path(made, ending), token=token) for ending in ("json", "md", "pdf")]
        sent += [await call(house.base, f"{at}/{what}", token=token) for what in ("door", "export/x.json")]
        sent += [await call(house.base, f"/leader/{made['board']}")]
    assert sent[0].status == 200
    assert sorted({reply.status for reply in sent}) == [200, 403, 404, 409]
    for reply in sent:
        written = pdf_text(reply.body) if reply.body[:4] == b"%PDF" else ""
        text = f"{reply.body.decode('latin-1')} {reply.headers} {written}"
        for one in hidden:
            assert one not in text, one
            assert one.encode() not in reply.body, one
    await closed(*tabs)


async def test_R38_other_methods_have_nothing_to_answer(house: House) -> None:
    other = await call(house.base, "/api/workshops", body={"method": "historievaerksted"})
    token = await key(house, other.json, renew="leader")
    looked = await ask(house, other.json, token)
    # Its page asks all the same, and is not told that something went wrong.
    assert (looked.status, looked.json) == (200, None)
    assert (await ask(house, other.json, token, text=SAID)).status == 404
