"""Which display there is and how SDL is to reach it, by the environment and what the kernel says of its outputs.

A desktop's display server goes first, then the console. On a Raspberry Pi the first card only computes: the one with
outputs has to be named, or SDL opens none.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

SYSTEM = Path("/")
UNSEEN_DRIVERS = ("dummy", "offscreen")
NO_DISPLAY = "no display answers; connect one, or set VIZORA_HEADLESS=1 to play without"


class Output(NamedTuple):
    """A connector of a graphics card."""

    card: int
    name: str
    connected: bool
    mode: str
    """The display's preferred size, as in `1920x1080`; empty when it tells none."""


class Way(NamedTuple):
    """A video driver of SDL and what it has to find in the environment."""

    driver: str
    environ: Mapping[str, str]


def outputs(root: Path = SYSTEM) -> tuple[Output, ...]:
    """What the kernel says now (DRM in sysfs). Empty where there is no card, or none that tells."""
    found = []
    for folder in sorted((root / "sys/class/drm").glob("card*-*")):
        card, _, name = folder.name.removeprefix("card").partition("-")
        if card.isdecimal():
            modes = _read(folder / "modes").split()
            found.append(Output(int(card), name, _read(folder / "status") == "connected", modes[0] if modes else ""))
    return tuple(found)


def way(environ: Mapping[str, str], found: tuple[Output, ...], *, headless: bool) -> Way | None:
    """How to open the stage's window; None when there is no display to open it on."""
    if headless:
        return Way("dummy", {"SDL_RENDER_DRIVER": "software"})
    asked = environ.get("SDL_VIDEODRIVER", "")
    if asked in UNSEEN_DRIVERS:
        return None
    if asked and asked != "kmsdrm":
        return Way(asked, {})
    if not asked and environ.get("WAYLAND_DISPLAY"):
        return Way("wayland", {})
    if not asked and environ.get("DISPLAY"):
        return Way("x11", {})
    usable = [output for output in found if output.connected]
    if usable:
        named = {} if environ.get("SDL_KMSDRM_DEVICE_INDEX") else {"SDL_KMSDRM_DEVICE_INDEX": str(usable[0].card)}
        return Way("kmsdrm", named)
    return None


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
