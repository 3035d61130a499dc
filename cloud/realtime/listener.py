"""uvicorn's WebSocket protocol, smaller: what it keeps of an open line is most of what ten thousand lines cost."""

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from cloud.realtime.mailbox import Mailbox


class LeanProtocol(WebSocketsSansIOProtocol):
    """With a smaller queue, and without the handshake once it is over."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.queue = cast(Any, Mailbox[Any]())

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            self._forget_the_handshake()

    def _forget_the_handshake(self) -> None:
        self.request.headers.clear()  # the parser holds the request as long as the line is open
        del self.scope, self.request, self.response
