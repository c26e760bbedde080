"""The language of a request: Danish or English.

What may not live here: texts.
"""

from __future__ import annotations

from typing import Final, Literal

from starlette.requests import Request

Lang = Literal["da", "en"]
LANGUAGES: Final[tuple[Lang, ...]] = ("da", "en")


def language_of(request: Request) -> Lang:
    """The language of `?lang=`, else the first of the two in Accept-Language, else Danish."""
    asked = request.query_params.get("lang", "")
    tags = [part.strip()[:2] for part in request.headers.get("accept-language", "").lower().split(",")]
    for tag in (asked, *tags):
        if tag in ("nb", "nn", "no", "sv"):
            return "da"
        for lang in LANGUAGES:
            if tag == lang:
                return lang
    return "da"
