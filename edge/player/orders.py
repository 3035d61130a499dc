"""What the player does on command (docs/reference/device-files.md, `player.sock`), and what it answers."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.player.control import Command, Finish
from edge.player.stage.stage import write_png

if TYPE_CHECKING:
    from edge.player.player import Player

ALLOWED = "screenshot, identify, display, volume, status"


def answer(player: "Player", command: Command) -> "dict[str, Any] | Finish":
    given = command.arguments
    match command.name:
        case "screenshot":
            return _screenshot(player, given.get("file"))
        case "identify":
            seconds = given.get("seconds", 10)
            if not isinstance(seconds, int | float) or not 0 < seconds <= 600:
                return _no('identify needs "seconds" from 1 to 600')
            player.identify(seconds)
            return {"ok": True}
        case "display":
            if not isinstance(given.get("on"), bool):
                return _no('display needs "on", true or false')
            player.switch_display(given["on"])
            return {"ok": True}
        case "volume":
            volume = given.get("volume")
            if not isinstance(volume, int) or isinstance(volume, bool) or not 0 <= volume <= 100:
                return _no('volume needs "volume", a whole number from 0 to 100')
            player.show.volume = volume
            return {"ok": True, "volume": volume}
        case "status":
            return {"ok": True, **player.document()}
    return _no(f"unknown command {command.name!r}; allowed: {ALLOWED}")


def _screenshot(player: "Player", file: object) -> "dict[str, Any] | Finish":
    if not isinstance(file, str) or not Path(file).is_absolute():
        return _no('screenshot needs "file", an absolute path')
    picture = player.stage.seen()

    def finish() -> dict[str, Any]:
        write_png(picture, Path(file))
        return {"ok": True, "file": file, "width": picture.get_width(), "height": picture.get_height()}

    return finish


def _no(reason: str) -> dict[str, Any]:
    return {"ok": False, "error": reason}
