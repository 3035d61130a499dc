"""Where an upload lies while it comes in: a temporary file that counts, hashes and limits what is written to it."""

import fcntl
import hashlib
import os
import secrets
from contextlib import ExitStack, suppress
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from cloud.content.faults import StorageFull, TooLarge
from cloud.content.file_faults import FaultCode, fault
from cloud.content.media_type import HEAD_BYTES, TAIL_BYTES, MediaType, media_type, refuse_archive_behind
from cloud.content.privacy.cleaner import Cleaner, NotCleaned
from cloud.content.storage import storage_fault

T = TypeVar("T", bound="TemporaryFile")
UPLOAD_LIMIT = 104_857_600
"""Bytes of one file (CONTRACT section 1, CONTENT_002)."""
KEEP_FREE = 64 * 1024 * 1024
"""Bytes of disk an upload leaves free: the database must go on working."""


class Staging:
    def __init__(self, folder: Path, *, limit: int = UPLOAD_LIMIT, keep_free: int = KEEP_FREE) -> None:
        self.folder = folder
        self.limit = limit
        self._keep_free = keep_free

    def open(self) -> "StagedFile":
        """Raises StorageFull or StorageBroken."""
        return self._new(StagedFile)

    def open_piece(self) -> "TemporaryFile":
        """For bytes that are no file by themselves. Raises StorageFull or StorageBroken."""
        return self._new(TemporaryFile)

    def _new(self, kind: type[T]) -> T:
        try:
            self.check_room(0)
            return kind(self.folder / f"{secrets.token_hex(16)}.part", self)
        except OSError as failure:
            raise storage_fault(self.folder / "new", failure) from failure

    def check_room(self, coming: int) -> None:
        """Raises StorageFull when `coming` more bytes would leave too little of the disk; OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        disk = os.statvfs(self.folder)
        if disk.f_bavail * disk.f_frsize < coming + self._keep_free:
            raise StorageFull("The server's disk is full; nothing was stored. Delete content, or give it more room.")

    def sweep(self) -> int:
        """Removes what a killed process left behind; returns how many files. Files being written are locked."""
        removed = 0
        for path in self.folder.glob("*.part"):
            with suppress(OSError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                removed += 1
        return removed


class TemporaryFile:
    """Counts, hashes and limits what is written to it. A context manager: what was not taken away from it by then is
    removed. Blocks; used from threads."""

    def __init__(self, path: Path, staging: Staging) -> None:
        self.path = path
        self.size = 0
        self._staging = staging
        self._hash = hashlib.sha256()
        self._file = _create(path)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.path.unlink(missing_ok=True)
        self._file.close()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, data: bytes | memoryview) -> None:
        """Raises TooLarge, StorageFull or StorageBroken."""
        if self.size + len(data) > self._staging.limit:
            raise too_large(self._staging.limit)
        try:
            self._staging.check_room(len(data))
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as failure:
            with suppress(OSError):  # what came of it is none of the bytes that count
                self._file.truncate(self.size)
                self._file.seek(self.size)
            raise storage_fault(self.path, failure) from failure
        self._hash.update(data)
        self.size += len(data)


class StagedFile(TemporaryFile):
    """A whole file as it comes in; it is looked at what it is."""

    def __init__(self, path: Path, staging: Staging) -> None:
        super().__init__(path, staging)
        self.media_type: MediaType | None = None
        self._head = b""

    def write(self, data: bytes | memoryview) -> None:
        """Raises UnsupportedType too, as soon as the head is there."""
        super().write(data)
        if self.media_type is None:
            self._head += bytes(data[: HEAD_BYTES - len(self._head)])
            if len(self._head) == HEAD_BYTES:
                self.media_type = media_type(self._head)

    def finish(self) -> MediaType:
        """Call it at the end: what the file is. Raises UnsupportedType or DamagedFile (empty)."""
        if self.media_type is None:
            self.media_type = media_type(self._head)
        with self.path.open("rb") as file:
            file.seek(max(0, self.size - TAIL_BYTES))
            refuse_archive_behind(file.read())
        return self.media_type

    def cleaned(self, cleaner: Cleaner) -> "StagedFile | None":
        """Another staged file without what this one tells beside what it shows; None when there is nothing.

        None too when it could not be found out: then the check refuses the file, whatever else is wrong with it.
        Raises TooLarge, UnsupportedType, StorageFull, StorageBroken, ProbeBroken.
        """
        assert self.media_type is not None
        with ExitStack() as stack:
            cleaned = stack.enter_context(self._staging.open())
            try:
                if not cleaner.clean(self.path, self.media_type, cleaned.write):
                    return None
            except NotCleaned:
                return None
            cleaned.finish()
            stack.pop_all()
        return cleaned


def _create(path: Path) -> FileIO:
    return FileIO(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600))


def too_large(limit: int) -> TooLarge:
    return TooLarge(fault(FaultCode.TOO_LARGE, bytes=limit, megabytes=limit // 1_048_576))
