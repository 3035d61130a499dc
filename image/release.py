"""The papers that go out with an image: checksums, and what Raspberry Pi Imager wants to know."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from image.boards import Board

INIT_FORMAT = "cloudinit"
"""Without it Imager offers no presets of Wi-Fi and hostname for an image that isn't its own."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A file's size in bytes and SHA-256."""

    size: int
    sha256: str


def measure(path: Path) -> Measured:
    with path.open("rb") as opened:
        return Measured(path.stat().st_size, hashlib.file_digest(opened, "sha256").hexdigest())


def checksums(files: Iterable[Path]) -> str:
    """As `sha256sum --check` reads them."""
    return "".join(f"{measure(path).sha256}  {path.name}\n" for path in sorted(files))


def imager_manifest(board: Board, version: str, released: date, url: str, disk: Measured, download: Measured) -> str:
    """`url`: where the compressed image will lie."""
    entry = {
        "name": f"Vizora {version}",
        "description": f"Digital signage player for {board.title}",
        "url": url,
        "extract_size": disk.size,
        "extract_sha256": disk.sha256,
        "image_download_size": download.size,
        "image_download_sha256": download.sha256,
        "release_date": released.isoformat(),
        "init_format": INIT_FORMAT,
        "devices": list(board.imager_devices),
    }
    return json.dumps({"os_list": [entry]}, indent=1) + "\n"
