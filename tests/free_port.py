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
