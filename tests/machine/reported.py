"""A programme that has something of everything that a report tells, played through the rules.

What may not live here: what is asserted about its reports.
"""

from __future__ import annotations

from typing import Any, Final

from board_schema.handed import Handing, Item, Source, Told
from tests.rules.handings import take_in
from tests.rules.play import Table

NAME: Final = "Canary-Kirsten"  # of somebody: in no report
DIARY: Final = "canary-diary: vi er uenige i TRIO"
TONE, LEAVE, BUSY = "Tonen er hård, når vi har travlt", "Gode kolleger siger op", "Resten løber stærkere"
FOND = "Vi holder af hinanden, og det mærkes 🌿"
CENTRE = "Kommunikation og læring i hverdagen"
CIRCLE = "Hård tone får folk til at rejse"
ARABIC = "التواصل بين النوبات صعب"
REWORDED = "Resten får for travlt"
KNOWN, PUZZLED = "Ja, især i weekenden", "Hvad med natten?"
ROOM, ROOM_AGAIN = "Rolig overlevering i et fast rum", "Overlevering i rummet, kun om morgenen"
ITEM = "Punkt om samarbejde"
LESSON, DROPPED = "Ti minutters ro er nok, hvis telefonen er hos en anden", "Det drukner på et møde med otte punkter"
SAID = "Det virkede om morgenen, ikke om aftenen"
LIFT = "Vi beder om et rum mellem afsnittene, som kan lukkes, i vagtskiftet"
ANSWER = "Rum 4 kan bruges fra januar"


def _source(count: int, session: str, day: str, told: tuple[Told, ...] = ()) -> Source:
    return Source("", "", count, session, day, "Det tager vi med", told)


def programme(*, sitting: bool = True) -> Table:
    """The programme. `sitting`: the last one goes on, so that its people are on the board."""
    table = Table("forloeb", people=2, listeners=1)
    lead = "F"

    def write(sheet: str, lane: str, text: str, who: str = lead, **more: Any) -> str:
        note = table.new_note()
        table.do(who, "write", note=note, text=text, sheet=sheet, lane=lane, **more)
        return note

    table.do(lead, "setup", title="Kommunikation på tværs af vagter", venue="Bosted Nord")
    table.go("dialogues")
    write("sessions", "planned", "Dilemmaer om tid", fields={"day": "2027-01-14", "who": NAME})
    told = (Told("pad", "", "canary-told"),)
    items = (
        Item("handedlift01", "lift", "Et rum", (_source(2, "Overleveringsdagen", "2026-05-11", told),)),
        Item("handedpoint1", "point", ARABIC, (_source(4, "Historieværksted", "2026-03-03"),)),
    )
    session, held = "handedsesson", (_source(0, "Historieværksted", "2026-03-03"),)
    note = Item(session, "held", "Hvad har formet os?", held, "2026-03-03", count=2)
    what = Handing("handing00001", "board1", "Vores forløb", table.now, (), session, held=note, items=items)
    assert take_in(table, what) == ""
    table.go("patterns")
    points = {text: write("story", "strains", text) for text in (TONE, LEAVE, BUSY)}
    points[FOND] = write("story", "supports", FOND)
    for one, other in ((TONE, LEAVE), (LEAVE, BUSY), (BUSY, TONE)):
        table.do(lead, "link", note=points[one], kind="leads", other=points[other])
    table.do(lead, "link", note=points[FOND], kind="slows", other=points[LEAVE])
    write("story", "centre", CENTRE)
    table.do(lead, "freeze", sheet="story")
    table.go("show")
    write("answers", "known", KNOWN, "P1", about=[points[LEAVE]])
    write("answers", "puzzled", PUZZLED, "P2", about=[points[FOND]])
    table.go("patterns")
    table.do(lead, "edit", note=points[BUSY], text=REWORDED)
    name = write("story", "circles", CIRCLE, links={"through": [points[one] for one in (TONE, LEAVE, BUSY)]})
    table.do(lead, "mark", note=name, kind="turn", word="bad")
    table.now += 40 * 24 * 3_600_000
    table.do(lead, "freeze", sheet="story")
    table.go("trials")
    dates = {"start": "2026-11-02", "stop": "2026-11-23"}
    for text, about in ((ROOM, name), (ITEM, f"{points[TONE]}>leads>{points[LEAVE]}")):
        trial = write("trials", "proposed", text, about=[about])
        backing = {"backing": f"Aftenholdet og {NAME}", "routine": "I vagtskiftet"}
        running = {**backing, **dates, "until": "none", "who": NAME}
        table.do(lead, "move", note=trial, lane="running", fields=running)
        for who in ("P1", "P2"):
            write("trials", "running", SAID, who, kind="comment", under=trial)
        learned = {"learned": LESSON if text == ROOM else DROPPED}
        table.do(lead, "move", note=trial, lane="stopped", fields={})
        marks = {"decision": "adjust" if text == ROOM else "drop"}
        table.do(lead, "move", note=trial, lane="decided", fields=learned, marks=marks)
        if text == ROOM:
            again = {"links": {"former": [trial]}, "about": [name]}
            write("trials", "qualified", ROOM_AGAIN, fields=backing, **again)
    table.go("lifts")
    table.do(lead, "move", note="handedlift01", lane="local")
    table.do(lead, "edit", note="handedlift01", text=LIFT)
    table.do(lead, "about", note="handedlift01", about=[points[TONE], trial])
    table.do(lead, "set", note="handedlift01", field="by", value=NAME)
    table.do(lead, "set", note="handedlift01", field="day", value="2026-12-01")
    table.do(lead, "mark", note="handedlift01", kind="status", word="agenda")
    table.go("diary")
    write("diary", "before", DIARY)
    table.go("show")
    if not sitting:
        table.do(lead, "sitting", on=False)
    return table
