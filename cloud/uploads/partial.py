"""The bytes of uploads under way: one file each, called by the upload's id, which the server made.

The file's size is the offset: what a killed process had written is there, and what it had not is asked for again.
"""

import fcntl
import os
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from cloud.clock import EPOCH
from cloud.content.staging import Staging
from cloud.content.storage import storage_fault
from cloud.problems import Problem


class Partial:
    """Blocks; used from threads. Raises StorageFull or StorageBroken."""

    def __init__(self, folder: Path, staging: Staging) -> None:
        self._folder = folder
        self._staging = staging

    def path(self, upload_id: str) -> Path:
        return self._folder / f"{upload_id}.part"

    def size(self, upload_id: str) -> int:
        try:
            return self.path(upload_id).stat().st_size
        except FileNotFoundError:
            return 0

    def check_room(self, coming: int) -> None:
        """Raises StorageFull when so many more bytes would not fit, twice: they are copied when they are whole."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._staging.open().__exit__(None)  # makes its folder, which the question needs
            self._staging.check_room(2 * coming)
        except OSError as fault:
            raise storage_fault(self._folder / "new", fault) from fault

    def open(self, upload_id: str) -> "PartialFile":
        """To be written on. Raises Problem 423 while another request has it."""
        path = self.path(upload_id)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = FileIO(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600))
        except OSError as fault:
            raise storage_fault(path, fault) from fault
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            file.close()
            raise Problem(
                423, "CONFLICT_001", "Another request is writing to this upload: try again in a moment."
            ) from fault
        return PartialFile(path, file, self._staging)

    def remove(self, upload_id: str) -> None:
        self.path(upload_id).unlink(missing_ok=True)

    def older_than(self, before: datetime) -> list[str]:
        """The ids of those nobody wrote to since."""
        return [
            path.name.removesuffix(".part")
            for path in self._folder.glob("*.part")
            if EPOCH + timedelta(seconds=path.stat().st_mtime) < before
        ]


class PartialFile:
    """A context manager; nobody else writes until its end."""

    def __init__(self, path: Path, file: FileIO, staging: Staging) -> None:
        self._path = path
        self._file = file
        self._staging = staging
        self.size = os.fstat(file.fileno()).st_size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._file.close()

    def append(self, data: bytes) -> None:
        try:
            self._staging.check_room(len(data))
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as fault:
            raise storage_fault(self._path, fault) from fault
        self.size += len(data)

    def sync(self) -> None:
        try:
            os.fsync(self._file.fileno())
        except OSError as fault:
            raise storage_fault(self._path, fault) from fault
