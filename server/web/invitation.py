"""The invitation to a workshop that waits for its day (R37), as a calendar file: RFC 5545, one event.

What may not live here: who may have one (workshops.py).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from board_schema.board import Board, Lang
from board_schema.method import Method

TYPE = "text/calendar; charset=utf-8"
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_WRITE = {
    "da": "Du kan skrive kladder hjemmefra, som kun du kan se. Åbn linket:",
    "en": "You can write drafts at home, which you alone see. Open the link:",
}
_COME = {"da": "Kom ind her, når vi mødes:", "en": "Come in here when we meet:"}


def calendar_file(board: Board, method: Method, *, link: str, ahead: bool, lang: Lang, now: int) -> bytes:
    """The event of `board.day`, from there on as long as the method is planned.

    It holds what an invitation on paper does, and nobody's name. Its UID stays the same, so that a calendar that has it
    already moves it when the day is moved; SEQUENCE grows with time. `now`: ms; `ahead`: people may write until then.
    """
    event = Event()
    event.add("uid", f"{hashlib.sha256(f'invitation/{board.id}'.encode()).hexdigest()[:32]}@tavle")
    stamped(event, now)
    event.add("dtstart", datetime.fromtimestamp(board.day // 1000, UTC))
    event.add("duration", timedelta(minutes=max(1, method.minutes)))
    event.add("summary", board.title)
    event.add("location", board.venue or link)
    event.add("url", link)
    event.add(
        "description", "\n\n".join((method.title[lang], method.pitch[lang], (_WRITE if ahead else _COME)[lang], link))
    )
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//Tavle//Tavle//DA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def stamped(event: Event, now: int) -> None:
    """Say of an event when its file was made (`now`, ms), and that it takes the place of an older one."""
    made = datetime.fromtimestamp(now // 1000, UTC)
    event.add("dtstamp", made)
    event.add("sequence", int((made - _EPOCH).total_seconds()))
