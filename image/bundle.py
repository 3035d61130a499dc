"""The update: a RAUC bundle with the root and boot file systems, signed, checked block by block as it is read."""

import shutil
from pathlib import Path

from image.boards import Board
from image.commands import run
from image.signing import Signer


def manifest(board: Board, version: str) -> str:
    return (
        f"[update]\ncompatible={board.compatible}\nversion={version}\n\n[bundle]\nformat=verity\n\n"
        "[image.rootfs]\nfilename=root.img\n\n[image.boot]\nfilename=boot.img\n"
    )


def build(target: Path, board: Board, version: str, root: Path, boot: Path, signer: Signer, scratch: Path) -> None:
    content = scratch / "bundle"
    content.mkdir()
    for source, name in ((root, "root.img"), (boot, "boot.img")):
        (content / name).hardlink_to(source) if _same_disk(source, content) else shutil.copyfile(source, content / name)
    (content / "manifest.raucm").write_text(manifest(board, version))
    target.unlink(missing_ok=True)
    run("rauc", f"--cert={signer.certificate}", f"--key={signer.key}", "bundle", content, target)
    shutil.rmtree(content)


def system_conf(board: Board) -> str:
    """RAUC's settings on the device. Its slots are pairs: a root file system and the boot partition beside it."""
    lines = [
        "[system]",
        f"compatible={board.compatible}",
        "bootloader=custom",
        "bundle-formats=verity",
        "data-directory=/var/lib/rauc",
        "mountprefix=/run/rauc",
        "[keyring]",
        "path=/etc/rauc/keyring.pem",
        "[handlers]",
        "bootloader-custom-backend=/usr/lib/vizora/slot-backend",
    ]
    for number, slot in enumerate("AB"):
        letter = slot.lower()
        lines += [
            f"[slot.rootfs.{number}]",
            f"device=/dev/disk/by-partlabel/root_{letter}",
            "type=raw",
            f"bootname={slot}",
        ]
        lines += [f"[slot.boot.{number}]", f"device=/dev/disk/by-partlabel/boot_{letter}", "type=raw"]
        lines += [f"parent=rootfs.{number}"]
    return "\n".join(lines) + "\n"


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev
