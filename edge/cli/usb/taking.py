"""`vizora usb import`: asks the running cache to take what a stick has for this screen, and waits for the outcome."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from edge.asking import ask
from edge.clock import Clock
from edge.status import CacheStatus, StickOutcome, StickStatus
from vizora.errors import OperatorError

LOOK_S = 0.3
PATIENCE_S = 60.0
"""For a cache that is too busy to answer."""


def take(folder: Path, socket: Path, clock: Clock, tell: Callable[[StickStatus], None]) -> StickStatus:
    """What became of the stick. Raises OperatorError when no cache answers, or it takes no stick now."""
    begun = _ask(socket, {"command": "import", "folder": str(folder.absolute())})
    if not begun.get("ok"):
        raise OperatorError(f"the cache takes no stick: {begun.get('error', 'no reason given')}")
    give_up = clock.monotonic() + PATIENCE_S
    while clock.monotonic() < give_up:
        answer = _ask(socket, {"command": "status"})
        if answer.get("ok"):
            give_up = clock.monotonic() + PATIENCE_S
            status = msgspec.convert(answer.get("status"), CacheStatus).stick
            if status is None:
                raise OperatorError("the cache was started anew meanwhile and left the stick; import it again")
            if status.outcome is not StickOutcome.COPYING:
                return status
            tell(status)
        clock.sleep(LOOK_S)
    raise OperatorError(f"the cache has been too busy to answer for {PATIENCE_S:g} s; its log tells what became of it")


def _ask(socket: Path, question: dict[str, Any]) -> dict[str, Any]:
    try:
        return ask(socket, question)
    except (OSError, ValueError) as error:
        raise OperatorError(f"the cache does not answer at {socket}: {error}") from error
