"""The disk's health: a canary that is written and read back, and what kernel and card tell of themselves."""

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from edge.diagnostics.facts import Canary, Disk
from edge.files import write_durably

CANARY_BYTES = 8192
SPARE_BLOCKS_RUN_OUT = 2
"""eMMC's PRE_EOL_INFO: 1 normal, 2 over 80 % of the spare blocks used, 3 urgent (JESD84-B51)."""

_MEANING = {
    errno.ENOSPC: Canary.FULL,
    errno.EDQUOT: Canary.FULL,
    errno.EROFS: Canary.READ_ONLY,
    errno.EACCES: Canary.FORBIDDEN,
    errno.EPERM: Canary.FORBIDDEN,
}


class Mount(NamedTuple):
    device: str
    """As in /sys/dev/block: `179:6`."""
    file_system: str
    source: str


def disk(folder: Path, canary: Path, content: bytes, root: Path) -> Disk:
    """`content` is what to write: other bytes each time, so that an old file isn't taken for the new one."""
    mount = mount_of(folder, root)
    total = free = None
    with suppress(OSError):
        space = os.statvfs(folder)
        total, free = space.f_blocks * space.f_frsize, space.f_bavail * space.f_frsize
    return Disk(
        folder=str(folder),
        total=total,
        free=free,
        file_system=mount.file_system if mount else None,
        canary=sing(canary, content),
        ext4_errors=_number(root / "sys/fs/ext4" / _device_name(mount, root) / "errors_count") if mount else None,
        wear_percent=_wear(mount, root) if mount else None,
        is_near_end=_is_near_end(mount, root) if mount else None,
    )


def sing(canary: Path, content: bytes) -> Canary:
    """Writes, syncs, forgets what memory holds of it, reads back, removes. Several may sing at a time, each its own."""
    own = canary.with_name(f"{canary.name}.{hashlib.sha256(content).hexdigest()[:16]}")
    try:
        canary.parent.mkdir(parents=True, exist_ok=True)
        write_durably(own, content)
        descriptor = os.open(own, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            returned = os.read(descriptor, len(content) + 1)
        finally:
            os.close(descriptor)
        own.unlink()
    except OSError as error:
        return _MEANING.get(error.errno or 0, Canary.FAILING)
    return Canary.INTACT if returned == content else Canary.CHANGED


def mount_of(folder: Path, root: Path) -> Mount | None:
    """The mount that `folder` lies on; see proc(5) for the fields."""
    best: tuple[int, Mount] | None = None
    with suppress(OSError):
        for line in (root / "proc/self/mountinfo").read_text().splitlines():
            before, _, after = line.partition(" - ")
            words, (file_system, source, *_) = before.split(), after.split()
            point = Path(words[4].replace("\\040", " "))
            length = len(point.parts)
            if folder.is_relative_to(point) and (best is None or length >= best[0]):
                best = length, Mount(words[2], file_system, source)
    return best[1] if best else None


def _device_name(mount: Mount, root: Path) -> str:
    """The kernel's name, as mmcblk0p6: a source may be a link of another name."""
    with suppress(OSError):
        return (root / "sys/dev/block" / mount.device).readlink().name
    return Path(mount.source).name


def _card(mount: Mount, root: Path) -> Path:
    """The folder in /sys/block of the whole device a partition belongs to."""
    name = _device_name(mount, root)
    whole = name.rpartition("p")[0] if name.startswith("mmcblk") and "p" in name.removeprefix("mmcblk") else name
    return root / "sys/block" / whole / "device"


def _wear(mount: Mount, root: Path) -> int | None:
    """eMMC tells two kinds of cells, each in tenths: 0x01 is up to 10 %, 0x0B is over its life."""
    with suppress(OSError, ValueError):
        tenths = [int(word, 16) for word in (_card(mount, root) / "life_time").read_text().split()]
        return max(tenths) * 10 if tenths and max(tenths) > 0 else None
    return None


def _is_near_end(mount: Mount, root: Path) -> bool | None:
    with suppress(OSError, ValueError):
        told = int((_card(mount, root) / "pre_eol_info").read_text().strip(), 16)
        return told >= SPARE_BLOCKS_RUN_OUT if told else None
    return None


def _number(path: Path) -> int | None:
    with suppress(OSError, ValueError):
        return int(path.read_text())
    return None
