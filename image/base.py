"""The tar of an installed system, read: single files out of it, and the whole of it with our files laid over."""

import io
import tarfile
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO

from image.tree import FOLDER, LINK, Node, Tree

DROPPED = (
    "boot/*",
    "initrd.img*",
    "vmlinuz*",
    "dev/*",
    "var/lib/apt/lists/*",
    "var/cache/*",
    "var/log/*",
    "usr/lib/*/libpython*.a",
)
"""What an installed system has and a read-only one doesn't need."""


class Base:
    """Opens the tar once, to be closed by `with`; names are relative, without `./`."""

    def __init__(self, tar: Path) -> None:
        self.name = tar.name
        self._archive = tarfile.open(tar)  # noqa: SIM115  closed by __exit__
        self._archive.extraction_filter = getattr(tarfile, "tar_filter", None)  # Debian 12's Python has none yet
        self._members = {member.name.removeprefix("./"): member for member in self._archive.getmembers()}

    def __enter__(self) -> "Base":
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def names(self) -> Iterator[str]:
        return iter(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """A file's content; links are followed. Raises KeyError when there is none."""
        opened = self._archive.extractfile(self._members[name])
        if opened is None:
            raise KeyError(name)
        return opened.read()

    def unpack(self, folder: Path, wanted: Callable[[str], bool]) -> None:
        """Files and links that `wanted` says yes to, below `folder`."""
        for name, member in self._members.items():
            if wanted(name) and not member.isdev():
                self._archive.extract(member, folder, set_attrs=member.isfile())

    def merged(self, ours: Tree, out: IO[bytes], mtime: int) -> None:
        """Writes a tar of the system with `ours` laid over it; what is the same in both is ours."""
        with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as merged:
            for name, member in self._members.items():
                if name in ours and not (member.isdir() and ours[name].kind == FOLDER):
                    continue
                if any(fnmatchcase(name, dropped) for dropped in DROPPED):
                    continue
                merged.addfile(member, self._archive.extractfile(member) if member.isreg() else None)
            for name in sorted(ours):
                known = self._members.get(name)
                if ours[name].kind == FOLDER and known is not None and known.isdir():
                    continue
                info, data = _member(f"./{name}", ours[name], mtime)
                merged.addfile(info, data)


def _member(name: str, node: Node, mtime: int) -> tuple[tarfile.TarInfo, IO[bytes] | None]:
    info = tarfile.TarInfo(name)
    info.mode, info.mtime = node.mode & 0o7777, mtime
    info.uname = info.gname = "root"
    if node.kind == FOLDER:
        info.type = tarfile.DIRTYPE
        return info, None
    if node.kind == LINK:
        info.type, info.linkname = tarfile.SYMTYPE, node.data.decode()
        return info, None
    info.size = len(node.data)
    return info, io.BytesIO(node.data)
