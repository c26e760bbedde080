"""Pages and their files, and our own documents.

What may not live here: calls of the API, and files of a workshop.
"""

from __future__ import annotations

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from server.web import prose
from server.web.answers import Handler, Problem, file_answer
from server.web.callers import Callers
from server.web.files import File, Files
from server.web.language import language_of

HERE = Path(__file__).parent.parent
STATIC = HERE.parent / "static"
DOCS = HERE / "docs"
FOREIGN_HOST = "address"  # the document that says why there is no page under a foreign Host
HASHED = re.compile(r"[0-9a-f]{16}/")


class Pages:
    """The pages, from the files under static/.

    `own_hosts_only`: a page that is asked for under a foreign Host is not shown, but one that says why. Not so where
    there is a public address: a proxy may then ask under any Host, and whose page it is shows by its Origin.
    """

    def __init__(self, *, callers: Callers, own_hosts_only: bool) -> None:
        self._files = Files(STATIC)
        self._callers = callers
        self._own_hosts_only = own_hosts_only

    def page(self, name: str) -> Handler:
        """The handler of the page static/{name}.html."""

        async def page(request: Request) -> Response:
            if self._own_hosts_only and not self._callers.own_host(request):
                return file_answer(
                    request, self._document(FOREIGN_HOST, language_of(request)), cache="no-store", status=421
                )
            file = self._files.page(name)
            if file is None:
                raise Problem(404, "no_page")
            return file_answer(request, file, cache="no-cache")

        return page

    async def static(self, request: Request) -> Response:
        """A script, style, font, picture or text."""
        path = request.path_params["path"]
        wanted = HASHED.match(path)
        file = self._files.get(path[wanted.end() :] if wanted else path)
        if file is None:
            raise Problem(404, "no_page")
        # An older page asks under an older hash: it gets the present file, but may not keep it for ever.
        fresh = wanted is not None and wanted.group() == f"{self._files.hash}/"
        lasting = "public, max-age=31536000, immutable"
        return file_answer(request, file, cache=lasting if fresh else "no-cache")

    async def icon(self, request: Request) -> Response:
        """The icon, where browsers ask for it unasked."""
        file = self._files.get("icon.svg")
        if file is None:
            raise Problem(404, "no_page")
        return file_answer(request, file, cache="max-age=86400")

    async def robots(self, _: Request) -> Response:
        """No page is for search engines."""
        return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")

    async def about(self, request: Request) -> Response:
        """One of our own documents, in the language asked for."""
        page = request.path_params["page"]
        if not re.fullmatch(r"[a-z][a-z-]{0,40}", page):
            raise Problem(404, "no_page")
        return file_answer(request, self._document(page, language_of(request)), cache="no-cache")

    def _document(self, name: str, lang: str) -> File:
        try:
            text = (DOCS / f"{name}.{lang}.md").read_text(encoding="utf-8")
        except OSError:
            raise Problem(404, "no_page") from None
        return self._files.made(prose.page(text, lang=lang))
