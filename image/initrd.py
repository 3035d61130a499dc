"""The initrd: busybox, our own first program, and the modules that reach the disk. Needs no emulated step."""

import lzma
from pathlib import Path

from image import cpio
from image.base import Base
from image.boards import Board
from image.commands import run
from image.modules import load_order, name, parse_dependencies
from image.tree import Tree, file, folder, with_folders

INIT = Path(__file__).parent / "boot" / "init"


def kernel_version(base: Base) -> str:
    """Of the only kernel in the system."""
    (dependencies,) = [
        one for one in base.names() if one.startswith("usr/lib/modules/") and one.endswith("/modules.dep")
    ]
    return dependencies.split("/")[3]


def kernel(base: Base) -> bytes:
    """vmlinuz, wherever this kernel's packaging puts it."""
    version = kernel_version(base)
    for place in (f"boot/vmlinuz-{version}", f"usr/lib/modules/{version}/vmlinuz"):
        if place in base:
            return base.read(place)
    raise KeyError(f"no vmlinuz of {version}")


def content(base: Base, board: Board) -> Tree:
    """What lies in the initrd."""
    top = f"usr/lib/modules/{kernel_version(base)}"
    dependencies = parse_dependencies(base.read(f"{top}/modules.dep").decode())
    builtin = base.read(f"{top}/modules.builtin").decode().split()
    order = load_order(board.modules, dependencies, builtin)
    tree = {
        "init": file(INIT.read_bytes(), 0o755),
        "bin/busybox": file(base.read("usr/bin/busybox"), 0o755),
        "modules/order": file("".join(f"{name(path)}.ko\n" for path in order).encode()),
        **{f"modules/{name(path)}.ko": file(_plain(base.read(f"{top}/{path}"), path)) for path in order},
        **{place: folder() for place in ("proc", "sys", "dev", "run", "ro", "rw", "new", "bootsel")},
    }
    return with_folders(tree)


def build(base: Base, board: Board, epoch: int) -> bytes:
    """Compressed as every kernel of ours reads it."""
    return run("zstd", "-q", "-12", "-c", stdin=cpio.archive(content(base, board), epoch))


def _plain(data: bytes, path: str) -> bytes:
    return lzma.decompress(data) if path.endswith(".xz") else data
