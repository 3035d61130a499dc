"""The image's own Python, run here, to compile what the image will import: a device with a read-only root can't.

It needs no root and no chroot: the interpreter is started by the image's own loader, or by QEMU's user emulation.
"""

import platform
from pathlib import Path

from image.base import Base
from image.commands import run

VERSION = "3.13"
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


class TargetPython:
    """`folder` takes the interpreter, some 60 MB; the caller removes it."""

    def __init__(self, base: Base, architecture: str, folder: Path) -> None:
        self._machine = _MACHINES[architecture]
        self._folder = folder
        libraries = f"usr/lib/{self._machine}-linux-gnu/"
        plain = ("libc.so", "libm.so", "libz.so", "libexpat.so", "ld-linux")

        def wanted(name: str) -> bool:
            library = name.removeprefix(libraries)
            return (
                name.startswith((f"usr/lib/python{VERSION}/", f"usr/bin/python{VERSION}", "usr/lib64/", "usr/lib/ld-"))
                or name in ("lib", "lib64")
                or (library != name and library.startswith(plain))
            )

        base.unpack(folder, wanted)

    def compile(self, folder: Path, installed_as: str) -> None:
        """Compiles every module below `folder`, which will lie at `installed_as` on the device.

        The compiled files hold a hash instead of a time and are never checked: the root can't change.
        """
        python = self._folder / f"usr/bin/python{VERSION}"
        libraries = self._folder / f"usr/lib/{self._machine}-linux-gnu"
        options = ["-P", "-S", "-s", "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]
        options += ["-s", str(folder), "-p", installed_as, str(folder)]
        if platform.machine() == self._machine:
            loader = next(libraries.glob("ld-linux-*"))
            run(str(loader), "--library-path", libraries, python, *options, environ=self._environ())
        else:
            emulator = f"qemu-{self._machine}-static"
            run(emulator, "-L", self._folder, python, *options, environ=self._environ())

    def _environ(self) -> dict[str, str]:
        # The order of sets goes into compiled files: with a seed it is the same each time (-I would ignore the seed).
        return {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONPATH": "", "PYTHONHOME": ""}
