"""The way out of a pairing at the screen itself (ADR 11): a banner for a minute, and a key that takes it back."""

import json
import socket
import threading
from datetime import datetime
from pathlib import Path

from edge.status import PairingState, PairingStatus

PATIENCE = 20.0


def announced(pairing: PairingStatus | None, now: datetime) -> str:
    """The organization this screen was just added to, while somebody before it may take it back; else empty."""
    if pairing is None or pairing.state is not PairingState.PAIRED or pairing.announced_until is None:
        return ""
    return (pairing.organization_name or "an organization") if now < pairing.announced_until else ""


def leave(provision: Path) -> None:
    """Asks provision to take the screen back, on a thread: the stage waits for nobody. The pairing screen follows."""
    threading.Thread(target=_ask, args=(provision,), name="way-out", daemon=True).start()


def _ask(provision: Path) -> None:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(str(provision))
            line.sendall(json.dumps({"command": "leave"}).encode() + b"\n")
            line.makefile("rb").readline()
    except OSError as error:
        print(f"player: this screen could not be taken back: {error}")  # noqa: T201
