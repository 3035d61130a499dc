"""Asking the running player for something, over its socket (docs/reference/device-files.md)."""

import json
import socket
from pathlib import Path
from typing import Any

from vizora.errors import OperatorError


def ask(path: Path, request: dict[str, Any], *, seconds: float = 5.0) -> dict[str, Any]:
    """One request, one answer. Raises OperatorError when no player answers or it says no."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(seconds)
            connection.connect(str(path))
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(connection.makefile("rb").readline() or b"{}")
    except (OSError, ValueError) as fault:
        raise OperatorError(f"the player does not answer at {path}: {fault}") from fault
    if not isinstance(answer, dict) or not answer.get("ok"):
        raise OperatorError(f"the player refused {request.get('command')}: {answer.get('error', 'no reason given')}")
    return answer
