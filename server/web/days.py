"""The days of a board's notes as a calendar file (R46): RFC 5545, an event for each day that is to stand in one.

What may not live here: the invitation to a workshop that waits for its day (invitation.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from icalendar import Calendar, Event
from starlette.requests import Request
from starlette.responses import Response

from board_schema.board import NO_DATE, Board, Lang, Note
from board_schema.method import Field, Method, Sheet
from server.web.answers import Problem
from server.web.callers import Callers
from server.web.invitation import TYPE, stamped
from server.web.language import language_of

ENDING = ".ics"


class Day(NamedTuple):
    """A day of a note. `off`: a calendar that has it already is told that it is cancelled."""

    note: Note
    sheet: Sheet
    field: Field
    day: date
    off: bool


class CalendarCalls:
    """The call for the calendar file. `now` returns milliseconds."""

    def __init__(self, *, callers: Callers, now: Callable[[], int]) -> None:
        self._callers = callers
        self._now = now

    async def file(self, request: Request) -> Response:
        """All days of the board's notes, or those of one note; for the facilitator."""
        room, _ = await self._callers.facilitator(request)
        name = request.path_params["file"]
        if not name.endswith(ENDING) or name == ENDING or not _has_days(room.method):
            raise Problem(404, "no_page")
        only = request.query_params.get("note", "")
        if only and (only not in room.board.notes or room.board.notes[only].reach != "all"):
            raise Problem(404, "no_note")
        days = [day for day in days_of(room.board, room.method) if not only or day.note.id == only]
        if not days:
            raise Problem(409, "no_day")
        lang: Lang = "da" if language_of(request) == "da" else "en"
        body = calendar_of(room.board, days, lang=lang, now=self._now())
        return Response(body, headers={"content-type": TYPE, "cache-control": "no-store"})


def days_of(board: Board, method: Method) -> Iterator[Day]:
    """The days of what all are shown, note by note; `off` where the word or the lane of a note says so."""
    for sheet in method.sheets:
        fields = {field.id: field for lane in sheet.lanes for field in lane.fields if field.calendar}
        ended = {(kind.id, word.id) for kind in sheet.marks for word in kind.words if word.cancels}
        notes = (n for n in board.notes.values() if fields and n.sheet == sheet.id and n.kind == "note")
        for note in sorted(notes, key=lambda one: one.id):
            lane = sheet.lane(note.lane)
            for name, field in fields.items():
                value = note.fields.get(name, "")
                if note.reach != "all" or lane is None or value in ("", NO_DATE):
                    continue
                here = lane.field(name)
                if here is not None and not here.calendar:
                    continue  # it says when something was; an event of when it was to be took place
                off = here is None or bool(ended & set(note.marks.items()))
                yield Day(note, sheet, here or field, date.fromisoformat(value), off)


def calendar_of(board: Board, days: list[Day], *, lang: Lang, now: int) -> bytes:
    """The file: an event for a whole day each, with what the day is for, and nobody's name.

    Its UID stays the same, so that a calendar moves it when the day is moved, and takes it off when it is cancelled.
    """
    made = Calendar()
    made.add("prodid", "-//Tavle//Tavle//DA")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for day in days:
        event = Event()
        uid = hashlib.sha256(f"day/{board.id}/{day.note.id}/{day.field.id}".encode()).hexdigest()[:32]
        event.add("uid", f"{uid}@tavle")
        stamped(event, now)
        event.add("dtstart", day.day)
        if day.day < date.max:  # without an end it is of one day as well
            event.add("dtend", day.day + timedelta(days=1))
        event.add("summary", f"{day.field.title[lang]}: {day.note.text}")
        event.add("description", f"{day.sheet.title[lang]} · {board.title}")
        event.add("status", "CANCELLED" if day.off else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        made.add_component(event)
    return bytes(made.to_ical())


def _has_days(method: Method) -> bool:
    return any(field.calendar for sheet in method.sheets for lane in sheet.lanes for field in lane.fields)
