"""Ports for servers in tests: below the range the kernel gives to outgoing connections."""

import random
import socket


def listening_socket() -> socket.socket:
    """A socket that listens on 127.0.0.1, on a port below 32768 that was free."""
    while True:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", random.randrange(20_000, 32_000)))
            listener.listen(128)
        except OSError:
            listener.close()
        else:
            return listener
