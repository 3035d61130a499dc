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
    """A squashfs with `good.raucb` (version NEW) and `bad.raucb`, to be plugged in."""


def make(folder: Path, board: boards.Board) -> Artefacts:
    """A root without a system makes the bad update: its kernel starts, finds no systemd, and starts again."""
    options, progress = _options(folder, board), _progress()
    made = Artefacts(folder / "flashed.img", folder / "stick.squashfs")
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
    return made


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
