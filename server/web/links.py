"""Links to this house: where phones may reach it, and the address that QR codes and links begin with.

What may not live here: tokens and codes (doors/access.py).
"""

from __future__ import annotations

from starlette.requests import Request

from server.doors import addresses
from server.settings import Settings
from server.store import Store
from server.web.callers import Callers


class Links:
    """Makes the beginning of every link that leaves the house."""

    def __init__(self, *, settings: Settings, store: Store, callers: Callers) -> None:
        self._settings = settings
        self._store = store
        self._callers = callers

    async def base(self, request: Request, board: str) -> str:
        """What a board's links begin with: the public address, the facilitator's choice, or the likeliest."""
        chosen = (await self._store.settings(board)).get("address", "")
        return self._settings.public_url or chosen or self.addresses(request)[0]

    def addresses(self, request: Request) -> list[str]:
        """Where phones may reach us, the likeliest first; this computer's own name only at last."""
        if self._settings.public_url:
            return [self._settings.public_url]
        scheme = "https" if self._callers.of(request).https else "http"
        host = request.headers.get("host", "").lower()
        server = request.scope.get("server") or ("", self._settings.port)
        port = server[1] or self._settings.port
        found = [] if addresses.is_here(host) else [f"{scheme}://{host}"]
        if self._settings.host not in ("127.0.0.1", "::1", "localhost"):
            found += [f"http://{address}:{port}" for address in addresses.lan_addresses()]
        found = list(dict.fromkeys(found))
        return found or [f"{scheme}://{host or f'localhost:{port}'}"]
