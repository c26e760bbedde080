"""Refuses HTTP requests under a Host that is not this installation's own (H4).

What may not live here: which hosts are own (doors/hosts.py), and what a request is about.
"""

from __future__ import annotations

import logging
import re

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.doors.hosts import Hosts, arrived_at
from server.web.answers import Problem, error_answer
from server.web.lone import LonePage

log = logging.getLogger("tavle.pages")

UNDER_ANY_HOST = ("/health", "/ready")  # load balancers name a Host as they like; both tell nothing but {ok: true}
_NO_PAGE = re.compile(r"/(api|static|stream|metrics|favicon\.ico|robots\.txt)(/|$)")


class OwnHostsOnly:
    """Answers a request under a foreign Host: 421 and a page that says what to do, or 403 `origin` where no page is.

    The first one is logged as a warning.
    """

    def __init__(self, app: ASGIApp, *, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts
        self._told = False
        self._page = LonePage("address", status=421)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        host = Headers(scope=scope).get("host", "")
        if self._hosts.own(host, arrived=arrived_at(scope)) or scope["path"] in UNDER_ANY_HOST:
            await self._app(scope, receive, send)
            return
        if not self._told:
            self._told = True
            log.warning(
                "a request under a Host that is not ours was refused: set TAVLE_PUBLIC_URL to the address that people "
                "use, and let a proxy pass its Host on (nginx: proxy_set_header Host $http_host)"
            )
        await self._refusal(Request(scope))(scope, receive, send)

    def _refusal(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD") or _NO_PAGE.match(request.url.path):
            return error_answer(Problem(403, "origin"))
        return self._page.answer(request)
