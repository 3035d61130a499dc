"""Asking the running player for something, over its socket (docs/reference/device-files.md)."""

from pathlib import Path
from typing import Any

from edge.asking import ask as ask_at
from vizora.errors import OperatorError


def ask(path: Path, request: dict[str, Any], *, seconds: float = 5.0) -> dict[str, Any]:
    """One request, one answer. Raises OperatorError when no player answers or it says no."""
    try:
        answer = ask_at(path, request, seconds)
    except (OSError, ValueError) as fault:
        raise OperatorError(f"the player does not answer at {path}: {fault}") from fault
    if not answer.get("ok"):
        raise OperatorError(f"the player refused {request.get('command')}: {answer.get('error', 'no reason given')}")
    return answer
