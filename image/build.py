"""`vizora image build`: from a lock of packages to a release folder; what a step made is kept for the next time."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from platform import machine

from image import appliance, boot_files, bundle, debian, disk, kept, lock, release, sbom, verity, wheels
from image.base import Base
from image.boards import Board
from image.commands import run
from image.layout import MIB, partitions
from image.mirror import Mirror
from image.progress import Progress
from image.signing import Signer
from image.target_python import TargetPython
from image.tree import Tree
from vizora.errors import OperatorError

SHOWN = 20
REQUIREMENTS = appliance.REPOSITORY / "requirements" / "edge.txt"
KEPT_ROOTS = 4


@dataclass(frozen=True, slots=True)
class Options:
    board: Board
    version: str
    out: Path
    cache: Path
    epoch: int
    """Seconds since 1970 that stand for "now" in everything that is built (SOURCE_DATE_EPOCH)."""
    signer: Signer
    cloud_url: str
    download_url: str
    """Where the release folder will lie, for Imager."""
    update_lock: bool = False
    level: int = 9
    """How hard zstd tries on the root file system."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The file systems of one version, as files."""

    root: Path
    boot: Path
    bootsel: Path
    data: Path
    python: dict[str, str]


def build(options: Options, mirror: Callable[[], Mirror], progress: Progress) -> list[Path]:
    """The files of the release folder. Raises OperatorError."""
    options.cache.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.cache, prefix="work-") as folder:
        scratch = Path(folder)
        parts = make_parts(options, mirror, progress, scratch)
        return _release(options, parts, progress, scratch)


def make_parts(options: Options, mirror: Callable[[], Mirror], progress: Progress, scratch: Path) -> Parts:
    with Base(base_system(options, mirror, progress)) as base:
        return _parts(options, base, progress, scratch)


def _parts(options: Options, base: Base, progress: Progress, scratch: Path) -> Parts:
    board = options.board
    with progress.step("Python packages"):
        python = _python(options, base, scratch / "python")
        packages = _packages(options, python)
    with progress.step("our code"):
        code = _code(python, scratch / "code")
        certificate = options.signer.certificate.read_bytes()
        ours = appliance.overlay(base, board, options.version, certificate, packages, code)
    with progress.step("root file system"):
        root = _root(options, base, ours)
    with progress.step("boot partitions"):
        boot, bootsel = scratch / "boot.img", scratch / "bootsel.img"
        slot = boot_files.slot(base, board, options.epoch)
        disk.fat(boot, board.sizes.boot * MIB, board.name, "boot", "VZBOOT", slot, scratch, options.epoch)
        chosen = boot_files.bootsel(board, settings(options.cloud_url), scratch)
        disk.fat(bootsel, board.sizes.bootsel * MIB, board.name, "bootsel", "VZBOOTSEL", chosen, scratch, options.epoch)
        data = scratch / "data.img"
        disk.ext4(data, board.sizes.data * MIB, board.name, "data", options.epoch)
    return Parts(root, boot, bootsel, data, wheels.versions(packages))


def base_system(options: Options, mirror: Callable[[], Mirror], progress: Progress) -> Path:
    """The tar of the installed packages: kept from before if the lock is the same, else installed now."""
    board = options.board
    locked = lock.parse(board.lock.read_text()) if board.lock.exists() else ()
    if not options.update_lock:
        verity.check(locked)
    tar = kept.base(options.cache, board, locked)
    if tar.exists() and not options.update_lock:
        progress.note(f"base system: kept from before ({tar.name})")
        return tar
    with progress.step("asking the mirror"), tempfile.TemporaryDirectory(dir=options.cache) as scratch:
        offered = debian.offered(board, mirror(), Path(scratch))
    moved = lock.differences(locked, offered)
    if moved and not options.update_lock:
        raise OperatorError(told(board, moved))
    verity.check(offered)
    if moved:
        board.lock.write_text(lock.write(offered))
        progress.note(f"{board.lock.name}: {len(moved)} packages changed")
        tar = kept.base(options.cache, board, offered)
    if tar.exists():
        return tar
    with progress.step(f"installing {len(offered)} packages for {board.architecture}"):
        debian.ready_for(board, machine())
        new = tar.with_suffix(".new.tar")
        debian.install(board, mirror(), new, kept.BASE_EPOCH)
        installed = debian.installed(new)
        if installed != {package.name: package.version for package in offered}:
            raise OperatorError(f"what was installed is not what {board.lock.name} says; the mirror moved meanwhile")
        new.rename(tar)
    return tar


def told(board: Board, moved: tuple[lock.Difference, ...]) -> str:
    """Which packages moved, for a person."""
    lines = [f"  {difference}" for difference in moved[:SHOWN]]
    lines += [f"  … and {len(moved) - SHOWN} more"] if len(moved) > SHOWN else []
    head = f"the mirror has other packages than {board.lock.name} pins; --update-lock takes them in:"
    return "\n".join([head, *lines])


def settings(cloud_url: str) -> bytes:
    """`vizora.toml` on bootsel."""
    return (
        "# This screen's settings, for any computer to edit. What may stand here: docs/reference/device-settings.md\n"
        f'cloud_url = "{cloud_url}"\n'
    ).encode()


def _python(options: Options, base: Base, folder: Path) -> TargetPython:
    """Compiled modules are the same for every processor, and one that must be emulated takes twenty times as long."""
    native = kept.native_base(options.cache, options.board, machine())
    if native is None:
        return TargetPython(base, options.board.architecture, folder)
    with Base(native.tar) as other:
        return TargetPython(other, native.architecture, folder)


def _packages(options: Options, python: TargetPython) -> Path:
    """A folder with the compiled wheels, kept as long as the requirements are the same."""
    told = hashlib.sha256(REQUIREMENTS.read_bytes() + repr((wheels.RECIPE, options.board.wheels)).encode())
    kept = options.cache / f"wheels-{options.board.name}-{told.hexdigest()[:24]}"
    if not kept.exists():
        new = kept.with_name(f"{kept.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        wheels.install(options.board, REQUIREMENTS, new)
        python.compile(new, f"/{appliance.SITE_PACKAGES}")
        new.rename(kept)
    return kept


def _code(python: TargetPython, folder: Path) -> Path:
    for name in appliance.CODE:
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(appliance.REPOSITORY / name, folder / name, ignore=left_out)
    python.compile(folder, f"/{appliance.SITE_PACKAGES}")
    return folder


def _root(options: Options, base: Base, ours: Tree) -> Path:
    """The squashfs, kept as long as nothing in it changes."""
    told = hashlib.sha256(repr((base.name, options.epoch, options.level)).encode())
    for name in sorted(ours):
        told.update(repr((name, ours[name].mode, ours[name].data)).encode())
    kept = options.cache / f"root-{options.board.name}-{told.hexdigest()[:24]}.squashfs"
    if kept.exists():
        kept.touch()
        return kept
    new = kept.with_suffix(".new")
    new.unlink(missing_ok=True)
    disk.squashfs(new, lambda out: base.merged(ours, out, options.epoch), options.level, options.epoch)
    new.rename(kept)
    for old in sorted(options.cache.glob(f"root-{options.board.name}-*.squashfs"), key=_age)[:-KEPT_ROOTS]:
        old.unlink()
    return kept


def _age(path: Path) -> float:
    return path.stat().st_mtime


def write_disk(options: Options, parts: Parts, target: Path) -> None:
    """The image as it is flashed: slot A filled, slot B empty."""
    placed = partitions(options.board.name, options.board.sizes)
    contents = {"bootsel": parts.bootsel, "boot_a": parts.boot, "root_a": parts.root, "data": parts.data}
    disk.assemble(target, options.board.name, placed, contents)


def _release(options: Options, parts: Parts, progress: Progress, scratch: Path) -> list[Path]:
    board, version = options.board, options.version
    name = f"vizora-{board.name}-{version}"
    flat, packed = scratch / f"{name}.img", options.out / f"{name}.img.zst"
    with progress.step("disk image"):
        write_disk(options, parts, flat)
        run("zstd", "-q", "-f", "-3", "--threads=0", flat, "-o", packed)
    update = options.out / f"{name}.raucb"
    with progress.step("update bundle"):
        bundle.build(update, board, version, parts.root, parts.boot, options.signer, scratch)
    with progress.step("papers"):
        packages = lock.parse(board.lock.read_text())
        papers = {f"{name}.cdx.json": sbom.document(board.name, version, packages, parts.python)}
        if board.imager_devices:
            released = datetime.fromtimestamp(options.epoch, UTC).date()
            url = f"{options.download_url}{packed.name}"
            measured = release.measure(flat), release.measure(packed)
            manifest = release.imager_manifest(board, version, released, url, *measured)
            papers[f"{name}.rpi-imager-manifest"] = manifest
        for paper, text in papers.items():
            (options.out / paper).write_text(text)
        files = [packed, update, *(options.out / paper for paper in papers)]
        sums = options.out / "SHA256SUMS"
        sums.write_text(release.checksums(files))
    return [*files, sums]


def default_cache(environ: "os._Environ[str] | dict[str, str]") -> Path:
    named = environ.get("VIZORA_IMAGE_CACHE")
    return Path(named) if named else Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vizora"
