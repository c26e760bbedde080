"""Responses: JSON, files, and errors with a status and a reason.

What may not live here: reading requests, and what a single call does.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from board_schema.commands import Refused
from server.boards.follower import Broken
from server.store import NoBoard, StoreAway
from server.web.files import File
from server.web.lone import LonePage

AWAY = 2  # seconds of Retry-After while the store is away: usually enough for its restart

Handler = Callable[[Request], Awaitable[Response]]

_NO_PAGE = LonePage("no-page", status=404)


class Problem(Exception):
    """A call is refused with a status and a reason (SPEC 9); pages have a text for each reason.

    `retry_after` is in seconds; 0: no Retry-After header. `more`: further fields of the answer.
    """

    def __init__(self, status: int, reason: str, *, retry_after: float = 0, **more: Any) -> None:
        self.status = status
        self.reason = reason
        self.retry_after = retry_after
        self.more = more
        super().__init__(reason)


def json_answer(value: Any, *, status: int = 200) -> Response:
    """A JSON answer with `Cache-Control: no-store`."""
    return JSONResponse(value, status_code=status, headers={"cache-control": "no-store"})


def error_answer(problem: Problem) -> Response:
    """`{error: reason}` with the problem's status, and `Retry-After` in whole seconds if it has one."""
    answer = json_answer({"error": problem.reason, **problem.more}, status=problem.status)
    if problem.retry_after:
        answer.headers["retry-after"] = str(math.ceil(problem.retry_after))
    return answer


def file_answer(request: Request, file: File, *, cache: str, status: int = 200) -> Response:
    """A file, compressed if the browser accepts that. `cache` is the Cache-Control header."""
    headers = {"cache-control": cache, "content-type": file.kind}
    if file.packed is None:
        return Response(file.plain, status_code=status, headers=headers)
    headers["vary"] = "accept-encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(file.packed, status_code=status, headers=headers)
    return Response(file.plain, status_code=status, headers=headers)


def answered(handler: Handler) -> Handler:
    """The handler, with the exceptions that calls raise turned into error answers."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Problem as problem:
            return no_page(request) if problem.reason == "no_page" else error_answer(problem)
        except NoBoard:
            return error_answer(Problem(404, "gone"))
        except Refused as refused:
            return error_answer(Problem(409, refused.reason))
        except (StoreAway, Broken, TimeoutError):
            return error_answer(Problem(503, "store_away", retry_after=AWAY))

    return answer


def no_page(request: Request) -> Response:
    """The answer where there is nothing: a page for somebody who looks at it, `no_page` for a script."""
    if "text/html" in request.headers.get("accept", ""):
        return _NO_PAGE.answer(request)
    return error_answer(Problem(404, "no_page"))


async def not_found(request: Request, _: Exception) -> Response:
    """The answer at an unknown address."""
    return no_page(request)


async def not_allowed(_: Request, __: Exception) -> Response:
    """The answer to a method that the address does not have."""
    return error_answer(Problem(405, "no_method"))


async def fault(_: Request, __: Exception) -> Response:
    """The answer after an unexpected exception in a handler."""
    return error_answer(Problem(500, "fault"))
