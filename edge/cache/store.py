"""The asset folder and its index: a file has a row only after it was hashed, synced and renamed."""

import os
import stat
from collections.abc import Iterable, Set
from pathlib import Path

from sqlite_utils import Database

from edge.cache.download import remove_whatever
from edge.cache.plan import File, Stored
from edge.clock import EPOCH, Clock

DAMAGED = ".damaged"


class AssetStore:
    """Owned by the loop's thread. What it says is there has its row and its size; its bytes are checked slowly."""

    def __init__(self, db: Database, folder: Path, clock: Clock) -> None:
        self._db = db
        self._folder = folder
        self._clock = clock
        self._sizes = {str(sha): int(size) for sha, size in db.execute("SELECT sha256, size FROM assets")}

    @property
    def folder(self) -> Path:
        return self._folder

    def has(self, file: File) -> bool:
        """Row and file are there and as long as they should be."""
        if self._sizes.get(file.sha256) != file.size:
            return False
        try:
            entry = (self._folder / file.sha256).lstat()
        except OSError:
            return False
        return entry.st_size == file.size and stat.S_ISREG(entry.st_mode)

    def add(self, file: File) -> None:
        """`file` was just verified."""
        now = self._now()
        self._db.execute(
            "INSERT OR REPLACE INTO assets (sha256, size, used_at, verified_at) VALUES (?, ?, ?, ?)",
            [file.sha256, file.size, now, now],
        )
        self._sizes[file.sha256] = file.size

    def touch(self, used: Iterable[str]) -> None:
        with self._db.atomic():
            for sha256 in used:
                self._db.execute("UPDATE assets SET used_at = ? WHERE sha256 = ?", [self._now(), sha256])

    def evict(self, sha256: str) -> None:
        """Row first: a file without a row is merely forgotten, a row without a file would be a lie."""
        self._forget(sha256)
        remove_whatever(self._folder / sha256)

    def set_aside(self, sha256: str) -> None:
        """Its bytes are not what its name says; nobody may take it for the asset any more."""
        self._forget(sha256)
        path = self._folder / sha256
        if os.path.lexists(path):
            path.rename(self._folder / f"{sha256}{DAMAGED}")

    def stored(self) -> tuple[Stored, ...]:
        return tuple(
            Stored(str(sha), int(size), float(used))
            for sha, size, used in self._db.execute("SELECT sha256, size, used_at FROM assets")
        )

    def longest_unverified(self, before: float) -> str | None:
        """The asset whose bytes nobody looked at for the longest time, if that was before `before` (Unix seconds)."""
        row = self._db.execute(
            "SELECT sha256 FROM assets WHERE verified_at < ? ORDER BY verified_at LIMIT 1", [before]
        ).fetchone()
        return str(row[0]) if row else None

    def verified(self, sha256: str) -> None:
        self._db.execute("UPDATE assets SET verified_at = ? WHERE sha256 = ?", [self._now(), sha256])

    def sweep(self, keep: Set[str]) -> None:
        """Removes parts, damaged and unknown files whose asset is not in `keep`. Raises OSError."""
        try:
            names = [path.name for path in self._folder.iterdir()]
        except FileNotFoundError:
            return
        for name in names:
            sha256 = name.partition(".")[0]
            is_ours = name == sha256 and sha256 in self._sizes
            if not is_ours and (sha256 not in keep or name.endswith(DAMAGED)):
                remove_whatever(self._folder / name)

    def _forget(self, sha256: str) -> None:
        self._db.execute("DELETE FROM assets WHERE sha256 = ?", [sha256])
        self._sizes.pop(sha256, None)

    def _now(self) -> float:
        return (self._clock.now() - EPOCH).total_seconds()
