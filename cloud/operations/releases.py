"""`vizora cloud release`: the systems that screens are updated to, added and withdrawn by whoever runs the cloud."""

import hashlib
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import insert, select, update

from cloud.clock import Clock
from cloud.content.storage import CHUNK, Storage, file_key
from cloud.db import tables
from cloud.db.database import Database, open_sqlite
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from cloud.updates import rows
from cloud.updates.offering import Channel
from cloud.updates.rollout import STEPS, resumed
from cloud.updates.versions import age_of
from cloud.wire import instant
from vizora.errors import OperatorError

BOARD = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What an operator wants screens to have."""

    file: Path
    version: str
    board: str
    channel: Channel


class Told(msgspec.Struct, frozen=True, rename="camel"):
    """A release as `list` tells it."""

    version: str
    board: str
    channel: str
    size: int
    created_at: str | None
    state: str
    """rolling-out, out (every screen may have it), halted or withdrawn."""
    percent: int
    took: int
    trouble: int
    why: str
    is_stored: bool


def add(database: Database, storage: Storage, clock: Clock, bundle: Bundle, scratch: Path) -> str:
    """A sentence that says what was done. Raises OperatorError.

    The same file again: its channel becomes this one, and its rollout begins anew. Another file under a name that was
    given is refused, because a screen tries a version once.
    """
    if age_of(bundle.version) is None:
        raise OperatorError(f"{bundle.version!r} is no version that could be compared; allowed: as in 1.2.0 or 1.2rc1")
    if not BOARD.fullmatch(bundle.board):
        raise OperatorError(f"{bundle.board!r} is no board; allowed: the name it was built for, as in x86-64")
    with tempfile.TemporaryDirectory(dir=scratch) as aside:
        copy = Path(aside) / "bundle"
        sha256, size = _copied(bundle.file, copy)
        earlier = _find(database, bundle.version, bundle.board)
        if earlier is not None and earlier["sha256"] != sha256:
            raise OperatorError(
                f"{bundle.version} for {bundle.board} is another file: give this one a version of its own"
            )
        id_ = earlier["id"] if earlier else new_id()
        storage.put(file_key(sha256, id_), copy)
    begun = {
        "channel": bundle.channel, "step": 0, "step_since": clock.now(), "counted_since": clock.now(),
        "halted_at": None, "halted_why": "", "withdrawn_at": None,
    }  # fmt: skip
    about = {"id": id_, "version": bundle.version, "board": bundle.board, "sha256": sha256, "size": size}
    releases = tables.releases
    with database.write() as connection:
        if earlier is None:
            connection.execute(insert(releases).values(created_at=clock.now(), **about, **begun))
        else:
            connection.execute(update(releases).where(releases.c.id == id_).values(**begun))
    return f"{bundle.version} for {bundle.board} goes to {STEPS[0]} % of the screens on {bundle.channel} first"


def withdraw(database: Database, storage: Storage, clock: Clock, version: str, board: str) -> None:
    """Its bytes go, its history stays. Raises OperatorError."""
    row, releases = _known(database, version, board), tables.releases
    with database.write() as connection:
        connection.execute(update(releases).where(releases.c.id == row["id"]).values(withdrawn_at=clock.now()))
    storage.delete(file_key(row["sha256"], row["id"]))


def resume(database: Database, clock: Clock, version: str, board: str) -> None:
    """Raises OperatorError."""
    row = _known(database, version, board)
    if row["halted_at"] is None or row["withdrawn_at"] is not None:
        raise OperatorError(f"the rollout of {version} for {board} is not halted")
    with database.write() as connection:
        unit = Unit(connection, clock.now())
        rows.store(unit, row["id"], resumed(rows.rollout_of(row), unit.now))


def listing(picture: Path, storage: Storage, clock: Clock) -> list[Told]:
    """Of a picture of the database (`cloud.operations.snapshot`), which may be taken while the cloud runs."""
    database = open_sqlite(picture)
    try:
        with database.read() as connection:
            return every(Unit(connection, clock.now()), storage)
    finally:
        database.close()


def every(unit: Unit, storage: Storage) -> list[Told]:
    """The newest first."""
    newest_first = select(tables.releases).order_by(tables.releases.c.created_at.desc())
    return [_told(unit, row, storage) for row in unit.rows(newest_first)]


def sentence(told: Told) -> str:
    """As in `1.2.0 x86-64 stable: rolling-out, 10 %; 12 screens took it, 1 had trouble`."""
    missing = "; ITS FILE IS MISSING: add it again" if not told.is_stored and told.state != "withdrawn" else ""
    why = f" ({told.why})" if told.why else ""
    return (
        f"{told.version} {told.board} {told.channel}: {told.state}{why}, {told.percent} %; "
        f"{told.took} screens took it, {told.trouble} had trouble{missing}"
    )


def _told(unit: Unit, row: Row, storage: Storage) -> Told:
    rollout = rows.rollout_of(row)
    tally = rows.tally(unit, row["id"], rollout.counted_since)
    if row["withdrawn_at"] is not None:
        state = "withdrawn"
    elif rollout.halted_at is not None:
        state = "halted"
    else:
        state = "out" if rollout.percent == STEPS[-1] else "rolling-out"
    return Told(
        version=row["version"],
        board=row["board"],
        channel=row["channel"],
        size=row["size"],
        created_at=instant(row["created_at"]),
        state=state,
        percent=rollout.percent,
        took=tally.took,
        trouble=tally.trouble,
        why=rollout.halted_why,
        is_stored=storage.stat(file_key(row["sha256"], row["id"])) is not None,
    )


def _copied(file: Path, copy: Path) -> tuple[str, int]:
    """SHA-256 and size of the bytes; the store takes the copy over, the operator keeps the file."""
    digest, size = hashlib.sha256(), 0
    try:
        with file.open("rb") as source, copy.open("wb") as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
    except OSError as fault:
        raise OperatorError(f"{file} can't be taken ({fault.strerror or fault})") from fault
    if size == 0:
        raise OperatorError(f"{file} is empty")
    return digest.hexdigest(), size


def _find(database: Database, version: str, board: str) -> Row | None:
    releases = tables.releases
    with database.read() as connection:
        query = select(releases).where(releases.c.version == version, releases.c.board == board)
        found = connection.execute(query).mappings().first()
        return None if found is None else dict(found)


def _known(database: Database, version: str, board: str) -> Row:
    row = _find(database, version, board)
    if row is None:
        raise OperatorError(f"there is no release {version} for {board}: `vizora cloud release list` names them")
    return row
