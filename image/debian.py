"""The root file system as Debian gives it: what would be installed, and the installation itself, as a tar file."""

import os
import re
import tarfile
from collections.abc import Sequence
from pathlib import Path

from image.boards import Board
from image.commands import run
from image.lock import Package
from image.mirror import KEYRING, SUITE, Mirror, preferences

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
"""Debian's names for what the kernel calls a machine."""
RECIPE = "2"
"""To be raised when `install` makes something else of the same packages."""
LEFT_OUT = (
    "/usr/share/man/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
    "/usr/share/lintian/*",
    "/usr/share/doc/*",
    "/usr/lib/modules/*/kernel/drivers/infiniband/*",
    "/etc/kernel/postinst.d/*",
)
KEPT = ("/usr/share/doc/*/copyright",)
SILENCED = ("initramfs-tools", "dracut", "z50-raspi-firmware")
"""Kernel hooks that do nothing here: the initrd is ours (image/initrd.py), and theirs would be made under emulation."""
SILENCE = (
    'mkdir -p "$1/etc/kernel/postinst.d"; cd "$1/etc/kernel/postinst.d"; '
    f'for hook in {" ".join(SILENCED)}; do printf "#!/bin/sh\n" > $hook; chmod 0755 $hook; done'
)
_INSTALLED = re.compile(r"^Inst (?P<name>[^ :]+)\S* \((?P<version>\S+) ", re.MULTILINE)
_BINFMT = Path("/proc/sys/fs/binfmt_misc")


def offered(board: Board, mirror: Mirror, scratch: Path) -> tuple[Package, ...]:
    """Every package that the mirror would give this board now, asked by an apt of its own."""
    apt = _own_apt(board, mirror, scratch)
    run("apt-get", "-q", "update", environ=apt)
    said = run(
        "apt-get", "--simulate", "install", "?essential", "?priority(required)", "apt", *_wanted(board), environ=apt
    )
    versions = {match["name"]: match["version"] for match in _INSTALLED.finditer(said.decode())}
    records = run("apt-cache", "show", *(f"{name}={version}" for name, version in versions.items()), environ=apt)
    return from_records(records.decode(), versions)


def from_records(records: str, versions: dict[str, str]) -> tuple[Package, ...]:
    """Packages from apt's records; one that stands there more than once is taken once."""
    found = set()
    for record in records.split("\n\n"):
        field = dict(line.split(": ", 1) for line in record.splitlines() if ": " in line and not line.startswith(" "))
        if "Package" in field and versions.get(field["Package"]) == field["Version"]:
            found.add(Package(field["Package"], field["Version"], field["Architecture"], field["SHA256"]))
    return tuple(sorted(found))


def install(board: Board, mirror: Mirror, target: Path, epoch: int) -> None:
    """Writes the tar of an installed system. Slow for a foreign architecture: its programs run emulated."""
    options = [f"--dpkgopt=path-exclude={path}" for path in LEFT_OUT]
    options += [f"--dpkgopt=path-include={path}" for path in KEPT]
    run(
        "mmdebstrap",
        f"--architectures={board.architecture}",
        "--variant=minbase",
        "--format=tar",
        '--aptopt=Apt::Install-Recommends "false"',
        "--dpkgopt=force-unsafe-io",
        *options,
        *_pinned(board),
        f"--essential-hook={SILENCE}",
        f"--include={','.join(_wanted(board))}",
        SUITE,
        target,
        *mirror.sources(board),
        environ={"SOURCE_DATE_EPOCH": str(epoch)},
    )


def installed(tar: Path) -> dict[str, str]:
    """Name and version of every package in the tar of a system."""
    with tarfile.open(tar) as archive:
        status = archive.extractfile("./var/lib/dpkg/status")
        assert status is not None
        return installed_by_status(status.read().decode())


def installed_by_status(status: str) -> dict[str, str]:
    found = {}
    for record in status.split("\n\n"):
        field = dict(line.split(": ", 1) for line in record.splitlines() if ": " in line and not line.startswith(" "))
        if field.get("Status", "").endswith(" installed"):
            found[field["Package"]] = field["Version"]
    return found


def ready_for(board: Board, machine: str) -> None:
    """Makes the kernel run the board's programs by an emulator, if they aren't this machine's own.

    Raises OperatorError when the emulator is missing.
    """
    if board.architecture == ARCHITECTURES.get(machine):
        return
    if not (_BINFMT / "register").exists():
        run("mount", "-t", "binfmt_misc", "binfmt_misc", _BINFMT)
    if not (_BINFMT / "qemu-aarch64").exists():
        run("update-binfmts", "--enable", "qemu-aarch64")


def _wanted(board: Board) -> Sequence[str]:
    return [f"{name}/{SUITE}-backports" if name in board.backports else name for name in board.packages]


def _pinned(board: Board) -> Sequence[str]:
    rules = preferences(board)
    return [f"--setup-hook=printf %s '{rules}' > \"$1/etc/apt/preferences.d/vizora\""] if rules else []


def _own_apt(board: Board, mirror: Mirror, scratch: Path) -> dict[str, str]:
    """An apt that knows nothing but these sources, with nothing installed; the environment that selects it."""
    for folder in (
        "etc/apt/preferences.d",
        "var/lib/apt/lists/partial",
        "var/cache/apt/archives/partial",
        "var/lib/dpkg",
    ):
        (scratch / folder).mkdir(parents=True)
    (scratch / "var/lib/dpkg/status").touch()
    (scratch / "etc/apt/sources.list").write_text("\n".join(mirror.sources(board)) + "\n")
    (scratch / "etc/apt/preferences.d/vizora").write_text(preferences(board))
    settings = scratch / "apt.conf"
    settings.write_text(
        f'Dir "{scratch}";\nDir::State::status "{scratch}/var/lib/dpkg/status";\nDir::Etc::trusted "{KEYRING}";\n'
        f'APT::Architecture "{board.architecture}";\nAPT::Architectures {{ "{board.architecture}"; }};\n'
        'APT::Install-Recommends "false";\nAPT::Sandbox::User "";\nAcquire::Languages "none";\n'
    )
    return {**os.environ, "APT_CONFIG": str(settings), "LC_ALL": "C"}
