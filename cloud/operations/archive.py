"""The backup: one tar with the database, the secrets and every file, and last a manifest of all their hashes.

The manifest comes last, so a backup that was broken off has none and is told from a whole one by its end alone.
"""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Self

import msgspec

from vizora.errors import OperatorError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "vizora.db"
CHUNK = 1 << 20
ALLOWED = re.compile(
    r"vizora\.db|secrets/[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
    r"|(content|screenshots)/[0-9a-f]{64}\.[0-9a-f-]{36}(\.thumbnail)?"
)
"""Everything a backup may hold; nothing else is ever written when one is restored."""


class Entry(msgspec.Struct, frozen=True):
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, rename="camel"):
    format: int
    created_at: str
    step: str
    """Of the database's tables."""
    files: dict[str, Entry]
    missing: tuple[str, ...] = ()
    """Files that the database names and that were not there, or not what they should be, when it was made."""


class DamagedArchive(OperatorError):
    """The archive is not what a backup wrote."""


class Hashing(io.RawIOBase):
    """Reads from chunks, and remembers the hash of what was read."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (chunk := next(self._chunks, b"")):
            self._rest += chunk
        data, self._rest = self._rest[:size], self._rest[size:]
        self._hash.update(data)
        return data

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


class Writer:
    """Writes the archive; it is a backup once `close` has returned."""

    def __init__(self, file: BinaryIO) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.files: dict[str, Entry] = {}

    def add(self, name: str, size: int, chunks: Iterable[bytes]) -> str:
        """Returns the SHA-256 of what was added. Raises OSError when there are not `size` bytes."""
        reading = Hashing(chunks)
        self._tar.addfile(_about(name, size), reading)
        self.files[name] = Entry(size, reading.sha256)
        return reading.sha256

    def close(self, created_at: str, step: str, missing: Iterable[str]) -> None:
        manifest = msgspec.json.encode(Manifest(FORMAT, created_at, step, self.files, tuple(missing)))
        self._tar.addfile(_about(MANIFEST, len(manifest)), io.BytesIO(manifest))
        self._tar.close()


def _about(name: str, size: int) -> tarfile.TarInfo:
    about = tarfile.TarInfo(name)
    about.size, about.mode = size, 0o600
    return about


class Reader:
    """Goes through an archive once. Raises DamagedArchive for anything a backup would not have written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.manifest: Manifest | None = None
        try:
            self._tar = tarfile.open(path, mode="r:")  # noqa: SIM115
        except (OSError, tarfile.TarError) as fault:
            raise DamagedArchive(f"{path} can't be read as a backup ({fault})") from fault

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tar.close()

    def entries(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each file's name and bytes; take the bytes before the next one. At its end everything was held against
        the manifest."""
        seen: dict[str, Entry] = {}
        try:
            for about in self._tar:
                if self.manifest is not None:
                    raise self._damaged("has something behind its manifest")
                if about.name == MANIFEST and about.isreg():
                    self.manifest = self._read_manifest(about)
                    continue
                if not about.isreg() or not ALLOWED.fullmatch(about.name) or about.name in seen:
                    raise self._damaged(f"holds {about.name[:100]!r}, which is no part of a backup")
                reading = Hashing(self._chunks(about))
                yield about.name, iter(lambda reading=reading: reading.read(CHUNK), b"")  # type: ignore[misc]
                seen[about.name] = Entry(about.size, reading.sha256)
        except (tarfile.TarError, OSError) as fault:
            raise self._damaged(f"can't be read to its end ({fault})") from fault
        if self.manifest is None:
            raise self._damaged("has no end: making it was broken off, or it was cut")
        if seen != self.manifest.files:
            wrong = sorted(
                name for name in {*seen, *self.manifest.files} if seen.get(name) != self.manifest.files.get(name)
            )
            raise self._damaged(f"is damaged at {wrong[0]} ({len(wrong)} files)")

    def _chunks(self, about: tarfile.TarInfo) -> Iterator[bytes]:
        file = self._tar.extractfile(about)
        assert file is not None
        left = about.size
        while left:
            try:
                chunk = file.read(min(CHUNK, left))
            except (tarfile.TarError, OSError) as fault:
                raise self._damaged(f"can't be read to its end ({fault})") from fault
            if not chunk:
                raise self._damaged("ends in the middle of a file")
            left -= len(chunk)
            yield chunk

    def _read_manifest(self, about: tarfile.TarInfo) -> Manifest:
        try:
            manifest = msgspec.json.decode(b"".join(self._chunks(about)), type=Manifest)
        except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
            raise self._damaged("has a manifest that can't be read") from fault
        if manifest.format != FORMAT:
            raise self._damaged(f"has format {manifest.format}; this version reads {FORMAT}: use a newer Vizora")
        return manifest

    def _damaged(self, what: str) -> DamagedArchive:
        return DamagedArchive(f"the backup {self._path} {what}")
