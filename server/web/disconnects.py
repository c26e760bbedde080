"""Work for a client that may disconnect meanwhile.

What may not live here: the work itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

from server.web.answers import Problem

Result = TypeVar("Result")


async def unless_disconnected(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """What `work` returns or raises. When the client disconnects it is cancelled, and a Problem is raised.

    To be called after the request's body has been read.
    """
    made = asyncio.create_task(work)
    gone = asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait((made, gone), return_when=asyncio.FIRST_COMPLETED)
        if not made.done():
            raise Problem(400, "bad_request")
        return made.result()
    finally:
        made.cancel()
        gone.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
