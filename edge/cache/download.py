"""Fetching one file so that its name appears only when every byte of it is right and on the disk."""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from edge.cache.pace import Pace
from edge.cache.plan import File
from edge.cache.resume import NotTheFile, WrongRange, begins_at, request_headers
from edge.clock import Clock
from edge.files import sync_folder
from edge.http import Fault, UnreachableError

BLOCK = 1_048_576


@dataclass(frozen=True, slots=True)
class Fetched:
    """The file is there, verified and durable. `was_there`: nothing had to be asked for."""

    was_there: bool = False


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Something more urgent came; what was fetched stays for later."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The line or the cloud failed; the part stays, trying again resumes it."""

    error: UnreachableError


@dataclass(frozen=True, slots=True)
class Wrong:
    """These were not the file's bytes."""

    reason: str


@dataclass(frozen=True, slots=True)
class DiskFull:
    pass


@dataclass(frozen=True, slots=True)
class DiskFailed:
    error: OSError


Outcome = Fetched | Cancelled | Broken | Wrong | DiskFull | DiskFailed


class Body(Protocol):
    """An answer under way (`edge.http.BodyStream`, or a file of a USB stick)."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    def lift_deadline(self) -> None: ...
    def chunks(self) -> Iterator[bytes]: ...


class Source(Protocol):
    def asset(self, sha256: str, headers: dict[str, str]) -> AbstractContextManager[Body]:
        """Raises UnreachableError when nothing more comes; so do the body's chunks."""


def fetch(
    file: File,
    folder: Path,
    source: Source,
    clock: Clock,
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
    progressed: Callable[[int], None] = lambda _: None,
) -> Outcome:
    """Brings `file` to `folder/<sha256>`; never raises for what network and disk may do.

    `progressed` hears how many bytes of the file are there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if _is_there(file, folder):
            sync_folder(folder)  # whoever gave it its name may have been killed, or refused by the disk, before this
            return Fetched(was_there=True)
        return _fetch(file, folder, source, clock, is_cancelled, progressed)
    except UnreachableError as error:
        return Broken(error)
    except NotTheFile as error:
        if isinstance(error, WrongRange):
            with suppress(OSError):
                part_path(folder, file.sha256).unlink()
        return Wrong(str(error))
    except OSError as error:
        return DiskFull() if error.errno in (errno.ENOSPC, errno.EDQUOT) else DiskFailed(error)


def part_path(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.part"


def sha256_of(path: Path, *, between: Callable[[int], None] = lambda _: None) -> str:
    """Hex digest of the file's bytes; `between` is called after each block with its size. Raises OSError."""
    digest = hashlib.sha256()
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as opened:
        while block := opened.read(BLOCK):
            digest.update(block)
            between(len(block))
    return digest.hexdigest()


def remove_whatever(path: Path) -> None:
    """Takes what lies at `path` out of the way, a file, link or folder. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        path.rename(path.with_name(f"{path.name}.folder"))
    else:
        path.unlink(missing_ok=True)


def _is_there(file: File, folder: Path) -> bool:
    """A file under its name is hashed, not believed; a damaged one goes."""
    path = folder / file.sha256
    if not os.path.lexists(path):
        return False
    with suppress(OSError):
        if path.stat().st_size == file.size and sha256_of(path) == file.sha256:
            return True
    remove_whatever(path)
    return False


def _fetch(
    file: File,
    folder: Path,
    source: Source,
    clock: Clock,
    is_cancelled: Callable[[], bool],
    progressed: Callable[[int], None],
) -> Outcome:
    part = part_path(folder, file.sha256)
    have = _usable_size(part, file)
    digest = hashlib.sha256()
    with _open_part(part) as opened:
        if have < file.size:
            with source.asset(file.sha256, request_headers(file, have)) as answer:
                have = begins_at(file, have, answer.status, answer.headers)
                answer.lift_deadline()
                _hash_start(opened.fileno(), have, digest)
                os.ftruncate(opened.fileno(), have)
                opened.seek(have)
                for chunk in _paced(answer, clock):
                    have += len(chunk)
                    if have > file.size:
                        break
                    opened.write(chunk)
                    digest.update(chunk)
                    progressed(have)
                    if is_cancelled():
                        return Cancelled()
        else:
            _hash_start(opened.fileno(), have, digest)
        if have < file.size:
            return Broken(UnreachableError(Fault.CUT, f"asset {file.sha256[:12]}: ended at {have} of {file.size}"))
        if digest.hexdigest() != file.sha256:
            part.unlink()
            return Wrong(f"asset {file.sha256[:12]}: the bytes that came are not the ones the manifest names")
        _sync_or_discard(opened.fileno(), part)
    part.rename(folder / file.sha256)
    sync_folder(folder)
    return Fetched()


def _open_part(part: Path) -> "_Part":
    return _Part(os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644))


class _Part:
    """An unbuffered file: what was written is in the kernel, whatever happens to this process."""

    def __init__(self, descriptor: int) -> None:
        self._file = open(descriptor, "r+b", buffering=0)  # noqa: SIM115

    def fileno(self) -> int:
        return self._file.fileno()

    def seek(self, offset: int) -> None:
        self._file.seek(offset)

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def __enter__(self) -> "_Part":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()


def _usable_size(part: Path, file: File) -> int:
    """How much of an earlier try can be gone on from; what can't be is removed."""
    try:
        if part.is_symlink() or not part.is_file():
            remove_whatever(part)
            return 0
        size = part.stat().st_size
    except FileNotFoundError:
        return 0
    if size > file.size:
        part.unlink()
        return 0
    return size


def _hash_start(descriptor: int, size: int, digest: "hashlib._Hash") -> None:
    done = 0
    while done < size and (block := os.pread(descriptor, min(BLOCK, size - done), done)):
        digest.update(block)
        done += len(block)


def _paced(answer: Body, clock: Clock) -> Iterator[bytes]:
    pace = Pace(clock.monotonic())
    for chunk in answer.chunks():
        if pace.is_too_slow(len(chunk), clock.monotonic()):
            raise UnreachableError(Fault.TIMEOUT, "the line is too slow: under 1 kB a second")
        yield chunk


def _sync_or_discard(descriptor: int, part: Path) -> None:
    """After a failed fsync nobody knows what is on the disk: such a part is not believed again."""
    try:
        os.fsync(descriptor)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise
