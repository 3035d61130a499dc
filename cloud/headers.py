"""Headers every answer carries, whatever it is; pure ASGI, so that streams and sockets pass untouched."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
}


class SecurityHeaders:
    """An answer may set them itself. What lies under /api is not kept by caches unless the answer says so."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        always = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})
        self._pages = _on_the_wire(always)
        self._api = _on_the_wire(always | {"Cache-Control": "no-store"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        defaults = self._api if scope["path"].startswith("/api") else self._pages

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", ())
                names = {name for name, _ in own}
                message["headers"] = [*own, *(pair for pair in defaults if pair[0] not in names)]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _on_the_wire(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Names in small letters, as ASGI has them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
