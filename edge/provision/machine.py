"""What this machine is, for the card the installer sees before confirming."""

from pathlib import Path

from edge.config import FULLSCREEN
from vizora import __version__
from vizora.device_api import PairingRequest

SYSTEM = Path("/")


def about(window: str, root: Path = SYSTEM) -> PairingRequest:
    """Model, resolution and version; identifier and key are still to be filled in."""
    return PairingRequest(
        device_identifier="",
        public_key="",
        model=_model(root),
        resolution=_resolution(root) if window == FULLSCREEN else window,
        software_version=__version__,
    )


def _model(root: Path) -> str:
    """A Raspberry Pi says it in the device tree, a PC in its DMI table."""
    for name in ("proc/device-tree/model", "sys/class/dmi/id/product_name"):
        text = _read(root / name)
        if text:
            return text
    return "Linux"


def _resolution(root: Path) -> str:
    """The preferred mode of the first connected display; empty when the kernel doesn't tell."""
    try:
        outputs = sorted((root / "sys/class/drm").glob("card*-*"))
    except OSError:
        return ""
    for output in outputs:
        modes = _read(output / "modes").split()
        if _read(output / "status") == "connected" and modes:
            return modes[0]
    return ""


def _read(path: Path) -> str:
    try:
        return path.read_bytes()[:4096].decode("utf-8", "replace").strip("\x00\n ")
    except OSError:
        return ""
