"""The manifest signing key of a cloud of several processes: in the database, sealed with DEVICE_JWT_SECRET.

Whoever has the database or a backup of it alone can't sign. The first process makes the key, the others open it.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from cloud import sealing
from cloud.db import tables
from vizora.errors import OperatorError

PURPOSE = b"vizora manifest signing key"


def shared_key(connection: Connection, secret: str, key_id: str, made: bytes, public: str, now: datetime) -> bytes:
    """The 32 bytes that every process of this cloud signs with: `made` when there were none before.

    Call it in a transaction that no other process is in at the same time. Raises OperatorError when the secret is not
    the one that the key was sealed with.
    """
    keys = tables.signing_keys
    found = connection.execute(
        select(keys.c.key_id, keys.c.sealed).where(keys.c.retired_at.is_(None), keys.c.sealed.is_not(None))
    ).first()
    if found is not None:
        return unseal(found.sealed, secret, found.key_id)
    sealed = seal(made, secret, key_id)
    connection.execute(insert(keys).values(key_id=key_id, public_key=public, sealed=sealed, created_at=now))
    return made


def seal(key: bytes, secret: str, key_id: str) -> str:
    return sealing.seal(key, secret, purpose=PURPOSE, about=key_id)


def unseal(sealed: str, secret: str, key_id: str) -> bytes:
    try:
        return sealing.unseal(sealed, secret, purpose=PURPOSE, about=key_id)
    except sealing.NotOpened as fault:
        raise OperatorError(
            "DEVICE_JWT_SECRET does not open the manifest signing key in this database: set the one it was sealed "
            "with. Screens trust that key; a new one would have to be brought to each of them."
        ) from fault
