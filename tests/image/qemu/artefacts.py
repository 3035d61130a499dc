"""What the road needs built: the image, a good update, and one whose system doesn't start, all from the same base."""

import os
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from edge.clock import SystemClock
from image import boards, build, bundle, mirror, signing
from image.commands import run
from image.progress import Progress
from tests.image.qemu.cloud import PUBLIC_URL

OLD, NEW, BAD = "1-old", "2-new", "3-bad"


@dataclass(frozen=True, slots=True)
class Artefacts:
    disk: Path
    """As it would be flashed, version OLD."""
    stick: Path
    """A squashfs with `bad.raucb` and `good.raucb` (version NEW), to be installed by hand."""
    usb_stick: Path
    """As a person makes one: a FAT partition with the good update in its top folder."""


def at(folder: Path) -> Artefacts:
    return Artefacts(folder / "flashed.img", folder / "stick.squashfs", folder / "usb-stick.img")


def make(folder: Path, board: boards.Board) -> Artefacts:
    """A root without a system makes the bad update: its kernel starts, finds no systemd, and starts again."""
    options, progress = _options(folder, board), _progress()
    made = at(folder)
    updates = folder / "updates"
    updates.mkdir(parents=True, exist_ok=True)
    for version in (OLD, NEW):
        with tempfile.TemporaryDirectory(dir=options.cache, prefix="work-") as scratch:
            told = replace(options, version=version)
            parts = build.make_parts(told, _mirror, progress, Path(scratch))
            if version == OLD:
                with progress.step("disk image"):
                    build.write_disk(told, parts, made.disk)
                continue
            with progress.step("updates"):
                good = (updates / "good.raucb", told.board, NEW, parts.root, parts.boot, told.signer, Path(scratch))
                bundle.build(*good)
                empty = _rootless(Path(scratch))
                bundle.build(updates / "bad.raucb", told.board, BAD, empty, parts.boot, told.signer, Path(scratch))
    with progress.step("stick"):
        made.stick.unlink(missing_ok=True)
        run("mksquashfs", updates, made.stick, "-noD", "-noI", "-noF", "-quiet", "-no-progress")
    with progress.step("USB stick"):
        _usb_stick(made.usb_stick, updates / "good.raucb")
    return made


def _usb_stick(stick: Path, update: Path) -> None:
    start, size = 1 << 20, update.stat().st_size + (16 << 20)
    size -= size % (1 << 20)
    stick.unlink(missing_ok=True)
    with stick.open("wb") as file:
        file.truncate(start + size)
    run("sfdisk", "--quiet", stick, stdin=b"label: dos\nstart=2048, type=c\n")
    run("mkfs.vfat", "-F", "32", "--offset", str(start // 512), "-n", "STICK", stick, str(size // 1024))
    run("mcopy", "-i", f"{stick}@@{start}", update, "::update.raucb")


def flashable(target: Path, board: boards.Board) -> Path:
    """Writes the disk alone; answers the tar of the base system in it."""
    options, progress = _options(target.parent, board), _progress()
    with tempfile.TemporaryDirectory(dir=options.cache, prefix="work-") as scratch:
        parts = build.make_parts(options, _mirror, progress, Path(scratch))
        with progress.step("disk image"):
            build.write_disk(options, parts, target)
    return build.base_system(options, _mirror, progress)


def _options(folder: Path, board: boards.Board) -> build.Options:
    cache = build.default_cache(os.environ)
    cache.mkdir(parents=True, exist_ok=True)
    signer = signing.development(cache / "keys")
    return build.Options(board, OLD, folder, cache, 1_795_000_000, signer, PUBLIC_URL, download_url="", level=3)


def _progress() -> Progress:
    return Progress(SystemClock(), lambda line: print(line, flush=True))


def _mirror() -> mirror.Mirror:
    return mirror.of_this_machine(os.environ)


def _rootless(scratch: Path) -> Path:
    folder, root = scratch / "rootless", scratch / "rootless.squashfs"
    (folder / "etc").mkdir(parents=True)
    (folder / "etc" / "note").write_text("no system here\n")
    subprocess.run(
        ["mksquashfs", str(folder), str(root), "-quiet", "-no-progress"], check=True, stdout=subprocess.DEVNULL
    )
    return root
