"""Middleware around every HTTP answer: security headers, odd requests, and unexpected exceptions (H3).

What may not live here: anything that depends on which call was asked for.
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.log import where
from server.web.answers import Problem, error_answer

log = logging.getLogger("tavle.pages")

HEADERS = {
    # The scripts make pages through lit-html's templates only; nothing comes from elsewhere.
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
    "permissions-policy": (
        "accelerometer=(), autoplay=(), camera=(), "
        "clipboard-read=(), display-capture=(), encrypted-media=(), geolocation=(), gyroscope=(), "
        "hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), "
        "payment=(), publickey-credentials-get=(), serial=(), usb=(), window-management=(), "
        "xr-spatial-tracking=(), screen-wake-lock=(self), fullscreen=(self)"
    ),
}


class Trusted:
    """Puts the security headers on every answer, and answers 500 `fault` when the app raised an exception."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        # Ranges are never served, so no code has to parse them.
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"range"]
        names = {name for name, _ in scope["headers"]}
        began = False

        async def trusted(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                message["headers"] = [*map(_local_redirect, message["headers"]), *self._headers]
            await send(message)

        if {b"content-length", b"transfer-encoding"} <= names:
            # Two lengths: a proxy before us may have read the other one (RFC 9112, 6.3).
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
    """The header; of a redirect's address only the path, since its host comes from the request's Host header."""
    name, value = header
    return (name, b"/" + urlsplit(value).path.lstrip(b"/")) if name == b"location" else header
