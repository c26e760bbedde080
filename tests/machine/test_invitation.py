"""The invitation as a calendar file: RFC 5545, the same event when the day is moved, nobody's name (R37, SPEC 9)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar

from tests.machine.conftest import House
from tests.machine.talk import PLACE, Reply, Tab, call, closed, join

DAY = 86_400_000
TITLE = 'Hvad, når; vi \\ flytter 🙂 – "alle" sammen, og nogen af os ikke har set de nye lokaler endnu?'


async def waiting(house: House, days: int = 10) -> tuple[Any, Tab, int]:
    """A workshop that waits for its day."""
    body = {"method": "dilemmavaerksted", "title": TITLE, "venue": "Mødelokale 2, stuen"}
    made = (await call(house.base, "/api/workshops", body=body)).json
    lead = await Tab(house.base, made["board"], made["token"]).open()
    day = int(time.time()) // 60 * 60_000 + days * DAY
    assert await lead.do("setup", day=day) == ""
    return made, lead, day


async def invitation(house: House, **body: Any) -> Reply:
    return await call(house.base, "/api/invitation", body=body)


def event_of(reply: Reply) -> Any:
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = reply.body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines), "lines are folded at 75 bytes"
    assert b"\n" not in reply.body.replace(b"\r\n", b"")
    (event,) = Calendar.from_ical(reply.body).walk("VEVENT")
    return event


async def test_R37_the_invitation_is_an_event_of_the_day_with_the_way_in_and_no_names(house: House) -> None:
    made, lead, day = await waiting(house)
    ann = await join(house.base, made["code"], name="Hemmelige Hanne")
    tab = await Tab(house.base, made["board"], ann["token"]).open()
    await tab.write("hemmelig kladde", **{**PLACE, "sheet": "dilemmas", "lane": "dilemma"})
    reply = await invitation(house, code=made["code"])
    event = event_of(reply)
    door = await call(house.base, f"/api/board/{made['board']}/door", token=made["token"])
    assert event.decoded("dtstart") == datetime.fromtimestamp(day / 1000, UTC)
    assert event.decoded("duration") == timedelta(minutes=120)
    assert (str(event["summary"]), str(event["location"])) == (TITLE, "Mødelokale 2, stuen")
    assert str(event["url"]) == door.json["url"]
    assert door.json["url"] in str(event["description"])
    for hidden in ("Hanne", "hemmelig", made["board"], made["token"], lead.welcome["seat"]):
        assert hidden.encode() not in reply.body
    await closed(lead, tab)


async def test_R37_a_day_that_is_moved_is_the_same_event_and_another_language_has_its_words(house: House) -> None:
    made, lead, day = await waiting(house)
    door = await call(house.base, f"/api/board/{made['board']}/door", token=made["token"])
    key = door.json["url"].partition("#j=")[2]
    first = event_of(await invitation(house, join=key))
    assert await lead.do("setup", day=day + DAY, venue="") == ""
    second = event_of(await invitation(house, join=key, lang="en"))
    assert first["uid"] == second["uid"]
    assert second["sequence"] >= first["sequence"]
    assert second.decoded("dtstart") - first.decoded("dtstart") == timedelta(days=1)
    assert str(second["location"]) == door.json["url"], "without a venue the way in is the place"
    assert "Dilemma" in str(first["description"])
    assert str(first["description"]) != str(second["description"])
    await closed(lead)


async def test_R37_no_invitation_is_there_without_a_day_or_behind_a_closed_door(house: House) -> None:
    made, lead, _ = await waiting(house)
    assert (await invitation(house, code="en-to-tre")).status == 404
    assert (await invitation(house)).status == 400
    assert (await invitation(house, code=made["code"], lang="de")).status == 400
    assert await lead.do("door", open=False) == ""
    assert (await invitation(house, code=made["code"])).status == 404
    assert await lead.do("door", open=True) == ""
    assert await lead.do("round", to="welcome") == ""
    begun = await invitation(house, code=made["code"])
    assert (begun.status, begun.json["error"]) == (409, "no_day")
    await closed(lead)
