"""The key that opens the diagnostics page: somebody with a keyboard stands before the screen."""

import contextlib
import socket
import threading
from pathlib import Path

PATIENCE_S = 5.0


def open_door(control: Path) -> None:
    """Asks the diagnostics service, on a thread: the stage never waits. What comes of it is seen on the glass."""
    threading.Thread(target=_ask, args=(control,), name="support-key", daemon=True).start()


def _ask(control: Path) -> None:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(PATIENCE_S)
        line.connect(str(control))
        line.sendall(b'{"command":"open"}\n')
        line.recv(4096)
