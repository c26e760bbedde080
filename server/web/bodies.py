"""Request bodies: JSON up to a size, checked against a type.

What may not live here: the types (subclasses of `Body`), which are beside the calls that use them.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request

from server.web.answers import Problem

LARGEST = 16 * 1024  # bytes


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every request body."""


Shape = TypeVar("Shape", bound=Body)


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
        raise Problem(400, "bad_request") from None  # the client is gone and will not read this
    return checked(data, shape)


def checked(data: bytes, shape: type[Shape]) -> Shape:
    """JSON text as a `shape`. Raises Problem.

    Refused are unknown keys, duplicate keys, values of another type, and numbers that are not JSON (NaN, Infinity).
    """
    try:
        said: Any = json.loads(data, object_pairs_hook=_each_key_once, parse_constant=_no_number)
        return msgspec.convert(said, shape)
    except (ValueError, msgspec.ValidationError, RecursionError):
        raise Problem(400, "bad_request") from None


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a duplicate key")
    return found


def _no_number(said: str) -> None:
    raise ValueError(f"{said} is no number of JSON")
