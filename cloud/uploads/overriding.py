"""`X-HTTP-Method-Override` (tus 1.0, Core Protocol): for clients behind something that lets no PATCH or DELETE pass."""

from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = "X-HTTP-Method-Override"
_NAME = HEADER.lower().encode()
_UPLOADS = "/api/uploads/"


class Overridden:
    """A POST to an upload is what its header says it is, before anybody looks at it. Nowhere else: only tus has it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(_UPLOADS):
            meant = next((value for name, value in scope["headers"] if name == _NAME), b"POST")
            scope = {**scope, "method": meant.decode("latin-1").strip().upper()}
        await self._app(scope, receive, send)
