"""Middleware around every HTTP answer: security headers, odd requests, and unexpected exceptions (H3).

What may not live here: anything that depends on the call.
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.log import where
from server.web.answers import Problem, error_answer

log = logging.getLogger("tavle.pages")

HEADERS = {
    # Pages are made with lit-html's templates only; no file comes from another host.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types lit-html"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# Of a page, which alone asks for such things: on every file it would be a tenth of a phone's first load.
PAGE_HEADERS = {
    "permissions-policy": (
        "accelerometer=(), autoplay=(), camera=(), "
        "clipboard-read=(), display-capture=(), encrypted-media=(), geolocation=(), gyroscope=(), "
        "hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), "
        "payment=(), publickey-credentials-get=(), serial=(), usb=(), window-management=(), "
        "xr-spatial-tracking=(), screen-wake-lock=(self), fullscreen=(self)"
    ),
}


class Trusted:
    """Puts the security headers on every answer, and answers 500 `fault` when the app raised an exception.

    A header that an answer has already stays as it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
        self._of_pages = [(name.encode(), value.encode()) for name, value in PAGE_HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        # Range headers are removed: the server never sends parts of files.
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"range"]
        names = {name for name, _ in scope["headers"]}
        began = False

        async def trusted(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                theirs = [_local_redirect(header) for header in message["headers"]]
                named = {name for name, _ in theirs}
                page = any(name == b"content-type" and value.startswith(b"text/html") for name, value in theirs)
                ours = self._headers + self._of_pages if page else self._headers
                message["headers"] = theirs + [header for header in ours if header[0] not in named]
            await send(message)

        if {b"content-length", b"transfer-encoding"} <= names:
            # Two lengths: a proxy in front may have used the other one (RFC 9112, 6.3).
            refusal = error_answer(Problem(400, "bad_request"))
            refusal.headers["connection"] = "close"
            await refusal(scope, receive, trusted)
            return
        try:
            await self._app(scope, receive, trusted)
        except Exception as problem:
            log.error("%s %s: %s", scope["method"], scope.get("route_name", ""), where(problem))
            if not began:
                await error_answer(Problem(500, "fault"))(scope, receive, trusted)


def _local_redirect(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """The header; a `location` without its host, which would be the request's Host header."""
    name, value = header
    return (name, b"/" + urlsplit(value).path.lstrip(b"/")) if name == b"location" else header
