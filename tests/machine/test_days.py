"""The days of a programme's notes as a calendar file: the same events when they are moved, cancelled ones (R46)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from icalendar import Calendar

from tests.machine.conftest import House
from tests.machine.talk import Reply, Tab, call, closed

ROOM = 'Rolig overlevering, i et fast rum; "med døren lukket" 🙂 – og med alle, der møder ind, og alle, der går hjem'
PLAN = {
    "backing": "Hemmelige Hanne",
    "routine": "Kl. 15",
    "start": "2026-11-12",
    "until": "none",
    "who": "Hemmelige Hanne",
}


async def programme(house: House) -> tuple[dict[str, Any], Tab]:
    made = (await call(house.base, "/api/workshops", body={"method": "forloeb", "title": "Bosted Nord"})).json
    lead = await Tab(house.base, made["board"], made["token"]).open()
    assert await lead.do("round", to="trials") == ""
    return made, lead


async def trial(lead: Tab, note: str, stop: str) -> None:
    """A trial that runs until that day."""
    assert await lead.do("write", note=note, text=ROOM, sheet="trials", lane="proposed") == ""
    assert await lead.do("move", note=note, lane="running", fields={**PLAN, "stop": stop}) == ""


async def file(house: House, made: dict[str, Any], query: str = "", *, token: str | None = None) -> Reply:
    return await call(house.base, f"/api/board/{made['board']}/calendar/dage.ics{query}", token=token or made["token"])


def events(reply: Reply) -> list[Any]:
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in reply.body.split(b"\r\n")), "lines are folded at 75 bytes"
    assert b"\n" not in reply.body.replace(b"\r\n", b"")
    return list(Calendar.from_ical(reply.body).walk("VEVENT"))


async def test_R46_each_day_of_a_trial_is_an_event_without_names_and_stays_the_same_one(house: House) -> None:
    made, lead = await programme(house)
    await trial(lead, "trial0000001", "2026-12-03")
    await trial(lead, "trial0000002", "2026-12-10")
    reply = await file(house, made, "?lang=da")
    first, second = sorted(events(reply), key=lambda event: event.decoded("dtstart"))
    assert (first.decoded("dtstart"), first.decoded("dtend")) == (date(2026, 12, 3), date(2026, 12, 4))
    assert str(first["summary"]) == f"Vi stopper op og spørger: {ROOM}"
    assert "Bosted Nord" in str(first["description"])
    assert {str(event["status"]) for event in (first, second)} == {"CONFIRMED"}
    assert first["uid"] != second["uid"]
    for hidden in ("Hanne", made["board"], made["token"], lead.welcome["seat"], "trial0000001"):
        assert hidden.encode() not in reply.body
    assert await lead.do("set", note="trial0000001", field="stop", value="2026-12-05") == ""
    assert await lead.do("move", note="trial0000001", lane="stopped") == ""
    (moved,) = events(await file(house, made, "?note=trial0000001&lang=en"))
    assert moved["uid"] == first["uid"]
    assert moved["sequence"] >= first["sequence"]
    assert moved.decoded("dtstart") - first.decoded("dtstart") == timedelta(days=2)
    assert str(moved["summary"]).startswith("We stop and ask: ")
    await closed(lead)


async def test_R46_what_is_dropped_or_taken_back_is_cancelled_and_what_is_carried_on_is_not(house: House) -> None:
    made, lead = await programme(house)
    names = {"drop": "trial0000001", "carry-on": "trial0000002"}
    for word, note in names.items():
        await trial(lead, note, "2026-12-03")
        assert await lead.do("move", note=note, lane="stopped") == ""
        said = {"kind": "comment", "under": note, "sheet": "trials", "lane": "stopped"}
        assert await lead.do("write", note=f"{word:x<12}", text="Jeg går roligere hjem", **said) == ""
        given = {"marks": {"decision": word}, "fields": {"learned": "Ti minutter er nok"}}
        assert await lead.do("move", note=note, lane="decided", **given) == ""
    await trial(lead, "trial0000003", "2026-12-03")
    (event,) = events(await file(house, made, "?note=trial0000003"))
    assert await lead.do("move", note="trial0000003", lane="qualified") == ""
    states = {word: events(await file(house, made, f"?note={note}"))[0]["status"] for word, note in names.items()}
    assert states == {"drop": "CANCELLED", "carry-on": "CONFIRMED"}
    (back,) = events(await file(house, made, "?note=trial0000003"))
    assert (back["uid"], back["status"]) == (event["uid"], "CANCELLED")
    await closed(lead)


async def test_R46_no_day_that_can_be_set_keeps_the_others_out_of_the_file(house: House) -> None:
    made, lead = await programme(house)
    for number, day in enumerate(("0001-01-01", "2026-12-03", "9999-12-31")):
        note = f"session0000{number}"
        assert await lead.do("round", to="dialogues") == ""
        assert await lead.do("write", note=note, text="Om overgange", sheet="sessions", lane="planned") == ""
        assert await lead.do("set", note=note, field="day", value=day) == ""
    days = {event.decoded("dtstart") for event in events(await file(house, made))}
    assert days == {date.min, date(2026, 12, 3), date.max}
    await closed(lead)


async def test_R46_a_day_that_is_not_for_calendars_stands_in_none(house: House) -> None:
    made, lead = await programme(house)
    assert await lead.do("round", to="dialogues") == ""
    for lane, note in (("held", "session00001"), ("planned", "session00002")):
        assert await lead.do("write", note=note, text="Om overgange", sheet="sessions", lane=lane) == ""
        assert await lead.do("set", note=note, field="day", value="2026-12-03") == ""
    assert len(events(await file(house, made))) == 1
    assert (await file(house, made, "?note=session00001")).json == {"error": "no_day"}
    assert await lead.do("move", note="session00002", lane="held") == ""
    assert (await file(house, made)).json == {"error": "no_day"}
    await closed(lead)


async def test_R46_the_file_is_the_facilitators_and_is_there_once_a_day_is_set(house: House) -> None:
    made, lead = await programme(house)
    assert (await file(house, made)).json == {"error": "no_day"}
    assert (await file(house, made, "?note=nobody000001")).json == {"error": "no_note"}
    assert (await file(house, made, token=made["wall"])).json == {"error": "role"}
    other = (await call(house.base, "/api/workshops", body={"method": "historievaerksted"})).json
    assert (await file(house, other)).json == {"error": "no_page"}
    none = await call(house.base, f"/api/board/{made['board']}/calendar/dage.txt", token=made["token"])
    assert json.loads(none.body) == {"error": "no_page"}
    await closed(lead)
