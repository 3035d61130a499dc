"""A screen's WebSocket (RFC 6455), so cheap that one process holds thousands: it does just what is needed of a client,
and its masking key is zero. Whoever inherits hears what happens on the line."""

import asyncio
import base64
import os
from typing import cast

CLOSE = 8
"""The opcode of a frame with which a line is closed (RFC 6455 section 5.5.1)."""


class ScreenLine(asyncio.Protocol):
    def __init__(self, token: str) -> None:
        self._token = token
        self._buffer = b""
        self.status = 0
        """Of the answer to the handshake; 0 before it."""
        self.last = b""
        """What was heard last."""
        self.code = 0
        """With which the cloud closed it (RFC 6455 section 7.4); 0 when it did not."""

    # --- for whoever inherits
    def opened(self) -> None: ...

    def heard(self, message: bytes) -> None: ...

    def ended(self) -> None:
        """Whatever the reason, and also when it was never opened."""

    def send(self, text: bytes) -> None:
        """Less than 64 KiB."""
        short = len(text) < 126
        size = bytes([128 + len(text)]) if short else b"\xfe" + len(text).to_bytes(2)
        self._transport.write(b"\x81" + size + b"\0\0\0\0" + text)

    def hang_up(self) -> None:
        self._transport.abort()

    # --- what the event loop calls
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        key = base64.b64encode(os.urandom(16)).decode()
        self._transport.write(
            f"GET /realtime/device HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: Bearer {self._token}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self.status == 0:
            self._read_answer()
        while self.status == 101 and (frame := self._next()) is not None:
            opcode, self.last = frame
            if opcode == CLOSE:
                self._close()
            else:
                self.heard(self.last)

    def connection_lost(self, _: Exception | None) -> None:
        self.ended()

    def _read_answer(self) -> None:
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        self.status, self._buffer = int(head[9:12]), rest
        if self.status == 101:
            self.opened()
        else:
            self._transport.close()

    def _next(self) -> tuple[int, bytes] | None:
        """The opcode and payload of a whole frame."""
        if len(self._buffer) < 2:
            return None
        length, start = self._buffer[1], 2
        if length == 126:
            length, start = int.from_bytes(self._buffer[2:4]), 4
        if len(self._buffer) < start + length:
            return None
        opcode, message = self._buffer[0] & 15, self._buffer[start : start + length]
        self._buffer = self._buffer[start + length :]
        return opcode, message

    def _close(self) -> None:
        self.code = int.from_bytes(self.last[:2])
        self._transport.write(b"\x88\x82\0\0\0\0" + self.last[:2])
        self._transport.close()
