"""The bytes of uploads under way: pieces in the store, and rows that say where each belongs.

Any process can go on where another one stopped, or was killed, and none has to wait for one that may be dead: whoever
brings the bytes that belong next has them counted, and who comes second is told where the upload is now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cloud.content.faults import StorageBroken
from cloud.content.staging import Staging, TemporaryFile
from cloud.content.storage import NotStored, Storage, file_key, storage_fault
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from vizora.errors import VizoraError

PIECE = 1 << 20
"""Bytes of one piece: what a killed process can have taken and not counted."""
UPLOADS, PIECES = tables.uploads, tables.upload_pieces


class Elsewhere(VizoraError):
    """The bytes do not belong there (any more): the next one of the upload is number `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the next byte is number {offset}")
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Pieces:
    """Where they are kept. Blocks; used from threads. Raises StorageFull or StorageBroken."""

    storage: Storage
    staging: Staging

    def check_room(self, coming: int) -> None:
        """Raises StorageFull when so many more bytes would not fit, twice: they are copied when they are whole."""
        try:
            self.staging.check_room(2 * coming)
        except OSError as fault:
            raise storage_fault(self.staging.folder / "new", fault) from fault

    def put(self, piece: TemporaryFile) -> str:
        """Stored for good when it returns the key."""
        if piece.path.stat().st_size != piece.size:
            raise StorageBroken("The server could not write what came: send it again.")
        key = file_key(piece.sha256, new_id())
        self.storage.put(key, piece.path)
        return key

    def read(self, rows: Sequence[Row]) -> Iterator[bytes]:
        """One after the other. Raises Elsewhere where one is missing: from there on they have to come again."""
        for row in rows:
            try:
                yield from self.storage.open(row["storage_key"])
            except NotStored as fault:
                raise Elsewhere(row["start"]) from fault

    def remove(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.storage.delete(key)

    def older_than(self, before: datetime) -> list[str]:
        return [stored.key for stored in self.storage.all() if stored.modified < before]


# --- which of them count
def count(unit: Unit, upload_id: str, start: int, size: int, key: str) -> None:
    """This piece is the upload's next one. Raises Elsewhere when another one was quicker, or the file is whole."""
    added = unit.update(UPLOADS).where(
        UPLOADS.c.id == upload_id, UPLOADS.c.received == start, UPLOADS.c.content_id.is_(None)
    )
    if unit.connection.execute(added.values(received=start + size)).rowcount != 1:
        raise Elsewhere(unit.find(UPLOADS, upload_id)["received"])
    unit.insert(PIECES, upload_id=upload_id, start=start, size=size, storage_key=key)


def of(unit: Unit, upload_id: str) -> list[Row]:
    """In their order."""
    return unit.rows(unit.select(PIECES).where(PIECES.c.upload_id == upload_id).order_by(PIECES.c.start))


def forget(unit: Unit, upload_id: str, start: int = 0) -> list[str]:
    """From this byte on; their keys, to be removed from the store after the commit."""
    gone = (PIECES.c.upload_id == upload_id, PIECES.c.start >= start)
    keys = list(unit.connection.scalars(unit.select(PIECES, PIECES.c.storage_key).where(*gone)))
    unit.connection.execute(unit.delete(PIECES).where(*gone))
    return keys


def rewind(unit: Unit, upload_id: str, start: int) -> list[str]:
    """What comes after this byte has to be sent again."""
    unit.note(UPLOADS, upload_id, received=start)
    return forget(unit, upload_id, start)


def known_keys(unit: Unit) -> set[str]:
    """Of all organizations."""
    return set(unit.connection.scalars(select(PIECES.c.storage_key)))
