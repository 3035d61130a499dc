"""Ports for test servers: on 127.0.0.1, below 32768 (above are the ephemeral ones), free when asked."""

import random
import socket

LOWEST, HIGHEST = 20_000, 32_000


def free_port() -> int:
    for port in random.sample(range(LOWEST, HIGHEST), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port from {LOWEST} to {HIGHEST}")


def listening_socket() -> socket.socket:
    """A socket that listens on such a port: nobody can take it in between."""
    while True:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", free_port()))
            listener.listen(128)
        except OSError:
            listener.close()
        else:
            return listener
