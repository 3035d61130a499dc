"""The signing keys in the database, sealed: whoever has the database or a backup of it alone can't sign.

Embedded they are sealed with a secret of the data folder; with POSTGRES_URL with DEVICE_JWT_SECRET, so that all
processes open them. What changes is one transaction: at every instant there is exactly one key that signs.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from cloud import sealing
from cloud.clock import Clock
from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.database import Database
from cloud.publishing.key_ring import KeyRing, SigningKey, key_of
from cloud.secret_files import SecretFiles
from vizora.errors import OperatorError
from vizora.identifiers import KeyId
from vizora.manifest.model import Key

PURPOSE = b"vizora manifest signing key"
ALONE = "manifest signing key"
"""Of those who make or change keys at the same time, one after another."""
SEAL = "manifest-key-secret"
BEFORE = "manifest-signing-key"
"""Where an embedded cloud kept its one key before keys could be replaced: 32 bytes."""


@dataclass(frozen=True, slots=True)
class Seal:
    name: str
    """Of the secret, for people."""
    secret: str
    former: tuple[str, ...] = ()
    """Of the other size: the cloud was embedded before, or had a server."""

    def close(self, private: bytes, key_id: str) -> str:
        return sealing.seal(private, self.secret, purpose=PURPOSE, about=key_id)

    def open(self, sealed: str, key_id: str) -> bytes:
        """Raises OperatorError."""
        for secret in (self.secret, *self.former):
            try:
                return sealing.unseal(sealed, secret, purpose=PURPOSE, about=key_id)
            except sealing.NotOpened:
                continue
        raise OperatorError(
            f"{self.name} does not open the manifest signing key in this database: bring back the one it was sealed "
            "with (DEVICE_JWT_SECRET, where there was a POSTGRES_URL). Screens trust that key; a new one would have to "
            "be brought to each of them."
        )


def seal_of(config: CloudConfig, files: SecretFiles) -> Seal:
    """Raises OperatorError when the data folder's secret can't be kept."""
    other = config.device_jwt_secret
    if config.postgres_url is None or other is None:
        return Seal(f"The secret {SEAL} of the data folder", files.text(SEAL), () if other is None else (other,))
    former = files.existing(SEAL)
    return Seal("DEVICE_JWT_SECRET", other, () if former is None else (former.decode("ascii", "replace"),))


def read(connection: Connection, seal: Seal) -> KeyRing:
    """Raises OperatorError when the secret is not the one that the keys were sealed with."""
    return KeyRing(
        tuple(
            SigningKey(
                key=_key(row),
                private=None if row["sealed"] is None else seal.open(row["sealed"], row["key_id"]),
                follows=row["follows"],
                handover=row["handover"],
            )
            for row in _rows(connection)
        )
    )


def trusted(connection: Connection) -> tuple[Key, ...]:
    """What screens are to trust from now on, the one that signs first."""
    return tuple(_key(row) for row in _rows(connection) if row["sealed"] is not None)


def origin(connection: Connection) -> KeyId | None:
    """The first key this cloud ever had, which its database keeps for ever and takes along into backups: what tells it
    from every other cloud."""
    keys = tables.signing_keys
    found = connection.scalar(select(keys.c.key_id).where(keys.c.follows.is_(None)))
    return None if found is None else KeyId(found)


def add(connection: Connection, seal: Seal, made: SigningKey, now: datetime) -> None:
    assert made.private is not None
    connection.execute(
        insert(tables.signing_keys).values(
            key_id=made.key.key_id,
            public_key=made.key.public_key,
            sealed=seal.close(made.private, made.key.key_id),
            follows=made.follows,
            handover=made.handover,
            created_at=now,
        )
    )


def retire(connection: Connection, key_id: str, now: datetime) -> None:
    """Its private half is gone for good."""
    keys = tables.signing_keys
    connection.execute(update(keys).where(keys.c.key_id == key_id).values(sealed=None, retired_at=now))


def keep_one(database: Database, seal: Seal, files: SecretFiles, clock: Clock) -> KeyRing:
    """The ring, with a first key when there was none. Raises OperatorError when the keys can't be read or opened."""
    with database.write(ALONE) as connection:
        ring = _settled(connection, seal, files, clock.now())
    files.remove(BEFORE)  # it is in the database now, or was replaced
    return ring


def _settled(connection: Connection, seal: Seal, files: SecretFiles, now: datetime) -> KeyRing:
    """With a first key, and sealed with the secret of this size."""
    ring = read(connection, seal)
    if not ring.keys:
        brought = files.existing(BEFORE)
        first = brought if brought is not None and len(brought) == 32 else secrets.token_bytes(32)
        add(connection, seal, SigningKey(key_of(first), first), now)
        return read(connection, seal)
    keys = tables.signing_keys
    for one in ring.live if seal.former else ():
        assert one.private is not None
        sealed = seal.close(one.private, one.key.key_id)
        connection.execute(update(keys).where(keys.c.key_id == one.key.key_id).values(sealed=sealed))
    return ring


def _key(row: RowMapping) -> Key:
    return Key(KeyId(row["key_id"]), row["public_key"])


def _rows(connection: Connection) -> Sequence[RowMapping]:
    """In the order in which they follow one another."""
    keys = tables.signing_keys
    columns = (keys.c.key_id, keys.c.public_key, keys.c.sealed, keys.c.follows, keys.c.handover)
    following = {row["follows"]: row for row in connection.execute(select(*columns)).mappings()}
    ordered: list[RowMapping] = []
    while (row := following.get(ordered[-1]["key_id"] if ordered else None)) is not None:
        ordered.append(row)
    return ordered
