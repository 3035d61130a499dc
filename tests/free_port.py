"""Ports for test servers: on 127.0.0.1, below 32768 (above are the ephemeral ones), free when asked."""

import os
import random
import socket
from collections import deque

LOWEST, HIGHEST = 20_000, 32_000
_given: deque[int] = deque(maxlen=500)
"""A port that was given out and is not listened on yet looks free: not to be given again soon."""


def free_port() -> int:
    for port in random.sample(_ours(), 200):
        if port not in _given and _is_free(port):
            _given.append(port)
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


def _ours() -> range:
    """Workers of one run share out the ports, so that two never choose one at the same instant."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return range(LOWEST + worker % workers, HIGHEST, workers)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
