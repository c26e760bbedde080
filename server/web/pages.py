"""Pages, their static files, and the documents under server/docs.

What may not live here: calls of the API, and files of a workshop.
"""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from server.settings import Settings
from server.web import prose
from server.web.answers import Handler, Problem, file_answer
from server.web.documents import Documents
from server.web.files import File, Files
from server.web.language import language_of

HERE = Path(__file__).parent.parent
STATIC = HERE.parent / "static"
HASHED = re.compile(r"[0-9a-f]{16}/")


class Pages:
    """Serves pages and files from static/ and server/docs."""

    def __init__(self, settings: Settings) -> None:
        self._files = Files(STATIC, before=settings.public_path)
        self._documents = Documents(settings)

    def page(self, name: str) -> Handler:
        """The handler of the page static/{name}.html."""

        async def page(request: Request) -> Response:
            file = self._files.page(name)
            if file is None:
                raise Problem(404, "no_page")
            return file_answer(request, file, cache="no-cache")

        return page

    async def static(self, request: Request) -> Response:
        """A file under static/."""
        path = request.path_params["path"]
        wanted = HASHED.match(path)
        file = self._files.get(path[wanted.end() :] if wanted else path)
        if file is None:
            raise Problem(404, "no_page")
        # A page that was loaded earlier uses an older hash: it gets the present file, without long caching.
        fresh = wanted is not None and wanted.group() == f"{self._files.hash}/"
        lasting = "public, max-age=31536000, immutable"
        return file_answer(request, file, cache=lasting if fresh else "no-cache")

    async def icon(self, request: Request) -> Response:
        """The icon at the address that browsers request by default."""
        file = self._files.get("icon.svg")
        if file is None:
            raise Problem(404, "no_page")
        return file_answer(request, file, cache="max-age=86400")

    async def robots(self, _: Request) -> Response:
        """robots.txt: excludes all pages from search engines."""
        return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")

    async def about(self, request: Request) -> Response:
        """A document under server/docs, in the language of the request."""
        page = request.path_params["page"]
        if not re.fullmatch(r"[a-z][a-z-]{0,40}", page):
            raise Problem(404, "no_page")
        return file_answer(request, self._document(page, language_of(request)), cache="no-cache")

    def _document(self, name: str, lang: str) -> File:
        text = self._documents.text(name, lang=lang)
        if text is None:
            raise Problem(404, "no_page")
        return self._files.made(prose.page(text, lang=lang))
