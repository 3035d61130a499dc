"""What the page can do: a fixed list. Each is asked of the service that does it; nothing takes a parameter."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from edge.asking import ask
from edge.paths import DevicePaths

PATIENCE_S = 15.0


class Action(StrEnum):
    RESTART_PLAYER = "restart-player"
    IDENTIFY = "identify"
    SYNC_NOW = "sync-now"
    CLEAR_CACHE = "clear-cache"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Deed:
    """How an action is asked for, and what people read."""

    label: str
    done: str
    command: dict[str, Any]


DEEDS = {
    Action.RESTART_PLAYER: Deed("Restart the player", "The player restarts.", {"command": "restart"}),
    Action.IDENTIFY: Deed(
        "Show which screen this is", "The screen shows its name.", {"command": "identify", "seconds": 20}
    ),
    Action.SYNC_NOW: Deed("Sync now", "The cache asks the cloud.", {"command": "sync-now"}),
    Action.CLEAR_CACHE: Deed("Clear the cache", "Files that no programme needs are gone.", {"command": "clear-cache"}),
    Action.LEAVE: Deed(
        "Leave the organization (first minute)", "This screen belongs to nobody now.", {"command": "leave"}
    ),
}


def carry_out(action: Action, paths: DevicePaths) -> str:
    """What came of it, in a sentence. Raises nothing."""
    return _asked(_socket(action, paths), DEEDS[action].command) or DEEDS[action].done


def screenshot(paths: DevicePaths) -> bytes | None:
    """A PNG of what is on the glass; None while no player gives one."""
    file = paths.run / "diagnostics-screenshot.png"
    if _asked(paths.player_socket, {"command": "screenshot", "file": str(file)}):
        return None
    try:
        picture = file.read_bytes()
        file.unlink()
    except OSError:
        return None
    return picture


def _socket(action: Action, paths: DevicePaths) -> Path:
    match action:
        case Action.RESTART_PLAYER | Action.IDENTIFY:
            return paths.player_socket
        case Action.LEAVE:
            return paths.provision_socket
    return paths.cache_socket


def _asked(control: Path, command: dict[str, Any]) -> str:
    """Empty when it was done; else why not."""
    try:
        answer = ask(control, command, PATIENCE_S)
    except (OSError, ValueError) as error:
        return f"It can't be done: {control.stem} does not answer ({error})."
    return "" if answer.get("ok") is True else f"It was refused: {answer.get('error', 'no reason was given')}."
