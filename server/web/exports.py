"""The export call: a board as a file.

What may not live here: how exports are made, and their queue (server/export).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from board_schema.board import base_of
from board_schema.forms import form_of, sheet_of_lifts
from server.boards.room import Room
from server.doors import access
from server.doors.bucket import Buckets
from server.export.parent import File
from server.export.queue import ExportQueue
from server.export.variants import WHOLE, Busy, Edition, ExportError, Variant
from server.store import LEADER, Credential
from server.web.answers import Problem
from server.web.callers import Callers, lent_for_sitting
from server.web.disconnects import unless_disconnected
from server.web.language import language_of

KINDS: Final = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
READ: Final = ("pdf", "md", "json")  # the formats of the leader edition, whose page reads the last, and of a report
ON_PAPER: Final = ("pdf", "md")  # those of a lift
_SPELLINGS: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})
AT_ONCE: Final = 12  # exports of one person: all of a board's formats in both languages
EVERY: Final = 5.0  # seconds for one more


class Exports:
    """Exports: for the facilitator at all times, for others in a round with `take_home` and after closing.

    Of a rehearsal there are none: nothing of it is kept (H8).
    `now` returns milliseconds.
    """

    def __init__(self, *, callers: Callers, queue: ExportQueue, now: Callable[[], int]) -> None:
        self._callers = callers
        self._queue = queue
        self._now = now
        self._buckets = Buckets(rate=1 / EVERY, burst=AT_ONCE)

    async def file(self, request: Request) -> Response:
        """The board in the format that the file's name ends with."""
        room, credential = await self._callers.member(request)
        board = room.board
        if board.ephemeral or board.rehearsal:
            raise Problem(403, "nothing_kept")
        at_home = bool(board.closed) or room.method.round(board.round).take_home
        if credential.role != "facilitator" and not at_home:
            raise Problem(403, "round")
        if request.query_params.get("picture") and not any(form_of(sheet).places for sheet in room.method.sheets):
            raise Problem(404, "no_page")
        return await self._made(request, room, credential, KINDS)

    async def leader(self, request: Request) -> Response:
        """The leader edition: what was picked, and nothing else; for the facilitator and the leader's link."""
        room, credential = await self._callers.reader(request)
        if credential.role not in ("facilitator", LEADER):
            raise Problem(403, "role")
        if lent_for_sitting(room, credential):
            raise Problem(403, "lent")
        if (room.method.picks is None and not room.board.programme) or room.board.ephemeral or room.board.rehearsal:
            raise Problem(404, "no_page")
        return await self._made(request, room, credential, READ, edition=Edition("leader"))

    async def report(self, request: Request) -> Response:
        """A programme as a report; for those who lead it."""
        room, credential = await self._callers.of_years(request)
        if not room.board.programme:
            raise Problem(404, "no_page")
        return await self._made(request, room, credential, READ, edition=Edition("report"))

    async def lift(self, request: Request) -> Response:
        """One lift of a programme as a page to bring to a meeting; for those who lead it."""
        room, credential = await self._callers.facilitator(request)
        sheet = sheet_of_lifts(room.method)
        if not room.board.programme or sheet is None:
            raise Problem(404, "no_page")
        note = room.board.notes.get(request.query_params.get("note", ""))
        if note is None or note.sheet != sheet.id or note.kind != "note" or note.reach != "all":
            raise Problem(404, "no_note")
        return await self._made(request, room, credential, ON_PAPER, edition=Edition("lift", note.id))

    async def _made(
        self,
        request: Request,
        room: Room,
        credential: Credential,
        formats: Container[str],
        *,
        edition: Edition = WHOLE,
    ) -> Response:
        board, method, state = room.board, room.method, room.head
        name, _, format = request.path_params["file"].rpartition(".")
        if format not in formats or not name:
            raise Problem(404, "no_page")
        try:
            asks = request.query_params
            variant = Variant.of(
                format=format,
                size=asks.get("size", "a3"),
                lang=language_of(request),
                offset=asks.get("offset", ""),
                edition=edition,
                picture=asks.get("picture", ""),
            )
            # A sealed board holds no person behind a token, and a wall's never has one.
            token = access.bearer(request.headers.get("authorization")) or ""
            self._count(room.id, base_of(credential.pid) or access.digest(token))
            asked = self._queue.get(board=board, method=method, state=state, variant=variant)
            file = await unless_disconnected(request, asked)
        except Busy as busy:
            raise Problem(429, "busy", retry_after=busy.retry_after) from None
        except ExportError:
            raise Problem(422, "export") from None
        safe = re.sub(r"[^A-Za-z0-9_-]", "-", name.translate(_SPELLINGS)[:60])
        # Said by the page that asked for it: the poster has boxes in place of emoji.
        lacks = not variant.is_text and self._queue.lacks_emoji(board.id, edition=edition)
        lacking = {"x-tavle-lacks": "emoji"} if lacks else {}
        return _FileInParts(
            file,
            headers={
                **lacking,
                "content-type": KINDS[format],
                "content-length": str(sum(map(len, file))),
                "content-disposition": f'attachment; filename="{safe}.{format}"',
                "cache-control": "no-store",
            },
        )

    def _count(self, board: str, person: str) -> None:
        """Raises Busy when this person, by pid or by the hash of their token, has asked for very many."""
        now = self._now() / 1000
        if not self._buckets.of((board, person), now).take_at_once(now):
            raise Busy("This person has asked for very many files.", retry_after=EVERY)


class _FileInParts(Response):
    """A file sent part by part, each when the one before it has left: the whole is never copied.

    Starlette's own streaming loads a module at its first use, which would hold the event loop.
    """

    def __init__(self, file: File, *, headers: Mapping[str, str]) -> None:
        super().__init__(headers=headers)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it. After the client has disconnected, sending does nothing."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for part in self._file:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
