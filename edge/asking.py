"""Asking a service of this device for something, by its socket in the run folder: one JSON line there, one back."""

import json
import socket
from pathlib import Path
from typing import Any

MAX_ANSWER = 1_048_576


def ask(control: Path, question: dict[str, Any], patience_s: float = 15.0) -> dict[str, Any]:
    """Raises OSError (TimeoutError when nobody answers), ValueError for no JSON object."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as line:
        line.settimeout(patience_s)
        line.connect(str(control))
        line.sendall(json.dumps(question).encode() + b"\n")
        with line.makefile("rb") as answers:
            answer = json.loads(answers.readline(MAX_ANSWER))
    if not isinstance(answer, dict):
        raise ValueError("the answer is no object")
    return answer
