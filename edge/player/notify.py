"""Telling systemd that the player lives (sd_notify(3)); nothing happens where systemd doesn't ask."""

import socket
from collections.abc import Mapping


class Notifier:
    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._socket: socket.socket | None = None
        if self._address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)

    def say(self, message: str) -> None:
        """`READY=1`, `WATCHDOG=1`, `STOPPING=1`, `STATUS=...`. A deaf socket is no reason to stop."""
        if self._socket is None:
            return
        try:
            self._socket.sendto(message.encode(), self._address)
        except OSError:
            return

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
