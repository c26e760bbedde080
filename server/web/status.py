"""Calls for operators: health, readiness and metrics.

What may not live here: the counters (metrics.py).
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from server.metrics import KIND, Meter
from server.store import Store
from server.web.answers import json_answer
from server.web.callers import Callers


class Status:
    """The calls of load balancers and monitoring."""

    def __init__(self, *, store: Store, meter: Meter, callers: Callers) -> None:
        self._store = store
        self._meter = meter
        self._callers = callers

    async def health(self, _: Request) -> Response:
        """200 while the process runs."""
        return json_answer({"ok": True})

    async def ready(self, _: Request) -> Response:
        """200 while the store takes writes. Raises StoreAway."""
        await self._store.health.check()
        return json_answer({"ok": True})

    async def metrics(self, request: Request) -> Response:
        """Prometheus text, for this computer or with the house key as a bearer token."""
        await self._callers.may_measure(request)
        return Response(self._meter.text(), headers={"content-type": KIND, "cache-control": "no-store"})
