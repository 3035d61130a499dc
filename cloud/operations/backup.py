"""`vizora cloud backup`: everything a cloud is, in one file, while it runs.

A stored file never changes and its key is never used twice. So files are taken first, then the newest picture of the
database; what that one names and is not taken yet follows, until there is nothing left to take.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cloud.clock import Clock
from cloud.content.faults import StorageBroken
from cloud.content.storage import NotStored, Storage, file_key, sync, thumbnail_key
from cloud.operations import snapshot
from cloud.operations.archive import CHUNK, DATABASE, Writer
from cloud.wire import instant
from vizora.errors import OperatorError

ROUNDS = 10
Snap = Callable[[Path], None]
"""Writes a picture of the database to a path."""


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    files: int
    size: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stores:
    """Where a cloud keeps its files: a folder, or an S3 store."""

    content: Storage
    screenshots: Storage


def backup(data: Path, out: Path, *, stores: Stores, snap: Snap, clock: Clock) -> Made:
    """Raises OperatorError; then there is no file `out`. It appears under its name once it is whole and on the disk."""
    if out.exists():
        raise OperatorError(f"{out} exists: choose another name, a backup never replaces one")
    partial = out.with_name(f".{out.name}.part")
    try:
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w+b") as file, tempfile.TemporaryDirectory(dir=out.parent) as aside:
            writer = Writer(file)
            missing = _fill(writer, data, Path(aside) / DATABASE, stores, snap, clock)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(out)
        sync(out.parent)
    except OSError as fault:
        raise OperatorError(f"the backup {out} can't be written ({fault.strerror or fault})") from fault
    finally:
        partial.unlink(missing_ok=True)
    return Made(out, len(writer.files), out.stat().st_size, missing)


def _fill(writer: Writer, data: Path, picture: Path, stores: Stores, snap: Snap, clock: Clock) -> tuple[str, ...]:
    """Rounds, because people go on deleting: a file that went after the picture was taken is not named by the next
    one. What two pictures name and the store does not have whole is missing."""
    bad: set[str] = set()
    for _ in range(ROUNDS):
        picture.unlink(missing_ok=True)
        snap(picture)
        named = {file_key(sha256, id_) for id_, sha256 in snapshot.files_named_by(picture).items()}
        wanted = {key for key in named if f"content/{key}" not in writer.files} - bad
        gone = {key for key in sorted(wanted) if not _take(writer, stores.content, key)}
        bad |= gone
        if not gone:
            break
    for path in sorted((data / "secrets").glob("[!.]*")):
        writer.add(f"secrets/{path.name}", path.stat().st_size, _chunks(path))
    for shot in stores.screenshots.all():
        picture_of_it = b"".join(stores.screenshots.open(shot.key))  # at once: a newer one may replace it
        writer.add(f"screenshots/{shot.key}", len(picture_of_it), [picture_of_it])
    writer.add(DATABASE, picture.stat().st_size, _chunks(picture))
    missing = tuple(sorted(bad & named))
    writer.close(instant(clock.now()) or "", snapshot.step_of(picture), missing)
    return missing


def _take(writer: Writer, storage: Storage, key: str) -> bool:
    """Whether the file is there and is what its name says; its thumbnail comes along."""
    sha256, _, file_id = key.partition(".")
    for stored_key in (key, thumbnail_key(sha256, file_id)):
        stored = storage.stat(stored_key)
        if stored is None:
            if stored_key == key:
                return False
            continue
        try:
            found = writer.add(f"content/{stored_key}", stored.size, storage.open(stored_key))
        except (NotStored, StorageBroken):
            return False
        if stored_key == key and found != sha256:
            return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
