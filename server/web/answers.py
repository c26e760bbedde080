"""Answers: JSON, files, and an error as a status and a reason.

What may not live here: reading of requests, and what any single call does.
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

AWAY = 2  # seconds: a store that restarts is back by then, mostly

Handler = Callable[[Request], Awaitable[Response]]


class Problem(Exception):
    """A call that is refused: its status, and its reason (SPEC 9), which the page has a text for.

    `retry_after` is in seconds; 0 where trying again is no use or may be done at once.
    """

    def __init__(self, status: int, reason: str, *, retry_after: float = 0) -> None:
        self.status = status
        self.reason = reason
        self.retry_after = retry_after
        super().__init__(reason)


def json_answer(value: Any, *, status: int = 200) -> Response:
    """A JSON answer that no cache keeps."""
    return JSONResponse(value, status_code=status, headers={"cache-control": "no-store"})


def error_answer(problem: Problem) -> Response:
    """`{error: reason}` with the problem's status, and `Retry-After` in whole seconds where it has one."""
    answer = json_answer({"error": problem.reason}, status=problem.status)
    if problem.retry_after:
        answer.headers["retry-after"] = str(math.ceil(problem.retry_after))
    return answer


def file_answer(request: Request, file: File, *, cache: str, status: int = 200) -> Response:
    """A file, compressed where the browser takes that. `cache` is the Cache-Control header."""
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
            return error_answer(problem)
        except NoBoard:
            return error_answer(Problem(404, "gone"))
        except Refused as refused:
            return error_answer(Problem(409, refused.reason))
        except (StoreAway, Broken, TimeoutError):
            return error_answer(Problem(503, "store_away", retry_after=AWAY))

    return answer


async def not_found(_: Request, __: Exception) -> Response:
    """The answer where there is no such address."""
    return error_answer(Problem(404, "no_page"))


async def not_allowed(_: Request, __: Exception) -> Response:
    """The answer to a method that an address does not take."""
    return error_answer(Problem(405, "no_method"))


async def fault(_: Request, __: Exception) -> Response:
    """The answer when a handler raised an exception that nobody expected."""
    return error_answer(Problem(500, "fault"))
