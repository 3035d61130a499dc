"""Where files are kept: a small interface, and the local folder behind it. `cloud.content.s3` is the other one.

A key is chosen by the server (`file_key`), never by a client. What `put` has returned for survives a power cut.
All calls block: they are made from threads.
"""

import errno
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from cloud.clock import EPOCH
from cloud.content.faults import StorageBroken, StorageFull
from vizora.errors import VizoraError

CHUNK = 256 * 1024
OWNER = "owner"
_KEY = re.compile(r"[0-9a-f]{64}\.[0-9a-f-]{36}(\.thumbnail|\.page-[0-9]{1,4})?")


def file_key(sha256: str, file_id: str) -> str:
    """The key of one stored file. Never used twice, so removing one never takes another's bytes away."""
    return f"{sha256}.{file_id}"


def thumbnail_key(sha256: str, file_id: str) -> str:
    return f"{file_key(sha256, file_id)}.thumbnail"


def page_key(sha256: str, file_id: str, page: int) -> str:
    """The picture of a PDF's page, counted from 1; drawn when somebody first looks at it."""
    return f"{file_key(sha256, file_id)}.page-{page}"


def is_key(name: str) -> bool:
    return _KEY.fullmatch(name) is not None


def check_key(key: str) -> str:
    """The key itself; raises ValueError when it is none that the server made."""
    if not is_key(key):
        raise ValueError(f"{key!r} is no storage key")
    return key


class NotStored(VizoraError):
    """There is no file of this key."""


@dataclass(frozen=True, slots=True)
class Stored:
    key: str
    size: int
    modified: datetime


class Storage(Protocol):
    def put(self, key: str, file: Path) -> None:
        """Takes the local `file` over (it may be gone afterwards). Raises StorageFull or StorageBroken: then nothing
        is stored under `key`."""

    def put_bytes(self, key: str, data: bytes) -> None: ...

    def open(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `start`, `length` of them (None: to the end). Raises NotStored before the first chunk."""

    def local(self, key: str) -> AbstractContextManager[Path]:
        """The file as a local one, to be read only. Raises NotStored."""

    def stat(self, key: str) -> Stored | None: ...

    def delete(self, key: str) -> None:
        """Also when it is not there."""

    def all(self) -> Iterator[Stored]: ...

    def owner(self) -> str | None:
        """The id of the cloud whose files these are; None when nobody wrote it down yet."""

    def belong_to(self, cloud_id: str) -> None:
        """Writes it down."""


def sync(path: Path) -> None:
    """Returns when the file or folder is on the disk. Raises OSError; then it must not be believed to be."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class LocalStorage:
    """Files under `folder`, fanned out by the first four digits of their hash. One temporary file a `put`."""

    def __init__(self, folder: Path, *, sync: Callable[[Path], None] = sync) -> None:
        self._folder = folder
        self._sync = sync

    def put(self, key: str, file: Path) -> None:
        path = self._path(key)
        with _told(path):
            self._make_folder(path.parent)
            self._sync(file)
            try:
                file.replace(path)
            except OSError as fault:
                if fault.errno != errno.EXDEV:
                    raise
                self._fill(path, lambda temporary: shutil.copyfile(file, temporary))
                file.unlink()
            self._settle(path)

    def put_bytes(self, key: str, data: bytes) -> None:
        path = self._path(key)
        with _told(path):
            self._make_folder(path.parent)
            self._fill(path, lambda temporary: temporary.write_bytes(data))
            self._settle(path)

    def open(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        path = self._path(key)
        try:
            return _Chunks(path.open("rb"), start, length)
        except FileNotFoundError as fault:
            raise NotStored(f"no file {key} is stored") from fault

    def local(self, key: str) -> AbstractContextManager[Path]:
        path = self._path(key)
        if not path.is_file():
            raise NotStored(f"no file {key} is stored")
        return nullcontext(path)

    def stat(self, key: str) -> Stored | None:
        try:
            found = self._path(key).stat()
        except FileNotFoundError:
            return None
        return Stored(key, found.st_size, EPOCH + timedelta(seconds=found.st_mtime))

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _told(path):
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                self._sync(path.parent)

    def all(self) -> Iterator[Stored]:
        for path in sorted(self._folder.glob("??/??/*")):
            if is_key(path.name) and (stored := self.stat(path.name)):
                yield stored

    def owner(self) -> str | None:
        try:
            return (self._folder / OWNER).read_text().strip() or None
        except FileNotFoundError:
            return None

    def belong_to(self, cloud_id: str) -> None:
        path = self._folder / OWNER
        with _told(path):
            self._make_folder(self._folder)
            self._fill(path, lambda temporary: temporary.write_text(f"{cloud_id}\n"))
            self._settle(path)

    def _path(self, key: str) -> Path:
        return self._folder / check_key(key)[:2] / key[2:4] / key

    def _settle(self, path: Path) -> None:
        """Syncs the new name. If that fails the file is taken away again: half stored is not stored."""
        try:
            self._sync(path.parent)
        except OSError:
            path.unlink(missing_ok=True)
            raise

    def _make_folder(self, folder: Path) -> None:
        for part in (self._folder, folder.parent, folder):
            if not part.is_dir():
                part.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._sync(part.parent)

    def _fill(self, path: Path, write: Callable[[Path], object]) -> None:
        """Aside, then in one step."""
        temporary = path.with_name(f".{secrets.token_hex(8)}.new")
        try:
            write(temporary)
            self._sync(temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


class _Chunks(Iterator[bytes]):
    """Reads on demand; closes the file at its end, or when nobody wants it any more."""

    def __init__(self, file: BinaryIO, start: int, length: int | None) -> None:
        self._file = file
        self._left = length
        file.seek(start)

    def __next__(self) -> bytes:
        chunk = b"" if self._file.closed else self._file.read(CHUNK if self._left is None else min(CHUNK, self._left))
        if not chunk:
            self._file.close()
            raise StopIteration
        if self._left is not None:
            self._left -= len(chunk)
        return chunk

    def __del__(self) -> None:
        self._file.close()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns what the operating system says into what the operator can do."""
    try:
        yield
    except OSError as fault:
        raise storage_fault(path, fault) from fault


def storage_fault(path: Path, fault: OSError) -> StorageFull | StorageBroken:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull("The server's disk is full; nothing was stored. Delete content, or give it more room.")
    return StorageBroken(f"The server can't keep files in {path.parent} ({fault.strerror}): make it writable.")
