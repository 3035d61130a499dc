"""uvicorn's WebSocket protocol, smaller and quicker: what it keeps of an open line and does for each message is most of
what ten thousand lines cost."""

from collections.abc import Callable
from types import GeneratorType
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import Protocol, State

from cloud.realtime.frames import is_whole_text, plain_text, text_frame
from cloud.realtime.mailbox import Mailbox
from cloud.realtime.together import Together

NOW = "vizora.now"
"""The extension of the ASGI scope under which a socket finds its `LeanProtocol`, to be heard and to hear at once."""
AHEAD = 4
"""Messages that may wait to be read before no more are taken from the network."""


class LeanProtocol(WebSocketsSansIOProtocol):
    """With a smaller queue, without the handshake once it is over, and able to send and to be heard without waiting."""

    __slots__ = ("_between_frames", "_packet", "hear_now", "together")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.queue = cast(Any, Mailbox[Any]())
        self.hear_now: Callable[[bytes], bool] | None = None
        """Is given a text as long as the application waits for one; what it does not take, the application gets."""
        self.together: Together | None = None
        """With whom a text waits that comes whole and while nothing else is under way; None: it does not wait."""
        self._packet: bytes | None = None
        """Waits to be read."""
        self._between_frames = False

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if not self.close_sent:  # else the handshake was refused
            cast(Any, self.scope["extensions"])[NOW] = self

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            self._forget_the_handshake()

    def send_now(self, text: bytes) -> bool:
        """Sends a text message, unless that would have to wait for the network, or the line is at its end."""
        if not self.writable.is_set() or self.transport.is_closing() or self.conn.state is not State.OPEN:
            return False
        self.transport.write(text_frame(text))
        return True

    def has_unread(self) -> bool:
        """Whether something came that the application has not taken, or with which it is not done."""
        return self._packet is not None or not self.queue.awaited  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._read_on()
        if self.together is None or not self._between_frames or not is_whole_text(data):
            self._read(data)
            return
        self._packet = data
        self.together.add(self._read_on)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._packet is not None and plain_text(self._packet) is None:
            self._packet = None  # nothing is left to do with it but to answer that it is no text
        self._read_on()
        super().connection_lost(exc)

    def _read_on(self) -> None:
        packet, self._packet = self._packet, None
        if packet is not None:
            self._read(packet)

    def _read(self, data: bytes) -> None:
        """Nearly all messages are one frame in one packet; whatever else comes is the library's to understand."""
        if self._between_frames and self.hear_now is not None and self.queue.awaited:  # type: ignore[attr-defined]
            text = plain_text(data)
            if text is not None and self.hear_now(text):
                return
        super().data_received(data)
        self._between_frames = _is_between_frames(self.conn)

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


def _is_between_frames(conn: Protocol) -> bool:
    """Whether the library waits for the first byte of a frame that begins a message."""
    waits_in = cast("GeneratorType[Any, Any, Any]", conn.parser)
    while isinstance(waits_in.gi_yieldfrom, GeneratorType):
        waits_in = waits_in.gi_yieldfrom
    at_the_start = waits_in.__name__ == conn.reader.at_eof.__name__
    return at_the_start and conn.current_size is None and conn.state is State.OPEN
