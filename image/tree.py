"""A tree of files as a value: what the builder adds to a root file system, a boot partition, an initrd."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

FOLDER, FILE, LINK = 0o040000, 0o100000, 0o120000
KIND = 0o170000


@dataclass(frozen=True, slots=True)
class Node:
    mode: int
    """Kind and permissions, as in `stat`. All belongs to root."""
    data: bytes = b""
    """A file's content, or where a link points."""

    @property
    def kind(self) -> int:
        return self.mode & KIND


Tree = Mapping[str, Node]
"""By path, relative, without `./`."""


def folder(permissions: int = 0o755) -> Node:
    return Node(FOLDER | permissions)


def file(data: bytes, permissions: int = 0o644) -> Node:
    return Node(FILE | permissions, data)


def link(target: str) -> Node:
    return Node(LINK | 0o777, target.encode())


def read(top: Path, under: str = "", left_out: Iterable[str] = ("__pycache__",)) -> dict[str, Node]:
    """What lies in a folder of this machine, as it is to lie below `under`. Of permissions only `executable` counts."""
    found: dict[str, Node] = {}
    names = set(left_out)
    for path in sorted(top.rglob("*")):
        name = str(PurePosixPath(under) / path.relative_to(top).as_posix())
        if names.intersection(path.relative_to(top).parts):
            continue
        if path.is_symlink():
            found[name] = link(str(path.readlink()))
        elif path.is_dir():
            found[name] = folder()
        else:
            found[name] = file(path.read_bytes(), 0o755 if path.stat().st_mode & 0o100 else 0o644)
    return with_folders(found)


def with_folders(tree: Tree) -> dict[str, Node]:
    """The same, with a folder for whatever lies in one."""
    whole = dict(tree)
    for name in tree:
        for parent in PurePosixPath(name).parents:
            if str(parent) != ".":
                whole.setdefault(str(parent), folder())
    return dict(sorted(whole.items()))
