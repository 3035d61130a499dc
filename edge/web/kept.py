"""The last good picture of each page, on the disk: shown while the page can't be reached, after a reboot too."""

import contextlib
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from edge.files import write_durably

MOST = 60
"""Pages; the ones not seen for longest go."""
LARGEST = 8 << 20


class KeptPicture(NamedTuple):
    jpeg: bytes
    taken_at: datetime


class KeptPictures:
    """One file a page and size. Faults of the disk cost the picture, nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, url: str, size: tuple[int, int]) -> KeptPicture | None:
        path = self._path(url, size)
        try:
            taken_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            return KeptPicture(path.read_bytes(), taken_at)
        except OSError:
            return None

    def keep(self, url: str, size: tuple[int, int], jpeg: bytes, at: datetime) -> None:
        if len(jpeg) > LARGEST:
            return
        path = self._path(url, size)
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_durably(path, jpeg)
            os.utime(path, (at.timestamp(), at.timestamp()))
            self._tidy()

    def _tidy(self) -> None:
        by_age = sorted(self._folder.glob("*.jpg"), key=lambda path: path.stat().st_mtime)
        for old in by_age[:-MOST]:
            old.unlink(missing_ok=True)

    def _path(self, url: str, size: tuple[int, int]) -> Path:
        name = hashlib.sha256(f"{size[0]}x{size[1]} {url}".encode()).hexdigest()[:32]
        return self._folder / f"{name}.jpg"
