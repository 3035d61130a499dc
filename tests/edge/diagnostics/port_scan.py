"""`python -m tests.edge.diagnostics.port_scan PORT PEER SOCKET`: runs the service and looks at it from the host PEER.

Prints what that host saw: before it was opened, while it was open, and after five guesses.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from edge.asking import ask

OURS = "192.0.2.20"
LOOK = """
import socket, sys
with socket.socket() as line:
    line.settimeout(20)
    sys.exit(line.connect_ex((sys.argv[1], int(sys.argv[2]))) != 0)
"""


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 50
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


def main(port: str, peer: str, control: Path) -> list[bool]:
    def is_seen() -> bool:
        look = ["nsenter", "--target", peer, "--net", sys.executable, "-c", LOOK, OURS, port]
        return subprocess.run(look, check=False).returncode == 0

    service = subprocess.Popen([sys.executable, "-m", "edge.cli", "diagnostics"], stderr=subprocess.DEVNULL)
    try:
        until(control.exists)
        saw = [is_seen()]
        ask(control, {"command": "open"})
        until(is_seen)
        saw.append(True)
        for number in range(5):
            guess(int(port), f"{number:08d}")
        until(lambda: not is_seen())
        return [*saw, False]
    finally:
        service.terminate()
        service.wait()


def guess(port: int, pin: str) -> None:
    body = f"pin={pin}"
    head = ("POST /sign-in HTTP/1.1", f"Host: {OURS}:{port}", f"Content-Length: {len(body)}", "Connection: close")
    with socket.create_connection((OURS, port)) as line:
        line.sendall("\r\n".join((*head, "", body)).encode())
        while line.recv(4096):
            pass


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))) + "\n")
