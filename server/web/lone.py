"""Pages that say why there is nothing to see at an address: documents that load no other file.

What may not live here: when such a page is shown.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.web import prose
from server.web.documents import DOCS
from server.web.language import LANGUAGES, Lang, language_of


class LonePage:
    """One document in both languages, answered with one status and a content security policy of its own."""

    def __init__(self, name: str, *, status: int) -> None:
        self._status: Final = status
        self._pages: Final = {lang: _made(name, lang) for lang in LANGUAGES}

    def answer(self, request: Request) -> Response:
        """The page in the language of the request."""
        text, policy = self._pages[language_of(request)]
        headers = {"cache-control": "no-store", "content-security-policy": policy}
        return Response(text, status_code=self._status, headers=headers, media_type="text/html")


def _made(name: str, lang: Lang) -> tuple[str, str]:
    text = prose.lone_page((DOCS / f"{name}.{lang}.md").read_text(encoding="utf-8"), lang=lang)
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return text, f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
