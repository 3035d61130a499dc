"""Which display there is, how SDL is to reach it and who draws, by the environment and what the kernel says.

A desktop's display server goes first, then the console. On a Raspberry Pi the first card only computes: the one with
outputs has to be named, or SDL opens none.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

SYSTEM = Path("/")
UNSEEN_DRIVERS = ("dummy", "offscreen")
SOFTWARE = {"SDL_RENDER_DRIVER": "software", "SDL_FRAMEBUFFER_ACCELERATION": "0"}
"""SDL's own renderer. Without the second, what it drew still goes to the window through OpenGL, which without a
graphics processor is another renderer in software: three times the work, and twice the memory (record 46)."""
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


def has_gpu(root: Path = SYSTEM) -> bool:
    """Whether the kernel offers a graphics processor to draw with."""
    return any((root / "dev/dri").glob("renderD*"))


def way(environ: Mapping[str, str], found: tuple[Output, ...], *, headless: bool, gpu: bool) -> Way | None:
    """How to open the stage's window; None when there is no display to open it on."""
    if headless:
        return Way("dummy", SOFTWARE)
    asked = environ.get("SDL_VIDEODRIVER", "")
    if asked in UNSEEN_DRIVERS:
        return None
    if asked == "x11" or (not asked and environ.get("DISPLAY") and not environ.get("WAYLAND_DISPLAY")):
        return Way("x11", _drawing(environ, gpu=gpu))
    if asked and asked != "kmsdrm":
        return Way(asked, {})
    if not asked and environ.get("WAYLAND_DISPLAY"):
        return Way("wayland", {})
    usable = [output for output in found if output.connected]
    if usable:
        named = {} if environ.get("SDL_KMSDRM_DEVICE_INDEX") else {"SDL_KMSDRM_DEVICE_INDEX": str(usable[0].card)}
        return Way("kmsdrm", named)
    return None


def _drawing(environ: Mapping[str, str], *, gpu: bool) -> Mapping[str, str]:
    """Who draws on X. Only there can SDL do without OpenGL; the operator's word is the last."""
    asked = environ.get("SDL_RENDER_DRIVER", "")
    if asked == "software" or not (asked or gpu):
        return {**SOFTWARE, **{name: environ[name] for name in SOFTWARE if environ.get(name)}}
    return {}


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
