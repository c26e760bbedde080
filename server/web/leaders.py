"""Calls with the leader's link: which picked notes there are to answer after the close, and answering one (R38).

What may not live here: the leader edition as a file (exports.py), and what an answer may be (board_schema.decide).
"""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from board_schema.board import Note
from board_schema.commands import Refused
from board_schema.method import Lane
from board_schema.rules import answer_to, answers_of, limit_of, to_answer
from server.boards.room import Room
from server.store import LEADER
from server.web.answers import Problem, json_answer
from server.web.bodies import Body, body_of
from server.web.callers import Callers

ANSWER = 10.0  # seconds to wait until the log has an answer
AGAIN = 1.0  # seconds of Retry-After for a link that answers faster than people can write


class LeadersAnswer(Body, frozen=True, rename={"began": "from"}):
    """An answer to a picked note; `began`: the text that its writer began from (R25)."""

    note: Annotated[str, Meta(max_length=40)]
    text: Annotated[str, Meta(max_length=4_000)]
    fields: Annotated[dict[str, Annotated[str, Meta(max_length=4_000)]], Meta(max_length=8)]
    began: Annotated[str, Meta(max_length=4_000)] | None = None


class LeaderCalls:
    """The calls behind the leader's link."""

    def __init__(self, *, callers: Callers) -> None:
        self._callers = callers

    async def show(self, request: Request) -> Response:
        """What there is to answer, with the answers so far, for the leader's link; null where there never is any."""
        room, lane = await self._asked(request)
        return json_answer(None if lane is None else _record(room, lane))

    async def answer(self, request: Request) -> Response:
        """Answer one picked note; then as `show`."""
        room, lane = await self._asked(request)
        if lane is None:
            raise Problem(404, "no_page")
        body = await body_of(request, LeadersAnswer)
        if not room.board.closed:
            raise Problem(409, "not_closed")
        if not room.bucket(LEADER).take_at_once(time.monotonic()):
            raise Problem(429, "slow_down", retry_after=AGAIN)
        try:
            async with asyncio.timeout(ANSWER):
                await room.answer(note=body.note, text=body.text, fields=body.fields, began=body.began)
        except Refused as refused:
            reason = "not_closed" if refused.reason == "round" else refused.reason
            raise Problem(404 if reason == "no_note" else 409, reason) from None
        return json_answer(_record(room, lane))

    async def _asked(self, request: Request) -> tuple[Room, Lane | None]:
        """The board of the leader's link, and the lane of its answers, if it has any. Raises Problem for other keys."""
        room, credential = await self._callers.reader(request)
        if credential.role != LEADER:
            raise Problem(403, "role")
        answered = not (room.board.ephemeral or room.board.rehearsal)
        return room, room.method.answer_lane if answered else None


def _record(room: Room, lane: Lane) -> dict[str, Any]:
    board, method = room.board, room.method
    return {
        "open": bool(board.closed),
        "lane": lane.id,
        "title": lane.title,
        "hint": lane.hint,
        "limit": limit_of(method, lane),
        "fields": msgspec.to_builtins(lane.fields),
        "notes": [_theme(room, note) for note in to_answer(board, method)],
    }


def _theme(room: Room, note: Note) -> dict[str, Any]:
    """A picked note as the leader edition shows it, and its answer."""
    given = answer_to(room.board, room.method, note.id)
    said = None if given is None else {"text": given.text, "fields": answers_of(room.method, given)}
    count = sum(source.count for source in note.sources)
    return {"note": note.id, "lane": note.lane, "text": note.text, "count": count, "answer": said}
