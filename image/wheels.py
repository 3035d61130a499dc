"""The Python packages of the device, pinned by hash in requirements/edge.txt, for the image's Python and processor."""

import shutil
import sys
from pathlib import Path

from image.boards import Board
from image.commands import run
from image.target_python import VERSION

RECIPE = "3"
"""To be raised when `install`, or how it is compiled, makes something else of the same requirements."""


def install(board: Board, requirements: Path, target: Path) -> None:
    """Puts wheels into `target`, as they lie in site-packages. Nothing is built: pip refuses what has no wheel."""
    tags = [f"--platform={tag}" for tag in board.wheels]
    short = VERSION.replace(".", "")
    run(
        sys.executable,
        *("-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile"),
        *("--implementation=cp", f"--python-version={VERSION}", f"--abi=cp{short}", "--abi=abi3", "--abi=none"),
        *tags,
        *("--target", target, "--requirement", requirements),
    )
    # Commands name the Python that installed them, and the records hold the commands' sums: not the device's business.
    shutil.rmtree(target / "bin", ignore_errors=True)
    for record in target.glob("*.dist-info/RECORD"):
        record.unlink()


def versions(site_packages: Path) -> dict[str, str]:
    """Name and version of what is installed there."""
    found = {}
    for about in site_packages.glob("*.dist-info/METADATA"):
        head = about.read_text(encoding="utf-8").partition("\n\n")[0].splitlines()
        field = dict(line.split(": ", 1) for line in reversed(head) if ": " in line)
        found[field["Name"].lower()] = field["Version"]
    return found
