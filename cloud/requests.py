"""What is noted of every request: its id, its line in the log, its place in the figures; pure ASGI."""

import logging
import re
import secrets

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cloud import request_ids
from cloud.clock import Clock
from cloud.figures import Figures

log = logging.getLogger("vizora.requests")
REQUEST_ID = b"x-request-id"
ROUTE = "vizora.route"
"""Where dispatch writes the endpoint's path, with its parameters' names: ids would be a figure each."""
SCREENS = "/api/device/"
"""What screens do by themselves all day: two thousand would write gigabytes of it."""
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class Noted:
    """A proxy's request id is taken over when it looks like one, else there is a new one. Queries and bodies, where
    secrets may be, are never noted."""

    def __init__(self, app: ASGIApp, *, figures: Figures, clock: Clock) -> None:
        self._app = app
        self._figures = figures
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == REQUEST_ID), b"")
        request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8).encode()
        request_ids.current.set(request_id.decode())
        begun, status = self._clock.monotonic(), 500

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (REQUEST_ID, request_id)]
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            self._note(scope, status, self._clock.monotonic() - begun, request_id)

    def _note(self, scope: Scope, status: int, seconds: float, request_id: bytes) -> None:
        route, method = scope.get(ROUTE, "other"), scope["method"]
        if route == "other" and method not in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            method = "other"
        self._figures.count(
            "vizora_requests_total", "Requests that were answered.", method=method, route=route, status=str(status)
        )
        self._figures.observe(
            "vizora_request_seconds",
            "From the first byte in to the last byte out.",
            seconds,
            method=method,
            route=route,
        )
        quiet = status < 400 and (method in ("GET", "HEAD", "OPTIONS") or route.startswith(SCREENS))
        level = logging.ERROR if status >= 500 else logging.DEBUG if quiet else logging.INFO
        if log.isEnabledFor(level):
            about = {"method": method, "route": route, "status": status, "seconds": seconds}
            log.log(level, "%s %s %s", method, route, status, extra={"request_id": request_id.decode(), **about})
