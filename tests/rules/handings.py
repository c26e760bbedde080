"""Workshops and programmes for tests of handing on (R42), played over the real rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from board_schema.board import Note
from board_schema.commands import Refused
from board_schema.decide import handing
from board_schema.events import NotePut
from board_schema.handed import Handing, Told
from board_schema.method_file import parse
from tests.rules.play import Table

RECEIVING = (Path(__file__).parent / "receiving.toml").read_text(encoding="utf-8")
PROGRAMME = "programme0001"
DAY = "2026-11-28"


def programme(*, seed: int = 77, show: bool = True) -> Table:
    """A board that takes what workshops hand on."""
    table = Table(parse(RECEIVING, file="receiving.toml"), seed=seed, people=0, show=show)
    table.now += 10**9  # so that no time of a workshop is one of the programme's
    return table


def put(table: Table, *, sheet: str, lane: str, text: str = "", who: str = "P1", **more: Any) -> str:
    """A note that is up, as people's ops would have made it; its id."""
    note = table.new_note()
    fields: dict[str, Any] = {"kind": "note", "reach": "all", "text": text or table.secret(), **more}
    table.append([NotePut(Note(id=note, author=table.pid(who) if who else "", sheet=sheet, lane=lane, **fields))])
    return note


def to_picking(table: Table) -> None:
    """Go to the round that grants `pick`."""
    table.go(next(item.id for item in table.method.plan(table.board.leader) if item.pick))


def pick(table: Table, *of: str, lane: str = "points", text: str = "Det tager vi med") -> str:
    note = table.new_note()
    table.do("F", "pick", note=note, text=text, lane=lane, of=list(of))
    return note


def hand_on(table: Table, *, to: str = PROGRAMME, lang: Any = "da") -> Handing | None:
    """The workshop logs what it hands on; the handing, or None where there is nothing."""
    events = handing.hand_on(
        table.board, table.method, programme=to, title="Vores forløb", lang=lang, day=DAY, now=table.now
    )
    if not events:
        return None
    table.append(events)
    table.show()
    (event,) = events
    return event.handing


def take_in(table: Table, what: Handing) -> str:
    """The programme takes it; the reason of a refusal, or empty."""
    try:
        events = handing.take_in(table.board, table.method, what)
    except Refused as refused:
        return refused.reason
    if events:
        table.append(events)
    table.show()
    return ""


def over(table: Table, what: Handing, state: str = "done") -> None:
    """The workshop logs that a handing is over."""
    if events := handing.handed(table.board, what.id, state=state):
        table.append(events)
    table.show()


def handed_over(table: Table, there: Table, **how: Any) -> Handing:
    """All three steps."""
    what = hand_on(table, **how)
    assert what is not None
    assert take_in(there, what) == ""
    over(table, what)
    return what


def lying(there: Table, lane: str) -> list[Note]:
    """What lies in a lane of the programme."""
    return sorted((note for note in there.board.notes.values() if note.lane == lane), key=lambda note: note.text)


def told(note: Note) -> list[Told]:
    """All that was told beside a note."""
    return [each for source in note.sources for each in source.told]


def said(note: Note, what: str) -> list[tuple[str, str]]:
    """The names and texts of what was told of one kind."""
    return [(each.name, each.text) for each in told(note) if each.what == what]
