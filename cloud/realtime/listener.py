"""uvicorn's WebSocket protocol, smaller and quicker: what it keeps of an open line and does for each message is most of
what ten thousand lines cost."""

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from cloud.realtime.mailbox import Mailbox

NOW = "vizora.now"
"""The extension of the ASGI scope under which a socket finds `LeanProtocol.send_now`."""
AHEAD = 4
"""Messages that may wait to be read before no more are taken from the network."""


class LeanProtocol(WebSocketsSansIOProtocol):
    """With a smaller queue, without the handshake once it is over, and with a way to send without waiting."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.queue = cast(Any, Mailbox[Any]())

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if not self.close_sent:  # else the handshake was refused
            cast(Any, self.scope["extensions"])[NOW] = self.send_now

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            self._forget_the_handshake()

    def send_now(self, text: bytes) -> bool:
        """Sends a text message, unless that would have to wait for the network, or the line is at its end."""
        if not self.writable.is_set() or self.transport.is_closing() or self.conn.state is not State.OPEN:
            return False
        self.conn.send_text(text)
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    def send_receive_event_to_app(self) -> None:
        """uvicorn stops reading with each message until it was taken, which is two calls to the kernel each time."""
        goes_on = not self.read_paused and len(self.queue) < AHEAD  # type: ignore[arg-type]
        self.read_paused = self.read_paused or goes_on
        super().send_receive_event_to_app()
        if goes_on:
            self.read_paused = False

    def _forget_the_handshake(self) -> None:
        self.request.headers.clear()  # the parser holds the request as long as the line is open
        del self.scope, self.request, self.response
