"""`python -m tests.image.qemu.pi3`: the Pi's image on QEMU's model of a Raspberry Pi 3, from SD card to user space.

The only Raspberry Pi that QEMU 7.2 models: no picture, no network, and the board itself isn't supported; but processor,
device tree, SD controller and serial line are a Pi's, and kernel, initrd and root are the image's own.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from image import boards
from image.base import Base
from tests.child_process import dies_with_its_parent
from tests.image.qemu import artefacts, pi
from tests.image.qemu.machine import sparse_copy
from tests.image.qemu.patience import Patience, queued

CARD = 4 << 30
"""An SD card's size is a power of two, or QEMU refuses it."""
DEVICE_TREE = "bcm2837-rpi-3-b.dtb"
SEEN = (
    "Machine model: Raspberry Pi 3 Model B",
    "Detected architecture arm64",
    "EXT4-fs (mmcblk0p6): mounted",
)
"""The kernel's first words, systemd's, and what our own first service did: it mounts the data partition."""
PATIENCE_S = 2400.0
ARGUMENTS = "loglevel=7 printk.devkmsg=on systemd.log_target=kmsg systemd.default_timeout_start_sec=1800"
NO_WATCHDOG = "modprobe.blacklist=bcm2835_wdt"
"""QEMU starts the machine again as soon as anybody touches the Pi's watchdog."""


def command(folder: Path, card: Path, device_tree: bytes) -> list[str]:
    started = pi.start(boards.load("rpi"), card, folder, restart="")
    tree = folder / DEVICE_TREE
    tree.write_bytes(device_tree)
    pi.told(tree, started.partition)
    arguments = f"{started.arguments} {ARGUMENTS} {NO_WATCHDOG} {' '.join(pi.credentials())}"
    return [
        *("qemu-system-aarch64", "-M", "raspi3b", "-accel", "tcg,thread=multi", "-display", "none", "-monitor", "none"),
        *("-kernel", str(started.kernel), "-initrd", str(started.initrd), "-dtb", str(tree), "-append", arguments),
        *("-drive", f"if=sd,file={card},format=raw", "-serial", "null", "-serial", f"file:{folder}/pi3.log"),
        "-no-reboot",
    ]


def watch(folder: Path, arguments: list[str]) -> None:
    """Says when each of `SEEN` came, in this order. Raises AssertionError for the first that doesn't."""
    log, began = folder / "pi3.log", time.monotonic()
    log.unlink(missing_ok=True)
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, preexec_fn=dies_with_its_parent)
    patience = Patience(PATIENCE_S, lambda: queued(process.pid))
    try:
        for what in SEEN:
            while what not in (said := log.read_text(errors="replace") if log.exists() else ""):
                assert process.poll() is None, f"QEMU ended before {what!r}: {said[-1500:]}"
                assert not patience.is_over(), f"no {what!r} in time: {said[-1500:]}"
                time.sleep(1)
            print(f"[{time.monotonic() - began:6.0f} s] {what}", flush=True)
    finally:
        process.kill()
        process.wait()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/image-test/pi3"))
    parser.add_argument("--reuse", action="store_true", help="take the image of the last run")
    asked = parser.parse_args(arguments)
    folder: Path = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    flashed, tree = folder / "flashed.img", folder / "device-tree"
    if not (asked.reuse and flashed.exists() and tree.exists()):
        with Base(artefacts.flashable(flashed, boards.load("rpi"))) as base:
            (name,) = (name for name in base.names() if name.endswith(f"/dtb/broadcom/{DEVICE_TREE}"))
            tree.write_bytes(base.read(name))
    card = folder / "card.img"
    sparse_copy(flashed, card, CARD)
    watch(folder, command(folder, card, tree.read_bytes()))
    card.unlink()
    print(f"serial log: {folder}/pi3.log")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
