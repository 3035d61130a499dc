"""Factory reset and unpairing: what is erased, and in which order, so that a cut in between changes nothing."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from edge.files import sync_folder, write_durably
from edge.paths import DevicePaths
from edge.provision.identity import forget_identity

BOOT_COPIES = ("identity", "identity.new", "identity.old")
"""Where the image keeps a copy of the identity, beside the setup files."""


def ask_for_reset(paths: DevicePaths) -> None:
    """It is done with the next start, before any service runs. Raises OSError."""
    paths.setup.mkdir(mode=0o750, parents=True, exist_ok=True)
    write_durably(paths.reset_mark, b"")


def is_asked_for(paths: DevicePaths) -> bool:
    return paths.reset_mark.exists()


def erase(paths: DevicePaths, boot: Path, connections: Path) -> None:
    """Everything this screen has learned since it was flashed; the mark goes last. Raises OSError."""
    for folder in (paths.identity, paths.cache, paths.plays.parent, paths.network_choices.parent, paths.canary.parent):
        _empty(folder, ())
    _empty(connections, ())
    for name in BOOT_COPIES:
        if (boot / name).exists():
            shutil.rmtree(boot / name)
    _empty(paths.setup, (paths.reset_mark,))
    paths.reset_mark.unlink(missing_ok=True)
    if paths.setup.exists():
        sync_folder(paths.setup)


def unpair(paths: DevicePaths, *, keep_identity: bool) -> None:
    """Forgets whose screen this is, and (ADR 20) who it was: the cloud takes one key for one screen. Raises OSError."""
    if not keep_identity:
        forget_identity(paths.device_key)
    paths.credentials.unlink(missing_ok=True)
    sync_folder(paths.identity)


def _empty(folder: Path, but: Iterable[Path]) -> None:
    if folder.is_symlink() or not folder.is_dir():
        return  # root follows nobody's link
    for inside in folder.iterdir():
        if inside in but:
            continue
        if inside.is_dir() and not inside.is_symlink():
            shutil.rmtree(inside)
        else:
            inside.unlink()
    sync_folder(folder)
