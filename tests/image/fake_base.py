"""A root file system in miniature, as mmdebstrap leaves one: enough for every step of the builder but the packages."""

import io
import lzma
import tarfile
from pathlib import Path

VERSION = "6.12-test"
STATUS = b"""Package: bash
Status: install ok installed
Version: 5

Package: gone
Status: deinstall ok config-files
Version: 1
"""
TREES = ("bcm2711-rpi-4-b", "bcm2711-rpi-400", "bcm2711-rpi-cm4-io", "bcm2712-rpi-5-b", "bcm2712-d-rpi-5-b")
MODULES = f"usr/lib/modules/{VERSION}"


def files(modules: tuple[str, ...]) -> dict[str, bytes]:
    dependencies = "".join(f"kernel/{name}.ko.xz:\n" for name in modules)
    return {
        "usr/bin/busybox": b"busybox",
        f"boot/vmlinuz-{VERSION}": b"a kernel",
        f"{MODULES}/modules.dep": dependencies.encode(),
        f"{MODULES}/modules.builtin": b"",
        **{f"{MODULES}/kernel/{name}.ko.xz": lzma.compress(name.encode()) for name in modules},
        **{
            f"usr/lib/raspi-firmware/{name}": b"firmware"
            for name in ("start4.elf", "start4x.elf", "fixup4.dat", "fixup4x.dat")
        },
        **{f"{MODULES}/dtb/broadcom/{name}.dtb": b"tree" for name in TREES},
        "etc/hostname": b"debian\n",
        "etc/passwd": b"root:x:0:0:root:/root:/bin/bash\n",
        "etc/group": b"root:x:0:\n",
        "var/cache/apt/pkgcache.bin": b"x",
        "var/lib/dpkg/status": STATUS,
    }


def write(target: Path, modules: tuple[str, ...]) -> Path:
    content = files(modules)
    folders = {str(parent) for name in content for parent in Path(name).parents if str(parent) != "."}
    with tarfile.open(target, "w") as archive:
        for name in sorted({*folders, *content}):
            info = tarfile.TarInfo(f"./{name}")
            if name in content:
                info.size, info.mode = len(content[name]), 0o755
                archive.addfile(info, io.BytesIO(content[name]))
            else:
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(info)
    return target
