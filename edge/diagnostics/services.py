"""Whether the device's services live, by the sockets and files they left in the run folder."""

from datetime import datetime
from pathlib import Path

from edge.asking import ask
from edge.clock import EPOCH
from edge.diagnostics.facts import Life, Service

PATIENCE_S = 2.0


def service(control: Path, status: Path, now: datetime) -> Service:
    return Service(life(control), age_s(status, now))


def life(control: Path, patience_s: float = PATIENCE_S) -> Life:
    """Any answer counts, a refusal too."""
    try:
        ask(control, {"command": "status"}, patience_s)
    except TimeoutError:
        return Life.BUSY
    except (OSError, ValueError):
        return Life.GONE
    return Life.ANSWERS


def age_s(path: Path, now: datetime) -> float | None:
    """How long ago the file was written, by the wall clock; None: there is none."""
    try:
        return max(0.0, (now - EPOCH).total_seconds() - path.stat().st_mtime)
    except OSError:
        return None
