"""Base addresses of links: where phones may reach this installation, and what QR codes and links begin with.

What may not live here: tokens and codes (doors/access.py).
"""

from __future__ import annotations

from starlette.requests import Request

from server.doors import addresses
from server.doors.hosts import Hosts, arrived_at
from server.settings import Settings
from server.store import Store
from server.web.answers import Problem
from server.web.callers import Callers


class Links:
    """Chooses the base address of links; it is never a foreign Host (H4)."""

    def __init__(self, *, settings: Settings, store: Store, callers: Callers, hosts: Hosts) -> None:
        self._settings = settings
        self._store = store
        self._callers = callers
        self._hosts = hosts

    async def base(self, request: Request, board: str) -> str:
        """What a board's links begin with: the public address, the facilitator's choice, or the likeliest address."""
        offered = self.addresses(request)
        if self._settings.public_url:
            return offered[0]
        chosen = (await self._store.doors.settings(board)).get("address", "")
        # Older releases accepted any address, so the stored one is checked.
        return chosen if self._own(request, chosen.partition("://")[2]) else offered[0]

    async def choose(self, request: Request, board: str, address: str) -> None:
        """Let a board's links begin with one of `addresses`. Raises Problem for another."""
        try:
            said = addresses.origin(address)
        except ValueError:
            raise Problem(400, "bad_address") from None
        if said not in (*self.addresses(request), await self.base(request, board)):
            raise Problem(400, "bad_address")
        await self._store.doors.set_setting(board, name="address", value=said)

    def addresses(self, request: Request) -> list[str]:
        """The addresses at which phones may reach this computer, the likeliest first; `localhost` if there is none."""
        if self._settings.public_url:
            return [self._settings.public_url]
        scheme = "https" if self._callers.of(request).https else "http"
        server = request.scope.get("server") or ("", self._settings.port)
        port = server[1] or self._settings.port
        host = request.headers.get("host", "").lower()
        if not self._own(request, host):
            host = f"localhost:{port}"
        found = [] if addresses.is_here(host) else [f"{scheme}://{host}"]
        if self._settings.host not in ("127.0.0.1", "::1", "localhost"):
            found += [f"http://{address}:{port}" for address in self._hosts.addresses()]
        return list(dict.fromkeys(found)) or [f"{scheme}://{host}"]

    def _own(self, request: Request, host: str) -> bool:
        return self._hosts.own(host, arrived=arrived_at(request.scope))
