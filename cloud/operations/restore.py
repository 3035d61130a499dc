"""`vizora cloud restore`: a backup becomes a data folder again, whole or not at all.

Everything is unpacked into `.restoring` inside of the folder, held against the manifest and synced; only then does it
move to its place. While `.restoring` is there no cloud starts on the folder, and another restore begins anew.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cloud.content.storage import sync
from cloud.data_folder import RESTORING, DataFolder
from cloud.db.migrate import known_steps
from cloud.operations import snapshot
from cloud.operations.archive import DATABASE, Manifest, Reader
from cloud.operations.backup import Stores
from vizora.errors import OperatorError

OWN = ("content", "secrets", "screenshots", DATABASE)
Settle = Callable[[Path], None]
"""Puts the database's picture where this cloud has its database."""
Vet = Callable[[Path], None]
"""Looks at the unpacked backup before anything is in its place. Raises OperatorError."""


@dataclass(frozen=True, slots=True)
class Restored:
    files: int
    created_at: str
    missing: tuple[str, ...]


def restore(
    archive: Path, data: Path, *, stores: Stores, vet: Vet = lambda _: None, settle: Settle | None = None
) -> Restored:
    """`settle` is None for an embedded cloud. Raises OperatorError: then the folder holds nothing that would start."""
    folder = DataFolder(data, restoring=True)
    try:
        _check_empty(data)
        aside = data / RESTORING
        aside.mkdir(mode=0o700)
        try:
            manifest = _unpack(archive, aside)
            _check(aside, manifest)
            vet(aside)
        except BaseException:
            shutil.rmtree(aside)
            raise
        _move(aside, data, stores, settle)
    except OSError as fault:
        raise OperatorError(f"{data} can't be written ({fault.strerror or fault})") from fault
    finally:
        folder.close()
    return Restored(len(manifest.files), manifest.created_at, manifest.missing)


def _check_empty(data: Path) -> None:
    """What a restore that was broken off left behind is removed; anything else stays untouched."""
    entries = {path.name for path in data.iterdir()} - {"lock"}
    if RESTORING in entries and entries <= {RESTORING, *OWN}:
        for name in entries - {RESTORING}:
            _remove(data / name)
        _remove(data / RESTORING)  # last: until then nobody takes the folder for a whole one
    elif entries:
        raise OperatorError(f"{data} is not empty ({sorted(entries)[0]} is in it): restore into an empty folder")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _unpack(archive: Path, aside: Path) -> Manifest:
    with Reader(archive) as reader:
        for name, chunks in reader.entries():
            path = aside / name
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with path.open("wb") as file:
                path.chmod(0o600)
                for chunk in chunks:
                    file.write(chunk)
            sync(path)
        manifest = reader.manifest
    assert manifest is not None
    return manifest


def _check(aside: Path, manifest: Manifest) -> None:
    database = aside / DATABASE
    if not database.is_file():
        raise OperatorError("the backup has no database in it")
    if manifest.step not in known_steps():
        raise OperatorError(f"the backup's database is at step {manifest.step!r}: use a newer Vizora")
    faults = snapshot.faults_in(database)
    if faults:
        raise OperatorError(f"the backup's database is damaged: {faults[0]}")
    snapshot.leap(database)
    sync(database)


def _move(aside: Path, data: Path, stores: Stores, settle: Settle | None) -> None:
    """The database last: a cloud without it has nothing, one with it has everything."""
    for name, store in (("content", stores.content), ("screenshots", stores.screenshots)):
        for path in sorted((aside / name).glob("*")):
            store.put(path.name, path)
    if (aside / "secrets").is_dir():
        sync(aside / "secrets")
        (aside / "secrets").rename(data / "secrets")
    if settle is None:
        (aside / DATABASE).rename(data / DATABASE)
    else:
        settle(aside / DATABASE)
    sync(data)
    shutil.rmtree(aside)
    sync(data)
