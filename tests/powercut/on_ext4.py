"""What a sync of the play journal costs on a real ext4: the model's word for it (`wear`) against the kernel's.

Needs root and a loop device, so it runs only in `make soak SOAK=wear`.
"""

import os
import subprocess
from pathlib import Path

from edge.player import journal as journal_module
from edge.player.journal import Journal
from tests.powercut.wear import BOOT, PAGE, real_play
from vizora.identifiers import BootId

SECTOR = 512
MIB = 1 << 20
SYNCS = 200
OPTIONS = "noatime,noinit_itable,commit=300"
"""As the image mounts its data, with nothing written in the background."""


def pages_a_sync(folder: Path, *, ahead: int) -> float | None:
    """Of 4 KiB, for one play a sync; `ahead` as in the journal. None where nothing may be mounted."""
    image, mount = folder / "disk", folder / "mount"
    mount.mkdir(parents=True)
    image.touch()
    os.truncate(image, 256 * MIB)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-b", str(PAGE), image], check=True)
    attached = subprocess.run(["losetup", "-f", "--show", image], capture_output=True, text=True, check=False)
    if attached.returncode:
        return None
    device = attached.stdout.strip()
    try:
        subprocess.run(["mount", "-o", OPTIONS, device, mount], check=True)
        try:
            return _measured(mount, Path(device).name, ahead)
        finally:
            subprocess.run(["umount", mount], check=True)
    finally:
        subprocess.run(["losetup", "-d", device], check=True)


def _measured(mount: Path, device: str, ahead: int) -> float:
    journal_module.AHEAD = ahead
    journal = Journal(mount / "plays", BootId(BOOT))
    before = 0
    for n in range(SYNCS + 1):
        journal.add(real_play(n))
        journal.write()
        assert journal.sync()
        if n == 0:  # the segment was made, and its folder
            os.sync()
            before = _sectors(device)
    journal.close()
    return round((_sectors(device) - before) * SECTOR / PAGE / SYNCS, 2)


def _sectors(device: str) -> int:
    """Written to the device so far."""
    return int(Path(f"/sys/block/{device}/stat").read_text().split()[6])
