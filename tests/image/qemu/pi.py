"""The Pi's image on QEMU's `virt` machine: no model of QEMU's draws as a Pi does, but kernel, initrd, root and our
boot files are the image's own.

The Pi's firmware can't be emulated. `start` does what it does, from the same files: `autoboot.txt` says which
partition, `config.txt` which kernel and initrd, `cmdline.txt` the kernel's arguments; the partition goes into the
device tree, where the initrd looks for it.
"""

import base64
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from image.boards import Board
from image.commands import run
from image.layout import partitions
from tests.image.qemu.guest_units import CREDENTIALS
from tests.image.qemu.hardware import STARTED

TRYBOOT = "0 tryboot"
SLOTS = {2: "A", 3: "B"}
PROCESSOR = ("-accel", "tcg,thread=multi", "-smp", "2")


@dataclass(frozen=True, slots=True)
class Started:
    """What the firmware loaded."""

    partition: int
    kernel: Path
    initrd: Path
    arguments: str


class Pi:
    """`virt` in the shape of a Pi 4: its processor, a device tree, no UEFI."""

    patience_s = 2700.0
    resets_by_itself = False

    def __init__(self, board: Board) -> None:
        self._board = board

    def command(self, disk: Path, folder: Path, *, restart: str) -> list[str]:
        started = start(self._board, disk, folder, restart)
        with (folder / "serial.log").open("a") as log:
            log.write(f"{STARTED} {SLOTS[started.partition]}\n")
        machine = ["qemu-system-aarch64", "-cpu", "cortex-a72", *PROCESSOR]
        tree = folder / "virt.dtb"
        subprocess.run([*machine, "-M", f"virt,dumpdtb={tree}"], check=True, stderr=subprocess.DEVNULL)
        told(tree, started.partition)
        return [
            *(*machine, "-M", "virt", "-no-reboot", "-device", "virtio-gpu-pci,xres=800,yres=600"),
            *("-kernel", str(started.kernel), "-initrd", str(started.initrd)),
            *("-dtb", str(tree), "-append", appended(started)),
        ]


def start(board: Board, disk: Path, folder: Path, restart: str) -> Started:
    """As the firmware of a Pi 4: what it would load from this disk after a restart that carried `restart`."""
    chosen = boot_partition(_read(board, disk, "bootsel", "autoboot.txt").decode(), tryboot=restart == TRYBOOT)
    slot = f"boot_{SLOTS[chosen].lower()}"
    config = _read(board, disk, slot, "config.txt").decode()
    loaded = {}
    for name, pattern in (("kernel", r"^kernel=(\S+)$"), ("initrd", r"^initramfs (\S+) followkernel$")):
        named = re.search(pattern, config, re.MULTILINE)
        assert named is not None, config
        loaded[name] = folder / f"loaded-{name}"
        loaded[name].write_bytes(_read(board, disk, slot, named[1]))
    arguments = _read(board, disk, slot, "cmdline.txt").decode().strip()
    return Started(chosen, loaded["kernel"], loaded["initrd"], arguments)


def appended(started: Started) -> str:
    """The kernel's arguments for `virt`. Its serial line comes first: of a driver's lines the kernel tries only the one
    named first, and the image names a Pi 5's `ttyAMA10`, which `virt` hasn't got.
    """
    patience = "systemd.default_timeout_start_sec=1800"
    return " ".join(["console=ttyAMA0", started.arguments, patience, *credentials()])


def boot_partition(autoboot: str, *, tryboot: bool) -> int:
    """The last `boot_partition` that applies: `[all]` always, `[tryboot]` after a restart that asked for it."""
    section, chosen = "all", 0
    for line in autoboot.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line.startswith("boot_partition=") and (section == "all" or (tryboot and section == "tryboot")):
            chosen = int(line.partition("=")[2])
    return chosen


def told(tree: Path, partition: int) -> None:
    """Writes into the device tree which partition was read, as the firmware does."""
    run("fdtput", "-p", "-t", "u", tree, "/chosen/bootloader", "partition", str(partition))


def _read(board: Board, disk: Path, partition: str, name: str) -> bytes:
    (place,) = [one for one in partitions(board.name, board.sizes) if one.name == partition]
    return run("mtype", "-i", f"{disk}@@{place.start}", f"::{name}")


def credentials() -> list[str]:
    """On the kernel's command line: without UEFI nobody tells the kernel where SMBIOS strings are."""
    return [
        f"systemd.set_credential_binary={name}:{base64.b64encode(text.encode()).decode()}"
        for name, text in CREDENTIALS.items()
    ]
