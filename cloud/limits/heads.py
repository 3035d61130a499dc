"""uvicorn's HTTP protocol with an end to its patience: a request's head is neither endlessly long nor endlessly slow.

The parser keeps a head, and the trailer of a chunked body, until it is whole, however long. So anybody who never ends
one fills the memory, and who never begins one keeps the connection.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BYTES = 65_536
"""Of a head, give or take what comes in one piece."""
HEAD_S = 30.0
"""From the connection, or from a request's first byte, to the end of its head."""


class BoundedHead(HttpToolsProtocol):
    head_s = HEAD_S

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._waits: asyncio.TimerHandle | None = None
        self._came_on = False
        self._unread = 0
        """Bytes since the last one that belonged to a body or ended a head."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._came_on = False
        super().data_received(data)
        self._unread = 0 if self._came_on else self._unread + len(data)
        if self._unread > MOST_BYTES and not self.transport.is_closing():
            self.send_400_response(f"The head of a request has at most {MOST_BYTES} bytes.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        self._wait_no_more()
        self._came_on = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._came_on = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._came_on = True
        super().on_message_complete()

    def _wait(self) -> None:
        self._wait_no_more()
        self._waits = self.loop.call_later(self.head_s, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None
