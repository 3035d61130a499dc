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


def make(folder: Path) -> Artefacts:
    """A root without a system makes the bad update: its kernel starts, finds no systemd, and starts again."""
    cache = build.default_cache(os.environ)
    progress = Progress(SystemClock(), lambda line: print(line, flush=True))
    options = build.Options(
        board=boards.load("x86-64"),
        version=OLD,
        out=folder,
        cache=cache,
        epoch=1_795_000_000,
        signer=signing.development(cache / "keys"),
        cloud_url=PUBLIC_URL,
        download_url="",
        level=3,
    )
    made = Artefacts(folder / "flashed.img", folder / "stick.squashfs")
    updates = folder / "updates"
    updates.mkdir(parents=True, exist_ok=True)
    cache.mkdir(parents=True, exist_ok=True)
    for version in (OLD, NEW):
        with tempfile.TemporaryDirectory(dir=cache, prefix="work-") as scratch:
            told = replace(options, version=version)
            parts = build.make_parts(told, lambda: mirror.of_this_machine(os.environ), progress, Path(scratch))
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


def _rootless(scratch: Path) -> Path:
    folder, root = scratch / "rootless", scratch / "rootless.squashfs"
    (folder / "etc").mkdir(parents=True)
    (folder / "etc" / "note").write_text("no system here\n")
    subprocess.run(
        ["mksquashfs", str(folder), str(root), "-quiet", "-no-progress"], check=True, stdout=subprocess.DEVNULL
    )
    return root
