"""What differs between the emulated computers: processor, firmware, and how the extra units reach systemd."""

import base64
from pathlib import Path
from typing import Protocol

from tests.image.qemu.guest_units import CREDENTIALS

STARTED = "Vizora: slot"
"""What the serial log says for each start: grub.cfg on a PC, the harness where it stands in for the firmware."""
OVMF = Path("/usr/share/ovmf/OVMF.fd")


class Hardware(Protocol):
    @property
    def patience_s(self) -> float:
        """How long a step may take, without what others on this machine took; a tenth is usual."""
        ...

    @property
    def resets_by_itself(self) -> bool:
        """False where the harness stands in for the firmware: QEMU then ends at each restart."""
        ...

    def command(self, disk: Path, folder: Path, *, restart: str) -> list[str]:
        """QEMU and its first arguments for one power-on. `restart`: the word the restart carried, if any."""
        ...


class Pc:
    """UEFI and GRUB, as on a PC. `-cpu max` would make software rendering crash."""

    patience_s = 900.0
    resets_by_itself = True

    def command(self, disk: Path, folder: Path, *, restart: str) -> list[str]:
        return [
            *("qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=single", "-cpu", "Nehalem", "-smp", "1"),
            *("-bios", str(OVMF), "-vga", "none", "-device", "virtio-vga,xres=800,yres=600"),
            *(part for name, text in CREDENTIALS.items() for part in _smbios(name, text)),
        ]


def _smbios(name: str, text: str) -> tuple[str, str]:
    encoded = base64.b64encode(text.encode()).decode()
    return "-smbios", f"type=11,value=io.systemd.credential.binary:{name}={encoded}"
