"""The export call: a board as a file.

What may not live here: the content of exports (server/export).
"""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.web.answers import Problem
from server.web.callers import Callers
from server.web.language import language_of

KINDS: Final = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


class Exports:
    """Exports: for the facilitator at all times, for others in a round with `take_home` and after closing."""

    def __init__(self, *, callers: Callers) -> None:
        self._callers = callers

    async def file(self, request: Request) -> Response:
        """The board in the format that the file's name ends with."""
        room, credential = await self._callers.member(request)
        board = room.board
        at_home = bool(board.closed) or room.method.round(board.round).take_home
        if credential.role != "facilitator" and not at_home:
            raise Problem(403, "round")
        name, _, format = request.path_params["file"].rpartition(".")
        if format not in KINDS or not name:
            raise Problem(404, "no_page")
        from server.export import ExportError, export  # slow to import, and not needed by most processes

        try:
            data = await export(
                board=board,
                method=room.method,
                format=format,
                size=request.query_params.get("size", "a3"),
                lang=language_of(request),
            )
        except ExportError:
            raise Problem(422, "export") from None
        safe = re.sub(r"[^A-Za-z0-9_-]", "-", name[:60])
        return Response(
            data,
            headers={
                "content-type": KINDS[format],
                "content-disposition": f'attachment; filename="{safe}.{format}"',
                "cache-control": "no-store",
            },
        )
