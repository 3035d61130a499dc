"""`vizora cloud check`: is everything there, and is it what it should be? It changes nothing, and works on a running
cloud."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cloud.content.storage import NotStored, Storage, file_key
from cloud.operations import snapshot
from cloud.operations.snapshot import Waiting


@dataclass(frozen=True, slots=True)
class Health:
    database: tuple[str, ...]
    """What is wrong with it."""
    missing: tuple[str, ...]
    """Keys of files that content has and that are not stored."""
    damaged: tuple[str, ...]
    """Keys of files whose bytes are not what their hash says."""
    orphans: tuple[str, ...]
    """Stored files that no content has: no fault, the next sweep removes them when they are older than an hour."""
    obstacles: tuple[str, ...]
    """What keeps a cloud from starting here: its secret is missing, or the files are another cloud's."""
    files: int
    waiting: Waiting
    """Jobs: no fault of what is kept, but worth a look when they are old, failing or given up."""

    @property
    def good(self) -> bool:
        return not (self.database or self.missing or self.damaged or self.obstacles)


def check(picture: Path, storage: Storage, obstacles: Callable[[Path], Iterable[str]] = lambda _: ()) -> Health:
    """`picture` is a SQLite file: the embedded database itself, or a snapshot. Reads every stored byte once."""
    damage = tuple(snapshot.damage_in(picture))
    faults = damage or tuple(snapshot.loose_ends_in(picture))
    named = {} if damage else snapshot.files_named_by(picture)
    keys = {file_key(sha256, id_): sha256 for id_, sha256 in named.items()}
    missing, damaged = [], []
    for key, sha256 in sorted(keys.items()):
        found = _hash(storage, key)
        if found is None:
            missing.append(key)
        elif found != sha256:
            damaged.append(key)
    stored = [one.key for one in storage.all()]
    orphans = [] if damage else [key for key in stored if key.removesuffix(".thumbnail") not in keys]
    waiting = Waiting() if damage else snapshot.jobs_in(picture)
    why_not = () if damage else tuple(obstacles(picture))
    return Health(faults, tuple(missing), tuple(damaged), tuple(orphans), why_not, len(keys), waiting)


def _hash(storage: Storage, key: str) -> str | None:
    digest = hashlib.sha256()
    try:
        for chunk in storage.open(key):
            digest.update(chunk)
    except NotStored:
        return None
    return digest.hexdigest()
