"""What stands before every request: whose name it used, where it comes from, how large it is; and strict headers.

A page of another origin can't use this one: its name is not on the list (DNS rebinding), nothing answers CORS, its
forms carry a foreign Origin, and the cookie does not come along (SameSite=Strict).
"""

import socket
from collections.abc import Callable, Iterator, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser says of our own forms: "Origin: null"
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
ASKING = ("GET", "HEAD")


class Guard:
    """ASGI: refuses before anything is read. `names` are those this machine goes by, asked anew for each request."""

    def __init__(self, app: ASGIApp, names: Callable[[], frozenset[str]]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        refusal = _refusal(scope["method"], headers, self._names())

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if refusal is not None:
            status, text = refusal
            await PlainTextResponse(text, status)(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)


def _refusal(method: str, headers: Mapping[str, str], names: frozenset[str]) -> tuple[int, str] | None:
    host = headers.get("host", "").lower()
    if host not in names:
        return 421, "This page answers only to this device's own addresses.\n"
    if method not in (*ASKING, "POST"):
        return 405, "Only GET and POST are allowed.\n"
    if method == "POST":
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{host}":
            return 403, "A form of another page is not taken.\n"
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "A form of another page is not taken.\n"
    return None


def names_of(addresses: tuple[str, ...], port: int, hostname: str = "") -> frozenset[str]:
    """What may stand in a Host header: this device's addresses and names with our port, the loopback's included."""
    return frozenset(f"{name}:{port}" for name in _names(addresses, hostname or socket.gethostname()))


def _names(addresses: tuple[str, ...], hostname: str) -> Iterator[str]:
    yield from ("127.0.0.1", "localhost", "[::1]")
    for address in addresses:
        yield f"[{address}]" if ":" in address else address
    if hostname:
        yield hostname.lower()
        yield f"{hostname.partition('.')[0].lower()}.local"
