"""Request bodies: JSON within a size, checked against a shape.

What may not live here: the shapes, which stand beside the calls that take them.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request

from server.web.answers import Problem

LARGEST = 16 * 1024  # bytes

Shape = TypeVar("Shape")


async def body_of(request: Request, shape: type[Shape]) -> Shape:
    """The request's JSON body as a `shape`. Raises Problem."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "not_json")
    data = b""
    try:
        async for part in request.stream():
            data += part
            if len(data) > LARGEST:
                raise Problem(413, "too_long")
    except ClientDisconnect:
        raise Problem(400, "bad_op") from None  # nobody reads this answer
    return checked(data, shape)


def checked(data: bytes, shape: type[Shape]) -> Shape:
    """JSON text as a `shape`. Raises Problem."""
    try:
        said: Any = json.loads(data)
        return msgspec.convert(said, shape)
    except (ValueError, msgspec.ValidationError, RecursionError):
        raise Problem(400, "bad_op") from None
