"""Running the programs that do the heavy work: one place that names a missing one and shows why one failed."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from vizora.errors import OperatorError

PACKAGES = {
    "mmdebstrap": "mmdebstrap",
    "mksquashfs": "squashfs-tools",
    "mkfs.vfat": "dosfstools",
    "mcopy": "mtools",
    "mmd": "mtools",
    "mkfs.ext4": "e2fsprogs",
    "sfdisk": "fdisk",
    "grub-mkimage": "grub-common",
    "rauc": "rauc",
    "zstd": "zstd",
    "qemu-aarch64-static": "qemu-user-static",
    "apt-get": "apt",
    "apt-cache": "apt",
    "dpkg-deb": "dpkg",
}
"""Which Debian package brings a program."""
SHOWN = 2000


def find(program: str) -> str:
    """Where a program is. Raises OperatorError naming the Debian package that brings it."""
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        raise OperatorError(f"{program} is not installed; as root: apt-get install {PACKAGES.get(program, program)}")
    return path


def run(
    program: str,
    *arguments: str | Path,
    stdin: bytes | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> bytes:
    """What the program printed. Raises OperatorError with the end of its complaint when it fails."""
    done = subprocess.run(
        [find(program), *map(str, arguments)],
        input=stdin if stdin is not None else b"",
        capture_output=True,
        env={**os.environ, **(environ or {})},
        cwd=folder,
        check=False,
    )
    if done.returncode:
        raise OperatorError(_complaint(program, arguments, done.returncode, done.stderr or done.stdout))
    return done.stdout


def feed(program: str, *arguments: str | Path, write: Callable[[IO[bytes]], None]) -> None:
    """Runs a program on what `write` writes to it. Raises OperatorError when it fails, whatever `write` then meets."""
    process = subprocess.Popen(
        [find(program), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it ended early: its status and its complaint say why
        write(process.stdin)
    _, complaint = process.communicate()
    if process.returncode:
        raise OperatorError(_complaint(program, arguments, process.returncode, complaint))


def _complaint(program: str, arguments: Sequence[object], status: int, said: bytes) -> str:
    text = said.decode("utf-8", "replace").strip()[-SHOWN:]
    return f"{program} {' '.join(map(str, arguments))[:300]} failed with status {status}: {text}"
