"""Whether the device's services live, and asking them for something, by the sockets they left in the run folder."""

import json
import socket
from datetime import datetime
from pathlib import Path
from typing import Any

from edge.clock import EPOCH
from edge.diagnostics.facts import Life, Service

PATIENCE_S = 2.0
MAX_ANSWER = 1_048_576


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


def ask(control: Path, question: dict[str, Any], patience_s: float = 15.0) -> dict[str, Any]:
    """One JSON line there, one back. Raises OSError (TimeoutError when nobody answers), ValueError for no JSON."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as line:
        line.settimeout(patience_s)
        line.connect(str(control))
        line.sendall(json.dumps(question).encode() + b"\n")
        with line.makefile("rb") as answers:
            answer = json.loads(answers.readline(MAX_ANSWER))
    if not isinstance(answer, dict):
        raise ValueError("the answer is no object")
    return answer


def age_s(path: Path, now: datetime) -> float | None:
    """How long ago the file was written, by the wall clock; None: there is none."""
    try:
        return max(0.0, (now - EPOCH).total_seconds() - path.stat().st_mtime)
    except OSError:
        return None
