"""What somebody with a keyboard before the screen may do, and asking another process for it without waiting."""

import json
import socket
import threading
from pathlib import Path

import pygame

WAY_OUT, WAY_OUT_NAME = pygame.K_DELETE, "Delete"
"""Takes a screen back that was just added (ADR 11)."""
SUPPORT = pygame.K_F12
"""Opens the diagnostics page (ADR 29)."""
PATIENCE = 20.0


def ask_aside(control: Path, command: str) -> None:
    """Sends the command to another process's socket, on a thread: the stage waits for nobody."""
    threading.Thread(target=_ask, args=(control, command), name=f"key-{command}", daemon=True).start()


def _ask(control: Path, command: str) -> None:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(str(control))
            line.sendall(json.dumps({"command": command}).encode() + b"\n")
            line.makefile("rb").readline()
    except OSError as error:
        print(f"player: {control.name} did not take {command!r}: {error}")  # noqa: T201
