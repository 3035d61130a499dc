"""File systems and the disk they make up, as plain files: no loop device, no mount, no root."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from image.commands import feed, run
from image.layout import Partition, disk_size, named_uuid, sfdisk_script, volume_id
from image.tree import FOLDER, Tree, with_folders
from vizora.errors import OperatorError

CHUNK = 1 << 20


def fat(target: Path, size: int, board: str, name: str, label: str, tree: Tree, scratch: Path, epoch: int) -> None:
    """A FAT file system of `size` bytes with `tree` in it. FAT has no links and no permissions."""
    _sparse(target, size)
    run("mkfs.vfat", "--invariant", "-F", "32", "-i", volume_id(board, name), "-n", label, target)
    environ = {"SOURCE_DATE_EPOCH": str(epoch), "MTOOLS_SKIP_CHECK": "1", "TZ": "UTC"}
    source = scratch / "for-fat"
    for path, node in with_folders(tree).items():
        if node.kind == FOLDER:
            run("mmd", "-i", target, f"::{path}", environ=environ)
            continue
        source.write_bytes(node.data)
        os.utime(source, (epoch, epoch))
        run("mcopy", "-m", "-i", target, source, f"::{path}", environ=environ)
    source.unlink(missing_ok=True)


def ext4(target: Path, size: int, board: str, name: str, epoch: int) -> None:
    """An empty ext4, to be grown on the device."""
    _sparse(target, size)
    uuid = named_uuid(board, f"{name}/file system")
    environ = {"SOURCE_DATE_EPOCH": str(epoch), "E2FSPROGS_FAKE_TIME": str(epoch)}
    extended = f"hash_seed={uuid},root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0"
    run("mkfs.ext4", "-q", "-L", name, "-U", str(uuid), "-J", "size=16", "-E", extended, target, environ=environ)


def squashfs(target: Path, write_tar: Callable[[IO[bytes]], None], level: int, epoch: int) -> None:
    """A squashfs of what a tar holds, packed by zstd. Every time in it is `epoch`."""
    form = ("-comp", "zstd", "-Xcompression-level", str(level), "-noappend", "-quiet", "-no-progress")
    times = ("-mkfs-time", str(epoch), "-all-time", str(epoch))
    top = ("-root-mode", "0755")  # a tar says nothing about it
    feed("mksquashfs", "-", target, "-tar", *form, *times, *top, write=write_tar)


def assemble(target: Path, board: str, placed: tuple[Partition, ...], contents: Mapping[str, Path]) -> None:
    """The whole disk: the partition table, and in each partition what `contents` has for its name.

    Raises OperatorError when something is too big for its partition.
    """
    _sparse(target, disk_size(placed))
    run("sfdisk", "--quiet", "--no-reread", target, stdin=sfdisk_script(board, placed).encode())
    with target.open("r+b") as disk:
        for partition in placed:
            source = contents.get(partition.name)
            if source is None:
                continue
            if source.stat().st_size > partition.size:
                raise OperatorError(
                    f"{source.name} has {source.stat().st_size} bytes, {partition.name} has room for {partition.size}; "
                    "give it more in the board's sizes"
                )
            disk.seek(partition.start)
            with source.open("rb") as content:
                while chunk := content.read(CHUNK):
                    if chunk.count(0) == len(chunk):
                        disk.seek(len(chunk), os.SEEK_CUR)
                    else:
                        disk.write(chunk)


def _sparse(target: Path, size: int) -> None:
    with target.open("wb") as file:
        file.truncate(size)
