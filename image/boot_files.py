"""What lies on the partitions that firmware and boot loaders read."""

from pathlib import Path

from edge.update.slots import FACTORY
from edge.update.stored import Autoboot, GrubEnvironment
from image import initrd
from image.base import Base
from image.boards import Board, Boot
from image.commands import run
from image.tree import Node, Tree, file, with_folders
from vizora.errors import OperatorError

HERE = Path(__file__).parent / "boot"
GRUB_MODULES = (
    *("part_gpt", "fat", "normal", "linux", "search", "search_label", "configfile", "loadenv", "regexp"),
    *("test", "echo", "sleep", "reboot", "boot", "all_video", "efi_gop", "minicmd"),
)
_PI_FIRMWARE = "usr/lib/raspi-firmware/"
_PI_FIRMWARE_FILES = ("start4.elf", "start4x.elf", "fixup4.dat", "fixup4x.dat")
_PI_MODELS = (
    *("bcm2711-rpi-4-b.dtb", "bcm2711-rpi-400.dtb", "bcm2711-rpi-cm4-io.dtb"),
    *("bcm2712-rpi-5-b.dtb", "bcm2712-d-rpi-5-b.dtb"),
)


def bootsel(board: Board, settings: bytes, scratch: Path) -> Tree:
    """`vizora.toml`, the one file a person may edit after flashing, and what says which slot starts."""
    tree: dict[str, Node] = {"vizora.toml": file(settings)}
    if board.boot is Boot.GRUB:
        tree |= {
            "EFI/BOOT/BOOTX64.EFI": file(_grub(scratch)),
            "grub/grub.cfg": file((HERE / "grub.cfg").read_bytes()),
            "grub/slots.env": file(GrubEnvironment().encode(FACTORY)),
        }
    else:
        tree["autoboot.txt"] = file(Autoboot().encode(FACTORY))
    return with_folders(tree)


def slot(base: Base, board: Board, epoch: int) -> Tree:
    """The same in both slots: kernel, initrd, and how they are started."""
    kernel = initrd.kernel(base)
    started = {"initrd": file(initrd.build(base, board, epoch))}
    if board.boot is Boot.GRUB:
        return started | {"vmlinuz": file(kernel), **_ours("slot.cfg")}
    return started | {
        "vmlinuz": file(run("gzip", "-n", "-9", "-c", stdin=kernel)),
        **_ours("config.txt", "cmdline.txt"),
        **_taken(base, _PI_FIRMWARE, _PI_FIRMWARE_FILES),
        **_taken(base, f"usr/lib/modules/{initrd.kernel_version(base)}/dtb/broadcom/", _PI_MODELS),
    }


def _ours(*names: str) -> Tree:
    return {name: file((HERE / name).read_bytes()) for name in names}


def _taken(base: Base, folder: str, names: tuple[str, ...]) -> Tree:
    """Raises OperatorError naming what the packages don't have."""
    missing = [name for name in names if f"{folder}{name}" not in base]
    if missing:
        raise OperatorError(f"{folder} of the installed system has no {', '.join(missing)}")
    return {name: file(base.read(f"{folder}{name}")) for name in names}


def _grub(scratch: Path) -> bytes:
    image = scratch / "bootx64.efi"
    run("grub-mkimage", "-O", "x86_64-efi", "-o", image, "-c", HERE / "early.cfg", "-p", "/grub", *GRUB_MODULES)
    return image.read_bytes()
